"""Deviations: `axenic deviation …`."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from axenic.quality.actor import Actor
from axenic.quality.books import Books
from axenic.quality.command import Command, Effect, said
from axenic.quality.day import day
from axenic.quality.deviations import Deviation, deviation_object
from axenic.quality.raised import CRITICAL, MAJOR, MINOR
from axenic.quality.review import flags_of, standing

SEVERITIES = (CRITICAL, MAJOR, MINOR)


@dataclass(frozen=True)
class OpenDeviation(Command):
    """Open a deviation on a batch; its name is shown. Say what happened and what was done to contain it."""

    NAME = "deviation open"

    of_batch: str = said("The batch.")
    what: str = said("What happened.", "")
    contained: str = said("What was done at once to contain it.", "")
    entries: tuple[int, ...] = said("The entries of the exceptions it answers.", ())

    def batch(self) -> str:
        """The batch."""
        return self.of_batch

    def refusals(self, books: Books, by: Actor, at: int) -> list[str]:
        """A batch, what happened, what was done, and exceptions that are there."""
        if books.batches.get(self.of_batch) is None:
            return [f"there is no batch {self.of_batch!r}"]
        there = {flag.seq for flag in flags_of(books, self.of_batch)}
        found = [f"no exception of {self.of_batch} stands at entry {seq}" for seq in self.entries if seq not in there]
        found += [] if self.what.strip() else ["say what happened (--what)"]
        return found if self.contained.strip() else [*found, "say what was done to contain it (--contained)"]

    def effect(self, books: Books, by: Actor, at: int) -> Effect:
        """A deviation more."""
        new: dict[str, Any] = {
            "what": self.what.strip(),
            "contained": self.contained.strip(),
            "entries": list(self.entries),
        }
        new["answers"] = standing(books, self.of_batch, self.entries)
        return Effect(deviation_object(books.deviations.next_name()), self.of_batch, new=new)


@dataclass(frozen=True)
class _OnDeviation(Command):
    deviation: str = said("The deviation.")

    def about(self) -> str:
        """The deviation."""
        return deviation_object(self.deviation)

    def refusals(self, books: Books, by: Actor, at: int) -> list[str]:
        """State, guards, and what this command asks besides."""
        found = books.deviations.get(self.deviation)
        if found is None:
            return [f"there is no deviation {self.deviation!r}"]
        move = books.deviations.states.move(found.state, self.NAME)
        if move is None:
            return books.deviations.states.refusals(self.about(), found.state, self.NAME)
        return [
            *(text for guard in move.guards for text in _GUARDS[guard](books, found, self, at)),
            *self.wrong(books, found, by, at),
        ]

    def wrong(self, books: Books, deviation: Deviation, by: Actor, at: int) -> list[str]:
        """What is wrong with what was given."""
        return []

    def _batch(self, books: Books) -> str:
        found = books.deviations.get(self.deviation)
        return found.batch if found is not None else ""


@dataclass(frozen=True)
class AssessDeviation(_OnDeviation):
    """Classify a deviation: critical, major or minor; the reason goes on record."""

    NAME = "deviation assess"

    severity: str = said("critical, major or minor.", "")

    def wrong(self, books: Books, deviation: Deviation, by: Actor, at: int) -> list[str]:
        """One of three."""
        return [] if self.severity in SEVERITIES else [f"a deviation is {', '.join(SEVERITIES)}, not {self.severity!r}"]

    def effect(self, books: Books, by: Actor, at: int) -> Effect:
        """Classified."""
        before = books.deviations.get(self.deviation)
        old = {"severity": before.severity if before is not None else ""}
        return Effect(self.about(), self._batch(books), old=old, new={"severity": self.severity})


@dataclass(frozen=True)
class InvestigateDeviation(_OnDeviation):
    """Say the root cause, the impact, and which other batches are affected; related ones are found and recorded."""

    NAME = "deviation investigate"

    cause: str = said("The root cause.", "")
    impact: str = said("What it means for this batch and for the related ones.", "")
    affected: tuple[str, ...] = said("Other batches that are affected: they wait for this deviation, too.", ())
    cleared: tuple[str, ...] = said("Related batches that are not affected; the impact says why.", ())

    def wrong(self, books: Books, deviation: Deviation, by: Actor, at: int) -> list[str]:
        """Cause and impact are said; batches that are named are there."""
        found = [] if self.cause.strip() else ["say the root cause (--cause)"]
        found += [] if self.impact.strip() else ["say the impact (--impact)"]
        named = (*self.affected, *self.cleared)
        return found + [f"there is no batch {name!r}" for name in named if books.batches.get(name) is None]

    def effect(self, books: Books, by: Actor, at: int) -> Effect:
        """Investigated; with what every related batch shares."""
        related = books.relations.of(self._batch(books))
        new = {
            "cause": self.cause.strip(),
            "impact": self.impact.strip(),
            "affected": list(self.affected),
            "cleared": list(self.cleared),
            "related": {name: sorted(shared) for name, shared in related.items()},
        }
        return Effect(self.about(), self._batch(books), new=new)


@dataclass(frozen=True)
class AddAction(_OnDeviation):
    """Add a corrective or preventive action (CAPA) with its owner and day."""

    NAME = "deviation capa"

    action: str = said("What is done.", "")
    owner: str = said("Who does it, by user id.", "")
    due: str = said("By which day, as 2027-11-28.", "")

    def wrong(self, books: Books, deviation: Deviation, by: Actor, at: int) -> list[str]:
        """An action, a person of the site, a day to come."""
        found = [] if self.action.strip() else ["say what is done (--action)"]
        person = books.persons.get(self.owner)
        if person is None or not person.active():
            found.append(f"{self.owner!r} is nobody who could own it (--owner)")
        return found if day(self.due) > at else [*found, f"{self.due!r} is no day to come; write it as 2027-11-28"]

    def effect(self, books: Books, by: Actor, at: int) -> Effect:
        """One action more."""
        there = books.deviations.get(self.deviation)
        name = f"CAPA-{len(there.actions) + 1 if there is not None else 1}"
        new = {"name": name, "action": self.action.strip(), "owner": self.owner, "due": day(self.due)}
        return Effect(self.about(), self._batch(books), new=new)


@dataclass(frozen=True)
class ShowEffect(_OnDeviation):
    """Record that an action was effective, on which evidence; its owner does not judge it."""

    NAME = "deviation effective"

    capa: str = said("The action, for example CAPA-1.", "")
    evidence: str = said("What shows that it worked.", "")

    def wrong(self, books: Books, deviation: Deviation, by: Actor, at: int) -> list[str]:
        """An action that is there, evidence, and another person than its owner."""
        action = deviation.actions.get(self.capa)
        if action is None:
            return [f"{self.deviation} has no action {self.capa!r}"]
        found = [f"{by.user} owns {self.capa}: another person judges it"] if action.owner == by.user else []
        found += [f"{self.capa} was judged already"] if action.effective else []
        return found if self.evidence.strip() else [*found, "say what shows that it worked (--evidence)"]

    def effect(self, books: Books, by: Actor, at: int) -> Effect:
        """Effective."""
        return Effect(self.about(), self._batch(books), new={"name": self.capa, "evidence": self.evidence.strip()})


@dataclass(frozen=True)
class CloseDeviation(_OnDeviation):
    """Close a deviation with what becomes of the batch; signed by quality over the deviation as it was shown."""

    NAME = "deviation close"

    disposition: str = said("What becomes of the batch, and why that is right.", "")

    def wrong(self, books: Books, deviation: Deviation, by: Actor, at: int) -> list[str]:
        """A disposition."""
        return [] if self.disposition.strip() else ["say what becomes of the batch (--disposition)"]

    def effect(self, books: Books, by: Actor, at: int) -> Effect:
        """Closed."""
        return Effect(self.about(), self._batch(books), new={"disposition": self.disposition.strip()})


def _related_named(books: Books, deviation: Deviation, command: _OnDeviation, at: int) -> list[str]:
    """Every related batch is said to be affected or not (21 CFR 211.192)."""
    named = {*getattr(command, "affected", ()), *getattr(command, "cleared", ())}
    return [
        f"{name} shared {', '.join(sorted(set(shared))[:3])}: say whether it is affected (--affected, --cleared)"
        for name, shared in books.relations.of(deviation.batch).items()
        if name not in named
    ]


def _actions_there(books: Books, deviation: Deviation, command: _OnDeviation, at: int) -> list[str]:
    needs = deviation.severity == CRITICAL and not deviation.actions
    return ["a critical deviation needs a corrective action (axenic deviation capa)"] if needs else []


def _effect_checked(books: Books, deviation: Deviation, command: _OnDeviation, at: int) -> list[str]:
    """An action whose day is over must have been judged; one whose day is to come goes on after the closing."""
    late = [a for a in deviation.actions.values() if not a.effective and a.due <= at]
    return [f"{a.name} is past its day and nobody has shown its effect" for a in late]


_GUARDS: dict[str, Callable[[Books, Deviation, _OnDeviation, int], list[str]]] = {
    "related batches are named": _related_named,
    "actions are there": _actions_there,
    "effectiveness is checked": _effect_checked,
}
