"""Reading what people did, without becoming the journal's writer: for every verb that only shows."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Annotated, Any

from cyclopts import Parameter

from axenic.cli.answer import refuse, say
from axenic.notation.finding import Finding
from axenic.quality.batches import Batch
from axenic.quality.books import Books
from axenic.quality.permissions import shipped
from axenic.record.journal import JournalError, read_journal

Row = dict[str, Any]
OfBatch = Annotated[str, Parameter(help="The batch.")]
MARK = "SIMULATED, NOT FOR RELEASE"


class NotThere(Exception):
    """What is asked for is not in the journal."""


def read_books(journal: str) -> Books:
    """The books of a journal, verified as it was read; raises JournalError."""
    reading = read_journal(journal)
    books = Books(shipped(), reading.head.simulated)
    for entry in reading.entries:
        books.take(entry)
    return books


@Parameter(name="*")
@dataclass(frozen=True, slots=True, kw_only=True)
class Look:
    """What every verb takes that only shows: the journal to look into, and how to write what is seen.

    Parameters
    ----------
    journal
        The journal.
    json
        Write JSON.
    """

    journal: str
    json: bool = False

    def show(self, made: Callable[[Books], tuple[Row, list[str]]]) -> int:
        """Show what `made` makes of the books: data, and lines for people; a simulated record says so."""
        try:
            books = read_books(self.journal)
            row, lines = made(books)
        except JournalError as error:
            return refuse([error.finding], self.json)
        except NotThere as error:
            return refuse([Finding("AX0501", str(error), "check the spelling", self.journal)], self.json)
        mark = [MARK] if books.simulated else []
        say({"simulated": books.simulated} | row, "\n".join([*mark, *lines]), self.json)
        return 0


def known(books: Books, batch: str) -> Batch:
    """The batch of that name; raises NotThere."""
    found = books.batches.get(batch)
    if found is None:
        raise NotThere(f"there is no batch {batch!r}")
    return found
