"""The law of the twin: core and kernel give the same step times, batch for batch, to the millisecond, on any plant."""

from __future__ import annotations

import pytest

from axenic.asepsis.containment import under
from axenic.control.facts import BatchOrdered, PhaseCompleted
from axenic.control.orders import RunPhase
from axenic.library.shelf import shipped
from axenic.plant.plant import Plant
from axenic.recipe.recipe import Recipe
from axenic.recipe.regime import Regime
from tests.conftest import START, Suite, shelf
from tests.laws.both import first_difference
from tests.laws.random_plant import DAY, HOUR, Trial, shipped_assumptions, shipped_programs, trial
from tests.laws.witness import Endless

pytestmark = pytest.mark.timeout(900)  # the first one compiles the kernel
BLOCK = 20
REGIMES = ("as issued", *shipped(Regime))


def differences(numbers) -> list[str]:
    """What differs, trial by trial; `endless` for one that has no end on the core either."""
    found = []
    for number in numbers:
        try:
            said = first_difference(trial(number))
        except Endless:
            said = "endless"
        if said:
            found.append(f"trial({number}): {said}")
    return found


@pytest.mark.parametrize("block", range(13))
def test_on_random_plants_every_batch_has_the_same_times_to_the_millisecond(block):
    found = differences(range(BLOCK * block, BLOCK * (block + 1)))
    endless = [said for said in found if said.endswith("endless")]
    assert len(endless) < BLOCK / 4, "the trials are too hostile to say anything"
    assert found == endless, "\n".join(said for said in found if said not in endless)


@pytest.mark.parametrize("regime", REGIMES)
@pytest.mark.parametrize("plant", shipped(Plant))
@pytest.mark.parametrize("recipe", shipped(Recipe))
def test_on_what_is_shipped_every_batch_has_the_same_times_to_the_millisecond(recipe, plant, regime):
    site, issued = shelf(Plant, plant), shelf(Recipe, recipe)
    try:
        executed = issued if regime == "as issued" else under(shelf(Regime, regime), issued, site)
    except ValueError:
        pytest.skip(f"{plant} may not use {regime}")
    times = [START + n * 9 * HOUR for n in range(12)]
    orders = tuple(
        BatchOrdered(at, f"AX-{n + 1:04d}", f"COI-{n}", executed.recipe, at + 30 * DAY) for n, at in enumerate(times)
    )
    said = first_difference(
        Trial(0, executed, site, shipped_programs(), shipped_assumptions(), orders, 5, remakes=True), most=100_000
    )
    assert not said, said


def _doubled(recipe: Recipe, kind: str) -> Recipe:
    """The recipe with every phase of a kind done twice, one after the other."""
    steps = []
    for step in recipe.procedure:
        operations = [
            o.model_copy(update={"phases": tuple(p for x in o.phases for p in ((x, x) if x.phase == kind else (x,)))})
            for o in step.operations
        ]
        steps.append(step.model_copy(update={"operations": tuple(operations)}))
    return recipe.model_copy(update={"procedure": tuple(steps)})


def test_a_phase_kind_that_comes_twice_in_an_operation_is_drawn_twice_and_alike_on_both():
    site, twice = shelf(Plant, "robotic-cluster"), _doubled(shelf(Recipe, "car-t-9-day"), "wash")
    made = Suite(twice, site)
    orders = tuple(made.orders_of(6))
    made.run(list(orders))
    ends = {f.order: f for f in made.facts if isinstance(f, PhaseCompleted)}
    washes = [o for o in made.all(RunPhase) if o.phase == "wash" and o.number in ends]
    first, again = ([o for o in washes if o.again == n] for n in (0, 1))
    for what in (lambda o: ends[o.number].at - o.at, lambda o: ends[o.number].results["recovery"]):
        assert not set(map(what, first)) & set(map(what, again)), "the second draws anew"
    assert len(first) == len(again) >= 5
    said = first_difference(
        Trial(0, twice, site, shipped_programs(), shipped_assumptions(), orders, 7, remakes=True), most=100_000
    )
    assert not said, said
