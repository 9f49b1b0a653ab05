"""The house's pictures: colours, marks, type, and SVG that is the same for the same data."""

from __future__ import annotations

import io
import re
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any

import font_source_sans_pro

from axenic.twin.report.label import plain, short

INK, SOFT, GRID, ACCENT = "#22303c", "#5c6b78", "#e3e8ec", "#b3421f"
SIDES = ("#5c6b78", "#2f5d7c", "#b3421f", "#8f6a1d", "#5b7f6c", "#7a6f9b")  # the baseline is grey
MARKS = ("o", "s", "D", "^", "v", "P")
DASHES = ("-", "--", "-.", ":", (0, (5, 1, 1, 1)), (0, (1, 1)))
WIDE = 7.0  # inches: the width of an A4 page between its margins, so that 8 points stay 8 points on paper
_FONT = "Source Sans Pro"
_RC: dict[Any, Any] = {
    "font.family": [_FONT, "DejaVu Sans"],
    "font.size": 8.5,
    "text.parse_math": False,
    "text.color": INK,
    "axes.edgecolor": SOFT,
    "axes.labelcolor": INK,
    "axes.linewidth": 0.7,
    "axes.titlesize": 9.5,
    "axes.titleweight": "bold",
    "axes.titlelocation": "left",
    "xtick.color": SOFT,
    "ytick.color": SOFT,
    "xtick.labelcolor": INK,
    "ytick.labelcolor": INK,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.axisbelow": True,
    "grid.color": GRID,
    "grid.linewidth": 0.7,
    "hatch.linewidth": 0.6,
    "svg.fonttype": "path",
    "figure.constrained_layout.w_pad": 0.03,
    "figure.constrained_layout.h_pad": 0.03,
}
_HEAD = re.compile(r"<\?xml.*?(?=<svg )|<metadata>.*?</metadata>|<!--.*?-->| xmlns:xlink=\"[^\"]*\"", re.DOTALL)
_NAME = re.compile(r'( id="|href="#|url\(#)')


def drawn(key: str, height: float, draw: Callable[[Any], None], width: float = WIDE) -> str:
    """The SVG of a figure that `draw` fills; names in it begin with the key, so that pictures can share a page."""
    from matplotlib import rc_context  # heavy: only when a picture is asked for
    from matplotlib.figure import Figure

    _fonts()
    out = io.StringIO()
    with rc_context(_RC | {"svg.hashsalt": key}):
        figure = Figure(figsize=(width, height), layout="constrained")
        draw(figure)
        figure.savefig(out, format="svg", metadata={"Date": None, "Creator": None})
    text = _HEAD.sub("", out.getvalue()).replace("xlink:href", "href")
    return re.sub(r">\s+<", "><", _NAME.sub(rf"\g<1>{key}-", text)).strip()


@cache
def _fonts() -> frozenset[int]:
    """Makes the house's type known to matplotlib; the characters that can be drawn."""
    from matplotlib.font_manager import findfont, fontManager, get_font

    for weight in ("Regular", "Bold"):
        fontManager.addfont(str(Path(font_source_sans_pro.font_directory) / f"SourceSansPro-{weight}.ttf"))
    return frozenset(c for name in (_FONT, "DejaVu Sans") for c in get_font(findfont(name)).get_charmap())


def words(text: str, most: int = 40) -> str:
    """A name as it can be drawn: on one line, not too long, with ? for characters no font of ours has."""
    known = _fonts()
    return "".join(c if ord(c) in known else "?" for c in short(plain(text), most))


def colour(n: int) -> str:
    """The colour of a side."""
    return SIDES[n % len(SIDES)]


def mark(n: int) -> str:
    """The mark of a side."""
    return MARKS[n % len(MARKS)]


def whisker(axis: Any, low: float, high: float, y: float, ink: str, **more: Any) -> None:
    """An interval lying on a horizontal axis, with its ends marked."""
    from math import isfinite

    if isfinite(low) and isfinite(high):
        axis.plot([low, high], [y, y], color=ink, lw=1.3, solid_capstyle="butt", **more)
        axis.plot([low, high], [y, y], "|", color=ink, ms=5, mew=1.1, **more)


def frame(axis: Any, along: str = "x") -> None:
    """A grid along one axis, and no spine across it."""
    axis.grid(axis=along)
    axis.spines["left" if along == "x" else "bottom"].set_visible(along != "x")
    if along == "x":
        axis.tick_params(axis="y", length=0)


def key_of_sides(figure: Any, names: list[str]) -> None:
    """The sides with their marks, above everything; none if there is one."""
    from matplotlib.lines import Line2D

    if len(names) < 2:
        return
    lines = [
        Line2D([], [], color=colour(n), marker=mark(n), ms=5.5, lw=0, label=words(name, 34))
        for n, name in enumerate(names)
    ]
    figure.legend(
        handles=lines, loc="outside upper left", ncols=min(3, len(lines)), frameon=False, fontsize=9, handletextpad=0.1
    )
