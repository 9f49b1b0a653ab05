"""Whatever people, machines and rooms do to a running plant: the laws of the core hold, and every batch ends."""

from __future__ import annotations

import itertools
import os

from bench.walk import watch
from hypothesis import given, settings
from hypothesis import strategies as st

from axenic.control.facts import (
    AbortRequested,
    ClockJumped,
    EnvironmentMeasured,
    Fact,
    HoldLifted,
    HoldRequested,
    ItemMoved,
    OutcomeLost,
    OutcomeSettled,
    PhaseCompleted,
    PhaseFailed,
    ZoneAlarmed,
    ZoneRestored,
)
from axenic.control.orders import CloseBatch, DisposeBatch, JudgeCycle, PermitPassage, RunPhase
from axenic.control.state import Waits
from axenic.library.shelf import shipped
from axenic.plant.plant import Plant
from axenic.recipe.recipe import Recipe
from tests.conftest import START, Suite, shelf

HOUR = 3_600_000
EXAMPLES = int(os.environ.get("AXENIC_EXAMPLES", "12"))  # `make bench` takes 400
ZONES = ("core", "support", "room", "cabinet-a", "laboratory", "nowhere")
batches = st.sampled_from([f"AX-000{n}" for n in range(1, 5)])
numbers = st.integers(1, 900)
measures = st.sampled_from(["particles 0.5 um", "particles 5.0 um", "luck"])
values = st.sampled_from(["10", "2000", "9999", "nan", "-1", "many"])
people = st.sampled_from(["operator", "shift lead"])


@st.composite
def disturbances(draw) -> Fact:
    at = START + draw(st.integers(1, 25 * 24)) * HOUR + draw(st.integers(0, 999))
    kinds = (
        st.builds(HoldRequested, st.just(at), batches, people, st.just("a question")),
        st.builds(HoldLifted, st.just(at), batches, people, st.just("answered")),
        st.builds(AbortRequested, st.just(at), batches, people, st.just("wrong order")),
        st.builds(ZoneAlarmed, st.just(at), st.sampled_from(ZONES), st.just("particles")),
        st.builds(EnvironmentMeasured, st.just(at), st.sampled_from(ZONES), measures, values, st.just("1/m3")),
        st.builds(ZoneRestored, st.just(at), st.sampled_from(ZONES), st.just("EM-1")),
        st.builds(OutcomeLost, st.just(at), numbers, st.just("the link broke")),
        st.builds(OutcomeSettled, st.just(at), numbers, st.booleans(), people, st.just("looked")),
        st.builds(ClockJumped, st.just(at), st.integers(-9999, 9999)),
        st.builds(PhaseFailed, st.just(at), numbers, st.just("broken")),
        st.builds(PhaseCompleted, st.just(at), numbers),
        st.builds(ItemMoved, st.just(at), numbers),
    )
    return draw(st.one_of(*kinds))


def end_of(made: Suite) -> Fact:
    """A quiet plant a year later: every zone is restored, every doubt settled, by a person who looked."""
    return ZoneRestored(START + 365 * 24 * HOUR, "nowhere", "end")


def laws_hold(made: Suite) -> None:
    passed = {o.cycle: o for o in made.all(JudgeCycle) if o.verdict == "pass"}
    for permit in made.all(PermitPassage):
        if permit.kind == "crossing inward":
            own = [passed[e] for e in permit.evidence if e in passed]
            assert any(c.item == permit.item and c.valid_until >= permit.at for c in own), permit
    assert len({o.number for o in made.orders}) == len(made.orders)
    shared = {s.name for s in made.control.floor.layout.stations.values() if s.shared}
    answered: dict[int, int] = {}
    for fact in made.facts:
        if isinstance(fact, PhaseCompleted | PhaseFailed | OutcomeSettled):
            answered.setdefault(fact.order, fact.at)  # an answer that comes twice is an exception, the first one counts
    spans: dict[str, list[tuple[int, int]]] = {}
    for order in made.all(RunPhase):
        if order.unit not in shared and order.number in answered:
            spans.setdefault(order.unit, []).append((order.at, answered[order.number]))
    for times in spans.values():
        for (_, end), (start, _) in itertools.pairwise(sorted(times)):
            assert start >= end, "two phases at once on one unit"
    ended = [o.batch for o in made.all(DisposeBatch)]
    assert len(set(ended)) == len(ended), "a batch has one disposition"
    closed = [o.batch for o in made.all(CloseBatch)]
    assert set(closed) <= set(ended)


@settings(max_examples=EXAMPLES, deadline=None)
@given(
    st.sampled_from(shipped(Recipe)),
    st.sampled_from(shipped(Plant)),
    st.integers(0, 2**32),
    st.lists(disturbances(), max_size=25),
)
def test_no_disturbance_breaks_a_law_and_replay_decides_the_same(recipe, plant, seed, disturbed):
    made = Suite(shelf(Recipe, recipe), shelf(Plant, plant), seed)
    watch(made.control)
    made.run([*made.orders_of(4), *disturbed, end_of(made)])
    laws_hold(made)
    begun = {o.run for o in made.all(RunPhase) if o.run.startswith("C-")}
    running = {e.cycle.name for e in made.control.floor.outstanding.values() if e.cycle}
    assert begun - running <= {o.cycle for o in made.all(JudgeCycle)}, "every started cycle ends with a verdict"
    fresh = made.new_control()
    assert [o for f in made.facts for o in fresh.take(f)] == made.orders


@settings(max_examples=max(6, EXAMPLES // 2), deadline=None)
@given(st.sampled_from(shipped(Recipe)), st.sampled_from(shipped(Plant)), st.integers(0, 2**32))
def test_undisturbed_every_batch_ends_and_the_plant_is_free_again(recipe, plant, seed):
    made = Suite(shelf(Recipe, recipe), shelf(Plant, plant), seed).run()
    assert made.control.idle
    queues = made.control.floor.queues
    assert not any(queues[waits] for waits in Waits if waits is not Waits.CHANGEOVER), "who cleans up may come later"
    assert not any(unit.batch for unit in made.control.floor.units.values())
    laws_hold(made)
