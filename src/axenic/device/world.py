"""The simulated equipment of a plant with the patients' cells in it: orders in, facts to come out.

The world is a fold over orders: performed again in the journal's order it is the same world, which is how a
simulation goes on after a crash.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping

from axenic.asepsis.chamber import ChamberParameters
from axenic.asepsis.program import Program
from axenic.assumption.assumption import Assumptions
from axenic.assumption.distribution import Form, duration
from axenic.control.cause import Cause
from axenic.control.facts import ItemMoved, PhaseCompleted, PhaseFailed
from axenic.control.layout import Layout
from axenic.control.orders import MoveItem, Order, RunPhase, StopPhase, WakeAt
from axenic.device.agenda import Agenda, rank_of
from axenic.device.book import Book, Page, page_of
from axenic.device.cells import COLLECTED, LOST, RISK, STATE, act, collect, compiled
from axenic.device.draw import Draw, pair, step_of, uniform, word
from axenic.device.mishap import DESTROYED, P_GOWN, P_LASTS, breakdown, excursion_of, mishap
from axenic.device.plant_clock import PlantClock
from axenic.plant.plant import Plant
from axenic.recipe.recipe import Shape

FORM = {Shape.TRIANGULAR: Form.TRIANGULAR, Shape.LOGNORMAL: Form.LOGNORMAL, Shape.EXPONENTIAL: Form.EXPONENTIAL}
_DAY_MS = 86_400_000
_STOPPING_MS = 60_000  # a unit stops within a minute [D]


class World:
    """Simulated units, chambers, robots and patients under one seed; raises ValueError if a row is missing.

    people: phase kinds that real persons answer, with a command of theirs; the world never answers those itself.
    """

    def __init__(
        self,
        plant: Plant,
        programs: Mapping[str, Program],
        seed: int,
        chambers: Iterable[ChamberParameters],
        assumptions: Assumptions,
        people: frozenset[str] = frozenset(),
    ) -> None:
        self.agenda = Agenda()
        self.asked: dict[int, RunPhase] = {}  # what persons have not answered yet
        self._people = people
        self._layout = Layout(plant)
        self._faults = plant.faults
        self._working = compiled(assumptions)
        self._key = Draw(seed, "").key
        self._cells: dict[str, list[float]] = {}
        self._words: dict[str, int] = {}
        self._moves: dict[str, int] = {}  # of each item so far
        by_program = {name: chamber for chamber in chambers for name in chamber.programs}
        self._books = {name: Book(p, by_program.get(name)) for name, p in programs.items()}
        self._pages: dict[str, Page] = {}

    def perform(self, order: Order) -> None:
        """Take an order; what comes of it is put on the agenda."""
        if isinstance(order, RunPhase) and order.phase in self._people:
            self.asked[order.number] = order
        elif isinstance(order, RunPhase):
            chamber = order.unit in self._layout.interfaces
            self.agenda.add(self._cycle_phase(order) if chamber else self._phase(order), rank_of(order))
        elif isinstance(order, MoveItem):
            self.agenda.add(self._move(order), rank_of(order))
        elif isinstance(order, WakeAt):
            self.agenda.alarm(order.time, order.number)
        elif isinstance(order, StopPhase):
            self.asked.pop(order.stops, None)
            self.agenda.withdraw(order.stops)
            self.agenda.add(PhaseFailed(order.at + _STOPPING_MS, order.stops, "stopped"), rank_of(order))

    def resume(self, orders: list[Order], answered: set[int], now: int) -> None:
        """Go on where a journal ends: perform its orders again in thought, keep the answers not yet given."""
        for order in orders:
            self.perform(order)
        for number in answered - {0}:
            self.asked.pop(number, None)
            self.agenda.withdraw(number)

    def answer(self, fact: PhaseCompleted) -> None:
        """A person answered an order; it is due like any other answer."""
        order = self.asked.pop(fact.order)
        self.agenda.add(fact, rank_of(order))

    def wait(self, clock: PlantClock, noted: Callable[[], bool]) -> bool:
        """Until the time of what is due next; it was computed when it was ordered. False if nothing is."""
        moment = self.agenda.next_time()
        if moment is not None:
            clock.wait_until(moment)
        return moment is not None

    def hold(self, reason: str) -> None:
        """Nothing new is begun: whoever gives no order moves nothing here."""

    def rests(self) -> bool:
        """Whether nothing is left to happen but what persons are asked: time stands still until they answer."""
        if not self.asked:
            return False
        return self.agenda.only_alarms_until(min(o.at + o.most for o in self.asked.values()))

    def _word(self, text: str) -> int:
        if text not in self._words:
            self._words[text] = word(text)
        return self._words[text]

    def _key_of(self, order: RunPhase) -> tuple[int, int, int, int, int]:
        """The words of an order's draws: seed, thing, step, count of rounds or runs."""
        if not order.batch:
            return (*self._key, self._word(order.unit), self._word("changeover"), int(order.run.rpartition("-")[2]))
        step, _, count = order.run.removeprefix(f"{order.batch}/").rpartition("#")
        if not (step and count.isdecimal()):  # a test or the review has no rounds
            step, count = order.run.removeprefix(f"{order.batch}/"), "0"
        return (*self._key, self._word(order.batch), self._word(step_of(step, order.phase, order.again)), int(count))

    def _gowning(self, order: RunPhase | MoveItem, key: tuple[int, int, int, int, int]) -> int:
        if not order.gowns:
            return 0
        names = order.persons if isinstance(order, RunPhase) else (order.mover,)
        gowning = next(g for n in names if (g := self._layout.carriers[n].gowning) is not None)
        span = gowning.lasts
        k0, k1, thing, step, count = key
        return duration(4, span.least, span.usual, span.most, uniform(k0, k1, thing, step, P_GOWN, count))

    def _move(self, order: MoveItem) -> ItemMoved:
        span = self._layout.carriers[order.mover].move
        count = self._moves[order.item] = self._moves.get(order.item, 0) + 1
        step = self._word(f"move {order.item.removeprefix(f'{order.batch}:')}")
        key = (*self._key, self._word(order.batch), step, count)
        k0, k1, thing, step, count = key
        lasts = duration(4, span.least, span.usual, span.most, uniform(k0, k1, thing, step, P_LASTS, count))
        return ItemMoved(order.at + lasts + self._gowning(order, key), order.number)

    def _phase(self, order: RunPhase) -> PhaseCompleted | PhaseFailed:
        key = self._key_of(order)
        k0, k1, thing, step, count = key
        u, fault = pair(k0, k1, thing, step, P_LASTS, count)
        lasts = duration(FORM[Shape(order.shape)], order.least, order.usual, order.most, u)
        begins = self._gowning(order, key)
        if not order.batch:
            return PhaseCompleted(order.at + begins + lasts, order.number, {})
        results: dict[str, str] = {}
        station, faults = self._layout.stations[order.unit], self._faults
        if not station.shared:
            span = faults.repair
            more = breakdown(key, fault, lasts, faults.mtbf, faults.destroys_percent, span.least, span.usual, span.most)
            if more == DESTROYED:
                lost = "equipment fault, the cells are lost"
                return PhaseFailed(order.at + begins + lasts, order.number, lost, Cause.EQUIPMENT.title)
            if more:
                results["fault"] = f"fault repaired in {more / 3_600_000:.1f} h"
                lasts += more
        cells = self._cells_of(order.batch)
        end = order.at + begins + lasts
        if order.connections:
            by_person, zone = station.attended_by > 0, self._word(station.zone)
            rows = self._working.rows
            strikes = excursion_of(rows, k0, k1, zone, order.at // _DAY_MS)
            if mishap(key, cells, rows, order.connections, by_person, station.closed, strikes):
                return PhaseFailed(end, order.number, "a connection went wrong", Cause.OPERATION.title)
        results |= self._effects(order, key, cells, lasts)
        if cells[LOST]:
            return PhaseFailed(end, order.number, "damaged or not identified at receipt", Cause.LOGISTICS.title)
        return PhaseCompleted(end, order.number, results)

    def _cells_of(self, batch: str) -> list[float]:
        if batch not in self._cells:
            self._cells[batch] = [0.0] * STATE
        cells = self._cells[batch]
        if not cells[COLLECTED]:
            origin = self._word(batch.partition("/")[0])  # a remake is named after the batch it stands for
            collect(cells, self._working.rows, *self._key, self._word(batch), origin)
        return cells

    def _effects(
        self, order: RunPhase, key: tuple[int, int, int, int, int], cells: list[float], lasts: int
    ) -> dict[str, str]:
        working, results = self._working, {}
        cells[RISK] = float(order.using.get("exposure", "0"))
        for op in working.ops.get(order.phase, ()):
            value = act(op, cells, working.rows, working.words, key, lasts, order.at)
            if value == value:
                results[working.measures[op[3]]] = f"{value:.4g}"
        return results

    def _cycle_phase(self, order: RunPhase) -> PhaseCompleted | PhaseFailed:
        book = self._books[order.using["program"]]
        count = int(order.run.rpartition("-")[2])
        if order.phase == book.program.phases[0].phase:
            u = uniform(*self._key, self._word(order.unit), self._word("cycle"), self._word("page"), count)
            self._pages[order.unit] = book.open(page_of(u))
        key = (*self._key, self._word(order.unit), self._word(order.phase), count)
        begins = order.at + self._gowning(order, key)
        done = self._pages[order.unit].play(order.phase, begins)
        if done.failed:
            return PhaseFailed(begins + done.lasts, order.number, done.failed)
        if done.outage is not None:
            return PhaseFailed(done.outage[1], order.number, f"power loss in {order.phase}")
        return PhaseCompleted(begins + done.lasts, order.number, {}, done.trace)
