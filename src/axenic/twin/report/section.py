"""The order of the report: a heading, and the pictures and tables under it."""

from __future__ import annotations

from dataclasses import dataclass

from axenic.twin.report.comparison import Comparison
from axenic.twin.report.cost import draw_cost
from axenic.twin.report.curve import draw_curves
from axenic.twin.report.days import draw_days
from axenic.twin.report.failure import draw_failure
from axenic.twin.report.floor import draw_floor
from axenic.twin.report.gantt import draw_weeks
from axenic.twin.report.grades import draw_grades
from axenic.twin.report.picture import Picture
from axenic.twin.report.swing import draw_swings
from axenic.twin.report.table import Table
from axenic.twin.report.tables import all_figures, assumptions, in_short, provenance, verdicts
from axenic.twin.report.use import draw_use


@dataclass(frozen=True, slots=True)
class Section:
    """A heading with what stands under it."""

    key: str
    title: str
    parts: tuple[Picture | Table, ...]


def sections_of(comparison: Comparison) -> tuple[Section, ...]:
    """The sections that have anything in them."""
    pictures = (
        *(draw(comparison) for draw in (draw_cost, draw_days, draw_failure, draw_floor, draw_curves)),
        *draw_swings(comparison),
        draw_grades(comparison),
        draw_use(comparison),
        *draw_weeks(comparison),
    )
    return (
        Section("short", "In short", (in_short(comparison),)),
        *((Section("claims", "Public claims", (verdicts(comparison.claims),)),) if comparison.claims else ()),
        *(Section(p.key, p.title, (p,)) for p in pictures if p is not None),
        Section("figures", "All figures", (all_figures(comparison),)),
        Section("provenance", "Where the figures come from", (provenance(comparison),)),
        Section("assumptions", "Assumptions", (assumptions(comparison),)),
    )
