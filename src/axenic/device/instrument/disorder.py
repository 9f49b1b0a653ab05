"""What an instrument can be told to do wrong, and for how many commands."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any


class Wrong(StrEnum):
    """The ways in which equipment fails on its wire; the ways of a chamber's physics are in its own file."""

    REJECT = "reject"  # it takes no command
    HANG = "hang"  # it takes a command and never comes to an end
    LAG = "lag"  # every answer comes `size` seconds late
    LIE = "lie"  # it reports an act as done that it did not do
    DISCONNECT = "disconnect"  # it drops its link for `size` seconds
    LOSE_POWER = "lose power"  # it stops dead, and starts again after `size` seconds
    DRIFT = "drift"  # its clock is `size` seconds wrong
    GARBAGE = "garbage"  # it answers what is no answer
    VALUE = "value"  # its `item` reads `size`
    SENSOR = "sensor"  # its `item` has no good value
    SILENCE = "silence"  # its `item` is not told any more


OF_ITEMS = (Wrong.VALUE, Wrong.SENSOR, Wrong.SILENCE)


@dataclass(slots=True)
class Disorder:
    """`times`: how many commands it still strikes; what is wrong with an `item` (`unit.item`) lasts until it is 0."""

    wrong: Wrong
    size: float = 1.0
    times: int = 1
    item: str = ""

    def to_row(self) -> dict[str, Any]:
        """As plain data for a wire."""
        return {"wrong": self.wrong.value, "size": self.size, "times": self.times, "item": self.item}

    @classmethod
    def from_row(cls, row: Mapping[str, Any]) -> Disorder:
        """Raises KeyError, TypeError or ValueError if it is none."""
        return cls(Wrong(row["wrong"]), float(row["size"]), int(row["times"]), str(row.get("item", "")))


class Disorders:
    """What is wrong with an instrument now."""

    def __init__(self) -> None:
        self._now: dict[Wrong, Disorder] = {}
        self._of: dict[tuple[Wrong, str], float] = {}

    def inject(self, disorder: Disorder) -> None:
        """Make something wrong; `times` 0 makes it right again."""
        if disorder.item:
            self._of[disorder.wrong, disorder.item] = disorder.size
            if disorder.times <= 0:
                del self._of[disorder.wrong, disorder.item]
            return
        self._now[disorder.wrong] = disorder
        if disorder.times <= 0:
            del self._now[disorder.wrong]

    def strikes(self, wrong: Wrong) -> bool:
        """Whether a command is struck, which uses up one of its times."""
        disorder = self._now.get(wrong)
        if disorder is None:
            return False
        disorder.times -= 1
        if disorder.times <= 0:
            del self._now[wrong]
        return True

    def of(self, wrong: Wrong, item: str) -> float | None:
        """What is wrong with an item now; None if nothing is."""
        return self._of.get((wrong, item))

    def size(self, wrong: Wrong) -> float:
        """How bad it is now; 0 if it is well."""
        disorder = self._now.get(wrong)
        return disorder.size if disorder is not None else 0.0
