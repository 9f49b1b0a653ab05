"""Verification: anything flipped, removed, reordered or cut off is found and named.

Works on a journal and on its export, from the bytes alone. Whoever holds the key can sign a new history; that is
found only against a checkpoint kept elsewhere (`anchor`).
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from itertools import count
from pathlib import Path
from typing import BinaryIO

from axenic.record import opening
from axenic.record.anchor import anchors_of, witness_of
from axenic.record.history import Signed, Verdict, judge_history
from axenic.record.place import Place
from axenic.record.store import Row, StoreError

HEADER = "axenic journal"
_LONGEST, _BLOCK = 1 << 16, 1 << 20  # bytes of the first or last line of an export; read at once
OWN = (
    "",
    ".key",
    ".key.next",
    ".vkey",
    ".checkpoint",
    ".seal",
    "-wal",
    "-shm",
    "-journal",
)  # what the files of a journal end on


def verify(where: str | Path | Place, vkey: str = "", witness: str | Path | None = None) -> Verdict:
    """Verify a journal or an export; `vkey` pins its first public key, else the one beside the journal is believed.

    Raises ValueError if it is neither, JournalError if a URL names no database or the witness cannot be asked, OSError
    if there is no such file.
    """
    place = Place.of(where)
    if place.url:
        return _verify_database(place, vkey, witness)
    with place.path.open("rb") as file:
        start = file.read(16)
    if start.startswith(b"SQLite format 3"):
        return _verify_database(place, vkey, witness)
    if start.startswith(b"{"):
        return _verify_export(place.path, vkey)
    raise ValueError("neither a journal nor an export")


def _verify_database(place: Place, vkey: str, witness: str | Path | None) -> Verdict:
    try:
        key = vkey or place.vkey.read_text("utf-8")
    except (OSError, UnicodeError) as error:
        return Verdict(False, 0, "", None, (f"no public key: {error}; give --key",))
    try:
        store = opening.to_read(place)
        try:
            store.look()
            about, note = store.about(), store.newest_note()
            anchors = anchors_of(place, about.origin, witness_of(witness))
            return judge_history(store.rows(), Signed(note, key, anchors, (about.origin, about.simulated)))
        finally:
            store.close()
    except (StoreError, OSError, TypeError, ValueError, AttributeError) as error:
        return Verdict(False, 0, "", None, (f"the database is damaged: {error}",))


def export(where: str | Path | Place, out: Path) -> None:
    """Write a journal as lines: a header, hash and canonical bytes of each entry, and the signed checkpoint.

    `out` is there wholly or not at all. Raises ValueError if it is a file of the journal itself or there is no
    journal, OSError if it cannot be written.
    """
    place = Place.of(where)
    if belongs(place, out):
        raise ValueError(f"{out} belongs to the journal itself")
    if out.exists() and not out.is_file():  # a pipe or a terminal: nothing to replace
        with out.open("wb") as file:
            return _write(place, file)
    half = out.with_name(f"{out.name}.{os.getpid()}.half")
    try:
        with half.open("wb") as file:
            _write(place, file)
        half.replace(out)
    finally:
        half.unlink(missing_ok=True)
    return None


def belongs(place: Place, out: Path) -> bool:
    """Whether `out` is the journal or one of the files that make it, by whatever name."""
    own = [place.beside(end) for end in OWN]
    if out.resolve() in [p.resolve() for p in own]:
        return True
    return out.exists() and any(p.exists() and p.samefile(out) for p in own)


def _write(place: Place, file: BinaryIO) -> None:
    header: dict[str, object] = {HEADER: 1, "vkey": place.vkey.read_text("utf-8").strip()}
    try:
        store = opening.to_read(place)
        try:
            store.look()  # head and entries of the same moment
            note = store.newest_note()
            file.write(_line(header))
            for _, body, leaf in store.rows():
                file.write(leaf.hex().encode() + b" " + body + b"\n")
            file.write(_line({"checkpoint": note}))
        finally:
            store.close()
    except StoreError as error:
        raise ValueError(f"not a journal: {error}") from error


def _verify_export(path: Path, vkey: str) -> Verdict:
    with path.open("rb") as file:
        try:
            key, note, size = _frame(file)
        except (ValueError, KeyError, TypeError, IndexError, RecursionError) as error:
            return Verdict(False, 0, "", None, (f"the header or the checkpoint of the export is damaged: {error}",))
        if vkey and vkey.strip() != key:
            return Verdict(False, 0, "", None, ("the export names another key than the one given",))
        return judge_history(_rows(file, size), Signed(note, key), hexadecimal=True)


def _frame(file: BinaryIO) -> tuple[str, str, int]:
    """Key and note of the first and the last line, and how many bytes lie between; the file is left behind the first.

    Raises what a damaged line raises.
    """
    first = file.readline(_LONGEST)
    end = file.seek(0, os.SEEK_END)
    file.seek(max(len(first), end - _LONGEST))
    last = file.read()
    last = last[last.rfind(b"\n", 0, -1) + 1 :]
    key, note = json.loads(first)["vkey"], json.loads(last)["checkpoint"]
    if not isinstance(key, str) or not isinstance(note, str):
        raise ValueError("the key or the checkpoint is not text")
    if first != _line({HEADER: 1, "vkey": key}) or last != _line({"checkpoint": note}):
        raise ValueError("first or last line is not as it was written")
    file.seek(len(first))
    return key, note, end - len(first) - len(last)


def _line(data: dict[str, object]) -> bytes:
    return json.dumps(data).encode() + b"\n"


def _rows(file: BinaryIO, size: int) -> Iterator[Row]:
    """The rows of the next `size` bytes, with the leaves as they are written: hexadecimal and a blank."""
    seq, rest = 1, b""
    while size and (block := file.read(min(size, _BLOCK))):
        size -= len(block)
        *lines, rest = (rest + block).split(b"\n")
        yield from zip(count(seq), [line[65:] for line in lines], [line[:65] for line in lines], strict=False)
        seq += len(lines)
    if rest:  # what follows the last newline is a line as well
        yield seq, rest[65:], rest[:65]
