"""The state of one alarm: independent flags after OPC UA Part 9, shown as one of the seven states of ISA-18.2.

Pure: a cause and its time come in, the next state comes out; an alarm that waits says when it is due. Which cause is
allowed in which state stands in `alarm-states.yaml`, and the tests hold these functions against every row of it.
Source: ISA-18.2-2016 and IEC 62682 (C), OPC UA Part 9 (A for the flags and 5.8.17), MTP alarms (A for the numbers).
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import StrEnum
from functools import cache
from typing import Literal

from axenic.notation.sheet import Sheet
from axenic.quality.sheets import shipped_sheet


class AlarmLetter(StrEnum):
    """The states of ISA-18.2 by their letters."""

    NORMAL = "A"
    UNACKNOWLEDGED = "B"
    ACKNOWLEDGED = "C"
    RETURNED = "D"
    SHELVED = "E"
    SUPPRESSED = "F"
    OUT_OF_SERVICE = "G"

    @property
    def number(self) -> int:
        """The number that MTP gives the state, 1 to 7."""
        return "ABCDEFG".index(self.value) + 1

    @property
    def title(self) -> str:  # type: ignore[override]
        """The state in words."""
        return _TITLES[self.value]


_TITLES = {
    "A": "normal",
    "B": "unacknowledged",
    "C": "acknowledged",
    "D": "returned to normal, unacknowledged",
    "E": "shelved",
    "F": "suppressed by design",
    "G": "out of service",
}


class Cause(StrEnum):
    """What changes the state of an alarm."""

    CAME = "condition came"  # it holds for its on-delay
    WENT = "condition went"  # it is gone for its off-delay
    ACKNOWLEDGED = "acknowledge"
    AGAIN = "alarm again"  # the time for it, or the next limit
    SHELVED = "shelve"
    UNSHELVED = "unshelve"
    SHELF_ENDED = "shelving ended"
    SUPPRESSED = "suppress"
    RELEASED = "end suppression"
    REMOVED = "remove from service"
    RETURNED = "return to service"
    RESET = "reset"


class AlarmMove(Sheet):
    """From one of these states, by a cause, to another one.

    The rest narrows it: whether the alarm holds, is shelved (until it returns to normal: one shot) or suppressed, and
    whether its type must be acknowledged or latches; None for any.
    """

    from_: tuple[AlarmLetter, ...]
    by: Cause
    to: AlarmLetter
    active: bool | None = None
    acknowledge: bool | None = None
    latching: bool | None = None
    one_shot: bool | None = None
    shelved: bool | None = None
    suppressed: bool | None = None


class AlarmStates(Sheet):
    """The table of ISA-18.2: what it does not hold changes no state."""

    states: Literal["alarm"]
    version: int
    source: str
    moves: tuple[AlarmMove, ...]

    def refusals(self, alarm: str, letter: AlarmLetter, by: Cause) -> list[str]:
        """Why a person cannot do this to an alarm in that state; empty if they can."""
        starts = sorted({start for move in self.moves if move.by is by for start in move.from_})
        if letter in starts:
            return []
        names = ", ".join(start.title for start in starts)
        return [f"{alarm} is {letter.title}; to {by.value} it must be: {names}"]


@cache
def alarm_states() -> AlarmStates:
    """The table shipped with the package; raises ValueError if it cannot be read."""
    return shipped_sheet(AlarmStates, "alarm-states.yaml")


@dataclass(frozen=True, slots=True)
class Manner:
    """How an alarm of a type behaves; times in milliseconds, 0 for none.

    acknowledge: a person must. latching: it stays active until it is reset. again: an acknowledged alarm that still
    holds is shown anew after this time.
    """

    acknowledge: bool = True
    latching: bool = False
    on_delay: int = 0
    off_delay: int = 0
    again: int = 0


@dataclass(frozen=True, slots=True)
class AlarmState:
    """Independent flags; times in milliseconds UTC.

    condition: what the alarm watches, after its delays. latched: held active until reset. shelved_until: 0 if it is
    not shelved. one_shot: its shelving ends when it returns to normal, too. differs: since when the condition is
    otherwise than `condition` says and its delay runs, None if it is not. since: when its letter last changed.
    """

    condition: bool = False
    latched: bool = False
    acked: bool = True
    shelved_until: int = 0
    one_shot: bool = False
    suppressed: bool = False
    out_of_service: bool = False
    differs: int | None = None
    since: int = 0

    @property
    def active(self) -> bool:
        """Whether it holds: its condition does, or it is latched."""
        return self.condition or self.latched

    @property
    def letter(self) -> AlarmLetter:
        """The state of ISA-18.2: out of service hides suppressed, that hides shelved, that hides the rest."""
        if self.out_of_service:
            return AlarmLetter.OUT_OF_SERVICE
        if self.suppressed:
            return AlarmLetter.SUPPRESSED
        if self.shelved_until:
            return AlarmLetter.SHELVED
        if self.active:
            return AlarmLetter.ACKNOWLEDGED if self.acked else AlarmLetter.UNACKNOWLEDGED
        return AlarmLetter.NORMAL if self.acked else AlarmLetter.RETURNED


_HIDDEN = (AlarmLetter.SHELVED, AlarmLetter.SUPPRESSED, AlarmLetter.OUT_OF_SERVICE)


def after(
    state: AlarmState, cause: Cause, manner: Manner, at: int, until: int = 0, one_shot: bool = False
) -> AlarmState:
    """The state after a cause; the same one if the cause means nothing there. `until`, `one_shot`: of a shelving."""
    made = _flags(state, cause, manner, until, one_shot)
    if state.letter in _HIDDEN and made.letter not in _HIDDEN:  # it comes back as the process is now
        made = replace(made, acked=not made.active)
    return made if made.letter is state.letter else replace(made, since=at)


def _flags(state: AlarmState, cause: Cause, manner: Manner, until: int, one_shot: bool) -> AlarmState:
    letter = state.letter
    match cause:
        case Cause.CAME if not state.condition:
            return replace(state, condition=True, latched=manner.latching, acked=False, differs=None)
        case Cause.WENT if state.condition:
            return _gone(replace(state, condition=False, differs=None), manner)
        case Cause.ACKNOWLEDGED if letter in (AlarmLetter.UNACKNOWLEDGED, AlarmLetter.RETURNED):
            return replace(state, acked=True)
        case Cause.AGAIN if letter is AlarmLetter.ACKNOWLEDGED:
            return replace(state, acked=False)
        case Cause.SHELVED if letter not in _HIDDEN and until:
            return replace(state, shelved_until=until, one_shot=one_shot)
        case Cause.UNSHELVED | Cause.SHELF_ENDED:
            return _off_the_shelf(state)
        case Cause.SUPPRESSED:
            return replace(state, suppressed=True)
        case Cause.RELEASED:
            return replace(state, suppressed=False)
        case Cause.REMOVED:
            return replace(_off_the_shelf(state), out_of_service=True)
        case Cause.RETURNED:
            return replace(state, out_of_service=False)
        case Cause.RESET if letter is AlarmLetter.ACKNOWLEDGED and state.latched and not state.condition:
            return replace(state, latched=False)
        case _:
            return state


def _gone(state: AlarmState, manner: Manner) -> AlarmState:
    """The condition is gone: a latched alarm stays, a one-shot shelving ends, and who needs no answer is normal."""
    if state.latched:
        return state
    if state.one_shot:
        return _off_the_shelf(state)
    return state if manner.acknowledge else replace(state, acked=True)


def _off_the_shelf(state: AlarmState) -> AlarmState:
    return replace(state, shelved_until=0, one_shot=False)


def due(state: AlarmState, manner: Manner) -> tuple[int, Cause] | None:
    """What time alone will do to it next, and when (ms UTC); None if it waits for nothing."""
    waits: list[tuple[int, Cause]] = []
    if state.differs is not None:
        delay, cause = (manner.off_delay, Cause.WENT) if state.condition else (manner.on_delay, Cause.CAME)
        waits.append((state.differs + delay, cause))
    if state.shelved_until:
        waits.append((state.shelved_until, Cause.SHELF_ENDED))
    if manner.again and state.letter is AlarmLetter.ACKNOWLEDGED:
        waits.append((state.since + manner.again, Cause.AGAIN))
    return min(waits, default=None)


def sensed(state: AlarmState, condition: bool, at: int) -> AlarmState:
    """The state when the process says whether the condition holds; what follows after a delay, `due` says."""
    if condition == state.condition:
        return replace(state, differs=None)
    return state if state.differs is not None else replace(state, differs=at)
