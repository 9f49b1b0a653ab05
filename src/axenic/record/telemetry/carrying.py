"""Copies of archives: an archive never changes, so each is copied once, and its journal proves every copy."""

from __future__ import annotations

import os
import shutil
from collections.abc import Sequence
from pathlib import Path

from axenic.record.files import keep_folder
from axenic.record.telemetry.archive import Archive
from axenic.record.telemetry.error import ARCHIVE, UNWRITTEN, TelemetryError


def carry(archives: Sequence[Archive], origin: Path, target: Path) -> list[Archive]:
    """Copy the archives that are not yet whole in `target`; those that were copied.

    Raises TelemetryError if one is not the one on record where it comes from, or cannot be written.
    """
    return [archive for archive in archives if archive.fault(target) and _copied(archive, origin, target)]


def _copied(archive: Archive, origin: Path, target: Path) -> bool:
    path = target / archive.name
    half = path.with_name(f"{path.name}.half")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with (origin / archive.name).open("rb") as source, half.open("wb") as copy:
            shutil.copyfileobj(source, copy, 1 << 20)
            copy.flush()
            os.fsync(copy.fileno())
        if fault := archive.fault_of(half):
            raise TelemetryError(ARCHIVE, fault, "bring the archive back from another copy", str(origin))
        half.replace(path)
        keep_folder(path.parent)
    except FileNotFoundError as error:
        raise TelemetryError(ARCHIVE, archive.fault(origin), "bring it back from a copy", str(origin)) from error
    except OSError as error:
        raise TelemetryError(UNWRITTEN, str(error), "check folder and disk space", str(target)) from error
    finally:
        half.unlink(missing_ok=True)
    return True
