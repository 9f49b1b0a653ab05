"""Does a history fit its signed head? One pass over the bytes of the entries, of a journal as of its export."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from hashlib import sha256

from axenic.record.merkle import Frontier
from axenic.record.note import Checkpoint, Verifier, parse_checkpoint
from axenic.record.store import Row

_SAID = {b',"simulated":true,': True, b',"simulated":false': False}
_LONG = 18  # bytes that tell the two apart


@dataclass(frozen=True, slots=True)
class Verdict:
    """`first_bad` is the number of the first entry that is not as it was written, if one can be named.

    simulated: what all entries say of themselves; None if there are none. frontier: the tree, to go on from.
    """

    ok: bool
    events: int
    root: str
    first_bad: int | None
    reasons: tuple[str, ...]
    simulated: bool | None = None
    frontier: Frontier = field(default_factory=Frontier, repr=False, compare=False)


@dataclass(frozen=True, slots=True)
class Signed:
    """What a history is held against: the signed head, the key, the checkpoint kept outside ("" for none).

    about: origin and `simulated` as an unsigned table of the journal has them; None where there is no such table.
    """

    note: str
    vkey: str
    anchor: str = ""
    about: tuple[str, bool] | None = None


class _Bad(Exception):
    def __init__(self, seq: int | None, reason: str) -> None:
        super().__init__(reason)
        self.seq = seq
        self.reason = reason


@dataclass(slots=True)
class _Folded:
    frontier: Frontier = field(default_factory=Frontier)
    at_anchor: str = ""
    said: set[bytes] = field(default_factory=set)


def _fold(
    rows: Iterable[Row], anchor: Checkpoint | None, hexadecimal: bool, frontier: Frontier | None = None
) -> _Folded:
    """Recompute the tree, from a frontier on; raises _Bad at the first entry that does not fit."""
    folded = _Folded(frontier or Frontier())
    frontier, said = folded.frontier, folded.said
    for expected, (seq, body, leaf) in enumerate(rows, frontier.size + 1):
        if seq != expected:
            raise _Bad(expected, f"entry {expected} is missing; {seq} follows {expected - 1}")
        found = sha256(b"\x00" + body).digest()
        if leaf != (found.hex().encode() + b" " if hexadecimal else found):
            raise _Bad(seq, f"entry {seq} was changed")
        mark = body.rfind(b'"seq":') + 6
        comma = body.find(b",", mark)
        if body[mark:comma] != b"%d" % seq:
            raise _Bad(seq, f"entry {seq} carries another number: reordered or replaced")
        said.add(body[comma : comma + _LONG])
        frontier.append(found)
        if anchor is not None and seq == anchor.size:
            folded.at_anchor = frontier.root().hex()
    return folded


def judge_history(rows: Iterable[Row], signed: Signed, hexadecimal: bool = False) -> Verdict:
    """The verdict on entries; `hexadecimal`: their leaves are written as an export writes them."""
    try:
        verifier = Verifier.parse(signed.vkey)
        head = parse_checkpoint(verifier.open(signed.note))
        anchor = parse_checkpoint(verifier.open(signed.anchor)) if signed.anchor else None
    except (ValueError, UnicodeError) as error:
        return Verdict(False, 0, "", None, (f"the signed checkpoint is not valid: {error}",))
    try:
        folded = _fold(rows, anchor, hexadecimal)
    except _Bad as bad:
        return Verdict(False, head.size, head.root.hex(), bad.seq, (bad.reason,))
    events, root = folded.frontier.size, folded.frontier.root().hex()
    if events != head.size:
        known = max(head.size, anchor.size if anchor else 0)
        first = (events if events < known else head.size) + 1
        what = "cut off" if events < known else "added without a signature, or cut off within one append"
        return Verdict(False, events, root, first, (f"{head.size} entries are signed, {events} are there: {what}",))
    if root != head.root.hex():
        return Verdict(False, events, root, None, ("the entries do not have the signed root: one was replaced",))
    if anchor is not None and (anchor.size > events or (anchor.size and folded.at_anchor != anchor.root.hex())):
        reason = f"the checkpoint kept outside ({anchor.size} entries) is not part of this journal's history"
        return Verdict(False, events, root, min(events, anchor.size) + 1, (reason,))
    if reason := _disagrees(folded.said, signed.about, head.origin):
        return Verdict(False, events, root, None, (reason,))
    simulated = _SAID[next(iter(folded.said))] if folded.said else None
    return Verdict(True, events, root, None, (), simulated, folded.frontier)


def follow(frontier: Frontier, rows: Iterable[Row], signed: Signed) -> Frontier:
    """The tree after rows that follow on it, if they are whole and their head is signed; raises ValueError."""
    try:
        folded = _fold(rows, None, False, frontier.copy())
    except _Bad as bad:
        raise ValueError(bad.reason) from bad
    head = parse_checkpoint(Verifier.parse(signed.vkey).open(signed.note))
    if (head.size, head.root) != (folded.frontier.size, folded.frontier.root()):
        raise ValueError(f"its signed head is not that of {folded.frontier.size} entries")
    if reason := _disagrees(folded.said, signed.about, head.origin):
        raise ValueError(reason)
    return folded.frontier


def _disagrees(said: set[bytes], about: tuple[str, bool] | None, origin: str) -> str:
    """Why what the journal says of itself does not fit what is signed; empty if it fits."""
    if len(said) > 1 or not said <= set(_SAID):
        return "the entries do not agree on whether they are simulated"
    if about is None:
        return ""
    if about[0] != origin:
        return f"the journal calls itself {about[0]!r}, the signed head {origin!r}"
    if said and about[1] != _SAID[next(iter(said))]:
        return f"the journal says simulated = {about[1]}, its signed entries say otherwise"
    return ""
