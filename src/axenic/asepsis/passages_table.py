"""The passages table: every boundary a recipe's cells and materials cross in a plant, with what proves it and its risk.

It walks the routes that the loop check proves and the core takes, over every pair of zones that the plant offers.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from axenic.asepsis.interlocks import PassageKind
from axenic.asepsis.loop import RACK, STORE
from axenic.asepsis.program import Program
from axenic.asepsis.risk import Circumstance, RiskTable, batch_risk
from axenic.asepsis.route import Crossing, route
from axenic.plant.plant import Mover, Plant
from axenic.recipe.recipe import Barrier, Recipe, phase_kinds


@dataclass(frozen=True, slots=True)
class PassageRow:
    """One crossing of one transfer; durations in milliseconds, risks as probabilities for one crossing."""

    transfer: str
    item: str
    origin: str
    target: str
    inward: bool
    interface: str
    barrier: str
    evidence: str
    clean_for: int
    lasts: int
    within: int
    mean: float
    upper95: float


@dataclass(frozen=True, slots=True)
class _Leg:
    transfer: str
    item: str
    within: int
    barriers: tuple[Barrier, ...]
    origins: tuple[str, ...]
    targets: tuple[str, ...]


def passages_table(recipe: Recipe, plant: Plant, programs: Mapping[str, Program], risks: RiskTable) -> list[PassageRow]:
    """Every crossing of every transfer on every way the plant offers, each alternative interface a row."""
    rows: dict[tuple[str, str, str, str, str], PassageRow] = {}
    for leg in _legs(recipe, plant):
        for origin in leg.origins:
            for target in leg.targets:
                way = route(plant, origin, target, tuple(b.value for b in leg.barriers)) or ()
                for row in _rows(leg, way, plant, programs, risks):
                    rows.setdefault((row.transfer, row.item, row.origin, row.target, row.interface), row)
    return list(rows.values())


def _zones(plant: Plant, kinds: frozenset[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(u.zone for u in plant.units if kinds <= set(u.can)))


def _legs(recipe: Recipe, plant: Plant) -> Iterable[_Leg]:
    before: tuple[str, ...] = ()
    for step in recipe.procedure:
        zones = _zones(plant, phase_kinds(step))
        asked = step.transfer
        yield _Leg(step.unit_procedure, "cells", asked.within, asked.decontaminate, before, zones)
        before = zones
    stores, racks = _zones(plant, frozenset({STORE})), _zones(plant, frozenset({RACK}))
    for material in recipe.materials:
        yield _Leg(material.for_, material.material, 0, material.decontaminate, stores, racks)


def _rows(
    leg: _Leg, way: tuple[Crossing, ...], plant: Plant, programs: Mapping[str, Program], risks: RiskTable
) -> Iterable[PassageRow]:
    interfaces = {i.interface: i for i in plant.interfaces}
    for crossing in way:
        for name in crossing.interfaces:
            interface = interfaces[name]
            program = programs.get(interface.program)
            mover = _mover(plant, crossing.target if crossing.inward else crossing.origin)
            mean, upper = _risk(plant, crossing, interface.barrier, program, mover, risks)
            yield PassageRow(
                leg.transfer,
                leg.item,
                crossing.origin,
                crossing.target,
                crossing.inward,
                name,
                interface.barrier,
                f"passed cycle of {program.program} version {program.version}" if program else "",
                interface.clean_for,
                program.proves.lasts if program else 0,
                leg.within,
                mean,
                upper,
            )


def _mover(plant: Plant, zone: str) -> Mover | None:
    return next((m for m in plant.movers if zone in m.zones), None)


def _risk(
    plant: Plant, crossing: Crossing, barrier: str, program: Program | None, mover: Mover | None, risks: RiskTable
) -> tuple[float, float]:
    grades = {z.zone: z.grade.value for z in plant.zones}
    kind = PassageKind.INWARD if crossing.inward else PassageKind.OUTWARD
    reduction = program.proves.log_reduction if program else 0.0
    by = mover.kind.value if mover else "person"
    case = Circumstance(kind.value, grades[crossing.target], by, barrier, reduction)
    return batch_risk((s.mean, s.upper95) for s in risks.shares(case))
