"""Charts of the batch record as SVG text: the same data always gives the same bytes."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from xml.sax.saxutils import escape

INK, FAINT, LINE, ACCENT, GOOD, BAND = "#1f2d3a", "#eef1f4", "#c9d2da", "#b3421f", "#2f6f4f", "#d5e8da"
_DAY_MS = 86_400_000


@dataclass(frozen=True, slots=True)
class Bar:
    """One bar of the timeline: a label and its spans (start, end) in milliseconds."""

    label: str
    spans: tuple[tuple[int, int], ...]
    kind: str = "step"


def _number(value: float) -> str:
    return f"{value:.2f}".rstrip("0").rstrip(".") or "0"


def _text(x: float, y: float, text: str, size: float = 8, anchor: str = "start", colour: str = INK) -> str:
    where = f'x="{_number(x)}" y="{_number(y)}" font-size="{_number(size)}" text-anchor="{anchor}" fill="{colour}"'
    return f'<text {where} font-family="Source Sans Pro">{escape(text)}</text>'


def _line(x1: float, y1: float, x2: float, y2: float, colour: str = LINE, width: float = 0.5) -> str:
    ends = f'x1="{_number(x1)}" y1="{_number(y1)}" x2="{_number(x2)}" y2="{_number(y2)}"'
    return f'<line {ends} stroke="{colour}" stroke-width="{_number(width)}"/>'


def _box(x: float, y: float, width: float, height: float, colour: str) -> str:
    size = f'width="{_number(width)}" height="{_number(height)}"'
    return f'<rect x="{_number(x)}" y="{_number(y)}" {size} fill="{colour}"/>'


def _path(points: Sequence[tuple[float, float]], colour: str, width: float = 1.0, dash: str = "") -> str:
    way = "M" + " L".join(f"{_number(x)} {_number(y)}" for x, y in points)
    dashes = f' stroke-dasharray="{dash}"' if dash else ""
    return f'<path d="{way}" fill="none" stroke="{colour}" stroke-width="{_number(width)}"{dashes}/>'


def _sheet(width: float, height: float, parts: Sequence[str]) -> str:
    size = f'width="{_number(width)}" height="{_number(height)}" viewBox="0 0 {_number(width)} {_number(height)}"'
    return f'<svg xmlns="http://www.w3.org/2000/svg" {size}>{"".join(parts)}</svg>'


def timeline(bars: Sequence[Bar], start: int, end: int) -> str:
    """From order to disposition: a row for each step and test, days along."""
    left, width, row = 96.0, 500.0, 10.5
    scale = (width - left - 8) / max(end - start, 1)
    height = row * len(bars) + 18
    parts = []
    days = max(1, math.ceil((end - start) / _DAY_MS))
    for day in range(0, days + 1, 1 if days <= 14 else 2):
        x = left + day * _DAY_MS * scale
        if x <= width - 4:
            parts += [_line(x, 0, x, height - 14), _text(x, height - 5, f"{day} d", 7, "middle", "#6b7a88")]
    for n, bar in enumerate(bars):
        y = n * row + 1
        parts.append(_text(left - 6, y + 7.4, bar.label, 7.5, "end"))
        colour = {"step": INK, "test": "#7a94ab", "review": ACCENT}[bar.kind]
        for a, b in bar.spans:
            parts.append(_box(left + (a - start) * scale, y + 1.6, max((b - a) * scale, 0.8), row - 3.6, colour))
    return _sheet(width, height, parts)


def growth(points: Sequence[tuple[int, dict[str, float]]], start: int) -> str:
    """Viable cells (log scale), viability and glucose over days since the order; empty if nothing was counted."""
    cells = [(t, p["viable cells"]) for t, p in points if p.get("viable cells", 0) > 0]
    if len(cells) < 2:
        return ""
    left, right, width, height, bottom = 34.0, 34.0, 500.0, 132.0, 20.0
    first, last = cells[0][0], max(t for t, _ in points)
    low = math.floor(math.log10(min(c for _, c in cells)))
    high = math.ceil(math.log10(max(c for _, c in cells)) + 1e-9)

    def x(t: int) -> float:
        return left + (t - first) / max(last - first, 1) * (width - left - right)

    def y(share: float) -> float:
        return 15 + (1 - share) * (height - bottom - 15)

    parts = [_line(left, y(0), width - right, y(0)), _text(2, 7, "viable cells", 7.5)]
    parts.append(_text(width - 2, 7, "viability, %", 7.5, "end", GOOD))
    for power in range(low, high + 1):
        share = (power - low) / max(high - low, 1)
        parts += [
            _line(left, y(share), width - right, y(share)),
            _text(left - 4, y(share) + 2.5, f"1e{power}", 7, "end"),
        ]
    for percent in (40, 60, 80, 100):
        parts.append(_text(width - right + 4, y((percent - 40) / 60) + 2.5, str(percent), 7, "start", GOOD))
    for day in range(math.ceil((first - start) / _DAY_MS), math.floor((last - start) / _DAY_MS) + 1):
        at = x(start + day * _DAY_MS)
        parts += [_line(at, y(0), at, y(0) + 3), _text(at, height - 8, f"day {day}", 7, "middle", "#6b7a88")]
    dots = [(x(t), y((math.log10(c) - low) / max(high - low, 1))) for t, c in cells]
    alive = [(x(t), y((max(p["viability"], 40) - 40) / 60)) for t, p in points if "viability" in p and t >= first]
    parts.append(_path(dots, INK, 1.4))
    parts += [f'<circle cx="{_number(a)}" cy="{_number(b)}" r="1.9" fill="{INK}"/>' for a, b in dots]
    if len(alive) > 1:
        parts.append(_path(alive, GOOD, 1.0, "3 2"))
    for t, p in points:
        if "glucose" in p and "viable cells" in p and t >= first:  # what a feed sets is not a measurement
            parts.append(_text(x(t), y(0) - 3, f"{p['glucose']:.1f}", 6, "middle", "#8a6d1f"))
    return _sheet(width, height, parts)


def cycle(
    times: Sequence[int],
    curves: Sequence[Sequence[float]],
    phases: Sequence[tuple[str, int, int]],
    exposure: str,
    band: tuple[float, float | None],
) -> str:
    """A small curve of one cycle: the deciding channels, its phases as stripes, the band in exposure; empty if bare."""
    if len(times) < 2 or not curves:
        return ""
    width, height, bottom = 160.0, 62.0, 9.0
    low, high = band
    first, last = times[0], max(times[-1], phases[-1][2] if phases else times[-1])
    top = max(max(max(c) for c in curves), high or low) * 1.06

    def x(t: int) -> float:
        return (t - first) / max(last - first, 1) * width

    def y(value: float) -> float:
        return 2 + (1 - value / top) * (height - bottom - 2)

    parts = []
    for n, (name, start, end) in enumerate(phases):
        if n % 2:
            parts.append(_box(x(start), 2, x(end) - x(start), height - bottom - 2, FAINT))
        if name == exposure:
            upper = y(high) if high is not None else 2
            parts.append(_box(x(start), upper, x(end) - x(start), y(low) - upper, BAND))
            parts.append(_text((x(start) + x(end)) / 2, height - 2, name, 6.5, "middle", "#6b7a88"))
    parts.append(_line(0, height - bottom, width, height - bottom))
    for n, curve in enumerate(curves):
        parts.append(_path([(x(t), y(v)) for t, v in zip(times, curve, strict=True)], INK if n == 0 else ACCENT, 0.8))
    parts.append(_text(1, 8, f"{top / 1.06:.0f}", 6, "start", "#6b7a88"))
    return _sheet(width, height, parts)
