"""Writing the report: a page or a PDF by the ending of its name, there whole or not at all."""

from __future__ import annotations

import os
from pathlib import Path

from axenic.notation.finding import Finding
from axenic.twin.report.page import html_of
from axenic.twin.report.paper import pdf_of
from axenic.twin.report.report import Report
from axenic.twin.report.section import sections_of

ENDINGS = (".html", ".pdf")


class ReportError(ValueError):
    """The report cannot be written; `finding` says why and what to do."""

    def __init__(self, finding: Finding) -> None:
        super().__init__(str(finding))
        self.finding = finding


def check_target(path: Path) -> None:
    """Refuse what could not be written before hours of simulation are spent on it; raises ReportError."""
    if path.suffix.lower() not in ENDINGS:
        text = f"a report cannot be a {path.suffix or 'file without an ending'}"
        raise _error(text, f"end its name with {' or '.join(ENDINGS)}", path)
    if path.is_dir():
        raise _error("this is a folder", "name a file in it", path)
    if not path.parent.is_dir():
        raise _error(f"there is no folder {path.parent}", "make it first, or name another", path)
    if not os.access(path.parent, os.W_OK):
        raise _error(f"the folder {path.parent} may not be written", "change its permissions, or name another", path)


def write_report(report: Report, path: Path) -> None:
    """Write the report as .html or .pdf: equal comparisons give equal bytes. Raises ReportError."""
    check_target(path)
    sections = sections_of(report)
    on_paper = path.suffix.lower() == ".pdf"
    made = pdf_of(report, sections) if on_paper else html_of(report, sections).encode()
    new = path.with_name(path.name + ".new")
    try:
        new.write_bytes(made)
        os.replace(new, path)
    except OSError as error:
        new.unlink(missing_ok=True)
        raise _error(error.strerror or str(error), "check the folder and the space on the disk", path) from error


def _error(text: str, hint: str, path: Path) -> ReportError:
    return ReportError(Finding("AX0851", text, hint, str(path)))
