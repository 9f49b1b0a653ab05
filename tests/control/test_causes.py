"""Every batch that is lost counts for one of five causes, and each way of losing it carries its own."""

from __future__ import annotations

import pytest

from axenic.control.cause import Cause
from axenic.control.facts import (
    AbortRequested,
    HoldLifted,
    HoldRequested,
    OutcomeLost,
    OutcomeSettled,
    PhaseCompleted,
    PhaseFailed,
    ZoneAlarmed,
)
from axenic.control.orders import DisposeBatch, MoveItem, RaiseException, RunPhase
from axenic.library.shelf import shipped
from axenic.plant.plant import Plant
from axenic.recipe.recipe import Recipe
from tests.conftest import DAY, START, shelf

HOUR = 3_600_000


def fate(made):
    """The reason and the cause of the one disposition."""
    (end,) = made.all(DisposeBatch)
    return end.reason, end.cause


def answering(made, wanted, answer):
    """A world that gives its own answer to the orders wanted, until the end."""
    real = made.world.perform
    made.world.perform = lambda o: made.world.agenda.add(answer(o), 1) if wanted(o) else real(o)
    return made


def phase(name):
    return lambda o: isinstance(o, RunPhase) and o.phase == name and bool(o.batch)


@pytest.mark.parametrize(
    ("values", "reason", "cause"),
    [
        ({"CD3_collected": 1e6}, "in-process control: CD3 cells", "patient material"),
        ({"fold_expansion": 0.2}, "viable cells", "patient material"),
        ({"share_of_a_dose": 0.001}, "release test dose", "patient material"),
        ({"intrinsic_contamination": 1.0}, "release test sterility", "contamination"),
        ({"bad_lot": 1.0}, "release test sterility", "contamination"),
        ({"false_signal": 1.0}, "release test", "contamination"),
        ({"endotoxin": 50.0}, "release test endotoxin", "contamination"),
        ({"robot_error": 1.0}, "a connection went wrong", "process or operator"),
        ({"receipt_failure": 1.0}, "damaged or not identified at receipt", "logistics"),
    ],
)
def test_what_chance_makes_of_a_batch_counts_for_its_cause(suite, values, reason, cause):
    made = suite(**values)
    found, why = fate(made.run(made.orders_of(1)))
    assert reason in found
    assert why == cause


def test_an_excursion_that_strikes_is_found_by_the_sterility_test_as_contamination(suite):
    made = suite(zone_excursion=1e4, excursion_strikes_closed_work=1.0)
    reason, cause = fate(made.run(made.orders_of(1)))
    assert ("release test sterility" in reason, cause) == (True, "contamination")


def test_a_fault_that_destroys_the_cells_is_the_equipments(suite):
    built = shelf(Plant, "robotic-cluster")
    faults = built.faults.model_copy(update={"mtbf": HOUR, "destroys_percent": 100})
    made = suite(plant=built.model_copy(update={"faults": faults}))
    reason, cause = fate(made.run(made.orders_of(1)))
    assert ("equipment fault, the cells are lost" in reason, cause) == (True, "equipment")


def test_cells_whose_interface_cannot_be_proven_are_lost_to_the_equipment(suite):
    made = suite()
    inside: dict[str, str] = {}
    real = made.world.perform

    def perform(order):
        if isinstance(order, MoveItem):
            inside[order.target] = order.item
        if isinstance(order, RunPhase) and inside.get(order.unit, "").endswith(":cells") and "-" in order.run[:2]:
            return made.world.agenda.add(PhaseFailed(order.at + 60_000, order.number, "it stopped"), 1)
        return real(order)

    made.world.perform = perform
    reason, cause = fate(made.run(made.orders_of(1)))
    assert ("could not be proven for the cells" in reason, cause) == (True, "equipment")


@pytest.mark.parametrize("cause", [c.title for c in Cause if c is not Cause.NONE])
def test_a_device_that_says_why_it_failed_is_believed(suite, cause):
    made = suite()
    answering(made, phase("wash"), lambda o: PhaseFailed(o.at + HOUR, o.number, "it failed", cause))
    assert fate(made.run(made.orders_of(1)))[1] == cause


@pytest.mark.parametrize("cause", ["", "none", "the weather"])
def test_a_failure_that_nobody_explains_is_the_equipments(suite, cause):
    made = suite()
    answering(made, phase("wash"), lambda o: PhaseFailed(o.at + HOUR, o.number, "it failed", cause))
    assert fate(made.run(made.orders_of(1)))[1] == "equipment"


