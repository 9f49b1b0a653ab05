"""Commands that ask something of the core: `axenic order …`, `axenic zone …`; the engine takes them as facts."""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation

from axenic.quality.actor import Actor
from axenic.quality.books import Books
from axenic.quality.command import Command, Effect, said
from axenic.quality.day import day
from axenic.quality.digests import batch_object
from axenic.quality.on_batch import OnBatch
from axenic.quality.requests import FACT, asked

_CODE = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,39}")


class _Asks(OnBatch):
    def refusals(self, books: Books, by: Actor, at: int) -> list[str]:
        """There must be such a batch, and it must not be closed; what is possible beyond is the core's to say."""
        batch = books.batches.get(self.of_batch)
        if batch is None:
            return [f"there is no batch {self.of_batch!r}"]
        return [f"{self.of_batch} is closed"] if batch.closed else []

    def _asks(self, fact: str, by: Actor) -> Effect:
        data = asked(fact, batch=self.of_batch, actor=by.user, reason="")
        return Effect(self.about(), self.of_batch, new={FACT: data})


@dataclass(frozen=True)
class HoldOrder(_Asks):
    """Let a batch wait at the next boundary of a phase."""

    NAME = "order hold"

    def effect(self, books: Books, by: Actor, at: int) -> Effect:
        """The core is asked to hold it."""
        return self._asks("HoldRequested", by)


@dataclass(frozen=True)
class LiftOrder(_Asks):
    """Let a held batch go on; one word answers one reason to hold."""

    NAME = "order lift"

    def refusals(self, books: Books, by: Actor, at: int) -> list[str]:
        """Not while it is not sure whose it is."""
        return super().refusals(books, by, at) + books.handovers.stops(self.of_batch)

    def effect(self, books: Books, by: Actor, at: int) -> Effect:
        """The core is asked to go on."""
        return self._asks("HoldLifted", by)


@dataclass(frozen=True)
class AbortOrder(_Asks):
    """End a batch: the patient does not get this dose."""

    NAME = "order abort"

    def effect(self, books: Books, by: Actor, at: int) -> Effect:
        """The core is asked to end it."""
        return self._asks("AbortRequested", by)


@dataclass(frozen=True)
class PlaceOrder(Command):
    """Order a patient's dose, by the code of the chain of identity and never by a name."""

    NAME = "order place"

    order: str = said("A name for the batch.")
    patient: str = said("The patient's chain-of-identity code.", "")
    recipe: str = said("The recipe.", "")
    due: str = said("The day on which the dose is wanted, as 2027-01-15.", "")

    def about(self) -> str:
        """The batch as an object."""
        return batch_object(self.order)

    def batch(self) -> str:
        """The batch."""
        return self.order

    def refusals(self, books: Books, by: Actor, at: int) -> list[str]:
        """A new name, a code, a recipe that is on record, a day to come."""
        found = [f"{text!r} is no code" for text in (self.order, self.patient) if not _CODE.fullmatch(text)]
        if books.batches.get(self.order) is not None or books.trail.of_batch(self.order):
            found.append(f"{self.order} was ordered before")
        if not books.digests.of(f"recipe {self.recipe}"):
            found.append(f"there is no recipe {self.recipe!r} in this journal")
        return found if day(self.due) > at else [*found, f"{self.due!r} is no day to come; write it as 2027-01-15"]

    def effect(self, books: Books, by: Actor, at: int) -> Effect:
        """The core is asked for a batch."""
        data = {"batch": self.order, "patient": self.patient, "recipe": self.recipe, "due": day(self.due)}
        fact = asked("BatchOrdered", **data, actor=by.user)
        return Effect(self.about(), self.order, new={FACT: fact})


@dataclass(frozen=True)
class SettleOrder(Command):
    """Say, having looked, whether an act in doubt was done; an act is never repeated by itself."""

    NAME = "order settle"

    number: int = said("The number of the order in doubt, as its exception names it.")
    done: bool = said("It was done; without it, it was not.", False)

    def about(self) -> str:
        """The order."""
        return f"order {self.number}"

    def refusals(self, books: Books, by: Actor, at: int) -> list[str]:
        """It must be in doubt."""
        return [] if self.number in books.batches.doubts else [f"order {self.number} is not in doubt"]

    def effect(self, books: Books, by: Actor, at: int) -> Effect:
        """The core is told."""
        fact = asked("OutcomeSettled", order=self.number, done=self.done, actor=by.user, reason="")
        return Effect(self.about(), books.batches.doubts[self.number], new={FACT: fact})


@dataclass(frozen=True)
class _OnZone(Command):
    zone: str = said("The zone, as the plant names it.")

    def about(self) -> str:
        """The zone."""
        return f"zone {self.zone}"

    def refusals(self, books: Books, by: Actor, at: int) -> list[str]:
        """A zone of the plant that the journal runs."""
        if not self.zone.strip():
            return ["name the zone"]
        there = books.zones.names()
        return (
            [] if self.zone in there else [f"there is no zone {self.zone!r}; there are: {', '.join(there) or 'none'}"]
        )


@dataclass(frozen=True)
class AlarmZone(_OnZone):
    """Say that a zone's environment cannot be believed: nothing passes into it until it is restored."""

    NAME = "zone alarm"

    def effect(self, books: Books, by: Actor, at: int) -> Effect:
        """The core is told."""
        return Effect(self.about(), new={FACT: asked("ZoneAlarmed", zone=self.zone, reason="")})


@dataclass(frozen=True)
class RestoreZone(_OnZone):
    """Say that a zone is within its limits again, on named evidence."""

    NAME = "zone restore"

    evidence: str = said("What shows it, for example the record of the sampling.", "")

    def refusals(self, books: Books, by: Actor, at: int) -> list[str]:
        """No evidence, no pass."""
        found = super().refusals(books, by, at)
        return found if self.evidence.strip() else [*found, "name the evidence (--evidence)"]

    def effect(self, books: Books, by: Actor, at: int) -> Effect:
        """The core is told."""
        return Effect(self.about(), new={FACT: asked("ZoneRestored", zone=self.zone, evidence=self.evidence.strip())})


@dataclass(frozen=True)
class SampleZone(_OnZone):
    """Record a sample of a zone's environment."""

    NAME = "zone sample"

    measure: str = said("What was measured, as the limits name it.", "")
    value: str = said("The value, as a decimal number.", "")
    unit: str = said("Its unit.", "")
    evidence: str = said("The record it stands in.", "")

    def refusals(self, books: Books, by: Actor, at: int) -> list[str]:
        """A number with its unit, and where it stands."""
        found = super().refusals(books, by, at)
        try:
            finite = Decimal(self.value).is_finite()
        except InvalidOperation:
            finite = False
        if not finite:
            found.append(f"{self.value!r} is no number")
        missing = [name for name in ("measure", "unit", "evidence") if not getattr(self, name).strip()]
        return [*found, *(f"say the {name} (--{name})" for name in missing)]

    def effect(self, books: Books, by: Actor, at: int) -> Effect:
        """The core is told."""
        said_ = {"measure": self.measure, "value": self.value, "unit": self.unit, "evidence": self.evidence}
        return Effect(self.about(), new={FACT: asked("EnvironmentMeasured", zone=self.zone, **said_)})
