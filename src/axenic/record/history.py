"""Does a history fit its signed head? One pass over the bytes of the entries, of a journal as of its export."""

from __future__ import annotations

from binascii import hexlify
from collections.abc import Iterable
from dataclasses import dataclass, field
from hashlib import sha256

from axenic.record.entry import Act, decode
from axenic.record.keys import Keys, is_on_keys
from axenic.record.merkle import Frontier
from axenic.record.note import Checkpoint, opened, parse_checkpoint
from axenic.record.store import Row

_SAID = {b',"simulated":true,': True, b',"simulated":false': False}
_LONG = 18  # bytes that tell the two apart
_ON_KEYS, _AN_ACT = b'"command":"key ', b'"type":"Act"}'
_BLOCK = 4096  # entries whose subtree is hashed at once


@dataclass(frozen=True, slots=True)
class Verdict:
    """`first_bad` is the number of the first entry that is not as it was written, if one can be named.

    locked: the history is whole and signed, but not that of a checkpoint kept outside. simulated: what all entries say
    of themselves; None if there are none. frontier and keys: the tree and the keys, to go on from. anchored: the tree
    at the size of each checkpoint kept outside.
    """

    ok: bool
    events: int
    root: str
    first_bad: int | None
    reasons: tuple[str, ...]
    simulated: bool | None = None
    locked: bool = False
    frontier: Frontier = field(default_factory=Frontier, repr=False, compare=False)
    keys: Keys | None = field(default=None, repr=False, compare=False)
    anchored: dict[int, Frontier] = field(default_factory=dict, repr=False, compare=False)


@dataclass(frozen=True, slots=True)
class Signed:
    """What a history is held against: the signed head, the first key, the checkpoints kept outside.

    about: origin and `simulated` as an unsigned table of the journal has them; None where there is no such table.
    """

    note: str
    vkey: str
    anchors: tuple[str, ...] = ()
    about: tuple[str, bool] | None = None


class _Bad(Exception):
    def __init__(self, seq: int | None, reason: str) -> None:
        super().__init__(reason)
        self.seq = seq
        self.reason = reason


@dataclass(slots=True)
class _Folded:
    keys: Keys
    frontier: Frontier = field(default_factory=Frontier)
    said: set[bytes] = field(default_factory=set)
    trees: dict[int, Frontier] = field(default_factory=dict)


def _fold(rows: Iterable[Row], folded: _Folded, sizes: set[int], hexadecimal: bool) -> None:
    """Recompute the tree, and keep it at some sizes; raises _Bad at the first entry that does not fit."""
    frontier, leaves, usual = folded.frontier, list[bytes](), b""
    for expected, (seq, body, leaf) in enumerate(rows, frontier.size + 1):
        if seq != expected:
            raise _Bad(expected, f"entry {expected} is missing; {seq} follows {expected - 1}")
        found = sha256(b"\x00" + body).digest()
        if leaf != (hexlify(found) + b" " if hexadecimal else found):
            raise _Bad(seq, f"entry {seq} was changed")
        mark = body.rfind(b'"seq":')
        if not body.startswith(b'"seq":%d%b' % (seq, usual), mark) or not usual:
            usual = _said(seq, body[mark + 6 :])
            folded.said.add(usual)
        if body.endswith(_AN_ACT) and _ON_KEYS in body:
            folded.keys = _keys_after(folded.keys, seq, body)
        leaves.append(found)
        if not seq % _BLOCK or seq in sizes:
            frontier.extend(leaves)
            leaves.clear()
            if seq in sizes:
                folded.trees[seq] = frontier.copy()
    frontier.extend(leaves)


def _said(seq: int, tail: bytes) -> bytes:
    """What follows the number of an entry; raises _Bad if it is another number."""
    number = b"%d" % seq
    if not tail.startswith(number + b","):
        raise _Bad(seq, f"entry {seq} carries another number: reordered or replaced")
    return tail[len(number) : len(number) + _LONG]


def _keys_after(keys: Keys, seq: int, body: bytes) -> Keys:
    try:
        act = decode(body).thing
        return keys.after(seq, act) if isinstance(act, Act) and is_on_keys(act) else keys
    except (ValueError, KeyError, TypeError) as error:
        raise _Bad(seq, f"entry {seq} changes the keys, and may not: {error}") from error


def judge_history(rows: Iterable[Row], signed: Signed, hexadecimal: bool = False) -> Verdict:
    """The verdict on entries; `hexadecimal`: their leaves are written as an export writes them."""
    try:
        folded = _Folded(Keys.begun(signed.vkey))
        head = parse_checkpoint(opened(signed.note)[0])
        anchors = [parse_checkpoint(opened(note)[0]) for note in signed.anchors]
    except (ValueError, UnicodeError) as error:
        return Verdict(False, 0, "", None, (f"the signed checkpoint is not valid: {error}",))
    try:
        _fold(rows, folded, {anchor.size for anchor in anchors}, hexadecimal)
    except _Bad as bad:
        return Verdict(False, head.size, head.root.hex(), bad.seq, (bad.reason,))
    try:
        folded.keys.checkpoint(signed.note)
    except ValueError as error:
        return Verdict(False, 0, "", None, (f"the signed checkpoint is not valid: {error}",))
    return _judged(folded, head, anchors, signed)


def _judged(folded: _Folded, head: Checkpoint, anchors: list[Checkpoint], signed: Signed) -> Verdict:
    events, root = folded.frontier.size, folded.frontier.root().hex()
    if events != head.size:
        known = max([head.size, *(anchor.size for anchor in anchors)])
        first = (events if events < known else head.size) + 1
        what = "cut off" if events < known else "added without a signature, or cut off within one append"
        return Verdict(False, events, root, first, (f"{head.size} entries are signed, {events} are there: {what}",))
    if root != head.root.hex():
        return Verdict(False, events, root, None, ("the entries do not have the signed root: one was replaced",))
    if reason := _disagrees(folded.said, signed.about, head.origin):
        return Verdict(False, events, root, None, (reason,))
    for anchor, note in zip(anchors, signed.anchors, strict=True):
        tree = folded.trees.get(anchor.size)
        if anchor.origin != head.origin or (anchor.size and (tree is None or tree.root() != anchor.root)):
            reason = f"the checkpoint kept outside ({anchor.size} entries) is not part of this journal's history"
            first = min(events, anchor.size) + 1
            return Verdict(False, events, root, first, (reason,), locked=True)
        try:
            folded.keys.checkpoint(note)
        except ValueError as error:
            reason = f"the signed checkpoint is not valid: {error} (that kept outside)"
            return Verdict(False, events, root, None, (reason,))
    simulated = _SAID[next(iter(folded.said))] if folded.said else None
    return Verdict(True, events, root, None, (), simulated, False, folded.frontier, folded.keys, folded.trees)


def follow(frontier: Frontier, keys: Keys, rows: Iterable[Row], signed: Signed) -> tuple[Frontier, Keys]:
    """Tree and keys after rows that follow on them, if they are whole and their head is signed; raises ValueError."""
    folded = _Folded(keys, frontier.copy())
    try:
        _fold(rows, folded, set(), False)
    except _Bad as bad:
        raise ValueError(bad.reason) from bad
    head = folded.keys.checkpoint(signed.note)
    if (head.size, head.root) != (folded.frontier.size, folded.frontier.root()):
        raise ValueError(f"its signed head is not that of {folded.frontier.size} entries")
    if reason := _disagrees(folded.said, signed.about, head.origin):
        raise ValueError(reason)
    return folded.frontier, folded.keys


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
