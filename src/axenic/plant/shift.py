"""Shifts: when persons are on duty, by day of the week and time of day (UTC)."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Self

from pydantic import model_validator

from axenic.notation.sheet import Sheet

DAY_MS = 86_400_000
WEEK_MS = 7 * DAY_MS
DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_MONDAY = 4 * DAY_MS  # 1970-01-05 was the first Monday
_TIME = re.compile(r"([01]\d|2[0-3]):([0-5]\d)")


class Shift(Sheet):
    """On duty from `from` to `to` ("06:00" to "22:00") on these days; a shift that ends earlier passes midnight."""

    days: tuple[str, ...] = DAYS
    from_: str
    to: str

    @model_validator(mode="after")
    def _times(self) -> Self:
        for text in (self.from_, self.to):
            if not _TIME.fullmatch(text):
                raise ValueError(f"{text!r} is no time of day; write for example 06:00")
        strange = next((d for d in self.days if d not in DAYS), None)
        if strange is not None or not self.days:
            raise ValueError(f"{strange or 'no day'!r} is no day; write {', '.join(DAYS)}")
        return self

    def windows(self) -> list[tuple[int, int]]:
        """Begin and end in milliseconds of the week, Monday 00:00 first; an end may lie beyond the week."""
        begin, end = _of_day(self.from_), _of_day(self.to)
        lasts = end - begin if end > begin else end - begin + DAY_MS
        return [(DAYS.index(d) * DAY_MS + begin, DAYS.index(d) * DAY_MS + begin + lasts) for d in self.days]


def _of_day(text: str) -> int:
    hours, minutes = text.split(":")
    return (int(hours) * 60 + int(minutes)) * 60_000


def time_of_week(at: int) -> int:
    """Milliseconds since Monday 00:00 UTC."""
    return (at - _MONDAY) % WEEK_MS


def duty(shifts: tuple[Shift, ...]) -> tuple[tuple[int, int], ...]:
    """The times of the week on duty, within [0, WEEK_MS), in order; empty means always."""
    parts = []
    for begin, end in (w for s in shifts for w in s.windows()):
        parts.append((begin, min(end, WEEK_MS)))
        if end > WEEK_MS:
            parts.append((0, end - WEEK_MS))
    return tuple(sorted(parts))


def most_on_duty(rota: Sequence[tuple[tuple[Shift, ...], int]]) -> int:
    """How many persons are on duty at once at the best time of the week; `rota`: shifts, and how many work them."""
    always = sum(count for shifts, count in rota if not shifts)
    windows = [(duty(shifts), count) for shifts, count in rota if shifts]
    begins = {begin for parts, _ in windows for begin, _ in parts}
    at_once = (
        sum(count for parts, count in windows if any(begin <= at < end for begin, end in parts)) for at in begins
    )
    return always + max(at_once, default=0)


def next_begin(duties: tuple[tuple[int, int], ...], at: int) -> int:
    """The next time after `at` at which somebody comes on duty; -1 if nobody ever goes."""
    if not duties:
        return -1
    now = time_of_week(at)
    return at + min((begin - now - 1) % WEEK_MS + 1 for begin, _ in duties)
