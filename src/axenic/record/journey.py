"""The journey of one batch through a journal: its entries, sorted by what they are."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from axenic.control.facts import BatchOrdered, PhaseCompleted, PhaseFailed
from axenic.control.orders import (
    DecideWay,
    DisposeBatch,
    JudgeCycle,
    MoveItem,
    PermitPassage,
    RaiseException,
    RefusePassage,
    RunPhase,
)
from axenic.record.audit import SAID, SETTLED
from axenic.record.entry import Act, Entry

_CHANGEOVER = "changeover"


@dataclass(slots=True)
class Done:
    """An order to equipment and its answer."""

    order: Entry
    answer: Entry | None = None


@dataclass(slots=True)
class Journey:
    """The entries of one batch, sorted by what they are."""

    ordered: Entry
    phases: list[Done] = field(default_factory=list)
    cycles: list[Entry] = field(default_factory=list)
    passages: list[Entry] = field(default_factory=list)
    refusals: list[Entry] = field(default_factory=list)
    decisions: list[Entry] = field(default_factory=list)
    exceptions: list[Entry] = field(default_factory=list)
    moves: list[Entry] = field(default_factory=list)
    acts: list[Entry] = field(default_factory=list)
    disposed: Entry | None = None


def journeys_of(entries: Sequence[Entry]) -> tuple[dict[str, Journey], dict[str, Done]]:
    """Every batch's entries, and what permits can rest on by its name: changeovers, judged cycles."""
    journeys: dict[str, Journey] = {}
    grounds: dict[str, Done] = {}
    waiting: dict[int, Done] = {}
    owners: dict[int, str] = {}
    for entry in entries:
        thing = entry.thing
        if isinstance(thing, BatchOrdered):
            journeys.setdefault(thing.batch, Journey(entry))
            continue
        if isinstance(thing, PhaseCompleted | PhaseFailed) and thing.order in waiting:
            waiting.pop(thing.order).answer = entry
        if isinstance(thing, RunPhase | MoveItem):
            owners[thing.number] = thing.batch
        if isinstance(thing, JudgeCycle):
            grounds[thing.cycle] = Done(entry, entry)
        if isinstance(thing, RunPhase):
            done = waiting[thing.number] = Done(entry)
            if thing.phase == _CHANGEOVER:
                grounds[thing.run] = done
            elif thing.batch in journeys:
                journeys[thing.batch].phases.append(done)
        elif isinstance(thing, SETTLED) and owners.get(thing.order) in journeys:
            journeys[owners[thing.order]].acts.append(entry)
        elif getattr(thing, "batch", "") in journeys:
            _sort(journeys[thing.batch], entry)  # type: ignore[union-attr]
    return journeys, grounds


def _sort(journey: Journey, entry: Entry) -> None:
    match entry.thing:
        case JudgeCycle():
            journey.cycles.append(entry)
        case PermitPassage():
            journey.passages.append(entry)
        case RefusePassage():
            journey.refusals.append(entry)
        case DecideWay():
            journey.decisions.append(entry)
        case RaiseException():
            journey.exceptions.append(entry)
        case MoveItem():
            journey.moves.append(entry)
        case DisposeBatch():
            journey.disposed = entry
        case Act():
            journey.acts.append(entry)
        case said if isinstance(said, SAID):
            journey.acts.append(entry)


def run_of(done: Done) -> str:
    """The run that an order belongs to, as batch/procedure/operation#round."""
    return done.order.thing.run  # type: ignore[union-attr]


def is_lab(done: Done) -> bool:
    """Whether it is a release test or a review, not a step of the procedure."""
    return "/test/" in run_of(done) or "/review#" in run_of(done)


def things_of(entries: Sequence[Entry]) -> list[Any]:
    """What the entries say."""
    return [e.thing for e in entries]
