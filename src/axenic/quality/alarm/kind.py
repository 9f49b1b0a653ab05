"""Alarm types as data: what each means, what a person does about it and in which time, and who has which.

An alarm that asks for no response is none (ISA-18.2): a type without cause, consequence, response and time to respond
is refused when it is read.
"""

from __future__ import annotations

from functools import cache, cached_property
from typing import Annotated, Literal

from pydantic import StringConstraints

from axenic.notation.sheet import Grade, Sheet
from axenic.quality.alarm.state import Manner
from axenic.quality.sheets import shipped_sheet
from axenic.units import Duration

GMP, INFO = "gmp", "info"
PRIORITIES = ("critical", "high", "medium", "low")
CAME, WENT = "alarm came", "alarm went"  # what equipment or the system itself notes, with the type it is of
STOPPED, RUNNING = "unit stopped", "unit runs"  # what the live engine notes of a unit
UNKNOWN = "unknown alarm"  # what an alarm is whose type nobody knows: shown, never lost
_Words = Annotated[str, StringConstraints(min_length=8, strip_whitespace=True)]


class AlarmKind(Sheet):
    """One type of alarm.

    respond within: how long a person has until the consequence. acknowledge within: by when it must be acknowledged, a
    later one is an exception. class: `gmp` is acknowledged one by one with a comment, `info` may be together.
    raised by, cleared by: the facts, orders, exceptions of the core and acts that say it came and went, by name; the
    type's own name if none is given. What no name clears is over at once and waits to be acknowledged.
    shelve at most: the longest time of a shelving; 0: never shelved. suppressed when: the situations of its unit in
    which it means nothing, by design.
    """

    alarm: str
    cause: _Words
    consequence: _Words
    response: _Words
    respond_within: Duration
    priority: Literal["critical", "high", "medium", "low"]
    class_: Literal["gmp", "info"]
    acknowledge_within: Duration
    acknowledge: bool = True
    latching: bool = False
    on_delay: Duration = 0
    off_delay: Duration = 0
    again_after: Duration = 0
    raised_by: tuple[str, ...] = ()
    cleared_by: tuple[str, ...] = ()
    shelve_at_most: Duration = 0
    suppressed_when: tuple[Literal["stopped", "blocked"], ...] = ()
    grade: Grade
    source: str

    @cached_property
    def manner(self) -> Manner:
        """How an alarm of this type behaves."""
        return Manner(self.acknowledge, self.latching, self.on_delay, self.off_delay, self.again_after)


class AlarmsOf(Sheet):
    """The alarm types of a kind of equipment.

    linked: it has a link to Axenic, and the alarms of every link, too. as_one: its places are one piece of equipment
    (a store), not each one by itself.
    """

    kind: str
    linked: bool = True
    as_one: bool = False
    alarms: tuple[str, ...]


class AlarmTable(Sheet):
    """The alarms of a site: its types, those of every link, and those of each kind of unit, mover and interface."""

    alarms: str
    version: int
    source: str
    kinds: tuple[AlarmKind, ...]
    every_link: tuple[str, ...]
    equipment: tuple[AlarmsOf, ...]

    @cached_property
    def _kinds(self) -> dict[str, AlarmKind]:
        return {kind.alarm: kind for kind in self.kinds}

    @cached_property
    def raises(self) -> dict[str, AlarmKind]:
        """The type that an event of that name raises."""
        return {name: kind for kind in self.kinds for name in kind.raised_by or (kind.alarm,)}

    @cached_property
    def clears(self) -> dict[str, tuple[AlarmKind, ...]]:
        """The types that an event of that name clears."""
        found: dict[str, tuple[AlarmKind, ...]] = {}
        for kind in self.kinds:
            for name in kind.cleared_by:
                found[name] = (*found.get(name, ()), kind)
        return found

    def kind(self, name: str) -> AlarmKind | None:
        """The type of that name; None if there is none."""
        return self._kinds.get(name)

    def of_equipment(self, kind: str) -> AlarmsOf | None:
        """What stands of a kind of equipment; None if nobody thought of that kind."""
        return next((row for row in self.equipment if row.kind == kind), None)

    def types_of(self, kind: str) -> tuple[str, ...]:
        """The alarm types of a kind of equipment, those of its link included."""
        row = self.of_equipment(kind)
        return () if row is None else (*row.alarms, *(self.every_link if row.linked else ()))


@cache
def shipped_alarms() -> AlarmTable:
    """The table shipped with the package; raises ValueError if it cannot be read."""
    return shipped_sheet(AlarmTable, "alarms.yaml")
