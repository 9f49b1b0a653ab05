"""Testing regimes: what they change in the release graph, and which plants may use them."""

from __future__ import annotations

import pytest

from axenic.asepsis.containment import enclosure_of, objections, under
from axenic.library.shelf import default, shipped, take
from axenic.notation.document import Document, load, write
from axenic.plant.plant import Plant
from axenic.recipe.check import check_recipe
from axenic.recipe.phase_kind import PhaseKinds
from axenic.recipe.recipe import Recipe
from axenic.recipe.regime import Regime, apply

DAY = 86_400_000


def shelf(model, name):
    loaded = take(model, name)
    assert loaded.value is not None, [str(f) for f in loaded.findings]
    return loaded.value


def usual_days(recipe: Recipe, test: str) -> float:
    return next(t.lasts.usual for t in recipe.release.tests if t.test == test) / DAY


@pytest.mark.parametrize("name", shipped(Regime))
@pytest.mark.parametrize("recipe", shipped(Recipe))
def test_every_shipped_regime_gives_a_good_recipe_and_is_written_back_equal(name, recipe):
    regime = shelf(Regime, name)
    assert load(Regime, write(regime), "x").value == regime
    assert not check_recipe(apply(regime, shelf(Recipe, recipe)), Document("x"), default(PhaseKinds))


@pytest.mark.parametrize(("name", "days"), [("compendial", 28), ("automated", 7), ("rapid", 2), ("containment", 2)])
def test_the_longest_gate_is_the_one_that_is_quoted(name, days):
    tests = apply(shelf(Regime, name), shelf(Recipe, "car-t-9-day")).release.tests
    assert max(t.lasts.usual for t in tests) == days * DAY


def test_sterility_takes_14_days_and_mycoplasma_28_as_two_tests():
    recipe = apply(shelf(Regime, "compendial"), shelf(Recipe, "car-t-9-day"))
    assert (usual_days(recipe, "sterility"), usual_days(recipe, "mycoplasma")) == (14, 28)


def test_containment_drops_the_sterility_test_and_nothing_else():
    recipe = shelf(Recipe, "car-t-9-day")
    left = [t.test for t in apply(shelf(Regime, "containment"), recipe).release.tests]
    assert left == [t.test for t in recipe.release.tests if t.test != "sterility"]


def test_each_shipped_plant_is_the_enclosure_its_title_says():
    for name, unit, enclosure in (
        ("manual-suite", "bench-a", "cabinet"),
        ("manual-suite", "culture-bench", "room"),
        ("point-of-care", "wash", "closed isolator"),
        ("robotic-cluster", "reactor", "gloveless robotic isolator"),
    ):
        plant = shelf(Plant, name)
        assert enclosure_of(plant, next(u for u in plant.units if u.unit == unit)) == enclosure


def test_an_open_process_may_not_leave_the_sterility_test_out():
    regime, recipe = shelf(Regime, "containment"), shelf(Recipe, "car-t-9-day")
    against = objections(regime, recipe, shelf(Plant, "manual-suite"))
    assert any("bench-a makes open connections at thaw" in a for a in against)
    with pytest.raises(ValueError, match="containment is not allowed for car-t-9-day on manual-suite"):
        under(regime, recipe, shelf(Plant, "manual-suite"))
    assert len(under(regime, recipe, shelf(Plant, "robotic-cluster")).release.tests) == len(recipe.release.tests) - 1
    assert not objections(regime, shelf(Recipe, "car-t-fresh-7-day"), shelf(Plant, "point-of-care"))


def test_an_open_unit_even_in_a_gloveless_isolator_is_refused():
    plant = shelf(Plant, "robotic-cluster")
    units = tuple(u.model_copy(update={"closed": u.unit != "wash"}) for u in plant.units)
    opened = plant.model_copy(update={"units": units})
    against = objections(shelf(Regime, "containment"), shelf(Recipe, "car-t-9-day"), opened)
    assert against == ("wash makes open connections at wash",)
    assert not objections(shelf(Regime, "rapid"), shelf(Recipe, "car-t-9-day"), opened)


def test_a_test_that_is_not_there_is_named_with_those_that_are():
    regime = shelf(Regime, "rapid")
    recipe = apply(shelf(Regime, "containment"), shelf(Recipe, "car-t-9-day"))
    with pytest.raises(ValueError, match="names the test 'sterility', but car-t-9-day has only: mycoplasma"):
        apply(regime, recipe)


def test_an_added_test_must_be_new_and_a_dropped_one_not_waited_for():
    recipe = shelf(Recipe, "car-t-9-day")
    first, second = recipe.release.tests[:2]
    plain = shelf(Regime, "rapid").model_copy(update={"replace": ()})
    with pytest.raises(ValueError, match="adds the test 'sterility', which"):
        apply(plain.model_copy(update={"add": (first,)}), recipe)
    waiting = second.model_copy(update={"test": "second look", "after": ("sterility",)})
    with pytest.raises(ValueError, match="drops the test 'sterility', for which second look"):
        apply(plain.model_copy(update={"add": (waiting,), "drop": ("sterility",)}), recipe)
    added = apply(plain.model_copy(update={"add": (waiting,)}), recipe)
    assert [t.test for t in added.release.tests][-1] == "second look"
