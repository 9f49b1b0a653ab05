"""The picture of a cycle design: total time against the goal, what it is made of and what limits it where."""

from __future__ import annotations

import itertools
from pathlib import Path
from typing import Any

import matplotlib as mpl

from axenic.twin.wish import Design, Point

INK, FAINT, NAIVE = "#22303c", "#8aa0b0", "#b3421f"
_COLOURS = {"kill": "#4a7fb5", "desorption": "#c98b2b", "water": "#5b9a8b"}
_GROUPS = (
    ("dwell or exposure", "#4a7fb5", ("dwell", "exposure")),
    ("aeration and recheck", "#c98b2b", ("aerate", "recheck")),
)


def draw_design(design: Design, target: Path) -> None:
    """Write the picture (PNG, SVG or PDF by the ending of `target`); raises OSError or ValueError."""
    mpl.use("Agg")
    from matplotlib import pyplot as plt  # heavy: only when a picture is asked for

    plt.rcParams.update({"font.size": 9, "axes.edgecolor": INK, "text.color": INK, "axes.labelcolor": INK})
    wide = bool(design.by_logs)
    figure, axes = plt.subplots(
        1, 2 if wide else 1, figsize=(11 if wide else 7, 5), layout="constrained", squeeze=False
    )
    _goals(axes[0][0], design)
    if wide:
        _logs(axes[0][1], design)
    for axis in axes[0]:
        axis.spines[["top", "right"]].set_visible(False)
    best, naive = design.best.total_min, design.naive.total_min
    aim = f"{design.program.program}: {design.program.title.split(' in ')[0]}"
    text = f"{aim}\nshortest {best:.1f} min; naive {naive:.1f} min at no less assurance (x {design.ratio:.2f})"
    figure.suptitle(text, x=0.012, ha="left", fontsize=11, fontweight="bold")
    figure.savefig(target, dpi=130)
    plt.close(figure)


def _goals(axis: Any, design: Design) -> None:
    points = [(goal, p) for goal, p in design.curve if p is not None]
    goals = [goal for goal, _ in points]
    bottom = [0.0] * len(points)
    rest = [p.total_min - sum(p.phases.get(n, 0.0) for _, _, names in _GROUPS for n in names) for _, p in points]
    width = 0.8 * min((b - a for a, b in itertools.pairwise(goals)), default=0.1)
    for label, colour, heights in [
        *(
            (label, colour, [sum(p.phases.get(n, 0.0) for n in names) for _, p in points])
            for label, colour, names in _GROUPS
        ),
        ("all other phases", "#d5dce1", rest),
    ]:
        if any(heights):
            axis.bar(goals, heights, width, bottom=bottom, color=colour, label=label, alpha=0.85)
        bottom = [b + h for b, h in zip(bottom, heights, strict=True)]
    closed = [goal for goal, p in design.curve if p is None and goal > goals[-1]]
    top = max(*bottom, design.naive.total_min)
    if closed:
        left = (goals[-1] + closed[0]) / 2
        axis.axvspan(left, closed[-1] + width / 2, color=_COLOURS["water"], alpha=0.18, lw=0)
        words = "water: the coldest\nwall would be wet"
        axis.text((left + closed[-1]) / 2, top * 0.5, words, ha="center", color=_COLOURS["water"])
    if design.by_logs:
        _limits(axis, [(goal, height + 0.03 * top, p) for (goal, p), height in zip(points, bottom, strict=True)])
    axis.plot(
        design.best.goal, design.best.total_min, "o", color=INK, ms=6, label=f"shortest ({design.best.limited_by})"
    )
    axis.plot(design.naive.goal, design.naive.total_min, "D", color=NAIVE, ms=6, label="naive, no less assurance")
    axis.set(xlabel=f"goal, {design.goal_unit}", ylabel="whole cycle, min", ylim=(0, top * 1.45))
    axis.set_title("Shortest cycle at each goal, and what it is made of", loc="left", fontsize=9)
    axis.legend(loc="upper right", facecolor="white", edgecolor="none", framealpha=1, fontsize=8, ncols=2)


def _limits(axis: Any, tops: list[tuple[float, float, Point]]) -> None:
    for limit, colour in _COLOURS.items():
        some = [(goal, height) for goal, height, point in tops if point.limited_by == limit]
        if some:
            xs, ys = zip(*some, strict=True)
            axis.scatter(xs, ys, marker="s", color=colour, s=16, label=f"limited by {limit}")


def _logs(axis: Any, design: Design) -> None:
    logs = [n for n, _ in design.by_logs]
    axis.plot(logs, [p.total_min for _, p in design.by_logs], color=FAINT, lw=1.4, zorder=1)
    for limit, colour in _COLOURS.items():
        some = [(n, p.total_min) for n, p in design.by_logs if p.limited_by == limit]
        if some:
            label = f"limited by {limit}"
            axis.scatter([n for n, _ in some], [t for _, t in some], color=colour, s=36, label=label, zorder=2)
    for n, point in design.by_logs:
        axis.annotate(
            _goal(point), (n, point.total_min), (0, -14), textcoords="offset points", ha="center", fontsize=7.5
        )
    axis.set(xlabel="log reduction at the worst place", ylabel="shortest cycle, min", ylim=(0, None))
    axis.margins(y=0.15)
    axis.set_title("What each log costs; below: goal, mg/L", loc="left", fontsize=9)
    axis.legend(loc="lower right", frameon=False, fontsize=8)


def _goal(point: Point) -> str:
    return f"{point.goal:.2f}"
