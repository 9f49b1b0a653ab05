"""Going on after a journal was lost: two persons restore a backup as a new epoch that says what it follows.

A restored journal is never passed off as the one that was lost: it has another origin and another key, and the entry
after those it took over names the old origin, the last checkpoint anything outside remembers, what is missing up to
that, and why. What was taken over keeps its numbers and hashes, so that the signatures on it hold: an act on the old
keys stays at its number under another name, and changes no key.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from axenic.record.anchor import anchors_of, witness_of
from axenic.record.backup import COPY, drill
from axenic.record.entry import Act, Thing, body_of
from axenic.record.error import JournalError
from axenic.record.files import keep_private
from axenic.record.journal import Journal, Reading, read_journal
from axenic.record.keys import Keys, is_on_keys
from axenic.record.merkle import leaf_hash
from axenic.record.note import Checkpoint, opened, parse_checkpoint
from axenic.record.place import Place
from axenic.record.proof import Tree
from axenic.record.witness import Witness

FORMER = "former "  # what the acts on the keys of the epoch before are called
SAFE = (".safe.key", ".safe", ".safe-wal")  # the secrets of the accounts, which lie beside a journal and in no backup


@dataclass(frozen=True, slots=True)
class Restored:
    """The new epoch, how many entries it took over, which of the old ones are missing (none: 0 and 0), and its safe.

    safe: whether the secrets of the accounts were carried over; without them nobody can prove who they are.
    """

    origin: str
    taken_over: int
    lost_from: int
    lost_to: int
    safe: bool


def next_epoch(origin: str) -> str:
    """The origin of the epoch after this one; an origin without a number is the first."""
    site, _, number = origin.rpartition("/")
    return f"{site}/{int(number) + 1}" if site and number.isdecimal() else f"{origin}/2"


def restore(
    folder: Path,
    where: str | Path | Place,
    *,
    at: int,
    reason: str,
    persons: Sequence[str],
    lost: str | Path | Place | None = None,
    witness: str | Path | None = None,
) -> Restored:
    """Begin a new epoch at `where` with everything in a backup.

    at: milliseconds. lost: where the journal was, whose checkpoint and safe may still lie there. Raises OSError, or
    JournalError: AX0309 without two persons and a reason, AX0308 if the backup is not good, AX0305 if what is
    remembered outside is not part of its history.
    """
    if len(set(filter(None, map(str.strip, persons)))) != 2 or not reason.strip():
        hint = "give --by, --and and --reason; the persons must differ"
        raise JournalError("AX0309", "two persons restore, for a reason", hint, str(folder))
    drilled = drill(folder)
    if not drilled.ok:
        hint = "choose another backup"
        raise JournalError("AX0308", f"is not what was backed up: {'; '.join(drilled.reasons)}", hint, str(folder))
    reading = read_journal(folder / COPY, witness="")  # it may well be older than what the witness remembers
    old = reading.head
    notes = _remembered(old.origin, lost, witness_of(witness))
    known = _newest(folder, reading, notes, witness_of(witness))
    things = [_taken_over(entry.thing) for entry in reading.entries]
    gap = (old.size + 1, known.size) if known.size > old.size else (0, 0)
    begun = Act(
        at,
        "restore",
        persons[0],
        object=f"journal {next_epoch(old.origin)}",
        old={"origin": old.origin, "size": known.size, "root": known.root.hex()},
        new={
            "second person": persons[1],
            "size": old.size,
            "root": old.root,
            "taken over": len(things),
            "lost from": gap[0],
            "lost to": gap[1],
        },
        reason=reason,
    )
    journal = Journal.create(where, next_epoch(old.origin), old.simulated, [*things, begun], witness)
    try:
        journal.anchor()
        return Restored(journal.origin, len(things), *gap, safe=_carried_safe(lost, journal.place))
    finally:
        journal.close()


def _taken_over(thing: Thing) -> Thing:
    """A thing as the new epoch keeps it: an act on keys that are no more is told as one that was."""
    return replace(thing, command=FORMER + thing.command) if isinstance(thing, Act) and is_on_keys(thing) else thing


def _carried_safe(lost: str | Path | Place | None, to: Place) -> bool:
    """Copy the safe of the journal that was lost, if it still lies there; raises OSError."""
    old = Place.of(lost) if lost else None
    if old is None or to.beside(".safe").exists() or not all(old.beside(end).exists() for end in SAFE[:2]):
        return False
    for end in SAFE:
        if old.beside(end).exists():
            keep_private(to.beside(end), old.beside(end).read_bytes())
    return True


def _remembered(origin: str, lost: str | Path | Place | None, witness: Witness | None) -> tuple[str, ...]:
    """The checkpoints kept outside, of the journal that was lost; raises OSError or JournalError."""
    nowhere = Place.of(Path("nowhere", "at all"))
    return anchors_of(Place.of(lost) if lost else nowhere, origin, witness)


def _newest(folder: Path, reading: Reading, notes: Sequence[str], witness: Witness | None) -> Checkpoint:
    """The newest checkpoint remembered, the backup's own if there is none; raises JournalError."""
    head = reading.head
    keys = Keys.begun(head.vkey)
    for entry in reading.entries:
        if isinstance(entry.thing, Act) and is_on_keys(entry.thing):
            keys = keys.after(entry.seq, entry.thing)
    leaves = [leaf_hash(body_of(e.seq, e.thing, head.simulated)) for e in reading.entries]
    newest = parse_checkpoint(opened(head.note)[0])
    for note in notes:
        known = _trusted(folder, note, keys, witness)
        inside = known.size <= head.size
        if known.origin != head.origin or (inside and Tree(leaves).root(known.size) != known.root):
            text = f"the checkpoint remembered outside ({known.size} entries) is not part of the backup's history"
            raise JournalError("AX0305", text, "choose another backup", str(folder))
        newest = max(newest, known, key=lambda checkpoint: checkpoint.size)
    return newest


def _trusted(folder: Path, note: str, keys: Keys, witness: Witness | None) -> Checkpoint:
    """A checkpoint signed by a key the backup knows or, if keys changed since, cosigned by the witness."""
    try:
        return keys.checkpoint(note)
    except ValueError as error:
        try:
            if witness is not None and witness.verifier.cosigned_at(note):
                return parse_checkpoint(opened(note)[0])
        except ValueError:
            pass
        text, hint = f"a checkpoint remembered outside cannot be trusted: {error}", "name its witness by AXENIC_WITNESS"
        raise JournalError("AX0305", text, hint, str(folder)) from error
