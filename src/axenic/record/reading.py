"""Reading a journal without becoming its writer: only what verifies is read."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from axenic.record import opening
from axenic.record.anchor import anchors_of, witness_of
from axenic.record.entry import Document, Entry, decode
from axenic.record.error import JournalError
from axenic.record.history import Signed, Verdict, judge_history
from axenic.record.place import Place
from axenic.record.store import StoreError


@dataclass(frozen=True, slots=True)
class Head:
    """A journal's state as it can be shown: size, root (hexadecimal), signed note and public key."""

    origin: str
    simulated: bool
    size: int
    root: str
    note: str
    vkey: str


def code_of(error: Exception) -> str:
    """The code of what went wrong in a store, or of what cannot be read."""
    return error.code if isinstance(error, StoreError) else StoreError.code


def approved(verdict: Verdict, place: Place) -> Verdict:
    """The verdict, if it is good; raises JournalError: what does not verify is neither read nor gone on with."""
    if verdict.ok:
        return verdict
    text = f"does not verify: {'; '.join(verdict.reasons)}"
    if verdict.locked:
        hint = "integrity lock: axenic verify names the place; two persons restore with axenic backup restore"
        raise JournalError("AX0305", text, hint, str(place))
    raise JournalError("AX0303", text, "axenic verify names the entry that is wrong", str(place))


@dataclass(frozen=True, slots=True)
class Reading:
    """A journal as it was read: all entries, verified, and the head they fit.

    locked: why nothing may be appended or derived from it; "" for a journal that is as it was anchored.
    """

    entries: list[Entry]
    head: Head
    locked: str = ""


def there(where: str | Path | Place) -> bool:
    """Whether a journal lies there, or a file that stands in its way; raises JournalError."""
    place = Place.of(where)
    try:
        return opening.is_there(place)
    except (OSError, StoreError) as error:
        raise JournalError("AX0303", f"cannot be looked for: {error}", "check the path or URL", str(place)) from error


def read_journal(where: str | Path | Place, witness: str | Path | None = None, inspect: bool = False) -> Reading:
    """Read and verify a journal without becoming its writer; raises JournalError.

    inspect: read also one under the integrity lock, which is whole and signed but does not extend what was anchored.
    """
    place = Place.of(where)
    try:
        if not opening.is_there(place):
            raise JournalError("AX0501", "there is no such journal", "check the path or URL", str(place))
        vkey = place.vkey.read_text("utf-8").strip()
        store = opening.to_read(place)
        try:
            store.look()  # head and entries of the same moment
            rows, about = list(store.rows()), store.about()
            anchors = anchors_of(place, about.origin, witness_of(witness))
            signed = Signed(store.newest_note(), vkey, anchors, (about.origin, about.simulated))
        finally:
            store.close()
        verdict = judge_history(rows, signed)
        if not (inspect and verdict.locked):
            approved(verdict, place)
        head = Head(about.origin, about.simulated, verdict.events, verdict.root, signed.note, vkey)
        locked = "; ".join(verdict.reasons)
        return Reading([decode(body) for _, body, _ in rows], head, locked)
    except (OSError, StoreError, ValueError, KeyError, TypeError, AttributeError) as error:
        hint = "check the path, and that its .vkey lies beside it; axenic verify says more"
        raise JournalError(code_of(error), f"cannot be read as a journal: {error}", hint, str(place)) from error


def read_entries(where: str | Path | Place) -> list[Entry]:
    """All entries of a journal, verified, without becoming its writer; raises JournalError."""
    return read_journal(where).entries


def documents(entries: Iterable[Entry]) -> dict[tuple[str, str], str]:
    """The master documents of a journal by kind and name."""
    found = (e.thing for e in entries if isinstance(e.thing, Document))
    return {(d.kind, d.name): d.text for d in found}
