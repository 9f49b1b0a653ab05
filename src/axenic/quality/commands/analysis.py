"""Analyses: `axenic analysis run`."""

from __future__ import annotations

from dataclasses import dataclass

from axenic.quality.actor import Actor
from axenic.quality.analyses import RUN, analysis_object
from axenic.quality.books import Books
from axenic.quality.command import Command, Effect, said
from axenic.quality.limits import TestLimit
from axenic.quality.values import number


@dataclass(frozen=True)
class RunAnalysis(Command):
    """Record a run of a test: numbered, with its parameters, held against the limit of the day.

    A second run needs a reason and a second person; the first one stays beside it for ever.
    """

    NAME = RUN

    of_batch: str = said("The batch.")
    test: str = said("The test, for example `viability`.")
    value: str = said("The result in the unit of the limit.")
    parameters: tuple[str, ...] = said("What it was made with, each as `name=value`.", ())

    def about(self) -> str:
        """All runs of the test."""
        return analysis_object(self.of_batch, self.test)

    def batch(self) -> str:
        """The batch."""
        return self.of_batch

    def case(self, books: Books) -> str:
        """Every run after the first is one again."""
        return "again" if books.analyses.runs(self.of_batch, self.test) else ""

    def refusals(self, books: Books, by: Actor, at: int) -> list[str]:
        """A known batch, a limit to hold it against, a number."""
        found = [] if books.batches.get(self.of_batch) else [f"there is no batch {self.of_batch!r}"]
        if books.limits.now(self.test) is None:
            found.append(f"no limit is set for {self.test}: a result is not judged without (axenic limit set)")
        if number(self.value) is None:
            found.append(f"{self.value!r} is no number")
        wrong = [text for text in self.parameters if not text.partition("=")[2]]
        return [*found, f"write parameters as name=value, not {', '.join(wrong)}"] if wrong else found

    def effect(self, books: Books, by: Actor, at: int) -> Effect:
        """One run more."""
        limit: TestLimit = books.limits.now(self.test)  # type: ignore[assignment]
        parameters = dict(text.split("=", 1) for text in self.parameters)
        new = {
            "test": self.test,
            "number": len(books.analyses.runs(self.of_batch, self.test)) + 1,
            "value": self.value.strip(),
            "unit": limit.unit,
            "passes": limit.holds(self.value),
            "limit": str(limit),
            "limit version": limit.version,
            "parameters": parameters,
        }
        return Effect(self.about(), self.of_batch, new=new)
