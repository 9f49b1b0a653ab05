"""The law of the twin: core and kernel give the same step times, batch for batch, to the millisecond, on any plant."""

from __future__ import annotations

import pytest

from axenic.asepsis.containment import under
from axenic.control.facts import BatchOrdered
from axenic.library.shelf import shipped
from axenic.plant.plant import Plant
from axenic.recipe.recipe import Recipe
from axenic.recipe.regime import Regime
from tests.conftest import START, shelf
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
