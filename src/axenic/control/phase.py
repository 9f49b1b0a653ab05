"""Starting a phase: its persons are free, what it connects is permitted, and it is ordered."""

from __future__ import annotations

from axenic.asepsis.condition import Aseptic
from axenic.asepsis.interlocks import PassageKind
from axenic.control.floor import Floor
from axenic.control.materials import materials_ready
from axenic.control.passages import Passage, ask
from axenic.control.state import Batch, Want, Work
from axenic.plant.plant import MoverKind
from axenic.recipe.recipe import Operation, Phase

FEED = "feed"


def current_operation(batch: Batch) -> Operation:
    """The operation whose phases are running."""
    operations = batch.recipe.procedure[batch.step].operations
    if batch.feeding:
        return next(o for o in operations if o.operation == FEED)
    return operations[batch.operation]


def start_phase(floor: Floor, want: Want) -> bool:
    """Order the current phase if its persons are free and its connections are permitted; False to wait."""
    batch = want.batch
    if batch is None or not batch.live:
        return True
    if batch.holds:
        return False
    operation = current_operation(batch)
    phase = operation.phases[batch.phase]
    station = floor.layout.stations[batch.unit]
    persons = floor.free_carriers(station.zone, MoverKind.PERSON)[: station.attended_by]
    if len(persons) < station.attended_by:
        want.refused = False
        return False
    opens = bool(phase.connections) and not station.closed
    if opens and floor.open_in.get(station.zone, "") not in ("", batch.name):
        return False  # not a refusal: the zone is simply taken, the batch queues for it
    if phase.connections and _first(batch) and not materials_ready(floor, batch, batch.step):
        return False  # what is connected now ran out while the batch waited: it is fetched anew
    if phase.connections and not _permitted(floor, want, phase):
        return False
    _order_phase(floor, batch, operation, phase, tuple(p.name for p in persons), station.zone if opens else "")
    return True


def _permitted(floor: Floor, want: Want, phase: Phase) -> bool:
    batch = want.batch
    if batch is None:
        return False
    station = floor.layout.stations[batch.unit]
    used = [m.condition.evidence for m in batch.materials.values() if m.for_step == batch.step]
    passage = Passage(
        PassageKind.CONNECTION if station.closed else PassageKind.OPEN,
        f"{batch.name}:cells",
        batch.unit,
        batch.unit,
        station.zone,
        station.zone,
        phase.connections,
        unit=batch.unit,
        by=MoverKind.PERSON if station.attended_by else MoverKind.ROBOT,
        evidence=tuple(used),
        in_date=_in_date(floor, batch),
    )
    return bool(ask(floor, batch, passage, want))


def _first(batch: Batch) -> bool:
    return not (batch.operation or batch.phase or batch.round > 1 or batch.feeding)


def _in_date(floor: Floor, batch: Batch) -> bool:
    """True if what is connected first in a step is sterile in date; once connected it is part of the closed system."""
    items = [m for m in batch.materials.values() if m.for_step == batch.step]
    return not _first(batch) or all(m.condition.holds(floor.at, Aseptic.STERILE, Aseptic.DECONTAMINATED) for m in items)


def _order_phase(
    floor: Floor, batch: Batch, operation: Operation, phase: Phase, persons: tuple[str, ...], open_zone: str
) -> None:
    step = batch.recipe.procedure[batch.step]
    gowns = floor.take_carriers(persons)
    if open_zone:
        floor.open_in[open_zone] = batch.name
    run = f"{batch.name}/{step.unit_procedure}/{operation.operation}#{batch.round}"
    using = {name: str(quantity) for name, quantity in phase.using.items()}
    lasts = phase.lasts
    number = floor.run_phase(
        batch.unit,
        phase.phase,
        run,
        batch=batch.name,
        using=using,
        least=lasts.least,
        usual=lasts.usual,
        most=lasts.most,
        persons=persons,
        shape=lasts.shape.value,
        gowns=gowns,
        connections=phase.connections,
        again=[p.phase for p in operation.phases[: batch.phase]].count(phase.phase),
    )
    floor.track(number, Work.PHASE, batch.unit, phase.at_most, persons, gowns, batch=batch, open_zone=open_zone)
