"""The shortest moist-heat cycle that meets a wish: the hottest band the load bears, and no longer than it must be.

Air removal, exhaust and drying stay as the chamber's own program has them; the exposure is what is designed. Drawn
chambers are run in simulation with a long exposure, and the minute noted from which true kill and the record's F0 at
its lower bound are both enough.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import replace

from axenic.asepsis.chamber import ChamberParameters
from axenic.asepsis.lethality import f_minutes, lethal_rate, lower_bound
from axenic.asepsis.program import Program, ProgramPhase
from axenic.asepsis.trace import Trace
from axenic.device.chambers import enter, run_phase
from axenic.device.draw import Draw
from axenic.twin.wish import Design, NoCycle, Point, Wish, allowed_misses, whole_steps

_BAND_K = 1.5  # half of the 3 K of EN 285
_DRAWS = 120  # each is a simulated cycle
_BELOW = (0.0, 0.5, 1.0, 1.5)  # goals tried, K below the hottest
_CHUNK_MIN = 0.5
_MOST_MIN = 90.0
_D_SPREAD = 1.2  # F0 asked of the record for one log at the median D [D: error factor of D in the shipped chambers]
Tell = Callable[[str], None]


def _with_exposure(template: Program, goal: float, exposure_min: float, f_min: float, title: str) -> Program:
    """The template with another band and exposure."""
    lasts = round(exposure_min * 60_000)
    phases = tuple(
        ProgramPhase(phase=p.phase, lasts=lasts, at_most=lasts + 20 * 60_000) if p.phase == template.exposure else p
        for p in template.phases
    )
    accept = template.accept.model_copy(
        update={
            "exposure_at_least": lasts,
            "low": round(goal - _BAND_K, 2),
            "high": round(goal + _BAND_K, 2),
            "f0_lower_at_least": round(f_min, 2),
        }
    )
    return template.model_copy(update={"phases": phases, "accept": accept, "title": title})


def _needed(program: Program, chamber: ChamberParameters, draw: Draw, wish: Wish, f_min: float) -> tuple[float, float]:
    """Minutes of exposure this drawn chamber needs, and its kill for each of them; infinite if it never suffices."""
    load, at = enter(program, chamber, "design", draw, ()), 0
    rule, parts, spent = program.convention, list[Trace](), 0.0
    for plan in program.phases:
        if plan.phase == program.exposure:
            break
        done = run_phase(load, plan.phase, at)
        at += done.lasts
        if done.failed:
            return math.inf, 0.0
    before = load.physics.log_reduction
    while spent < _MOST_MIN:
        done = run_phase(load, program.exposure, at)
        at, spent = at + done.lasts, spent + done.lasts / 60_000
        parts.append(done.trace)
        if rule is None or load.physics.log_reduction < wish.logs:
            continue
        trace = Trace.joined(parts)
        rows = [c for c in trace.channels if c.name in {k.column for k in program.columns if "product" in k.measures}]
        args = (rule.reference_degC, rule.z_K, rule.from_degC, rule.rule)
        least = min(f_minutes(trace.times, [v / 1000 for v in c.values], *args) for c in rows)
        if lower_bound(least, program.sensor_uncertainty, rule.z_K) >= f_min:
            return spent, (load.physics.log_reduction - before) / spent
    return math.inf, 0.0


def design_heat(chamber: ChamberParameters, template: Program, wish: Wish, tell: Tell = lambda _: None) -> Design:
    """The shortest cycle beside the naive one (counted at the low end of the band); raises NoCycle."""
    f_min = wish.f0_min or wish.logs * chamber.medians()["d reference"] * _D_SPREAD
    hottest = template.accept.high or template.accept.low + 2 * _BAND_K
    title = f"Designed: F0 {f_min:g} min and {wish.logs:g} logs at {wish.confidence:.0%} in {chamber.title}"
    curve: list[tuple[float, Point | None]] = []
    for below in reversed(_BELOW):
        goal = hottest - _BAND_K - below
        tell(f"goal {goal:g} degC")
        curve.append((goal, _shortest(chamber, template, wish, goal, f_min)))
    found = [p for _, p in curve if p is not None]
    if not found:
        raise NoCycle("kill", f"no exposure up to {_MOST_MIN:g} min reaches the wish in enough drawn chambers")
    best = min(found, key=lambda p: p.total_min)
    program = _with_exposure(template, best.goal, best.phases[template.exposure], f_min, title)
    program = program.model_copy(
        update={
            "program": f"designed-{chamber.chamber}",
            "version": 1,
            "proves": template.proves.model_copy(update={"log_reduction": wish.logs}),
        }
    )
    low = program.accept.low
    fixed = whole_steps(f_min / lethal_rate(low - program.sensor_uncertainty))
    naive = replace(best, phases=best.phases | {template.exposure: max(fixed, best.phases[template.exposure])})
    words = f"the same band, every minute counted as {low:g} degC less the sensors' uncertainty"
    return Design(program, best, naive, words, tuple(curve), (), "degC")


def _shortest(chamber: ChamberParameters, template: Program, wish: Wish, goal: float, f_min: float) -> Point | None:
    trial = _with_exposure(template, goal, _CHUNK_MIN, f_min, template.title)
    found = sorted(
        _needed(trial, chamber, Draw(wish.seed, f"design {n}"), wish, f_min) for n in range(min(_DRAWS, wish.draws))
    )
    exposure, _ = found[-1 - allowed_misses(len(found), wish.confidence)]
    if not math.isfinite(exposure):
        return None
    exposure = whole_steps(exposure)
    logs = sorted(rate * exposure for need, rate in found if math.isfinite(need))
    phases = {p.phase: p.lasts / 60_000 for p in template.phases} | {template.exposure: exposure}
    lower = logs[int((1 - wish.confidence) * len(logs))]
    return Point(goal, 0.0, phases, sum(logs) / len(logs), lower, 0.0, "kill")
