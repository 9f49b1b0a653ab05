"""Journals to carry batches out of: a small one for flipping every byte, and a whole run of the shipped cluster."""

from __future__ import annotations

from pathlib import Path

from axenic.cli.job import new_job
from axenic.control.facts import BatchOrdered, ClockJumped, PhaseCompleted, PhaseFailed
from axenic.control.orders import PermitPassage, RunPhase
from axenic.plant.plant import Plant
from axenic.recipe.recipe import Recipe
from axenic.record.entry import Act, Thing
from axenic.record.journal import Journal
from tests.conftest import Suite, shelf
from tests.record.acts import acts_on, result_of

BATCH, OTHER = "AX-0001", "AX-0002"
ORIGIN = "axenic.example/kept"


def permit(
    number: int, at: int, batch: str, made: int, count: int = 1, evidence: tuple[str, ...] = ()
) -> PermitPassage:
    """A permit, named after how many passages the batch has made with it."""
    where = ("crossing inward", f"{batch}:cells", "airlock-1", "thaw-1")
    name = f"{batch}/passage-{made}"
    return PermitPassage(number, at, batch, name, *where, count, evidence, "contact", "1.0e-07", "3.0e-07")


def small_things() -> list[Thing]:
    """Two batches side by side; a first attempt of the one failed; a changeover is cited, another is not."""
    return [
        BatchOrdered(1_000, BATCH, "COI-1", "car-t", 9_000),
        BatchOrdered(1_100, OTHER, "COI-2", "car-t", 9_000),
        RunPhase(1, 1_200, "thaw-1", "changeover", "K-1"),
        RunPhase(2, 1_250, "wash-1", "changeover", "K-2"),
        PhaseCompleted(1_300, 1),
        PhaseCompleted(1_350, 2),
        permit(3, 1_400, BATCH, 1, evidence=("K-1",)),
        RunPhase(4, 1_500, "thaw-1", "thaw", f"{BATCH}/thaw/thaw#1", BATCH),
        permit(5, 1_550, OTHER, 2, 2),
        RunPhase(6, 1_600, "wash-1", "wash", f"{OTHER}/wash/wash#1", OTHER),
        PhaseFailed(1_700, 4, "the bag leaked"),
        permit(7, 1_750, BATCH, 3, 2),
        RunPhase(8, 1_800, "thaw-1", "thaw", f"{BATCH}/thaw/thaw#2", BATCH),
        PhaseCompleted(1_900, 6, {"viability": "91.0"}),
        ClockJumped(1_950, 7),
        PhaseCompleted(2_000, 8, {"viability": "88.2"}),
        Act(
            2_100, "note", "mk", "operator", "T-1", "UTC", "s-1", f"batch {BATCH}", BATCH, new={"text": "µ and → stay"}
        ),
        ClockJumped(8_000, 9),
    ]


def small_journal(path: Path) -> Journal:
    """The small one, open."""
    return Journal.create(path, ORIGIN, things=small_things())


def whole_journal(path: Path, acts: bool = True) -> Journal:
    """Six patients on the robotic cluster, with acts on the record of the first if wanted; open."""
    done = Suite(shelf(Recipe, "car-t-9-day"), shelf(Plant, "robotic-cluster")).run()
    journal = Journal.create(path, ORIGIN, things=list(new_job("car-t-9-day", "robotic-cluster", 7).documents()))
    fresh = done.new_control()
    journal.append([thing for fact in done.facts for thing in (fact, *fresh.take(fact))])
    if acts:
        entries = list(journal.entries())
        last = max(e.thing.at for e in entries if getattr(e.thing, "batch", "") == BATCH)
        journal.append(acts_on(BATCH, result_of(entries, BATCH).seq, last))
    journal.anchor()
    return journal
