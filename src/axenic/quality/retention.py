"""How long a record is kept, computed from data; there is no command that removes one, before its end or after."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Literal

from axenic.notation.sheet import Sheet
from axenic.quality.sheets import shipped_sheet

FOR_EVER = 0


class Term(Sheet):
    """So many years from the expiry or the certification of a product."""

    from_: Literal["expiry", "certification"]
    years: int


class RetentionClass(Sheet):
    """A class of records with its terms; the one that ends last counts."""

    record: str
    holds: str
    terms: tuple[Term, ...]
    clause: str

    def until(self, certified: int, expires: int) -> int:
        """When the record may end (ms UTC); FOR_EVER as long as a day that a term counts from is not known."""
        days = {"certification": certified, "expiry": expires}
        if not all(days[term.from_] for term in self.terms):
            return FOR_EVER
        return max(_years_on(days[term.from_], term.years) for term in self.terms)

    def kept(self, certified: int, expires: int, at: int) -> bool:
        """Whether the record must be there at a time."""
        until = self.until(certified, expires)
        return until == FOR_EVER or at < until


class Retention(Sheet):
    """The classes of a site."""

    retention: str
    version: int
    source: str
    classes: tuple[RetentionClass, ...]


def _years_on(at: int, years: int) -> int:
    """The same day so many years on; of a 29 February the 1 March."""
    day = datetime.fromtimestamp(at / 1000, UTC)
    try:
        later = day.replace(year=day.year + years)
    except ValueError:
        later = day.replace(year=day.year + years, month=3, day=1)
    return round(later.timestamp() * 1000)


def shipped_retention() -> Retention:
    """The classes shipped with the package."""
    return shipped_sheet(Retention, "retention.yaml")
