"""Printing batch records: the projection laid out by Typst, the same bytes for the same journal."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import asdict
from importlib import resources
from pathlib import Path
from typing import Any

import font_source_sans_pro
import typst

from axenic.record.batch import journeys_of, masters_of, project
from axenic.record.entry import Entry
from axenic.record.journal import Head
from axenic.record.place import Place


def record_path(journal: Place, batch: str) -> Path:
    """Where the record of a batch lies: beside its journal, or beside the keys of one in PostgreSQL."""
    return journal.folder / f"{journal.stem}-{batch}.pdf"


def print_records(
    entries: Sequence[Entry], head: Head, journal: str | Path | Place, batches: Sequence[str]
) -> Iterator[tuple[str, Path]]:
    """Print the records of some batches one after the other; their names and paths as they are done.

    Raises ValueError if the journal lacks its documents, KeyError if a batch is not in it, OSError if a file cannot
    be written.
    """
    masters = masters_of(entries)
    journeys, changeovers = journeys_of(entries)
    template = str(resources.files("axenic") / "data" / "print" / "batch-record.typ")
    fonts = typst.Fonts(include_system_fonts=False, font_paths=[font_source_sans_pro.font_directory])
    compiler = typst.Compiler(template, font_paths=fonts)
    for batch in batches:
        journey = journeys[batch]
        data: dict[str, Any] = project(batch, journey, changeovers, masters)
        data["journal"] = asdict(head)
        target = record_path(Place.of(journal), batch)
        ended = max(e.thing.at for e in (journey.ordered, *filter(None, [journey.disposed])))
        pdf = compiler.compile(sys_inputs={"record": json.dumps(data)}, timestamp=ended // 1000)
        if not isinstance(pdf, bytes):
            raise ValueError("the record was not laid out as one document")
        target.write_bytes(pdf)
        yield batch, target
