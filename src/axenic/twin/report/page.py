"""The report as one page of HTML that needs nothing beside itself: no script, no font, no address."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from html import escape

from axenic.twin.report.label import plain, short
from axenic.twin.report.listing import Entry, Listing, Stamp
from axenic.twin.report.picture import Picture
from axenic.twin.report.report import Report
from axenic.twin.report.section import Section

STYLE = """
:root{--ink:#22303c;--soft:#5c6b78;--line:#c9d2da;--wash:#f3f5f7;--warn:#b3421f}
*{box-sizing:border-box}
body{margin:0;color:var(--ink);background:#fff;font:1rem/1.5 "Source Sans Pro","Source Sans 3",system-ui,sans-serif}
.simulated{position:sticky;top:0;z-index:1;background:var(--warn);color:#fff;font-weight:700;letter-spacing:.06em;
padding:.3rem 1rem;text-align:center}
main{max-width:64rem;margin:0 auto;padding:1rem 1.25rem 4rem}
h1{font-size:1.9rem;line-height:1.2;margin:1rem 0 .25rem;overflow-wrap:anywhere}
h2{font-size:1.3rem;margin:2.8rem 0 .6rem;padding-top:.6rem;border-top:1px solid var(--line);overflow-wrap:anywhere;
scroll-margin-top:2.5rem}
p{max-width:46rem}.lead,figcaption,.note{color:var(--soft)}
figcaption,.note{font-size:.9rem;max-width:54rem;margin-top:.5rem;overflow-wrap:anywhere}
nav ul{list-style:none;padding:0;columns:3 14rem;font-size:.95rem}a{color:#1d4f75}
a:focus-visible,.wide:focus-visible{outline:3px solid #10487f;outline-offset:2px}
figure{margin:0}figure svg{width:100%;height:auto;display:block}
.wide{overflow-x:auto}table{border-collapse:collapse;width:100%;font-size:.88rem}
caption{position:absolute;width:1px;height:1px;overflow:hidden;clip-path:inset(50%)}
th,td{text-align:left;vertical-align:top;padding:.28rem .5rem;border-bottom:1px solid var(--line);
overflow-wrap:anywhere}
thead th{color:var(--soft);border-bottom:2px solid var(--ink);vertical-align:bottom}
tbody th{font-weight:400}tbody th[colspan]{background:var(--wash);font-weight:700;padding-top:.5rem}
.n{text-align:right;font-variant-numeric:tabular-nums;overflow-wrap:normal}
.verdict{white-space:nowrap;font-weight:700}.verdict svg{width:.8em;height:.8em;margin-right:.4em;vertical-align:-.05em}
@page{margin:16mm;@top-right{content:"SIMULATED";font:700 9pt sans-serif}}
@media print{body{font-size:9.5pt}.simulated{position:static;print-color-adjust:exact}
main{max-width:none;padding:0}nav{display:none}h2{break-after:avoid}h2::after{content:" SIMULATED";float:right;
font-size:.7em;color:var(--warn)}figure,tr{break-inside:avoid}.wide{overflow:visible}thead{display:table-header-group}}
"""


def html_of(report: Report, sections: Sequence[Section]) -> str:
    """The page."""
    title = escape(short(report.title, 200))
    names = ", ".join(short(s.name, 60) for s in report.sides)
    links = "".join(f'<li><a href="#{s.key}">{_text(s.title)}</a></li>' for s in sections)
    body = "".join(_section(s) for s in sections)
    return (
        '<!DOCTYPE html>\n<html lang="en"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width,initial-scale=1">'
        f"<title>{title} (simulated)</title><style>{STYLE}</style></head><body>"
        '<div class="simulated" role="note">SIMULATED: nothing in this report was made</div>'
        f'<main><h1>{title}</h1><p class="lead">Report of the twin: {_text(names)}. Every figure is the mean of '
        "simulated replications with its interval; every picture says what it rests on.</p>"
        f"{f'<p>{_text(report.note)}</p>' if report.note else ''}"
        f'<nav aria-label="Contents"><ul>{links}</ul></nav>{body}</main></body></html>\n'
    )


def _text(text: str) -> str:
    return escape(plain(text))


def _section(section: Section) -> str:
    inner = "".join(_picture(p) if isinstance(p, Picture) else _table(p) for p in section.parts)
    return (
        f'<section aria-labelledby="{section.key}"><h2 id="{section.key}">{_text(section.title)}</h2>{inner}</section>'
    )


def _picture(picture: Picture) -> str:
    svg = picture.svg.replace(' xmlns="http://www.w3.org/2000/svg"', "")
    svg = svg.replace("<svg ", f'<svg role="img" aria-label="{_text(picture.alt)}" ', 1)
    return f"<figure>{svg}<figcaption>{_text(picture.caption)}</figcaption></figure>"


def _table(table: Listing) -> str:
    head = "".join(f'<th scope="col"{_align(table, n)}>{_text(word)}</th>' for n, word in enumerate(table.head))
    rows = "".join(_rows(table))
    note = f'<p class="note">{_text(table.note)}</p>' if table.note else ""
    name = _text(table.name)
    return (
        f'<div class="wide" role="region" aria-label="{name}" tabindex="0"><table><caption>{name}</caption>'
        f"<thead><tr>{head}</tr></thead><tbody>{rows}</tbody></table></div>{note}"
    )


def _rows(table: Listing) -> Iterator[str]:
    for row in table.rows:
        if len(row) == 1:
            yield f'<tr><th colspan="{len(table.head)}" scope="colgroup">{_cell(row[0])}</th></tr>'
            continue
        first = f'<th scope="row">{_cell(row[0])}</th>'
        yield f"<tr>{first}{''.join(f'<td{_align(table, n + 1)}>{_cell(c)}</td>' for n, c in enumerate(row[1:]))}</tr>"


def _align(table: Listing, n: int) -> str:
    return ' class="n"' if n in table.right else ""


def _cell(cell: Entry) -> str:
    if isinstance(cell, Stamp):
        drawing, colour = cell.shape
        svg = f'<svg viewBox="0 0 10 10" aria-hidden="true">{drawing}</svg>'
        return f'<span class="verdict" style="color:{colour}">{svg}{_text(cell.standing)}</span>'
    return _text(cell)
