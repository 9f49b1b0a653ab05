"""The journal: what happened and what was ordered, appended once, never changed, each time with a signed head.

One writer holds the lease and appends facts and orders; its fence is checked in the same transaction as every append.
Acts of persons are appended by any process that joins: whoever appends catches up, under the same lock, with what
others appended since, and checks it. So there is one list, one tree and one signed head, however many append.
"""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from pathlib import Path

from axenic.record import opening
from axenic.record.anchor import anchors_of, keep_checkpoint, unreachable, witness_of
from axenic.record.entry import Act, Document, Entry, Thing, body_of, decode
from axenic.record.error import JournalError
from axenic.record.files import keep_private, keep_text
from axenic.record.history import Signed, follow, judge_history
from axenic.record.key_file import NEXT, key_file
from axenic.record.keys import ADD, Keys, changing, is_on_keys
from axenic.record.merkle import Frontier, leaf_hash
from axenic.record.note import Checkpoint, Signer
from axenic.record.place import Place
from axenic.record.proof import Tree
from axenic.record.reading import Head, Reading, approved, code_of, documents, read_entries, read_journal, there
from axenic.record.store import About, Lost, Row, Store, StoreError
from axenic.record.witness import CONFLICT, Unwitnessed, Witness

__all__ = ["Head", "Journal", "JournalError", "Reading", "documents", "read_entries", "read_journal", "there"]


_UNWRITTEN = "nothing was written and nothing moves; check disk space and permissions"
_LOST = "nothing moves; when the server is back, open the journal again: it says whether this was kept"


