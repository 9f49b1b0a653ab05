"""The curve of a tag: its readings in order, with its gaps, whole or reduced for drawing."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from axenic.record.telemetry.columns import Columns
from axenic.record.telemetry.reading import BAD_NO_DATA
from axenic.record.telemetry.tags import Tag

ALWAYS = 1 << 62  # microseconds: an end that never comes
_SILENT = 2  # times the longest interval: then a reading is missing, not late


@dataclass(frozen=True, slots=True)
class Gap:
    """A stretch in which no value is known: from the reading that says so (or the last one) to the next good one.

    `end` is None if there is none. Microseconds.
    """

    start: int
    end: int | None
    quality: int


@dataclass(frozen=True, slots=True, eq=False)
class Curve:
    """Readings of a tag in order of time; a bad or uncertain one has no value here, whatever the device said."""

    tag: Tag
    columns: Columns

    @classmethod
    def of(cls, tag: Tag, columns: Columns, end: int = ALWAYS) -> Curve:
        """From readings as they were kept, up to `end` (microseconds); where they just stopped, `no data` says so."""
        usable = (columns.qualities >> 30 == 0) & (np.isfinite(columns.values) | _there(columns))
        values = np.where(usable, columns.values, np.nan)
        texts = columns.texts.copy()
        texts[~usable] = None
        found = Columns(columns.times, values, texts, columns.qualities)
        return cls(tag, _with_silences(found, tag.longest_us, end))

    def __len__(self) -> int:
        return len(self.columns)

    def gaps(self) -> list[Gap]:
        """Every stretch without a value."""
        good = self.columns.qualities >> 30 == 0
        begins = np.flatnonzero(~good & np.concatenate(([True], good[:-1])))
        ends = np.flatnonzero(good & np.concatenate(([False], ~good[:-1])))
        times, qualities = self.columns.times.tolist(), self.columns.qualities.tolist()
        untils = [times[end] for end in ends] + [None]  # a curve may end without a value
        return [Gap(times[n], until, qualities[n]) for n, until in zip(begins, untils, strict=False)]

    def reduced(self, width: int) -> Curve:
        """The readings that draw the same picture, so many pixels wide, as all of them would.

        Of every pixel column the first, last, least and greatest value stay, and between two of those that stay a gap
        stays if there was one: nothing is joined that was not. Source: U. Jugel and others, M4: A
        Visualization-Oriented Time Series Data Aggregation, PVLDB 7 (2014), 797-808.
        """
        times = self.columns.times
        if len(times) <= 4 * width or width < 1:
            return self
        good = np.flatnonzero(np.isfinite(self.columns.values))
        span = max(int(times[-1] - times[0]), 1)
        pixels = ((times - times[0]) / span * width).astype(np.int64).clip(0, width - 1)
        chosen = _extremes(good, pixels, self.columns.values)
        others = np.flatnonzero(~np.isfinite(self.columns.values))
        chosen = np.union1d(chosen, _separators(chosen, others))
        return Curve(self.tag, self.columns.taken(chosen))

    def to_data(self) -> dict[str, Any]:
        """As plain data: times in microseconds, values as numbers or texts, None where none is known."""
        said = zip(self.columns.values.tolist(), self.columns.texts.tolist(), strict=True)
        values = [text if text is not None else (v if np.isfinite(v) else None) for v, text in said]
        data: dict[str, Any] = {"tag": self.tag.name, "unit": self.tag.unit, "between": str(self.tag.between)}
        data |= {"critical": self.tag.critical, "times": self.columns.times.tolist(), "values": values}
        gaps = [{"start": gap.start, "end": gap.end, "quality": gap.quality} for gap in self.gaps()]
        return data | {"qualities": self.columns.qualities.tolist(), "gaps": gaps}


def _there(columns: Columns) -> Any:
    """Where there is a text."""
    return np.array([text is not None for text in columns.texts], np.bool_)


def _with_silences(columns: Columns, longest_us: int, end: int) -> Columns:
    """The readings, with `no data` after one that was followed by none for too long, before `end` too; 0: never."""
    if not longest_us or not len(columns):
        return columns
    good = columns.qualities >> 30 == 0
    followed = np.append(columns.times[1:], end if end < ALWAYS else columns.times[-1])
    after = np.flatnonzero((followed - columns.times > _SILENT * longest_us) & good)
    if not len(after):
        return columns
    at = after + 1
    return Columns(
        np.insert(columns.times, at, columns.times[after] + longest_us),
        np.insert(columns.values, at, np.nan),
        np.insert(columns.texts, at, np.full(len(at), None, np.object_)),
        np.insert(columns.qualities, at, BAD_NO_DATA),
    )


def _extremes(good: Any, pixels: Any, values: Any) -> Any:
    """Of the good readings in each pixel column the first, last, least and greatest."""
    if not len(good):
        return good
    columns = pixels[good]
    by_value = good[np.lexsort((values[good], columns))]
    edges = np.flatnonzero(np.diff(columns)) + 1
    firsts, lasts = np.concatenate(([0], edges)), np.concatenate((edges, [len(good)])) - 1
    return np.unique(np.concatenate((good[firsts], good[lasts], by_value[firsts], by_value[lasts])))


def _separators(chosen: Any, others: Any) -> Any:
    """Between each two that stay, before the first and after the last: the first that has no value, if there is one."""
    if not len(others):
        return others
    if not len(chosen):
        return others[:1]
    after = np.concatenate(([-1], chosen))
    until = np.concatenate((chosen, [others[-1] + 1]))
    place = np.searchsorted(others, after)
    found = others[np.minimum(place, len(others) - 1)]
    return found[(place < len(others)) & (found < until)]
