"""Tags are data: which equipment has which values."""

from __future__ import annotations

import pytest

from axenic.library.shelf import default, shipped
from axenic.plant.plant import Plant
from axenic.plant.tag import TagSheet
from axenic.record.telemetry.tags import Tag, tags_of
from tests.conftest import shelf


@pytest.mark.parametrize("name", shipped(Plant))
def test_every_shipped_plant_has_its_particles_and_pressures_at_full_rate(name):
    plant = shelf(Plant, name)
    tags = tags_of(default(TagSheet), plant)
    aseptic = [zone.zone for zone in plant.zones if zone.grade in ("A", "B")]
    assert aseptic
    for zone in aseptic:
        assert tags[f"{zone}.particles 0.5 um"].critical
        assert tags[f"{zone}.pressure difference"].critical


def test_a_stack_of_units_has_a_tag_for_each_of_its_units():
    tags = tags_of(default(TagSheet), shelf(Plant, "robotic-cluster"))
    assert sum(tag.place.startswith("reactor-") and tag.name.endswith(".oxygen") for tag in tags.values()) == 12
    assert tags["airlock-1.peroxide"] == Tag(
        "airlock-1.peroxide", "airlock-1", "ppm", tags["airlock-1.peroxide"].between, 0.0, 1_000_000, True
    )


def test_every_rule_of_the_shipped_sheet_is_of_some_shipped_equipment():
    tags = {t for name in shipped(Plant) for t in tags_of(default(TagSheet), shelf(Plant, name))}
    unused = [rule.item for rule in default(TagSheet).tags if not any(t.endswith(f".{rule.item}") for t in tags)]
    assert unused == []


def test_what_decides_a_cycle_has_no_deadband():
    assert all(rule.deadband == 0 for rule in default(TagSheet).tags if rule.critical)
