"""The order of the report: a heading, and the pictures and tables under it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from axenic.twin.report.cost import draw_cost
from axenic.twin.report.curve import draw_curves
from axenic.twin.report.days import draw_days
from axenic.twin.report.failure import draw_failure
from axenic.twin.report.floor import draw_floor
from axenic.twin.report.gantt import draw_weeks
from axenic.twin.report.grades import draw_grades
from axenic.twin.report.label import short
from axenic.twin.report.listing import Listing
from axenic.twin.report.listings import all_figures, assumptions, in_short, provenance, ratios, verdicts
from axenic.twin.report.picture import Picture
from axenic.twin.report.report import Report
from axenic.twin.report.studied import studied
from axenic.twin.report.swing import draw_swings
from axenic.twin.report.use import draw_use


@dataclass(frozen=True, slots=True)
class Section:
    """A heading with what stands under it."""

    key: str
    title: str
    parts: tuple[Picture | Listing, ...]


def sections_of(report: Report) -> tuple[Section, ...]:
    """The sections that have anything in them: what was studied comes first."""
    grades, few = draw_grades(report), (draw_cost, draw_days, draw_failure, draw_floor)
    asked = (draw_curves(report), *draw_swings(report), *((grades,) if report.swings else ()))
    pictures = (
        *(draw(report) for draw in few),
        None if report.swings else grades,
        draw_use(report),
        *draw_weeks(report),
    )
    return (
        *_drawn(asked),
        *((Section("claims", "Public claims", (verdicts(report.claims),)),) if report.claims else ()),
        *(Section(f"table{n}", t.name, (t,)) for n, t in enumerate(map(studied, report.tables))),
        Section("short", "In short", (in_short(report),)),
        *((Section("ratios", _against(report), (ratios(report),)),) if report.paired else ()),
        *_drawn(pictures),
        Section("figures", "All figures", (all_figures(report),)),
        Section("provenance", "Where the figures come from", (provenance(report),)),
        Section("assumptions", "Assumptions", (assumptions(report),)),
    )


def _drawn(pictures: Iterable[Picture | None]) -> tuple[Section, ...]:
    return tuple(Section(p.key, p.title, (p,)) for p in pictures if p is not None)


def _against(report: Report) -> str:
    old, new = (short(s.name, 40) for s in report.sides)
    return f"Ratios: {new} over {old}"
