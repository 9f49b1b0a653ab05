"""Materials of a batch: asked for ahead of their step, brought past a barrier, used up."""

from __future__ import annotations

from axenic.asepsis.condition import Aseptic, Condition
from axenic.control.cause import Cause
from axenic.control.floor import Floor
from axenic.control.release import dispose
from axenic.control.state import Batch, Material, Waits
from axenic.control.transfers import start_transfer

_MATERIAL_ATTEMPTS = 3  # how often a material is brought anew before the batch is given up [D]


def ask_materials(floor: Floor, batch: Batch, index: int) -> None:
    """Send for the materials of a unit procedure, once."""
    if index >= len(batch.recipe.procedure):
        return
    name = batch.recipe.procedure[index].unit_procedure
    for material in batch.recipe.materials:
        if material.for_ == name and material.material not in batch.materials:
            item = Material(f"{batch.name}:{material.material}", material.material, index)
            batch.materials[material.material] = item
            bring_material(floor, batch, item)


def bring_material(floor: Floor, batch: Batch, item: Material) -> None:
    """Send a material from the store to the rack, past one of the barriers its recipe line accepts."""
    layout = floor.layout
    wanted = next(m for m in batch.recipe.materials if m.material == item.want)
    item.asked += 1
    item.arrived = False
    item.condition = Condition(Aseptic.UNKNOWN)
    stores, racks = layout.able(frozenset({"store materials"})), layout.able(frozenset({"hold materials"}))
    rack = next((r for r in racks if layout.stations[r].shared or not floor.units[r].batch), "")
    if item.asked > _MATERIAL_ATTEMPTS or not stores or not rack:
        dispose(floor, batch, f"{item.want} could not be brought in sterile", Cause.EQUIPMENT)
        return
    origin, target = layout.stations[stores[0]].zone, layout.stations[rack].zone
    way = layout.route(origin, target, tuple(b.value for b in wanted.decontaminate))
    if way is None:
        dispose(floor, batch, f"no proven way for {item.want} from {origin} to {target}", Cause.LOGISTICS)
        return
    if not layout.stations[rack].shared:
        floor.units[rack].batch = batch.name
    item.unit = rack
    start_transfer(floor, batch, stores[0], rack, way, item)


def material_arrived(floor: Floor, batch: Batch, item: Material) -> None:
    """A material lies in the rack."""
    item.arrived = True
    floor.stir(Waits.UNIT, Waits.PERSONS)
    if not batch.live:
        floor.post("wind up", batch)


def materials_ready(floor: Floor, batch: Batch, index: int) -> bool:
    """True if every material of the step lies in the rack, sterile and in date; one that ran out is fetched anew."""
    ready = True
    for item in batch.materials.values():
        if item.for_step != index:
            continue
        if not item.arrived:
            ready = False
        elif item.unit and not item.condition.holds(floor.at, Aseptic.STERILE, Aseptic.DECONTAMINATED):
            floor.exception(batch.name, "material expired", "minor", f"{item.name} ran out before use")
            use_up(floor, item)
            if item.condition.state is not Aseptic.UNKNOWN:
                item.asked = 0  # it came in sterile; only what cannot be proven counts as a failed attempt
            bring_material(floor, batch, item)
            ready = False
    return ready


def use_up(floor: Floor, item: Material) -> None:
    """The material is gone from the rack, which is free again."""
    if item.unit and not floor.layout.stations[item.unit].shared:
        floor.units[item.unit].loaded = False
        floor.free_unit(item.unit)
    item.unit = ""
