"""The environment of a zone: measured values held against the limits of its grade, and where they are drifting.

Limits are data (`data/environments`), with a `verified by` that says whether anybody held them against the standard.
What is unknown (not a number, another unit, a measure nobody knows) is UNKNOWN and permits nothing.
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from statistics import median

from axenic.notation.sheet import Grade, Sheet

OPERATION = "operation"
_COUNTS = ("CFU", "1/")  # units of what is counted and so never below zero


class Level(StrEnum):
    """What a measured value says of its zone."""

    WITHIN = "within"
    ALERT = "alert"
    ACTION = "action"
    UNLIMITED = "no limit set"
    UNKNOWN = "unknown"


class EnvironmentLimit(Sheet):
    """Action and alert levels of one measure in one cleanroom grade, at rest or in operation; `then`: what follows."""

    measure: str
    of: str
    state: str
    unit: str
    action_below: float | None = None
    action_above: float | None = None
    alert_below: float | None = None
    alert_above: float | None = None
    then: str = ""
    grade: Grade
    source: str

    def level(self, value: float) -> Level:
        """The level of a finite value; a limit itself is still within."""
        if _out(value, self.action_below, self.action_above):
            return Level.ACTION
        return Level.ALERT if _out(value, self.alert_below, self.alert_above) else Level.WITHIN


class ClassLimit(Sheet):
    """Particles per m3 that classify a room; None where Annex 1 sets none, and what it says instead."""

    of: str
    size: str
    rest: float | None = None
    operation: float | None = None
    says: str = ""


class TrendRule(Sheet):
    """When values are drifting: of the last `samples` more than a share above alert, or `rising` ones in a row."""

    samples: int
    share_above_alert_percent: float
    rising: int
    grade: Grade
    source: str


@dataclass(frozen=True, slots=True)
class Reading:
    """A measured value with its level, and in words why."""

    level: Level
    value: float
    words: str


@dataclass(frozen=True, slots=True)
class Trend:
    """What the last samples of one place show: share above alert (0 to 1), medians of the older and newer half."""

    samples: int
    share_above_alert: float
    median_before: float
    median_now: float
    reason: str

    @property
    def drifting(self) -> bool:
        """True if the rule calls for a look."""
        return bool(self.reason)


class EnvironmentLimits(Sheet):
    """The limits of an environmental monitoring programme, versioned; `verified_by` is empty until somebody has."""

    environment: str
    version: int
    title: str
    verified_by: str
    trend: TrendRule
    classification: tuple[ClassLimit, ...]
    limits: tuple[EnvironmentLimit, ...]

    def limit(self, measure: str, of: str, state: str = OPERATION) -> EnvironmentLimit | None:
        """The limit of a measure in a grade (at rest only particles have one); None if nobody set one."""
        rows = [row for row in self.limits if row.measure == measure and row.of == of]
        return next((row for row in rows if row.state == state), None)

    def judge(self, measure: str, of: str, value: str, unit: str, state: str = OPERATION) -> Reading:
        """What a value (a decimal text in its unit) says; never raises, what cannot be read is UNKNOWN."""
        units = {row.unit for row in self.limits if row.measure == measure}
        number = _number(value)
        if not units:
            return Reading(Level.UNKNOWN, number, f"{measure!r} is no measure of {self.environment}")
        if unit not in units:
            return Reading(Level.UNKNOWN, number, f"{measure} in {unit!r}, expected {', '.join(sorted(units))}")
        if math.isnan(number):
            return Reading(Level.UNKNOWN, number, f"{measure} of {value!r} is no number")
        if number < 0 and unit.startswith(_COUNTS):
            return Reading(Level.UNKNOWN, number, f"{measure} of {value} {unit} cannot be")
        limit = self.limit(measure, of, state)
        if limit is None:
            return Reading(Level.UNLIMITED, number, f"{measure} {value} {unit}: no limit is set for grade {of}")
        level = limit.level(number)
        return Reading(level, number, _words(limit, level, value))


def trend_of(values: Sequence[float], limit: EnvironmentLimit, rule: TrendRule) -> Trend:
    """The trend of the last `rule.samples` values of one place, oldest first."""
    last = list(values[-rule.samples :])
    if not last:
        return Trend(0, 0.0, 0.0, 0.0, "")
    above = sum(limit.level(v) in (Level.ALERT, Level.ACTION) for v in last) / len(last)
    half = max(1, len(last) // 2)
    before, now = median(last[:half]), median(last[-half:])
    reason = ""
    if len(last) == rule.samples and above * 100 > rule.share_above_alert_percent:
        reason = f"{above:.0%} of the last {len(last)} samples beyond alert"
    elif _nearing(last[-rule.rising :], limit, rule.rising):
        reason = f"{rule.rising} samples in a row nearer to the limit (median {before:g}, now {now:g})"
    return Trend(len(last), above, before, now, reason)


def _nearing(run: Sequence[float], limit: EnvironmentLimit, length: int) -> bool:
    if len(run) < length:
        return False
    pairs = list(itertools.pairwise(run))
    upper = limit.action_above is not None or limit.alert_above is not None
    lower = limit.action_below is not None or limit.alert_below is not None
    return (upper and all(b > a for a, b in pairs)) or (lower and all(b < a for a, b in pairs))


def _out(value: float, below: float | None, above: float | None) -> bool:
    return (below is not None and value < below) or (above is not None and value > above)


def _number(text: str) -> float:
    try:
        value = float(text)
    except ValueError:
        return math.nan
    return value if math.isfinite(value) else math.nan


def _words(limit: EnvironmentLimit, level: Level, value: str) -> str:
    text = f"{limit.measure} {value} {limit.unit}"
    if level is Level.WITHIN:
        return text
    low, high = (
        (limit.action_below, limit.action_above) if level is Level.ACTION else (limit.alert_below, limit.alert_above)
    )
    bounds = [f"at least {low:g}"] if low is not None else []
    bounds += [f"at most {high:g}"] if high is not None else []
    more = f": {limit.then}" if limit.then and level is Level.ACTION else ""
    return f"{text} is beyond {level} ({' and '.join(bounds)} in grade {limit.of}){more}"
