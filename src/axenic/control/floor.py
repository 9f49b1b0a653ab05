"""The floor: everything the core knows at one moment, and the few ways in which it gives orders and waits.

The other modules of `control` are functions on it; none of them keeps state of its own.
"""

from __future__ import annotations

import heapq
from bisect import bisect_left, insort
from collections import deque
from collections.abc import Mapping
from typing import Any

from axenic.asepsis.boundary import Boundary
from axenic.asepsis.condition import UNKNOWN, Aseptic, Condition
from axenic.asepsis.interlocks import LEDGER, machine_of
from axenic.asepsis.machine import Machine
from axenic.asepsis.program import Program
from axenic.asepsis.risk import Circumstance, Rate, RiskTable
from axenic.control.layout import Carrier, Layout
from axenic.control.orders import HoldUnit, Order, RaiseException, RunPhase, UnholdUnit, WakeAt
from axenic.control.packml import Command, settled
from axenic.control.state import Batch, Chamber, Outstanding, Unit, Waits, Want, Work
from axenic.plant.plant import Interface, MoverKind, Plant
from axenic.plant.shift import next_begin
from axenic.recipe.recipe import Recipe, phase_kinds

_QUIET_SHIFTS = 60  # begins of shifts without any other fact, after which nobody who comes can help [D]


def _chamber(interface: Interface) -> Chamber:
    machine: Machine[Boundary] | None = machine_of(interface)
    if machine is None:
        raise ValueError(f"{interface.interface} has a program but is no chamber")
    return Chamber(interface.interface, machine, machine.start)