class Journal:
    """A journal to append to: with the lease anything, without it acts and documents only."""

    def __init__(self, place: Place, store: Store, leased: bool, witness: Witness | None) -> None:
        self.place = place
        self._store = store
        self._witness = witness
        self._fence: int | None = None
        self._news: list[Row] = []
        try:
            if leased:  # one transaction: nobody appends between the fence and the reading
                store.lock()
                self._fence = store.take_lease()
            else:
                store.look()
            about, note = store.about(), store.newest_note()
            self._vkey = place.vkey.read_text("utf-8").strip()
            anchors = anchors_of(place, about.origin, witness)
            signed = Signed(note, self._vkey, anchors, (about.origin, about.simulated))
            verdict = approved(judge_history(store.rows(), signed), place)
            self._keys = verdict.keys or Keys.begun(self._vkey)
            self._signer = _signer(place, self._keys, verdict.events + 1)
            store.keep()
        except BaseException:
            store.close()  # which undoes it: a journal that is refused stays with the writer it has
            raise
        self.origin, self.simulated = about.origin, about.simulated
        self._frontier, self._note = verdict.frontier, note
        self._anchored = verdict.anchored

    @classmethod
    def create(
        cls,
        where: str | Path | Place,
        origin: str,
        simulated: bool = True,
        things: Sequence[Thing] = (),
        witness: str | Path | None = None,
    ) -> Journal:
        """A new journal with a new key, begun with `things`: all of it is there or none.

        Raises JournalError if there is one already or it cannot be written.
        """
        place, remembers = Place.of(where), witness_of(witness)
        try:
            _refuse_taken(place)
            private = os.urandom(32)
            signer = Signer(origin, private)
            keep_private(place.key, private)
            keep_text(place.vkey, signer.verifier.vkey() + "\n")
            empty = signer.note(Checkpoint(origin, 0, Frontier().root()))
            rows, frontier = _rows(things, Frontier(), simulated)
            note = signer.note(Checkpoint(origin, frontier.size, frontier.root()))
            opening.create(place, About(origin, simulated, empty), rows, note)
            return cls(place, opening.to_write(place), True, remembers)
        except (OSError, StoreError) as error:
            raise JournalError("AX0301", str(error), "check disk space and permissions", str(place)) from error

    @classmethod
    def open(cls, where: str | Path | Place, witness: str | Path | None = None) -> Journal:
        """Take over a journal as the one writer of its facts and orders; raises JournalError.

        witness: the folder of the witness, which else AXENIC_WITNESS names.
        """
        return _opened(cls, Place.of(where), True, witness_of(witness))

    @classmethod
    def join(cls, where: str | Path | Place, witness: str | Path | None = None) -> Journal:
        """Append acts and documents to a journal that may have a writer, which stays; raises JournalError."""
        return _opened(cls, Place.of(where), False, witness_of(witness))

    @property
    def path(self) -> Path:
        """What the files beside the journal are named after: the database file, if it is one."""
        return self.place.path

    def append(self, things: Sequence[Thing], alone: bool = False) -> int:
        """Append in one durable transaction; the number of the last entry.

        alone: only if nobody appended anything that was not read yet, for who decided on what they had read.
        Raises JournalError: AX0301 if it cannot be written (nothing is, unless the server was lost), AX0302 if another
        writer took over or only the one writer may append this, AX0305 if what is there is not what this journal knows,
        AX0310 if others appended meanwhile (nothing is written; `news` has what they did).
        """
        if self._fence is None and not all(isinstance(thing, Act | Document) for thing in things):
            hint = "append acts and documents, or open the journal as its writer"
            raise JournalError("AX0302", "facts and orders are the one writer's", hint, str(self.place))
        for thing in things:
            if isinstance(thing, Act) and is_on_keys(thing):
                raise JournalError("AX0302", "acts on keys are signed by the old key", "use rotate", str(self.place))
        return self._append(things, alone)

    def rotate(self, at: int, actor: str, reason: str) -> str:
        """Go over to a new key: acts signed by the old one add the new and retire the old; the new public key.

        The new private key is kept before the acts, in a file of its own: a crash in between loses neither. at: in
        milliseconds. Raises JournalError.
        """
        private = os.urandom(32)
        following = Signer(self.origin, private)
        try:
            keep_private(self.place.beside(NEXT), private)
            acts = changing(self._signer, following, at, actor, reason)
            last = self._append(acts)
            for seq, act in enumerate(acts, last - 1):
                self._keys = self._keys.after(seq, act)
            self._signer = _signer(self.place, self._keys, self.size + 1)
        except OSError as error:
            raise JournalError("AX0301", str(error), "check disk space and permissions", str(self.place)) from error
        return following.verifier.vkey()

    def _append(self, things: Sequence[Thing], alone: bool = False) -> int:
        rows, frontier, note = self._prepared(things)
        try:
            if (alone and self._news) or not self._store.extend(self._fence, self.size, rows, note):
                frontier, note = self._append_behind(things, alone)
        except StoreError as error:
            self._undo()
            hint = _LOST if isinstance(error, Lost) else _UNWRITTEN
            raise JournalError("AX0301", str(error), hint, str(self.place)) from error
        except BaseException:
            self._undo()
            raise
        self._frontier, self._note = frontier, note
        return frontier.size

    def _append_behind(self, things: Sequence[Thing], alone: bool) -> tuple[Frontier, str]:
        """Append behind what others appended since; the frontier and the signed head after it."""
        fence, size = self._store.lock()
        if self._fence is not None and fence != self._fence:
            raise JournalError("AX0302", "another writer took over", "stop one of the two", str(self.place))
        if size != self.size:
            self._catch_up(size)
        if alone and self._news:
            raise JournalError("AX0310", "others wrote meanwhile", "read what they did, decide again", str(self.place))
        rows, frontier, note = self._prepared(things)
        self._store.write(rows, note)
        return frontier, note

    def news(self) -> list[Entry]:
        """What others have appended, up to this moment, each entry once; raises JournalError."""
        self._look()
        rows, self._news = self._news, []
        return [decode(body) for _, body, _ in rows]

    def _look(self) -> None:
        """Catch up without appending; raises JournalError."""
        try:
            size = self._store.look().size
            if size != self._frontier.size:
                self._catch_up(size)
        except StoreError as error:
            raise JournalError("AX0303", f"cannot be read: {error}", "is the server up?", str(self.place)) from error
        finally:
            self._undo()

    def _prepared(self, things: Sequence[Thing]) -> tuple[list[Row], Frontier, str]:
        rows, frontier = _rows(things, self._frontier, self.simulated)
        return rows, frontier, self._signer.note(Checkpoint(self.origin, frontier.size, frontier.root()))

    def _catch_up(self, size: int) -> None:
        """Take over, checked, what others appended; within the transaction in which `size` was read."""
        rows, note = list(self._store.rows(self._frontier.size)), self._store.newest_note()
        try:
            if size < self._frontier.size:
                raise ValueError(f"{self._frontier.size} entries were there, now there are {size}")
            signed = Signed(note, self._vkey, (), (self.origin, self.simulated))
            self._frontier, self._keys = follow(self._frontier, self._keys, rows, signed)
        except ValueError as error:
            hint = "somebody changed the database; axenic verify says more"
            raise JournalError("AX0305", f"is not as it was: {error}", hint, str(self.place)) from error
        self._note = note
        self._news += rows
        if self._signer.verifier not in self._keys.at(size + 1):  # another process went over to a new key
            self._signer = _signer(self.place, self._keys, size + 1)

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
        """Write the newest signed head beside the database, and have the witness cosign it, if there is one; its path.

        Raises JournalError: AX0301 if it cannot be written, AX0305 if the witness knows another history, AX0307 if it
        cannot be asked.
        """
        self._look()  # what others appended is anchored with it
        try:
            keep_checkpoint(self.place, self._note)
        except OSError as error:
            raise JournalError("AX0301", str(error), "check disk space and permissions", str(self.place)) from error
        if self._witness is not None:
            try:
                keep_checkpoint(self.place, self._note + self._cosignature(self._witness))
            except (OSError, StoreError) as error:
                raise unreachable(str(error), self.place.folder) from error
            except (Unwitnessed, ValueError) as error:
                hint = "the journal is locked: compare with axenic verify; two persons restore a backup"
                raise JournalError("AX0305", f"the witness refuses: {error}", hint, str(self.place)) from error
        return self.place.checkpoint

    def _cosignature(self, witness: Witness) -> str:
        """The witness's line for the signed head; raises Unwitnessed, OSError or StoreError."""
        witness.introduce(self._vkey)
        self._tell_keys(witness)
        newest = witness.newest(self.origin)
        size = self._keys.checkpoint(newest).size if newest else 0
        try:
            line = witness.add(size, self._growth(size), self._note)
        except Unwitnessed as error:
            if error.status != CONFLICT or error.size <= size:
                raise
            self._look()  # another process has anchored since: with what it knows, once more
            line = witness.add(error.size, self._growth(error.size), self._note)
        self._anchored = {self.size: self._frontier.copy()}
        return line

    def _growth(self, size: int) -> list[bytes]:
        """The proof that the signed head grew out of the tree of `size` entries."""
        if not 0 < size <= self.size:
            return []
        tree = self._anchored.get(size)
        if tree is None:
            tree = Frontier()
            tree.extend([leaf for seq, _, leaf in self._store.rows() if seq <= size])
        leaves = [leaf for seq, _, leaf in self._store.rows(size) if seq <= self.size]
        return Tree(leaves, tree).consistency(size)

    def _tell_keys(self, witness: Witness) -> None:
        """Let the witness follow the keys; raises Unwitnessed or OSError."""
        if {term.verifier.vkey() for term in self._keys.terms} <= set(witness.knows(self.origin)):
            return
        for entry in self.entries():
            if isinstance(entry.thing, Act) and entry.thing.command == ADD and is_on_keys(entry.thing):
                witness.learn(entry.thing.new["note"])

    def close(self) -> None:
        """Leave the database alone."""
        self._store.close()


