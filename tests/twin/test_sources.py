"""What a figure rests on: exactly the rows that move it, found by moving every one of them."""

from __future__ import annotations

from functools import cache

import numpy as np
import pytest

from axenic.library.shelf import shipped
from axenic.plant.plant import Plant
from axenic.twin.figures import figures
from axenic.twin.moved import drawn_on, moved_to, probe
from axenic.twin.prediction import SHOWN
from axenic.twin.question import Question
from axenic.twin.sources import Sources

CASES = (("manual-suite", "car-t-9-day"), ("robotic-cluster", "car-t-9-day"), ("point-of-care", "car-t-fresh-7-day"))
AS_FAR = (1.1, 0.9)


@cache
def asked(plant: str, recipe: str):
    scenario, _ = Question(plant, recipe).scenario(anyway=True)
    return scenario, Sources(scenario)


def changed(row, value: float):
    return row.model_copy(update={"value": value, "varies": None})


def differs(one: float, other: float) -> bool:
    return abs(one - other) > 1e-9 * max(abs(one), abs(other))


@pytest.mark.parametrize(("plant", "recipe"), CASES)
def test_a_row_that_is_not_named_moves_no_figure_and_one_that_is_named_moves_it(plant, recipe):
    """Every row against every figure, on the tally of another run; what acts in the run has its own tests below."""
    scenario, sources = asked(plant, recipe)
    (_, tally), known = probe(scenario, seed=7), scenario.assumptions
    drawn = {row.row for row in drawn_on(scenario)}
    still = figures(tally, scenario.plant, scenario.executed, known)
    named = {name: {row.row for row in sources.rows_behind(name)} for name in still}
    assert set(SHOWN) <= set(named)
    wrong = []
    for row in known.rows:
        values = [row.value * f for f in AS_FAR] if row.value else [moved_to(row)]
        moved = [figures(tally, scenario.plant, scenario.executed, known.at({row.row: v})) for v in values]
        for name, before in still.items():
            acts = any(differs(before, m[name]) for m in moved)
            if acts != (row.row in named[name] - drawn):
                wrong.append(f"{name}: {row.row} {'moves it' if acts else 'does not move it'}")
    assert not wrong


@pytest.mark.parametrize(("plant", "recipe"), CASES)
def test_a_row_that_is_not_drawn_on_changes_nothing_in_a_run(plant, recipe):
    scenario, _ = asked(plant, recipe)
    short, _ = probe(scenario, 1)
    drawn, first = {row.row for row in drawn_on(scenario)}, short.tally(1, 0)[0]
    others = [row for row in short.assumptions.rows if row.row not in drawn]
    for row, other in zip(others, short.again(1, (changed(row, 3 * row.value + 1) for row in others)), strict=True):
        assert np.array_equal(first.batches, other.batches), row.row
        assert (first.phases, first.units, first.carriers) == (other.phases, other.units, other.carriers), row.row


def test_every_row_that_is_drawn_on_changes_some_run_if_it_is_moved_far():
    """On a plant where what is rare is not, since how long a bad lot is used matters only if there is one."""
    frequent = {"bad lot": 0.5, "zone excursion": 50.0}
    left = {row.row for plant in shipped(Plant) for row in drawn_on(asked(plant, "car-t-9-day")[0])}
    for plant in shipped(Plant):
        short, _ = probe(asked(plant, "car-t-9-day")[0].changed(frequent), 1)
        first = short.tally(1, 0)[0]
        far = [changed(r, factor * r.value) for r in short.assumptions.rows if r.row in left for factor in (0.02, 1000)]
        for row, other in zip(far, short.again(1, far), strict=True):
            if not np.array_equal(first.batches, other.batches):
                left.discard(row.row)
    unseen = {
        "purity collected": "the selection sets it anew before anything looks",
        "growth of the starving": "none is",
    }
    assert left <= set(unseen)


def test_what_is_simulated_rests_on_all_that_the_run_draws_on_and_what_is_not_on_none_of_it():
    scenario, sources = asked("robotic-cluster", "car-t-9-day")
    drawn = {row.row for row in drawn_on(scenario)}
    for name in ("failure.all", "failure.logistics", "time_to_vein.waiting", "doses.year", "cost.full", "cost.failure"):
        assert drawn <= {row.row for row in sources.rows_behind(name)}, name
    for name in (
        "cost.vector",
        "operators.rota",
        "time_to_vein.booking",
        "price.list",
        "area.building",
        "demand.decade",
    ):
        assert not drawn & {row.row for row in sources.rows_behind(name)}, name


def test_the_strongest_row_comes_first_with_what_a_tenth_of_it_moves():
    _, sources = asked("robotic-cluster", "car-t-9-day")
    (vector,) = sources.bases("cost.vector")
    assert (vector.row.row, vector.moves) == ("vector", pytest.approx(0.1 * vector.row.value))
    for name in SHOWN:
        moves = [abs(b.moves) for b in sources.bases(name)]
        assert moves == sorted(moves, reverse=True), name
    firsts = {name: sources.bases(name)[0].row.row for name in ("failure.operation", "time_to_vein.manufacture")}
    assert firsts == {"failure.operation": "robot error", "time_to_vein.manufacture": "expansion days"}


def test_in_a_few_words_the_first_two_rows_and_how_many_more():
    _, sources = asked("robotic-cluster", "car-t-9-day")
    assert sources.rests_on("cost.vector") == "vector (D)"
    assert sources.rests_on("area.reactor") == "recipe and plant files"
    assert sources.rests_on("time_to_vein.manufacture").startswith("durations of the recipe; ")
    assert sources.rests_on("cost.full").endswith(" more")
    with pytest.raises(KeyError):
        sources.bases("beauty.of_it")


def test_a_row_is_moved_within_its_range_and_always_to_another_value():
    row = asked("robotic-cluster", "car-t-9-day")[0].assumptions.row("selection purity")  # of at most 100 %
    assert moved_to(row) == pytest.approx(0.9 * row.value)
    assert moved_to(row.model_copy(update={"value": 0.0, "varies": None})) == 1
    tight = row.varies.model_copy(update={"from_": row.value, "to": row.value})
    assert moved_to(row.model_copy(update={"varies": tight})) == pytest.approx(1.1 * row.value)
