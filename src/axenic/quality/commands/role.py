"""Commands on the roles of a person: `axenic user grant`, `revoke`."""

from __future__ import annotations

from dataclasses import dataclass

from axenic.quality.actor import Actor
from axenic.quality.books import Books
from axenic.quality.command import Effect, said
from axenic.quality.confirmers import confirmed, last, too_early
from axenic.quality.on_person import OnPerson, known


@dataclass(frozen=True)
class GrantRole(OnPerson):
    """Give a person a role."""

    NAME = "user grant"

    role: str = said("The role.", "")

    def case(self, books: Books) -> str:
        """Confirmed like an account that is added."""
        return confirmed(books, (self.role,), self.user)

    def refusals(self, books: Books, by: Actor, at: int) -> list[str]:
        """Nobody grants themselves; some roles never meet in one person (Annex 11 draft 11, 12.3)."""
        person = books.persons.get(self.user)
        held = tuple(person.roles) if person is not None else ()
        found = known(books, self.user) + role_refusals(books, (*held, self.role))
        if self.role in held:
            found.append(f"{self.user} is {self.role} already")
        found += too_early(books, (self.role,))
        return [*found, "nobody grants a role to themselves"] if self.user == by.user else found

    def effect(self, books: Books, by: Actor, at: int) -> Effect:
        """One role more."""
        return Effect(self.about(), new={"role": self.role})


@dataclass(frozen=True)
class RevokeRole(OnPerson):
    """Take a role from a person."""

    NAME = "user revoke"

    role: str = said("The role.", "")

    def refusals(self, books: Books, by: Actor, at: int) -> list[str]:
        """They must have it."""
        person = books.persons.get(self.user)
        missing = person is not None and self.role not in person.roles
        missing_role = [f"{self.user} is not {self.role}"] if missing else []
        return known(books, self.user) + missing_role + last(books, self.user, self.role)

    def effect(self, books: Books, by: Actor, at: int) -> Effect:
        """One role less."""
        return Effect(self.about(), old={"role": self.role})


def role_refusals(books: Books, roles: tuple[str, ...]) -> list[str]:
    """Why one person cannot hold these roles: there is none of the name, or two must not meet."""
    table = books.permissions
    unknown = [role for role in roles if not table.known(role)]
    there = ", ".join(role.role for role in table.roles)
    return [f"there is no role {role!r}; roles: {there}" for role in unknown] + [
        f"{pair[0]} and {pair[1]} must not be one person: {because}" for pair, because in table.clashes(roles)
    ]
