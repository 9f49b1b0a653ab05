"""The simulated equipment of a plant with the patients' cells in it: orders in, facts to come out.

The world is a fold over orders: performed again in the journal's order it is the same world, which is how a
simulation goes on after a crash.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping

from axenic.asepsis.chamber import ChamberParameters
from axenic.asepsis.program import Program
from axenic.control.facts import ItemMoved, PhaseCompleted, PhaseFailed
from axenic.control.layout import Layout
from axenic.control.orders import MoveItem, Order, RunPhase, StopPhase, WakeAt
from axenic.device.agenda import Agenda
from axenic.device.cells import EFFECTS, Cells, collect
from axenic.device.chambers import Load, enter, run_phase, wiped
from axenic.device.draw import Draw
from axenic.plant.plant import Plant
from axenic.recipe.recipe import Barrier

_STOPPING_MS = 60_000  # a unit stops within a minute [D]


class World:
    """Simulated units, chambers, robots and patients under one seed."""

    def __init__(
        self, plant: Plant, programs: Mapping[str, Program], seed: int, chambers: Iterable[ChamberParameters]
    ) -> None:
        self.agenda = Agenda()
        self._layout = Layout(plant)
        self._faults = plant.faults
        self._programs = programs
        self._seed = seed
        self._draws: dict[str, Draw] = {}
        self._cells: dict[str, Cells] = {}
        self._chambers = {name: chamber for chamber in chambers for name in chamber.programs}
        self._loads: dict[str, Load] = {}

    def perform(self, order: Order) -> None:
        """Take an order; what comes of it is put on the agenda."""
        if isinstance(order, RunPhase):
            self.agenda.add(self._phase(order))
        elif isinstance(order, MoveItem):
            span = self._layout.carriers[order.mover].move
            lasts = self._draw(order.batch).triangular(order.item, order.passage, span.least, span.usual, span.most)
            self.agenda.add(ItemMoved(order.at + lasts, order.number))
        elif isinstance(order, WakeAt):
            self.agenda.alarm(order.time, order.number)
        elif isinstance(order, StopPhase):
            self.agenda.withdraw(order.stops)
            self.agenda.add(PhaseFailed(order.at + _STOPPING_MS, order.stops, "stopped"))

    def resume(self, orders: list[Order], answered: set[int]) -> None:
        """Go on where a journal ends: perform its orders again in thought, keep the answers not yet given."""
        for order in orders:
            self.perform(order)
        for number in answered - {0}:
            self.agenda.withdraw(number)

    def _draw(self, thing: str) -> Draw:
        if thing not in self._draws:
            self._draws[thing] = Draw(self._seed, thing)
        return self._draws[thing]

    def _phase(self, order: RunPhase) -> PhaseCompleted | PhaseFailed:
        if order.unit in self._layout.interfaces:
            return self._chamber_phase(order)
        draw = self._draw(order.batch or order.unit)
        lasts = draw.triangular(order.run, order.phase, order.least, order.usual, order.most)
        if not order.batch:
            return PhaseCompleted(order.at + lasts, order.number, {})
        results: dict[str, str] = {}
        if not self._layout.stations[order.unit].shared and self._fault(draw, order, lasts):
            if draw.uniform(order.run, f"{order.phase} destroys") * 100 < self._faults.destroys_percent:
                return PhaseFailed(order.at + lasts, order.number, "equipment fault, the cells are lost")
            span = self._faults.repair
            repair = draw.triangular(order.run, f"{order.phase} repair", span.least, span.usual, span.most)
            results["fault"] = f"fault repaired in {repair / 3_600_000:.1f} h"
            lasts += repair
        if order.batch not in self._cells:
            self._cells[order.batch] = collect(draw)
        effect = EFFECTS.get(order.phase)
        if effect is not None:
            results |= effect(self._cells[order.batch], draw, f"{order.run}/{order.phase}", lasts)
        return PhaseCompleted(order.at + lasts, order.number, results)

    def _fault(self, draw: Draw, order: RunPhase, lasts: int) -> bool:
        return draw.uniform(order.run, f"{order.phase} fault") < -math.expm1(-lasts / self._faults.mtbf)

    def _chamber_phase(self, order: RunPhase) -> PhaseCompleted | PhaseFailed:
        program = self._programs[order.using["program"]]
        draw = self._draw(f"{order.unit} {order.run}")
        if program.kind is Barrier.SPORICIDE:
            plan = next(p for p in program.phases if p.phase == order.phase)
            lasts = round(plan.lasts * (0.97 + 0.08 * draw.uniform(order.run, order.phase)) / 1000) * 1000
            done = wiped(program, order.phase, lasts, order.at)
        else:
            if order.phase == program.phases[0].phase:
                chamber = self._chambers[program.program]
                self._loads[order.unit] = enter(program, chamber, order.run, draw)
            done = run_phase(self._loads[order.unit], order.phase, order.at)
        if done.failed:
            return PhaseFailed(order.at + done.lasts, order.number, done.failed)
        if done.outage is not None:
            return PhaseFailed(done.outage[1], order.number, f"power loss in {order.phase}")
        return PhaseCompleted(order.at + done.lasts, order.number, {}, done.trace)
