"""The interlocks: one table of rules over immutable state, for everything that passes the aseptic boundary.

The same rules and the same `step` run live, in replay and in the twin, are enumerated by the exhaustive check and
are printed in the docs. It is the second, permissive layer: hard safety stays in the PLC.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from axenic.asepsis.boundary_rules import boundary_machine
from axenic.asepsis.ledger import ledger_machine
from axenic.asepsis.machine import AnyMachine
from axenic.asepsis.port import port_machine
from axenic.asepsis.workplace import workplace_machine
from axenic.plant.plant import CleanroomGrade, Interface, Plant
from axenic.recipe.recipe import Barrier

PORT = "RTP port"


class PassageKind(StrEnum):
    """The ways something passes the aseptic boundary."""

    INWARD = "crossing inward"
    OUTWARD = "crossing outward"
    HAND_OVER = "hand-over"
    CONNECTION = "connection"
    OPEN = "open manipulation"


AIRLOCK = boundary_machine()
STERILISER = boundary_machine(steriliser=True)
PASS_THROUGH = boundary_machine(gassed=False)
GRADE_A = workplace_machine()
OTHER_GRADE = workplace_machine(grade_a=False)
GLOVE_BOX = workplace_machine(gloved=True)
LEDGER = ledger_machine()
TABLE: tuple[AnyMachine, ...] = (STERILISER, GLOVE_BOX, OTHER_GRADE, port_machine(), LEDGER)
"""The machines whose rules together are the whole table, as it is printed."""


def machine_of(interface: Interface) -> AnyMachine | None:
    """The machine of an interface; None for a plain opening, which proves nothing and needs no permit."""
    if interface.kind == PORT:
        return port_machine()
    if not interface.program:
        return None
    if interface.barrier == Barrier.MOIST_HEAT:
        return STERILISER
    return AIRLOCK if interface.barrier == Barrier.VAPOUR else PASS_THROUGH


@dataclass(frozen=True, slots=True)
class Part:
    """One machine of a plant, and the interfaces and units that are such a machine."""

    machine: AnyMachine
    places: tuple[str, ...]


def parts_of(plant: Plant) -> list[Part]:
    """Every aseptic machine of a plant, equal ones once.

    A rule looks at one interface, or at one unit with its zone, so what can be broken in the plant can be broken in
    one of these parts.
    """
    grades = {z.zone: z.grade for z in plant.zones}
    found: dict[str, tuple[AnyMachine, list[str]]] = {}
    for machine, place in _parts(plant, grades):
        found.setdefault(machine.name, (machine, []))[1].append(place)
    return [Part(machine, tuple(places)) for machine, places in found.values()]


def _parts(plant: Plant, grades: dict[str, CleanroomGrade]) -> Iterable[tuple[AnyMachine, str]]:
    for interface in plant.interfaces:
        machine = machine_of(interface)
        if machine is not None:
            yield machine, interface.interface
    for unit in plant.units:
        grade_a = grades.get(unit.zone) is CleanroomGrade.A
        yield (GLOVE_BOX if unit.gloves else GRADE_A if grade_a else OTHER_GRADE), unit.unit
    yield LEDGER, "every batch"
