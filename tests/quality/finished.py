"""A dose made by the core with people beside it, from the first value they recorded to its certification."""

from __future__ import annotations

from functools import cache

from axenic.cli.job import new_job
from axenic.control.facts import BatchOrdered
from axenic.control.orders import RunPhase
from axenic.plant.plant import Plant
from axenic.quality.review import unanswered
from axenic.recipe.recipe import Recipe
from axenic.record.entry import Thing
from tests.conftest import Suite, shelf
from tests.quality.made import BATCH, PLANT, RECIPE
from tests.quality.site import DAY, MINUTE, START, Site

STEP = "expand/grow#3"
VALUES = ("91", "81", "18", "82")  # as it was written first, and what it was corrected to
COLOUR = {"of_batch": BATCH, "step": STEP, "name": "colour"}
VIABILITY = {"of_batch": BATCH, "step": STEP, "name": "viability"}
LEAK = {"what": "a drop at the port of the bag", "contained": "port clamped, bag set aside"}


@cache
def run_here() -> tuple[Thing, ...]:
    """One dose, begun when the site's clock begins."""
    done = Suite(shelf(Recipe, RECIPE), shelf(Plant, PLANT))
    done.run([BatchOrdered(START + DAY, BATCH, "COI-1", RECIPE, START + 31 * DAY)])
    fresh = done.new_control()
    return tuple(thing for fact in done.facts for thing in (fact, *fresh.take(fact)))


def steps() -> list[str]:
    """The operations of the run, as entries name them."""
    return list(dict.fromkeys(t.run.partition("/")[2] for t in run_here() if isinstance(t, RunPhase) and t.batch))


def finished(site: Site) -> Site:
    """Made, recorded by hand, one deviation, three reviews, certified; the attempts in between that were refused."""
    things = run_here()
    begun = next(n for n, t in enumerate(things) if isinstance(t, RunPhase) and t.run == f"{BATCH}/{STEP}")
    site.append(*new_job(RECIPE, PLANT, 7).documents(), *things[: begun + 1])
    _until(site, things[begun].at + MINUTE)
    by_hand(site)
    site.append(*things[begun + 1 :])
    _until(site, things[-1].at + MINUTE)
    deviated(site)
    site.refused("op", "release certify", of_batch=BATCH, reason="shift ends")
    flags = tuple(flag.seq for flag in unanswered(site.books, BATCH))
    if flags:
        site.do("qa", "review answer", of_batch=BATCH, entries=flags, reason="seen, without effect")
    site.do("op", "sign put", object=f"batch {BATCH}", meaning="performed", reason="signed too early before")
    site.do("lead", "review production", of_batch=BATCH)
    site.do("qa", "review quality", of_batch=BATCH)
    site.do("qa2", "review trail", of_batch=BATCH)
    site.do("qp", "release certify", of_batch=BATCH)
    return site


def _until(site: Site, at: int) -> None:
    site.clock.pass_by(at - site.clock.wall)


def by_hand(site: Site) -> None:
    """A value corrected three times and verified, another that two persons typed, a refusal, a comment."""
    site.do("op", "entry add", **VIABILITY, value=VALUES[0], unit="%", how="scanned", scan=f"]Q1{VALUES[0]}")
    for value, why in zip(VALUES[1:], ("wrong line", "digits swapped", "as on the print-out"), strict=True):
        site.do("op2", "entry correct", **VIABILITY, value=value, how="typed", reason=why, second="lead")
    site.do("qc", "entry verify", **VIABILITY)
    site.do("op", "entry add", **COLOUR, value="orange, clear", second="op2")
    site.do("op", "entry comment", **COLOUR, text="as yesterday")
    site.refused("op", "entry add", **COLOUR, value="red", second="op2")
    site.do("op", "sign put", object=f"batch {BATCH}", meaning="performed")


def deviated(site: Site) -> None:
    """A deviation from opening to closing."""
    site.do("op", "deviation open", of_batch=BATCH, **LEAK)
    (found,) = [d.deviation for d in site.books.deviations.of_batch(BATCH)]
    site.do("qa", "deviation assess", deviation=found, severity="major")
    site.do("eng", "deviation investigate", deviation=found, cause="worn clamp", impact="none, the inner cap was shut")
    site.do("qa", "deviation capa", deviation=found, action="new clamps", owner="fitter", due="2027-03-01")
    site.do("qa3", "deviation close", deviation=found, disposition="no effect on the dose")
