"""The tags of a plant: the rules of a sheet, spelled out for every unit, interface and zone."""

from __future__ import annotations

from dataclasses import dataclass

from axenic.control.layout import names
from axenic.plant.plant import Plant
from axenic.plant.tag import Between, Owner, TagRule, TagSheet


@dataclass(frozen=True, slots=True)
class Tag:
    """One value of one piece of equipment; `longest_us`: a reading is kept at least so often (microseconds)."""

    name: str
    place: str
    unit: str
    between: Between
    deadband: float
    longest_us: int
    critical: bool

    @classmethod
    def undeclared(cls, name: str) -> Tag:
        """A tag that no sheet knows: no unit, kept at full rate, and no gap can be told by its silence."""
        return cls(name, name.partition(".")[0], "", Between.STEP, 0.0, 0, True)


def tags_of(sheet: TagSheet, plant: Plant) -> dict[str, Tag]:
    """Every tag of a plant by its name."""
    rules: dict[tuple[str, str], list[TagRule]] = {}
    for rule in sheet.tags:
        rules.setdefault((rule.of, rule.kind), []).append(rule)
    found = [_tag(rule, place) for of, kind, place in owners(plant) for rule in rules.get((of, kind), ())]
    return {tag.name: tag for tag in found}


def owners(plant: Plant) -> list[tuple[Owner, str, str]]:
    """All that has values: what it is, its kind or grade, and its name."""
    found = [(Owner.ZONE, str(z.grade), z.zone) for z in plant.zones]
    found += [(Owner.INTERFACE, i.kind, i.interface) for i in plant.interfaces]
    found += [(Owner.UNIT, u.kind, name) for u in plant.units for name in names(u.unit, u.count)]
    return found


def _tag(rule: TagRule, place: str) -> Tag:
    longest = rule.at_most * 1000
    name = f"{place}.{rule.item}"
    return Tag(name, place, rule.unit, rule.between, rule.deadband, longest, rule.critical)