class Floor:
    """State of one plant with its batches; `out` collects the orders given for the fact being taken."""

    def __init__(
        self, plant: Plant, recipes: Mapping[str, Recipe], programs: Mapping[str, Program], risks: RiskTable
    ) -> None:
        self.layout = Layout(plant)
        self.recipes = dict(recipes)
        self.kinds = {name: tuple(map(phase_kinds, r.procedure)) for name, r in recipes.items()}
        self.programs = dict(programs)
        self.at = 0
        self.out: list[Order] = []
        self.orders = 0
        self.serials = 0
        self.batches: dict[str, Batch] = {}
        self.zones = {z.zone: self._qualified(z.qualification) for z in plant.zones}
        self.units = {s.name: Unit(s.name) for s in self.layout.stations.values()}
        for station in self.layout.stations.values():
            if station.changeover is None or station.shared:
                qualification = self.layout.zones[station.zone].qualification
                self.units[station.name].condition = Condition(Aseptic.CLEAN, evidence=qualification)
        self.chambers = {i.interface: _chamber(i) for i in plant.interfaces if i.program}
        self.busy: set[str] = set()
        self.gowned: dict[str, int] = {}  # until when a person's gown is good
        self.watches = False
        self.quiet_shifts = 0  # begins of shifts since anything else happened
        self.outstanding: dict[int, Outstanding] = {}
        self.queues: tuple[list[Want], ...] = tuple([] for _ in Waits)
        self.posts: deque[tuple[str, Any]] = deque()
        self.open_in: dict[str, str] = {}
        self.passed: dict[str, dict[str, int]] = {z.zone: {} for z in plant.zones}  # last passage of each batch
        self.runs = 0
        self.stirred: set[Waits] = set()
        self._deadlines: list[tuple[int, int, str, int | str]] = []
        self._armed = 0
        self._risk: dict[Circumstance, tuple[Rate, ...]] = {}
        self._risks = risks

    @staticmethod
    def _qualified(evidence: str) -> Condition:
        return Condition(Aseptic.ASEPTIC, evidence=evidence) if evidence else UNKNOWN

    # orders ------------------------------------------------------------------------------------------------

    def give(self, order: type[Order], *fields: Any, **more: Any) -> int:
        """Give an order now; its number."""
        self.orders += 1
        self.out.append(order(self.orders, self.at, *fields, **more))
        return self.orders

    def track(
        self,
        number: int,
        work: Work,
        unit: str,
        at_most: int,
        persons: tuple[str, ...] = (),
        gowns: int = 0,
        **more: Any,
    ) -> Outstanding:
        """Remember an order to equipment until its answer; overdue after `at_most` milliseconds and the gowning."""
        bound = at_most + (self._gowning_at_most(persons) if gowns else 0)
        entry = Outstanding(number, work, unit, at_most=bound, persons=persons, **more)
        self.outstanding[number] = entry
        self.wait_until(self.at + bound, "overdue", number)
        return entry

    def _gowning_at_most(self, persons: tuple[str, ...]) -> int:
        gownings = (self.layout.carriers[name].gowning for name in persons)
        return max((g.lasts.most for g in gownings if g is not None), default=0)

    def run_phase(self, unit: str, phase: str, run: str, **more: Any) -> int:
        """Order a phase; the unit's PackML state goes to Execute if it is a unit."""
        if unit in self.units and not self.layout.stations[unit].shared:
            self.units[unit].packml = settled(self.units[unit].packml, Command.START)
        return self.give(RunPhase, unit, phase, run, **more)

    def finish(self, unit: str, command: Command) -> None:
        """Take the unit's PackML state through a command and back to Idle where the state model allows."""
        if unit in self.units and not self.layout.stations[unit].shared:
            state = self.units[unit]
            state.packml = settled(settled(state.packml, command), Command.RESET)

    def exception(self, batch: str, kind: str, severity: str, text: str, concerns: int = 0) -> None:
        """Put something on record that a reviewer must look at."""
        self.give(RaiseException, batch, kind, severity, text, concerns)
        if batch in self.batches:
            self.batches[batch].ledger = LEDGER.step(self.batches[batch].ledger, "exception raised")

    def hold_unit(self, unit: str, reason: str) -> None:
        """Hold a unit until a person decides."""
        if unit in self.units:
            self.units[unit].packml = settled(self.units[unit].packml, Command.HOLD)
        self.give(HoldUnit, unit, reason)

    def unhold_unit(self, unit: str, reason: str) -> None:
        """Let a held unit go on."""
        if unit in self.units:
            self.units[unit].packml = settled(self.units[unit].packml, Command.UNHOLD)
        self.give(UnholdUnit, unit, reason)

    # waiting -----------------------------------------------------------------------------------------------

    def serial(self) -> int:
        """The next number of a series that orders everything that has no other order."""
        self.serials += 1
        return self.serials

    def want(self, waits: Waits, due: int, **more: Any) -> Want:
        """Queue for a resource, by due date, then in order of asking."""
        entry = Want(due, self.serial(), waits, **more)
        insort(self.queues[waits], entry)
        self.stirred.add(waits)
        return entry

    def stir(self, *waits: Waits) -> None:
        """Something these wants may wait for has changed: ask them again before this fact is finished."""
        self.stirred.update(waits or Waits)

    def forget(self, want: Want) -> None:
        """Take a want that was served out of the queue."""
        queue = self.queues[want.waits]
        place = bisect_left(queue, want)
        if place < len(queue) and queue[place] is want:
            del queue[place]

    def drop_wants(self, batch: Batch) -> None:
        """Forget what a batch waits for itself; changeovers and begun cycles go on."""
        for waits in (Waits.PERSONS, Waits.UNIT, Waits.LABORATORY):
            self.queues[waits][:] = [w for w in self.queues[waits] if w.batch is not batch or w.cycle]

    def waits_for_anything(self, batch: Batch) -> bool:
        """True if something of the batch stands in a queue."""
        return any(w.batch is batch for queue in self.queues for w in queue)

    def post(self, what: str, thing: object) -> None:
        """Leave something to be done before this fact is finished."""
        self.posts.append((what, thing))

    def wait_until(self, time: int, kind: str, key: int | str) -> int:
        """A deadline; its token."""
        token = self.serial()
        heapq.heappush(self._deadlines, (time, token, kind, key))
        return token

    def due_deadlines(self) -> list[tuple[str, int | str]]:
        """The live deadlines that have come, taken off."""
        self._armed = 0
        found = []
        while self._deadlines and self._deadlines[0][0] <= self.at:
            _, token, kind, key = heapq.heappop(self._deadlines)
            if self._alive(token, kind, key):
                found.append((kind, key))
        return found

    def _alive(self, token: int, kind: str, key: int | str) -> bool:
        if kind == "overdue":
            return key in self.outstanding and not self.outstanding[int(key)].lost
        if kind in ("barred", "shift"):
            return True
        batch = self.batches[str(key)]
        if kind == "start":
            return batch.live and batch.deadline == token
        return batch.live and bool(batch.holds) and batch.hold_deadline == token

    def arm(self) -> None:
        """Ask to be woken at the earliest live deadline, unless an earlier alarm already stands."""
        heap = self._deadlines
        while heap and not self._alive(*heap[0][1:]):
            heapq.heappop(heap)
        if heap and (not self._armed or heap[0][0] < self._armed):
            self._armed = heap[0][0]
            self.give(WakeAt, self._armed)

    # resources ---------------------------------------------------------------------------------------------

    def free_carriers(self, zone: str, kind: MoverKind | None = None) -> list[Carrier]:
        """The robots and persons that serve the zone and are free, in plant order."""
        return [
            c
            for c in self.layout.carriers.values()
            if zone in c.zones
            and c.name not in self.busy
            and (kind is None or c.kind is kind)
            and (not c.duties or c.on_duty(self.at))
        ]

    def take_carriers(self, names: tuple[str, ...]) -> int:
        """Robots and persons begin to work; how many of them must gown first."""
        self.busy.update(names)
        gowns = 0
        for name in names:
            gowning = self.layout.carriers[name].gowning
            if gowning is not None and self.gowned.get(name, -1) < self.at:
                gowns += 1
                self.gowned[name] = self.at + gowning.good_for
        return gowns

    def watch_shifts(self) -> None:
        """Wake when somebody comes on duty, while anything waits and something still happens."""
        begin = next_begin(self.layout.duties, self.at)
        if begin >= 0 and not self.watches and self.quiet_shifts < _QUIET_SHIFTS and any(self.queues):
            self.watches = True
            self.wait_until(begin, "shift", 0)

    def release_carriers(self, names: tuple[str, ...]) -> None:
        """Let robots and persons go."""
        if names:
            self.busy.difference_update(names)
            self.stir(Waits.CARRIER, Waits.PERSONS, Waits.CHANGEOVER, Waits.LABORATORY)

    def free_unit(self, name: str) -> None:
        """Take a unit from its batch; if it was used it is dirty and asks for its changeover at once."""
        unit = self.units[name]
        if self.layout.stations[name].shared:
            return
        unit.batch = ""
        self.stir(Waits.UNIT, Waits.LABORATORY)
        if unit.loaded:
            unit.loaded = False
            self.soil(name)

    def soil(self, name: str) -> None:
        """A used unit is dirty and waits for its changeover."""
        unit = self.units[name]
        if self.layout.stations[name].changeover is None:
            return
        unit.condition = Condition(Aseptic.DIRTY)
        self.change_over(name)

    def change_over(self, name: str) -> None:
        """Queue the changeover of an empty unit, once."""
        unit = self.units[name]
        if not unit.changing:
            unit.changing = True
            self.want(Waits.CHANGEOVER, self.at, unit=name)

    def next_run(self, letter: str) -> str:
        """A name for a cycle (C-n) or a changeover (K-n)."""
        self.runs += 1
        return f"{letter}-{self.runs}"

    def risk(self, case: Circumstance) -> tuple[Rate, ...]:
        """What each mechanism adds at passages of this circumstance, computed once."""
        if case not in self._risk:
            self._risk[case] = self._risks.rates(case)
        return self._risk[case]
