"""Finding the phases of a bare recording by the rules its program gives: each begins after the one before it."""

from __future__ import annotations

from axenic.asepsis.program import Program
from axenic.asepsis.trace import Trace
from axenic.recipe.limit import LimitValue, parse_limit

ELAPSED = "elapsed"
_MINUTE_MS = 60_000


def find_phases(program: Program, trace: Trace) -> tuple[tuple[str, int, int], ...]:
    """The phases as (name, start, end) in milliseconds; one whose condition never holds, and all after it, is missing.

    A condition is `measure op value unit`, several joined by commas; `>=` asks every channel of the measure,
    `<` any of them, `<=` all of them. `elapsed` is the time since the phase before began.
    """
    if not trace.times:
        return ()
    starts: list[tuple[str, int]] = []
    place = 0
    for phase in program.phases:
        if starts and not phase.starts:
            break  # without a rule nobody can say when it began
        limits = [parse_limit(part) for part in phase.starts.split(",") if part.strip()]
        found = next((i for i in range(place, len(trace.times)) if _all_hold(program, trace, limits, i, starts)), None)
        if found is None:
            break
        starts.append((phase.phase, trace.times[found]))
        place = found
    ends = [start for _, start in starts[1:]] + [trace.times[-1]]
    return tuple((name, start, end) for (name, start), end in zip(starts, ends, strict=True))


def _all_hold(program: Program, trace: Trace, limits: list[LimitValue], i: int, starts: list[tuple[str, int]]) -> bool:
    since = (trace.times[i] - starts[-1][1]) / _MINUTE_MS if starts else 0.0
    return all(limit.holds(since if limit.measure == ELAPSED else _value(program, trace, limit, i)) for limit in limits)


def _value(program: Program, trace: Trace, limit: LimitValue, i: int) -> float:
    names = [c.column for c in program.columns if c.measures == limit.measure]
    values = [c.values[i] / 1000 for c in trace.channels if c.name in names]
    if not values:
        return float("nan")
    return max(values) if limit.op == "<=" else min(values)
