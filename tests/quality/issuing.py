"""Sites, masters and orders for tests: what must be there before a batch is issued."""

from __future__ import annotations

from typing import Any

from axenic.control.facts import BatchOrdered
from axenic.library.shelf import text_of
from axenic.notation.document import load, write
from axenic.recipe.recipe import Recipe
from axenic.record.entry import Act, Document
from tests.quality.doses import BATCH
from tests.quality.site import DAY, Site

NAME = "car-t-9-day"


def active(site: Site) -> None:
    """The central site is registered and in the Master File."""
    site.do("owner", "site register", site="central", reference="MIA 1", begins="2026-11-01", central=True)
    site.do("owner", "site file", version="MF-1", sites=("central",), second="qp")


def spoke(site: Site, begins: str = "2026-11-01") -> None:
    """A decentralised site beside it, in the Master File and under agreement."""
    active(site)
    site.do("owner", "site register", site="spoke", reference="POC 7", begins=begins, rule="finish")
    site.do("owner", "site file", version="MF-2", sites=("central", "spoke"), second="qp")
    agreement = site.folder / "agreement.pdf"
    agreement.write_bytes(b"agreed")
    site.do("qp", "site agree", site="spoke", document=str(agreement), until="2027-11-01")


def text(version: int) -> str:
    return text_of(Recipe, NAME)[0].replace("version: 1\n", f"version: {version}\n", 1)


def draft(site: Site, version: int) -> None:
    file = site.folder / f"v{version}.yaml"
    file.write_text(text(version), "utf-8")
    site.do("eng", "master draft", file=str(file))


def effective(site: Site, version: int, begins: str = "") -> None:
    draft(site, version)
    site.do("qa", "master approve", name=NAME, version=version)
    change = f"CC-{version}"
    site.do("eng", "change open", change=change, of=f"master {NAME} v{version}", what="as validated")
    site.do("qa", "change approve", change=change)
    site.do("qa", "master effective", name=NAME, version=version, change=change, begins=begins)


def order(of: str = BATCH, version: int = 1, place: str = "central") -> dict[str, Any]:
    """What an order says."""
    return {"of_batch": of, "patient": f"COI-{of}", "master": NAME, "version": version, "site": place}


def issue(site: Site, **changed: Any) -> Act:
    """Issue an order."""
    return site.do("lead", "order issue", **order(**changed))


def not_issued(site: Site, **changed: Any) -> tuple[str, ...]:
    """Why an order is not issued."""
    return site.refused("lead", "order issue", **order(**changed))


def run_by(site: Site, version: int, patient: str = f"COI-{BATCH}") -> None:
    """The core is given a recipe and begins the batch."""
    recipe = write(load(Recipe, text(version), "recipe").value)
    at = site.clock.wall
    site.append(Document("recipe", NAME, recipe, at), BatchOrdered(at, BATCH, patient, NAME, at + 30 * DAY))
