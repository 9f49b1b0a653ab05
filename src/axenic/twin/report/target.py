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
    if path.is_dir():
        raise unwritable("this is a folder", "name a file in it", path)
    _check_folder(path.parent, path)


def check_folder(path: Path) -> None:
    """Refuse a folder that is not there and cannot be made, or takes no files; raises ReportError."""
    if path.exists() and not path.is_dir():
        raise unwritable("this is a file", "name a folder", path)
    _check_folder(path if path.is_dir() else path.parent, path)


def unwritable(text: str, hint: str, path: Path) -> ReportError:
    """The error that something cannot be written."""
    return ReportError(Finding("AX0851", text, hint, str(path)))


def _check_folder(folder: Path, path: Path) -> None:
    if not folder.is_dir():
        raise unwritable(f"there is no folder {folder}", "make it first, or name another", path)
    if not os.access(folder, os.W_OK):
        raise unwritable(f"the folder {folder} may not be written", "change its permissions, or name another", path)
