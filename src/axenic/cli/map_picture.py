"""The contamination map as a picture: zones by grade, the interfaces into them, units as tiles, with times."""

from __future__ import annotations

import math
from pathlib import Path
from typing import Any

import matplotlib as mpl

from axenic.cli.map import grouped

INK, SOFT = "#22303c", "#6b7a88"
COLOURS = {
    "clean": "#cfe8d6",
    "in use": "#cfe0f2",
    "dirty": "#f6dcc8",
    "expired": "#f2c9a9",
    "unknown": "#e3e6e9",
    "at risk": "#f3b8a5",
    "open": "#f3b8a5",
}
GRADES = {"A": "#f4faf6", "B": "#f6f9fb", "C": "#f8f8f4", "D": "#f9f7f2", "CNC": "#f6f6f6"}
COLUMNS, TILE, HIGH, GAP = 6, 1.9, 0.62, 0.12


def draw_map(result: dict[str, Any], target: Path) -> None:
    """Write the picture (PNG, SVG or PDF by the ending of `target`); raises OSError or ValueError."""
    mpl.use("Agg")
    from matplotlib import pyplot as plt  # heavy: only when a picture is asked for

    zones = [{**z, "units": grouped(z["units"])} for z in result["zones"] if z["units"] or z["interfaces"]]
    heights = [_height(zone) for zone in zones]
    wide, tall = COLUMNS * (TILE + GAP) + 3.4, sum(heights) + 0.9
    figure, axis = plt.subplots(figsize=(wide * 0.78, tall * 0.78), layout="constrained")
    axis.set(xlim=(0, wide), ylim=(tall, 0))
    axis.axis("off")
    axis.text(0.1, 0.3, "Contamination map", fontsize=13, fontweight="bold", color=INK, va="center")
    axis.text(
        wide - 0.1, 0.3, f"{_when(result['at'])} UTC   SIMULATED", fontsize=9, color=SOFT, ha="right", va="center"
    )
    top = 0.7
    for zone, height in zip(zones, heights, strict=True):
        _zone(axis, zone, top, height - 0.2, wide)
        top += height
    figure.savefig(target, dpi=140)
    plt.close(figure)


def _height(zone: dict[str, Any]) -> float:
    rows = max(math.ceil(len(zone["units"]) / COLUMNS), math.ceil(len(zone["interfaces"]) / 1), 1)
    return 0.75 + rows * (HIGH + GAP)


def _box(axis: Any, x: float, y: float, w: float, h: float, colour: str, edge: str = "none") -> None:
    axis.add_patch(
        mpl.patches.FancyBboxPatch((x, y), w, h, boxstyle="round,pad=0,rounding_size=0.06", fc=colour, ec=edge)
    )


def _zone(axis: Any, zone: dict[str, Any], top: float, height: float, wide: float) -> None:
    edge = "#c0392b" if zone["state"] not in ("aseptic",) else "#c9d2da"
    _box(axis, 3.2, top, wide - 3.3, height, GRADES[zone["grade"]], edge)
    words = f"{zone['name']}, grade {zone['grade']}: {zone['state']}"
    axis.text(3.35, top + 0.27, words, fontsize=9.5, fontweight="bold", color=INK, va="center")
    axis.text(wide - 0.25, top + 0.27, zone["evidence"], fontsize=7, color=SOFT, ha="right", va="center")
    for n, unit in enumerate(zone["units"]):
        x = 3.35 + n % COLUMNS * (TILE + GAP)
        _tile(axis, x, top + 0.5 + n // COLUMNS * (HIGH + GAP), TILE, unit["name"], unit, unit["batch"])
    for n, interface in enumerate(zone["interfaces"]):
        y = top + 0.5 + n * (HIGH + GAP)
        _tile(axis, 0.1, y, 2.75, f"{interface['name']} from {interface['from']}", interface, interface["load"])
        axis.annotate("", (3.2, y + HIGH / 2), (2.87, y + HIGH / 2), arrowprops={"arrowstyle": "->", "color": SOFT})


def _tile(axis: Any, x: float, y: float, width: float, name: str, thing: dict[str, Any], holds: str) -> None:
    _box(axis, x, y, width, HIGH, COLOURS.get(thing["state"], "#e8e0f2"))
    axis.text(x + 0.08, y + 0.19, name, fontsize=7, color=INK, va="center")
    until = (
        f"{'since' if thing['state'] == 'expired' else 'until'} {_when(thing['until'])[5:]}" if thing["until"] else ""
    )
    words = ", ".join(filter(None, (thing["state"], holds, until)))
    axis.text(x + 0.08, y + 0.44, words, fontsize=6, color=SOFT, va="center")


def _when(iso: str) -> str:
    return iso[:16].replace("T", " ")
