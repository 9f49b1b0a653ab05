"""The verb `user list`: who has, or had on a day, which role, since when, and what it let them do."""

from __future__ import annotations

from dataclasses import asdict

from axenic.cli.books import Look, NotThere, Row
from axenic.quality.access import holders
from axenic.quality.books import Books
from axenic.quality.day import day, written

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


def _listed(books: Books, on: str, may: str) -> tuple[Row, list[str]]:
    start, end = (day(on), day(on) + _DAY) if on else (_END, _END)
    if not start:
        raise NotThere(f"{on!r} is no day; write it as 2026-11-28")
    if may and not any(rule.command == may for rule in books.permissions.commands):
        raise NotThere(f"there is no command {may!r}")
    found = holders(books, start, end, may)
    lines = [f"{h.user:12} {h.name:24} {h.role:18} since {written(h.since)}" for h in found]
    return {"holders": [asdict(h) for h in found]}, lines or ["nobody"]
