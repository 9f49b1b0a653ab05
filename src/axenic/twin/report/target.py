"""Where a report goes: what could not be written is refused before anything is simulated."""

from __future__ import annotations

import os
from pathlib import Path

from axenic.notation.finding import Finding

REPORTS, PICTURES = (".html", ".pdf"), (".svg", ".png", ".pdf")
"""The endings of a report, and of one picture of it."""


class ReportError(ValueError):
    """The report cannot be written; `finding` says why and what to do."""

    def __init__(self, finding: Finding) -> None:
        super().__init__(str(finding))
        self.finding = finding


def check_target(path: Path, endings: tuple[str, ...] = REPORTS) -> None:
    """Refuse a file that could not be written; raises ReportError."""
    if path.suffix.lower() not in endings:
        what = "report" if endings == REPORTS else "picture"
        text = f"a {what} cannot be a {path.suffix or 'file without an ending'}"
        raise unwritable(text, f"end its name with {' or '.join(endings)}", path)
    if why := why_not(path):
        raise unwritable(*why, path)


def check_folder(path: Path) -> None:
    """Refuse a folder that is not there and cannot be made, or takes no files; raises ReportError."""
    there = os.path.isdir(path)  # unlike Path.is_dir, quiet about names that are too long
    if os.path.exists(path) and not there:
        raise unwritable("this is a file", "name a folder", path)
    if why := why_not(path / "picture.svg" if there else path):
        raise unwritable(*why, path)


def unwritable(text: str, hint: str, path: Path) -> ReportError:
    """The error that something cannot be written."""
    return ReportError(Finding("AX0851", text, hint, str(path)))


def why_not(path: Path) -> tuple[str, str] | None:
    """Why a file cannot be written there and how to mend it, tried on the disk; None if it can. Nothing is left."""
    if os.path.isdir(path):
        return "this is a folder", "name a file in it"
    if os.path.exists(path) and not os.access(path, os.W_OK):
        return "this file may not be written", "change its permissions, or name another"
    return _without_folder(path.parent) or _refused_by_disk(path.with_name(f"{path.name}.new"))


def _without_folder(folder: Path) -> tuple[str, str] | None:
    if not os.path.isdir(folder):
        text = f"{folder} is a file, no folder" if os.path.exists(folder) else f"there is no folder {folder}"
        return text, "make it first, or name another"
    if not os.access(folder, os.W_OK):
        return f"the folder {folder} may not be written", "change its permissions, or name another"
    return None


def _refused_by_disk(path: Path) -> tuple[str, str] | None:
    """What the disk says to a new file of that name: too long, read only, full."""
    if os.path.exists(path):
        return None
    try:
        path.touch()
        path.unlink()
    except OSError as error:
        return error.strerror or str(error), "name another, or check the space on the disk"
    return None
