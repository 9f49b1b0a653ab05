"""Readings of one tag as columns, and how they become one list of which each time is there once."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from axenic.record.telemetry.hot_store import Measured

Times = npt.NDArray[np.int64]
Values = npt.NDArray[np.float64]
Qualities = npt.NDArray[np.uint32]
Texts = npt.NDArray[np.object_]


@dataclass(frozen=True, slots=True, eq=False)
class Columns:
    """Times (microseconds), values (not a number where there is none), texts (None where there is none), qualities."""

    times: Times
    values: Values
    texts: Texts
    qualities: Qualities

    def __len__(self) -> int:
        return len(self.times)

    @classmethod
    def of(cls, rows: Sequence[Measured]) -> Columns:
        """From rows of the buffer."""
        times, values, texts, qualities = zip(*rows, strict=True) if rows else ((), (), (), ())
        return cls(
            np.array(times, np.int64),
            np.array([np.nan if v is None else v for v in values], np.float64),
            np.array(texts, np.object_),
            np.array(qualities, np.uint32),
        )

    @classmethod
    def joined(cls, parts: Sequence[Columns]) -> Columns:
        """All of them in order of time; of a time that stands in several the first part's is taken."""
        parts = [part for part in parts if len(part)] or [cls.of(())]
        if len(parts) == 1:
            return parts[0]
        times = np.concatenate([p.times for p in parts])
        _, chosen = np.unique(times, return_index=True)  # the first of equal ones
        joined = (np.concatenate([getattr(p, name) for p in parts]) for name in ("values", "texts", "qualities"))
        return cls(times[chosen], *(column[chosen] for column in joined))

    def taken(self, chosen: npt.NDArray[np.intp] | npt.NDArray[np.bool_]) -> Columns:
        """Some of the readings, by their places or by a mask."""
        return Columns(self.times[chosen], self.values[chosen], self.texts[chosen], self.qualities[chosen])

    def without(self, times: Times) -> Columns:
        """The readings at other times."""
        return self.taken(~np.isin(self.times, times)) if len(self) and len(times) else self
