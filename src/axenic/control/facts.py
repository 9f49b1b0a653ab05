"""What happened: the closed union of facts, each with its time.

`at` is UTC in whole milliseconds; `order` is the number of the order a fact answers. Measured results are
decimal strings in the measure's own unit, never binary floats, so that any language writes the same bytes.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from axenic.asepsis.trace import Trace


@dataclass(frozen=True, slots=True)
class BatchOrdered:
    """A patient's dose was ordered; `patient` is the chain-of-identity code, never a name."""

    at: int
    batch: str
    patient: str
    recipe: str
    due: int
    actor: str = ""


@dataclass(frozen=True, slots=True)
class PhaseCompleted:
    """A unit did the phase of `order`."""

    at: int
    order: int
    results: Mapping[str, str] = field(default_factory=dict)
    trace: Trace | None = None


@dataclass(frozen=True, slots=True)
class PhaseFailed:
    """A unit could not do the phase of `order`; what it worked on is spoilt. `cause`: a title of `Cause`."""

    at: int
    order: int
    reason: str
    cause: str = "equipment"


@dataclass(frozen=True, slots=True)
class ItemMoved:
    """A robot or person put down the item of `order` at its target."""

    at: int
    order: int


@dataclass(frozen=True, slots=True)
class Woken:
    """The time asked for with `order` has come."""

    at: int
    order: int


@dataclass(frozen=True, slots=True)
class HoldRequested:
    """A person wants the batch to wait at the next phase boundary."""

    at: int
    batch: str
    actor: str
    reason: str


@dataclass(frozen=True, slots=True)
class HoldLifted:
    """A person lets the held batch go on."""

    at: int
    batch: str
    actor: str
    reason: str


@dataclass(frozen=True, slots=True)
class AbortRequested:
    """A person ends the batch."""

    at: int
    batch: str
    actor: str
    reason: str


@dataclass(frozen=True, slots=True)
class OutcomeLost:
    """Nobody can say whether the act of `order` was done (INDETERMINATE)."""

    at: int
    order: int
    reason: str


@dataclass(frozen=True, slots=True)
class OrderRefused:
    """The equipment did not begin the act of `order`, or never got the order: it is certain that nothing was done."""

    at: int
    order: int
    reason: str


@dataclass(frozen=True, slots=True)
class OutcomeSettled:
    """A person looked and says what became of the order in doubt."""

    at: int
    order: int
    done: bool
    actor: str
    reason: str


@dataclass(frozen=True, slots=True)
class EnvironmentMeasured:
    """A sample of a zone's environment was read: `value` is a decimal text in `unit`, `evidence` names its record.

    location: the place in the zone. `sampled`: when it was taken (plates are read days later); 0 means at `at`.
    """

    at: int
    zone: str
    measure: str
    value: str
    unit: str
    location: str = ""
    evidence: str = ""
    sampled: int = 0


@dataclass(frozen=True, slots=True)
class ClockJumped:
    """The wall clock left the monotonic one by so many seconds: no validity time can be believed any more."""

    at: int
    seconds: int


@dataclass(frozen=True, slots=True)
class ZoneAlarmed:
    """The environment of a zone left its limits: the zone is at risk."""

    at: int
    zone: str
    reason: str


@dataclass(frozen=True, slots=True)
class ZoneRestored:
    """The zone is within limits again, on the named evidence."""

    at: int
    zone: str
    evidence: str


Fact = (
    BatchOrdered
    | PhaseCompleted
    | PhaseFailed
    | ItemMoved
    | Woken
    | HoldRequested
    | HoldLifted
    | AbortRequested
    | OutcomeLost
    | OrderRefused
    | OutcomeSettled
    | EnvironmentMeasured
    | ClockJumped
    | ZoneAlarmed
    | ZoneRestored
)
