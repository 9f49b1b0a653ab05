"""The lookout: what equipment says of itself becomes alarms, facts of the zones, and readings.

It decides nothing. Acts and facts go to the shell, which is the journal's one writer; readings go to whoever keeps
them. Time comes with what is heard: `at` is plant time in milliseconds, `now` seconds of a clock that nobody can set.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field

from axenic.asepsis.environment import EnvironmentLimits
from axenic.control.facts import EnvironmentMeasured, Fact, ZoneRestored
from axenic.control.orders import HoldUnit, Order, RunPhase, UnholdUnit
from axenic.control.packml import UnitState
from axenic.device.driver.event import Event, LinkEnding, LinkFound, LinkLost, Nonsense, StateChanged, ValueRead
from axenic.device.driver.identity import Identity
from axenic.live.air import Air
from axenic.live.notes import Notes
from axenic.live.values import NO_LINK, STATE, Value, Values
from axenic.record.entry import Act, Thing
from axenic.record.telemetry.reading import Reading, gaps
from axenic.record.telemetry.tags import Tag

LOST, STALE, ABORTED, HELD = "link lost", "stale value", "unit aborted", "unit held by itself"
DRIFTS, ENDING, EXPIRED = "unit clock drifts", "certificate expires soon", "certificate expired"
NONSENSE, BOOT, WITNESS, GAP = "unit answers nonsense", "boot changed", "witness away", "telemetry gap"
JOURNAL, TELEMETRY = "journal", "telemetry"  # the places of what is no equipment
_DRIFT_S = 5.0  # by how much the clock of a unit may differ, on the wall [D]
_CLOCKS_S = 60.0  # how often that is judged, by the newest time of all that was said meanwhile [D]
_QUIET_S = 60.0  # for how long no nonsense must be heard before that is over [D]
_WARNS_S = 10.0  # within which a link that was found says that it will end [D]
_LATEST = 253_402_300_799_000  # the year 9999: no wire carries a later time, in ms

Keep = Callable[[list[Reading]], None]


def unkept(readings: list[Reading]) -> None:
    """Nobody keeps readings."""


def well() -> str:
    """Nothing is wrong with the keeping of readings."""
    return ""


@dataclass(frozen=True, slots=True)
class Watched:
    """What is expected: declared tags, the grades of the zones and their limits; `speed` of plant time.

    least_s: no value is stale sooner than this, whatever its tag says.
    """

    tags: Mapping[str, Tag] = field(default_factory=dict)
    grades: Mapping[str, str] = field(default_factory=dict)
    limits: EnvironmentLimits | None = None
    speed: float = 1.0
    least_s: float = 0.0


class Lookout:
    """`keep` gets every reading, at once; `fault` says what is wrong with the keeping of them."""

    def __init__(self, watched: Watched = Watched(), keep: Keep = unkept, fault: Callable[[], str] = well) -> None:
        self._keep, self._fault, self._speed = keep, fault, watched.speed
        self._notes = Notes()
        self._values = Values(watched.tags.values(), watched.least_s)
        self._air = Air(watched.grades, watched.tags, watched.limits)
        self._who: dict[str, Identity] = {}
        self._serves: dict[str, str] = {}  # the equipment of a unit
        self._gone: set[str] = set()
        self._ordered: set[str] = set()  # units that the engine holds
        self._last: dict[tuple[str, str], int] = {}  # the time (us) of the last reading of each tag
        self._apart: dict[str, float] = {}  # by how many s the clock of equipment is before ours, at least
        self._judged = 0.0
        self._nonsense: dict[str, float] = {}
        self._renewed: dict[str, float] = {}

    # what the shell asks ------------------------------------------------------------------------------------------

    def recall(self, things: Iterable[Thing]) -> None:
        """What stands in a journal that is gone on with."""
        kept = list(things)
        self._notes.recall(kept)
        for thing in kept:
            self._order(thing)

    def meet(self, identities: Iterable[Identity], at: int, now: float) -> None:
        """The equipment that answers when the engine begins."""
        for identity in identities:
            self._found(identity, at, now)

    def hear(self, event: Event, at: int, now: float) -> None:
        """Take what equipment says of itself."""
        match event:
            case ValueRead():
                self._value(event, at, now)
            case StateChanged():
                self._state(event, at)
            case LinkLost():
                self._lost(event, at, now)
            case LinkFound():
                self._found(event.identity, at, now)
            case LinkEnding():
                self._renewed.pop(event.equipment, None)
                self._notes.came(ENDING, event.equipment, event.reason, at)
            case Nonsense():
                self._nonsense[event.equipment] = now
                self._notes.came(NONSENSE, event.equipment, event.text, at)

    def look(self, at: int, now: float) -> None:
        """What follows from time alone."""
        for value in self._values.stale(now):
            self._doubt(value, at, now)
        for times, wait, alarm in ((self._nonsense, _QUIET_S, NONSENSE), (self._renewed, _WARNS_S, ENDING)):
            for equipment in [name for name, since in times.items() if now - since > wait]:
                del times[equipment]
                self._notes.went(alarm, equipment, at)
        if now - self._judged > _CLOCKS_S:
            self._judged = now
            self._judge_clocks(at)
        self._notes.holds(GAP, TELEMETRY, self._fault(), at)

    def taken(self, fact: Fact, orders: Iterable[Order]) -> None:
        """The core has taken a fact, and given orders."""
        for order in orders:
            self._order(order)
        if isinstance(fact, ZoneRestored) and fact.evidence:
            self._air.restored(fact.zone, fact.at)

    def witnessed(self, why: str, at: int) -> None:
        """The signed head was kept outside, or why it could not be."""
        self._notes.holds(WITNESS, JOURNAL, why, at)

    def acts(self) -> list[Act]:
        """The acts to append, each once."""
        return self._notes.take()

    def facts(self) -> list[EnvironmentMeasured]:
        """The facts for the core, each once."""
        return self._air.take()

    @property
    def notes(self) -> bool:
        """Whether there are acts to append."""
        return len(self._notes) > 0

    # how ----------------------------------------------------------------------------------------------------------

    def _order(self, thing: Thing) -> None:
        if isinstance(thing, HoldUnit):
            self._ordered.add(thing.unit)
        elif isinstance(thing, RunPhase | UnholdUnit):
            self._ordered.discard(thing.unit)

    def _value(self, event: ValueRead, at: int, now: float) -> None:
        self._read(Reading(f"{event.unit}.{event.item}", event.at * 1000, event.value, event.quality))
        if event.good:
            self._clock(event.unit, event.at, at)
        changed = self._values.read(event, now)
        if changed is not None:
            self._doubt(changed, at, now)
        if event.good:
            self._air.measured(event.unit, event.item, event.value, at, now)

    def _doubt(self, value: Value, at: int, now: float) -> None:
        """A value is bad, stale, or good again."""
        if value.why:
            self._air.unknown(value.unit, value.item, value.why, at, now)
        if value.why != NO_LINK:  # the lost link says it for all of them
            self._notes.holds(STALE, value.unit, self._values.why(value.unit), at)

    def _state(self, event: StateChanged, at: int) -> None:
        unit, state = event.unit, event.state
        self._read(Reading(f"{unit}.{STATE}", event.at * 1000, float(state)))
        self._clock(unit, event.at, at)
        aborted = state in (UnitState.ABORTING, UnitState.ABORTED)
        self._notes.holds(ABORTED, unit, "it went to Aborted by itself" if aborted else "", at)
        by_itself = state is UnitState.HELD and unit not in self._ordered
        self._notes.holds(HELD, unit, "it went to Held by itself" if by_itself else "", at)
        self._notes.is_stopped(unit, state is UnitState.STOPPED, at)

    def _lost(self, event: LinkLost, at: int, now: float) -> None:
        name = event.equipment
        self._notes.came(EXPIRED if event.distrusted else LOST, name, event.reason, at)
        if name in self._gone:
            return
        self._gone.add(name)
        units = set(self._who[name].units) if name in self._who else set()
        for value in self._values.lost(units):
            self._air.unknown(value.unit, value.item, value.why, at, now)
        for (unit, tag), last in self._last.items():
            if unit in units:
                self._keep(gaps([tag], last + 1))

    def _found(self, identity: Identity, at: int, now: float) -> None:
        name, before = identity.equipment, self._who.get(identity.equipment)
        self._gone.discard(name)
        self._who[name] = identity
        self._serves.update(dict.fromkeys(identity.units, name))
        self._notes.went(LOST, name, at)
        self._notes.went(EXPIRED, name, at)
        self._renewed[name] = now
        if before is not None and before.boot != identity.boot:
            self._notes.happened(BOOT, name, "it was started anew, as after a loss of power", at)
        self._values.expect(identity.units, now)
        for unit in identity.units:
            self._notes.went(STALE, unit, at)

    def _clock(self, unit: str, said: int, at: int) -> None:
        """The clock of equipment beside ours, in seconds of the wall; what is said late lets it only seem behind."""
        if at <= _LATEST:
            name, apart = self._serves.get(unit, unit), (said - at) / 1000 / self._speed
            self._apart[name] = max(apart, self._apart.get(name, apart))

    def _judge_clocks(self, at: int) -> None:
        for name, apart in self._apart.items():
            why = f"it is {apart:+.1f} s from ours" if abs(apart) > _DRIFT_S else ""
            self._notes.holds(DRIFTS, name, why, at)
        self._apart.clear()

    def _read(self, reading: Reading) -> None:
        unit = reading.tag.partition(".")[0]
        self._last[unit, reading.tag] = max(reading.at, self._last.get((unit, reading.tag), 0))
        self._keep([reading])
