"""The journal: what happened and what was ordered, appended once, never changed, each time with a signed head.

One writer holds the lease and appends facts and orders; its fence is checked in the same transaction as every append.
Acts of persons are appended by any process that joins: whoever appends catches up, under the same lock, with what
others appended since, and checks it. So there is one list, one tree and one signed head, however many append.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from axenic.record import opening
from axenic.record.entry import Act, Document, Entry, Thing, body_of, decode
from axenic.record.error import JournalError
from axenic.record.history import Signed, Verdict, follow, judge_history
from axenic.record.merkle import Frontier, leaf_hash
from axenic.record.note import Checkpoint, Signer
from axenic.record.place import Place
from axenic.record.store import About, Row, Store, StoreError

__all__ = ["Head", "Journal", "JournalError", "Reading", "documents", "read_entries", "read_journal", "there"]


@dataclass(frozen=True, slots=True)
class Head:
    """A journal's state as it can be shown: size, root (hexadecimal), signed note and public key."""

    origin: str
    simulated: bool
    size: int
    root: str
    note: str
    vkey: str


class Journal:
    """A journal to append to: with the lease anything, without it acts and documents only."""

    def __init__(self, place: Place, store: Store, signer: Signer, leased: bool) -> None:
        self.place = place
        self._store = store
        self._signer = signer
        self._vkey = signer.verifier.vkey()
        self._fence: int | None = None
        self._news: list[Row] = []
        try:
            if leased:  # one transaction: nobody appends between the fence and the reading
                store.lock()
                self._fence = store.take_lease()
            else:
                store.look()
            about = store.about()
            signed = Signed(store.newest_note(), self._vkey, _anchored(place), (about.origin, about.simulated))
            verdict = _approved(judge_history(store.rows(), signed), place)
            store.keep()
        except BaseException:
            store.close()  # which undoes it: a journal that is refused stays with the writer it has
            raise
        self.origin, self.simulated = about.origin, about.simulated
        self._frontier, self._note = verdict.frontier, signed.note

    @classmethod
    def create(
        cls, where: str | Path | Place, origin: str, simulated: bool = True, things: Sequence[Thing] = ()
    ) -> Journal:
        """A new journal with a new key, begun with `things`: all of it is there or none.

        Raises JournalError if there is one already or it cannot be written.
        """
        place = Place.of(where)
        try:
            _refuse_taken(place)
            private = os.urandom(32)
            signer = Signer(origin, private)
            keep_private(place.key, private)
            place.vkey.write_text(signer.verifier.vkey() + "\n", "utf-8")
            empty = signer.note(Checkpoint(origin, 0, Frontier().root()))
            rows, frontier = _rows(things, Frontier(), simulated)
            note = signer.note(Checkpoint(origin, frontier.size, frontier.root()))
            opening.create(place, About(origin, simulated, empty), rows, note)
            return cls(place, opening.to_write(place), signer, leased=True)
        except (OSError, StoreError) as error:
            raise JournalError("AX0301", str(error), "check disk space and permissions", str(place)) from error

    @classmethod
    def open(cls, where: str | Path | Place) -> Journal:
        """Take over a journal as the one writer of its facts and orders; raises JournalError."""
        return _opened(cls, Place.of(where), True)

    @classmethod
    def join(cls, where: str | Path | Place) -> Journal:
        """Append acts and documents to a journal that may have a writer, which stays; raises JournalError."""
        return _opened(cls, Place.of(where), False)

    @property
    def path(self) -> Path:
        """What the files beside the journal are named after: the database file, if it is one."""
        return self.place.path

    def append(self, things: Sequence[Thing], alone: bool = False) -> int:
        """Append in one durable transaction; the number of the last entry.

        alone: only if nobody appended anything that was not read yet, for who decided on what they had read.
        Raises JournalError: AX0301 if it cannot be written (nothing is), AX0302 if another writer took over or only
        the one writer may append this, AX0305 if what is there is not what this journal knows, AX0307 if others
        appended meanwhile (nothing is written; `news` has what they did).
        """
        if self._fence is None and not all(isinstance(thing, Act | Document) for thing in things):
            hint = "append acts and documents, or open the journal as its writer"
            raise JournalError("AX0302", "facts and orders are the one writer's", hint, str(self.place))
        rows, frontier, note = self._prepared(things)
        store = self._store
        try:
            fence, size = store.lock()
            if self._fence is not None and fence != self._fence:
                raise JournalError("AX0302", "another writer took over", "stop one of the two", str(self.place))
            if size != self._frontier.size:
                self._catch_up(size)
                rows, frontier, note = self._prepared(things)
            if alone and self._news:
                raise JournalError(
                    "AX0307", "others wrote meanwhile", "read what they did, decide again", str(self.place)
                )
            store.write(rows, note)
        except JournalError:
            store.undo()
            raise
        except StoreError as error:
            self._undo()
            hint = "nothing was written and nothing moves; check disk space, permissions and the server"
            raise JournalError("AX0301", str(error), hint, str(self.place)) from error
        self._frontier, self._note = frontier, note
        return frontier.size

    def news(self) -> list[Entry]:
        """What others have appended, up to this moment, each entry once; raises JournalError."""
        try:
            size = self._store.look().size
            if size != self._frontier.size:
                self._catch_up(size)
            self._store.undo()
        except StoreError as error:
            self._undo()
            raise JournalError("AX0303", f"cannot be read: {error}", "is the server up?", str(self.place)) from error
        except JournalError:
            self._store.undo()
            raise
        rows, self._news = self._news, []
        return [decode(body) for _, body, _ in rows]

    def _prepared(self, things: Sequence[Thing]) -> tuple[list[Row], Frontier, str]:
        rows, frontier = _rows(things, self._frontier, self.simulated)
        return rows, frontier, self._signer.note(Checkpoint(self.origin, frontier.size, frontier.root()))

    def _catch_up(self, size: int) -> None:
        """Take over, checked, what others appended; within the transaction in which `size` was read."""
        rows, note = list(self._store.rows(self._frontier.size)), self._store.newest_note()
        try:
            if size < self._frontier.size:
                raise ValueError(f"{self._frontier.size} entries were there, now there are {size}")
            frontier = follow(self._frontier, rows, Signed(note, self._vkey, "", (self.origin, self.simulated)))
        except ValueError as error:
            hint = "somebody changed the database; axenic verify says more"
            raise JournalError("AX0305", f"is not as it was: {error}", hint, str(self.place)) from error
        self._frontier, self._note = frontier, note
        self._news += rows

    def _undo(self) -> None:
        try:
            self._store.undo()
        except StoreError:  # the connection is gone, and with it what was begun
            self._store.close()

    @property
    def size(self) -> int:
        """How many entries there are, as far as this journal has seen."""
        return self._frontier.size

    def root(self) -> str:
        """The Merkle root over all entries, hexadecimal."""
        return self._frontier.root().hex()

    def entries(self) -> Iterator[Entry]:
        """All entries, decoded, in order."""
        for _, body, _ in self._store.rows():
            yield decode(body)

    def head(self) -> Head:
        """The signed head, as far as this journal has seen."""
        return Head(self.origin, self.simulated, self.size, self.root(), self._note, self._vkey)

    def anchor(self) -> Path:
        """Write the signed head beside the database; its path."""
        target = self.place.checkpoint
        half = target.with_name(f"{target.name}.{os.getpid()}.half")  # who reads meanwhile reads one or the other
        half.write_text(self._note, "utf-8")
        half.replace(target)
        return target

    def close(self) -> None:
        """Leave the database alone."""
        self._store.close()


