"""The one door of the core: a fact is taken, the orders that follow from it are given."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from axenic.asepsis.environment import EnvironmentLimits
from axenic.asepsis.program import Program
from axenic.asepsis.risk import RiskTable
from axenic.control.allocation import arrived, find_unit, request_step
from axenic.control.barriers import distrust_times
from axenic.control.cause import Cause
from axenic.control.changeovers import change_over, changed_over
from axenic.control.cycles import cycle_phase_ended, wipe
from axenic.control.facts import (
    AbortRequested,
    BatchOrdered,
    ClockJumped,
    EnvironmentMeasured,
    Fact,
    HoldLifted,
    HoldRequested,
    ItemMoved,
    OutcomeLost,
    OutcomeSettled,
    PhaseCompleted,
    PhaseFailed,
    Woken,
    ZoneAlarmed,
    ZoneRestored,
)
from axenic.control.floor import Floor
from axenic.control.materials import bring_material, material_arrived
from axenic.control.orders import Order
from axenic.control.packml import Command, settled
from axenic.control.phase import start_phase
from axenic.control.procedure import phase_ended
from axenic.control.release import dispose, hold, lift, lose, review_ended, start_test, test_ended, wind_up
from axenic.control.state import Batch, Hold, Outstanding, Transfer, Waits, Want, Work
from axenic.control.surroundings import Surroundings, measured, zone_alarmed, zone_restored
from axenic.control.transfers import abandon, carry, claim_again, claim_chambers, go_on, moved, not_moved
from axenic.plant.plant import Plant
from axenic.recipe.recipe import Recipe

_HELD_FOR = {Hold.PERSON: Cause.OPERATION, Hold.CONTROL: Cause.PATIENT_MATERIAL, Hold.DOUBT: Cause.EQUIPMENT}
_FOR_PERSONS = (Waits.CARRIER, Waits.PERSONS, Waits.LABORATORY, Waits.CHANGEOVER)


class Control:
    """Decides for one plant; recipes and programs are frozen for as long as it lives."""

    def __init__(
        self,
        plant: Plant,
        recipes: Mapping[str, Recipe],
        programs: Mapping[str, Program],
        risks: RiskTable,
        limits: EnvironmentLimits | None = None,
    ) -> None:
        self.floor = Floor(plant, recipes, programs, risks)
        self._surroundings = Surroundings(limits)
        self._takes: dict[type, Callable[[Any], None]] = {
            BatchOrdered: self._ordered,
            PhaseCompleted: self._answered,
            PhaseFailed: self._answered,
            ItemMoved: self._answered,
            Woken: self._woken,
            HoldRequested: self._hold_requested,
            HoldLifted: self._hold_lifted,
            AbortRequested: self._abort_requested,
            OutcomeLost: self._outcome_lost,
            OutcomeSettled: self._outcome_settled,
            EnvironmentMeasured: lambda fact: measured(self.floor, self._surroundings, fact),
            ClockJumped: self._clock_jumped,
            ZoneAlarmed: lambda fact: zone_alarmed(self.floor, fact),
            ZoneRestored: lambda fact: zone_restored(self.floor, fact),
        }
        self._ends: dict[Work, Callable[[Outstanding, Any], None]] = {
            Work.PHASE: lambda e, f: phase_ended(self.floor, e, f),
            Work.CYCLE: lambda e, f: cycle_phase_ended(self.floor, e, f),
            Work.CHANGEOVER: lambda e, f: changed_over(self.floor, e, f),
            Work.MOVE: self._moved,
            Work.TEST: lambda e, f: test_ended(self.floor, e, _results(f)),
            Work.REVIEW: lambda e, f: review_ended(self.floor, e, _results(f)),
        }
        self._serves: dict[Waits, Callable[[Floor, Want], bool]] = {
            Waits.CARRIER: carry,
            Waits.PERSONS: lambda floor, want: wipe(floor, want) if want.cycle else start_phase(floor, want),
            Waits.CHAMBERS: claim_chambers,
            Waits.UNIT: find_unit,
            Waits.LABORATORY: start_test,
            Waits.CHANGEOVER: change_over,
        }

    def take(self, fact: Fact) -> list[Order]:
        """The orders that follow from a fact; facts come in the order of the journal, `at` never goes back.

        Raises ValueError if `fact.at` lies before the last one.
        """
        floor = self.floor
        if fact.at < floor.at:
            raise ValueError(f"{type(fact).__name__} at {fact.at} ms comes after a fact at {floor.at} ms")
        floor.at = fact.at
        floor.out = []
        if not isinstance(fact, Woken):
            floor.quiet_shifts = 0
        self._takes[type(fact)](fact)
        self._settle()
        floor.watch_shifts()
        floor.arm()
        return floor.out

    @property
    def idle(self) -> bool:
        """True when every batch is closed: nothing more will happen by itself."""
        return all(b.status == "closed" for b in self.floor.batches.values()) and not self.floor.outstanding

    # what follows of itself ---------------------------------------------------------------------------------

    def _settle(self) -> None:
        floor = self.floor
        while floor.posts or floor.stirred:
            while floor.posts:
                what, thing = floor.posts.popleft()
                self._follow(what, thing)
            if floor.stirred:
                stirred, floor.stirred = floor.stirred, set()
                self._dispatch(stirred)

    def _follow(self, what: str, thing: Any) -> None:
        floor = self.floor
        match what:
            case "step":
                request_step(floor, *thing)
            case "transfer":
                go_on(floor, thing)
            case "arrived":
                if thing.material is None:
                    arrived(floor, thing.batch, thing.target)
                else:
                    material_arrived(floor, thing.batch, thing.material)
            case "unproven":
                self._unproven(thing)
            case "wind up":
                wind_up(floor, thing)

    def _dispatch(self, stirred: set[Waits]) -> None:
        """Serve the wants whose resource has changed."""
        self._serve([want for waits in stirred for want in self.floor.queues[waits]])

    def _serve(self, waiting: list[Want]) -> None:
        """Serve these wants by due date; what is served leaves the queue."""
        for want in sorted(waiting):
            if self._serves[want.waits](self.floor, want):
                self.floor.forget(want)

    def _unproven(self, transfer: Transfer) -> None:
        floor, batch = self.floor, transfer.batch
        if transfer.leg == 0 and not transfer.in_chamber and batch.live:
            claim_again(floor, transfer)  # nothing has moved yet
            return
        if transfer.material is not None:
            abandon(floor, transfer)
            if batch.live:
                bring_material(floor, batch, transfer.material)
            return
        abandon(floor, transfer)
        batch.unit = "" if transfer.in_chamber else batch.unit
        dispose(floor, batch, "the interface could not be proven for the cells", Cause.EQUIPMENT)

    # facts --------------------------------------------------------------------------------------------------

    def _ordered(self, fact: BatchOrdered) -> None:
        floor = self.floor
        recipe = floor.recipes.get(fact.recipe)
        if fact.batch in floor.batches or recipe is None:
            why = "is ordered already" if recipe else f"asks for the unknown recipe {fact.recipe!r}"
            floor.exception(fact.batch, "order not accepted", "major", f"{fact.batch} {why}")
            return
        number = len(floor.batches) + 1
        batch = Batch(fact.batch, number, fact.patient, recipe, fact.at, fact.due)
        floor.batches[fact.batch] = batch
        request_step(floor, batch, 0)

    def _answered(self, fact: PhaseCompleted | PhaseFailed | ItemMoved) -> None:
        floor = self.floor
        entry = floor.outstanding.get(fact.order)
        if entry is None or (isinstance(fact, ItemMoved) != (entry.work is Work.MOVE) and isinstance(fact, ItemMoved)):
            floor.exception("", "unexpected answer", "minor", f"order {fact.order} awaits no such answer", fact.order)
            return
        del floor.outstanding[fact.order]
        if entry.lost and entry.batch is not None:
            entry.batch.doubts.discard(fact.order)
        self._ends[entry.work](entry, fact)

    def _moved(self, entry: Outstanding, fact: ItemMoved | PhaseFailed) -> None:
        if isinstance(fact, PhaseFailed):
            self.floor.outstanding[entry.number] = entry
            lose(self.floor, entry, f"the move failed: {fact.reason}")
            return
        moved(self.floor, entry)

    def _woken(self, fact: Woken) -> None:
        floor = self.floor
        for kind, key in floor.due_deadlines():
            match kind:
                case "barred":
                    floor.stir(Waits.CHAMBERS)
                case "shift":
                    floor.watches = False
                    floor.quiet_shifts += 1
                    self._serve([w for waits in _FOR_PERSONS for w in floor.queues[waits] if not w.refused])
                case "overdue":
                    self._overdue(floor.outstanding[int(key)])
                case _:
                    self._too_late(floor.batches[str(key)], kind)

    def _too_late(self, batch: Batch, kind: str) -> None:
        if kind == "start":
            step = batch.recipe.procedure[batch.step].unit_procedure
            dispose(self.floor, batch, f"hold limit before {step} exceeded", Cause.LOGISTICS)
        elif batch.holds:
            cause = _HELD_FOR[next(iter(batch.holds))]
            dispose(self.floor, batch, f"held longer than the recipe allows: {batch.held}", cause)

    def _overdue(self, entry: Outstanding) -> None:
        floor = self.floor
        batch = entry.batch.name if entry.batch else ""
        if entry.overdue:
            lose(floor, entry, "no answer within twice its bound")
            return
        entry.overdue = True
        floor.exception(batch, "overdue", "major", f"{entry.work.value} on {entry.unit} is overdue", entry.number)
        floor.wait_until(floor.at + entry.at_most, "overdue", entry.number)

    def _batch(self, name: str) -> Batch | None:
        batch = self.floor.batches.get(name)
        if batch is None or not batch.live:
            self.floor.exception(name, "request without effect", "minor", f"no batch {name} is in process")
            return None
        return batch

    def _hold_requested(self, fact: HoldRequested) -> None:
        batch = self._batch(fact.batch)
        if batch is not None:
            hold(self.floor, batch, Hold.PERSON, f"{fact.reason} ({fact.actor})")

    def _hold_lifted(self, fact: HoldLifted) -> None:
        batch = self._batch(fact.batch)
        if batch is None:
            return
        if batch.doubts:
            text = f"order {min(batch.doubts)} is still in doubt; settle it first"
            self.floor.exception(batch.name, "hold not lifted", "minor", text)
            return
        kind = next((k for k in Hold if k in batch.holds), None)  # one word of a person answers one reason
        if kind is None:
            self.floor.exception(batch.name, "request without effect", "minor", f"{batch.name} is not held")
            return
        lift(self.floor, batch, kind)

    def _abort_requested(self, fact: AbortRequested) -> None:
        batch = self._batch(fact.batch)
        if batch is not None:
            dispose(self.floor, batch, f"aborted: {fact.reason} ({fact.actor})", Cause.OPERATION)

    def _outcome_lost(self, fact: OutcomeLost) -> None:
        entry = self.floor.outstanding.get(fact.order)
        if entry is not None and not entry.lost:
            lose(self.floor, entry, fact.reason)

    def _outcome_settled(self, fact: OutcomeSettled) -> None:
        """A person's word ends the doubt; an act that was not done is never repeated by itself, its batch ends."""
        floor = self.floor
        entry = floor.outstanding.get(fact.order)
        if entry is None or not entry.lost:
            floor.exception("", "request without effect", "minor", f"order {fact.order} is not in doubt", fact.order)
            return
        del floor.outstanding[fact.order]
        if entry.unit in floor.units:
            floor.units[entry.unit].packml = settled(floor.units[entry.unit].packml, Command.UNHOLD)
        batch = entry.batch
        if batch is not None:
            batch.doubts.discard(fact.order)
            if not batch.doubts:
                lift(floor, batch, Hold.DOUBT)
        if entry.work is Work.MOVE and fact.done:
            moved(floor, entry)
        elif fact.done:
            self._ends[entry.work](entry, PhaseCompleted(fact.at, fact.order))
        else:
            self._not_done(entry, fact)
        floor.stir()

    def _not_done(self, entry: Outstanding, fact: OutcomeSettled) -> None:
        if entry.work is Work.MOVE and entry.transfer is not None:
            not_moved(self.floor, entry, entry.transfer)
            return
        self._ends[entry.work](entry, PhaseFailed(fact.at, fact.order, f"not done: {fact.reason} ({fact.actor})"))

    def _clock_jumped(self, fact: ClockJumped) -> None:
        text = f"the wall clock jumped by {fact.seconds} s: every validity time has ended, running cycles are void"
        for batch in self.floor.batches.values():
            if batch.live:
                self.floor.exception(batch.name, "clock jump", "major", text)
        distrust_times(self.floor)


def _results(fact: PhaseCompleted | PhaseFailed) -> dict[str, str]:
    return dict(fact.results) if isinstance(fact, PhaseCompleted) else {}
