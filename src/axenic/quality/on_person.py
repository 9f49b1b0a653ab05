"""A command on the account of a person: it must be there, and not disabled."""

from __future__ import annotations

from dataclasses import dataclass

from axenic.quality.actor import Actor
from axenic.quality.books import Books
from axenic.quality.command import Command, said
from axenic.quality.persons import person_object


@dataclass(frozen=True)
class OnPerson(Command):
    """What concerns one account."""

    user: str = said("The person's id.")

    def about(self) -> str:
        """The person."""
        return person_object(self.user)

    def refusals(self, books: Books, by: Actor, at: int) -> list[str]:
        """The account must be there and not disabled."""
        return known(books, self.user)


def known(books: Books, user: str) -> list[str]:
    """Why nothing can be done to that account; empty if something can."""
    person = books.persons.get(user)
    if person is None:
        return [f"there is no account {user!r}"]
    return [f"{user} is disabled"] if person.disabled else []
