"""Change control: `axenic change …`."""

from __future__ import annotations

from dataclasses import dataclass

from axenic.quality.actor import Actor
from axenic.quality.books import Books
from axenic.quality.changes import APPROVE, OPEN, change_object
from axenic.quality.command import Command, Effect, said


@dataclass(frozen=True)
class _OnChange(Command):
    change: str = said("The change's number, for example `CC-12`.")

    def about(self) -> str:
        """The change."""
        return change_object(self.change)


@dataclass(frozen=True)
class OpenChange(_OnChange):
    """Ask for a change of one object: what, and why."""

    NAME = OPEN

    of: str = said("The object, for example `master car-t-9-day v2` or `limit viability`.", "")
    what: str = said("What is changed, and what it affects.", "")

    def refusals(self, books: Books, by: Actor, at: int) -> list[str]:
        """A new number, an object, a description."""
        found = [f"{self.change} was opened before"] if books.changes.get(self.change) else []
        if not self.change.strip() or not self.change.isprintable():
            found.append("a change has a number")
        if len(self.of.split(maxsplit=1)) < 2:
            found.append("name the object as kind and name (--of)")
        return found if self.what.strip() else [*found, "say what is changed (--what)"]

    def effect(self, books: Books, by: Actor, at: int) -> Effect:
        """Open."""
        return Effect(self.about(), new={"of": self.of.strip(), "what": self.what.strip()})


@dataclass(frozen=True)
class ApproveChange(_OnChange):
    """Approve a change, as another person than the one who asked for it; signed."""

    NAME = APPROVE

    def refusals(self, books: Books, by: Actor, at: int) -> list[str]:
        """It is open, and not approved."""
        change = books.changes.get(self.change)
        if change is None:
            return [f"there is no change {self.change!r}"]
        return [f"{change.approved_by} has approved it already"] if change.approved_by else []

    def effect(self, books: Books, by: Actor, at: int) -> Effect:
        """Approved."""
        return Effect(self.about(), new={"approved": True})
