"""The picture of a calibration: for each phase kind and row, the share of the data below a value, and the law's."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import matplotlib as mpl
import numpy as np

from axenic.twin.calibrate import Calibration
from axenic.twin.fit import Fit

INK, SOFT, GRID, FOUND, DOUBT = "#22303c", "#6b7a88", "#e9edf0", "#2f5d7c", "#b3421f"
_ACROSS, _MOST_PANELS, _POINTS = 5, 50, 160


def draw_calibration(found: Calibration, simulated: bool, target: Path) -> None:
    """Write the picture (PNG, SVG or PDF by the ending of `target`).

    Raises OSError or ValueError, also if nothing was fitted.
    """
    panels = [(d.phase, "h", d.fit) for d in found.durations if d.fit is not None]
    units = {r.row: r.unit for r in found.assumptions.rows}
    panels += [(r.row, units[r.row], r.fit) for r in found.rows if r.fit is not None]
    if not panels:
        raise ValueError("no law was fitted, there is nothing to draw")
    mpl.use("Agg")
    from matplotlib import pyplot as plt  # heavy: only when a picture is asked for

    plt.rcParams.update({"font.size": 8.5, "axes.edgecolor": INK, "text.color": INK, "axes.labelcolor": INK})
    shown = panels[:_MOST_PANELS]
    across = min(_ACROSS, len(shown))
    down = -(-len(shown) // across)
    wide = max(6.4, 3.1 * across)
    figure, grid = plt.subplots(down, across, figsize=(wide, 2.3 * down + 0.9), squeeze=False, layout="constrained")
    for axis, panel in zip(grid.flat, shown, strict=False):
        _panel(axis, *panel)
    for axis in list(grid.flat)[len(shown) :]:
        axis.set_visible(False)
    _heading(figure, simulated, len(panels) - len(shown))
    figure.savefig(target, dpi=130)
    plt.close(figure)


def _heading(figure: Any, simulated: bool, more: int) -> None:
    from matplotlib.lines import Line2D

    title = "Share of the data below a value, and the law fitted to them"
    figure.suptitle(title + ("   SIMULATED" if simulated else ""), x=0.012, ha="left", fontsize=12, fontweight="bold")
    handles: list[Any] = [Line2D([], [], color=INK, lw=1.4, label="data")]
    handles.append(Line2D([], [], color=FOUND, lw=1.4, ls="--", label="law that fits"))
    handles.append(Line2D([], [], color=DOUBT, lw=1.4, ls="--", label="nearest law, does not fit"))
    if more:
        handles.append(Line2D([], [], lw=0, label=f"{more} more are not shown"))
    figure.legend(handles=handles, loc="outside lower left", ncols=4, frameon=False, fontsize=8.5)


def _panel(axis: Any, name: str, unit: str, fit: Fit) -> None:
    data, n = fit.data, len(fit.data)
    axis.step(data, np.arange(1, n + 1) / n, where="post", color=INK, lw=1.4)
    reach = data[-1] - data[0]
    low, high = max(fit.quantile(0.001), data[0] - 0.4 * reach), min(fit.quantile(0.999), data[-1] + 0.4 * reach)
    x = np.linspace(max(min(low, data[0]), fit.bounds.low), min(max(high, data[-1]), fit.bounds.high), _POINTS)
    good = fit.goodness.fits
    axis.plot(x, [fit.share_below(v) for v in x], color=FOUND if good else DOUBT, lw=1.4, ls="--")
    axis.set_title(name, loc="left", fontsize=9.5, fontweight="bold")
    p = f"{fit.law.name}, n {n}\nKS p {fit.goodness.ks_p:.2f}, AD p {fit.goodness.ad_p:.2f}"
    axis.text(0.97, 0.06, p, transform=axis.transAxes, ha="right", va="bottom", fontsize=7.5, color=SOFT)
    axis.set(ylim=(0, 1.03), yticks=[0, 0.5, 1], xlim=(x[0], x[-1]))
    axis.set_xlabel(unit if unit != "1" else "", labelpad=1)
    axis.grid(color=GRID, lw=0.8)
    axis.set_axisbelow(True)
    axis.spines[["top", "right"]].set_visible(False)
