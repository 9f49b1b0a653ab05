"""Allocation (ISA-88): a unit procedure gets its unit, and the batch with its materials comes to it."""

from __future__ import annotations

from axenic.asepsis.condition import Aseptic
from axenic.control.cause import Cause
from axenic.control.floor import Floor
from axenic.control.materials import ask_materials, materials_ready
from axenic.control.release import dispose
from axenic.control.state import Batch, Waits, Want
from axenic.control.transfers import in_use, start_transfer
from axenic.recipe.recipe import UnitProcedure


def request_step(floor: Floor, batch: Batch, index: int) -> None:
    """The batch is ready for a unit procedure: queue for its unit, within the step's hold limit."""
    if not batch.live:
        return
    batch.step = index
    if index >= len(batch.recipe.procedure):
        floor.post("wind up", batch)
        return
    step = batch.recipe.procedure[index]
    if "review" in step.after and "review" not in batch.done:
        batch.step, batch.waits_review = index - 1, True
        return
    batch.deadline = floor.wait_until(floor.at + step.transfer.within, "start", batch.name)
    for ahead in (index, index + 1):
        ask_materials(floor, batch, ahead)
    if not batch.live:
        return
    floor.want(Waits.UNIT, batch.due, batch=batch, step=index)


def find_unit(floor: Floor, want: Want) -> bool:
    """Find the unit for the step: where the cells are, the reserved place, or a free clean unit; False to wait."""
    batch = want.batch
    if batch is None or not batch.live:
        return True
    if batch.holds or not materials_ready(floor, batch, want.step):
        return not batch.live
    step = batch.recipe.procedure[want.step]
    kinds = floor.kinds[batch.recipe.recipe][want.step]
    if batch.unit and kinds <= floor.layout.stations[batch.unit].can and _reserve(floor, batch, step, batch.unit):
        begin_step(floor, batch)
        return True
    target = _choose(floor, batch, kinds)
    if not target:
        return False
    if not batch.unit:  # the cells are delivered to the plant's receiving unit
        if not _reserve(floor, batch, step, target):
            return False
        _occupy(floor, batch, target)
        begin_step(floor, batch)
        return True
    barriers = tuple(b.value for b in step.transfer.decontaminate)
    layout = floor.layout
    origin_zone, target_zone = layout.stations[batch.unit].zone, layout.stations[target].zone
    way = layout.route(origin_zone, target_zone, barriers)
    if way is None:
        text = f"no proven way for the cells from {origin_zone} to {target_zone} for {step.unit_procedure}"
        dispose(floor, batch, text, Cause.LOGISTICS)
        return True
    if not _reserve(floor, batch, step, target):
        return False
    floor.units[target].batch = batch.name
    start_transfer(floor, batch, batch.unit, target, way)
    return True


def _choose(floor: Floor, batch: Batch, kinds: frozenset[str], but: str = "") -> str:
    if batch.reserved and kinds <= floor.layout.stations[batch.reserved].can:
        return batch.reserved
    stale = ""
    for name in floor.layout.able(kinds):
        unit = floor.units[name]
        if unit.batch or unit.changing or name == but:
            continue
        if unit.condition.holds(floor.at, Aseptic.CLEAN):
            return name
        stale = stale or name
    if stale:
        floor.change_over(stale)
    return ""


def _reserve(floor: Floor, batch: Batch, step: UnitProcedure, target: str) -> bool:
    """Keep the culture place the recipe reserves from this step on; False if none is free."""
    for line in batch.recipe.reservations:
        if line.from_ != step.unit_procedure or batch.reserved:
            continue
        if frozenset(line.phases) <= floor.layout.stations[target].can:
            batch.reserved = target
            continue
        place = _choose(floor, batch, frozenset(line.phases), but=target)
        if not place:
            return False
        batch.reserved = place
        floor.units[place].batch = batch.name
    return True


def _occupy(floor: Floor, batch: Batch, name: str) -> None:
    batch.unit = name
    if floor.layout.stations[name].shared:
        return
    unit = floor.units[name]
    unit.batch, unit.loaded = batch.name, True
    unit.condition = in_use(unit.condition)


def arrived(floor: Floor, batch: Batch, unit: str) -> None:
    """The cells lie in the unit of the step they were sent for."""
    batch.transfer = None
    _occupy(floor, batch, unit)
    if not batch.live:
        floor.post("wind up", batch)
        return
    begin_step(floor, batch)


def begin_step(floor: Floor, batch: Batch) -> None:
    """Start the unit procedure where the cells are now."""
    step = batch.recipe.procedure[batch.step]
    batch.deadline = 0
    batch.operation, batch.phase, batch.round, batch.feeding = 0, 0, 1, False
    batch.entered = floor.at
    for line in batch.recipe.reservations:
        if line.until == step.unit_procedure and batch.reserved:
            reserved, batch.reserved = batch.reserved, ""
            if reserved != batch.unit:
                floor.free_unit(reserved)
    queue_phase(floor, batch)


def queue_phase(floor: Floor, batch: Batch) -> None:
    """Queue the current phase for the persons it needs (none on an automatic unit)."""
    floor.want(Waits.PERSONS, batch.due, batch=batch)
