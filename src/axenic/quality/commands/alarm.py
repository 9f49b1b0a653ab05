"""Alarms: `axenic alarm ack`."""

from __future__ import annotations

from dataclasses import dataclass

from axenic.quality.actor import Actor
from axenic.quality.alarms import ACKNOWLEDGE, GMP, Alarm
from axenic.quality.books import Books
from axenic.quality.command import Command, Effect, said


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
        found, alarms = [], [books.alarms.get(number) for number in dict.fromkeys(self.numbers)]
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
        alarms: list[Alarm] = [alarm for number in dict.fromkeys(self.numbers) if (alarm := books.alarms.get(number))]
        batch = alarms[0].batch if len(alarms) == 1 else ""
        numbers = [alarm.seq for alarm in alarms]
        return Effect(self.about(), batch, new={"alarms": numbers, "comment": self.comment.strip()})
