"""The air of the zones as their instruments measure it: a fact for the core whenever a value changes its level.

Worse is said at once, with the last good value before it, so that the core knows since when. Better is said when it
has stayed so for a time. What is bad or stale is unknown: the last value is never used again.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from axenic.asepsis.environment import EnvironmentLimits, Level
from axenic.control.facts import EnvironmentMeasured
from axenic.record.telemetry.tags import Tag

_SETTLES_S = 60.0  # for so long it must be better before that is said [D]
_WORSE = {Level.WITHIN: 0, Level.UNLIMITED: 0, Level.ALERT: 1, Level.UNKNOWN: 2, Level.ACTION: 3}


@dataclass(slots=True)
class _Point:
    """`said`: the level that the core knows; `now`: the value now; `good`: the last good one, when it was measured."""

    unit: str
    said: Level = Level.WITHIN
    now: str = ""
    level: Level = Level.WITHIN
    good: tuple[str, int] | None = None
    better: float | None = None  # since when, in seconds


class Air:
    """`grades` of the zones; `at` is plant time in ms, `now` seconds of a clock that nobody can set."""

    def __init__(self, grades: Mapping[str, str], tags: Mapping[str, Tag], limits: EnvironmentLimits | None) -> None:
        self._grades, self._limits = dict(grades), limits
        named = {(tag.place, name.removeprefix(f"{tag.place}.")): tag.unit for name, tag in tags.items()}
        self._points = {key: _Point(unit) for key, unit in named.items() if key[0] in self._grades}
        self._facts: list[EnvironmentMeasured] = []

    def measured(self, zone: str, item: str, value: float | str, at: int, now: float) -> None:
        """A good value of a zone."""
        point = self._points.get((zone, item))
        if point is None or self._limits is None:
            return
        text = repr(value) if isinstance(value, float) else str(value)
        level = self._limits.judge(item, self._grades[zone], text, point.unit).level
        before = point.good
        if _WORSE[level] < _WORSE[Level.UNKNOWN]:
            point.good = (text, at)
        self._now(zone, item, point, text, level, at, now, before)

    def unknown(self, zone: str, item: str, why: str, at: int, now: float) -> None:
        """The value of a zone is not to be believed any more."""
        point = self._points.get((zone, item))
        if point is not None:
            self._now(zone, item, point, why, Level.UNKNOWN, at, now, point.good)

    def restored(self, zone: str, at: int) -> None:
        """A person says that the zone is within its limits: what measures otherwise says so again."""
        for (place, item), point in self._points.items():
            if place == zone:
                point.said, point.better = Level.WITHIN, None
                if _WORSE[point.level] >= _WORSE[Level.UNKNOWN]:
                    self._say(zone, item, point, at, point.good)

    def take(self) -> list[EnvironmentMeasured]:
        """The facts since this was asked last, in their order."""
        facts, self._facts = self._facts, []
        return facts

    def _now(
        self,
        zone: str,
        item: str,
        point: _Point,
        text: str,
        level: Level,
        at: int,
        now: float,
        before: tuple[str, int] | None,
    ) -> None:
        point.now, point.level = text, level
        if _WORSE[level] == _WORSE[point.said]:
            point.better = None
        elif _WORSE[level] > _WORSE[point.said]:
            self._say(zone, item, point, at, before)
        elif point.better is None:
            point.better = now
        elif now - point.better >= _SETTLES_S:
            self._say(zone, item, point, at, None)

    def _say(self, zone: str, item: str, point: _Point, at: int, before: tuple[str, int] | None) -> None:
        point.said, point.better = point.level, None
        evidence = f"telemetry {zone}.{item}"
        if before is not None and _WORSE[point.level] >= _WORSE[Level.UNKNOWN]:
            value, when = before
            self._facts.append(EnvironmentMeasured(at, zone, item, value, point.unit, "", evidence, when))
        self._facts.append(EnvironmentMeasured(at, zone, item, point.now, point.unit, "", evidence))
