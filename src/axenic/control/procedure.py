"""Walking a batch on when a phase has ended: the next phase, round, operation or unit procedure.

In-process results decide the way (harvest, extend, feed, hold, reject); a result that is missing counts as not
within its limit.
"""

from __future__ import annotations

from axenic.control.allocation import queue_phase, request_step
from axenic.control.cause import Cause
from axenic.control.facts import PhaseCompleted, PhaseFailed
from axenic.control.floor import Floor
from axenic.control.materials import use_up
from axenic.control.orders import DecideWay
from axenic.control.packml import Command
from axenic.control.phase import FEED, current_operation
from axenic.control.release import dispose, hold, note_done
from axenic.control.state import Batch, Hold, Outstanding, Waits
from axenic.recipe.limit import LimitValue, number_of
from axenic.recipe.recipe import Check, Operation, Rule, Way

_DAY_MS = 86_400_000


def phase_ended(floor: Floor, entry: Outstanding, fact: PhaseCompleted | PhaseFailed) -> None:
    """Take the results of a batch's phase and decide what follows."""
    batch = entry.batch
    floor.release_carriers(entry.persons)
    if entry.open_zone:
        floor.open_in.pop(entry.open_zone, None)
        floor.stir(Waits.PERSONS)
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
            use_up(floor, item)
    note_done(floor, batch, step.unit_procedure)
    request_step(floor, batch, batch.step + 1)