def _refuse_taken(place: Place) -> None:
    """Raises JournalError where a journal lies already, or the checkpoint of one that was thrown away."""
    if opening.is_there(place):
        raise JournalError("AX0301", "there is a journal or a file already", "choose another place", str(place))
    if place.checkpoint.exists():  # else a journal that was thrown away would take its checkpoint with it
        text, hint = "the checkpoint of an earlier journal lies there", "move it away or choose another place"
        raise JournalError("AX0301", text, hint, str(place.checkpoint))


def _opened(kind: type[Journal], place: Place, leased: bool, witness: Witness | None) -> Journal:
    try:
        return kind(place, opening.to_write(place), leased, witness)
    except (OSError, StoreError, ValueError, TypeError, AttributeError, IndexError) as error:
        hint = "check the place, and that its .key and .vkey lie beside it"
        raise JournalError(code_of(error), f"not a journal that can be written: {error}", hint, str(place)) from error


def _signer(place: Place, keys: Keys, size: int) -> Signer:
    """The signer for heads of that size; a key whose turn has come takes its place. Raises OSError, or JournalError."""
    path = key_file(place, keys, size)
    if path is None:
        hint = "put the newest key there"
        raise JournalError("AX0303", "the key beside it is not, or no longer, a key of this journal", hint, str(place))
    signer = Signer(keys.first.name, path.read_bytes())
    path.replace(place.key)
    return signer


def _rows(things: Sequence[Thing], frontier: Frontier, simulated: bool) -> tuple[list[Row], Frontier]:
    """The rows that come after a frontier, and the frontier after them."""
    frontier, rows = frontier.copy(), []
    for thing in things:
        body = body_of(frontier.size + 1, thing, simulated)
        leaf = leaf_hash(body)
        frontier.append(leaf)
        rows.append((frontier.size, body, leaf))
    return rows, frontier
