"""The register of alarms: every point with its state, every alarm with who answered it, folded from the journal.

It decides nothing for the equipment: no interlock and no order asks it (the core knows no alarm).
"""

from __future__ import annotations

from dataclasses import dataclass, field

from axenic.control.facts import ClockJumped
from axenic.quality.alarm.event import Occasion, Occasions
from axenic.quality.alarm.kind import CAME, GMP, RUNNING, STOPPED, UNKNOWN, WENT, AlarmKind, AlarmTable, shipped_alarms
from axenic.quality.alarm.point import Alarm, Key, Point, Shown, Silence
from axenic.quality.alarm.state import AlarmLetter, Cause, sensed
from axenic.quality.batches import Batches
from axenic.quality.clock import STEPPED
from axenic.quality.raised import MAJOR, MINOR, Raised
from axenic.record.entry import Act, Document, Entry, Thing

ACKNOWLEDGE, SHELVE, UNSHELVE = "alarm ack", "alarm shelve", "alarm unshelve"
WITHDRAW, RETURN, RESET = "alarm withdraw", "alarm return", "alarm reset"
_CAUSES = {UNSHELVE: Cause.UNSHELVED, RETURN: Cause.RETURNED, RESET: Cause.RESET}
BLOCK, UNBLOCK = "equipment block", "equipment unblock"
_SITUATIONS = {STOPPED: ("stopped", True), RUNNING: ("stopped", False), BLOCK: ("blocked", True)}
_SITUATIONS[UNBLOCK] = ("blocked", False)
SHELVED, WITHDRAWN = "alarm shelved", "alarm out of service"  # how nobody sees it
NEVER = 1 << 62


