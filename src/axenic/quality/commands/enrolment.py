"""Commands by which persons begin: `axenic user enrol`, `declare`."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from axenic.quality.actor import Actor
from axenic.quality.books import Books
from axenic.quality.command import Command, Effect, said
from axenic.quality.persons import SERVICE, person_object
from axenic.quality.safe import Safe

_SHORTEST = 12  # characters of a password


@dataclass(frozen=True)
class EnrolUser(Command):
    """Prove yourself with the one-time secret, choose a password, and get the second factor for an authenticator."""

    NAME = "user enrol"

    chosen: str = said("The password you choose; give it in AXENIC_CHOSEN or when asked.", "")

    def refusals(self, books: Books, by: Actor, at: int) -> list[str]:
        """A password of some length, for a person who is not enrolled yet."""
        person = books.persons.get(by.user)
        found = []
        if person is not None and person.kind == SERVICE:
            found.append("a service account does not enrol")
        if person is not None and person.enrolled:
            found.append(f"{by.user} is enrolled; after a reset they can enrol again")
        if len(self.chosen) < _SHORTEST or by.user in self.chosen.casefold():
            found.append(f"a password has at least {_SHORTEST} characters and does not hold the id")
        return found

    def effect(self, books: Books, by: Actor, at: int) -> Effect:
        """The person is there; nothing of the secrets goes on record."""
        return Effect(person_object(by.user), new={"enrolled": True})

    def finish(self, safe: Safe, by: Actor, at: int) -> dict[str, Any]:
        """The secret of the second factor, shown once."""
        return {"totp": safe.enrol(by.user, self.chosen, at)}


@dataclass(frozen=True)
class DeclareUser(Command):
    """Declare that your electronic signature binds you as your handwritten one does (11.10(j), 11.100(c))."""

    NAME = "user declare"

    def refusals(self, books: Books, by: Actor, at: int) -> list[str]:
        """Once is enough."""
        person = books.persons.get(by.user)
        return ["you have declared it already"] if person is not None and person.declared else []

    def effect(self, books: Books, by: Actor, at: int) -> Effect:
        """Declared from now on."""
        return Effect(person_object(by.user), new={"declared": True})
