"""The criteria of moist heat: air removal, lag and equilibration, saturation, lethality, tightness afterwards.

Saturation is asked only of programs that give a limit for it: a liquid cycle with air over-pressure has none.
"""

from __future__ import annotations

from collections.abc import Callable

from axenic.asepsis.lethality import f_minutes, lower_bound
from axenic.asepsis.outcome import NOTHING, Outcome
from axenic.asepsis.run import Run, bar, coldest, hottest
from axenic.asepsis.saturation import saturation_temperature_degC

_LEAST_BAR = 0.0062  # the boiling line begins here


def lag(run: Run) -> Outcome:
    """How long the load comes after the chamber, and for a porous load whether that is short enough."""
    limit = run.program.accept.equilibration_at_most
    inside = run.samples(run.program.exposure)
    low, times, around, deciding = run.program.accept.low, run.trace.times, _around(run), run.deciding
    if around is None:
        return NOTHING
    reached = next((i + 1 for i in range(inside[0] - 1, -1, -1) if around(i) < low), 0)
    followed = next((i for i in range(reached, inside[-1] + 1) if coldest(deciding, i) >= low), None)
    if followed is None:
        return Outcome(("the load never reached the exposure temperature",))
    lagged = times[followed] - times[reached]
    figures = {"probe_lag_s": str(lagged // 1000)}
    if limit is None or lagged <= limit:
        return Outcome(figures=figures)
    text = f"equilibration took {lagged // 1000} s, at most {limit // 1000} s are allowed: air in the load"
    return Outcome((text,), figures=figures)


def _around(run: Run) -> Callable[[int], float] | None:
    """The temperature around the load at a sample: of the chamber, or if not measured, of saturated steam."""
    chamber, pressure = run.of("chamber temperature"), run.of("pressure")
    if chamber:
        return lambda i: coldest(chamber, i)
    if not pressure:
        return None
    return lambda i: saturation_temperature_degC(max(bar(pressure[0], i), _LEAST_BAR))


def saturation(run: Run) -> Outcome:
    """Chamber (or load) against the boiling line: hotter is superheated, colder is air."""
    limit, pressure = run.program.accept.saturation_within, run.of("pressure")
    if limit is None or not pressure:
        return NOTHING
    measured = run.of("chamber temperature") or run.deciding
    above, below = float("-inf"), float("inf")
    for i in run.samples(run.program.exposure):
        boiling = saturation_temperature_degC(max(bar(pressure[0], i), _LEAST_BAR))
        above = max(above, hottest(measured, i) - boiling)
        below = min(below, coldest(measured, i) - boiling)
    fails = []
    if above > limit:
        fails.append(f"superheated by {above:.2f} K over saturation, at most {limit} K are allowed")
    if below < -limit:
        fails.append(f"{-below:.2f} K colder than saturated steam of that pressure, at most {limit} K: air is present")
    return Outcome(
        tuple(fails),
        figures={
            "over_saturation_K": f"{round(above, 2) + 0.0:.2f}",
            "under_saturation_K": f"{round(below, 2) + 0.0:.2f}",
        },
    )


def pulses(run: Run) -> Outcome:
    """The air was removed by enough deep pulses of vacuum."""
    rule, pressure = run.program.accept.pulses, run.of("pressure")
    if rule is None or not pressure:
        return NOTHING
    count, ready = 0, True
    for i in run.samples(rule.phase):
        reading = bar(pressure[0], i)
        if ready and reading <= rule.low_bar:
            count, ready = count + 1, False
        ready = ready or reading >= rule.high_bar
    figures = {"pulses": str(count)}
    if count >= rule.count:
        return Outcome(figures=figures)
    text = f"{count} pulses below {rule.low_bar} bar in {rule.phase}, {rule.count} are needed"
    return Outcome((text,), figures=figures)


def lethality(run: Run) -> Outcome:
    """F0 of the coldest probe by the program's convention; its lower bound decides."""
    rule, deciding = run.program.convention, run.deciding
    if rule is None:
        return NOTHING
    whole = rule.window == "whole cycle"
    chosen = range(len(run.trace.times)) if whole else run.samples(run.program.exposure)
    times = [run.trace.times[i] for i in chosen]
    f0 = min(
        f_minutes(times, [c.values[i] / 1000 for i in chosen], rule.reference_degC, rule.z_K, rule.from_degC, rule.rule)
        for c in deciding
    )
    lower = lower_bound(f0, run.calibration.uncertainty, rule.z_K)
    figures = {"F0_min": f"{f0:.2f}", "F0_lower_min": f"{lower:.2f}", "convention": rule.words()}
    wanted = run.program.accept.f0_lower_at_least
    fails: tuple[str, ...] = ()
    if wanted is not None and lower < wanted:
        fails = (f"F0 at its lower bound is {lower:.2f} min, {wanted} min are needed",)
    return Outcome(fails, figures=figures, f0=(f0, lower))


def kept_closed(run: Run) -> Outcome:
    """From the exposure to the end the pressure never falls so low that unsterile air could enter."""
    limit, pressure = run.program.accept.pressure_after_bar, run.of("pressure")
    if limit is None or not pressure:
        return NOTHING
    start = run.exposure[0]
    least = min(bar(pressure[0], i) for i, t in enumerate(run.trace.times) if t >= start)
    figures = {"least_pressure_after_bar": f"{least:.3f}"}
    if least >= limit:
        return Outcome(figures=figures)
    text = f"the pressure fell to {least:.3f} bar after the exposure began, at least {limit} bar keep the air out"
    return Outcome((text,), figures=figures)
