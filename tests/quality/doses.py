"""Batches for tests of the record: the facts and orders that the core and its units would have put in the journal."""

from __future__ import annotations

from axenic.control.facts import BatchOrdered, PhaseCompleted
from axenic.control.orders import CloseBatch, RunPhase
from tests.quality.site import DAY, Site

BATCH, STEP = "AX-1", "expand/grow#1"


def begun(
    site: Site, batch: str = BATCH, step: str = STEP, unit: str = "reactor-1", recipe: str = "car-t-9-day"
) -> int:
    """A batch whose step runs on a unit; the number of the order."""
    at, number = site.clock.wall, site.bus.books.size + 1
    if site.books.batches.get(batch) is None:
        site.append(BatchOrdered(at, batch, f"COI-{batch}", recipe, at + 30 * DAY))
    site.append(RunPhase(number, at, unit, "culture", f"{batch}/{step}", batch))
    return number


def ended(site: Site, number: int) -> None:
    """The step is over."""
    site.append(PhaseCompleted(site.clock.wall, number))


def closed(site: Site, batch: str = BATCH) -> None:
    """Nothing more is done for the batch."""
    site.append(CloseBatch(site.bus.books.size + 1, site.clock.wall, batch))


def kinds(site: Site, batch: str = BATCH) -> list[str]:
    """What kinds of exceptions a batch carries."""
    return [raised.kind for raised in site.books.exceptions(batch)]
