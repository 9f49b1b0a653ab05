"""The command on training: `axenic user train`."""

from __future__ import annotations

from dataclasses import dataclass

from axenic.quality.actor import Actor
from axenic.quality.books import Books
from axenic.quality.command import Effect, said
from axenic.quality.day import day
from axenic.quality.on_person import OnPerson, known


@dataclass(frozen=True)
class TrainUser(OnPerson):
    """Record that a person is trained in a procedure, until a day."""

    NAME = "user train"

    procedure: str = said("The procedure with its version, for example `SOP-12 v3`.", "")
    until: str = said("The day until which it lasts, as 2027-11-28.", "")

    def refusals(self, books: Books, by: Actor, at: int) -> list[str]:
        """A procedure and a day; nobody trains themselves."""
        found = known(books, self.user)
        if not self.procedure.strip():
            found.append("name the procedure and its version")
        if day(self.until) <= at:
            found.append(f"{self.until!r} is no day to come; write it as 2027-11-28")
        return [*found, "nobody records their own training"] if self.user == by.user else found

    def effect(self, books: Books, by: Actor, at: int) -> Effect:
        """Trained until then."""
        return Effect(self.about(), new={"procedure": self.procedure.strip(), "until": day(self.until)})
