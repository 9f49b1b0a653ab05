"""Printing batch records: the projection laid out by Typst as tagged PDF/A-3b, the same bytes for the same journal."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict
from importlib import resources
from pathlib import Path
from typing import Any, Literal

import font_source_sans_pro
import segno
import typst

from axenic.record.batch import project
from axenic.record.bundle import Bundle
from axenic.record.entry import Entry
from axenic.record.extract import extract
from axenic.record.index import index_of
from axenic.record.journal import Head
from axenic.record.journey import journeys_of
from axenic.record.judgement import said_in
from axenic.record.keys import Keys
from axenic.record.masters import masters_of
from axenic.record.note import parse_checkpoint
from axenic.record.place import Place
from axenic.record.row import Row

STANDARD: Literal["a-3b"] = "a-3b"
WORKING = "working copy"
Judge = Callable[[str], Row]


def _silent(batch: str) -> Row:
    """Nobody asked quality."""
    return {}


class Press:
    """Lays records out, one after the other; fonts and template are read once."""

    def __init__(self) -> None:
        template = str(resources.files("axenic") / "data" / "print" / "batch-record.typ")
        fonts = typst.Fonts(include_system_fonts=False, font_paths=[font_source_sans_pro.font_directory])
        self._compiler = typst.Compiler(template, font_paths=fonts)

    def lay_out(self, record: Row, at: int, bundle: bytes = b"") -> bytes:
        """The PDF of a record, dated `at` (milliseconds, UTC), with the bundle attached if there is one."""
        inputs = {"record": json.dumps(record), "bundle": bundle.decode()}
        pdf = self._compiler.compile(sys_inputs=inputs, timestamp=at // 1000, pdf_standards=[STANDARD])
        if not isinstance(pdf, bytes):
            raise ValueError("the record was not laid out as one document")
        return pdf


def record_path(journal: Place, batch: str) -> Path:
    """Where the record of a batch lies: beside its journal, or beside the keys of one in PostgreSQL."""
    return journal.folder / f"{journal.stem}-{batch}.pdf"


def print_records(
    entries: Sequence[Entry], head: Head, journal: str | Path | Place, batches: Sequence[str], judge: Judge = _silent
) -> Iterator[tuple[str, Path]]:
    """Print working copies of the records of some batches; their names and paths as they are done.

    judge: what quality says of a batch.

    Raises ValueError if the journal lacks its documents, KeyError if a batch is not in it, OSError if a file cannot
    be written.
    """
    press = Press()
    for batch in batches:
        own = extract(entries, batch)
        copy = {"kind": WORKING, "here": len(own), "of_batch": len(own), "in_journal": head.size}
        record = _record(batch, own, head, copy | {"attachment": "", "statement": ""}, judge(batch))
        target = record_path(Place.of(journal), batch)
        target.write_bytes(press.lay_out(record, ended(own)))
        yield batch, target


def print_bundle(bundle: Bundle, press: Press | None = None) -> bytes:
    """The record of a bundle as PDF with the bundle attached; nothing but the bundle is read for it.

    Raises ValueError if it lacks what a record is made of: the master documents, and the order of the batch.
    """
    entries = bundle.entries()
    checkpoint = parse_checkpoint(bundle.checkpoint.rpartition("\n\n")[0] + "\n")
    simulated = json.loads(bundle.bodies[0])["simulated"] if bundle.bodies else True
    root = checkpoint.root.hex()
    head = Head(checkpoint.origin, simulated, checkpoint.size, root, bundle.checkpoint, bundle.vkey)
    copy = {"kind": bundle.copy, "here": bundle.here, "of_batch": bundle.of_batch, "in_journal": bundle.in_journal}
    copy |= {"attachment": f"{bundle.batch}.json", "statement": bundle.statement}
    record = _record(bundle.batch, entries, head, copy, said_in(bundle.judgement))
    return (press or Press()).lay_out(record, ended(entries), bundle.to_bytes())


def ended(entries: Sequence[Entry]) -> int:
    """The time of a record: that of its newest entry (milliseconds, UTC)."""
    return max(e.thing.at for e in entries)


def _record(batch: str, entries: Sequence[Entry], head: Head, copy: dict[str, Any], said: Row) -> Row:
    journeys, grounds = journeys_of(entries)
    if batch not in journeys:
        raise ValueError(f"the order of batch {batch} is not there: no record can be laid out of it")
    journey = journeys[batch]
    masters = masters_of(entries, getattr(journey.ordered.thing, "recipe", ""))
    record = project(batch, journey, grounds, masters, said)
    return record | {
        "journal": asdict(head) | {"keys": key_rows(head.vkey, entries)},
        "copy": copy,
        "index": index_of(entries, head.simulated),
        "qr": _qr(batch, head, copy),
    }


def key_rows(vkey: str, entries: Sequence[Entry]) -> list[Row]:
    """The keys of the journal with the sizes of the heads that each may sign, the first key first."""
    return [{"vkey": t.verifier.vkey(), "since": t.since} for t in Keys.begun(vkey).following(entries).terms]


def _qr(batch: str, head: Head, copy: dict[str, Any]) -> str:
    """The batch, how many entries it has, and the checkpoint, as a QR code (SVG)."""
    text = f"{batch}\n{copy['here']} of {copy['of_batch']}\n{head.note.rpartition(chr(10) * 2)[0]}"
    return str(segno.make_qr(text, error="m").svg_inline(scale=2, border=0, dark="#1f2d3a"))
