"""What the sides of a hand-off are asked, and what may come back."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Side(StrEnum):
    """Who takes part."""

    ORIGIN = "origin"
    TARGET = "target"
    MOVER = "mover"


class Ask(StrEnum):
    """The commands of the SiLA 2 features for labware transfer, by their names there."""

    PREPARE_FOR_OUTPUT = "PrepareForOutput"
    PREPARE_FOR_INPUT = "PrepareForInput"
    GET = "GetLabware"
    PUT = "PutLabware"
    REMOVED = "LabwareRemoved"
    DELIVERED = "LabwareDelivered"

    @property
    def side(self) -> Side:
        """Who is asked, and owns the time that the step may take."""
        return _SIDES[self]


_SIDES = {
    Ask.PREPARE_FOR_OUTPUT: Side.ORIGIN,
    Ask.PREPARE_FOR_INPUT: Side.TARGET,
    Ask.GET: Side.MOVER,
    Ask.PUT: Side.MOVER,
    Ask.REMOVED: Side.ORIGIN,
    Ask.DELIVERED: Side.TARGET,
}


@dataclass(frozen=True, slots=True)
class Done:
    """It did what it was asked; `sees`: the carriers that the sensor of a site reads there now."""

    ask: Ask
    sees: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Failed:
    """It is at rest and says that it did not do it."""

    ask: Ask
    reason: str


@dataclass(frozen=True, slots=True)
class Lost:
    """It is at rest, but does not know what it did: its power went in between."""

    ask: Ask
    reason: str


@dataclass(frozen=True, slots=True)
class Late:
    """Nothing was heard in time: it may still act."""

    ask: Ask


Reply = Done | Failed | Lost | Late
