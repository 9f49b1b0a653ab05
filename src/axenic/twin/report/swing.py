"""The tornado: what each uncertain row does to a figure, from its P10 to its P90."""

from __future__ import annotations

from math import isfinite
from typing import Any

from axenic.twin.report.label import group_of, label_of, number, scale_of
from axenic.twin.report.picture import Picture
from axenic.twin.report.report import Report, Swings
from axenic.twin.report.style import INK, SOFT, drawn, frame, words
from axenic.twin.sensitivity import Bar

_MOST = 18
_CLEAR = {"fc": "white", "lw": 0, "pad": 0.4, "alpha": 0.85}
_AT_P10, _AT_P90 = "#e0b765", "#2f5d7c"


def draw_swings(report: Report) -> tuple[Picture, ...]:
    """A tornado for each figure studied that has a bar."""
    return tuple(_picture(n, s, report.confidence) for n, s in enumerate(report.swings) if s.bars)


def _picture(n: int, swings: Swings, confidence: float) -> Picture:
    shown, more = swings.bars[:_MOST], len(swings.bars) - _MOST
    what, unit = f"{group_of(swings.figure)}: {label_of(swings.figure)}", scale_of(swings.figure)[1]
    assumed = [words(b.row) for b in shown if b.grade == "D"]
    caption = (
        f"What each uncertain row alone does to “{what}” ({unit}) of {words(swings.of)}: the change when the row "
        "goes from its value to its P10 (light) and to its P90 (dark), all others staying where they are. "
        + (f"The {len(shown)} widest of {len(swings.bars)} are shown. " if more > 0 else "")
        + f"Bars through the ends: {confidence * 100:g} % intervals of the paired difference, n = "
        f"{swings.replications} "
        f"replication{'s' if swings.replications > 1 else ''}, seed {swings.seed}; "
        "an arrow: it reaches beyond the picture. "
        + (f"Assumed (grade D) are {', '.join(assumed)}." if assumed else "None of these rows is of grade D.")
    )
    first = shown[0]
    widest = number(first.swing * scale_of(swings.figure)[0])
    alt = f"Tornado of {what}: the widest swing is {widest} {unit}, from {words(first.row)}."
    key, height = f"swing{n}", 1.0 + 0.27 * len(shown)
    svg = drawn(key, height, lambda figure: _draw(figure, shown, swings))
    return Picture(key, f"What moves {what[0].lower()}{what[1:]}", caption, alt, svg)


def _draw(figure: Any, shown: tuple[Bar, ...], swings: Swings) -> None:
    axis = figure.subplots()
    bars = max(abs(d.interval.mean) for b in shown for d in (b.low, b.high)) or 1.0
    edge = min(2.2 * bars, max(abs(x) for b in shown for x in _reach(b)))
    for k, bar in enumerate(shown):
        for side, paint in ((bar.low, _AT_P10), (bar.high, _AT_P90)):
            axis.barh(k, side.interval.mean, 0.62, color=paint, edgecolor="white", lw=0.5)
        for off, at, side in zip((0.13, -0.13), bar.at, (bar.low, bar.high), strict=True):
            _end(axis, k + off, at, side.interval.mean, side.interval.low, side.interval.high, edge)
    axis.axvline(0, color=INK, lw=0.9)
    names = [f"{words(b.row, 34)}  [{b.grade}]" for b in shown]
    axis.set_yticks(range(len(shown)), names, fontsize=8.5)
    for label, bar in zip(axis.get_yticklabels(), shown, strict=True):
        label.set_fontweight("bold" if bar.grade == "D" else "normal")
    times, unit = scale_of(swings.figure)
    axis.set(ylim=(len(shown) - 0.45, -0.55), xlim=(-1.22 * edge, 1.22 * edge), xlabel=f"change of the figure, {unit}")
    axis.xaxis.set_major_formatter(lambda value, _: ("+" if value > 0 else "") + _plain(value * times))
    frame(axis)
    _key(figure)


def _plain(value: float) -> str:
    return f"{value:,.3g}".replace("-", "−") if abs(value) < 1000 else f"{value:,.0f}".replace("-", "−")


def _reach(bar: Bar) -> list[float]:
    ends = [(d.interval.mean, d.interval.low, d.interval.high) for d in (bar.low, bar.high)]
    return [x for three in ends for x in three if isfinite(x)]


def _end(axis: Any, k: float, at: float, mean: float, low: float, high: float, edge: float) -> None:
    """The interval at an end of a bar, and the row's value that belongs to it."""
    far = mean
    if isfinite(low) and isfinite(high) and high - low > 0.004 * edge:
        for x in (low, high):
            beyond = abs(x) > 1.15 * edge
            cut = max(-1.15 * edge, min(1.15 * edge, x))
            axis.plot([mean, cut], [k, k], color=INK, lw=1.0)
            axis.plot([cut], [k], (">" if x > 0 else "<") if beyond else "|", color=INK, ms=4, mew=1.0)
        far = max(-1.0 * edge, min(1.0 * edge, high if mean >= 0 else low))
    if abs(mean) < 0.004 * edge:
        return
    side = 1 if mean >= 0 else -1
    text = {"ha": "left" if side > 0 else "right", "va": "center", "fontsize": 7.2, "color": SOFT, "bbox": _CLEAR}
    axis.text(far + side * 0.012 * edge, k, f"{at:.2e}" if abs(at) >= 1e6 else _plain(at), **text)


def _key(figure: Any) -> None:
    from matplotlib.patches import Patch

    handles = [
        Patch(color=_AT_P10, label="row at its P10"),
        Patch(color=_AT_P90, label="row at its P90"),
        Patch(color="none", label="in brackets: the row's grade, D in bold; at the ends: the row's values"),
    ]
    figure.legend(handles=handles, loc="outside upper left", ncols=3, frameon=False, fontsize=8, handlelength=1.2)
