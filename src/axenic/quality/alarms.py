"""Alarms: raised by facts, orders and acts as a table says, acknowledged by persons; a late one is an exception."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property
from typing import Literal

from axenic.notation.sheet import Sheet
from axenic.quality.batches import Batches
from axenic.quality.raised import MAJOR, MINOR, Raised
from axenic.quality.sheets import shipped_sheet
from axenic.record.entry import Act, Entry
from axenic.units import Duration

ACKNOWLEDGE = "alarm ack"
GMP, INFO = "gmp", "info"


class AlarmKind(Sheet):
    """What is an alarm (a fact, an order or an act of the system), of which class, acknowledged within which time."""

    alarm: str
    class_: Literal["gmp", "info"]
    within: Duration


class AlarmTable(Sheet):
    """The alarms of a site."""

    alarms: str
    version: int
    source: str
    kinds: tuple[AlarmKind, ...]

    @cached_property
    def _kinds(self) -> dict[str, AlarmKind]:
        return {kind.alarm: kind for kind in self.kinds}

    def kind(self, name: str) -> AlarmKind | None:
        """The kind of alarm that a fact, order or act of that name is; None if it is none."""
        return self._kinds.get(name)


@dataclass(slots=True)
class Alarm:
    """One alarm, named by the number of its entry; times in milliseconds UTC, `acknowledged` 0 while it is open."""

    seq: int
    at: int
    kind: AlarmKind
    text: str
    batch: str = ""
    acknowledged: int = 0
    by: str = ""
    comment: str = ""

    @property
    def late(self) -> bool:
        """Whether it was acknowledged later than it must be."""
        return self.acknowledged > self.at + self.kind.within


@dataclass(slots=True)
class Alarms:
    """Every alarm."""

    batches: Batches
    table: AlarmTable = field(default_factory=lambda: shipped_sheet(AlarmTable, "alarms.yaml"))
    _alarms: dict[int, Alarm] = field(default_factory=dict)

    def get(self, number: int) -> Alarm | None:
        """The alarm of that number."""
        return self._alarms.get(number)

    def open(self) -> list[Alarm]:
        """The alarms that nobody has acknowledged."""
        return [alarm for alarm in self._alarms.values() if not alarm.acknowledged]

    def exceptions(self) -> list[Raised]:
        """GMP alarms that are open, and alarms that were acknowledged late, for every batch in process then."""
        return [raised for alarm in self._alarms.values() for raised in self._seen(alarm)]

    def _seen(self, alarm: Alarm) -> list[Raised]:
        if alarm.acknowledged and alarm.late:
            minutes = (alarm.acknowledged - alarm.at) // 60_000
            kind, severity = "alarm acknowledged late", MAJOR if alarm.kind.class_ == GMP else MINOR
            text = f"alarm {alarm.seq}, {alarm.text}: {minutes} min after it, by {alarm.by}"
        elif not alarm.acknowledged and alarm.kind.class_ == GMP:
            kind, severity, text = "alarm open", MAJOR, f"alarm {alarm.seq}, {alarm.text}: not acknowledged"
        else:
            return []
        return [Raised(batch, kind, severity, text, alarm.seq, alarm.at) for batch in self._touched(alarm)]

    def _touched(self, alarm: Alarm) -> list[str]:
        if alarm.batch:
            return [alarm.batch]
        batches = self.batches.all()
        return [b.batch for b in batches if b.ordered <= alarm.at and (not b.closed or b.closed > alarm.at)]

    def take(self, entry: Entry) -> None:
        """Fold what raises an alarm, and its acknowledgement."""
        thing = entry.thing
        if isinstance(thing, Act) and thing.command == ACKNOWLEDGE and not thing.refused:
            for number in thing.new["alarms"]:
                alarm = self._alarms[number]
                alarm.acknowledged, alarm.by, alarm.comment = thing.at, thing.actor, thing.new["comment"]
            return
        name = thing.command if isinstance(thing, Act) else type(thing).__name__
        kind = self.table.kind(name)
        if kind is not None and not getattr(thing, "refused", ()):
            self._alarms[entry.seq] = Alarm(entry.seq, thing.at, kind, _words(name, thing), getattr(thing, "batch", ""))


def _words(name: str, thing: object) -> str:
    said = (str(getattr(thing, part, "")) for part in ("zone", "unit", "object", "reason", "evidence"))
    return ": ".join([name, *[text for text in said if text and text != "UTC"]])
