"""Commands on the accounts of persons: `axenic user …`."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

from axenic.quality.actor import Actor
from axenic.quality.books import Books
from axenic.quality.command import Command, Effect, said
from axenic.quality.day import day
from axenic.quality.persons import PERSONAL, SERVICE, Person, person_object
from axenic.quality.safe import Safe

_USER = re.compile(r"[a-z][a-z0-9.-]{1,31}")  # plain letters: two ids can never look the same
_SHORTEST = 12  # characters of a password


def _known(books: Books, user: str) -> list[str]:
    person = books.persons.get(user)
    if person is None:
        return [f"there is no account {user!r}"]
    return [f"{user} is disabled"] if person.disabled else []


@dataclass(frozen=True)
class _OnPerson(Command):
    user: str = said("The person's id.")

    def about(self) -> str:
        """The person."""
        return person_object(self.user)

    def refusals(self, books: Books, by: Actor, at: int) -> list[str]:
        """The account must be there and not disabled."""
        return _known(books, self.user)


@dataclass(frozen=True)
class AddUser(_OnPerson):
    """Add an account; the one-time secret shown lets the person choose a password of their own."""

    NAME = "user add"

    name: str = said("The name as printed beside signatures.", "")
    roles: tuple[str, ...] = said("Roles, as in permissions.yaml.", ())
    proof: str = said("How the identity was verified, for example `passport seen by HR`.", "")
    service: bool = said("A service account: it never logs in as a person and never signs.", False)

    def refusals(self, books: Books, by: Actor, at: int) -> list[str]:
        """Ids are unique for ever; the identity is verified before (11.100, 11.300(a))."""
        found = []
        if not _USER.fullmatch(self.user):
            found.append("an id is 2 to 32 of a-z, 0-9, '.' and '-', and begins with a letter")
        if books.persons.get(self.user) is not None:
            found.append(f"{self.user} was given before; an id is never used again")
        if not self.name.strip():
            found.append("a printed name is needed")
        if not self.proof.strip():
            found.append("say how the identity was verified (--proof)")
        if not books.persons.all() and "security admin" not in self.roles:
            found.append("the first account of a site is its security admin")
        return found + _role_refusals(books, self.roles)

    def effect(self, books: Books, by: Actor, at: int) -> Effect:
        """The account as it begins."""
        kind = SERVICE if self.service else PERSONAL
        new = {"name": self.name.strip(), "roles": list(self.roles), "proof": self.proof.strip(), "kind": kind}
        return Effect(self.about(), new=new)

    def finish(self, safe: Safe, by: Actor, at: int) -> dict[str, Any]:
        """The one-time secret."""
        return {"one-time secret": safe.issue(self.user)}


def _role_refusals(books: Books, roles: tuple[str, ...]) -> list[str]:
    found = [f"there is no role {role!r}" for role in roles if not books.permissions.known(role)]
    for rule in books.permissions.forbidden:
        if set(rule.roles) <= set(roles):
            found.append(f"{rule.roles[0]} and {rule.roles[1]} must not be one person: {rule.because}")
    return found


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
        return {"totp": safe.enrol(by.user, self.chosen)}


@dataclass(frozen=True)
class ResetUser(_OnPerson):
    """Take a person's secrets away and issue a one-time secret: they prove themselves anew; no signature for 24 h."""

    NAME = "user reset"

    proof: str = said("How the identity was verified again.", "")

    def refusals(self, books: Books, by: Actor, at: int) -> list[str]:
        """Nobody resets themselves, and the identity is proven again."""
        found = _known(books, self.user)
        if self.user == by.user:
            found.append("nobody resets themselves")
        return found if self.proof.strip() else [*found, "say how the identity was verified (--proof)"]

    def effect(self, books: Books, by: Actor, at: int) -> Effect:
        """Enrolled no more."""
        return Effect(self.about(), old={"enrolled": True}, new={"enrolled": False, "proof": self.proof.strip()})

    def finish(self, safe: Safe, by: Actor, at: int) -> dict[str, Any]:
        """The one-time secret."""
        return {"one-time secret": safe.issue(self.user)}


@dataclass(frozen=True)
class DisableUser(_OnPerson):
    """End an account: its secrets and sessions are gone at once; its id stays taken."""

    NAME = "user disable"

    def effect(self, books: Books, by: Actor, at: int) -> Effect:
        """Disabled from now on."""
        return Effect(self.about(), old={"disabled": False}, new={"disabled": True})

    def finish(self, safe: Safe, by: Actor, at: int) -> dict[str, Any]:
        """Secrets are forgotten."""
        safe.forget(self.user)
        return {}


@dataclass(frozen=True)
class GrantRole(_OnPerson):
    """Give a person a role."""

    NAME = "user grant"

    role: str = said("The role.", "")

    def refusals(self, books: Books, by: Actor, at: int) -> list[str]:
        """Nobody grants themselves; some roles never meet in one person (Annex 11 draft 11, 12.3)."""
        person = books.persons.get(self.user)
        held = tuple(person.roles) if person is not None else ()
        found = _known(books, self.user) + _role_refusals(books, (*held, self.role))
        if self.role in held:
            found.append(f"{self.user} is {self.role} already")
        return [*found, "nobody grants a role to themselves"] if self.user == by.user else found

    def effect(self, books: Books, by: Actor, at: int) -> Effect:
        """One role more."""
        return Effect(self.about(), new={"role": self.role})


@dataclass(frozen=True)
class RevokeRole(_OnPerson):
    """Take a role from a person."""

    NAME = "user revoke"

    role: str = said("The role.", "")

    def refusals(self, books: Books, by: Actor, at: int) -> list[str]:
        """They must have it."""
        person = books.persons.get(self.user)
        missing = person is not None and self.role not in person.roles
        return _known(books, self.user) + ([f"{self.user} is not {self.role}"] if missing else [])

    def effect(self, books: Books, by: Actor, at: int) -> Effect:
        """One role less."""
        return Effect(self.about(), old={"role": self.role})


@dataclass(frozen=True)
class TrainUser(_OnPerson):
    """Record that a person is trained in a procedure, until a day."""

    NAME = "user train"

    procedure: str = said("The procedure with its version, for example `SOP-12 v3`.", "")
    until: str = said("The day until which it lasts, as 2027-11-28.", "")

    def refusals(self, books: Books, by: Actor, at: int) -> list[str]:
        """A procedure and a day; nobody trains themselves."""
        found = _known(books, self.user)
        if not self.procedure.strip():
            found.append("name the procedure and its version")
        if day(self.until) <= at:
            found.append(f"{self.until!r} is no day to come; write it as 2027-11-28")
        return [*found, "nobody records their own training"] if self.user == by.user else found

    def effect(self, books: Books, by: Actor, at: int) -> Effect:
        """Trained until then."""
        return Effect(self.about(), new={"procedure": self.procedure.strip(), "until": day(self.until)})


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


@dataclass(frozen=True)
class ConfirmUser(_OnPerson):
    """Confirm in the periodic review that a person still needs the access they have (11.300(b))."""

    NAME = "user confirm"

    def refusals(self, books: Books, by: Actor, at: int) -> list[str]:
        """Nobody confirms themselves."""
        found = _known(books, self.user)
        return [*found, "nobody confirms their own access"] if self.user == by.user else found

    def effect(self, books: Books, by: Actor, at: int) -> Effect:
        """Confirmed now, with the roles held."""
        person: Person = books.persons.get(self.user)  # type: ignore[assignment]
        return Effect(self.about(), old={"confirmed": person.confirmed}, new={"roles": list(person.roles)})
