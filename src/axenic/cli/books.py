"""Reading what people did, without becoming the journal's writer: for every verb that only shows."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from axenic.cli.answer import refuse, say
from axenic.notation.finding import Finding
from axenic.quality.books import Books
from axenic.quality.permissions import shipped
from axenic.record.journal import JournalError, read_journal

Row = dict[str, Any]
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


def shown(journal: str, as_json: bool, made: Callable[[Books], tuple[Row, list[str]]]) -> int:
    """Show what `made` makes of the books: data, and lines for people; a simulated record says so."""
    try:
        books = read_books(journal)
        row, lines = made(books)
    except JournalError as error:
        return refuse([error.finding], as_json)
    except NotThere as error:
        return refuse([Finding("AX0501", str(error), "check the spelling", journal)], as_json)
    mark = [MARK] if books.simulated else []
    say({"simulated": books.simulated} | row, "\n".join([*mark, *lines]), as_json)
    return 0
