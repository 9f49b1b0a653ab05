"""The verb `record`."""

from __future__ import annotations

import sqlite3
from pathlib import Path

from axenic.cli.answer import refuse, say
from axenic.notation.finding import Finding
from axenic.record.batch import journeys_of
from axenic.record.journal import JournalError, read_journal
from axenic.record.print import print_records


def record(journal: Path, *batches: str, json: bool = False) -> int:
    """Print the batch record of some batches of a journal, or of all of them, as PDF beside the journal.

    Parameters
    ----------
    journal
        The journal.
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
            return refuse([Finding("AX0501", text, f"there are: {', '.join(known)}", str(journal))], json)
        printed = dict(print_records(entries, reading.head, journal, batches or known))
    except JournalError as error:
        return refuse([error.finding], json)
    except (OSError, ValueError, sqlite3.Error) as error:
        return refuse([Finding("AX0402", str(error), "axenic verify says more", str(journal))], json)
    say({"records": {k: str(v) for k, v in printed.items()}}, "\n".join(str(v) for v in printed.values()), json)
    return 0
