"""Checkpoints kept outside the database: the file beside it, and the newest one that a witness remembers."""

from __future__ import annotations

import os
from pathlib import Path

from axenic.record.error import JournalError
from axenic.record.files import keep_text
from axenic.record.note import opened, parse_checkpoint
from axenic.record.place import Place
from axenic.record.witness import Witness

WITNESS = "AXENIC_WITNESS"  # the folder of the witness


def witness_of(folder: str | Path | None) -> Witness | None:
    """The witness named, or that of the environment if nothing is ("": none); JournalError if it cannot be asked."""
    named = os.environ.get(WITNESS) if folder is None else folder
    if not named:
        return None
    try:
        return Witness(Path(named))
    except (OSError, ValueError) as error:
        raise unreachable(str(error), named) from error


def unreachable(why: str, witness: str | Path) -> JournalError:
    """The error of a witness that cannot be asked."""
    hint = "bring its storage back; what was appended is kept, and is witnessed with the next checkpoint"
    return JournalError("AX0307", f"the witness cannot be asked: {why}", hint, str(witness))


def anchors_of(place: Place, origin: str, witness: Witness | None) -> tuple[str, ...]:
    """The checkpoints that a journal's history must extend; raises OSError, or JournalError for the witness."""
    found = [place.checkpoint.read_text("utf-8")] if place.checkpoint.exists() else []
    try:
        remembered = witness.newest(origin) if witness else ""
    except (OSError, UnicodeError) as error:
        raise unreachable(str(error), place.folder) from error
    return (*found, remembered) if remembered else tuple(found)


def keep_checkpoint(place: Place, note: str) -> None:
    """Put a checkpoint in place of the one kept there, unless that is of more entries; raises OSError."""
    try:
        kept = parse_checkpoint(opened(place.checkpoint.read_text("utf-8"))[0]).size
    except (FileNotFoundError, ValueError):
        kept = 0
    if parse_checkpoint(opened(note)[0]).size >= kept:
        keep_text(place.checkpoint, note)
