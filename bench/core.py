"""The core beside a plain heap loop and SimPy, on one small plant; and the time of one interlock decision."""

from __future__ import annotations

import time
from collections.abc import Callable
from statistics import quantiles
from typing import Any
from unittest.mock import patch

from axenic.control.passages import refusals
from axenic.twin.run import run
from bench.contest import contest, seconds_of
from bench.loop import Loop
from bench.plan import Outcome, Plan, plan_of
from bench.row import Row, rates, times
from bench.scale import Scale
from bench.scene import Scene, shipped_cluster, small
from bench.simulation import Simulation

BUDGET = 100_000  # facts a second
HEAP = "heap loop"
SIMPY = "SimPy"
SAME = "the peer does the same batches, steps, units, robot and durations; it keeps no record and asks no interlock"
CORE = "Axenic: every fact checked, interlocks asked, deadlines kept, orders given as data; "


def alone(scene: Scene) -> float:
    """The seconds of the core for the facts of a scene."""
    control, facts = scene.control(), scene.facts()

    def work() -> None:
        take = control.take
        for fact in facts:
            take(fact)

    return seconds_of(work)


def whole(scene: Scene) -> float:
    """The seconds of the core and its simulated equipment in virtual time."""
    control, world = scene.control(), scene.world()
    return seconds_of(lambda: run(control, world, scene.ordered, lambda fact, orders: None))


def same_end(scene: Scene, plan: Plan) -> Outcome:
    """The outcome of the peers; raises ValueError if one does not end when Axenic does."""
    loop, simulation, end = Loop(plan).run(), Simulation(plan).run(), scene.end()
    if not loop.end == simulation.end == end or loop.acts != simulation.acts:
        raise ValueError(f"the contestants do not do the same work: {loop}, {simulation}, Axenic ends at {end}")
    return loop


def _rates(count: int, seconds: list[float]) -> list[float]:
    return [count / s for s in seconds]


def _small(scale: Scale) -> list[Row]:
    scene = small(scale.batches).play()
    plan = plan_of(scene)
    acts, facts = same_end(scene, plan).acts, len(scene.steps)
    longer, longer_facts = small(scale.batches * 4).play(), 0
    longer_facts = len(longer.steps)
    contestants: dict[str, Callable[[], float]] = {
        "alone": lambda: alone(scene),
        HEAP: lambda: seconds_of(Loop(plan).run),
        SIMPY: lambda: seconds_of(Simulation(plan).run),
        "whole": lambda: whole(scene),
        "alone, longer": lambda: alone(longer),
        "whole, longer": lambda: whole(longer),
    }
    found = contest("core", scale.rounds, contestants)
    core, virtual = _rates(facts, found["alone"]), _rates(facts, found["whole"])
    loop, simpy = _rates(acts, found[HEAP]), _rates(acts, found[SIMPY])
    many, many_whole = _rates(longer_facts, found["alone, longer"]), _rates(longer_facts, found["whole, longer"])
    size = f"{scale.batches} batches"
    note = "1 means that a fact costs the same however many batches came before"
    return [
        rates(f"core alone, small plant, {size}", "facts/s", core, HEAP, loop, BUDGET, CORE + SAME),
        rates("core alone, small plant", "facts/s", core, SIMPY, simpy, 0, SAME),
        rates("core and simulated equipment", "facts/s", virtual, HEAP, loop, 0, SAME),
        rates("core and simulated equipment", "facts/s", virtual, SIMPY, simpy, 0, SAME),
        rates("core alone, 4 x the batches", "facts/s", many, f"core, {size}", core, 0, note),
        rates("core and equipment, 4 x the batches", "facts/s", many_whole, f"both, {size}", virtual, 0, note),
    ]


def _cluster(scale: Scale) -> Row:
    scene, little = shipped_cluster(scale.patients).play(), small(scale.batches).play()
    contestants = {"cluster": lambda: alone(scene), "small": lambda: alone(little)}
    found = contest("core, shipped cluster", scale.rounds, contestants)
    cluster, peer = _rates(len(scene.steps), found["cluster"]), _rates(len(little.steps), found["small"])
    name = f"core alone, robotic-cluster, {scale.patients} patients"
    return rates(name, "facts/s", cluster, "core, small plant", peer, 0, "with chambers, cycles judged, materials")


def _p99_ms(scene: Scene, decide: Callable[..., Any]) -> float:
    """The 99th percentile of the answers to every passage asked for in a run."""
    spent = []
    clock = time.perf_counter_ns

    def timed(*asked: Any) -> Any:
        start = clock()
        decide(*asked)
        spent.append(clock() - start)
        return refusals(*asked)

    with patch("axenic.control.passages.refusals", timed):
        scene.play()
    return quantiles(spent, n=100)[98] / 1e6


def _interlocks(scale: Scale) -> Row:
    scene = shipped_cluster(scale.patients)
    contestants = {"rules": lambda: _p99_ms(scene, refusals), "nothing": lambda: _p99_ms(scene, lambda *asked: None)}
    found = contest("interlocks", scale.rounds, contestants)
    note = f"every passage of {scale.patients} patients on the shipped cluster; all machines it concerns are walked"
    return times("interlock decision, p99", "ms", found["rules"], "empty call", found["nothing"], 1.0, note)


def measure(scale: Scale) -> list[Row]:
    """All rows of the core."""
    return [*_small(scale), _cluster(scale), _interlocks(scale)]
