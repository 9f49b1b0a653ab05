"""What a plant stands in and on: floor by zone, the building around it, and the equipment bought for it.

Areas and prices are the plant's own design values; how well they are known stands in the assumptions, as factors.
"""

from __future__ import annotations

from enum import StrEnum

from pydantic import Field

from axenic.notation.sheet import Grade, Sheet


class WayOfWorking(StrEnum):
    """Who touches the work: persons at an open bench, persons through gloves, or robots."""

    MANUAL = "manual"
    GLOVES = "gloves"
    ROBOTIC = "robotic"


class ZoneFloor(Sheet):
    """The gross floor of one zone with its locks and gowning, m2; 0 if it stands within another zone's floor.

    `background`: the grade the floor is built and run as, where the zone itself is a cabinet or an isolator (bought as
    equipment) in such a room; empty: the zone's own grade. `module`: the floor of the suite or cluster itself.
    """

    zone: str
    area_m2: float = Field(ge=0)
    background: str = Field(default="", pattern="^(B|C|D|CNC)?$")
    module: bool = False
    grade: Grade
    source: str


class Building(Sheet):
    """The whole building's floor for each m2 of classified floor."""

    per_classified: float = Field(ge=1)
    grade: Grade
    source: str


class Reactor(Sheet):
    """Which line of units counts as reactors, and the floor one of them takes, m2 (shared by those stacked on it)."""

    unit: str
    footprint_m2: float = Field(gt=0)
    grade: Grade
    source: str


class Purchase(Sheet):
    """Equipment bought: how many, and the purchase price of one in USD, before installation."""

    bought: str
    count: int = Field(default=1, ge=0)
    price_usd: float = Field(ge=0)
    grade: Grade
    source: str


class Facility(Sheet):
    """What the cost and the throughput for each m2 of a plant rest on.

    `crew`: persons present at all times, if more than the plant's movers say. `at_the_ward`: no couriers.
    """

    working: WayOfWorking
    reactor: Reactor
    floors: tuple[ZoneFloor, ...]
    building: Building
    equipment: tuple[Purchase, ...]
    crew: int = Field(default=0, ge=0)
    at_the_ward: bool = False
