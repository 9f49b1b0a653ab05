"""The verdict on a cycle: one pure function, used live, in replay, in the twin and on recorded files.

A pass needs raw data of both measuring chains, without a gap in the exposure, within the band, long enough, and
lethal enough at the lower bound. What cannot be known makes the run void, never passed.
"""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from dataclasses import dataclass

from axenic.asepsis.lethality import f_minutes, lower_bound
from axenic.asepsis.program import Calibration, Program
from axenic.asepsis.trace import Channel, Trace
from axenic.recipe.recipe import Barrier

Span = tuple[str, int, int]
_PLAUSIBLE = {"degC": (-20.0, 160.0), "bar": (0.0, 6.0), "ppm": (-5.0, 5000.0), "%RH": (-1.0, 101.0), "1": (0.0, 1e6)}


@dataclass(frozen=True, slots=True)
class Verdict:
    """`result` is pass, fail or void; `figures` are decimal strings with their unit in the name."""

    result: str
    reasons: tuple[str, ...]
    f0_min: float | None
    f0_lower_min: float | None
    convention: str
    phases: tuple[Span, ...]
    figures: dict[str, str]


def judge(program: Program, calibration: Calibration, trace: Trace, events: Sequence[Span]) -> Verdict:
    """Judge a recorded run; `events` are its phases as (name, start, end) in milliseconds.

    Raises nothing: whatever is wrong with the data is a reason of the verdict.
    """
    void = _voids(program, calibration, trace, events)
    span = next(((s, e) for n, s, e in events if n == program.exposure), None)
    if void or span is None:
        reasons = tuple(void) or (f"no phase {program.exposure!r} was recorded",)
        return Verdict("void", reasons, None, None, _convention(program), tuple(events), {})
    inside = [i for i, t in enumerate(trace.times) if span[0] <= t < span[1]]  # the end belongs to the next phase
    deciding = _deciding(program, trace)
    if not inside or not deciding:
        return Verdict("void", ("no reading in the exposure",), None, None, _convention(program), tuple(events), {})
    fails, figures = _exposure(program, trace, inside, deciding, span)
    f0, lower = _f0(program, calibration, trace, inside, deciding)
    if f0 is not None and lower is not None:
        figures |= {"F0_min": f"{f0:.2f}", "F0_lower_min": f"{lower:.2f}", "convention": _convention(program)}
        wanted = program.accept.f0_lower_at_least
        if wanted is not None and lower < wanted:
            fails.append(f"F0 at its lower bound is {lower:.2f} min, {wanted} min are needed")
    fails += _residual(program, trace, figures)
    result = "fail" if fails else "pass"
    return Verdict(result, tuple(fails), f0, lower, _convention(program), tuple(events), figures)


def _convention(program: Program) -> str:
    return program.convention.words() if program.convention else ""


def _deciding(program: Program, trace: Trace) -> list[Channel]:
    wanted = "product temperature" if program.kind is Barrier.MOIST_HEAT else "concentration"
    if program.kind is Barrier.SPORICIDE:
        wanted = "wet surface"
    names = {c.column for c in program.columns if c.measures == wanted}
    return [c for c in trace.channels if c.name in names]


def _voids(program: Program, calibration: Calibration, trace: Trace, events: Sequence[Span]) -> list[str]:
    reasons = []
    missing = [c.column for c in program.columns if trace.channel(c.column) is None]
    if missing:
        reasons.append(f"channel {', '.join(missing)} was not recorded: both measuring chains are needed")
    if len(trace.times) < 2:
        return [*reasons, "no samples were recorded"]
    if any(b <= a for a, b in zip(trace.times, trace.times[1:], strict=False)):
        reasons.append("the clock jumped back: the times of the samples do not rise")
    if trace.times[-1] > calibration.valid_until:
        reasons.append("a decisive sensor was out of calibration at the end of the run")
    if any(name == "power loss" for name, _, _ in events):
        reasons.append("the power failed during the run")
    reasons += _gaps(program, trace, events)
    for column in program.columns:
        channel = trace.channel(column.column)
        low, high = _PLAUSIBLE.get(column.unit, (float("-inf"), float("inf")))
        if channel is not None and not all(low <= v / 1000 <= high for v in channel.values):
            reasons.append(f"{column.column} reads what cannot be in {column.unit}: swapped unit or broken sensor")
    return reasons


