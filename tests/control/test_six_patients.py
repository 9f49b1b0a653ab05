"""Six patients through the plants that are shipped."""

from __future__ import annotations

import itertools

import pytest

from axenic.control.facts import (
    AbortRequested,
    HoldLifted,
    HoldRequested,
    OutcomeLost,
    OutcomeSettled,
    PhaseCompleted,
    ZoneAlarmed,
)
from axenic.control.orders import (
    CloseBatch,
    DisposeBatch,
    HoldUnit,
    JudgeCycle,
    MoveItem,
    PermitPassage,
    RaiseException,
    RefusePassage,
    RunPhase,
)
from axenic.library.shelf import shipped
from axenic.plant.plant import Plant
from tests.conftest import DAY, START


@pytest.mark.parametrize("plant", shipped(Plant))
@pytest.mark.parametrize("recipe", ["car-t-9-day", "car-t-fresh-7-day"])
@pytest.mark.parametrize("seed", [1, 2, 3])
def test_every_patients_batch_ends_released_or_rejected_with_a_reason(suite, recipe, plant, seed):
    done = suite(recipe, plant, seed).run()
    assert done.control.idle
    assert sorted(o.batch for o in done.all(DisposeBatch)) == [f"AX-000{n}" for n in range(1, 7)]
    assert sorted(o.batch for o in done.all(CloseBatch)) == [f"AX-000{n}" for n in range(1, 7)]
    assert all(o.reason for o in done.all(DisposeBatch))


@pytest.mark.requirement("A1-MAT", "A1-STER")
def test_no_item_goes_inward_without_the_passed_cycle_of_its_own_load(suite):
    done = suite().run()
    passed = {o.cycle: o for o in done.all(JudgeCycle) if o.verdict == "pass"}
    inward = [o for o in done.all(PermitPassage) if o.kind == "crossing inward"]
    assert inward
    for permit in inward:
        cycles = [passed[e] for e in permit.evidence if e in passed]
        assert any(c.item == permit.item and c.valid_until >= permit.at for c in cycles)


@pytest.mark.requirement("A1-MAT")
def test_every_move_and_every_connection_rests_on_a_permit(suite):
    done = suite().run()
    permits = {o.passage for o in done.all(PermitPassage)}
    assert done.all(MoveItem)
    assert all(o.passage in permits for o in done.all(MoveItem))


def test_no_unit_works_on_two_batches_at_once(suite):
    done = suite(seed=3).run()
    ends = {f.order: f.at for f in done.facts if hasattr(f, "order")}
    busy: dict[str, list[tuple[int, int, str]]] = {}
    shared = {s.name for s in done.control.floor.layout.stations.values() if s.shared}
    for o in done.all(RunPhase):
        if o.unit not in shared:
            busy.setdefault(o.unit, []).append((o.at, ends[o.number], o.batch))
    for spans in busy.values():
        spans.sort()
        for (_, end, _), (start, _, _) in itertools.pairwise(spans):
            assert start >= end


def test_the_same_seed_gives_the_same_facts_and_orders(suite):
    first, second = suite(seed=5).run(), suite(seed=5).run()
    assert first.facts == second.facts
    assert first.orders == second.orders


@pytest.mark.requirement("A22-1")
def test_replaying_the_facts_gives_the_same_orders(suite):
    done = suite(seed=4).run()
    fresh = done.new_control()
    assert [o for f in done.facts for o in fresh.take(f)] == done.orders


def test_an_abort_stops_the_running_phase_and_frees_the_plant(suite):
    made = suite()
    abort = AbortRequested(START + 5 * DAY, "AX-0001", "operator", "wrong order")
    made.run([*made.orders_of(1), abort])
    assert made.control.idle
    assert [o.reason for o in made.all(DisposeBatch)] == ["aborted: wrong order (operator)"]
    assert all(not u.batch for u in made.control.floor.units.values())


def test_a_held_batch_starts_no_phase_until_the_hold_is_lifted(suite):
    made = suite()
    hold = HoldRequested(START + 4 * DAY, "AX-0001", "shift lead", "question to the physician")
    lift = HoldLifted(START + 4 * DAY + 20 * 3_600_000, "AX-0001", "shift lead", "answered")
    made.run([*made.orders_of(1), hold, lift])
    started = [o.at for o in made.all(RunPhase) if o.batch == "AX-0001" and "/" in o.run]
    assert not [t for t in started if hold.at < t < lift.at]
    assert made.control.idle


def test_a_hold_nobody_lifts_ends_the_batch_at_the_recipes_bound(suite):
    made = suite()
    made.run([*made.orders_of(1), HoldRequested(START + 4 * DAY, "AX-0001", "shift lead", "forgotten")])
    assert "held longer than the recipe allows" in made.all(DisposeBatch)[0].reason


def test_a_zone_at_risk_lets_nothing_pass(suite):
    made = suite()
    alarm = ZoneAlarmed(START + 5 * DAY, "core", "pressure below 10 Pa")
    made.run([*made.orders_of(1), alarm])
    assert not [o for o in made.all(PermitPassage) if o.at > alarm.at and o.target.startswith("reactor")]
    assert made.all(RefusePassage)
    assert "qualified state" in made.all(RefusePassage)[0].reasons[0]


