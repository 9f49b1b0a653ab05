"""Doubts in a sensor: readings that cannot be, a value that never moves, two chains that do not agree."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterator

from axenic.asepsis.program import Column
from axenic.asepsis.run import DECIDES, Run
from axenic.asepsis.trace import Channel

_PLAUSIBLE = {
    "degC": (-20.0, 160.0),
    "bar": (0.0, 6.0),
    "mbar": (0.0, 6000.0),
    "kPa": (0.0, 600.0),
    "Pa": (0.0, 600_000.0),
    "ppm": (-5.0, 5000.0),
    "%RH": (-1.0, 101.0),
    "1": (0.0, 1e6),
}  # what a chamber of ours can show at all [D]
_INSTEAD: dict[str, dict[str, Callable[[float], float]]] = {
    "degC": {"degF": lambda v: (v - 32) / 1.8, "K": lambda v: v - 273.15},
    "bar": {"kPa": lambda v: v / 100, "mbar": lambda v: v / 1000, "Pa": lambda v: v / 1e5},
    "mbar": {"Pa": lambda v: v / 100},
}


def broken(run: Run) -> list[str]:
    """Channels with readings that cannot be, and whether another unit would explain them."""
    return [reason for c in run.program.columns if (reason := _cannot_be(run, c))]


def _cannot_be(run: Run, column: Column) -> str:
    channel = run.trace.channel(column.column)
    low, high = _PLAUSIBLE.get(column.unit, (float("-inf"), float("inf")))
    if channel is None or not channel.values:
        return ""
    least, most = min(channel.values) / 1000, max(channel.values) / 1000
    if low <= least and most <= high:
        return ""
    fitting = [unit for unit, to in _INSTEAD.get(column.unit, {}).items() if low <= to(least) and to(most) <= high]
    reads = f"{column.column} reads {least:.6g} to {most:.6g}, which cannot be in {column.unit}"
    return f"{reads}: swapped unit, it would fit {' or '.join(fitting)}" if fitting else f"{reads}: broken sensor"


def stuck(run: Run) -> list[str]:
    """Sensors of a measured pair that stood still while the other moved."""
    rule = run.program.accept.stuck
    if rule is None:
        return []
    reasons = []
    for measure in dict.fromkeys(c.measures for c in run.program.columns):
        channels = run.of(measure)
        for channel in channels:
            partners = [c for c in channels if c is not channel]
            for start, end in _still(channel):
                lasted = run.trace.times[end] - run.trace.times[start]
                if lasted >= rule.after and _moved(partners, start, end) > rule.moves:
                    where = f"in {run.phase_at(run.trace.times[start])}"
                    reasons.append(f"{channel.name} is stuck: no change for {lasted // 1000} s {where}, others moved")
                    break
    return reasons


def _still(channel: Channel) -> Iterator[tuple[int, int]]:
    """The stretches without any change, as first and last place."""
    place = 0
    for _, group in itertools.groupby(channel.values):
        length = len(list(group))
        if length > 1:
            yield place, place + length - 1
        place += length


def _moved(partners: list[Channel], start: int, end: int) -> float:
    """How far the partner that moved least came: all others must have moved."""
    ranges = [max(c.values[start : end + 1]) - min(c.values[start : end + 1]) for c in partners]
    return min(ranges, default=0) / 1000


def apart(run: Run) -> list[str]:
    """The two measuring chains against each other: where they differ, one is wrong and nobody knows which."""
    limit = run.program.accept.chains_apart_at_most
    measure = DECIDES[run.program.kind]
    control, recorder = run.of(measure, "control"), run.of(measure, "recorder")
    inside = run.samples(run.program.exposure)
    if limit is None or not control or not recorder or not inside:
        return []
    worst = max(abs(_mean(control, i) - _mean(recorder, i)) for i in inside)
    if worst <= limit:
        return []
    unit = control[0].unit
    return [f"the two chains of {measure} drifted apart by {worst:.2f} {unit}, at most {limit} {unit} are allowed"]


def _mean(channels: list[Channel], i: int) -> float:
    return sum(c.values[i] for c in channels) / len(channels) / 1000
