"""The picture of what is not known: the share of a figure's variance that comes from rows of each grade."""

from __future__ import annotations

from typing import Any

from axenic.twin.report.label import group_of, label_of
from axenic.twin.report.picture import Picture
from axenic.twin.report.report import Grades, Report
from axenic.twin.report.style import ACCENT, INK, drawn, frame, whisker, words

MEANT = {"A": "read in its source", "B": "computed from A", "C": "remembered standard", "D": "assumed"}
_PAINT = {"A": "#1f4661", "B": "#6f97b0", "C": "#e0b765", "D": "#e3a894"}


def draw_grades(report: Report) -> Picture | None:
    """A panel for each figure studied; None without one."""
    shown = [g for g in report.grades if g.shares]
    if not shown:
        return None
    told = []
    for one in shown:
        share = next((s.total.mean for s in one.shares if s.name == "D"), 0.0)
        told.append(f"{label_of(one.figure)} of {words(one.of)}: {share * 100:.0f} % from grade D")
    runs = dict.fromkeys(f"{g.runs} runs, seed {g.seed}" for g in shown)
    rows = list(dict.fromkeys(r for g in shown for s in g.shares if s.name == "D" for r in s.rows))
    caption = (
        "How much of what is not known about a figure comes from rows of each grade. Bars: the share that would go "
        "if all "
        "other rows were known (total index); ticks: the share that the grade explains by itself (closed index). Total "
        "shares may add up to more than 100 %, since grades act together. Intervals: "
        f"{report.confidence * 100:g} % over scrambled Sobol sequences, {'; '.join(runs)}. Varied rows of grade D: "
        f"{len(rows)}"
        + (f" ({', '.join(words(r) for r in rows[:12])}{', …' if len(rows) > 12 else ''})." if rows else ".")
    )
    down = -(-len(shown) // 2)
    svg = drawn("grades", 0.3 + 1.75 * down, lambda figure: _draw(figure, shown))
    return Picture("grades", "What rests on assumptions", caption, f"Shares of variance: {'; '.join(told)}.", svg)


def _draw(figure: Any, shown: list[Grades]) -> None:
    across = min(2, len(shown))
    axes = figure.subplots(-(-len(shown) // 2), across, squeeze=False)
    for axis, one in zip(axes.flat, shown, strict=False):
        _panel(axis, one)
    for axis in list(axes.flat)[len(shown) :]:
        axis.set_visible(False)


def _panel(axis: Any, one: Grades) -> None:
    edge = 1.0
    for y, share in enumerate(one.shares):
        total = min(max(share.total.mean, 0.0), 1.5)
        axis.barh(
            y, total, 0.56, color=_PAINT.get(share.name, INK), hatch="////" if share.name == "D" else None, ec="white"
        )
        low, high = max(0.0, share.total.low), min(1.5, share.total.high)
        whisker(axis, low, high, y, INK)
        axis.plot([max(0.0, share.closed.mean)] * 2, [y - 0.34, y + 0.34], color=ACCENT, lw=1.8)
        right = max(total, high, share.closed.mean)
        rows = f"{len(share.rows)} row{'s' if len(share.rows) != 1 else ''}"
        axis.text(right + 0.02, y, f"{share.total.mean * 100:.0f} %  ({rows})", va="center", fontsize=8)
        edge = max(edge, right)
    axis.set_yticks(range(len(one.shares)), [f"{s.name}  {MEANT.get(s.name, '')}" for s in one.shares], fontsize=8.5)
    axis.set(ylim=(len(one.shares) - 0.4, -0.6), xlim=(0, edge + 0.34), xticks=[0, 0.25, 0.5, 0.75, 1])
    axis.xaxis.set_major_formatter(lambda value, _: f"{value * 100:.0f} %")
    axis.set_title(f"{group_of(one.figure)}: {label_of(one.figure)} ({words(one.of, 24)})", fontsize=9)
    frame(axis)
