"""What an instrument can be told to do wrong, and for how many commands."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


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


@dataclass(slots=True)
class Disorder:
    """`times`: how many commands it still strikes."""

    wrong: Wrong
    size: float = 1.0
    times: int = 1


class Disorders:
    """What is wrong with an instrument now."""

    def __init__(self) -> None:
        self._now: dict[Wrong, Disorder] = {}

    def inject(self, disorder: Disorder) -> None:
        """Make something wrong; `times` 0 makes it right again."""
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

    def size(self, wrong: Wrong) -> float:
        """How bad it is now; 0 if it is well."""
        disorder = self._now.get(wrong)
        return disorder.size if disorder is not None else 0.0
