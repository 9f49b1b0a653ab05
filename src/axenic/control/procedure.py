"""Walking a batch through its procedure: unit by unit, operation by operation, phase by phase.

In-process results decide the way (harvest, extend, feed, hold, reject); a result that is missing counts as not
within its limit.
"""

from __future__ import annotations

from axenic.asepsis.condition import Aseptic, Condition
from axenic.asepsis.interlocks import PassageKind
from axenic.control.cause import Cause
from axenic.control.facts import PhaseCompleted, PhaseFailed
from axenic.control.floor import Floor
from axenic.control.orders import DecideWay
from axenic.control.packml import Command
from axenic.control.passages import Passage, ask
from axenic.control.release import dispose, hold, note_done
from axenic.control.state import Batch, Hold, Material, Outstanding, Waits, Want, Work
from axenic.control.transfers import in_use, start_transfer
from axenic.plant.plant import MoverKind
from axenic.recipe.limit import LimitValue, number_of
from axenic.recipe.recipe import Check, Operation, Phase, Rule, UnitProcedure, Way

FEED = "feed"
_MATERIAL_ATTEMPTS = 3  # how often a material is brought anew before the batch is given up [D]
_DAY_MS = 86_400_000


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
        _ask_materials(floor, batch, ahead)
    if not batch.live:
        return
    floor.want(Waits.UNIT, batch.due, batch=batch, step=index)


def _ask_materials(floor: Floor, batch: Batch, index: int) -> None:
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
            _use_up(floor, item)
            if item.condition.state is not Aseptic.UNKNOWN:
                item.asked = 0  # it came in sterile; only what cannot be proven counts as a failed attempt
            bring_material(floor, batch, item)
            ready = False
    return ready


def _use_up(floor: Floor, item: Material) -> None:
    if item.unit and not floor.layout.stations[item.unit].shared:
        floor.units[item.unit].loaded = False
        floor.free_unit(item.unit)
    item.unit = ""


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


def material_arrived(floor: Floor, batch: Batch, item: Material) -> None:
    """A material lies in the rack."""
    item.arrived = True
    floor.stir(Waits.UNIT, Waits.PERSONS)
    if not batch.live:
        floor.post("wind up", batch)


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


def current_operation(batch: Batch) -> Operation:
    """The operation whose phases are running."""
    operations = batch.recipe.procedure[batch.step].operations
    if batch.feeding:
        return next(o for o in operations if o.operation == FEED)
    return operations[batch.operation]


def queue_phase(floor: Floor, batch: Batch) -> None:
    """Queue the current phase for the persons it needs (none on an automatic unit)."""
    floor.want(Waits.PERSONS, batch.due, batch=batch)


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


def phase_ended(floor: Floor, entry: Outstanding, fact: PhaseCompleted | PhaseFailed) -> None:
    """Take the results of a batch's phase and decide what follows."""
    batch = entry.batch
    _free_persons(floor, entry)
    if batch is None:
        return
    if isinstance(fact, PhaseFailed):
        floor.finish(entry.unit, Command.STOP)
        if batch.live:
            dispose(floor, batch, f"{entry.unit} failed: {fact.reason}", Cause.titled(fact.cause))
        floor.post("wind up", batch)
        return
    floor.finish(entry.unit, Command.COMPLETE)
    if not batch.live:
        floor.post("wind up", batch)
        return
    batch.results.update(fact.results)
    if "fault" in fact.results:
        floor.exception(batch.name, "equipment fault", "minor", f"{entry.unit}: {fact.results['fault']}", entry.number)
    phase = current_operation(batch).phases[batch.phase]
    if all(_within(floor, batch, check, fact) for check in phase.checks) and batch.live:
        _next_phase(floor, batch)


def begin_again(floor: Floor, entry: Outstanding) -> None:
    """A phase that its unit refused is ordered anew; nothing was done to the cells."""
    _free_persons(floor, entry)
    floor.finish(entry.unit, Command.STOP)
    if entry.batch is not None and entry.batch.live:
        queue_phase(floor, entry.batch)
    elif entry.batch is not None:
        floor.post("wind up", entry.batch)


