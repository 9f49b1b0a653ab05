"""Hand-overs: `axenic handover match`. There is no command that accepts a mismatch."""

from __future__ import annotations

from dataclasses import dataclass

from axenic.identity.match import Bond
from axenic.quality.actor import Actor
from axenic.quality.books import Books
from axenic.quality.command import said
from axenic.quality.comparing import Comparing
from axenic.quality.handovers import MATCH, shipped_steps
from axenic.quality.release import kept_back


@dataclass(frozen=True)
class MatchHandover(Comparing):
    """Hold two scans against the record before a batch changes hands; a mismatch holds both batches."""

    NAME = MATCH

    at: str = said("Which hand-over: receipt, cluster, filling, pack or ship.", "")

    def step(self) -> str:
        """As the table names it."""
        return self.at

    def wrong(self, books: Books, bond: Bond) -> list[str]:
        """A step of the way; what leaves the house is certified before."""
        step = shipped_steps().get(self.at)
        if step is None:
            return [f"a hand-over is one of {', '.join(s.step for s in shipped_steps().steps)} (--at)"]
        batch = books.batches.get(self.of_batch)
        state = batch.state if batch is not None else "ordered"
        early = step.after and state not in step.after and not self.pair().foreign(bond)
        return [f"{self.of_batch} is {state}: {self.at} is after {' or '.join(step.after)}"] if early else []

    def refusals(self, books: Books, by: Actor, at: int) -> list[str]:
        """What leaves the house besides: a certificate that holds, nothing in the way since; a mismatch is taken."""
        found = super().refusals(books, by, at)
        step = shipped_steps().get(self.at)
        batch, bond = books.batches.get(self.of_batch), books.bonds.get(self.of_batch)
        if batch is None or bond is None or step is None or batch.state not in step.after or self.pair().foreign(bond):
            return found
        return [*found, *kept_back(books, batch, at)]
