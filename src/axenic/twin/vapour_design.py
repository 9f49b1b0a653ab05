"""The shortest peroxide cycle that meets a wish in a chamber known only within its error factors.

For each start humidity and goal the dwell follows from the kill at the worst place, the aeration from what the
surfaces give back; the share of drawn chambers in which kill, water and residue all hold is what counts.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import replace

from axenic.asepsis.accept import Accept, Kill
from axenic.asepsis.chamber import ChamberParameters
from axenic.asepsis.peroxide import mg_per_l_of_ppm, ppm_of_mg_per_l
from axenic.asepsis.program import Column, Program, ProgramPhase, Proof
from axenic.device.chambers import numbers_of
from axenic.device.draw import Draw
from axenic.notation.sheet import Grade
from axenic.recipe.recipe import Barrier
from axenic.twin.vapour_case import Case
from axenic.twin.wish import Design, NoCycle, Point, Wish, allowed_misses, whole_steps

LEAK_TEST_MIN = 5.0
NAIVE_PPM, NAIVE_HUMIDITY = (
    650.0,
    20.0,
)  # gassing at 500 to 800 ppm after drying to 20 %RH: a vendor's words, low weight
# at which end of its error factor a parameter makes the cycle longer
_UNFAVOURABLE = {
    "area": 1,
    "wall cooler by": 1,
    "room humidity": 1,
    "drying": -1,
    "injection": -1,
    "decay": -1,
    "uptake": 1,
    "release": -1,
    "leak": -1,
    "air changes": -1,
    "d reference": 1,
    "worst place": -1,
}
_BAND = 0.2  # the program's band around the goal
_NOISE_PPM = 0.04  # noise of the last reading
_ROUGH = 120  # draws of the first look
_DRY_MIN = (0.5, 1.0, 1.5, 2.0, 2.5, 3.0, 4.0, 5.0)
_GOALS = tuple(round(0.35 + 0.1 * n, 2) for n in range(19))  # mg/L
_LOGS = (3.0, 4.0, 5.0, 6.0, 8.0, 10.0, 12.0)
Tell = Callable[[str], None]


def cases(chamber: ChamberParameters, count: int, seed: int) -> list[Case]:
    """Drawn chambers with their sensors."""
    kind = next((s for s in chamber.sensors if s.measures == "concentration"), None)
    found = []
    for n in range(count):
        draw = Draw(seed, f"design {n}")
        errors, offset = (0.0, 0.0), _NOISE_PPM
        if kind is not None:
            sigmas = [draw.normal("design", f"sensor {i}", 0, 1, -3, 3) for i in (1, 2)]
            errors = (sigmas[0] * kind.bias_share, sigmas[1] * kind.bias_share)
            offset = max(sigmas) * kind.bias + _NOISE_PPM
        lag = kind.lag / 60_000 if kind is not None else 0.0
        found.append(Case(numbers_of(chamber, "design", draw), errors, offset, lag))
    return found


def cycle_at(drawn: list[Case], wish: Wish, goal: float, dry_min: float, injection: float = 1.0) -> Point | None:
    """The shortest cycle at a goal (mg/L) after so long a drying; None if water or the vaporiser forbids it."""
    misses = int(allowed_misses(wish.draws, wish.confidence) / wish.draws * len(drawn))
    starts = [case.condition(goal, dry_min, injection) for case in drawn]
    pairs = [(case, start) for case, start in zip(drawn, starts, strict=True) if start is not None]
    lost = len(drawn) - len(pairs)
    if lost > misses:
        return None
    needs = sorted(case.dwell_for(start, wish.logs) for case, start in pairs)
    best: Point | None = None
    for part in (0.25, 0.5, 0.75):
        dwell = whole_steps(needs[-1 - int(part * (misses - lost))])
        saturations = sorted(case.saturation_after(start, dwell) for case, start in pairs)
        good = [
            case.aerate_for(start, dwell, wish.residual_at_most, wish.recheck_min)
            for case, start in pairs
            if case.saturation_after(start, dwell) <= wish.saturation_at_most
            and case.logs_after(start, dwell) >= wish.logs
        ]
        if len(good) < len(drawn) - misses:
            continue
        aerate = whole_steps(sorted(good)[len(drawn) - misses - 1])
        logs = sorted(case.logs_after(start, dwell) for case, start in pairs)
        minutes = sorted(start.minutes for _, start in pairs)
        phases = {
            "leak test": LEAK_TEST_MIN,
            "dehumidify": dry_min,
            "condition": whole_steps(minutes[len(minutes) // 2]),
            "dwell": dwell,
            "aerate": aerate,
            "recheck": wish.recheck_min,
        }
        limit = "kill" if dwell > aerate else "desorption"
        humidity = sum(case.humidity_after(dry_min) for case in drawn) / len(drawn)
        index = int(wish.confidence * len(saturations))
        lower = logs[int((1 - wish.confidence) * len(logs))]
        point = Point(goal, humidity, phases, sum(logs) / len(logs), lower, saturations[index], limit)
        if best is None or point.total_min < best.total_min:
            best = point
    return best


def _shortest(drawn: list[Case], wish: Wish, goal: float, dry: tuple[float, ...]) -> Point | None:
    found = [p for p in (cycle_at(drawn, wish, goal, d) for d in dry) if p is not None]
    return min(found, key=lambda p: p.total_min, default=None)


def design_vapour(chamber: ChamberParameters, wish: Wish, tell: Tell = lambda _: None) -> Design:
    """The shortest cycle, beside the naive one at equal assurance; raises NoCycle."""
    drawn = cases(chamber, wish.draws, wish.seed)
    rough = drawn[:_ROUGH]
    curve = []
    for n, goal in enumerate(_GOALS, 1):
        tell(f"goal {n} of {len(_GOALS)}")
        curve.append((goal, _shortest(rough, wish, goal, _DRY_MIN)))
    found = [p for _, p in curve if p is not None]
    if not found:
        raise NoCycle(*_why_not(rough, wish))
    near = min(found, key=lambda p: p.total_min)
    tell("looking closer")
    best = _refined(drawn, wish, near)
    if best is None:
        raise NoCycle(*_why_not(rough, wish))
    best = replace(best, limited_by=_limited_by(rough, wish, best))
    naive = _naive(drawn, wish)
    by_logs = tuple(_by_logs(rough, wish, tell))
    slower = cycle_at(drawn, wish, best.goal, best.phases["dehumidify"], 0.5)
    stacked = _stacked(chamber, wish, naive.phases["dehumidify"])
    figures = {
        "stacked_worst_case_min": stacked.total_min if stacked else None,
        "ratio_to_stacked_worst_case": round(stacked.total_min / best.total_min, 3) if stacked else None,
        "injection_g_per_min": chamber.medians()["injection"],
        "half_injection_costs_min": round(slower.total_min - best.total_min, 2) if slower else None,
    }
    words = f"dried to {NAIVE_HUMIDITY:g} %RH, {NAIVE_PPM:g} ppm, dwell and aeration at the same assurance"
    program = vapour_program(chamber, wish, best)
    return Design(program, best, naive, words, tuple(curve), by_logs, figures=figures)


def _refined(drawn: list[Case], wish: Wish, near: Point) -> Point | None:
    goals = [near.goal + 0.05 * n for n in range(-2, 3)]
    dry = near.phases["dehumidify"]
    steps = tuple(d for d in (dry - 0.5, dry - 0.25, dry, dry + 0.25, dry + 0.5, dry + 1.0, dry + 2.0) if d > 0)
    found = [p for p in (_shortest(drawn, wish, goal, steps) for goal in goals) if p is not None]
    return min(found, key=lambda p: p.total_min, default=None)


def _limited_by(drawn: list[Case], wish: Wish, best: Point) -> str:
    """Water, if a wall that bears more of it would shorten the cycle by 2 %; else the longer of dwell and aeration."""
    freer = replace(wish, saturation_at_most=wish.saturation_at_most * 1.2)
    dry = (best.phases["dehumidify"], max(0.5, best.phases["dehumidify"] - 0.5))
    tight = [_shortest(drawn, wish, goal, _DRY_MIN) for goal in (best.goal, best.goal * 0.93)]
    free = [_shortest(drawn, freer, best.goal * f, dry) for f in (1.0, 1.1, 1.2, 1.35)]
    now = min((p.total_min for p in tight if p), default=math.inf)
    then = min((p.total_min for p in free if p), default=math.inf)
    return "water" if then < 0.98 * now else best.limited_by


def _why_not(drawn: list[Case], wish: Wish) -> tuple[str, str]:
    free = replace(wish, saturation_at_most=math.inf)
    if any(_shortest(drawn, free, goal, (3.0,)) for goal in _GOALS[::3]):
        return "water", f"every cycle passes a relative saturation of {wish.saturation_at_most} at the coldest wall"
    return "kill", "the vaporiser never reaches a goal that kills in time"


def _naive(drawn: list[Case], wish: Wish) -> Point:
    """Customary settings with the times that give the same assurance; whether its walls stay dry is not asked."""
    dry = 0.25
    while dry < 30 and sum(c.humidity_after(dry) for c in drawn) / len(drawn) > NAIVE_HUMIDITY:
        dry += 0.25
    point = cycle_at(drawn, replace(wish, saturation_at_most=math.inf), mg_per_l_of_ppm(NAIVE_PPM), dry)
    if point is None:
        raise NoCycle("kill", f"the naive cycle at {NAIVE_PPM:g} ppm never reaches its goal")
    return point


def worst_case(chamber: ChamberParameters) -> Case:
    """The chamber with every parameter at its own unfavourable 95 % bound at once, as a cycle is developed by hand."""
    numbers = {
        row.parameter: row.value * row.error_factor ** _UNFAVOURABLE.get(row.parameter, 0) for row in chamber.parameters
    }
    return Case(numbers, (0.0, 0.0), _NOISE_PPM, 0.5)


def _stacked(chamber: ChamberParameters, wish: Wish, dry: float) -> Point | None:
    free = replace(wish, saturation_at_most=math.inf)
    return cycle_at([worst_case(chamber)], free, mg_per_l_of_ppm(NAIVE_PPM), dry)


def _by_logs(drawn: list[Case], wish: Wish, tell: Tell) -> list[tuple[float, Point]]:
    found = []
    for logs in _LOGS:
        tell(f"{logs:g} logs")
        points = [_shortest(drawn, replace(wish, logs=logs), goal, (1.5, 2.5, 4.0)) for goal in _GOALS[1::2]]
        some = [p for p in points if p is not None]
        if some:
            found.append((logs, min(some, key=lambda p: p.total_min)))
    return found


def _kill(chamber: ChamberParameters) -> Kill:
    """What the chamber's indicators say of the kill, in the terms of a program."""
    known = chamber.medians()
    reference = ppm_of_mg_per_l(known["d reference at"], known["temperature"])
    least = ppm_of_mg_per_l(known["lethal from"], known["temperature"])
    factor = next(p.error_factor for p in chamber.parameters if p.parameter == "d reference")
    return Kill(
        d_min=known["d reference"],
        at_ppm=round(reference),
        power=known["d exponent"],
        from_ppm=round(least),
        d_factor=factor,
        grade=Grade.D,
        source=f"parameters of {chamber.chamber} version {chamber.version}",
    )


