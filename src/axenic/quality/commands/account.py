"""Commands on the accounts of persons: `axenic user …`."""

from __future__ import annotations

import re
from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

from axenic.quality.actor import Actor
from axenic.quality.books import Books
from axenic.quality.command import Command, Effect, said
from axenic.quality.day import day
from axenic.quality.persons import PERSONAL, SERVICE, Person, person_object, same_human
from axenic.quality.printed_name import misprinted
from axenic.quality.safe import Safe

_USER = re.compile(r"[a-z][a-z0-9.-]{1,31}")  # plain letters: two ids can never look the same
_SHORTEST = 12  # characters of a password
GMP = "gmp"  # the case of a rule: an account with a role in making, testing or releasing


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
    identity: str = said("The number by which the site knows the human, for example `HR 4711`.", "")
    service: bool = said("A service account: it never logs in as a person and never signs.", False)

    def case(self, books: Books) -> str:
        """Who takes part in making, testing or releasing is confirmed by a second person."""
        return _confirmed(books, self.roles, self.user)

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
        return found + _role_refusals(books, self.roles) + _too_early(books, self.roles)

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


def _role_refusals(books: Books, roles: tuple[str, ...]) -> list[str]:
    table = books.permissions
    unknown = [role for role in roles if not table.known(role)]
    there = ", ".join(role.role for role in table.roles)
    return [f"there is no role {role!r}; roles: {there}" for role in unknown] + [
        f"{pair[0]} and {pair[1]} must not be one person: {because}" for pair, because in table.clashes(roles)
    ]


def _confirmed(books: Books, roles: Collection[str], user: str) -> str:
    """The case of a rule: `gmp` if a role is one and somebody else is there who can confirm it."""
    return GMP if _gmp(books, roles) and any(p.active() for p in _confirmers(books, user)) else ""


def _too_early(books: Books, roles: tuple[str, ...]) -> list[str]:
    """Until somebody can confirm others, only the first of them comes; then they confirm."""
    who = _confirming(books)
    if not _gmp(books, roles) or not who or any(p.active() for p in _confirmers(books, "")):
        return []
    first = not _confirmers(books, "") and set(roles) & set(who)
    return [] if first else [f"the first to come is {' or '.join(who)}: once enrolled, they confirm all others"]


def _before_who_confirms(books: Books, user: str) -> list[str]:
    """After a recovery nobody can confirm: the first to be let in again is somebody who will."""
    person, who = books.persons.get(user), _confirming(books)
    if person is None or not _gmp(books, person.roles) or set(who) & set(person.roles):
        return []
    if not who or any(p.active() for p in _confirmers(books, "")):
        return []
    return [f"the first to come back is {' or '.join(who)}: once enrolled, they confirm all others"]


def _gmp(books: Books, roles: Collection[str]) -> bool:
    return any(role.gmp for role in books.permissions.roles if role.role in roles)


def _confirming(books: Books) -> tuple[str, ...]:
    rule = books.permissions.rule(AddUser.NAME, GMP)
    return rule.second if rule is not None else ()


def _last(books: Books, user: str, role: str) -> list[str]:
    """Whether nobody could confirm accounts any more without that person, or their role ("" for all of theirs)."""
    person, who = books.persons.get(user), set(_confirming(books))
    if person is None or not person.active() or not who & set(person.roles):
        return []
    keeps = role and who & set(person.roles) - {role}
    if keeps or any(p.active() for p in _confirmers(books, user)):
        return []
    return [f"{user} is the last who confirms accounts: bring another {' or '.join(who)} first"]


def _confirmers(books: Books, user: str) -> list[Person]:
    """Who has a role that confirms accounts, enrolled or not yet, other than that person."""
    who = set(_confirming(books))
    people = [p for p in books.persons.all() if not p.disabled and p.kind == PERSONAL and p.user != user]
    return [p for p in people if who & set(p.roles)]


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
class ResetUser(_OnPerson):
    """Take a person's secrets away and issue a one-time secret: they prove themselves anew; no signature for 24 h."""

    NAME = "user reset"

    proof: str = said("How the identity was verified again.", "")

    def case(self, books: Books) -> str:
        """Confirmed like an account that is added."""
        person = books.persons.get(self.user)
        return _confirmed(books, person.roles if person is not None else (), self.user)

    def refusals(self, books: Books, by: Actor, at: int) -> list[str]:
        """Nobody resets themselves, and the identity is proven again."""
        found = _known(books, self.user)
        if self.user == by.user:
            found.append("nobody resets themselves")
        found += _before_who_confirms(books, self.user)
        return found if self.proof.strip() else [*found, "say how the identity was verified (--proof)"]

    def effect(self, books: Books, by: Actor, at: int) -> Effect:
        """Enrolled no more."""
        return Effect(self.about(), old={"enrolled": True}, new={"enrolled": False, "proof": self.proof.strip()})

    def finish(self, safe: Safe, by: Actor, at: int) -> dict[str, Any]:
        """The one-time secret."""
        return {"one-time secret": safe.issue(self.user, at)}


@dataclass(frozen=True)
class DisableUser(_OnPerson):
    """End an account: its secrets and sessions are gone at once; its id stays taken."""

    NAME = "user disable"

    def refusals(self, books: Books, by: Actor, at: int) -> list[str]:
        """Somebody who confirms accounts stays."""
        return _known(books, self.user) + _last(books, self.user, "")

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

    def case(self, books: Books) -> str:
        """Confirmed like an account that is added."""
        return _confirmed(books, (self.role,), self.user)

    def refusals(self, books: Books, by: Actor, at: int) -> list[str]:
        """Nobody grants themselves; some roles never meet in one person (Annex 11 draft 11, 12.3)."""
        person = books.persons.get(self.user)
        held = tuple(person.roles) if person is not None else ()
        found = _known(books, self.user) + _role_refusals(books, (*held, self.role))
        if self.role in held:
            found.append(f"{self.user} is {self.role} already")
        found += _too_early(books, (self.role,))
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
        missing_role = [f"{self.user} is not {self.role}"] if missing else []
        return _known(books, self.user) + missing_role + _last(books, self.user, self.role)

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
