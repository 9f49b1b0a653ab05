"""How alarms come into the journal: the acts that the system itself notes, and what facts, orders and acts say of one.

The live engine appends these acts beside its facts. They decide nothing: the core never reads an act.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from axenic.control.facts import ClockJumped
from axenic.control.orders import MoveItem, RaiseException, RunPhase
from axenic.quality.alarm.kind import CAME, RUNNING, STOPPED, WENT, AlarmTable
from axenic.quality.clock import SITE_CLOCK
from axenic.record.entry import Act, Thing

_OF_A_ZONE = ("environment excursion", "environment unknown")
_OF_EQUIPMENT = ("equipment fault", "interface barred")
_SAID = ("zone", "unit", "object", "reason", "evidence")


def alarm_object(alarm: str, place: str) -> str:
    """An alarm of a type at its place as an object of acts."""
    return f"alarm {alarm} at {place}"


def raised(
    alarm: str, place: str, text: str, at: int, *, value: str = "", limit: str = "", batch: str = "", over: bool = False
) -> Act:
    """That an alarm's condition came: of which type, at which unit (or disk, journal, site), since when (ms UTC).

    Noted once for each change: noted again while it holds, it is the next limit and calls persons again.
    value, limit: decimal texts with their unit, as measured and as allowed. over: it was gone at once (a refusal).
    """
    new = {"alarm": alarm, "place": place, "text": text, "value": value, "limit": limit, "over": over}
    return Act(at, CAME, object=alarm_object(alarm, place), batch=batch, new=new)


def cleared(alarm: str, place: str, at: int, text: str = "") -> Act:
    """That an alarm's condition went."""
    return Act(at, WENT, object=alarm_object(alarm, place), new={"alarm": alarm, "place": place, "text": text})


def stopped(unit: str, at: int) -> Act:
    """That a unit is stopped: what its type says means nothing then is suppressed, by design."""
    return Act(at, STOPPED, object=f"unit {unit}", new={"unit": unit})


def running(unit: str, at: int) -> Act:
    """That a unit is stopped no more."""
    return Act(at, RUNNING, object=f"unit {unit}", new={"unit": unit})


@dataclass(frozen=True, slots=True)
class Occasion:
    """What an entry says about alarms: an event by its name, at a place, for a batch ("" for all in process).

    noted: equipment or the system noted it by `raised` or `cleared`; over: it was gone at once. ends: whether it ends
    what an event of its name ends.
    """

    name: str
    place: str
    text: str
    batch: str = ""
    noted: bool = False
    over: bool = False
    ends: bool = True


class Occasions:
    """Reads occasions from entries; it must see every order, to know at which unit an answer is."""

    def __init__(self, table: AlarmTable) -> None:
        self._names = frozenset((*table.raises, *table.clears))
        self._units: dict[int, str] = {}

    def of(self, thing: Thing) -> Occasion | None:
        """What a thing of the journal says about alarms; None if it raises and clears none."""
        match thing:
            case Act(command="alarm came" | "alarm went", new=new):
                said = [new["text"], *([f"{new['value']}, limit {new['limit']}"] if new.get("value") else [])]
                place, text = new["place"], ": ".join(filter(None, [new["alarm"], new["place"], *said]))
                return Occasion(new["alarm"], place, text, thing.batch, True, bool(new.get("over")))
            case Act(command=name, new=new) if name in self._names:
                return Occasion(name, thing.object, words(name, thing), thing.batch, ends=not new.get("level"))
            case RaiseException(kind=kind, text=text, batch=batch) if kind in self._names:
                return Occasion(kind, *_of_core(kind, text, batch))
            case RunPhase(number=number, unit=unit) | MoveItem(number=number, mover=unit):
                self._units[number] = unit
                return Occasion(type(thing).__name__, unit, "")
            case Act() | RaiseException():
                return None
            case _:
                return self._answer(thing) if type(thing).__name__ in self._names else None

    def _answer(self, thing: Any) -> Occasion:
        """A fact or another order: at its zone, its unit, the unit of the order it answers, or its batch."""
        name, number, batch = type(thing).__name__, getattr(thing, "order", 0), getattr(thing, "batch", "")
        place = getattr(thing, "zone", "") or getattr(thing, "unit", "")
        if number and not place:
            place = self._units.get(number, f"order {number}")
        if isinstance(thing, ClockJumped):
            place = SITE_CLOCK
        return Occasion(name, place or batch, words(name, thing), batch)


def _of_core(kind: str, text: str, batch: str) -> tuple[str, str, str]:
    """Place, text and batch of an exception of the core, whose text begins with the place if it is about one."""
    first = text.partition(": ")[0]
    if kind in _OF_A_ZONE:
        return first.partition(", ")[0], f"{kind}: {text}", ""
    place = first if kind in _OF_EQUIPMENT else batch
    return place, f"{kind}: {text}", batch


def words(name: str, thing: object) -> str:
    """What a thing says for people, after its name."""
    said = (str(getattr(thing, part, "")) for part in _SAID)
    return ": ".join([name, *[text for text in said if text and text != "UTC"]])
