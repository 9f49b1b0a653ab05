"""Alarms: `axenic alarm ack`, `shelve`, `unshelve`, `withdraw`, `return`, `reset`. None of them moves any equipment.

Suppression by design has no command: it follows from the situation of the unit.
"""

from __future__ import annotations

from dataclasses import dataclass

from axenic.quality.actor import Actor
from axenic.quality.alarm.alarms import ACKNOWLEDGE, RESET, RETURN, SHELVE, UNSHELVE, WITHDRAW
from axenic.quality.alarm.event import alarm_object
from axenic.quality.alarm.kind import GMP, AlarmKind
from axenic.quality.alarm.point import Alarm
from axenic.quality.alarm.state import AlarmState, Cause, alarm_states
from axenic.quality.books import Books
from axenic.quality.command import Command, Effect, said
from axenic.units import format_duration

_MINUTE = 60_000


@dataclass(frozen=True)
class AcknowledgeAlarm(Command):
    """Acknowledge alarms: a GMP alarm by itself with a comment, alarms of the info class also together."""

    NAME = ACKNOWLEDGE

    numbers: tuple[int, ...] = said("The numbers of the alarms.")
    comment: str = said("What was found and done.", "")

    def about(self) -> str:
        """The alarm, or alarms."""
        return f"alarm {', '.join(map(str, self.numbers))}"

    def refusals(self, books: Books, by: Actor, at: int) -> list[str]:
        """Open alarms; GMP ones one by one, with a comment (Annex 11 draft chapter 8)."""
        found, alarms = [], [books.alarms.get(number, at) for number in dict.fromkeys(self.numbers)]
        for number, alarm in zip(dict.fromkeys(self.numbers), alarms, strict=True):
            if alarm is None:
                found.append(f"there is no alarm {number}")
            elif alarm.acknowledged:
                found.append(f"alarm {number} was acknowledged by {alarm.by}")
        gmp = [alarm for alarm in alarms if alarm and alarm.kind.class_ == GMP]
        if gmp and len(alarms) > 1:
            numbers = ", ".join(str(alarm.seq) for alarm in gmp)
            found.append(f"GMP alarms are acknowledged one by one: {numbers}")
        if gmp and not self.comment.strip():
            found.append("a GMP alarm needs a comment (--comment)")
        return found if alarms else ["name the alarms"]

    def effect(self, books: Books, by: Actor, at: int) -> Effect:
        """Acknowledged."""
        found = [books.alarms.get(number, at) for number in dict.fromkeys(self.numbers)]
        alarms: list[Alarm] = [alarm for alarm in found if alarm]
        batch = alarms[0].batch if len(alarms) == 1 else ""
        numbers = [alarm.seq for alarm in alarms]
        return Effect(self.about(), batch, new={"alarms": numbers, "comment": self.comment.strip()})


@dataclass(frozen=True)
class _OnAlarm(Command):
    alarm: str = said("The type of the alarm, for example `stale value` (axenic alarm types).")
    place: str = said("Where: the unit, zone or other place.")

    CAUSE = Cause.RESET

    def about(self) -> str:
        """The alarm at its place."""
        return alarm_object(self.alarm, self.place)

    def _kind(self, books: Books) -> AlarmKind | None:
        return books.alarms.table.kind(self.alarm)

    def _state(self, books: Books, at: int) -> AlarmState:
        point = books.alarms.point(self.alarm, self.place, at)
        return AlarmState() if point is None else point.state

    def refusals(self, books: Books, by: Actor, at: int) -> list[str]:
        """A type and a place that are known, in a state from which this is possible."""
        if self._kind(books) is None:
            return [f"there is no alarm type {self.alarm!r} (axenic alarm types)"]
        known = books.zones.places()
        if books.alarms.point(self.alarm, self.place, at) is None and self.place not in known:
            return [f"nothing is named {self.place!r}; there are: {', '.join(known) or 'none'}"]
        return alarm_states().refusals(self.about(), self._state(books, at).letter, self.CAUSE)

    def _effect(self, books: Books, at: int, new: dict[str, object]) -> Effect:
        old = {"state": self._state(books, at).letter.value}
        return Effect(self.about(), old=old, new={"alarm": self.alarm, "place": self.place} | new)

    def effect(self, books: Books, by: Actor, at: int) -> Effect:
        """Done."""
        return self._effect(books, at, {})


@dataclass(frozen=True)
class _ByClass(_OnAlarm):
    def case(self, books: Books) -> str:
        """A GMP alarm asks for more."""
        kind = self._kind(books)
        return GMP if kind is not None and kind.class_ == GMP else ""


@dataclass(frozen=True)
class ShelveAlarm(_ByClass):
    """Put an alarm on the shelf for a time, with a reason: nobody is called by it until then."""

    NAME = SHELVE
    CAUSE = Cause.SHELVED

    minutes: int = said("For how many minutes, at most what its type allows.", 0)
    one_shot: bool = said("End it as soon as the alarm returns to normal, too.", False)

    def refusals(self, books: Books, by: Actor, at: int) -> list[str]:
        """A type that may be shelved, for no longer than it allows."""
        kind, found = self._kind(books), super().refusals(books, by, at)
        if kind is None or found:
            return found
        if not kind.shelve_at_most:
            return [f"{self.alarm!r} is never shelved: act on it, or let maintenance take it out of service"]
        longest = format_duration(kind.shelve_at_most)
        if not 0 < self.minutes * _MINUTE <= kind.shelve_at_most:
            return [f"{self.alarm!r} is shelved for 1 minute to {longest} (--minutes)"]
        return []

    def effect(self, books: Books, by: Actor, at: int) -> Effect:
        """Shelved until then."""
        return self._effect(books, at, {"until": at + self.minutes * _MINUTE, "one shot": self.one_shot})


@dataclass(frozen=True)
class UnshelveAlarm(_OnAlarm):
    """Take an alarm from the shelf before its time."""

    NAME = UNSHELVE
    CAUSE = Cause.UNSHELVED


@dataclass(frozen=True)
class WithdrawAlarm(_ByClass):
    """Withdraw an alarm from service for maintenance, until it is returned; a GMP alarm by two persons."""

    NAME = WITHDRAW
    CAUSE = Cause.REMOVED


@dataclass(frozen=True)
class ReturnAlarm(_ByClass):
    """Return an alarm to service; a GMP alarm by two persons."""

    NAME = RETURN
    CAUSE = Cause.RETURNED


@dataclass(frozen=True)
class ResetAlarm(_OnAlarm):
    """Reset a latched alarm, once its condition is gone and it is acknowledged."""

    NAME = RESET
    CAUSE = Cause.RESET

    def refusals(self, books: Books, by: Actor, at: int) -> list[str]:
        """Latched, and its condition gone."""
        found = super().refusals(books, by, at)
        state = self._state(books, at)
        if not found and not state.latched:
            found.append(f"{self.about()} is not latched: it ends by itself")
        return [*found, f"the condition of {self.about()} holds still"] if state.condition and not found else found
