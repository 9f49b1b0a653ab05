"""The recipe after ISA-88: procedure > unit procedures > operations > phases, free of equipment.

A recipe says what must be true of a step (which phases, how long, which limits); which unit does it is found
by what units *can* do. Quantities are checked against the phase kinds of `phase_kind.py`.
"""

from __future__ import annotations

from enum import StrEnum

from axenic.notation.sheet import Grade, Sheet
from axenic.recipe.limit import Limit
from axenic.units import Duration, QuantityText


class Way(StrEnum):
    """What the in-process results decide for a batch."""

    HARVEST = "harvest"  # leave the operation, go on with the next one
    EXTEND = "extend"  # repeat the operation
    FEED = "feed"  # run the unit procedure's operation `feed`, then repeat
    HOLD = "hold"  # a person decides
    REJECT = "reject"  # end the batch


class Barrier(StrEnum):
    """How the outside of an item is made fit for the inner zone of an interface."""

    MOIST_HEAT = "moist heat"
    VAPOUR = "vapour"
    SPORICIDE = "sporicide"


class Shape(StrEnum):
    """The form of a duration's distribution between least and most."""

    TRIANGULAR = "triangular"
    LOGNORMAL = "lognormal"  # the median is usual, the 99 % quantile most
    EXPONENTIAL = "exponential"  # least plus a mean of usual - least


class Spread(Sheet):
    """The distribution of a duration (milliseconds), with where its numbers come from."""

    least: Duration
    usual: Duration
    most: Duration
    shape: Shape = Shape.TRIANGULAR
    grade: Grade
    source: str


class Check(Sheet):
    """An in-process control: one measured result held against its limit.

    `alert` is the tighter line that raises an exception; `limit` decides `otherwise`.
    """

    measure: str
    limit: Limit
    alert: Limit | None = None
    otherwise: Way = Way.REJECT
    grade: Grade
    source: str


class Phase(Sheet):
    """The smallest step: one kind of action on the unit, with parameters, duration, connections and controls."""

    phase: str
    lasts: Spread
    at_most: Duration
    using: dict[str, QuantityText] = {}
    connections: int = 0
    checks: tuple[Check, ...] = ()


class Rule(Sheet):
    """One line of a decision table: the first whose limits all hold decides the way."""

    way: Way
    when: tuple[Limit, ...]


class Operation(Sheet):
    """A sequence of phases; `decide` says what follows its results, at most `rounds` times."""

    operation: str
    phases: tuple[Phase, ...]
    decide: tuple[Rule, ...] = ()
    rounds: int = 1


class Transfer(Sheet):
    """How the cells come to a unit procedure: within which hold limit, past which barriers if they go inward."""

    within: Duration
    decontaminate: tuple[Barrier, ...] = ()
    grade: Grade
    source: str


class UnitProcedure(Sheet):
    """What is done with the cells on one unit without moving them."""

    unit_procedure: str
    title: str = ""
    step: str = ""
    after: tuple[str, ...] = ()
    transfer: Transfer
    operations: tuple[Operation, ...]


def phase_kinds(step: UnitProcedure) -> frozenset[str]:
    """Every phase kind of a unit procedure: what its unit must be able to do."""
    return frozenset(p.phase for op in step.operations for p in op.phases)


class Material(Sheet):
    """An item that must lie sterile beside the cells before a unit procedure starts."""

    material: str
    amount: QuantityText
    for_: str
    decontaminate: tuple[Barrier, ...]
    grade: Grade
    source: str


class Reservation(Sheet):
    """A culture place kept for the batch, so that no two batches can wait for each other's place."""

    phases: tuple[str, ...]
    from_: str
    until: str


class Test(Sheet):
    """One release test of the graph: starts after unit procedures or other tests, ends with a limit.

    `finds`: the cause that a failing result counts for.
    """

    __test__ = False  # pytest: this is a release test, not ours

    test: str
    phase: str
    method: str = ""
    after: tuple[str, ...]
    lasts: Spread
    at_most: Duration
    measure: str
    limit: Limit
    finds: str = "patient material"
    grade: Grade
    source: str


class Review(Sheet):
    """The review of the batch record and the disposition; all tests and unit procedures named come first."""

    phase: str
    after: tuple[str, ...]
    lasts: Spread
    at_most: Duration


class Release(Sheet):
    """The graph of release tests and the review that ends it."""

    tests: tuple[Test, ...]
    review: Review


class Recipe(Sheet):
    """A master recipe: one therapy's procedure, materials and release, as issued."""

    recipe: str
    version: int
    title: str
    starting_material: str
    scope: str
    hold_at_most: Duration
    materials: tuple[Material, ...] = ()
    reservations: tuple[Reservation, ...] = ()
    procedure: tuple[UnitProcedure, ...]
    release: Release
