"""A clock that was set, confirmed by a person: `axenic clock confirm`."""

from __future__ import annotations

from dataclasses import dataclass

from axenic.quality.actor import Actor
from axenic.quality.books import Books
from axenic.quality.clock import SITE_CLOCK
from axenic.quality.command import Command, Effect, said


@dataclass(frozen=True)
class ConfirmClock(Command):
    """Confirm that the clock is right again, and how it was checked; only then is anything signed."""

    NAME = "clock confirm"

    against: str = said("What it was checked against, for example `time.example.org, offset 12 ms`.", "")

    def about(self) -> str:
        """The clock of the site."""
        return SITE_CLOCK

    def refusals(self, books: Books, by: Actor, at: int) -> list[str]:
        """It was set, and was checked against something."""
        found = [] if books.clock.suspect else ["the clock was not set"]
        return found if self.against.strip() else [*found, "say what it was checked against (--against)"]

    def effect(self, books: Books, by: Actor, at: int) -> Effect:
        """Believed again."""
        return Effect(self.about(), new={"against": self.against.strip()})
