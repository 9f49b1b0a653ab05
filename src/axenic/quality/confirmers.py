"""Who confirms accounts, as permissions.yaml says of `user add`: nobody with a role that makes doses comes unseen."""

from __future__ import annotations

from collections.abc import Collection

from axenic.quality.books import Books
from axenic.quality.persons import PERSONAL, Person

ADD = "user add"
GMP = "gmp"  # the case of a rule: an account with a role in making, testing or releasing


def confirmed(books: Books, roles: Collection[str], user: str) -> str:
    """The case of a rule: `gmp` if a role is one and somebody else is there who can confirm it."""
    return GMP if _gmp(books, roles) and any(p.active() for p in _confirmers(books, user)) else ""


def too_early(books: Books, roles: tuple[str, ...]) -> list[str]:
    """Until somebody can confirm others, only the first of them comes; then they confirm."""
    who = _confirming(books)
    if not _gmp(books, roles) or not who or any(p.active() for p in _confirmers(books, "")):
        return []
    first = not _confirmers(books, "") and set(roles) & set(who)
    return [] if first else [f"the first to come is {' or '.join(who)}: once enrolled, they confirm all others"]


def before_who_confirms(books: Books, user: str) -> list[str]:
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
    rule = books.permissions.rule(ADD, GMP)
    return rule.second if rule is not None else ()


def last(books: Books, user: str, role: str) -> list[str]:
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
