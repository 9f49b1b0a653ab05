"""Verification: anything flipped, removed, reordered or cut off is found and named.

Works on a journal and on its export, from the bytes alone. Whoever holds the key can sign a new history; that is
found only against a checkpoint kept elsewhere (`anchor`).
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterator
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

from axenic.record.journal import anchor_path, vkey_path
from axenic.record.merkle import Frontier
from axenic.record.note import Checkpoint, Verifier, parse_checkpoint

HEADER = "axenic journal"


@dataclass(frozen=True, slots=True)
class Verdict:
    """`first_bad` is the number of the first entry that is not as it was written, if one can be named."""

    ok: bool
    events: int
    root: str
    first_bad: int | None
    reasons: tuple[str, ...]


class _Bad(Exception):
    def __init__(self, seq: int | None, reason: str) -> None:
        super().__init__(reason)
        self.seq = seq
        self.reason = reason


def _fold(
    rows: Iterator[tuple[int, bytes, bytes]], anchor: Checkpoint | None, hexadecimal: bool
) -> tuple[Frontier, str]:
    """Recompute the tree; raises _Bad at the first entry that does not fit."""
    frontier, at_anchor = Frontier(), ""
    for expected, (seq, body, leaf) in enumerate(rows, 1):
        if seq != expected:
            raise _Bad(expected, f"entry {expected} is missing; {seq} follows {expected - 1}")
        found = sha256(b"\x00" + body).digest()
        if leaf != (found.hex().encode() + b" " if hexadecimal else found):
            raise _Bad(seq, f"entry {seq} was changed")
        mark = body.rfind(b'"seq":') + 6
        if body[mark : body.find(b",", mark)] != b"%d" % seq:
            raise _Bad(seq, f"entry {seq} carries another number: reordered or replaced")
        frontier.append(found)
        if anchor is not None and seq == anchor.size:
            at_anchor = frontier.root().hex()
    return frontier, at_anchor


def _judge(
    rows: Iterator[tuple[int, bytes, bytes]], note: str, vkey: str, anchor_note: str, hexadecimal: bool = False
) -> Verdict:
    try:
        verifier = Verifier.parse(vkey)
        head = parse_checkpoint(verifier.open(note))
        anchor = parse_checkpoint(verifier.open(anchor_note)) if anchor_note else None
    except (ValueError, UnicodeError) as error:
        return Verdict(False, 0, "", None, (f"the signed checkpoint is not valid: {error}",))
    try:
        frontier, at_anchor = _fold(rows, anchor, hexadecimal)
    except _Bad as bad:
        return Verdict(False, head.size, head.root.hex(), bad.seq, (bad.reason,))
    events, root = frontier.size, frontier.root().hex()
    if events != head.size:
        first = min(events, head.size) + 1
        what = "cut off" if events < head.size else "added without a signature"
        return Verdict(False, events, root, first, (f"{head.size} entries are signed, {events} are there: {what}",))
    if root != head.root.hex():
        return Verdict(False, events, root, None, ("the entries do not have the signed root: one was replaced",))
    if anchor is not None and (anchor.size > events or (anchor.size and at_anchor != anchor.root.hex())):
        reason = f"the checkpoint kept outside ({anchor.size} entries) is not part of this journal's history"
        return Verdict(False, events, root, min(events, anchor.size) + 1, (reason,))
    return Verdict(True, events, root, None, ())


def verify(path: Path, vkey: str = "") -> Verdict:
    """Verify a journal or an export; `vkey` pins the public key, else the one beside the journal is believed.

    Raises ValueError if the file is neither.
    """
    with path.open("rb") as file:
        start = file.read(16)
    if start.startswith(b"SQLite format 3"):
        return _verify_database(path, vkey)
    if start.startswith(b"{"):
        return _verify_export(path, vkey)
    raise ValueError("neither a journal nor an export")


def _verify_database(path: Path, vkey: str) -> Verdict:
    try:
        key = vkey or vkey_path(path).read_text("utf-8")
        anchor = anchor_path(path).read_text("utf-8") if anchor_path(path).exists() else ""
    except (OSError, UnicodeError) as error:
        return Verdict(False, 0, "", None, (f"no public key: {error}; give --key",))
    db = sqlite3.connect(path, isolation_level=None)
    try:
        db.execute("BEGIN")
        note = db.execute("SELECT note FROM head").fetchone()[0]
        return _judge(iter(db.execute("SELECT seq, body, leaf FROM entry ORDER BY seq")), note, key, anchor)
    except (sqlite3.Error, TypeError, ValueError, AttributeError) as error:
        return Verdict(False, 0, "", None, (f"the database is damaged: {error}",))
    finally:
        db.close()


def export(path: Path, out: Path) -> None:
    """Write a journal as lines: a header, hash and canonical bytes of each entry, and the signed checkpoint."""
    db = sqlite3.connect(path)
    try:
        note = db.execute("SELECT note FROM head").fetchone()[0]
        header = {HEADER: 1, "vkey": vkey_path(path).read_text("utf-8").strip()}
        with out.open("wb") as file:
            file.write(json.dumps(header).encode() + b"\n")
            for body, leaf in db.execute("SELECT body, leaf FROM entry ORDER BY seq"):
                file.write(leaf.hex().encode() + b" " + body + b"\n")
            file.write(json.dumps({"checkpoint": note}).encode() + b"\n")
    finally:
        db.close()


def _verify_export(path: Path, vkey: str) -> Verdict:
    lines = path.read_bytes().split(b"\n")
    try:
        header = json.loads(lines[0])
        note = json.loads(lines[-2])["checkpoint"]
        written = json.dumps({HEADER: 1, "vkey": header["vkey"]}).encode()
        if written != lines[0] or json.dumps({"checkpoint": note}).encode() != lines[-2] or lines[-1] != b"":
            raise ValueError("first or last line is not as it was written")
    except (ValueError, KeyError, TypeError, IndexError) as error:
        return Verdict(False, 0, "", None, (f"the header or the checkpoint of the export is damaged: {error}",))
    if vkey and vkey.strip() != header["vkey"]:
        return Verdict(False, 0, "", None, ("the export names another key than the one given",))
    rows = ((n, line[65:], line[:65]) for n, line in enumerate(lines[1:-2], 1))
    return _judge(rows, note, vkey or header["vkey"], "", hexadecimal=True)
