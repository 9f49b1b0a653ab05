"""Orders: `axenic order issue`."""

from __future__ import annotations

from dataclasses import dataclass

from axenic.quality.actor import Actor
from axenic.quality.books import Books
from axenic.quality.command import Command, Effect, said
from axenic.quality.digests import batch_object
from axenic.quality.issues import ISSUE
from axenic.quality.masters import Master, master_object


@dataclass(frozen=True)
class IssueOrder(Command):
    """Issue the order of a batch: the effective version of a master, frozen, at a site that may work."""

    NAME = ISSUE

    of_batch: str = said("The batch.")
    patient: str = said("The patient's code of the chain of identity, never a name.", "")
    master: str = said("The master's name.", "")
    version: int = said("Its version.", 0)
    site: str = said("The site where it is made.", "")

    def about(self) -> str:
        """The batch."""
        return batch_object(self.of_batch)

    def batch(self) -> str:
        """The batch."""
        return self.of_batch

    def refusals(self, books: Books, by: Actor, at: int) -> list[str]:
        """An effective master, the one the core runs, a site in the Master File, a batch not begun."""
        found = [f"{self.of_batch} was issued before"] if books.issues.get(self.of_batch) else []
        if not self.of_batch.strip() or not self.of_batch.isprintable() or "/" in self.of_batch:
            found.append("a batch has a name without a slash")
        if not self.patient.strip():
            found.append("give the patient's code (--patient)")
        if books.batches.get(self.of_batch):
            found.append(f"{self.of_batch} was begun; an order is issued before")
        return found + self._master_refusals(books, at) + books.sites.refusals(self.site, at)

    def _master_refusals(self, books: Books, at: int) -> list[str]:
        master = books.masters.get(self.master, self.version)
        if master is None:
            return [f"there is no {master_object(self.master, self.version)}"]
        state = books.masters.state(master, at)
        if state != "effective":
            return [f"{master.object} is {state}: only an effective version is issued"]
        running = books.masters.running(master.name)
        return (
            [f"the recipe that this journal runs is not {master.object}"] if running not in ("", master.digest) else []
        )

    def effect(self, books: Books, by: Actor, at: int) -> Effect:
        """The version is frozen with its content hash."""
        master: Master = books.masters.get(self.master, self.version)  # type: ignore[assignment]
        new = {"patient": self.patient.strip(), "master": master.object, "digest": master.digest, "site": self.site}
        return Effect(self.about(), self.of_batch, new=new | {"master file": books.sites.file_in_force(at)})
