"""A command on a batch: it must be there, and its state and the guards of its table must let it."""

from __future__ import annotations

from dataclasses import dataclass

from axenic.quality.actor import Actor
from axenic.quality.batches import Batch
from axenic.quality.books import Books
from axenic.quality.command import Command, said
from axenic.quality.digests import batch_object
from axenic.quality.release import guarded


@dataclass(frozen=True)
class OnBatch(Command):
    """What concerns one batch; `wrong` is for what the table of states cannot know."""

    of_batch: str = said("The batch.")

    def about(self) -> str:
        """The batch as an object."""
        return batch_object(self.of_batch)

    def batch(self) -> str:
        """The batch."""
        return self.of_batch

    def refusals(self, books: Books, by: Actor, at: int) -> list[str]:
        """State, guards, and what this command asks besides."""
        batch = books.batches.get(self.of_batch)
        if batch is None:
            return [f"there is no batch {self.of_batch!r}"]
        return [*guarded(books, batch, self.NAME, by, at), *self.wrong(books, batch, at)]

    def wrong(self, books: Books, batch: Batch, at: int) -> list[str]:
        """What is wrong with what was given; empty for most."""
        return []
