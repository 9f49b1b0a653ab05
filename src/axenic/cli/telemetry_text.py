"""Readings, curves and archives as lines of text."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import TypeVar

import numpy as np

from axenic.record.telemetry.archive import Archive
from axenic.record.telemetry.curve import Curve
from axenic.record.telemetry.reading import Reading, quality_name
from axenic.record.telemetry.tags import Tag

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MOST_LINES = 20
Else = TypeVar("Else")


def microseconds(text: str, otherwise: Else) -> int | Else | None:
    """Microseconds of an ISO 8601 time with its zone; `otherwise` of no text, None of what is no such time."""
    if not text:
        return otherwise
    try:
        moment = datetime.fromisoformat(text.strip())
    except ValueError:
        return None
    return None if moment.tzinfo is None else (moment - _EPOCH) // timedelta(microseconds=1)


def time_text(at: int) -> str:
    """A time for people, to the millisecond."""
    return f"{_EPOCH + timedelta(microseconds=at):%Y-%m-%d %H:%M:%S.%f}"[:-3]


def newest_lines(rows: Sequence[tuple[Tag, Reading]], now: int) -> list[str]:
    """A line for each tag."""
    if not rows:
        return ["nothing was taken yet"]
    width = max(len(tag.name) for tag, _ in rows)
    return [
        f"{tag.name:<{width}}  {_value(r):>12} {tag.unit:<6} {_age(now - r.at):>9}  {_how(tag, r)}" for tag, r in rows
    ]


def _value(reading: Reading) -> str:
    if not reading.good:
        return "-"
    return reading.value if isinstance(reading.value, str) else f"{reading.value:g}"


def _age(span: int) -> str:
    seconds = span / 1_000_000
    for size, unit in ((86_400, "d"), (3_600, "h"), (60, "min")):
        if seconds >= size:
            return f"{seconds / size:.1f} {unit}"
    return f"{seconds:.1f} s"


def _how(tag: Tag, reading: Reading) -> str:
    return quality_name(reading.quality) + (", critical" if tag.critical else "")


def curve_lines(curve: Curve, in_full: bool) -> list[str]:
    """A summary with the gaps; in full also the readings, if they are few."""
    columns = curve.columns
    unit = f" {curve.tag.unit}" if curve.tag.unit else ""
    if not len(curve):
        return [f"{curve.tag.name}: no reading in that span"]
    span = f"{time_text(int(columns.times[0]))} to {time_text(int(columns.times[-1]))}"
    values = columns.values[np.isfinite(columns.values)]
    between = f", {values.min():g} to {values.max():g}{unit}" if len(values) else ""
    gaps = curve.gaps()
    lines = [f"{curve.tag.name}: {len(curve):,} readings, {span}{between}, {len(gaps)} gaps"]
    if not in_full:
        return lines
    for gap in gaps[:_MOST_LINES]:
        end = time_text(gap.end) if gap.end is not None else "the end"
        lines.append(f"  gap {time_text(gap.start)} to {end}: {quality_name(gap.quality)}")
    if len(curve) <= _MOST_LINES:
        said = zip(columns.times.tolist(), columns.values.tolist(), columns.texts.tolist(), strict=True)
        lines += [f"  {time_text(at)}  {_cell(value, text)}{unit}" for at, value, text in said]
    return lines


def _cell(value: float, text: str | None) -> str:
    return text if text is not None else "-" if value != value else f"{value:g}"


def archive_line(archive: Archive) -> str:
    """An archive with its digest."""
    return f"{archive.name}: {archive.rows:,} readings, {archive.size:,} bytes, SHA-256 {archive.sha256}"
