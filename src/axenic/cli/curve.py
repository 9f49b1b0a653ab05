"""The picture of a cycle: temperatures with the band and the phases, lethality adding up, pressure below."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import matplotlib as mpl

from axenic.asepsis.lethality import lethal_rate
from axenic.asepsis.program import Program
from axenic.asepsis.trace import Trace

INK, ACCENT, CHAMBER, FAINT = "#22303c", "#b3421f", "#8aa0b0", "#e9edf0"


def draw_cycle(trace: Trace, program: Program, result: dict[str, Any], target: Path) -> None:
    """Write the picture (PNG, SVG or PDF by the ending of `target`); raises OSError."""
    mpl.use("Agg")
    from matplotlib import pyplot as plt  # heavy: only when a picture is asked for

    plt.rcParams.update({"font.size": 9, "axes.edgecolor": INK, "text.color": INK, "axes.labelcolor": INK})
    figure, axes = plt.subplots(2, 1, figsize=(10, 6.2), sharex=True, height_ratios=[3, 1], layout="constrained")
    start = trace.times[0]
    minutes = [(t - start) / 60_000 for t in trace.times]
    _phases(axes, result, start)
    _temperatures(axes[0], trace, program, minutes)
    _lethality(axes[0], trace, program, minutes, result)
    for channel in trace.channels:
        if channel.unit == "bar":
            axes[1].plot(minutes, [v / 1000 for v in channel.values], color=INK, lw=1.2)
    low, high = axes[1].get_ylim()
    axes[1].set(ylim=(low, high + 0.3 * (high - low)))  # room for the names of the phases
    axes[1].set(ylabel="pressure, bar", xlabel=f"minutes from {_clock(start)}", xlim=(0, minutes[-1]))
    for axis in axes:
        axis.spines[["top", "right"]].set_visible(False)
    words = f"{program.title}: {result['verdict'].upper()}"
    figure.suptitle(words, x=0.012, ha="left", fontsize=12, fontweight="bold")
    axes[0].set_title(result["convention"], loc="left", fontsize=8, color=CHAMBER)
    figure.savefig(target, dpi=130)
    plt.close(figure)


def _clock(moment_ms: int) -> str:
    return datetime.fromtimestamp(moment_ms / 1000, UTC).strftime("%Y-%m-%d %H:%M:%S")


def _phases(axes: Any, result: dict[str, Any], start: int) -> None:
    for n, phase in enumerate(result["phases"]):
        times = [datetime.fromisoformat(phase[k]).replace(tzinfo=UTC).timestamp() * 1000 for k in ("start", "end")]
        left, right = ((t - start) / 60_000 for t in times)
        for axis in axes:
            axis.axvspan(left, right, color=FAINT if n % 2 else "white", lw=0, zorder=0)
        if right - left > 4:
            axes[1].text(
                (left + right) / 2,
                0.96,
                phase["name"],
                ha="center",
                va="top",
                fontsize=7.5,
                color=CHAMBER,
                transform=axes[1].get_xaxis_transform(),
            )


def _temperatures(axis: Any, trace: Trace, program: Program, minutes: list[float]) -> None:
    styles = {"product temperature": (INK, 1.8), "chamber temperature": (CHAMBER, 0.9)}
    said: set[str] = set()
    for column in program.columns:
        channel = trace.channel(column.column)
        if channel is None or column.measures not in styles:
            continue
        colour, width = styles[column.measures]
        label = None if column.measures in said else column.measures
        said.add(column.measures)
        axis.plot(minutes, [v / 1000 for v in channel.values], color=colour, lw=width, label=label)
    if program.accept.high is not None:
        axis.axhspan(
            program.accept.low, program.accept.high, color="#cfe3d4", lw=0, zorder=0.5, label="band in exposure"
        )
    axis.set_ylabel("temperature, °C")
    axis.legend(loc="upper left", frameon=False, fontsize=8)


def _lethality(axis: Any, trace: Trace, program: Program, minutes: list[float], result: dict[str, Any]) -> None:
    rule = program.convention
    products = [c.column for c in program.columns if c.measures == "product temperature"]
    channels = [c for c in trace.channels if c.name in products]
    if rule is None or not channels or result["f0_min"] is None:
        return
    total, sums = 0.0, []
    for i, minute in enumerate(minutes):
        coldest = min(c.values[i] for c in channels) / 1000
        rate = lethal_rate(coldest, rule.reference_degC, rule.z_K) if coldest >= rule.from_degC else 0.0
        total += rate * (minute - minutes[i - 1]) if i else 0.0
        sums.append(total)
    other = axis.twinx()
    other.plot(minutes, sums, color=ACCENT, lw=1.3, ls=(0, (4, 2)))
    other.set_ylabel("F0 over the whole cycle, min", color=ACCENT)
    other.tick_params(colors=ACCENT)
    other.spines[["top", "left"]].set_visible(False)
    other.set_ylim(0, max(sums) * 1.35)
    text = f"F0 in exposure {result['f0_min']:.2f} min, lower bound {result['f0_lower_min']:.2f} min"
    if result["machine_f0_min"] is not None:
        text += f"\nthe machine states {result['machine_f0_min']:.2f} min (convention not stated)"
    axis.figure.text(0.935, 0.985, text, ha="right", va="top", color=ACCENT, fontsize=8.5)
