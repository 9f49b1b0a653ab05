"""The picture of cost: the slices of a released dose as stacks side by side, with the total's interval."""

from __future__ import annotations

from math import isfinite
from typing import Any

from axenic.twin.economics import CONVERSION
from axenic.twin.report.label import between, number
from axenic.twin.report.picture import Picture, intervals_from, resting_on
from axenic.twin.report.report import Report, Side
from axenic.twin.report.style import ACCENT, INK, SOFT, colour, drawn, words

SLICES: dict[str, tuple[str, str, str]] = {  # words, colour, ink on it; from below, conversion in one piece
    "vector": ("vector", "#b98a2f", "white"),
    "materials": ("materials", "#e0b765", INK),
    "qc": ("quality control", "#f1dcae", INK),
    "labour": ("labour", "#1f4661", "white"),
    "overhead": ("overhead", "#4a7693", "white"),
    "facility": ("facility", "#87a9bf", INK),
    "equipment": ("equipment", "#c2d4df", INK),
    "leukapheresis": ("leukapheresis", "#8d98a1", "white"),
    "transport": ("transport", "#cdd4da", INK),
    "failure": ("lost batches", "#e3a894", INK),
}
ROWS = (
    *("vector", "materials", "materials factor*", "quality control", "leukapheresis", "transport leg", "hands-on*"),
    *("labour burden*", "labour rate", "overhead*", "fixed quality staff", "room*", "area factor*", "building*"),
    *("equipment*", "installation factor", "maintenance", "discount rate"),
)
_NAMED = 2  # so many stacks are wide enough for the names of their slices
_HALF, _STEP = 0.3, 1.25  # half a bar, and from one to the next


def draw_cost(report: Report) -> Picture | None:
    """The stacks; None if no scenario released a dose."""
    shown = [s for s in report.sides if isfinite(report.interval(s, "cost.full").mean)]
    if not shown:
        return None
    totals = [report.interval(s, "cost.full") for s in shown]
    told = "; ".join(f"{words(s.name)} {number(t.mean)} USD ({between(t)})" for s, t in zip(shown, totals, strict=True))
    caption = (
        "What a released dose costs, by slice, in USD: means of the replications. The dark mark beside each stack "
        "is the "
        "interval of its total; the bracket holds the conversion cost (labour, overhead, facility, equipment). "
        "Lost batches stand apart, as what was spent on "
        f"them for each released dose. {intervals_from(report)} {resting_on(shown, ROWS)}"
    )
    svg = drawn("cost", 4.9, lambda figure: _draw(figure, report, shown))
    return Picture("cost", "Cost of a released dose", caption, f"Stacked bars of full cost for a dose: {told}.", svg)


