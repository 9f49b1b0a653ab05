"""The values that people enter: their unit, what is plausible, and what decides on quality; as data."""

from __future__ import annotations

from decimal import Decimal, InvalidOperation
from functools import cached_property

from axenic.notation.sheet import Sheet
from axenic.quality.sheets import shipped_sheet

SCANNED, TYPED = "scanned", "typed"


class KnownValue(Sheet):
    """One value: its unit, between which numbers it is plausible, and whether it is critical."""

    value: str
    unit: str
    least: str
    most: str
    critical: bool


class KnownValues(Sheet):
    """The table of a site; `comment words`: parts of words that make a comment one to be reviewed."""

    table: str
    version: int
    source: str
    values: tuple[KnownValue, ...]
    comment_words: tuple[str, ...] = ()

    @cached_property
    def _known(self) -> dict[str, KnownValue]:
        return {known.value: known for known in self.values}

    def refusals(self, name: str, value: str, unit: str) -> list[str]:
        """Why a value cannot be taken as it is written."""
        known = self._known.get(name)
        if known is not None and known.unit != unit:
            return [f"{name} is entered in {known.unit}, not in {unit or 'no unit'}"]
        if not value.strip() or len(value) > 500 or not value.isprintable():
            return ["a value has 1 to 500 characters on one line"]
        return [f"{value!r} is no number, and a value with a unit is one"] if unit and number(value) is None else []

    def plausible(self, name: str, value: str) -> bool:
        """Whether a number can be believed; what the table does not name is."""
        known, found = self._known.get(name), number(value)
        return known is None or found is None or Decimal(known.least) <= found <= Decimal(known.most)

    def critical(self, name: str, value: str, unit: str) -> bool:
        """Whether it decides on quality; a unit or a number under a name that the table does not know is taken to."""
        known = self._known.get(name)
        return known.critical if known is not None else bool(unit) or number(value) is not None

    def needs_second(self, name: str, value: str, unit: str, how: str) -> bool:
        """Whether a second person must look: critical and typed, or not plausible (Annex 11 clause 6)."""
        return (self.critical(name, value, unit) and how != SCANNED) or not self.plausible(name, value)

    def tells(self, comment: str) -> bool:
        """Whether a comment holds a word that a reviewer must see."""
        return any(word in comment.casefold() for word in self.comment_words)


def number(text: str) -> Decimal | None:
    """The finite decimal number of a text; None if it is none."""
    try:
        found = Decimal(text.strip())
    except InvalidOperation:
        return None
    return found if found.is_finite() else None


def shipped_values() -> KnownValues:
    """The table shipped with the package."""
    return shipped_sheet(KnownValues, "values.yaml")
