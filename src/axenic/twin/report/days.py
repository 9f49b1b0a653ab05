"""The picture of time: who has waited how long, and in which parts the time goes by."""

from __future__ import annotations

from math import isfinite
from textwrap import fill
from typing import Any

import numpy as np

from axenic.twin.area import facility_of
from axenic.twin.report.label import label_of, number
from axenic.twin.report.picture import Picture, intervals_from, one_run, resting_on
from axenic.twin.report.report import Report, Side
from axenic.twin.report.style import DASHES, INK, SOFT, colour, drawn, key_of_sides, mark, whisker, words
from axenic.twin.vein import parts

PARTS: dict[str, tuple[str, str, str]] = {  # colour, ink and hatch, in the order of time; outside the plant in greys
    "booking": ("#d9dee2", INK, ""),
    "leukapheresis": ("#aab3ba", INK, ""),
    "courier_in": ("#d9dee2", INK, "...."),
    "queue": ("#e0b765", INK, ""),
    "manufacture": ("#1f4661", "white", ""),
    "waiting": ("#e0b765", INK, "////"),
    "qc": ("#6f97b0", INK, ""),
    "review": ("#b98a2f", "white", ""),
    "pack": ("#1f4661", "white", ""),
    "courier_out": ("#d9dee2", INK, "...."),
    "scheduling": ("#aab3ba", INK, ""),
    "lost_attempts": ("#e3a894", INK, "////"),
}
ROWS = (
    *(
        "booking wait",
        "leukapheresis lasts",
        "courier*",
        "scheduling*",
        "fold expansion",
        "expansion days",
        "transduced",
    ),
    *("share of a dose", "days to a remake", "remakes offered", "review on paper", "review by exception"),
)
_LETTER = 0.0085  # of the whole length: the room that a letter takes


def draw_days(report: Report) -> Picture | None:
    """Distribution and parts; None if no scenario released a dose."""
    shown = [s for s in report.sides if isfinite(report.interval(s, "time_to_vein.mean").mean)]
    if not shown:
        return None
    told = "; ".join(
        f"{words(s.name)} median {_told(report, s, 'median')}, P90 {_told(report, s, 'p90')}" for s in shown
    )
    caption = (
        "Days from the decision to the infusion. Above: the share of patients treated who waited at most so long, from "
        f"{one_run(shown[0])}; the marks are P50 and P90 over all replications, the bars through them their intervals. "
        "Below: the mean days of each part, in the order of time; greys lie outside the plant. "
        f"{intervals_from(report)} {resting_on(shown, ROWS)} Durations of phases and tests come from the recipe."
    )
    svg = drawn("days", 2.75 + 0.82 * len(shown), lambda figure: _draw(figure, report, shown))
    return Picture("days", "Time to vein", caption, f"Cumulative distribution of days to the infusion: {told}.", svg)


def _told(report: Report, side: Side, name: str) -> str:
    return f"{number(report.interval(side, f'time_to_vein.{name}').mean)} d"


def _draw(figure: Any, report: Report, shown: list[Side]) -> None:
    above, below = figure.subplots(2, 1, height_ratios=[2.35, 0.3 + 0.82 * len(shown)])
    right = 0.0
    order = sorted(shown, key=lambda s: report.interval(s, "time_to_vein.median").mean)
    for side in shown:
        right = max(right, _share(above, report, side, left=len(shown) > 1 and side is order[0]))
    above.set(ylim=(0, 1.02), yticks=[0, 0.25, 0.5, 0.75, 0.9, 1], xlim=(0, right), ylabel="share of patients")
    above.yaxis.set_major_formatter(lambda value, _: f"{value * 100:.0f} %")
    above.grid(axis="both")
    longest = max(report.interval(s, "time_to_vein.mean").mean for s in shown)
    for n, side in enumerate(shown):
        _bar(below, n, report, side, longest)
    below.set(xlim=(0, longest * 1.09), ylim=(len(shown) - 0.35, -0.62), yticks=[], xlabel="days from the decision")
    below.spines["left"].set_visible(False)
    below.grid(axis="x")
    key_of_sides(figure, [s.name for s in shown])


def _share(axis: Any, report: Report, side: Side, left: bool) -> float:
    """The curve of a side with its two quantiles; where it ends (the longest 1 % are cut off)."""
    n, scenario = report.sides.index(side), side.scenario
    found = parts(side.tally, facility_of(scenario.plant), scenario.executed, scenario.assumptions)
    waited = np.sort(np.sum(list(found.values()), axis=0))
    ink = colour(n)
    if len(waited):
        shares = np.arange(1, len(waited) + 1) / len(waited)
        axis.step(waited, shares, where="post", color=ink, lw=1.7, ls=DASHES[n % len(DASHES)])
    for name, share in (("median", 0.5), ("p90", 0.9)):
        at = report.interval(side, f"time_to_vein.{name}")
        whisker(axis, at.low, at.high, share, INK, zorder=3)
        axis.plot([at.mean], [share], mark(n), color=ink, mec="white", mew=0.8, ms=7, zorder=4)
        if len(report.sides) > 2:
            continue
        words_at: dict[str, Any] = {
            "xytext": (-9, 3) if left else (9, -3),
            "textcoords": "offset points",
            "color": ink,
            "fontsize": 8.5,
        }
        words_at |= {"ha": "right", "va": "bottom"} if left else {"ha": "left", "va": "top"}
        axis.annotate(f"P{share * 100:.0f}  {at.mean:.1f} d", (at.mean, share), **words_at)
    return float(np.quantile(waited, 0.99)) * 1.12 if len(waited) else 0.0


def _bar(axis: Any, n: int, report: Report, side: Side, longest: float) -> None:
    foot, thin = 0.0, list[str]()
    for name, (paint, ink, hatch) in PARTS.items():
        days = report.interval(side, f"time_to_vein.{name}").mean
        axis.barh(n, days, 0.5, left=foot, color=paint, edgecolor="white", lw=0.8)
        if hatch:
            axis.barh(n, days, 0.5, left=foot, color="none", edgecolor=SOFT, lw=0, hatch=hatch)
        text = label_of(f"time_to_vein.{name}")
        lines = [text] if days / longest > _LETTER * len(text) else text.split()
        if days / longest > _LETTER * max(len(line) for line in lines):
            axis.text(
                foot + days / 2,
                n,
                "\n".join([*lines, f"{days:.1f}"]),
                ha="center",
                va="center",
                color=ink,
                fontsize=7.5,
                linespacing=1.05,
            )
        elif days > 0:
            thin.append(f"{text} {days:.1f}" if days >= 0.05 else f"{text} {days:.2f}")
        foot += days
    axis.text(
        0,
        n - 0.3,
        words(side.name),
        va="bottom",
        fontsize=9,
        fontweight="bold",
        color=colour(report.sides.index(side)),
    )
    mean = report.interval(side, "time_to_vein.mean")
    axis.text(foot + 0.006 * longest, n, f"{mean.mean:.1f} d", va="center", fontsize=9, fontweight="bold")
    if thin:
        text = fill(f"too thin to name: {', '.join(thin)}", 132)
        axis.text(0, n + 0.29, text, va="top", fontsize=7.5, color=SOFT)
