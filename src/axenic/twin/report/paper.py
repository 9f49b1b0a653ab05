"""The report as PDF, laid out by Typst: the same pictures and tables, the same bytes for the same report."""

from __future__ import annotations

import json
from collections.abc import Sequence
from importlib import resources
from typing import Any, Literal

import font_source_sans_pro

from axenic.twin.report.label import plain, short
from axenic.twin.report.listing import Entry, Listing, Stamp
from axenic.twin.report.picture import Picture
from axenic.twin.report.report import Report
from axenic.twin.report.section import Section
from axenic.twin.scenario import BEGIN

_ALONE = """#set page(width: auto, height: auto, margin: 0pt)
#image(bytes(sys.inputs.svg), format: "svg")"""
_SHARP = 200.0  # dots for each inch
_WIDE = 9  # columns; a table with more of them needs the page turned


def pdf_of(report: Report, sections: Sequence[Section]) -> bytes:
    """The document."""
    import typst  # heavy: only when paper is asked for

    template = str(resources.files("axenic") / "data" / "print" / "twin-report.typ")
    data = {
        "title": short(report.title, 160),
        "names": [short(s.name, 60) for s in report.sides],
        "note": plain(report.note),
        "sections": [_section(s) for s in sections],
    }
    compiler = typst.Compiler(template, font_paths=_fonts())
    pdf = compiler.compile(sys_inputs={"report": json.dumps(data)}, timestamp=BEGIN // 1000)
    if not isinstance(pdf, bytes):
        raise ValueError("the report was not laid out as one document")
    return pdf


def printed(svg: str, ending: Literal["png", "pdf"]) -> bytes:
    """A picture as PNG or PDF (`ending`), in the house's type."""
    import typst  # heavy: only when paper is asked for

    compiler = typst.Compiler(_ALONE.encode(), font_paths=_fonts())
    made = compiler.compile(format=ending, ppi=_SHARP, sys_inputs={"svg": svg}, timestamp=BEGIN // 1000)
    if not isinstance(made, bytes):
        raise ValueError("the picture was not laid out as one page")
    return made


def _fonts() -> Any:
    import typst

    return typst.Fonts(include_system_fonts=False, font_paths=[font_source_sans_pro.font_directory])


def _section(section: Section) -> dict[str, Any]:
    parts = [_picture(p) if isinstance(p, Picture) else _table(p) for p in section.parts]
    return {"title": plain(section.title), "parts": parts}


def _picture(picture: Picture) -> dict[str, Any]:
    return {"kind": "picture", "svg": picture.svg, "alt": plain(picture.alt), "caption": plain(picture.caption)}


def _table(table: Listing) -> dict[str, Any]:
    return {
        "kind": "table",
        "turned": len(table.head) > _WIDE,
        "head": [plain(h) for h in table.head],
        "rows": [[_cell(c) for c in row] for row in table.rows],
        "widths": list(table.widths),
        "right": sorted(table.right),
        "note": plain(table.note),
    }


def _cell(cell: Entry) -> dict[str, str]:
    if isinstance(cell, Stamp):
        drawing, colour = cell.shape
        head = '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 10 10" width="10" height="10">'
        drawn = drawing.replace("currentColor", colour)
        return {"text": cell.standing, "colour": colour, "shape": f"{head}{drawn}</svg>"}
    return {"text": plain(cell)}
