"""A command that holds two carriers against the bond of a batch; a mismatch goes on record and holds every batch.

There is no way to accept a mismatch. The core is asked to hold each batch by an act of its own, so that the engine
takes it as a fact.
"""

from __future__ import annotations

from abc import abstractmethod
from dataclasses import dataclass
from typing import Any

from axenic.identity.match import Bond, Match
from axenic.quality.actor import Actor
from axenic.quality.books import Books
from axenic.quality.command import Command, Effect, said
from axenic.quality.digests import batch_object
from axenic.quality.handovers import STOPPED
from axenic.quality.pair import ROLES, Pair
from axenic.quality.requests import FACT, asked
from axenic.record.entry import Act

TYPED = "typed"


@dataclass(frozen=True)
class Comparing(Command):
    """Two carriers and one batch."""

    of_batch: str = said("The batch.")
    container: str = said("What was scanned on the container, with its symbology identifier (`]C0`).", "")
    other: str = said("What was scanned on the patient's, the kit's or the label's own carrier, likewise.", "")
    typed: str = said(
        "Which of the two was typed: `container` or `other`; needs a check character and two persons.", ""
    )
    place: str = said("Where, in the site's words.", "")

    def about(self) -> str:
        """The batch as an object."""
        return batch_object(self.of_batch)

    def batch(self) -> str:
        """The batch."""
        return self.of_batch

    def case(self, books: Books) -> str:
        """A typed code needs a second person."""
        return TYPED if self.typed else ""

    def pair(self) -> Pair:
        """What was read."""
        return Pair.of(self.container, self.other, self.typed)

    @abstractmethod
    def step(self) -> str:
        """Which step of the way it is."""

    def wrong(self, books: Books, bond: Bond) -> list[str]:
        """What else keeps it from being compared."""
        return []

    def refusals(self, books: Books, by: Actor, at: int) -> list[str]:
        """A bound batch, and two carriers of which it can be told whether they belong together."""
        bond = books.bonds.get(self.of_batch)
        if bond is None:
            return [f"{self.of_batch} is not bound to a patient (axenic identity bind)"]
        if self.typed and self.typed not in ROLES:
            return [f"what was typed is {' or '.join(ROLES)}, not something else (--typed)"]
        return [*self.wrong(books, bond), *self.pair().refusals(bond)]

    def effect(self, books: Books, by: Actor, at: int) -> Effect:
        """A match, or a mismatch that holds all batches it concerns."""
        bond: Bond = books.bonds.get(self.of_batch)  # type: ignore[assignment]
        pair = self.pair()
        verdict = pair.verdict(bond)
        matched = isinstance(verdict, Match)
        batches = list(dict.fromkeys([self.of_batch, *([] if matched else pair.owners(bond, books.bonds))]))
        words = list(verdict.by) if isinstance(verdict, Match) else pair.reasons(bond, books.bonds)
        new: dict[str, Any] = {"step": self.step(), "place": self.place.strip()[:200]}
        new |= {"outcome": "match" if matched else "mismatch", "said": words, "batches": batches}
        new |= {"how": TYPED if self.typed else "scanned", "held by": books.handovers.stopped_by(self.of_batch)}
        things = () if matched else tuple(_hold(books, batch, "; ".join(words), by, at) for batch in batches)
        return Effect(self.about(), self.of_batch, new=new, things=things)

    def alerts(self, act: Act) -> list[str]:
        """That nothing may be moved."""
        if act.new["outcome"] != "match":
            return [f"MISMATCH: do not touch {', '.join(act.new['batches'])}; all are held", *act.new["said"]]
        return [f"held since the mismatch at entry {seq}: quality decides" for seq in act.new["held by"]]


def _hold(books: Books, batch: str, words: str, by: Actor, at: int) -> Act:
    """The act by which the core is asked to hold a batch; one that is closed is only named."""
    known = books.batches.get(batch)
    new = (
        {}
        if known is not None and known.closed
        else {FACT: asked("HoldRequested", batch=batch, actor=by.user, reason="")}
    )
    who: dict[str, Any] = {"actor": by.user, "station": by.station, "zone": by.zone, "session": by.session}
    return Act(
        at, STOPPED, **who, object=batch_object(batch), batch=batch, new=new, reason=f"{STOPPED}: {words}"[:2000]
    )
