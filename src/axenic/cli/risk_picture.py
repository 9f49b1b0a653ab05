"""The picture of risk: below, batches as bars stacked by mechanism; above, mean and 95 % upper bound of each as marks.

Two panels, because an upper bound is about four times its mean: on one linear axis it would press the stacks flat.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import matplotlib as mpl

from axenic.record.risk_ledger import Ledger

INK, SOFT, GRID = "#22303c", "#6b7a88", "#e9edf0"
COLOURS = {  # one hue for each way in, the same in every picture
    "airborne": "#b3421f",
    "glove": "#dd8452",
    "contact": "#e5b567",
    "connection": "#2f5d7c",
    "cycle occlusion": "#6fa08b",
    "cycle lethality": "#a9c9b9",
    "dwell": "#8f86b0",
}
_OTHER = "#8aa0b0"
_MOST_BARS = 12  # beyond that the names cannot be read


def draw_risk(plants: list[tuple[str, list[Ledger]]], target: Path) -> None:
    """Write the picture (PNG, SVG or PDF by the ending of `target`); raises OSError or ValueError."""
    mpl.use("Agg")
    from matplotlib import pyplot as plt  # heavy: only when a picture is asked for

    plt.rcParams.update({"font.size": 9, "axes.edgecolor": INK, "text.color": INK, "axes.labelcolor": INK})
    shown = [(name, ledgers[:_MOST_BARS]) for name, ledgers in plants]
    bars = sum(len(ledgers) for _, ledgers in shown)
    width = max(7.0, 3.2 + 0.75 * bars)
    figure, (above, axis) = plt.subplots(
        2, 1, figsize=(width, 6.4), sharex=True, height_ratios=[1, 2.2], layout="constrained"
    )
    ticks: list[tuple[float, str]] = []
    place = 0.0
    for name, ledgers in shown:
        _plant(above, name, place, ledgers)
        for ledger in ledgers:
            _bar(axis, place, ledger)
            _marks(above, place, ledger)
            ticks.append((place, ledger.batch))
            place += 1
        place += 0.8
    _axes(above, axis, [x for _, ledgers in shown for x in ledgers])
    axis.set_xlim(-0.8, max(place, 3.6))
    turned = 30 if bars > 8 else 0
    axis.set_xticks([p for p, _ in ticks], [t for _, t in ticks], rotation=turned, ha="right" if turned else "center")
    _legend(axis, shown)
    figure.suptitle("Risk of a batch by mechanism", x=0.012, ha="left", fontsize=12, fontweight="bold")
    figure.savefig(target, dpi=130)
    plt.close(figure)


def _axes(above: Any, axis: Any, ledgers: list[Ledger]) -> None:
    low = min((x.mean for x in ledgers), default=1e-6)
    high = max((x.upper95 for x in ledgers), default=1e-3)
    top = max((x.mean for x in ledgers), default=1e-6)
    above.set(yscale="log", ylim=(low / 2, high * 6), ylabel="probability")
    axis.set(ylim=(0, 1.12 * top * 1e4), ylabel="contaminated batches in 10,000\n(extrinsic, mean)")
    for each in (above, axis):
        each.grid(axis="y", color=GRID, lw=0.8)
        each.set_axisbelow(True)
        each.tick_params(axis="x", length=0)
        each.spines[["top", "right"]].set_visible(False)


def _plant(axis: Any, name: str, place: float, ledgers: list[Ledger]) -> None:
    if not ledgers:
        return
    mean, upper = (sum(getattr(x, k) for x in ledgers) / len(ledgers) for k in ("mean", "upper95"))
    middle = place + (len(ledgers) - 1) / 2
    where = {"ha": "center", "va": "top", "transform": axis.get_xaxis_transform()}
    axis.text(middle, 1.0, name, fontweight="bold", **where)
    axis.text(middle, 0.88, f"mean {mean:.1e}, 95 % upper {upper:.1e}", fontsize=8, color=SOFT, **where)


def _bar(axis: Any, place: float, ledger: Ledger) -> None:
    base = 0.0
    order = {name: n for n, name in enumerate(COLOURS)}
    for row in sorted(ledger.rows, key=lambda r: order.get(r.mechanism, len(order))):
        height = row.mean * 1e4
        axis.bar(place, height, 0.62, bottom=base, color=COLOURS.get(row.mechanism, _OTHER), lw=0)
        base += height


def _marks(axis: Any, place: float, ledger: Ledger) -> None:
    axis.plot([place, place], [ledger.mean, ledger.upper95], color=SOFT, lw=0.9)
    axis.plot([place], [ledger.mean], "o", color=INK, ms=4)
    axis.plot([place - 0.2, place + 0.2], [ledger.upper95] * 2, color=INK, lw=1.6)


def _legend(axis: Any, shown: list[tuple[str, list[Ledger]]]) -> None:
    from matplotlib.lines import Line2D
    from matplotlib.patches import Patch

    sums: dict[str, float] = {}
    for row in (r for _, ledgers in shown for x in ledgers for r in x.rows):
        sums[row.mechanism] = sums.get(row.mechanism, 0.0) + row.mean
    whole = sum(sums.values())
    names = [n for n in (*COLOURS, *sorted(set(sums) - set(COLOURS))) if n in sums]
    seen = [n for n in names if sums[n] > 0.01 * whole]
    handles: list[Any] = [Patch(color=COLOURS.get(n, _OTHER), label=n) for n in seen]
    handles.append(Line2D([], [], color=INK, marker="o", ms=4, lw=0, label="mean"))
    handles.append(Line2D([], [], color=INK, lw=1.6, label="95 % upper bound"))
    unseen = [n for n in names if n not in seen]
    if unseen:
        handles.append(Line2D([], [], lw=0, label=f"hardly to be seen: {', '.join(unseen)}"))
    axis.figure.legend(handles=handles, loc="outside lower left", ncols=4, frameon=False, fontsize=8)
