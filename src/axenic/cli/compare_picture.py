"""The picture of a comparison: the cost of a released dose in both plants as stacks of the same slices."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import matplotlib as mpl

from axenic.twin.comparison import Comparison
from axenic.twin.economics import SLICES
from axenic.twin.prediction import Prediction

INK, SOFT, GRID = "#22303c", "#6b7a88", "#e9edf0"
COLOURS = {
    "vector": "#2f5d7c",
    "materials": "#5b87a6",
    "qc": "#9dbdd3",
    "leukapheresis": "#c9d8e2",
    "transport": "#dfe6ea",
    "labour": "#b3421f",
    "overhead": "#dd8452",
    "facility": "#e5b567",
    "equipment": "#8f86b0",
    "failure": "#22303c",
}
_LEAST = 0.02  # of the taller stack: smaller slices get no number


def draw_comparison(found: Comparison, target: Path) -> None:
    """Write the picture (PNG, SVG or PDF by the ending of `target`); raises OSError or ValueError."""
    mpl.use("Agg")
    from matplotlib import pyplot as plt  # heavy: only when a picture is asked for

    plt.rcParams.update({"font.size": 9, "axes.edgecolor": INK, "text.color": INK, "axes.labelcolor": INK})
    figure, axis = plt.subplots(figsize=(8, 5.6), layout="constrained")
    plants = (found.baseline, found.proposed)
    top = max(p.figures["cost.full"].mean for p in plants)
    for place, prediction in enumerate(plants):
        _stack(axis, place, prediction, top)
    axis.set_xticks([0, 1], [_name(p) for p in plants])
    axis.set(xlim=(-0.6, 1.6), ylim=(0, 1.14 * top / 1000), ylabel="1,000 USD for each released dose")
    axis.grid(axis="y", color=GRID, lw=0.8)
    axis.set_axisbelow(True)
    axis.tick_params(axis="x", length=0)
    axis.spines[["top", "right"]].set_visible(False)
    handles, names = axis.get_legend_handles_labels()
    seen = dict(zip(names, handles, strict=True))
    figure.legend(seen.values(), seen.keys(), loc="outside right center", frameon=False, fontsize=8, reverse=True)
    less = found.reduction("cost.full")
    title = f"SIMULATED: full cost {less.mean:.0%} lower ({less.low:.0%} to {less.high:.0%}), each plant at its load"
    figure.suptitle(title, x=0.012, ha="left", fontsize=11, fontweight="bold")
    figure.savefig(target, dpi=130)
    plt.close(figure)


def _stack(axis: Any, place: int, prediction: Prediction, top: float) -> None:
    known, low = prediction.figures, 0.0
    for name in sorted((*SLICES, "failure"), key=list(COLOURS).index):
        height = known[f"cost.{name}"].mean
        axis.bar(place, height / 1000, 0.62, bottom=low / 1000, color=COLOURS[name], label=name, lw=0)
        if height > _LEAST * top:
            dark = name in ("vector", "materials", "labour", "failure", "overhead", "equipment")
            words = f"{height / 1000:.1f}"
            colour = "white" if dark else INK
            axis.text(place, (low + height / 2) / 1000, words, ha="center", va="center", color=colour, fontsize=8)
        low += height
    whole = known["cost.full"]
    axis.plot([place, place], [whole.low / 1000, whole.high / 1000], color=INK, lw=1.6)
    words = f"{whole.mean / 1000:.1f} ({whole.low / 1000:.1f} to {whole.high / 1000:.1f})"
    axis.annotate(words, (place, whole.high / 1000), (0, 6), textcoords="offset points", ha="center", fontweight="bold")


def _name(prediction: Prediction) -> str:
    s = prediction.scenario
    load = prediction.loading.busiest
    return f"{s.plant.plant}\n{s.demand:,.0f} batches a year, {load.share:.0%} of {load.resource}"