def _draw(figure: Any, report: Report, shown: list[Side]) -> None:
    axis = figure.subplots()
    top = 0.0
    for n, side in enumerate(shown):
        top = max(top, _stack(axis, n * _STEP, side, report))
    for n, side in enumerate(shown):
        _labels(axis, n * _STEP, side, report, top)
    many = len(report.sides) > _NAMED
    names = [words(s.name, max(18, 56 // len(shown))) for s in shown]
    axis.set_xticks([n * _STEP for n in range(len(shown))], names, fontsize=8.5 if many else 10, fontweight="bold")
    axis.set(
        xlim=(-0.74, max(len(shown) - 1, 1) * _STEP + 0.72), ylim=(0, top * 1.1), ylabel="USD for each released dose"
    )
    axis.yaxis.set_major_formatter(lambda value, _: f"{value:,.0f}")
    axis.grid(axis="y")
    axis.tick_params(axis="x", length=0)
    if report.paired and len(shown) == len(report.sides):
        axis.set_title(_headline(report), loc="left", x=-0.1, fontsize=10)
    if many:
        _key(figure)
    for n, label in enumerate(axis.get_xticklabels()):
        label.set_color(colour(report.sides.index(shown[n])))


def _headline(report: Report) -> str:
    """What the second side costs more or less than the first, in full and to convert."""
    told = []
    for figure, what in (("cost.full", "in full"), ("cost.conversion", "to convert")):
        r = report.ratio(figure)
        low, high = sorted((abs(1 - r.low), abs(1 - r.high)))
        told.append(f"{abs(1 - r.mean):.1%} {'less' if r.mean < 1 else 'more'} {what} ({low:.1%} to {high:.1%})")
    return f"{words(report.sides[1].name, 30)} costs {', '.join(told)}".replace("%", " %")


def _means(report: Report, side: Side) -> dict[str, float]:
    return {name: report.interval(side, f"cost.{name}").mean for name in SLICES}


def _stack(axis: Any, n: float, side: Side, report: Report) -> float:
    """One stack; its highest end."""
    foot = 0.0
    for name, height in _means(report, side).items():
        hatch = "////" if name == "failure" else None
        edge = ACCENT if hatch else "white"
        axis.bar(n, height, 2 * _HALF, bottom=foot, color=SLICES[name][1], edgecolor="white", lw=0.8)
        if hatch:
            axis.bar(n, height, 2 * _HALF, bottom=foot, color="none", edgecolor=edge, lw=0, hatch=hatch)
        foot += height
    total = report.interval(side, "cost.full")
    if isfinite(total.low) and isfinite(total.high):
        x = n + _HALF + 0.035
        axis.plot([x, x], [total.low, total.high], color=INK, lw=1.4, solid_capstyle="butt")
        axis.plot([x, x], [total.low, total.high], "_", color=INK, ms=6, mew=1.2)
    return max(foot, total.high if isfinite(total.high) else foot)


def _labels(axis: Any, n: float, side: Side, report: Report, top: float) -> None:
    """Names in the slices, those too thin beside them on the left; total above, conversion in its bracket."""
    foot, floor, least, many = 0.0, 0.0, 0.03 * top, len(report.sides) > _NAMED
    for name, height in _means(report, side).items():
        text, _, ink = SLICES[name]
        middle = foot + height / 2
        foot += height
        if many and height < least:
            continue
        if height >= least:
            box = {"fc": SLICES[name][1], "lw": 0, "pad": 0.6} if name == "failure" else None
            axis.text(
                n,
                middle,
                f"{height:,.0f}" if many else f"{text}  {height:,.0f}",
                ha="center",
                va="center",
                color=ink,
                fontsize=8.5,
                bbox=box,
            )
            continue
        y = max(middle, floor)
        floor = y + least
        axis.text(n - _HALF - 0.05, y, f"{text} {height:,.0f}", ha="right", va="center", fontsize=7.5, color=INK)
        axis.plot([n - _HALF - 0.04, n - _HALF], [y, middle], color=SOFT, lw=0.6)
    total = report.interval(side, "cost.full")
    y = max(foot, total.high if many and isfinite(total.high) else foot) + (0.012 if many else 0.045) * top
    clear = {"fc": "white", "lw": 0, "pad": 0.6}  # a line of the grid may lie behind
    axis.text(n, y, f"{total.mean:,.0f}", ha="center", fontsize=9 if many else 11, fontweight="bold", bbox=clear)
    if not many:
        axis.text(n, foot + 0.016 * top, between(total), ha="center", fontsize=8, color=SOFT, bbox=clear)
    _bracket(axis, n, side, report)


def _bracket(axis: Any, n: float, side: Side, report: Report) -> None:
    means = _means(report, side)
    low = sum(means[name] for name in list(means)[: list(means).index(CONVERSION[0])])
    high = low + sum(means[name] for name in CONVERSION)
    x, tip = n + _HALF + 0.08, n + _HALF + 0.11
    axis.plot([x, tip, tip, x], [low, low, high, high], color=INK, lw=0.9)
    found = report.interval(side, "cost.conversion")
    few, middle = len(report.sides) <= _NAMED, (low + high) / 2
    text = f"conversion\n{found.mean:,.0f}" if few else f"{found.mean:,.0f}"
    axis.text(tip + 0.025, middle, text, va="bottom", fontsize=8.5, fontweight="bold", linespacing=1.25)
    if few:
        axis.text(tip + 0.025, middle, between(found), va="top", fontsize=7.5, color=SOFT)


def _key(figure: Any) -> None:
    """The slices with their colours, from above, where stacks are too narrow for names."""
    from matplotlib.patches import Patch

    handles = [
        Patch(
            fc=paint,
            ec=ACCENT if name == "failure" else paint,
            lw=0,
            hatch="////" if name == "failure" else None,
            label=text,
        )
        for name, (text, paint, _) in reversed(SLICES.items())
    ]
    figure.legend(handles=handles, loc="outside right center", frameon=False, fontsize=8.5, handlelength=1.2)
