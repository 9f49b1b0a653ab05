"""The picture of throughput: doses a year for each square metre, which depends on whose floor is counted."""

from __future__ import annotations

from math import isfinite
from typing import Any

import numpy as np

from axenic.twin.interval import Interval, ratio_interval
from axenic.twin.report.label import between, mean_of, number
from axenic.twin.report.picture import Picture, intervals_from, resting_on
from axenic.twin.report.report import Report, Side
from axenic.twin.report.style import INK, SOFT, colour, drawn, frame, key_of_sides, mark, whisker, words

FLOORS = {
    "reactor": "reactors alone",
    "module": "suite or cluster",
    "classified": "all classified rooms",
    "building": "whole building",
}
ROWS = ("area factor*", "building factor")


def draw_floor(report: Report) -> Picture | None:
    """Points on a logarithmic axis with the ratios of the outermost; None without a throughput."""
    shown = [s for s in report.sides if report.interval(s, "throughput.building").mean > 0]
    if not shown:
        return None
    told = "; ".join(f"{words(s.name)} {number(report.interval(s, 'throughput.building').mean)}" for s in shown)
    caption = (
        "Doses released in a year for each square metre, under four denominators, on a logarithmic axis. "
        + ("" if len(report.sides) > 2 else "The areas in m² stand below the marks. ")
        + _ratio_words(report, shown)
        + f"{intervals_from(report)} "
        f"{resting_on(shown, ROWS)} The areas themselves are those of the plant's file."
    )
    svg = drawn("floor", 1.2 + 0.62 * len(FLOORS), lambda figure: _draw(figure, report, shown))
    alt = f"Doses a year for each square metre of the building: {told}."
    return Picture("floor", "Throughput of the floor", caption, alt, svg)


def _ratio_words(report: Report, shown: list[Side]) -> str:
    if len(shown) < 2:
        return ""
    kind = (
        "Fieller's, paired by replication"
        if shown[0].runs == shown[-1].runs
        else "without an interval, since not paired"
    )
    return f"The ratio on the right is {words(shown[-1].name)} over {words(shown[0].name)} ({kind}). "


def _draw(figure: Any, report: Report, shown: list[Side]) -> None:
    axis = figure.subplots()
    values = [report.interval(s, f"throughput.{f}").mean for s in shown for f in FLOORS]
    good = [v for v in values if v > 0]
    axis.set(xscale="log", xlim=(min(good) / 2, max(good) * 2.2), ylim=(len(FLOORS) - 0.45, -0.5))
    for k, floor in enumerate(FLOORS):
        found = [report.interval(s, f"throughput.{floor}") for s in shown]
        axis.plot([min(x.mean for x in found), max(x.mean for x in found)], [k, k], color="#c9d2da", lw=3, zorder=1)
        for side, at in zip(shown, found, strict=True):
            _point(axis, report, side, floor, at, k)
        if len(shown) > 1:
            axis.text(
                1.01, k, _ratio(report, shown, floor), transform=axis.get_yaxis_transform(), va="center", fontsize=9
            )
    axis.set_yticks(range(len(FLOORS)), list(FLOORS.values()), fontsize=9)
    axis.set_xlabel("doses a year for each m² (logarithmic)")
    axis.xaxis.set_major_formatter(lambda value, _: f"{value:,g}")
    frame(axis)
    key_of_sides(figure, [s.name for s in shown])


def _point(axis: Any, report: Report, side: Side, floor: str, at: Interval, y: float) -> None:
    n = report.sides.index(side)
    whisker(axis, max(at.low, at.mean / 10), at.high, y, INK, zorder=3)
    axis.plot([at.mean], [y], mark(n), color=colour(n), mec="white", mew=0.8, ms=8, zorder=4)
    if len(report.sides) > 2:
        return
    near = {"textcoords": "offset points", "ha": "center"}
    axis.annotate(mean_of(at), (at.mean, y), xytext=(0, 6), fontsize=8.5, color=colour(n), **near)
    area = report.interval(side, f"area.{floor}").mean
    axis.annotate(f"{area:,.4g} m²", (at.mean, y), xytext=(0, -13), fontsize=7.2, color=SOFT, **near)


def _ratio(report: Report, shown: list[Side], floor: str) -> str:
    old, new = shown[0].values(f"throughput.{floor}"), shown[-1].values(f"throughput.{floor}")
    if shown[0].runs != shown[-1].runs or np.isnan(old + new).all():
        return f"×{number(float(np.nanmean(new) / np.nanmean(old)))}"
    found = ratio_interval(new, old, report.confidence)
    tail = f"\n{between(found)}" if isfinite(found.low) else ""
    return f"×{mean_of(found)}{tail}"