@dataclass(slots=True)
class Alarms:
    """Every alarm. shown: each time that one called for a person, in order.

    begins, latest: from when to when (ms UTC) the plant told of itself; what persons did at other times is not of it.
    """

    batches: Batches
    table: AlarmTable = field(default_factory=shipped_alarms)
    shown: list[Shown] = field(default_factory=list)
    silences: list[Silence] = field(default_factory=list)
    begins: int = 0
    latest: int = 0
    _next: int = NEVER  # when time alone does the next thing to a point
    _points: dict[Key, Point] = field(default_factory=dict)
    _alarms: dict[int, Alarm] = field(default_factory=dict)
    _raised: dict[int, Key] = field(default_factory=dict)
    _situations: dict[str, set[str]] = field(default_factory=dict)
    _occasions: Occasions = field(init=False)

    def __post_init__(self) -> None:
        self._occasions = Occasions(self.table)

    # what there is

    def all(self) -> list[Alarm]:
        """Every alarm that was ever shown, by its number."""
        return list(self._alarms.values())

    def points(self, at: int) -> list[Point]:
        """Every point as it is at a time (ms UTC), what waits for time alone included; copies."""
        return [point.seen(at) for point in self._points.values()]

    def point(self, kind: str, place: str, at: int) -> Point | None:
        """The alarm of a type at a place as it is at a time; None if nothing was ever said of it."""
        point = self._points.get((kind, place))
        return None if point is None else point.seen(at)

    def get(self, number: int, at: int = 0) -> Alarm | None:
        """The alarm of that number as it is at a time, also if no entry says so yet (it calls again)."""
        key = self._raised.get(number)
        now = self._points[key].seen(at).alarm if key else None
        return now if now is not None and now.seq == number else self._alarms.get(number)

    def open(self, at: int = 0) -> list[Alarm]:
        """The alarms that a person must acknowledge still, by their numbers."""
        found = {alarm.seq: alarm for alarm in self._alarms.values()}
        found |= {p.alarm.seq: p.alarm for p in self.points(at) if p.alarm is not None}
        return [a for _, a in sorted(found.items()) if not a.acknowledged and a.kind.acknowledge]

    def exceptions(self) -> list[Raised]:
        """GMP alarms that are open, alarms acknowledged late, and GMP alarms that nobody could see."""
        found = [raised for alarm in self._alarms.values() for raised in self._answered(alarm)]
        return found + [raised for silence in self.silences for raised in self._unseen(silence)]

    def _answered(self, alarm: Alarm) -> list[Raised]:
        gmp, told = alarm.kind.class_ == GMP, f"alarm {alarm.seq}, {alarm.text}"
        found = []
        for one in alarm.rounds if alarm.kind.acknowledge else ():
            if one.acknowledged and alarm.late(one):
                minutes = (one.acknowledged - one.at) // 60_000
                kind, severity = "alarm acknowledged late", MAJOR if gmp else MINOR
                text = f"{told}: {minutes} min after it, by {one.by}"
            elif not one.acknowledged and gmp:
                kind, severity, text = "alarm open", MAJOR, f"{told}: not acknowledged"
            else:
                continue
            batches = [alarm.batch] if alarm.batch else self._in_process(one.at, one.at + 1)
            found += [Raised(batch, kind, severity, text, alarm.seq, one.at) for batch in batches]
        return found

    def _unseen(self, silence: Silence) -> list[Raised]:
        if silence.kind.class_ != GMP:
            return []
        text = f"{silence.kind.alarm} at {silence.place} by {silence.by}: {silence.reason}"
        batches = self._in_process(silence.begins, silence.lasts_until)
        return [Raised(batch, silence.how, MAJOR, text, silence.seq, silence.begins) for batch in batches]

    def _in_process(self, begins: int, ends: int) -> list[str]:
        """The batches in process at some time from one to another (0: open)."""
        batches = self.batches.all()
        return [b.batch for b in batches if (not ends or b.ordered < ends) and (not b.closed or b.closed > begins)]

    # what an entry changes

    def take(self, entry: Entry) -> None:
        """Fold what raises or clears an alarm, what persons do to it, and in which situation a unit is."""
        thing = entry.thing
        if thing.at >= self._next:
            self._time(thing.at)
        if getattr(thing, "refused", ()):
            return
        if self._tells(thing):
            self.begins, self.latest = self.begins or thing.at, max(self.latest, thing.at)
        if isinstance(thing, Act):
            self._acted(entry.seq, thing)
        if isinstance(thing, ClockJumped) or (isinstance(thing, Act) and thing.command == STEPPED):
            self._doubted(thing.at)
        occasion = self._occasions.of(thing)
        if occasion is None:
            return
        self._clear(occasion, thing)
        kind = self._raises(occasion, thing)
        if kind is not None:
            self._raise(kind, occasion, entry.seq, thing.at)

    def _tells(self, thing: Thing) -> bool:
        """Whether the plant tells of itself: a fact, an order, or an act of the system about alarms."""
        if not isinstance(thing, Act):
            return not isinstance(thing, Document)
        noted = thing.command in (CAME, WENT, STOPPED, RUNNING) or thing.command in self.table.raises
        return noted and not thing.actor

    def _raises(self, occasion: Occasion, thing: Thing) -> AlarmKind | None:
        """The type that an event raises; what equipment notes is an alarm even if nobody knows its type."""
        if not occasion.noted:
            return self.table.raises.get(occasion.name)
        return self._noted(occasion) if isinstance(thing, Act) and thing.command == CAME else None

    def _noted(self, occasion: Occasion) -> AlarmKind | None:
        return self.table.kind(occasion.name) or self.table.kind(UNKNOWN)

    def _clear(self, occasion: Occasion, thing: Thing) -> None:
        """The condition of what the event ends is gone."""
        kinds = self.table.clears.get(occasion.name, ()) if occasion.ends else ()
        if isinstance(thing, Act) and thing.command == WENT and (kind := self._noted(occasion)):
            kinds = (kind,)
        for kind in kinds:
            point = self._points.get((kind.alarm, occasion.place))
            if point is not None:
                self._sense(point, False, thing.at)

    def _raise(self, kind: AlarmKind, occasion: Occasion, seq: int, at: int) -> None:
        point = self._point(kind, occasion.place or "site", at)
        if not point.goes_on(occasion.batch):
            point.seq, point.text, point.batch = seq, occasion.text, occasion.batch
            self._raised[seq] = point.key
        if point.state.condition:
            self._step(point, Cause.AGAIN, at)
            if point.state.letter is AlarmLetter.UNACKNOWLEDGED and not point.goes_on(occasion.batch):
                self._show(point, at)
        self._sense(point, True, at)
        if occasion.over if occasion.noted else not kind.cleared_by:
            self._sense(point, False, at)

    def _point(self, kind: AlarmKind, place: str, at: int) -> Point:
        """The point of a type at a place, brought up to a time; a new one is suppressed if its unit is so."""
        point = self._points.setdefault((kind.alarm, place), Point(kind, place))
        self._pass(point, at)
        if self._situations.get(place, set()) & set(kind.suppressed_when):
            self._step(point, Cause.SUPPRESSED, at)
        return point

    def _sense(self, point: Point, condition: bool, at: int) -> None:
        self._pass(point, at)
        point.state = sensed(point.state, condition, at)
        self._wait(point)
        self._pass(point, at)

    def _pass(self, point: Point, at: int) -> None:
        while waits := point.next(at):
            self._step(point, waits[1], waits[0])

    def _time(self, at: int) -> None:
        """What time alone does to every point up to the time of an entry."""
        self._next = NEVER
        for point in self._points.values():
            self._pass(point, at)
            self._wait(point)

    def _wait(self, point: Point) -> None:
        if (waits := point.next(NEVER)) is not None:
            self._next = min(self._next, waits[0])

    def _step(self, point: Point, cause: Cause, at: int, until: int = 0, one_shot: bool = False) -> None:
        before = point.state
        if point.step(cause, at, until, one_shot):
            self._keep(point, at)
        self._wait(point)
        if before.shelved_until and not point.state.shelved_until:
            self._heard(point, SHELVED, at)
        if before.out_of_service and not point.state.out_of_service:
            self._heard(point, WITHDRAWN, at)

    def _show(self, point: Point, at: int) -> None:
        point.show(at)
        self._keep(point, at)

    def _keep(self, point: Point, at: int) -> None:
        assert point.alarm is not None  # it was shown
        self._alarms[point.alarm.seq] = point.alarm
        self.shown.append(Shown(at, point.kind, point.place))

    def _heard(self, point: Point, how: str, at: int) -> None:
        """A silence of the point is over."""
        for silence in self.silences:
            if (silence.kind.alarm, silence.place, silence.how) == (*point.key, how) and not silence.ended:
                silence.ended = at

    def _doubted(self, at: int) -> None:
        """Until when something is shelved cannot be told once the clock was set: then it is not (Part 9, 5.8.17)."""
        for point in self._points.values():
            if point.state.shelved_until:
                self._step(point, Cause.UNSHELVED, at)

    def _situation(self, act: Act) -> None:
        """A unit came into a situation or out of it: what means nothing there is suppressed, by design."""
        situation, on = _SITUATIONS[act.command]
        place = act.new.get("unit") or act.object.removeprefix("equipment ")
        there = self._situations.setdefault(place, set())
        there.add(situation) if on else there.discard(situation)
        for point in [p for p in self._points.values() if p.place == place]:
            self._pass(point, act.at)
            hidden = bool(there & set(point.kind.suppressed_when))
            self._step(point, Cause.SUPPRESSED if hidden else Cause.RELEASED, act.at)

    def _acted(self, seq: int, act: Act) -> None:
        """What somebody did to an alarm, or what situation a unit came into."""
        match act.command:
            case "alarm ack":
                self._acknowledged(act)
            case "alarm shelve" | "alarm withdraw":
                self._silenced(seq, act)
            case "alarm unshelve" | "alarm return" | "alarm reset":
                self._heard_again(act)
            case command if command in _SITUATIONS:
                self._situation(act)
            case _:
                pass

    def _acknowledged(self, act: Act) -> None:
        for number in act.new["alarms"]:
            point = self._points.get(self._raised.get(number, ("", "")))
            alarm = self._alarms.get(number)
            if point is None or alarm is None:
                continue
            answer = alarm.rounds[-1]
            answer.acknowledged, answer.by, answer.comment = act.at, act.actor, act.new["comment"]
            if point.alarm is alarm:
                self._step(point, Cause.ACKNOWLEDGED, act.at)

    def _silenced(self, seq: int, act: Act) -> None:
        """Shelved until a time, or taken out of service."""
        point, new = self._of(act), act.new
        if point is None:
            return
        until = new.get("until", 0)
        how, cause = (SHELVED, Cause.SHELVED) if until else (WITHDRAWN, Cause.REMOVED)
        self._step(point, cause, act.at, until, new.get("one shot", False))
        who = (act.actor, act.reason, seq)
        self.silences.append(Silence(point.kind, point.place, how, act.at, until, *who))

    def _heard_again(self, act: Act) -> None:
        """Unshelved, returned to service, or reset."""
        if (point := self._of(act)) is not None:
            self._step(point, _CAUSES[act.command], act.at)

    def _of(self, act: Act) -> Point | None:
        kind = self.table.kind(act.new["alarm"])
        return None if kind is None else self._point(kind, act.new["place"], act.at)
