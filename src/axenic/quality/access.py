"""Access as it was: who could give a command on a day, rebuilt from the acts (Annex 11 12)."""

from __future__ import annotations

from dataclasses import dataclass

from axenic.quality.books import Books
from axenic.quality.permissions import ANYONE
from axenic.quality.persons import Persons
from axenic.record.entry import Entry


@dataclass(frozen=True, slots=True)
class Holder:
    """A person with a role, since when they have it, and when their access was last confirmed."""

    user: str
    name: str
    role: str
    since: int
    confirmed: int


def holders(books: Books, start: int, end: int, command: str = "") -> list[Holder]:
    """Everybody who, at some moment from start until before end, had a role, or one that a command needs."""
    roles = _roles(books, command)
    persons, found = Persons(), dict[tuple[str, str, int], Holder]()
    for line in books.trail.lines:
        if line.act.at >= end:
            continue
        if line.act.at >= start:
            _note(found, persons, roles)
        persons.take(Entry(line.seq, "act", line.act))
    _note(found, persons, roles)
    return sorted(found.values(), key=lambda holder: (holder.user, holder.role, holder.since))


def _roles(books: Books, command: str) -> set[str]:
    known = {role.role for role in books.permissions.roles}
    rules = [rule for rule in books.permissions.commands if command in ("", rule.command)]
    needed = {role for rule in rules for role in rule.roles}
    return known if ANYONE in needed else needed


def _note(found: dict[tuple[str, str, int], Holder], persons: Persons, roles: set[str]) -> None:
    for person in persons.all():
        for role, since in person.roles.items():
            if role in roles and person.active():
                holder = Holder(person.user, person.name, role, since, person.confirmed)
                found[person.user, role, since] = holder
