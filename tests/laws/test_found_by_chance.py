"""What random plants have found, each in a plant just large enough for it; core and kernel must do the same."""

from __future__ import annotations

import itertools
from dataclasses import replace

import pytest

from axenic.control.facts import BatchOrdered
from axenic.control.orders import JudgeCycle, PermitPassage, RunPhase
from axenic.plant.plant import Changeover, Equipment, Gowning, Interface, Mover, Plant, Span, Unit, Zone
from axenic.recipe.recipe import (
    Material,
    Operation,
    Phase,
    Recipe,
    Release,
    Review,
    Spread,
    Test,
    Transfer,
    UnitProcedure,
)
from tests.conftest import START
from tests.laws.both import first_difference
from tests.laws.random_plant import DAY, GUESS, HOUR, MINUTE, Trial, shipped_assumptions, shipped_programs
from tests.laws.witness import Witness

pytestmark = pytest.mark.timeout(900)  # the first one compiles the kernel
NONE = Span(least=0, usual=0, most=0, **GUESS)
KIT = Material(material="kit", amount="1 kit", for_="work", decontaminate=("sporicide",), **GUESS)
CHANGEOVER = Changeover(lasts=Span(least=HOUR, usual=HOUR, most=HOUR, **GUESS), clean_for=3 * DAY)


def fixed(lasts: int) -> Spread:
    return Spread(least=lasts, usual=lasts, most=lasts, **GUESS)


STERILITY = Test(
    test="sterility",
    phase="sterility test",
    after=("work",),
    lasts=fixed(HOUR),
    at_most=HOUR,
    measure="growth",
    limit="== 0 1",
    **GUESS,
)


def step(name: str, kind: str, connections: int = 0) -> UnitProcedure:
    phase = Phase(phase=kind, lasts=fixed(HOUR), at_most=HOUR, connections=connections)
    transfer = Transfer(within=DAY, decontaminate=("sporicide",), **GUESS)
    operation = Operation(operation="do", phases=(phase,))
    return UnitProcedure(unit_procedure=name, transfer=transfer, operations=(operation,))


def recipe(*steps: UnitProcedure, tests=(), materials=()) -> Recipe:
    review = Review(phase="review", after=(steps[-1].unit_procedure,), lasts=fixed(HOUR), at_most=HOUR)
    return Recipe(
        recipe="small",
        version=1,
        title="small",
        starting_material="cells",
        scope="autologous",
        hold_at_most=DAY,
        materials=materials,
        procedure=steps,
        release=Release(tests=tests, review=review),
    )


def unit(name: str, zone: str, *can: str, **more) -> Unit:
    return Unit(unit=name, kind="bench", zone=zone, can=can, **{"changeover": CHANGEOVER} | more)


def plant(*units: Unit, persons: int = 1, inner: str = "A", gowning: Gowning | None = None) -> Plant:
    fast = {"zones": ("outside", "inside"), "move": NONE}
    front = Interface(
        interface="front",
        kind="pass-through",
        outer="outside",
        inner="inside",
        barrier="sporicide",
        program="sporicide-wipe",
        clean_for=HOUR,
    )
    office = unit("office", "outside", "review", shared=True, changeover=None)
    return Plant(
        plant="small",
        version=1,
        title="small",
        zones=(
            Zone(zone="outside", grade="D", qualification="PQ-1"),
            Zone(zone="inside", grade=inner, qualification="PQ-2"),
        ),
        interfaces=(front, front.model_copy(update={"interface": "side"})),
        units=(*units, office),
        movers=(
            Mover(mover="robot", kind="robot", count=3, **fast),
            Mover(mover="person", kind="person", count=persons, gowning=gowning, **fast),
        ),
        faults=Equipment(mtbf=(1 << 53) - 1, repair=NONE, destroys_percent=0, **GUESS),
    )


def small(recipe: Recipe, plant: Plant, count: int = 1) -> Trial:
    orders = tuple(BatchOrdered(START, f"AX-{n}", f"COI-{n}", "small", START + 30 * DAY) for n in range(count))
    return Trial(0, recipe, plant, shipped_programs(), shipped_assumptions(), orders, 3, remakes=False)


def seen(trial: Trial) -> tuple[Witness, list]:
    """The trial on the core with its orders; the kernel did the same."""
    assert first_difference(trial) == ""
    given: list = []

    class Keeping(Witness):
        def _given(self, order):
            given.append(order)
            super()._given(order)

    return Keeping(trial).watch(), given


def test_a_wipe_is_not_left_alone_for_work_that_is_due_before():
    """Of two wipes begun by two persons neither loses its person to a phase that is due before."""
    made = small(recipe(step("come", "receive"), step("work", "wash")), plant(*_ways(2), persons=2), 2)
    first, second = made.orders
    orders = (first, replace(second, due=first.due + DAY))
    busy = plant(*_ways(2, attended_by=1), persons=1)
    witness, given = seen(replace(made, plant=busy, orders=orders))
    verdicts = [o.verdict for o in given if isinstance(o, JudgeCycle)]
    assert verdicts == ["pass", "pass"]
    assert witness.rows["AX-0"].closed > 0


def _ways(count: int, **more) -> tuple[Unit, ...]:
    return unit("dock", "outside", "receive", count=count), unit("bench", "inside", "wash", count=count, **more)


