"""Commands on accounts: `axenic user add`, `reset`, `disable`, `confirm`."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

from axenic.quality.actor import Actor
from axenic.quality.books import Books
from axenic.quality.command import Effect, said
from axenic.quality.commands.role import role_refusals
from axenic.quality.confirmers import ADD, before_who_confirms, confirmed, last, too_early
from axenic.quality.on_person import OnPerson, known
from axenic.quality.persons import PERSONAL, SERVICE, Person, same_human
from axenic.quality.printed_name import misprinted
from axenic.quality.safe import Safe

_USER = re.compile(r"[a-z][a-z0-9.-]{1,31}")  # plain letters: two ids can never look the same


@dataclass(frozen=True)
class AddUser(OnPerson):
    """Add an account; the one-time secret shown lets the person choose a password of their own."""

    NAME = ADD

    name: str = said("The name as printed beside signatures.", "")
    roles: tuple[str, ...] = said("Roles, as in permissions.yaml.", ())
    proof: str = said("How the identity was verified, for example `passport seen by HR`.", "")
    identity: str = said("The number by which the site knows the human, for example `HR 4711`.", "")
    service: bool = said("A service account: it never logs in as a person and never signs.", False)

    def case(self, books: Books) -> str:
        """Who takes part in making, testing or releasing is confirmed by a second person."""
        return confirmed(books, self.roles, self.user)

    def refusals(self, books: Books, by: Actor, at: int) -> list[str]:
        """Ids are unique for ever, a human has one account; the identity is verified before (11.100, 11.300(a))."""
        found = []
        if not _USER.fullmatch(self.user):
            found.append("an id is 2 to 32 of a-z, 0-9, '.' and '-', and begins with a letter")
        if books.persons.get(self.user) is not None:
            found.append(f"{self.user} was given before; an id is never used again")
        found += misprinted(self.name.strip(), _others(books, self.identity))
        found += _identity_refusals(books, self.identity)
        if not self.proof.strip():
            found.append("say how the identity was verified (--proof)")
        if not books.persons.all() and "security admin" not in self.roles:
            found.append("the first account of a site is its security admin")
        return found + role_refusals(books, self.roles) + too_early(books, self.roles)

    def effect(self, books: Books, by: Actor, at: int) -> Effect:
        """The account as it begins."""
        kind = SERVICE if self.service else PERSONAL
        new: dict[str, Any] = {"name": self.name.strip(), "roles": list(self.roles), "kind": kind}
        return Effect(self.about(), new=new | {"proof": self.proof.strip(), "identity": self.identity.strip()})

    def finish(self, safe: Safe, by: Actor, at: int) -> dict[str, Any]:
        """The one-time secret."""
        return {"one-time secret": safe.issue(self.user, at)}


def _others(books: Books, identity: str) -> list[str]:
    """The printed names of all other humans, also of those who left: their signatures are still read."""
    return [p.name for p in books.persons.all() if same_human(p.identity) != same_human(identity)]


def _identity_refusals(books: Books, identity: str) -> list[str]:
    """One human, one account: or two roles that must not meet would meet in them."""
    if not (meant := same_human(identity)):
        return ["say by which number the site knows the human (--identity)"]
    others = [p.user for p in books.persons.all() if not p.disabled and same_human(p.identity) == meant]
    return [f"{others[0]} is the account of the human {identity.strip()}; one human has one"] if others else []


@dataclass(frozen=True)
class ResetUser(OnPerson):
    """Take a person's secrets away and issue a one-time secret: they prove themselves anew; no signature for 24 h."""

    NAME = "user reset"

    proof: str = said("How the identity was verified again.", "")

    def case(self, books: Books) -> str:
        """Confirmed like an account that is added."""
        person = books.persons.get(self.user)
        return confirmed(books, person.roles if person is not None else (), self.user)

    def refusals(self, books: Books, by: Actor, at: int) -> list[str]:
        """Nobody resets themselves, and the identity is proven again."""
        found = known(books, self.user)
        if self.user == by.user:
            found.append("nobody resets themselves")
        found += before_who_confirms(books, self.user)
        return found if self.proof.strip() else [*found, "say how the identity was verified (--proof)"]

    def effect(self, books: Books, by: Actor, at: int) -> Effect:
        """Enrolled no more."""
        return Effect(self.about(), old={"enrolled": True}, new={"enrolled": False, "proof": self.proof.strip()})

    def finish(self, safe: Safe, by: Actor, at: int) -> dict[str, Any]:
        """The one-time secret."""
        return {"one-time secret": safe.issue(self.user, at)}


@dataclass(frozen=True)
class DisableUser(OnPerson):
    """End an account: its secrets and sessions are gone at once; its id stays taken."""

    NAME = "user disable"

    def refusals(self, books: Books, by: Actor, at: int) -> list[str]:
        """Somebody who confirms accounts stays."""
        return known(books, self.user) + last(books, self.user, "")

    def effect(self, books: Books, by: Actor, at: int) -> Effect:
        """Disabled from now on."""
        return Effect(self.about(), old={"disabled": False}, new={"disabled": True})

    def finish(self, safe: Safe, by: Actor, at: int) -> dict[str, Any]:
        """Secrets are forgotten."""
        safe.forget(self.user)
        return {}


@dataclass(frozen=True)
class ConfirmUser(OnPerson):
    """Confirm in the periodic review that a person still needs the access they have (11.300(b))."""

    NAME = "user confirm"

    def refusals(self, books: Books, by: Actor, at: int) -> list[str]:
        """Nobody confirms themselves."""
        found = known(books, self.user)
        return [*found, "nobody confirms their own access"] if self.user == by.user else found

    def effect(self, books: Books, by: Actor, at: int) -> Effect:
        """Confirmed now, with the roles held."""
        person: Person = books.persons.get(self.user)  # type: ignore[assignment]
        return Effect(self.about(), old={"confirmed": person.confirmed}, new={"roles": list(person.roles)})
