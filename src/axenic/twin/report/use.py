"""The picture of utilisation: how much of the time units, carriers and chambers are taken."""

from __future__ import annotations

from math import isfinite
from typing import Any

from axenic.twin.report.picture import Picture, intervals_from, resting_on
from axenic.twin.report.report import Report, Side
from axenic.twin.report.style import INK, SOFT, colour, drawn, frame, mark, whisker, words

_GROUPS = {"unit": "units taken by batches", "carrier": "carriers at work", "chamber": "chambers in cycles"}


def draw_use(report: Report) -> Picture | None:
    """Lollipops, a panel for each side; None if nothing is known."""
    shown = [(s, _rows(report, s)) for s in report.outermost]
    shown = [(s, rows) for s, rows in shown if any(rows.values())]
    if not shown:
        return None
    caption = (
        "Shares of the whole time simulated, the running-in and the running-out of the plant with it. A line of "
        "several "
        "units or carriers counts as the mean of them (× how many). Persons are counted at work that is ordered of "
        "them; "
        "rest, gowning beside it and paper are not in it. The shared laboratory is left out. "
        f"{intervals_from(report)} {resting_on(report.sides, ('*',))} Durations come from recipe and plant."
    )
    if len(report.outermost) < len(report.sides):
        caption += " Drawn for the first and the last scenario; the others stand in the table of all figures."
    most = max(sum(len(r) + 1.2 for r in rows.values()) for _, rows in shown)
    down = -(-len(shown) // 2)
    svg = drawn("use", 0.5 + down * (0.42 + 0.185 * most), lambda figure: _draw(figure, report, shown, most))
    first = max((x for rows in (r for _, r in shown) for some in rows.values() for x in some), key=lambda x: x[2])
    alt = f"Lollipops of utilisation; the highest is {words(first[1])} with {first[2] * 100:.0f} %."
    return Picture("use", "Utilisation", caption, alt, svg)


def _rows(report: Report, side: Side) -> dict[str, list[tuple[str, str, float]]]:
    """For each group its rows: figure, name and mean, in plant order."""
    plant = side.scenario.plant
    counts = {u.unit: u.count for u in plant.units} | {m.mover: m.count for m in plant.movers}
    shared = {u.unit for u in plant.units if u.shared}
    found: dict[str, list[tuple[str, str, float]]] = {}
    for figure in side.scenario.names:
        group, _, name = figure.removeprefix("utilisation.").partition(".")
        mean = report.interval(side, figure).mean
        if figure.startswith("utilisation.") and group in _GROUPS and name not in shared and isfinite(mean):
            many = f" ×{counts[name]}" if counts.get(name, 1) > 1 else ""
            found.setdefault(group, []).append((figure, f"{words(name, 22)}{many}", mean))
    return found


def _draw(figure: Any, report: Report, shown: list[tuple[Side, Any]], most: float) -> None:
    across = min(2, len(shown))
    axes = figure.subplots(-(-len(shown) // 2), across, squeeze=False)
    for axis, (side, rows) in zip(axes.flat, shown, strict=False):
        _panel(axis, report, side, rows, most)
    for axis in list(axes.flat)[len(shown) :]:
        axis.set_visible(False)


def _panel(axis: Any, report: Report, side: Side, groups: Any, most: float) -> None:
    n, y, ticks = report.sides.index(side), 0.0, []
    for group, rows in groups.items():
        axis.text(0, y, _GROUPS[group], va="center", fontsize=8, fontweight="bold", color=SOFT)
        y += 1
        for figure, name, mean in rows:
            found = report.interval(side, figure)
            axis.plot([0, mean], [y, y], color=colour(n), lw=2.2, solid_capstyle="butt")
            whisker(axis, found.low, found.high, y, INK, zorder=3)
            axis.plot([mean], [y], mark(n), color=colour(n), mec="white", mew=0.6, ms=6.5, zorder=4)
            right = max(mean, found.high if isfinite(found.high) else mean)
            axis.text(right + 0.025, y, f"{mean * 100:.1f} %", va="center", fontsize=7.5)
            ticks.append((y, name))
            y += 1
        y += 0.2
    axis.set_yticks([t for t, _ in ticks], [name for _, name in ticks], fontsize=8)
    axis.set(xlim=(0, 1.12), ylim=(most - 0.4, -0.7), xticks=[0, 0.25, 0.5, 0.75, 1])
    axis.xaxis.set_major_formatter(lambda value, _: f"{value * 100:.0f} %")
    axis.set_title(words(side.name, 34), color=colour(n))
    frame(axis)
