"""How many alarms persons are called by: the figures of EEMUA 191 and ISA-18.2 over any journal, real or simulated.

Pure: times of alarms in, figures out; what is acceptable is data (`alarm-load.yaml`).
"""

from __future__ import annotations

from bisect import bisect_left
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cache

from axenic.notation.sheet import Grade, Sheet
from axenic.quality.alarm.kind import PRIORITIES
from axenic.quality.alarm.point import Alarm, Shown
from axenic.quality.sheets import shipped_sheet
from axenic.units import Duration

HOUR_MS, MINUTE_MS = 3_600_000, 60_000
GOOD, MANAGEABLE, TOO_MANY, TOO_FEW = "acceptable", "manageable", "too many", "too few to judge"


class LoadTarget(Sheet):
    """What a figure may be; `judged_from`: with fewer alarms than this it says nothing."""

    figure: str
    unit: str = ""
    acceptable: float
    manageable: float
    at_least: bool = False
    judged_from: int = 0
    grade: Grade

    def verdict(self, value: float, alarms: int) -> str:
        """How a value stands to its target."""
        if alarms < self.judged_from:
            return TOO_FEW
        sign = -1 if self.at_least else 1
        if sign * value <= sign * self.acceptable:
            return GOOD
        return MANAGEABLE if sign * value <= sign * self.manageable else TOO_MANY


class LoadTargets(Sheet):
    """What makes a flood, a busy hour, a chattering and a stale alarm, and the targets of the figures."""

    alarm_load: str
    version: int
    source: str
    flood: int
    window: Duration
    busy_hour: int
    chattering: int
    stale: Duration
    figures: tuple[LoadTarget, ...]


@cache
def load_targets() -> LoadTargets:
    """The targets shipped with the package; raises ValueError if they cannot be read."""
    return shipped_sheet(LoadTargets, "alarm-load.yaml")


@dataclass(frozen=True, slots=True)
class LoadFigure:
    """One figure with its target and how it stands to it."""

    figure: str
    value: float
    unit: str
    acceptable: float
    verdict: str


@dataclass(frozen=True, slots=True)
class AlarmLoad:
    """The alarms of a time (ms UTC): how many, their figures, and which came most often, chattered or stayed."""

    begins: int
    ends: int
    operators: int
    alarms: int
    figures: tuple[LoadFigure, ...]
    frequent: tuple[tuple[str, str, int], ...]
    chattering: tuple[tuple[str, str], ...]
    stale: tuple[tuple[str, str], ...]


def alarm_load(
    shown: Iterable[Shown], alarms: Iterable[Alarm], begins: int, ends: int, operators: int = 1
) -> AlarmLoad:
    """The load of a time from the alarms that were shown in it, for so many operators who share them."""
    targets = load_targets()
    calls = sorted((one for one in shown if begins <= one.at <= ends), key=lambda one: one.at)
    times = [call.at for call in calls]
    often = Counter((call.kind.alarm, call.place) for call in calls)
    restless = _chattering(calls, targets)
    stale = [(a.kind.alarm, a.place) for a in alarms if (a.over or ends) - a.came > targets.stale]
    lasts = max(ends - begins, 1)
    values = {
        "alarms per hour and operator": len(times) * HOUR_MS / lasts / operators,
        "alarms per 10 min and operator": len(times) * targets.window / lasts / operators,
        "most alarms in 10 min": most_within(times, targets.window),
        "share of 10 min with a flood": _share(times, begins, ends, targets.window, targets.flood),
        "share of hours with more than 30 alarms": _share(times, begins, ends, HOUR_MS, targets.busy_hour),
        "share of time in flood": 100 * flooded(times, ends, targets.window, targets.flood) / lasts,
        "chattering alarms": len(restless),
        "stale alarms": len(stale),
        "share of the ten most frequent": _percent(sum(n for _, n in often.most_common(10)), len(times)),
    }
    ranks: Counter[str] = Counter(call.kind.priority for call in calls)
    values |= {f"priority {name}": _percent(ranks[name], len(times)) for name in PRIORITIES}
    figures = tuple(_figure(target, float(values[target.figure]), len(times)) for target in targets.figures)
    frequent = tuple((kind, place, count) for (kind, place), count in often.most_common(10))
    return AlarmLoad(begins, ends, operators, len(times), figures, frequent, tuple(restless), tuple(stale))


def _figure(target: LoadTarget, value: float, alarms: int) -> LoadFigure:
    return LoadFigure(target.figure, value, target.unit, target.acceptable, target.verdict(value, alarms))


def _percent(part: int, whole: int) -> float:
    return 100 * part / whole if whole else 0.0


def most_within(times: Sequence[int], window: int) -> int:
    """The most times that fall within one window (milliseconds), wherever it begins; times in order."""
    return max((n + 1 - bisect_left(times, time - window + 1) for n, time in enumerate(times)), default=0)


def flooded(times: Sequence[int], ends: int, window: int, flood: int) -> int:
    """For how long (ms) more than `flood` alarms lay within the window behind; times in order, up to `ends`."""
    total = 0
    for n in range(flood, len(times)):
        following = times[n + 1] if n + 1 < len(times) else ends
        total += max(min(following, times[n - flood] + window) - times[n], 0)
    return total


def _share(times: Sequence[int], begins: int, ends: int, period: int, most: int) -> float:
    """The share, in per cent, of whole periods one after the other that hold more than `most` alarms."""
    periods = max(-(-(ends - begins) // period), 1)
    counted = Counter(min((time - begins) // period, periods - 1) for time in times)
    return 100 * sum(count > most for count in counted.values()) / periods


def _chattering(calls: Sequence[Shown], targets: LoadTargets) -> list[tuple[str, str]]:
    by_point: dict[tuple[str, str], list[int]] = {}
    for call in calls:
        by_point.setdefault((call.kind.alarm, call.place), []).append(call.at)
    return [key for key, times in by_point.items() if most_within(times, MINUTE_MS) >= targets.chattering]
