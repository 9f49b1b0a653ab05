"""The picture of fragility: what growing does to failure, lateness, swarms of losses and staff."""

from __future__ import annotations

from math import isfinite
from typing import Any

import numpy as np

from axenic.twin.interval import Interval
from axenic.twin.report.label import given, group_of, label_of, scale_of
from axenic.twin.report.picture import Picture, resting_on
from axenic.twin.report.report import Curve, Report
from axenic.twin.report.style import DASHES, GRID, colour, drawn, mark, words

# groups whose labels speak for themselves
_PLAIN = ("fragility", "labour", "operators", "price", "ceiling", "interactions", "late")


def draw_curves(report: Report) -> Picture | None:
    """A panel for each figure of the curves; None without a curve."""
    curves = [c for c in report.curves if c.sizes and c.figures]
    if not curves:
        return None
    names = list(dict.fromkeys(name for c in curves for name in c.figures))
    runs = dict.fromkeys(_runs(c) for c in curves)
    kinds = " against ".join(words(c.kind) for c in curves)
    caption = (
        f"What growing does: figures over the batches ordered in a year, {kinds}, both axes logarithmic. Bands and "
        "bars: "
        f"{report.confidence * 100:g} % intervals of the mean, {'; '.join(runs)}. An end of an interval at or "
        "below "
        "zero is cut off at the foot of its panel, and a mean of zero lies on it. A line that stays level says that "
        f"scale does not amplify fragility. {resting_on(report.sides, ('*',))}"
    )
    down = -(-len(names) // 2)
    height = 0.5 + (1.7 if down > 3 else 2.0) * down  # four rows of panels share their page with the title
    svg = drawn("fragility", height, lambda figure: _draw(figure, curves, names))
    alt = f"Curves over the size of the plant for {kinds}: {', '.join(_title(n) for n in names)}."
    return Picture("fragility", "Scale and fragility", caption, alt, svg)


def _runs(curve: Curve) -> str:
    same = len(set(curve.replications)) == 1
    told = ", ".join(str(n) for n in (curve.replications[:1] if same else curve.replications))
    return f"n = {told} replications for each size, seed {curve.seed}"


def _title(figure: str) -> str:
    group, label = group_of(figure), label_of(figure)
    text = label if figure.partition(".")[0] in _PLAIN else f"{group}: {label}"
    return text[0].upper() + text[1:]


def _draw(figure: Any, curves: list[Curve], names: list[str]) -> None:
    down = -(-len(names) // 2)
    across = min(2, len(names))
    axes = figure.subplots(down, across, squeeze=False, sharex=True)
    for axis, name in zip(axes.flat, names, strict=False):
        _panel(axis, curves, name)
    for axis in list(axes.flat)[len(names) :]:
        axis.set_visible(False)
    for axis in axes[-1]:
        axis.set_xlabel("batches ordered a year (logarithmic)")


def _panel(axis: Any, curves: list[Curve], name: str) -> None:
    foot = _foot(curves, name)
    axis.set(xscale="log", yscale="log")
    tops = [foot * 2, *(_line(axis, n, c, c.figures[name], foot) for n, c in enumerate(curves) if name in c.figures)]
    sizes = sorted({x for c in curves for x in c.sizes})
    axis.set_xticks(sizes, [f"{x:,.6g}" for x in sizes])
    axis.minorticks_off()
    axis.set_xlim(sizes[0] / 1.15, sizes[-1] * (sizes[-1] / sizes[0]) ** 0.34 * 1.1)
    axis.set_ylim(foot, max(tops) * 1.25)
    times, unit = scale_of(name)
    axis.yaxis.set_major_formatter(lambda v, _: given(float(f"{v * times:.4g}")) + (" %" if unit == "%" else ""))
    axis.yaxis.set_minor_formatter(lambda v, _: "")
    _ticks(axis, foot, max(tops) * 1.25)
    axis.set_title(_title(name) + (f", {unit}" if unit not in ("", "%") else ""), fontsize=9)
    axis.grid(color=GRID)
    _names(axis, curves, name, foot, max(tops) * 1.25)


def _ticks(axis: Any, low: float, high: float) -> None:
    """Ticks at 1, 2 and 5 of each power of ten; if even those are too few, five round values."""
    powers = range(int(np.floor(np.log10(low))), int(np.ceil(np.log10(high))) + 1)
    ticks = [k * 10.0**p for p in powers for k in (1, 2, 5) if low <= k * 10.0**p <= high]
    if len(ticks) > 7:
        ticks = [10.0**p for p in powers if low <= 10.0**p <= high]
    if len(ticks) < 2:
        from matplotlib.ticker import MaxNLocator

        ticks = [t for t in MaxNLocator(4).tick_values(low, high) if low <= t <= high]
    axis.set_yticks(ticks)


def _foot(curves: list[Curve], name: str) -> float:
    """Where the panel begins: below the least positive mean or end."""
    found = [x for c in curves for i in c.figures.get(name, ()) for x in (i.mean, i.low) if x > 0 and isfinite(x)]
    means = [i.mean for c in curves for i in c.figures.get(name, ()) if i.mean > 0]
    return max(min(found), min(means) / 10) / 1.25 if found else 0.1


def _line(axis: Any, n: int, curve: Curve, found: tuple[Interval, ...], foot: float) -> float:
    """The curve of a kind with its band; its highest end."""
    order = np.argsort(curve.sizes)
    sizes = np.array(curve.sizes)[order]
    means, lows, highs = (np.array([getattr(found[k], part) for k in order]) for part in ("mean", "low", "high"))
    means = np.where(np.isnan(means), np.nan, np.maximum(means, foot))
    lows = np.where(np.isfinite(lows), np.maximum(lows, foot), means)
    highs = np.where(np.isfinite(highs), np.maximum(highs, foot), means)
    axis.fill_between(sizes, lows, highs, color=colour(n), alpha=0.14, lw=0)
    axis.vlines(sizes, lows, highs, color=colour(n), lw=1.0)
    line = {"color": colour(n), "ls": DASHES[n % len(DASHES)], "lw": 1.5}
    axis.plot(sizes, means, marker=mark(n), ms=5, mec="white", mew=0.6, **line)
    return float(np.nanmax(highs)) if np.isfinite(highs).any() else foot * 2


def _names(axis: Any, curves: list[Curve], name: str, foot: float, top: float) -> None:
    """The kinds at the ends of their curves, moved apart where they would lie on one another."""
    ends = []
    for n, curve in enumerate(curves):
        last = curve.figures[name][int(np.argmax(curve.sizes))].mean if name in curve.figures else float("nan")
        if isfinite(last):
            ends.append((np.log(max(last, foot) / foot) / np.log(top / foot), n))
    floor = -1.0
    for share, n in sorted(ends):
        floor = max(share, floor + 0.085)
        size = max(curves[n].sizes)
        at = {"xytext": (6, 0), "textcoords": "offset points", "va": "center", "fontsize": 8, "color": colour(n)}
        axis.annotate(words(curves[n].kind, 18), (size, foot * (top / foot) ** floor), **at)
