"""Carrying a batch out of a journal: its bundle as JSON, or its sealed record as PDF with the bundle attached."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

from axenic.record.bundle import Bundle, bundle_of
from axenic.record.place import Place
from axenic.record.print import ended, print_bundle
from axenic.record.reading import Reading
from axenic.record.seal import seal_of
from axenic.record.statement import signer_of


def carried(batch: str, reading: Reading, journal: str | Path | Place, said: dict[str, Any] | None = None) -> Bundle:
    """The bundle of a batch of a journal that was read, with what quality said of it.

    Raises KeyError if nothing names it, ValueError if the journal is locked.
    """
    if reading.locked:
        raise ValueError(f"the journal is under the integrity lock, nothing is carried out of it: {reading.locked}")
    return bundle_of(batch, reading.entries, reading.head, signer_of(journal, reading), said)


def sealed_record(bundle: Bundle, reading: Reading, journal: str | Path | Place) -> bytes:
    """The record of a bundle as sealed PDF.

    Raises ValueError if it cannot be laid out, OSError if the key of the journal is not at hand: then nobody can seal.
    """
    return seal_of(journal, reading).close(print_bundle(bundle), ended(bundle.entries()))


def put(out: Path, data: bytes) -> None:
    """Write a file that is there wholly or not at all; raises OSError."""
    half = out.with_name(f"{out.name}.{os.getpid()}.half")
    try:
        half.write_bytes(data)
        half.replace(out)
    finally:
        half.unlink(missing_ok=True)