def _free_persons(floor: Floor, entry: Outstanding) -> None:
    floor.release_carriers(entry.persons)
    if entry.open_zone:
        floor.open_in.pop(entry.open_zone, None)
        floor.stir(Waits.PERSONS)


def _within(floor: Floor, batch: Batch, check: Check, fact: PhaseCompleted) -> bool:
    """Hold one result against its in-process control; False if it stops the batch."""
    value = fact.results.get(check.measure)
    found = "no result" if value is None else f"{check.measure} {value}"
    if not check.limit.holds_for(value):
        text = f"in-process control: {found}, limit {check.limit}"
        if check.otherwise is Way.REJECT and number_of(value) is not None:
            dispose(floor, batch, text, Cause.PATIENT_MATERIAL)
            return False
        hold(floor, batch, Hold.CONTROL, text)
        return True
    if check.alert is not None and not check.alert.holds_for(value):
        floor.exception(batch.name, "alert limit", "minor", f"{found}, alert {check.alert}", fact.order)
    return True


def _next_phase(floor: Floor, batch: Batch) -> None:
    operation = current_operation(batch)
    batch.phase += 1
    if batch.phase < len(operation.phases):
        queue_phase(floor, batch)
        return
    batch.phase = 0
    if batch.feeding:
        batch.feeding = False
        queue_phase(floor, batch)
        return
    _end_operation(floor, batch, operation)


def _end_operation(floor: Floor, batch: Batch, operation: Operation) -> None:
    if operation.decide:
        way = _decide(floor, batch, operation)
        if way is Way.REJECT:
            return
        if way in (Way.EXTEND, Way.FEED):
            batch.round += 1
            batch.feeding = way is Way.FEED
            queue_phase(floor, batch)
            return
    operations = batch.recipe.procedure[batch.step].operations
    batch.operation += 1
    if batch.operation < len(operations) and operations[batch.operation].operation == FEED:
        batch.operation += 1
    if batch.operation < len(operations):
        batch.round, batch.entered = 1, floor.at
        queue_phase(floor, batch)
        return
    _end_step(floor, batch)


def _decide(floor: Floor, batch: Batch, operation: Operation) -> Way:
    """The way by the first rule that holds; EXTEND if none does; REJECT when the rounds are used up."""
    known = dict(batch.results)
    known["culture time"] = f"{(floor.at - batch.entered) / _DAY_MS:.6f}"
    known["rounds"] = str(batch.round)
    rule = next((r for r in operation.decide if _holds(r, known)), None)
    way = rule.way if rule else Way.EXTEND
    because = (
        ", ".join(f"{w.measure} {known.get(w.measure, '?')}" for w in rule.when) if rule else "no other rule holds"
    )
    if way in (Way.EXTEND, Way.FEED) and batch.round >= operation.rounds:
        way, because = Way.REJECT, f"{operation.rounds} rounds used up ({because})"
    run = f"{batch.name}/{batch.recipe.procedure[batch.step].unit_procedure}/{operation.operation}#{batch.round}"
    floor.give(DecideWay, batch.name, run, way.value, because)
    if way is Way.REJECT:
        dispose(floor, batch, because, Cause.PATIENT_MATERIAL)
    elif way is Way.HOLD:
        hold(floor, batch, Hold.CONTROL, because)
    return way


def _holds(rule: Rule, known: dict[str, str]) -> bool:
    return all(_limit_holds(limit, known) for limit in rule.when)


def _limit_holds(limit: LimitValue, known: dict[str, str]) -> bool:
    return limit.holds_for(known.get(limit.measure))


def _end_step(floor: Floor, batch: Batch) -> None:
    step = batch.recipe.procedure[batch.step]
    for item in list(batch.materials.values()):
        if item.for_step == batch.step:
            _use_up(floor, item)
    note_done(floor, batch, step.unit_procedure)
    request_step(floor, batch, batch.step + 1)
