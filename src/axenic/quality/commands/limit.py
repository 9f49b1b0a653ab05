"""Limits of tests: `axenic limit set`."""

from __future__ import annotations

from dataclasses import dataclass

from axenic.quality.actor import Actor
from axenic.quality.books import Books
from axenic.quality.command import Command, Effect, said
from axenic.quality.limits import SET, limit_object
from axenic.quality.values import number


@dataclass(frozen=True)
class SetLimit(Command):
    """Set the limit of a test under an approved change; results taken before keep the limit of their day."""

    NAME = SET

    test: str = said("The test, for example `viability`.")
    least: str = said("The least value that passes; none for no lower bound.", "")
    most: str = said("The highest value that passes; none for no upper bound.", "")
    unit: str = said("The unit.", "")
    change: str = said("The approved change.", "")

    def about(self) -> str:
        """The limit."""
        return limit_object(self.test)

    def refusals(self, books: Books, by: Actor, at: int) -> list[str]:
        """An approved change of this limit, and numbers in order."""
        found = books.changes.refusals(self.change, self.about())
        given = [number(text) for text in (self.least, self.most) if text]
        if not given or None in given:
            found.append("give --least, --most or both as numbers")
        elif len(given) == 2 and given[0] > given[1]:  # type: ignore[operator]
            found.append(f"--least {self.least} is more than --most {self.most}")
        return found

    def effect(self, books: Books, by: Actor, at: int) -> Effect:
        """The next version."""
        now = books.limits.now(self.test)
        old = {"least": now.least, "most": now.most, "unit": now.unit, "version": now.version} if now else {}
        new = {"least": self.least, "most": self.most, "unit": self.unit, "version": now.version + 1 if now else 1}
        return Effect(self.about(), old=old, new=new | {"change": self.change})
