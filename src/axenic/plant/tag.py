"""Which values of the equipment are recorded: data, by the kind of equipment that has them."""

from __future__ import annotations

from enum import StrEnum

from pydantic import Field

from axenic.notation.sheet import Grade, Sheet
from axenic.units import Duration


class Between(StrEnum):
    """How a value goes between two readings: it stays as it was, or moves in a straight line."""

    STEP = "step"
    LINEAR = "linear"


class Owner(StrEnum):
    """What has a value: a unit or an interface by its kind, or a zone by its cleanroom grade."""

    UNIT = "unit"
    INTERFACE = "interface"
    ZONE = "zone"


class TagRule(Sheet):
    """One value that all equipment of a kind has; its tag is `equipment.item`.

    `deadband`: a change up to this, in `unit`, need not be recorded. `at_most`: but a reading at least so often; more
    than twice as long without one is a gap. `critical`: every reading is recorded and kept as long as the batch record.
    """

    of: Owner
    kind: str
    item: str = Field(pattern=r"^[a-z0-9][A-Za-z0-9 .-]{0,39}$")
    unit: str
    between: Between
    deadband: float = Field(default=0.0, ge=0, allow_inf_nan=False)
    at_most: Duration = Field(gt=0)
    critical: bool = False
    grade: Grade
    source: str


class TagSheet(Sheet):
    """The tags of a site's equipment, versioned."""

    telemetry: str
    version: int
    title: str
    tags: tuple[TagRule, ...]