def test_who_gowns_before_a_wipe_has_not_wiped_the_longer_for_it():
    """The bound of a wipe is 20 min; half an hour of gowning before it is no part of it."""
    long = Span(least=30 * MINUTE, usual=30 * MINUTE, most=30 * MINUTE, **GUESS)
    gowned = plant(*_ways(1), gowning=Gowning(lasts=long, good_for=0))
    _, given = seen(small(recipe(step("come", "receive"), step("work", "wash")), gowned))
    assert [o.verdict for o in given if isinstance(o, JudgeCycle)] == ["pass"]


def test_gloves_make_no_grade_a_of_another_grade():
    """Open work through gloves in grade B was permitted."""
    gloved = plant(unit("bench", "inside", "wash", closed=False, gloves=True), inner="B")
    _, given = seen(small(recipe(step("work", "wash", 1)), gloved))
    assert not [o for o in given if isinstance(o, PermitPassage)]


def test_no_test_begins_on_a_unit_in_its_changeover():
    """The bench is changed over when the cells have left it; their test must not be done on it meanwhile."""
    both, dock = unit("bench", "outside", "wash", "sterility test"), unit("dock", "outside", "rest")
    witness, _ = seen(small(recipe(step("work", "wash"), step("rest", "rest"), tests=(STERILITY,)), plant(both, dock)))
    spans = sorted((begin, end) for begin, end, _, where, _ in witness.lines if where == "bench")
    assert len(spans) == 4
    assert all(end <= begin for (_, end), (begin, _) in itertools.pairwise(spans)), spans


def test_a_released_batch_is_closed_when_no_step_follows_the_review():
    witness, _ = seen(small(recipe(step("work", "wash")), plant(unit("bench", "outside", "wash"))))
    assert witness.rows["AX-0"].outcome == 1
    assert witness.rows["AX-0"].closed == witness.rows["AX-0"].disposed


def test_a_batch_that_gets_no_rack_is_closed_at_once():
    """It was rejected, and then queued for a unit as if it was not."""
    racks = (unit("store", "outside", "store materials", shared=True), unit("rack", "inside", "hold materials"))
    made = small(recipe(step("work", "wash"), materials=(KIT,)), plant(unit("bench", "inside", "wash"), *racks), 2)
    witness, _ = seen(made)
    assert witness.rows["AX-1"].outcome == 2
    assert witness.rows["AX-1"].closed == witness.rows["AX-1"].disposed == START


def test_a_material_that_no_way_can_prove_is_given_up_after_three_attempts():
    """Store and rack in one zone: nothing is proven on the way; it was fetched for ever."""
    near = [unit("store", "inside", "store materials", shared=True, changeover=None)]
    near.append(unit("rack", "inside", "hold materials", shared=True, changeover=None))
    made = small(recipe(step("work", "wash"), materials=(KIT,)), plant(unit("bench", "inside", "wash"), *near))
    witness, given = seen(made)
    assert witness.rows["AX-0"].outcome == 2
    assert sum(isinstance(o, PermitPassage) for o in given) == 3
    assert not [o for o in given if isinstance(o, RunPhase) and o.phase == "wash"]


def test_the_risk_of_a_batch_is_the_sum_of_what_its_permits_say():
    witness, given = seen(small(recipe(step("come", "receive"), step("work", "wash", 4)), plant(*_ways(1))))
    said = sum(float(o.risk_mean) for o in given if isinstance(o, PermitPassage))
    assert witness.rows["AX-0"].risk == pytest.approx(said, rel=1e-3)


def test_deadlines_of_one_millisecond_are_kept_in_the_order_in_which_they_were_set():
    """Batches reuse the places of closed ones, last first; their deadlines must not go by their places."""
    slow = Changeover(lasts=Span(least=HOUR, usual=2 * HOUR, most=9 * HOUR, **GUESS), clean_for=30 * DAY)
    dock, bench = unit("dock", "outside", "receive", count=8, changeover=slow), unit("bench", "outside", "wash")
    work = step("work", "wash")
    work = work.model_copy(update={"transfer": work.transfer.model_copy(update={"within": 14 * HOUR})})
    made = small(recipe(step("come", "receive"), work), plant(dock, bench), 3)
    later, due = START + 9 * DAY, START + 50 * DAY
    urgent = tuple(replace(made.orders[0], at=later, batch=f"BX-{n}", due=due - n * HOUR) for n in range(8))
    witness, _ = seen(replace(made, orders=(*made.orders, *urgent)))
    late = [row.disposed for row in witness.rows.values() if row.outcome == 2]
    assert len(late) - len(set(late)) >= 2, "several are rejected in the same millisecond"


def test_the_laboratory_is_told_the_exposure_in_four_digits():
    """Under this seed the draw of the sterility test lies between the risk and its four digits."""
    laboratory = unit("laboratory", "outside", "sterility test", shared=True, changeover=None)
    benches = (unit("bench", "outside", "wash"), unit("dock", "outside", "rest"))
    steps = (step("work", "wash", 5_000), step("rest", "rest"))
    made = small(recipe(*steps, tests=(STERILITY,)), plant(*benches, laboratory))
    witness, given = seen(replace(made, seed=296_149))
    assert [o.using for o in given if isinstance(o, RunPhase) and o.phase == "sterility test"] == [
        {"exposure": "2.492e-01"}
    ]
    assert witness.rows["AX-0"].outcome == 2
