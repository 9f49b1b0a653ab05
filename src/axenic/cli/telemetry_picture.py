"""The picture of curves: one panel for each, one time for all; where nothing is known nothing is drawn."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import matplotlib as mpl
import numpy as np

from axenic.cli.panels import ACCENT, INK
from axenic.plant.tag import Between
from axenic.record.telemetry.curve import Curve

_MOST = 40  # panels


def draw_curves(curves: Sequence[Curve], title: str, target: Path) -> None:
    """Write the picture (PNG, SVG or PDF by the ending of `target`); raises OSError or ValueError."""
    drawn = [curve for curve in curves if len(curve)][:_MOST]
    if not drawn:
        raise ValueError("there is no reading to draw")
    mpl.use("Agg")
    from matplotlib import pyplot as plt  # heavy: only when a picture is asked for

    plt.rcParams.update({"font.size": 9, "axes.edgecolor": INK, "text.color": INK, "axes.labelcolor": INK})
    size = (10, 0.9 + 1.5 * len(drawn))
    figure, grid = plt.subplots(len(drawn), 1, figsize=size, sharex=True, squeeze=False)
    figure.set_layout_engine("constrained")
    for axis, curve in zip(grid[:, 0], drawn, strict=True):
        _draw(axis, curve)
    left = f", the first {len(drawn)} of {len(curves)} curves" if len(drawn) < len(curves) else ""
    figure.suptitle(title + left, x=0.012, ha="left", fontsize=10, weight="bold")
    grid[-1, 0].set_xlabel("UTC")
    figure.align_ylabels(list(grid[:, 0]))
    figure.savefig(target, dpi=130)
    plt.close(figure)


def _draw(axis: Any, curve: Curve) -> None:
    columns = curve.columns
    times = columns.times.astype("datetime64[us]")
    values = columns.values
    words = [text for text in columns.texts if text is not None]
    if words:
        names = sorted(set(words))
        values = np.array([np.nan if text is None else names.index(text) for text in columns.texts])
        axis.set_yticks(range(len(names)), names)
    style = "steps-post" if curve.tag.between is Between.STEP else "default"
    axis.plot(times, values, color=INK, lw=0.9, drawstyle=style)
    alone = (
        np.isfinite(values) & ~np.isfinite(np.append(values[1:], np.nan)) & ~np.isfinite(np.append(np.nan, values[:-1]))
    )
    axis.plot(times[alone], values[alone], ".", color=INK, ms=3)  # a line shows no point that has no neighbour
    for gap in curve.gaps():
        until = times[-1] if gap.end is None else np.datetime64(gap.end, "us")
        axis.axvspan(np.datetime64(gap.start, "us"), until, color=ACCENT, alpha=0.18, lw=0)
    axis.set_title(curve.tag.name, loc="left", fontsize=8)
    axis.set_ylabel(curve.tag.unit, fontsize=8)
    axis.spines[["top", "right"]].set_visible(False)
