"""The bundle: everything a journal holds on one batch, with proofs, as JSON that anybody can verify without us.

Canonical JSON (RFC 8785) and a line feed; the same bytes for the same journal. Each entry stands in it as its
canonical body with the path that proves it (RFC 9162) against the signed checkpoint; a path is a list of places in
`hashes`, since the paths of neighbours share most of them. The signed statement says how many entries there must be.
"""

from __future__ import annotations

import base64
import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from axenic.record.entry import Entry, body_of, canonical, decode
from axenic.record.extract import extract, on_keys
from axenic.record.journal import Head
from axenic.record.judgement import Judgement
from axenic.record.merkle import leaf_hash, root_of
from axenic.record.note import Signer
from axenic.record.proof import Tree
from axenic.record.statement import Statement

FORMAT = "axenic batch"
START = b'{"axenic batch":'
WHOLE, PARTIAL = "whole", "partial copy"


@dataclass(frozen=True, slots=True)
class Bundle:
    """One batch as it can be carried away. `copy` is WHOLE or PARTIAL; `counts`: entries here, of the batch, in all.

    paths: for each body, places in `hashes`. checkpoint, statement, judgement: signed notes (the last two "" where no
    key was at hand).
    vkey: the first key of the journal; the acts among the entries lead from it to those that signed.
    """

    batch: str
    copy: str
    here: int
    of_batch: int
    in_journal: int
    bodies: tuple[bytes, ...]
    paths: tuple[tuple[int, ...], ...]
    hashes: tuple[bytes, ...]
    checkpoint: str
    statement: str
    judgement: str
    vkey: str

    def entries(self) -> list[Entry]:
        """The entries, decoded; raises ValueError, KeyError or TypeError if one is none."""
        return [decode(body) for body in self.bodies]

    def to_bytes(self) -> bytes:
        """The file; its bodies are canonical already and are put in as they are."""
        pairs = zip(self.bodies, self.paths, strict=True)
        entries = b",".join(b'{"body":%b,"path":%b}' % (body, _json(path)) for body, path in pairs)
        values = {
            FORMAT: _json(1),
            "batch": _json(self.batch),
            "checkpoint": _json(self.checkpoint),
            "copy": _json(self.copy),
            "counts": _json({"batch": self.of_batch, "here": self.here, "journal": self.in_journal}),
            "entries": b"[%b]" % entries,
            "hashes": _json([base64.b64encode(h).decode() for h in self.hashes]),
            "judgement": _json(self.judgement),
            "statement": _json(self.statement),
            "vkey": _json(self.vkey),
        }
        return b"{%b}\n" % b",".join(b"%b:%b" % (_json(name), value) for name, value in values.items())


def _json(value: object) -> bytes:
    """As RFC 8785 writes texts, whole numbers, lists of them, and mappings whose keys are in order."""
    return json.dumps(value, separators=(",", ":"), ensure_ascii=False).encode()


def bundle_of(
    batch: str, entries: Sequence[Entry], head: Head, signer: Signer | None, said: dict[str, Any] | None = None
) -> Bundle:
    """The whole bundle of a batch; a partial copy if nobody can sign for its being whole. `said`: by quality, of it.

    Raises KeyError if no entry names the batch, ValueError if the entries do not have the root of the head (an older
    program wrote them otherwise than they are written now).
    """
    bodies = {e.seq: body_of(e.seq, e.thing, head.simulated) for e in entries}
    leaves = [leaf_hash(body) for body in bodies.values()]
    tree = Tree(leaves)
    if tree.size != head.size or tree.root().hex() != head.root:
        raise ValueError("the entries cannot be written again as they were signed; export the whole journal instead")
    own = [e.seq for e in extract(entries, batch)]
    digest = root_of(leaves[n - 1] for n in own)
    statement = signer.signed(Statement(head.origin, batch, head.size, len(own), digest).text()) if signer else ""
    judgement = signer.signed(Judgement(head.origin, batch, head.size, said or {}).text()) if signer else ""
    paths, hashes = _paths(tree, own)
    return Bundle(
        batch=batch,
        copy=WHOLE if statement else PARTIAL,
        here=len(own),
        of_batch=len(own),
        in_journal=head.size,
        bodies=tuple(bodies[n] for n in own),
        paths=paths,
        hashes=hashes,
        checkpoint=head.note,
        statement=statement,
        judgement=judgement,
        vkey=head.vkey,
    )


def partial_copy(bundle: Bundle, numbers: set[int]) -> Bundle:
    """A copy with some entries alone, which says of itself that it is partial and how many there are.

    The acts on the journal's keys stay: without them nobody could follow who signed.
    """
    kept = [n for n, e in enumerate(bundle.entries()) if e.seq in numbers or on_keys(e.thing)]
    table: dict[bytes, int] = {}
    paths = tuple(_placed([bundle.hashes[p] for p in bundle.paths[n]], table) for n in kept)
    return Bundle(
        batch=bundle.batch,
        copy=PARTIAL,
        here=len(kept),
        of_batch=bundle.of_batch,
        in_journal=bundle.in_journal,
        bodies=tuple(bundle.bodies[n] for n in kept),
        paths=paths,
        hashes=tuple(table),
        checkpoint=bundle.checkpoint,
        statement=bundle.statement,
        judgement=bundle.judgement,
        vkey=bundle.vkey,
    )


def _paths(tree: Tree, numbers: Sequence[int]) -> tuple[tuple[tuple[int, ...], ...], tuple[bytes, ...]]:
    table: dict[bytes, int] = {}
    return tuple(_placed(tree.inclusion(n - 1), table) for n in numbers), tuple(table)


def _placed(path: Sequence[bytes], table: dict[bytes, int]) -> tuple[int, ...]:
    """The path as places in a table of hashes, to which those it lacks are added."""
    return tuple(table.setdefault(h, len(table)) for h in path)


def read_bundle(data: bytes) -> Bundle:
    """The bundle of a file, of the right shape but not proven yet; raises ValueError."""
    try:
        row = json.loads(data)
        counts = row["counts"]
        found = Bundle(
            batch=_text(row["batch"]),
            copy=_text(row["copy"]),
            here=_whole_number(counts["here"]),
            of_batch=_whole_number(counts["batch"]),
            in_journal=_whole_number(counts["journal"]),
            bodies=tuple(canonical(e["body"]) for e in row["entries"]),
            paths=tuple(tuple(_whole_number(p) for p in e["path"]) for e in row["entries"]),
            hashes=tuple(base64.b64decode(h, validate=True) for h in row["hashes"]),
            checkpoint=_text(row["checkpoint"]),
            statement=_text(row["statement"]),
            judgement=_text(row["judgement"]),
            vkey=_text(row["vkey"]),
        )
        written = found.to_bytes()
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
        raise ValueError(f"not a bundle of a batch: {error}") from error
    if written != data:
        raise ValueError("the bundle is not written as a bundle is")
    return found


def _text(value: object) -> str:
    if not isinstance(value, str):
        raise ValueError("a text was expected")
    return value


def _whole_number(value: object) -> int:
    if type(value) is not int or value < 0:
        raise ValueError("a whole number was expected")
    return value