def vapour_program(chamber: ChamberParameters, wish: Wish, point: Point) -> Program:
    """The cycle as a program: its band is 80 to 120 % of the goal, which the chamber's control keeps in the middle."""
    goal = ppm_of_mg_per_l(point.goal, chamber.medians()["temperature"])
    at_most = {"condition": 15.0, "aerate": point.phases["aerate"] + 30}
    phases = tuple(
        ProgramPhase(phase=name, lasts=round(m * 60_000), at_most=round(at_most.get(name, m + 10) * 60_000))
        for name, m in point.phases.items()
    )
    source = f"designed for {chamber.chamber} version {chamber.version}; to be qualified by an indicator study"
    accept = Accept(
        exposure_at_least=round(point.phases["dwell"] * 60_000),
        low=round(goal * (1 - _BAND)),
        high=round(goal * (1 + _BAND)),
        spread_at_most=round(goal * _BAND),
        gap_at_most=30_000,
        residual_at_most=wish.residual_at_most,
        grade=Grade.D,
        source=source,
    )
    columns = (
        Column(column="peroxide_ppm", measures="concentration", unit="ppm", chain="control"),
        Column(column="peroxide_recorder_ppm", measures="concentration", unit="ppm", chain="recorder"),
        Column(column="humidity_rh", measures="humidity", unit="%RH", chain="control"),
    )
    title = f"Designed: {wish.logs:g} logs at {wish.confidence:.0%} in {chamber.title}"
    return Program(
        program=f"designed-{chamber.chamber}",
        version=1,
        kind=Barrier.VAPOUR,
        title=title,
        exposure="dwell",
        kill=_kill(chamber),
        columns=columns,
        phases=phases,
        accept=accept,
        proves=Proof(log_reduction=wish.logs, lasts=86_400_000, grade=Grade.D, source=source),
    )
