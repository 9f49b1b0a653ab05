"""The picture of failure: shares of batches lost, by cause, each with its interval."""

from __future__ import annotations

from math import isfinite
from typing import Any

import numpy as np

from axenic.control.cause import Cause
from axenic.twin.interval import Interval
from axenic.twin.report.label import label_of, percent
from axenic.twin.report.picture import Picture, intervals_from, resting_on
from axenic.twin.report.report import Report, Side
from axenic.twin.report.style import SOFT, colour, drawn, frame, key_of_sides, mark, whisker, words
from axenic.twin.share import share

ROWS = (
    *("fold expansion", "transduced", "viability*", "purity collected", "share of a dose", "frail patients", "cells*"),
    *("intrinsic contamination", "false signal", "operator error", "robot error", "receipt failure", "zone excursion"),
    *("excursion*", "bad lot", "days a lot is used", "remakes offered", "likeness of collections"),
)


def draw_failure(report: Report) -> Picture | None:
    """Points with intervals; None if no scenario has shares of failure."""
    names = [f"failure.{n}" for n in _causes(report)]
    shown = [s for s in report.sides if isfinite(report.interval(s, "failure.all").mean)]
    if not shown:
        return None
    told = "; ".join(f"{words(s.name)} {percent(report.interval(s, 'failure.all').mean)}" for s in shown)
    caption = (
        "Batches lost, of those that ended, by cause; the strong row is all causes together. A hollow mark at zero: "
        "none "
        "was lost so in any replication, and its bar ends at the exact upper bound for that many batches, taken as "
        f"independent. {intervals_from(report)} {resting_on(shown, ROWS)}"
    )
    height = 0.85 + len(names) * (0.17 + 0.16 * len(shown))
    svg = drawn("failure", height, lambda figure: _draw(figure, report, shown, names))
    return Picture("failure", "Failure by cause", caption, f"Share of batches lost to all causes: {told}.", svg)


def _causes(report: Report) -> list[str]:
    """The causes, `unknown` only where it strikes."""
    known = [c.name.lower() for c in Cause if c is not Cause.NONE]
    unknown = any(np.nansum(s.values("failure.unknown")) > 0 for s in report.sides)
    return ["all", *known, *(["unknown"] if unknown else [])]


def _draw(figure: Any, report: Report, shown: list[Side], names: list[str]) -> None:
    axis = figure.subplots()
    step = 0.62 / max(len(shown), 2)
    edge = max(_bounds(report, s, name)[1] for s in shown for name in names)
    for k, name in enumerate(names):
        if k % 2:
            axis.axhspan(k - 0.5, k + 0.5, color="#f6f8f9", zorder=0)
        for m, side in enumerate(shown):
            y = k + (m - (len(shown) - 1) / 2) * step
            _point(axis, report, side, name, y, edge)
    axis.set_yticks(range(len(names)), [label_of(n) for n in names], fontsize=9)
    axis.get_yticklabels()[0].set_fontweight("bold")
    axis.axhline(0.5, color=SOFT, lw=0.8)
    axis.set(ylim=(len(names) - 0.5, -0.5), xlim=(-0.03 * edge, edge * 1.4), xlabel="batches lost, of those that ended")
    axis.xaxis.set_major_formatter(lambda value, _: f"{value * 100:.3g} %")
    frame(axis)
    key_of_sides(figure, [s.name for s in shown])


def _point(axis: Any, report: Report, side: Side, name: str, y: float, edge: float) -> None:
    n = report.sides.index(side)
    found, (low, high) = report.interval(side, name), _bounds(report, side, name)
    never = found.mean == 0
    whisker(axis, low, high, y, colour(n))
    axis.plot([found.mean], [y], mark(n), color=colour(n), mfc="white" if never else colour(n), ms=6, mew=1.2)
    text = (
        f"none seen, below {percent(high)}"
        if never
        else f"{percent(found.mean)}  ({low * 100:.2f} to {high * 100:.2f})"
    )
    axis.text(max(high, found.mean) + 0.015 * edge, y, text, va="center", fontsize=7.8, color=colour(n))


def _bounds(report: Report, side: Side, name: str) -> tuple[float, float]:
    """The ends of the interval within 0 to 1; where nothing was lost, up to the exact bound of that many batches."""
    found: Interval = report.interval(side, name)
    if found.mean == 0:
        batches = np.nansum(side.values("batches.year")) * side.scenario.years
        return 0.0, share(0, max(1, round(float(batches)))).upper95
    low, high = (x if isfinite(x) else found.mean for x in (found.low, found.high))
    return max(0.0, low), min(1.0, high)
