"""The verbs `user list` (who has, or had on a day, which role, and what it let them do) and `user recover`."""

from __future__ import annotations

import sqlite3
from dataclasses import asdict
from typing import Annotated

from cyclopts import Parameter

from axenic.cli.acting import anchored, open_bus, refuse_act, station_keys
from axenic.cli.answer import refuse, say
from axenic.cli.books import Look, NotThere, Row
from axenic.notation.finding import Finding
from axenic.quality.access import holders
from axenic.quality.actor import Refused
from axenic.quality.books import Books
from axenic.quality.day import day, written
from axenic.quality.recovery import Recovery
from axenic.record.journal import JournalError

_DAY, _END = 86_400_000, 2**63  # milliseconds; after every act


def listed(*, look: Look, on: str = "", may: str = "") -> int:
    """List the accounts that can be used, with each role and since when it is held.

    Parameters
    ----------
    on
        As it was on this day, as 2026-11-28 (UTC); now if none is named.
    may
        Only roles that may give this command, for example `release certify`.
    """
    return look.show(lambda books: _listed(books, on, may))


def recover(
    user: str,
    *,
    journal: str,
    by: str,
    and_: Annotated[str, Parameter(name="--and")],
    proof: str,
    reason: str,
    station: str = "",
    json: bool = False,
) -> int:
    """Let a security admin enrol anew, since the safe was lost; all accounts must then be reset, no signature for 24 h.

    Parameters
    ----------
    user
        The security admin.
    journal
        The journal; its key must lie beside it.
    by
        Who recovers.
    and_
        The second person.
    proof
        How the admin's identity was verified.
    reason
        What became of the safe.
    station
        A new station at which the admin comes in; its key is made here. For when those of the others are lost, too.
    json
        Write JSON.
    """
    try:
        bus = open_bus(journal)
        try:
            key = station_keys(bus.journal.place).public(station) if station else ""
            act, once = bus.recover(Recovery(user, (by, and_), proof, reason, station, key))
        finally:
            anchored(bus)
            bus.close()
    except Refused as refused:
        return refuse_act(refused, json)
    except JournalError as error:
        return refuse([error.finding], json)
    except (OSError, sqlite3.Error) as error:
        return refuse([Finding("AX0301", str(error), "put what is left of the safe elsewhere", journal)], json)
    result = {"done": act.command, "object": act.object, "one-time secret": once}
    say(result, f"{act.command}: {act.object}\none-time secret: {once}", json)
    return 0


def _listed(books: Books, on: str, may: str) -> tuple[Row, list[str]]:
    start, end = (day(on), day(on) + _DAY) if on else (_END, _END)
    if not start:
        raise NotThere(f"{on!r} is no day; write it as 2026-11-28")
    if may and not any(rule.command == may for rule in books.permissions.commands):
        raise NotThere(f"there is no command {may!r}")
    found = holders(books, start, end, may)
    lines = [f"{h.user:12} {h.name:24} {h.role:18} since {written(h.since)}" for h in found]
    return {"holders": [asdict(h) for h in found]}, lines or ["nobody"]