def keep_private(path: Path, private: bytes) -> None:
    """Write a private key that its owner alone may read; raises OSError."""
    path.parent.mkdir(parents=True, exist_ok=True)
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "wb") as file:
        file.write(private)


def _refuse_taken(place: Place) -> None:
    """Raises JournalError where a journal lies already, or the checkpoint of one that was thrown away."""
    if opening.is_there(place):
        raise JournalError("AX0301", "there is a journal or a file already", "choose another place", str(place))
    if place.checkpoint.exists():  # else a journal that was thrown away would take its checkpoint with it
        text, hint = "the checkpoint of an earlier journal lies there", "move it away or choose another place"
        raise JournalError("AX0301", text, hint, str(place.checkpoint))


def _opened(kind: type[Journal], place: Place, leased: bool) -> Journal:
    try:
        private = place.key.read_bytes()
        store = opening.to_write(place)
        try:
            signer = Signer(store.about().origin, private)
        except BaseException:
            store.close()
            raise
        return kind(place, store, signer, leased)
    except (OSError, StoreError, ValueError, TypeError, AttributeError, IndexError) as error:
        hint = "check the place, and that its .key lies beside it"
        raise JournalError(_code(error), f"not a journal that can be written: {error}", hint, str(place)) from error


def _code(error: Exception) -> str:
    return error.code if isinstance(error, StoreError) else StoreError.code


