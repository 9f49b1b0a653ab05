"""The verb `record`."""

from __future__ import annotations

import sqlite3
from functools import partial

from axenic.cli.answer import refuse, say
from axenic.notation.finding import Finding
from axenic.quality.judged import books_of, judged
from axenic.record.journal import JournalError, read_journal
from axenic.record.journey import journeys_of
from axenic.record.place import Place, shown
from axenic.record.print import print_records


def record(journal: str, *batches: str, json: bool = False) -> int:
    """Print the batch record of some batches of a journal, or of all of them, as PDF beside the journal.

    Parameters
    ----------
    journal
        The journal: a file, or postgresql://host/database.
    batches
        Names of batches; none means all.
    json
        Write the paths as JSON.
    """
    try:
        reading = read_journal(journal)
        entries = reading.entries
        known = list(journeys_of(entries)[0])
        strange = [b for b in batches if b not in known]
        if strange:
            text = f"no batch {', '.join(strange)} in this journal"
            return refuse([Finding("AX0501", text, f"there are: {', '.join(known)}", shown(journal))], json)
        books = books_of(entries, reading.head.simulated)
        judge = partial(judged, books)
        printed = dict(print_records(entries, reading.head, Place.of(journal), batches or known, judge))
    except JournalError as error:
        return refuse([error.finding], json)
    except (OSError, ValueError, sqlite3.Error) as error:
        return refuse([Finding("AX0402", str(error), "axenic verify says more", shown(journal))], json)
    say({"records": {k: str(v) for k, v in printed.items()}}, "\n".join(str(v) for v in printed.values()), json)
    return 0
