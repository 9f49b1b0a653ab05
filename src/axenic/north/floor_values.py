"""What the core knows of zones, units, chambers, movers and batches, as values of the view."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from typing import Any

from axenic.asepsis.boundary import Stage
from axenic.asepsis.condition import Aseptic, Condition
from axenic.control.orders import MoveItem, RunPhase
from axenic.control.packml import UnitState
from axenic.control.state import Batch, Hold, Status
from axenic.north.seen import Moment

Values = dict[str, Any]


class Doing:
    """What is under way, by unit, batch and mover."""

    def __init__(self, orders: Iterable[RunPhase | MoveItem]) -> None:
        self._on: Mapping[str, list[str]] = defaultdict(list)
        self._of: Mapping[str, list[str]] = defaultdict(list)
        self._moves: dict[str, tuple[str, str]] = {}
        for order in orders:
            if isinstance(order, MoveItem):
                self._moves[order.mover] = order.item, order.target
                continue
            self._on[order.unit].append(order.phase)
            if order.batch:
                self._of[order.batch].append(order.phase)

    def on(self, unit: str) -> str:
        """The phases that run on a unit."""
        return "; ".join(self._on.get(unit, ()))

    def of(self, batch: str) -> str:
        """The phases of a batch."""
        return "; ".join(self._of.get(batch, ()))

    def move_of(self, mover: str) -> tuple[str, str]:
        """The item that a mover carries, and where to; empty if it carries none."""
        return self._moves.get(mover, ("", ""))


def condition(of: Condition) -> Values:
    """An aseptic condition; what is unknown holds until no time at all."""
    until = None if of.state is Aseptic.UNKNOWN else Moment(of.until)
    return {"Condition": of.state.value, "ValidUntil": until, "Evidence": of.evidence}


def unit(state: UnitState, batch: str, phase: str, of: Condition) -> Values:
    """A unit."""
    text = state.name.capitalize()
    return {"StateCurrent": int(state), "StateText": text, "Batch": batch, "Phase": phase, **condition(of)}


def chamber(stage: Stage, until: int, evidence: str, load: str, batch: str) -> Values:
    """An interface with a program."""
    proven = Moment(until) if evidence and until else None
    said = {"Stage": stage.name.lower(), "ProvenUntil": proven, "Evidence": evidence if proven else ""}
    return {**said, "Load": load, "Batch": batch}


def mover(busy: bool, item: str, target: str) -> Values:
    """A robot or a person."""
    return {"Busy": busy, "Carries": item, "To": target}


def step(of: Batch) -> str:
    """The unit procedure that a batch is in; "release" when its cells are made, "" before it begins."""
    procedure = of.recipe.procedure
    if of.step >= len(procedure):
        return "release"
    return procedure[of.step].unit_procedure if of.step >= 0 else ""


def batch(
    patient: str,
    recipe: str,
    times: tuple[int, int],
    status: Status,
    step: str,
    phase: str,
    in_unit: str,
    holds: tuple[Hold, ...],
    of: Condition,
) -> Values:
    """A batch as the core has it; times: ordered and due."""
    ordered, due = map(Moment, times)
    said = {"Patient": patient, "Recipe": recipe, "Ordered": ordered, "Due": due, "Status": status.value}
    held = "; ".join(hold.value for hold in holds)
    return {**said, "Step": step, "Phase": phase, "Unit": in_unit, "Held": held, **condition(of)}
