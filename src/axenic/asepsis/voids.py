"""What makes a run void, whatever its curves show: a record that cannot be trusted proves nothing."""

from __future__ import annotations

import itertools
from collections.abc import Callable

from axenic.asepsis.doubts import apart, broken, stuck
from axenic.asepsis.run import DECIDES, LOST, POWER_LOSS, Run
from axenic.recipe.recipe import Barrier

UPTIME = "uptime_s"
_CLOCKS_APART_MS = 2_000


def voids(run: Run) -> list[str]:
    """Every reason why the run is void; the later questions are asked only of a record that has samples."""
    reasons = [*_identity(run), *_channels(run)]
    if len(run.trace.times) < 2:
        return [*reasons, "no samples were recorded"]
    return reasons + [reason for question in _QUESTIONS for reason in question(run)]


def _identity(run: Run) -> list[str]:
    stated, program = run.stated, run.program
    reasons = []
    if stated.program and stated.program != program.program:
        reasons.append(f"the recording says program {stated.program!r}, judged is {program.program!r}")
    if stated.version is not None and stated.version != program.version:
        reasons.append(
            f"the recording says version {stated.version} of the program, judged is version {program.version}"
        )
    return reasons


def _channels(run: Run) -> list[str]:
    reasons = []
    lost = [c for c in run.program.columns if run.trace.channel(c.column) is None and not c.optional]
    if lost:
        names = ", ".join(f"{c.column} ({c.chain} chain)" for c in lost)
        reasons.append(f"channel {names} was not recorded: both measuring chains are needed")
    if isinstance(run.program.kind, Barrier):
        measure = DECIDES[run.program.kind]
        chains = {c.chain for c in run.program.columns if c.measures == measure}
        if len(chains) < 2:
            reasons.append(f"the program measures {measure} with one chain only: two independent ones are needed")
    return reasons


def _clock_back(run: Run) -> list[str]:
    for a, b in itertools.pairwise(run.trace.times):
        if b <= a:
            return [f"the clock jumped back by {(a - b) // 1000} s in {run.phase_at(b)}: the times do not rise"]
    return []


def _clock_forward(run: Run) -> list[str]:
    """Where the recorder counts its own seconds beside the clock, a jump shows as the difference of the two."""
    uptime = run.trace.channel(UPTIME)
    if uptime is None:
        return []
    steps = zip(itertools.pairwise(run.trace.times), itertools.pairwise(uptime.values), strict=True)
    for (t1, t2), (u1, u2) in steps:
        jump = (t2 - t1) - (u2 - u1)
        if jump > _CLOCKS_APART_MS:
            return [f"the clock jumped forward by {jump // 1000} s in {run.phase_at(t1)}"]
    return []


def _pauses(run: Run) -> list[str]:
    limit, (start, end) = run.program.accept.pause_at_most, run.exposure
    for a, b in itertools.pairwise(run.trace.times):
        if b - a > limit and (b <= start or a >= end):
            where = f"{(b - a) // 1000} s between two samples in {run.phase_at(a)}"
            return [f"{where}: the clock jumped forward or the recording stood still, at most {limit // 1000} s"]
    return []


def _calibration(run: Run) -> list[str]:
    reasons = []
    if run.trace.times[0] < run.calibration.valid_from:
        reasons.append("a decisive sensor was out of calibration at the start of the run")
    if run.trace.times[-1] > run.calibration.valid_until:
        reasons.append("a decisive sensor was out of calibration at the end of the run")
    return reasons


def _power(run: Run) -> list[str]:
    return [f"the power failed in {run.phase_at(start)}" for name, start, _ in run.events if name == POWER_LOSS]


def _lost(run: Run) -> list[str]:
    start, end = run.exposure
    reasons = []
    for name, since, until in run.events:
        if name.startswith(LOST) and since < end and until > start:
            column = name.removeprefix(LOST)
            reasons.append(f"{column} was lost for {(until - since) // 1000} s of {run.program.exposure}")
    return reasons


def _gaps(run: Run) -> list[str]:
    start, end = run.exposure
    limit = run.program.accept.gap_at_most
    times = [start, *(t for t in run.trace.times if start <= t <= end), end]
    since, until = max(itertools.pairwise(times), key=lambda pair: pair[1] - pair[0])
    explained = any(n.startswith(LOST) and s < until and e > since for n, s, e in run.events)
    if until - since <= limit or explained:
        return []
    seconds = (until - since) // 1000
    return [f"{seconds} s without a sample in {run.program.exposure}, at most {limit // 1000} s are qualified"]


def _interrupted(run: Run) -> list[str]:
    times = sum(name == run.program.exposure for name, _, _ in run.events)
    return [f"{run.program.exposure} was begun {times} times: an interruption is not qualified"] if times > 1 else []


_QUESTIONS: tuple[Callable[[Run], list[str]], ...] = (
    _clock_back,
    _clock_forward,
    _pauses,
    _calibration,
    _power,
    _interrupted,
    _lost,
    _gaps,
    broken,
    stuck,
    apart,
)
