"""Writing the report and its pictures: each file is there whole or not at all."""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path

from axenic.twin.report.page import html_of
from axenic.twin.report.paper import pdf_of, printed
from axenic.twin.report.picture import Picture
from axenic.twin.report.report import Report
from axenic.twin.report.section import Section, sections_of
from axenic.twin.report.target import PICTURES, check_folder, check_target, unwritable


def write_report(report: Report, path: Path, sections: Sequence[Section] | None = None) -> None:
    """Write the report as .html or .pdf: equal reports give equal bytes. Raises ReportError."""
    check_target(path)
    shown = sections_of(report) if sections is None else sections
    on_paper = path.suffix.lower() == ".pdf"
    _write(path, pdf_of(report, shown) if on_paper else html_of(report, shown).encode())


def write_picture(picture: Picture, path: Path) -> None:
    """Write a picture that can stand alone, as .svg, .png or .pdf. Raises ReportError."""
    check_target(path, PICTURES)
    ending, svg = path.suffix.lower(), picture.alone()
    _write(path, svg.encode() if ending == ".svg" else printed(svg, "png" if ending == ".png" else "pdf"))


def write_pictures(sections: Sequence[Section], folder: Path) -> tuple[Path, ...]:
    """Write each picture as NAME.svg into a folder, which is made if need be; the files. Raises ReportError."""
    check_folder(folder)
    folder.mkdir(exist_ok=True)
    pictures = [p for s in sections for p in s.parts if isinstance(p, Picture)]
    found = tuple(folder / f"{p.key}.svg" for p in pictures)
    for picture, path in zip(pictures, found, strict=True):
        write_picture(picture, path)
    return found


def _write(path: Path, made: bytes) -> None:
    new = path.with_name(path.name + ".new")
    try:
        new.write_bytes(made)
        os.replace(new, path)
    except OSError as error:
        new.unlink(missing_ok=True)
        raise unwritable(error.strerror or str(error), "check the folder and the space on the disk", path) from error
