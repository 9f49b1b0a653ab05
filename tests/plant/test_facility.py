"""The floor and the equipment of a plant: every zone has its floor, once, and other plants stay valid."""

from __future__ import annotations

import pytest

from axenic.library.shelf import shipped, take, text_of
from axenic.notation.document import load, write
from axenic.plant.check import check_plant
from axenic.plant.plant import Plant


def findings(text: str) -> list[str]:
    loaded = load(Plant, text, "x")
    assert loaded.value is not None, [str(f) for f in loaded.findings]
    return [f.message for f in check_plant(loaded.value, loaded.document)]


@pytest.mark.parametrize("name", shipped(Plant))
def test_every_shipped_plant_says_what_it_stands_in_and_is_written_back_equal(name):
    plant = take(Plant, name).value
    assert plant is not None and plant.facility is not None
    assert load(Plant, write(plant), "x").value == plant
    assert not findings(write(plant))
    assert any(f.module for f in plant.facility.floors)


def test_a_plant_without_a_facility_is_a_plant():
    text, _, _ = text_of(Plant, "robotic-cluster")
    assert not findings(text[: text.index("facility:")])


@pytest.mark.parametrize(
    ("old", "new", "says"),
    [
        ("zone: core, area m2: 15", "zone: cellar, area m2: 15", "no zone is named 'cellar'"),
        ("zone: core, area m2: 15", "zone: cellar, area m2: 15", "the floor of core is not given"),
        ("zone: core, area m2: 15", "zone: support, area m2: 15", "the floor of 'support' is given already"),
        ("reactor: {unit: reactor", "reactor: {unit: kettle", "no unit is named 'kettle'"),
    ],
)
def test_a_floor_that_is_nowhere_or_twice_is_found(old, new, says):
    text, _, _ = text_of(Plant, "robotic-cluster")
    assert says in findings(text.replace(old, new))