def test_an_abort_and_a_persons_hold_are_the_operations(suite):
    for fact in (
        AbortRequested(START + 5 * DAY, "AX-0001", "QA", "wrong order"),
        HoldRequested(START + 5 * DAY, "AX-0001", "QA", "forgotten"),
    ):
        made = suite()
        assert fate(made.run([*made.orders_of(1), fact]))[1] == "process or operator"


def test_a_record_that_the_reviewer_does_not_accept_is_the_operations(suite):
    made = suite()
    answering(made, phase("review"), lambda o: PhaseCompleted(o.at + HOUR, o.number, {"accepted": "0"}))
    assert fate(made.run(made.orders_of(1))) == ("the review did not accept the batch record", "process or operator")


def test_a_result_that_nobody_decides_on_counts_for_the_patients_material(suite):
    made = suite()
    answering(made, phase("harvest"), lambda o: PhaseCompleted(o.at + HOUR, o.number, {"recovery": "n/a"}))
    reason, cause = fate(made.run(made.orders_of(1)))
    assert ("held longer than the recipe allows" in reason, cause) == (True, "patient material")


def culture_of(suite):
    made = suite()
    return next(o for o in made.run(made.orders_of(1)).all(RunPhase) if o.phase == "culture")


def test_a_doubt_that_nobody_settles_and_an_act_that_was_not_done_are_the_equipments(suite):
    order = culture_of(suite)
    lost = OutcomeLost(order.at + 1, order.number, "the link broke")
    for more in ((), (OutcomeSettled(order.at + 2, order.number, False, "operator", "it stands still"),)):
        made = suite()
        made.world.perform = lambda o, real=made.world.perform: None if o.number == order.number else real(o)
        made.run([*made.orders_of(1), lost, *more])
        (end,) = made.all(DisposeBatch)
        assert end.cause == "equipment"


def test_a_hold_limit_that_passes_is_logistics(suite):
    made = suite()
    alarm = ZoneAlarmed(START + DAY // 2, "core", "pressure below 10 Pa")
    reason, cause = fate(made.run([*made.orders_of(1), alarm]))
    assert ("hold limit before" in reason, cause) == (True, "logistics")


def test_a_released_batch_has_no_cause_and_every_rejected_one_has_one_of_the_five(suite):
    titles = {c.title for c in Cause if c is not Cause.NONE}
    for seed in range(1, 5):
        for end in suite(plant="manual-suite", seed=seed).run().all(DisposeBatch):
            assert end.cause == "" if end.outcome == "released" else end.cause in titles


def test_the_five_causes_are_all_reachable_in_one_month_of_bad_luck(suite):
    values = {"receipt_failure": 0.1, "robot_error": 0.002, "intrinsic_contamination": 0.4}
    built = shelf(Plant, "robotic-cluster")
    worn = built.model_copy(update={"faults": built.faults.model_copy(update={"destroys_percent": 10})})
    made = suite(plant=worn, **values, CD3_collected=5e8)
    made.run(made.orders_of(40, 18))
    found = {end.cause for end in made.all(DisposeBatch)} - {""}
    assert found == {c.title for c in Cause if c is not Cause.NONE}


def test_every_shipped_test_of_contamination_says_that_it_finds_contamination():
    for name in shipped(Recipe):
        finds = {t.phase: t.finds for t in shelf(Recipe, name).release.tests}
        assert {finds[p] for p in ("sterility test", "mycoplasma test", "endotoxin test")} == {"contamination"}
        assert finds["flow panel"] == finds["potency test"] == "patient material"


@pytest.mark.parametrize(("late", "held_too_long"), [(0, False), (1, True)])
def test_a_hold_lifted_at_exactly_its_deadline_is_lifted_in_time(suite, late, held_too_long):
    made = suite()
    since = START + 4 * DAY
    hold = HoldRequested(since, "AX-0001", "QA", "a question")
    lift = HoldLifted(since + made.recipe.hold_at_most + late, "AX-0001", "QA", "answered")
    made.run([*made.orders_of(1), hold, lift])
    assert ("held longer" in made.all(DisposeBatch)[0].reason) == held_too_long


@pytest.mark.parametrize(("late", "overdue"), [(0, False), (1, True)])
def test_an_answer_at_exactly_its_bound_is_not_overdue(suite, late, overdue):
    made = suite()
    bound = made.recipe.procedure[0].operations[0].phases[0].at_most
    answering(made, phase("receive"), lambda o: PhaseCompleted(o.at + bound + late, o.number, {"viability": "88"}))
    made.run(made.orders_of(1))
    assert any(o.kind == "overdue" for o in made.all(RaiseException)) == overdue