def test_an_order_in_doubt_holds_unit_and_batch_until_a_person_settles_it(suite):
    made = suite()
    control = made.control
    orders = control.take(made.orders_of(1)[0])
    changeover = next(o for o in orders if isinstance(o, RunPhase))
    orders = control.take(PhaseCompleted(START + 1000, changeover.number))
    first = next(o for o in orders if isinstance(o, RunPhase) and o.batch)
    held = control.take(OutcomeLost(START + 1000, first.number, "the unit restarted without its memory"))
    assert any(isinstance(o, HoldUnit) for o in held)
    assert any(isinstance(o, RaiseException) and o.severity == "critical" for o in held)
    assert not any(isinstance(o, RunPhase) for o in held), "a physical act is never blindly repeated"
    refused = control.take(HoldLifted(START + 2000, "AX-0001", "shift lead", "go on"))
    assert any("still in doubt" in o.text for o in refused if isinstance(o, RaiseException))
    control.take(OutcomeSettled(START + 3000, first.number, False, "operator", "the cells are untouched"))
    assert not control.floor.batches["AX-0001"].doubts


@pytest.mark.parametrize(("origin", "target"), [("cold-store", "airlock"), ("airlock", "thaw"), ("fill", "airlock")])
def test_a_move_that_a_person_saw_was_not_done_is_done_again_and_the_dose_is_not_lost(suite, origin, target):
    plain = suite().run(suite().orders_of(1))
    order = next(
        o
        for o in plain.all(MoveItem)
        if o.item == "AX-0001:cells" and o.origin.startswith(origin) and o.target.startswith(target)
    )
    made = suite()
    lost = OutcomeLost(order.at + 1, order.number, "the link broke")
    settled = OutcomeSettled(order.at + 2, order.number, False, "operator", "the bag still lies there")
    made.world.agenda.withdraw(order.number)
    real = made.world.perform
    made.world.perform = lambda o: None if getattr(o, "number", 0) == order.number else real(o)
    made.run([*made.orders_of(1), lost, settled])
    assert made.control.idle
    assert [o.outcome for o in made.all(DisposeBatch)] == [o.outcome for o in plain.all(DisposeBatch)]
    assert not any(c.transfer for c in made.control.floor.chambers.values())


def test_settling_a_doubt_does_not_lift_the_hold_of_a_person(suite):
    made = suite()
    running = next(o for o in suite().run(suite().orders_of(1)).all(RunPhase) if o.phase == "culture")
    lost = OutcomeLost(running.at + 1, running.number, "the link broke")
    settled = OutcomeSettled(running.at + 2, running.number, True, "operator", "it runs on")
    held = HoldRequested(running.at, "AX-0001", "QA", "an investigation")
    made.run([*made.orders_of(1), held, lost, settled])
    assert any("held longer" in o.reason and "an investigation" in o.reason for o in made.all(DisposeBatch))


def test_more_patients_than_the_plant_can_take_lose_no_finished_dose(suite):
    made = suite()
    made.run(made.orders_of(40, 4))
    lost = [o.reason for o in made.all(DisposeBatch) if "hold limit before" in o.reason]
    downstream = [r for r in lost if any(step in r for step in ("freeze", "store", "fill", "formulate"))]
    assert downstream == []


def reviewed(suite):
    return next(o for o in suite().run(suite().orders_of(1)).all(RunPhase) if o.phase == "review")


def test_a_batch_held_or_alarmed_while_it_is_reviewed_is_not_released_on_that_review(suite):
    review = reviewed(suite)
    made = suite()
    hold = HoldRequested(review.at + 1, "AX-0001", "QP", "contamination suspected")
    lift = HoldLifted(review.at + 20 * 3_600_000, "AX-0001", "QP", "cleared")
    made.run([*made.orders_of(1), hold, lift])
    released = made.all(DisposeBatch)
    assert [o.outcome for o in released] == ["released"]
    assert released[0].at > lift.at
    assert sum(o.phase == "review" for o in made.all(RunPhase)) == 2


def test_what_comes_after_the_release_is_a_recall_not_a_second_disposition(suite):
    plain = suite().run(suite().orders_of(1))
    released = plain.all(DisposeBatch)[0]
    made = suite()
    made.run([*made.orders_of(1), AbortRequested(released.at + 60_000, "AX-0001", "QP", "a late positive")])
    assert [o.outcome for o in made.all(DisposeBatch)] == ["released"]
    assert any(o.kind == "recalled" for o in made.all(RaiseException))
    assert made.control.idle


def test_a_result_that_is_no_number_counts_as_missing_and_holds_the_batch(suite):
    plain = suite().run(suite().orders_of(1))
    harvest = next(o for o in plain.all(RunPhase) if o.phase == "harvest")
    made = suite()
    real = made.world.perform

    def perform(order):
        if getattr(order, "number", 0) != harvest.number:
            return real(order)
        return made.world.agenda.add(PhaseCompleted(order.at + 60_000, order.number, {"recovery": "n/a"}))

    made.world.perform = perform
    made.run(made.orders_of(1))
    assert any(o.kind == "batch held" and "n/a" in o.text for o in made.all(RaiseException))
