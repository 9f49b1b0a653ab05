"""The verb `retention`: how long the records of a batch are kept, and by which clause."""

from __future__ import annotations

from datetime import UTC, datetime

from cyclopts import App

from axenic.cli.answer import refuse, say
from axenic.control.facts import BatchOrdered
from axenic.control.orders import CloseBatch
from axenic.notation.finding import Finding
from axenic.quality.day import day
from axenic.quality.retention import shipped_retention
from axenic.record.journal import JournalError, read_entries

retention = App(name="retention", help="How long records are kept; nothing removes them.", help_format="plaintext")


@retention.command(name="of")
def of(batch: str, *, journal: str, certified: str = "", expires: str = "", json: bool = False) -> int:
    """Show until when the records of a batch are kept.

    Parameters
    ----------
    batch
        The batch.
    journal
        The journal.
    certified
        The day of certification, as 2027-11-28; when the batch was closed if none is named.
    expires
        The day on which the product expires.
    json
        Write JSON.
    """
    wrong = [
        Finding("AX0007", f"{text!r} is no day", "write it as 2027-11-28")
        for text in (certified, expires)
        if text and not day(text)
    ]
    if wrong:
        return refuse(wrong, json)
    try:
        things = [entry.thing for entry in read_entries(journal)]
    except JournalError as error:
        return refuse([error.finding], json)
    if not any(isinstance(thing, BatchOrdered) and thing.batch == batch for thing in things):
        return refuse([Finding("AX0501", f"there is no batch {batch!r}", "check its name", journal)], json)
    closed = [thing.at for thing in things if isinstance(thing, CloseBatch) and thing.batch == batch]
    since = day(certified) or (closed[-1] if closed else 0)
    rows = [
        {"record": kept.record, "until": _day(kept.until(since, day(expires))), "clause": kept.clause}
        for kept in shipped_retention().classes
    ]
    lines = [f"{row['record']:<14} {row['until']:<10}  {row['clause']}" for row in rows]
    say({"batch": batch, "kept": rows}, "\n".join(lines), json)
    return 0


def _day(at: int) -> str:
    return f"{datetime.fromtimestamp(at / 1000, UTC):%Y-%m-%d}" if at else "open"