def _rows(things: Sequence[Thing], frontier: Frontier, simulated: bool) -> tuple[list[Row], Frontier]:
    """The rows that come after a frontier, and the frontier after them."""
    frontier, rows = frontier.copy(), []
    for thing in things:
        body = body_of(frontier.size + 1, thing, simulated)
        leaf = leaf_hash(body)
        frontier.append(leaf)
        rows.append((frontier.size, body, leaf))
    return rows, frontier


def _anchored(place: Place) -> str:
    """The checkpoint kept outside, if there is one; raises OSError or ValueError."""
    return place.checkpoint.read_text("utf-8") if place.checkpoint.exists() else ""


def _approved(verdict: Verdict, place: Place) -> Verdict:
    """The verdict, if it is good; raises JournalError: what does not verify is neither read nor gone on with."""
    if verdict.ok:
        return verdict
    hint = "axenic verify names the entry that is wrong"
    raise JournalError("AX0303", f"does not verify: {'; '.join(verdict.reasons)}", hint, str(place))


@dataclass(frozen=True, slots=True)
class Reading:
    """A journal as it was read: all entries, verified, and the head they fit."""

    entries: list[Entry]
    head: Head


def there(where: str | Path | Place) -> bool:
    """Whether a journal lies there, or a file that stands in its way; raises JournalError."""
    place = Place.of(where)
    try:
        return opening.is_there(place)
    except (OSError, StoreError) as error:
        raise JournalError("AX0303", f"cannot be looked for: {error}", "check the path or URL", str(place)) from error


def read_journal(where: str | Path | Place) -> Reading:
    """Read and verify a journal without becoming its writer; raises JournalError."""
    place = Place.of(where)
    try:
        if not opening.is_there(place):
            raise JournalError("AX0501", "there is no such journal", "check the path or URL", str(place))
        vkey, anchor = place.vkey.read_text("utf-8").strip(), _anchored(place)
        store = opening.to_read(place)
        try:
            store.look()  # head and entries of the same moment
            rows, about = list(store.rows()), store.about()
            signed = Signed(store.newest_note(), vkey, anchor, (about.origin, about.simulated))
        finally:
            store.close()
        verdict = _approved(judge_history(rows, signed), place)
        head = Head(about.origin, about.simulated, verdict.events, verdict.root, signed.note, vkey)
        return Reading([decode(body) for _, body, _ in rows], head)
    except (OSError, StoreError, ValueError, KeyError, TypeError, AttributeError) as error:
        hint = "check the path, and that its .vkey lies beside it; axenic verify says more"
        raise JournalError(_code(error), f"cannot be read as a journal: {error}", hint, str(place)) from error


def read_entries(where: str | Path | Place) -> list[Entry]:
    """All entries of a journal, verified, without becoming its writer; raises JournalError."""
    return read_journal(where).entries


def documents(entries: Iterable[Entry]) -> dict[tuple[str, str], str]:
    """The master documents of a journal by kind and name."""
    found = (e.thing for e in entries if isinstance(e.thing, Document))
    return {(d.kind, d.name): d.text for d in found}
