"""What shall be done: the closed union of orders, numbered in the order in which the core gave them.

The first group goes to equipment (the number is the command id, made here and never reused); the second group
goes to the record alone: decisions of the core that a reviewer must find again.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class RunPhase:
    """To a unit: do one phase. `batch` is empty for a chamber's program and a changeover.

    run: what the phase belongs to (a batch's unit procedure `AX-1/expand/grow#2`, a cycle `C-3`, a changeover).
    `least`, `usual`, `most`: milliseconds, the spread of the duration under the recipe, of the given shape.
    `gowns`: how many of the persons must gown before they begin. `connections`: made to the cells in this phase.
    `again`: so many phases of this kind come before it in its operation.
    """

    number: int
    at: int
    unit: str
    phase: str
    run: str
    batch: str = ""
    using: Mapping[str, str] = field(default_factory=dict)
    least: int = 0
    usual: int = 0
    most: int = 0
    persons: tuple[str, ...] = ()
    shape: str = "triangular"
    gowns: int = 0
    connections: int = 0
    again: int = 0


@dataclass(frozen=True, slots=True)
class StopPhase:
    """To a unit: end the phase of order `stops` now (abort); it answers that order with `PhaseFailed`."""

    number: int
    at: int
    unit: str
    stops: int


@dataclass(frozen=True, slots=True)
class MoveItem:
    """To a robot or person: bring the item from `origin` to `target` (unit or interface)."""

    number: int
    at: int
    mover: str
    item: str
    batch: str
    origin: str
    target: str
    passage: str
    gowns: int = 0


@dataclass(frozen=True, slots=True)
class WakeAt:
    """To the clock: give the fact `Woken` at `time`. There is one alarm: a later order replaces it."""

    number: int
    at: int
    time: int


@dataclass(frozen=True, slots=True)
class PermitPassage:
    """For the record: `count` passages of the aseptic boundary are permitted, on the named evidence.

    kind: `crossing` (interface), `hand-over` (mover within a zone), `connection` (closed), `open manipulation`.
    `risk_mean`, `risk_upper95`: probability of extrinsic contamination of all `count`, as decimal strings; `terms`:
    the same by mechanism (mechanism, mean, upper 95 %); `mechanism`: the one that adds most.
    """

    number: int
    at: int
    batch: str
    passage: str
    kind: str
    item: str
    origin: str
    target: str
    count: int
    evidence: tuple[str, ...]
    mechanism: str
    risk_mean: str
    risk_upper95: str
    terms: tuple[tuple[str, str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class RefusePassage:
    """For the record: a passage asked for is refused, with every reason (`guard id: why (clause)`)."""

    number: int
    at: int
    batch: str
    passage: str
    kind: str
    item: str
    origin: str
    target: str
    reasons: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class JudgeCycle:
    """For the record: the verdict on one run of a chamber's program, with its figures and their convention."""

    number: int
    at: int
    cycle: str
    unit: str
    program: str
    item: str
    batch: str
    verdict: str
    reasons: tuple[str, ...]
    figures: Mapping[str, str]
    valid_until: int


@dataclass(frozen=True, slots=True)
class DecideWay:
    """For the record: what the in-process results of a batch decide (`way`), and because of which of them."""

    number: int
    at: int
    batch: str
    run: str
    way: str
    because: str


@dataclass(frozen=True, slots=True)
class RaiseException:
    """For the record: something a reviewer must look at; `severity` minor, major or critical."""

    number: int
    at: int
    batch: str
    kind: str
    severity: str
    text: str
    concerns: int = 0


@dataclass(frozen=True, slots=True)
class HoldUnit:
    """For the record and the unit: it is held (PackML Held) until a person decides."""

    number: int
    at: int
    unit: str
    reason: str


@dataclass(frozen=True, slots=True)
class UnholdUnit:
    """To the unit: what it was held for is over, it goes on with its phase (PackML Unhold)."""

    number: int
    at: int
    unit: str
    reason: str


@dataclass(frozen=True, slots=True)
class DisposeBatch:
    """For the record: the disposition of a batch, `released` or `rejected`, why, and which `Cause` it counts for."""

    number: int
    at: int
    batch: str
    outcome: str
    reason: str
    cause: str = ""


@dataclass(frozen=True, slots=True)
class CloseBatch:
    """For the record: nothing more will be done for the batch (shipped, or rejected and disposed of)."""

    number: int
    at: int
    batch: str


Order = (
    RunPhase
    | StopPhase
    | MoveItem
    | WakeAt
    | PermitPassage
    | RefusePassage
    | JudgeCycle
    | DecideWay
    | RaiseException
    | HoldUnit
    | UnholdUnit
    | DisposeBatch
    | CloseBatch
)
EQUIPMENT_ORDERS = (RunPhase, StopPhase, MoveItem)
