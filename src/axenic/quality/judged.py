"""What quality says of a batch, as plain data for its printed record: rules run, exceptions, values, deviations.

The record stands below quality and cannot ask it; whoever prints hands this in.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import asdict
from typing import Any

from axenic.quality.books import Books
from axenic.quality.day import written
from axenic.quality.deviations import Deviation
from axenic.quality.entries import Recorded
from axenic.quality.exception_rules import rules_digest
from axenic.quality.permissions import shipped
from axenic.quality.review import answer_to, flags_of
from axenic.quality.signature import signatures
from axenic.record.entry import Entry

Row = dict[str, Any]


def books_of(entries: Iterable[Entry], simulated: bool) -> Books:
    """The books of a journal."""
    books = Books(shipped(), simulated)
    for entry in entries:
        books.take(entry)
    return books


def judged(books: Books, batch: str) -> Row:
    """What the books say of a batch; whole numbers, texts and truth values alone."""
    flags, lines = flags_of(books, batch), books.trail.of_batch(batch)
    rules, found = books.screening.rules, books.batches.get(batch)
    return {
        "state": found.state if found is not None else "",
        "rules": {"name": rules.exceptions, "version": rules.version, "digest": rules_digest()},
        "ran": [asdict(ran) for ran in books.screening.ran(batch, flags)],
        "flags": [
            {"entry": f.seq, "kind": f.kind, "severity": f.severity, "text": f.text, "answer": answer_to(books, f)}
            for f in flags
        ],
        "recorded": [_recorded(recorded) for recorded in books.entries.of(batch)],
        "deviations": [_deviation(deviation) for deviation in books.deviations.of_batch(batch)],
        "void": {str(s.seq): s.why for s in signatures(books, lines) if not s.valid},
        "names": _names(books, {line.act.actor for line in lines}),
    }


def _names(books: Books, users: set[str]) -> dict[str, str]:
    """The printed names of some users."""
    known = ((user, books.persons.get(user)) for user in sorted(users))
    return {user: person.name for user, person in known if person is not None}


def _recorded(recorded: Recorded) -> Row:
    return {
        "object": recorded.object,
        "step": recorded.step,
        "name": recorded.name,
        "verified": [{"entry": v.seq, "by": v.by, "version": v.version} for v in recorded.verified],
        "comments": [{"entry": c.seq, "by": c.by, "text": c.text} for c in recorded.comments],
        "versions": [
            {
                "entry": v.seq,
                "by": v.by,
                "second": v.second,
                "value": v.value,
                "unit": v.unit,
                "how": v.how,
                "occurred": v.occurred,
                "reason": v.reason,
            }
            for v in recorded.versions
        ],
    }


def _deviation(deviation: Deviation) -> Row:
    row = {
        name: getattr(deviation, name)
        for name in ("deviation", "state", "severity", "what", "contained", "cause", "impact", "disposition", "by")
    }
    actions = [
        {"name": a.name, "action": a.action, "owner": a.owner, "due": written(a.due), "effective": a.effective}
        for a in deviation.actions.values()
    ]
    return row | {"entries": list(deviation.entries), "affected": list(deviation.affected), "actions": actions}
