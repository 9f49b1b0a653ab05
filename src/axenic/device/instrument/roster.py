"""The equipment of a plant: one piece for each entry of its file, with its units, chambers, robots or persons."""

from __future__ import annotations

from axenic import __version__
from axenic.control.layout import names
from axenic.device.driver.identity import Identity
from axenic.device.instrument.model import NO_HOLD, Model, model_of
from axenic.plant.plant import CleanroomGrade, Plant

MONITOR = "zone monitor"  # its one unit is the zone


def roster(plant: Plant) -> dict[str, dict[str, Model]]:
    """The models of the units of each piece of equipment, by its name in the plant file."""
    found: dict[str, dict[str, Model]] = {}
    for unit in plant.units:
        found[unit.unit] = dict.fromkeys(names(unit.unit, unit.count), model_of(unit))
    for interface in plant.interfaces:
        found[interface.interface] = {interface.interface: model_of(interface)}
    for mover in plant.movers:
        found[mover.mover] = dict.fromkeys(names(mover.mover, mover.count), model_of(mover))
    return found


def with_monitors(plant: Plant) -> dict[str, dict[str, Model]]:
    """The equipment of a simulated plant: that of its file, and what measures the air of each graded zone."""
    graded = [zone.zone for zone in plant.zones if zone.grade is not CleanroomGrade.CNC]
    return roster(plant) | {f"monitor-{zone}": {zone: Model(MONITOR, NO_HOLD)} for zone in graded}


def simulated_identity(plant: str, equipment: str, models: dict[str, Model], boot: str) -> Identity:
    """The nameplate of a simulated instrument."""
    kind = next(iter(models.values())).kind
    serial = f"SIM-{plant}-{equipment}"
    return Identity(equipment, tuple(models), "Axenic", kind, serial, __version__, boot, 0, simulated=True)
