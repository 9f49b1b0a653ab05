"""The persons of a site: accounts, roles, training, declarations; an id is given once and never again."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable
from dataclasses import dataclass, field

from axenic.record.entry import Act, Entry

PERSONAL, SERVICE = "personal", "service"
RECOVER = "user recover"  # the safe was lost, and with it what everybody proved themselves by
REVIEWED_WITHIN = 395 * 86_400_000  # milliseconds: access is reviewed each year, with a month to do it [D: policy]


def person_object(user: str) -> str:
    """A person as an object of acts."""
    return f"person {user}"


def same_human(identity: str) -> str:
    """The number of a human without its spelling: equal for equal humans."""
    return "".join(c for c in unicodedata.normalize("NFKC", identity).casefold() if c.isalnum())


@dataclass(slots=True)
class Person:
    """One account. Times in milliseconds UTC, 0 for never.

    proof: how the identity was verified (11.100(b)). identity: the number by
    which the site knows the human. trained: procedure (with version) until when. reset: when an
    administrator last made them prove themselves anew; declared: the declaration of 11.100(c).
    """

    user: str
    name: str
    kind: str = PERSONAL
    proof: str = ""
    identity: str = ""
    added: int = 0
    enrolled: int = 0
    reset: int = 0
    disabled: int = 0
    declared: int = 0
    confirmed: int = 0
    roles: dict[str, int] = field(default_factory=dict)
    trained: dict[str, int] = field(default_factory=dict)

    def active(self) -> bool:
        """Whether the account can be used at all."""
        return bool(self.enrolled) and not self.disabled

    @property
    def secrets(self) -> int:
        """When their secrets were made by the record: the act that the safe's row must be of."""
        return self.enrolled or max(self.added, self.reset)

    def unconfirmed(self, at: int) -> bool:
        """Whether the review of their access is overdue (11.300(b))."""
        return at > self.confirmed + REVIEWED_WITHIN

    def trained_for(self, procedure: str, at: int) -> bool:
        """Whether the training in a procedure is in date."""
        return self.trained.get(procedure, 0) > at


class Persons:
    """All accounts that ever were."""

    def __init__(self) -> None:
        self._persons: dict[str, Person] = {}

    def get(self, user: str) -> Person | None:
        """The person with that id."""
        return self._persons.get(user)

    def all(self) -> list[Person]:
        """Everybody, in the order in which they came."""
        return list(self._persons.values())

    def take(self, entry: Entry) -> None:
        """Fold an act on a person."""
        act = entry.thing
        if not isinstance(act, Act) or act.refused or not act.object.startswith("person "):
            return
        user = act.object.removeprefix("person ")
        if act.command == "user add":
            person = Person(
                user, act.new["name"], act.new["kind"], act.new["proof"], act.new.get("identity", ""), act.at
            )
            person.confirmed = act.at
            person.roles = dict.fromkeys(act.new["roles"], act.at)
            self._persons[user] = person
        elif act.command == RECOVER:
            for person in self._persons.values():
                _reset(person, act)
        elif act.command in _TAKES and user in self._persons:
            _TAKES[act.command](self._persons[user], act)


def _enrol(person: Person, act: Act) -> None:
    person.enrolled = act.at


def _reset(person: Person, act: Act) -> None:
    person.reset, person.enrolled = act.at, 0


def _disable(person: Person, act: Act) -> None:
    person.disabled = act.at


def _grant(person: Person, act: Act) -> None:
    person.roles[act.new["role"]] = act.at


def _revoke(person: Person, act: Act) -> None:
    person.roles.pop(act.old["role"], None)


def _train(person: Person, act: Act) -> None:
    person.trained[act.new["procedure"]] = act.new["until"]


def _declare(person: Person, act: Act) -> None:
    person.declared = act.at


def _confirm(person: Person, act: Act) -> None:
    person.confirmed = act.at


_TAKES: dict[str, Callable[[Person, Act], None]] = {
    "user enrol": _enrol,
    "user reset": _reset,
    "user disable": _disable,
    "user grant": _grant,
    "user revoke": _revoke,
    "user train": _train,
    "user declare": _declare,
    "user confirm": _confirm,
}
