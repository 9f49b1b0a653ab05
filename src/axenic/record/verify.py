"""Verification: anything flipped, removed, reordered or cut off is found and named.

Works on a journal and on its export, from the bytes alone. Whoever holds the key can sign a new history; that is
found only against a checkpoint kept elsewhere (`anchor`).
"""

from __future__ import annotations

import json
import os
import sqlite3
from pathlib import Path
from typing import BinaryIO

from axenic.record.history import Signed, Verdict, judge_history
from axenic.record.journal import anchor_path, read_about, vkey_path

HEADER = "axenic journal"
OWN = ("", ".key", ".vkey", ".checkpoint", ".seal", "-wal", "-shm", "-journal")  # what the files of a journal end on


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
        note = str(db.execute("SELECT note FROM head").fetchone()[0])
        rows = db.execute("SELECT seq, body, leaf FROM entry ORDER BY seq")
        return judge_history(rows, Signed(note, key, anchor, read_about(db)))
    except (sqlite3.Error, TypeError, ValueError, AttributeError) as error:
        return Verdict(False, 0, "", None, (f"the database is damaged: {error}",))
    finally:
        db.close()


def export(path: Path, out: Path) -> None:
    """Write a journal as lines: a header, hash and canonical bytes of each entry, and the signed checkpoint.

    `out` is there wholly or not at all. Raises ValueError if it is a file of the journal itself or `path` is no
    journal, OSError if it cannot be written.
    """
    if _is_of(path, out):
        raise ValueError(f"{out} belongs to the journal itself")
    if out.exists() and not out.is_file():  # a pipe or a terminal: nothing to replace
        with out.open("wb") as file:
            return _write(path, file)
    half = out.with_name(f"{out.name}.{os.getpid()}.half")
    try:
        with half.open("wb") as file:
            _write(path, file)
        half.replace(out)
    finally:
        half.unlink(missing_ok=True)
    return None


def _is_of(path: Path, out: Path) -> bool:
    """Whether `out` is the journal or one of the files that make it, by whatever name."""
    own = [path.with_name(path.name + end) for end in OWN]
    if out.resolve() in [p.resolve() for p in own]:
        return True
    return out.exists() and any(p.exists() and p.samefile(out) for p in own)


def _write(path: Path, file: BinaryIO) -> None:
    db = sqlite3.connect(path, isolation_level=None)
    try:
        db.execute("BEGIN")  # head and entries of the same moment
        note = db.execute("SELECT note FROM head").fetchall()[0][0]
        header = {HEADER: 1, "vkey": vkey_path(path).read_text("utf-8").strip()}
        file.write(json.dumps(header).encode() + b"\n")
        for body, leaf in db.execute("SELECT body, leaf FROM entry ORDER BY seq"):
            file.write(leaf.hex().encode() + b" " + body + b"\n")
        file.write(json.dumps({"checkpoint": note}).encode() + b"\n")
    except (sqlite3.Error, IndexError) as error:
        raise ValueError(f"not a journal: {error}") from error
    finally:
        db.close()


def _verify_export(path: Path, vkey: str) -> Verdict:
    lines = path.read_bytes().split(b"\n")
    try:
        header = json.loads(lines[0])
        note = json.loads(lines[-2])["checkpoint"]
        written = json.dumps({HEADER: 1, "vkey": header["vkey"]}).encode()
        if not isinstance(header["vkey"], str) or not isinstance(note, str):
            raise ValueError("the key or the checkpoint is not text")
        if written != lines[0] or json.dumps({"checkpoint": note}).encode() != lines[-2] or lines[-1] != b"":
            raise ValueError("first or last line is not as it was written")
    except (ValueError, KeyError, TypeError, IndexError, RecursionError) as error:
        return Verdict(False, 0, "", None, (f"the header or the checkpoint of the export is damaged: {error}",))
    if vkey and vkey.strip() != header["vkey"]:
        return Verdict(False, 0, "", None, ("the export names another key than the one given",))
    rows = ((n, line[65:], line[:65]) for n, line in enumerate(lines[1:-2], 1))
    return judge_history(rows, Signed(note, vkey or header["vkey"]), hexadecimal=True)
