"""Does a bundle prove what it says? From its bytes and a public key alone."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from axenic.record.bundle import PARTIAL, WHOLE, Bundle, read_bundle
from axenic.record.entry import Entry
from axenic.record.extract import passages_left_out
from axenic.record.judgement import open_judgement
from axenic.record.keys import Keys
from axenic.record.merkle import leaf_hash, root_of
from axenic.record.note import Checkpoint, Verifier, opened, parse_checkpoint
from axenic.record.proof import includes
from axenic.record.statement import open_statement


@dataclass(frozen=True, slots=True)
class BundleVerdict:
    """`copy`: whole or partial copy; `events` of the batch's `of_batch` entries are here, of `in_journal` in all.

    vkey: the first key of the journal; keys: those that may sign for it now. first_bad: the number of the first entry
    that is not proven, if one can be named.
    """

    ok: bool
    reasons: tuple[str, ...] = ()
    batch: str = ""
    copy: str = ""
    events: int = 0
    of_batch: int = 0
    in_journal: int = 0
    root: str = ""
    vkey: str = ""
    keys: tuple[Verifier, ...] = ()
    simulated: bool | None = None
    first_bad: int | None = None

    def to_data(self) -> dict[str, Any]:
        """As plain data for `--json`."""
        names = ("ok", "batch", "copy", "events", "of_batch", "in_journal", "root", "simulated", "first_bad")
        return {name: getattr(self, name) for name in names} | {"reasons": list(self.reasons)}


class _Bad(Exception):
    def __init__(self, reason: str, seq: int | None = None) -> None:
        super().__init__(reason)
        self.seq = seq


def judge_bundle(data: bytes, vkey: str = "") -> BundleVerdict:
    """The verdict on the bytes of a bundle; `vkey` pins the public key, else the one in the bundle is believed."""
    try:
        bundle = read_bundle(data)
        if vkey and vkey.strip() != bundle.vkey:
            raise _Bad("the bundle names another key than the one given")
        head = parse_checkpoint(opened(bundle.checkpoint)[0])
        entries = bundle.entries()
        _proven(bundle, entries, head)
        keys = Keys.begun(bundle.vkey).following(entries)
        keys.checkpoint(bundle.checkpoint)
        _complete(bundle, entries, head, keys.at(head.size))
        simulated = _simulated(bundle)
    except _Bad as bad:
        return BundleVerdict(False, (str(bad),), first_bad=bad.seq)
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        return BundleVerdict(False, (str(error),))
    return BundleVerdict(
        ok=True,
        batch=bundle.batch,
        copy=bundle.copy,
        events=bundle.here,
        of_batch=bundle.of_batch,
        in_journal=bundle.in_journal,
        root=head.root.hex(),
        vkey=bundle.vkey,
        keys=tuple(keys.at(head.size)),
        simulated=simulated,
    )


def _simulated(bundle: Bundle) -> bool | None:
    """What all entries say of themselves; None if there are none; raises _Bad if they do not agree."""
    said = {json.loads(body)["simulated"] for body in bundle.bodies}
    if len(said) > 1:
        raise _Bad("the entries do not agree on whether they are simulated")
    return said.pop() if said else None


def _proven(bundle: Bundle, entries: Sequence[Entry], head: Checkpoint) -> None:
    """Every entry is in the tree of the checkpoint, once, in order, and no hash is there for nothing; raises _Bad."""
    if bundle.in_journal != head.size:
        raise _Bad(f"the bundle says {bundle.in_journal} entries in the journal, {head.size} are signed")
    before = 0
    for entry, body, path in zip(entries, bundle.bodies, bundle.paths, strict=True):
        if entry.seq <= before:
            raise _Bad(f"entry {entry.seq} follows {before}", entry.seq)
        if any(p >= len(bundle.hashes) for p in path):
            raise _Bad(f"the proof of entry {entry.seq} names a hash that is not there", entry.seq)
        hashes = [bundle.hashes[p] for p in path]
        if not includes(leaf_hash(body), entry.seq - 1, head.size, hashes, head.root):
            raise _Bad(f"entry {entry.seq} was changed: it is not in the journal that was signed", entry.seq)
        before = entry.seq
    used = {p for path in bundle.paths for p in path}
    if used != set(range(len(bundle.hashes))):
        raise _Bad("the bundle holds hashes that prove nothing")


def _complete(bundle: Bundle, entries: Sequence[Entry], head: Checkpoint, keys: Sequence[Verifier]) -> None:
    """The bundle is whole as the statement says, or calls itself a partial copy; raises _Bad or ValueError."""
    if bundle.here != len(entries) or bundle.copy not in (WHOLE, PARTIAL):
        raise _Bad("the bundle does not count its entries rightly")
    if bool(bundle.statement) != bool(bundle.judgement):
        raise _Bad("the statement on the batch and the judgement on it go together")
    if not bundle.statement:
        if bundle.copy == WHOLE or bundle.of_batch < bundle.here:
            raise _Bad("nobody signed that the bundle is whole, and it does not call itself a partial copy")
        return
    said = open_statement(bundle.statement, keys)
    if (said.origin, said.batch, said.size, said.count) != (head.origin, bundle.batch, head.size, bundle.of_batch):
        raise _Bad("the signed statement is on another batch, another journal or another count")
    judged = open_judgement(bundle.judgement, keys)
    if (judged.origin, judged.batch, judged.size) != (head.origin, bundle.batch, head.size):
        raise _Bad("the signed judgement is on another batch or another journal")
    if bundle.copy == PARTIAL:
        if bundle.here >= said.count:
            raise _Bad("a partial copy holds fewer entries than there are")
        return
    if bundle.here != said.count or root_of(leaf_hash(b) for b in bundle.bodies) != said.digest:
        raise _Bad(
            f"{said.count} entries of this batch are signed, {bundle.here} are here: one was left out or replaced"
        )
    if gap := passages_left_out(entries, bundle.batch):
        raise _Bad(f"a passage of the batch before {gap} was left out")
