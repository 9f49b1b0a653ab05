"""The picture of a cycle: its panels one above the other, the phases behind them, the verdict on top."""

from __future__ import annotations

import textwrap
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import matplotlib as mpl

from axenic.asepsis.program import Program
from axenic.asepsis.trace import Trace
from axenic.cli.panels import ACCENT, CHAMBER, INK, PANELS, Drawing

FAINT = "#e9edf0"


def draw_cycle(trace: Trace, program: Program, result: dict[str, Any], target: Path) -> None:
    """Write the picture (PNG, SVG or PDF by the ending of `target`); raises OSError or ValueError."""
    mpl.use("Agg")
    from matplotlib import pyplot as plt  # heavy: only when a picture is asked for

    plt.rcParams.update({"font.size": 9, "axes.edgecolor": INK, "text.color": INK, "axes.labelcolor": INK})
    start = trace.times[0]
    minutes = [(t - start) / 60_000 for t in trace.times]
    phases = _phases(result, start)
    drawing = Drawing(trace, program, result, minutes, {name: (left, right) for name, left, right in phases})
    panels = [(draw, height) for draw, measure, height in PANELS[program.kind] if drawing.of(measure)]
    if not panels:
        raise ValueError("the recording holds nothing that can be drawn")
    size = (10, 2.2 + 1.05 * sum(height for _, height in panels))
    heights = [height for _, height in panels]
    figure, grid = plt.subplots(len(panels), 1, figsize=size, sharex=True, height_ratios=heights, squeeze=False)
    figure.set_layout_engine("constrained")
    axes = list(grid[:, 0])
    for axis, (draw, _) in zip(axes, panels, strict=True):
        draw(axis, drawing)
        axis.spines[["top", "right"]].set_visible(False)
    _behind(axes, phases, max(minutes))
    axes[-1].set(xlabel=f"minutes from {_clock(start)}", xlim=(0, max(minutes)))
    _words(figure, axes[0], program, result)
    figure.align_ylabels(axes)
    figure.savefig(target, dpi=130)
    plt.close(figure)


def _clock(moment_ms: int) -> str:
    return datetime.fromtimestamp(moment_ms / 1000, UTC).strftime("%Y-%m-%d %H:%M:%S")


def _phases(result: dict[str, Any], start: int) -> list[tuple[str, float, float]]:
    """Name, start and end of each phase, in minutes from the start of the recording."""
    spans = []
    for phase in result["phases"]:
        times = [datetime.fromisoformat(phase[k]).replace(tzinfo=UTC).timestamp() * 1000 for k in ("start", "end")]
        left, right = ((t - start) / 60_000 for t in times)
        spans.append((phase["name"], left, right))
    return spans


def _behind(axes: list[Any], phases: list[tuple[str, float, float]], length: float) -> None:
    """Stripes for the phases, with their names along the foot of the last panel where they fit."""
    low, high = axes[-1].get_ylim()
    axes[-1].set_ylim(low, high + 0.3 * (high - low))  # room for the names of the phases
    place = axes[-1].get_xaxis_transform()
    for n, (name, left, right) in enumerate(phases):
        for axis in axes:
            axis.axvspan(left, right, color=FAINT if n % 2 else "white", lw=0, zorder=0)
        if (right - left) / length > 0.0105 * len(name):
            middle = (left + right) / 2
            words = {"ha": "center", "va": "top", "fontsize": 7.5, "color": CHAMBER, "transform": place}
            axes[-1].text(middle, 0.96, name, **words)


def _words(figure: Any, axis: Any, program: Program, result: dict[str, Any]) -> None:
    """The verdict with its reasons on top, F0 with its convention or the deciding figures below it."""
    lines = [f"because {textwrap.shorten(reason, 120)}" for reason in result["reasons"][:3]]
    if result["f0_min"] is not None:
        text = f"F0 in {program.exposure} {result['f0_min']:.2f} min, lower bound {result['f0_lower_min']:.2f} min"
        if result["machine_f0_min"] is not None:
            text += f"; the machine states {result['machine_f0_min']:.2f} min (convention not stated)"
        lines += [text, result["convention"]]
    elif not lines:
        shown = [f"{name} {value}".replace("_", "\u00a0").replace(" ", "\u00a0") for name, value in _figures(result)]
        lines += textwrap.wrap(";  ".join(shown), 130)
    figure.suptitle(f"{program.title}: {result['verdict'].upper()}", x=0.012, ha="left", fontsize=12, weight="bold")
    colour = ACCENT if result["reasons"] else INK
    axis.set_title("\n".join(lines), loc="left", fontsize=8, color=colour)


def _figures(result: dict[str, Any]) -> list[tuple[str, str]]:
    return [(name, value) for name, value in result["figures"].items() if name not in ("lowest", "highest", "spread")]
