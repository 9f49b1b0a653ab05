"""A picture of the report, and the words that say where its numbers come from."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from html import escape

from axenic.notation.sheet import Grade
from axenic.twin.report.label import short
from axenic.twin.report.report import Report, Side
from axenic.twin.report.style import ACCENT, INK

_LONG = re.compile(r"(?<![\d.])[1-9]\d*\.\d{3,}")  # coordinates finer than any screen
_HEAD = 24  # points above a picture that stands alone


@dataclass(frozen=True, slots=True)
class Picture:
    """SVG with its heading, the caption below it, and what a reader who cannot see it must know."""

    key: str
    title: str
    caption: str
    alt: str
    svg: str

    def alone(self) -> str:
        """The SVG as it can leave the report: with a heading that says SIMULATED, and its description in it."""
        wide, high = (float(x) for x in re.findall(r' (?:width|height)="([\d.]+)pt"', self.svg)[:2])
        inner = _LONG.sub(lambda x: f"{float(x[0]):.2f}", self.svg[self.svg.index(">", self.svg.index("<svg ")) + 1 :])
        return (
            f'<svg xmlns="http://www.w3.org/2000/svg" width="{wide:g}pt" height="{high + _HEAD:g}pt" '
            f'viewBox="0 {-_HEAD} {wide:g} {high + _HEAD:g}" role="img"><title>{escape(self.alt)}</title>'
            f'<rect y="{-_HEAD}" width="{wide:g}" height="{high + _HEAD:g}" fill="white"/>'
            f'<text x="8" y="-8" font-family="Source Sans Pro, Helvetica, Arial, sans-serif" font-size="12" '
            f'font-weight="700" fill="{INK}"><tspan fill="{ACCENT}">SIMULATED</tspan>  {escape(self.title)}</text>'
            f"{inner}"
        )


def intervals_from(report: Report) -> str:
    """Which intervals, of how many replications, under which seed."""
    if len({s.runs for s in report.sides}) == 1:
        text = _runs(report.sides[0])
    else:
        text = "; ".join(f"{short(s.name, 40)}: {_runs(s)}" for s in report.sides)
    return f"Intervals: {report.confidence * 100:g} % of the mean (Student t), {text}."


def _runs(side: Side) -> str:
    n = len(side.rows)
    last = f" to {side.first + n - 1}" if n > 1 else ""
    return f"n = {n} replication{'s' if n > 1 else ''} ({side.first}{last}), seed {side.seed}"


def one_run(side: Side) -> str:
    """That what is shown is one replication."""
    return f"one replication (number {side.first}, seed {side.seed})"


def resting_on(sides: Iterable[Side], names: Sequence[str]) -> str:
    """Which of these rows are of grade D in a side: assumed, not measured. A name that ends with * is a beginning."""
    rows = {r.row: r for s in sides for r in s.scenario.assumptions.rows}
    found = {name: [r for r in rows.values() if _named(r.row, name)] for name in names}
    count = sum(len(some) for some in found.values())
    assumed = {name: [r.row for r in some if r.grade is Grade.D] for name, some in found.items()}
    if tuple(names) == ("*",):
        d = len(assumed["*"])
        return f"All {count} rows of the assumptions act on it; {d} of them are assumed (grade D), see their table."
    told = [
        some[0] if len(some) == 1 else f"{name.rstrip('* ')} ({len(some)})" for name, some in assumed.items() if some
    ]
    if not count:
        return ""
    words = f"assumed (grade D) are {', '.join(told)}" if told else "none of grade D"
    return f"Rests on {count} rows of the assumptions; {words}."


def _named(row: str, name: str) -> bool:
    return row.startswith(name[:-1]) if name.endswith("*") else row == name
