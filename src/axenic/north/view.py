"""The view of a plant: the core replayed on the facts of a journal, quality's books on all of it, every value."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from typing import Any

from axenic.control.control import Control
from axenic.control.orders import MoveItem, Order, RunPhase
from axenic.control.state import Status
from axenic.north import floor_values, quality_values
from axenic.north.dictionary import ALARMS, BATCHES, CHAMBERS, JOURNAL, MOVERS, SITE, UNITS, ZONES
from axenic.north.floor_values import Values
from axenic.north.seen import Changes, Moment, Path, Seen
from axenic.quality.books import Books
from axenic.quality.review import unanswered
from axenic.record.entry import Entry
from axenic.record.reading import Head

_NEWEST = 200  # so many batches are shown beside those that are not closed [D]


class Differs(Exception):
    """The journal holds other orders than the core gives for its facts."""


class View:
    """`take` every entry, then `close_up` says what has changed by them."""

    def __init__(self, control: Control, books: Books) -> None:
        self._control, self._books = control, books
        self._given: deque[Order] = deque()
        self._under_way: dict[int, RunPhase | MoveItem] = {}
        self._states: dict[tuple[str, str], tuple[Any, ...]] = {}
        self._closed: set[str] = set()
        self._decided = self._begun = False
        self._touched: dict[str, int] = {}  # the last time that an entry named a batch
        self._newest = 0
        self._seen: dict[Path, Seen] = {}
        self._changed: dict[Path, Seen] = {}

    @property
    def values(self) -> Changes:
        """Every value as it is now."""
        return self._seen

    def take(self, entry: Entry) -> None:
        """Fold one entry; raises Differs."""
        self._books.take(entry)
        thing: Any = entry.thing
        self._newest = max(self._newest, thing.at)
        if entry.stream == "fact":
            self._decide(thing)
        elif entry.stream == "order":
            self._compare(entry.seq, thing)
        if batch := getattr(thing, "batch", ""):
            self._touched[batch] = thing.at

    def close_up(self, head: Head, at: int, followed: bool = True) -> Changes:
        """What has changed since this was asked last. at: the time for what time alone does (ms)."""
        if not self._decided:
            self._look_at_floor(self._newest)
        plant = self._control.floor.layout.plant
        site = {"Plant": plant.plant, "Title": plant.title, "Simulated": head.simulated}
        self._note(SITE, "", self._newest, site | {"Time": Moment(self._control.floor.at)})
        size = {"Origin": head.origin, "Size": head.size, "Root": head.root, "Newest": Moment(self._newest)}
        self._note(JOURNAL, "", self._newest, size | {"Followed": followed})
        self._look_at_batches()
        self._look_at_alarms(self._books.alarms.latest if head.simulated else at)
        if not self._begun:
            self._forget()
        self._begun = True
        changed, self._changed = self._changed, {}
        return changed

    def _decide(self, fact: Any) -> None:
        if not self._decided:  # how it all stood before has no time of its own
            self._seen.clear()
            self._states.clear()
        self._decided = True
        given = self._control.take(fact)
        self._given.extend(given)
        self._under_way |= {o.number: o for o in given if isinstance(o, RunPhase | MoveItem)}
        outstanding = self._control.floor.outstanding
        for number in [n for n in self._under_way if n not in outstanding]:
            del self._under_way[number]
        self._look_at_floor(fact.at)

    def _compare(self, seq: int, written: Order) -> None:
        if not self._given or self._given.popleft() != written:
            raise Differs(f"entry {seq} is not the order that the core gives")

    def _look_at_floor(self, at: int) -> None:
        floor, doing = self._control.floor, floor_values.Doing(self._under_way.values())
        for name, condition in floor.zones.items():
            self._look(ZONES, name, at, floor_values.condition, condition)
        for unit in floor.units.values():
            phase = doing.on(unit.name)
            self._look(UNITS, unit.name, at, floor_values.unit, unit.packml, unit.batch, phase, unit.condition)
        for chamber in floor.chambers.values():
            claimed = chamber.transfer.batch.name if chamber.transfer else ""
            proof = chamber.boundary.stage, chamber.until, chamber.evidence, chamber.load
            self._look(CHAMBERS, chamber.name, at, floor_values.chamber, *proof, claimed)
        for name in floor.layout.carriers:
            self._look(MOVERS, name, at, floor_values.mover, name in floor.busy, *doing.move_of(name))
        for batch in [b for b in floor.batches.values() if b.name not in self._closed]:
            step = floor_values.step(batch)
            order = batch.patient, batch.recipe.recipe, (batch.ordered, batch.due)
            where = step, doing.of(batch.name), batch.unit, tuple(batch.holds), batch.condition
            self._look(BATCHES, batch.name, at, floor_values.batch, *order, batch.status, *where)
            if batch.status is Status.CLOSED:
                self._closed.add(batch.name)

    def _look(self, group: str, thing: str, at: int, values: Callable[..., Values], *state: Any) -> None:
        """Only what is not as it was is made into values: a fact changes few of many things."""
        if self._states.get((group, thing)) != state:
            self._states[group, thing] = state
            self._note(group, thing, at, values(*state))

    def _look_at_batches(self) -> None:
        batches = self._books.batches
        open_ = {b.batch: b for b in batches.all() if not b.closed}
        self._note(BATCHES, "", self._newest, {"InProcess": len(open_)})
        touched = {name: b for name in self._touched if (b := batches.get(name)) is not None}
        for name, batch in (open_ | touched).items():
            self._note(BATCHES, name, batch.since, quality_values.standing(batch))
            found = len(unanswered(self._books, name))
            self._note(BATCHES, name, self._touched.get(name, self._newest), {"Exceptions": found})
        self._touched.clear()

    def _look_at_alarms(self, at: int) -> None:
        alarms = self._books.alarms
        self._note(ALARMS, "", self._newest, {"Unacknowledged": len(alarms.open(at))})
        for point in alarms.points(at):
            values = quality_values.alarm(point)
            self._note(ALARMS, f"{point.kind.alarm} at {point.place}", values["Since"], values)

    def _note(self, group: str, thing: str, at: int, values: Values) -> None:
        for name, value in values.items():
            path = Path(group, thing, name)
            seen = self._seen.get(path)
            if seen is None or seen.value != value:
                self._seen[path] = self._changed[path] = Seen(value, at)

    def _forget(self) -> None:
        """Leave out, the first time, the batches that were closed long ago."""
        names = [batch.batch for batch in self._books.batches.all() if batch.closed][:-_NEWEST]
        for path in [p for p in self._seen if p.group == BATCHES and p.thing in set(names)]:
            del self._seen[path], self._changed[path]
