"""Doses for a site of tests: a real run of the core on the shipped cluster, put into the site's journal as it was."""

from __future__ import annotations

from functools import cache

from bench.scene import shipped_cluster

from axenic.control.facts import BatchOrdered, Fact, PhaseCompleted
from axenic.control.orders import DisposeBatch, Order, RunPhase
from axenic.library.shelf import text_of
from axenic.plant.plant import Plant
from axenic.quality.review import unanswered
from axenic.recipe.recipe import Recipe
from axenic.record.entry import Document
from tests.quality.site import DAY, START, Site

BATCH = "AX-0001"
RECIPE, PLANT = "car-t-9-day", "robotic-cluster"


@cache
def run_of(patients: int) -> tuple[Fact | Order, ...]:
    return tuple(thing for fact, orders in shipped_cluster(patients).play().steps for thing in (fact, *orders))


def masters() -> list[Document]:
    recipe, plant = text_of(Recipe, RECIPE)[0], text_of(Plant, PLANT)[0]
    return [Document("recipe", RECIPE, recipe), Document("plant", PLANT, plant)]


def ordered(site: Site, *names: str) -> Site:
    """Batches that are ordered, and nothing else."""
    site.append(*masters(), *(BatchOrdered(START, name, f"COI-{name}", RECIPE, START + 30 * DAY) for name in names))
    return site


def executed(site: Site, patients: int = 1) -> Site:
    """Doses made, tested and accepted by the core."""
    site.append(*masters(), *run_of(patients))
    return site


def out_of_specification(site: Site, test: str = "viability", value: str = "61") -> Site:
    """A dose of which one release test is out of its limit, so that the core rejected it."""
    things = run_of(1)
    asked = next(t.number for t in things if isinstance(t, RunPhase) and t.run.endswith(f"/test/{test}"))
    cut = next(n for n, t in enumerate(things) if isinstance(t, PhaseCompleted) and t.order == asked)
    at = things[cut].at
    site.append(*masters(), *things[:cut], PhaseCompleted(at, asked, {test: value}))
    reason = f"release test {test}: {test} {value}, limit >= 80 %"
    site.append(DisposeBatch(999_999, at, BATCH, "rejected", reason, "patient material"))
    return site


def answered(site: Site, batch: str = BATCH) -> Site:
    """Every critical and major exception is answered with a reason."""
    entries = tuple(flag.seq for flag in unanswered(site.books, batch))
    if entries:
        site.do("qa2", "review answer", of_batch=batch, entries=entries)
    return site


def reviewed(site: Site, batch: str = BATCH) -> Site:
    """Reviewed by production and by quality, and its trail as well."""
    site.do("lead", "review production", of_batch=batch)
    site.do("qa", "review quality", of_batch=batch)
    site.do("qa", "review trail", of_batch=batch)
    return site


def state(site: Site, batch: str = BATCH) -> str:
    return site.books.batches.get(batch).state