def _gaps(program: Program, trace: Trace, events: Sequence[Span]) -> list[str]:
    for name, start, end in events:
        if name != program.exposure:
            continue
        times = [start, *(t for t in trace.times if start <= t <= end), end]
        widest = max(b - a for a, b in itertools.pairwise(times))
        if widest > program.accept.gap_at_most:
            limit = program.accept.gap_at_most // 1000
            return [f"{widest // 1000} s without a sample in {name}, at most {limit} s are qualified"]
    return []


def _exposure(
    program: Program, trace: Trace, inside: list[int], deciding: list[Channel], span: tuple[int, int]
) -> tuple[list[str], dict[str, str]]:
    accept, fails = program.accept, []
    length = span[1] - span[0]
    names = {c.column for c in program.columns if c.measures == accept.band_of}
    bound = [c for c in trace.channels if c.name in names] or deciding
    coldest = [min(c.values[i] for c in bound) / 1000 for i in inside]
    hottest = [max(c.values[i] for c in bound) / 1000 for i in inside]
    figures = {"exposure_s": str(length // 1000), "lowest": f"{min(coldest):.2f}", "highest": f"{max(hottest):.2f}"}
    if length < accept.exposure_at_least:
        fails.append(f"exposure of {length // 1000} s, {accept.exposure_at_least // 1000} s are needed")
    low_ms = _outside_ms(trace, inside, [v < accept.low for v in coldest])
    if low_ms > accept.outside_at_most:
        fails.append(f"below {accept.low} for {low_ms // 1000} s of the exposure (lowest {min(coldest):.2f})")
    if accept.high is not None:
        high_ms = _outside_ms(trace, inside, [v > accept.high for v in hottest])
        if high_ms > accept.outside_at_most:
            fails.append(f"above {accept.high} for {high_ms // 1000} s of the exposure (highest {max(hottest):.2f})")
    spread = max(h - c for h, c in zip(hottest, coldest, strict=True))
    if accept.spread_at_most is not None and spread > accept.spread_at_most:
        fails.append(f"the probes differ by {spread:.2f}, at most {accept.spread_at_most} are allowed")
    return fails, figures


def _outside_ms(trace: Trace, inside: list[int], outside: list[bool]) -> int:
    """The time from each sample outside the band to the next one."""
    total = 0
    for k, i in enumerate(inside):
        if outside[k]:
            total += trace.times[min(i + 1, len(trace.times) - 1)] - trace.times[i]
    return total


def _f0(
    program: Program, calibration: Calibration, trace: Trace, inside: list[int], deciding: list[Channel]
) -> tuple[float | None, float | None]:
    rule = program.convention
    if rule is None or not deciding:
        return None, None
    chosen = range(len(trace.times)) if rule.window == "whole cycle" else inside
    times = [trace.times[i] for i in chosen]
    values = [
        f_minutes(times, [c.values[i] / 1000 for i in chosen], rule.reference_degC, rule.z_K, rule.from_degC, rule.rule)
        for c in deciding
    ]
    return min(values), lower_bound(min(values), calibration.uncertainty, rule.z_K)


def _residual(program: Program, trace: Trace, figures: dict[str, str]) -> list[str]:
    limit = program.accept.residual_at_most
    if limit is None:
        return []
    worst = max((c.values[-1] for c in _deciding(program, trace)), default=0) / 1000
    figures["residual"] = f"{worst:.2f}"
    return [f"{worst:.2f} is left at the end, at most {limit} is allowed"] if worst > limit else []
