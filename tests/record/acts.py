"""Acts on a batch as persons do them: a value corrected three times, an attempt refused, two signatures."""

from __future__ import annotations

from axenic.control.facts import PhaseCompleted
from axenic.record.entry import Act, Entry

ZONE = "Europe/Brussels"
VALUES = ("89.48", "84.1", "48.1", "84.7")  # as it was written first, and what it was corrected to


def result_of(entries: list[Entry], batch: str) -> Entry:
    """The first result of a batch: its arrival, with the viability of what came."""
    orders = {e.thing.number for e in entries if getattr(e.thing, "batch", "") == batch and hasattr(e.thing, "number")}
    return next(e for e in entries if isinstance(e.thing, PhaseCompleted) and e.thing.order in orders)


def signed(at: int, batch: str, name: str, meaning: str, user: str, role: str) -> Act:
    """An act that is a signature."""
    signature = {"name": name, "meaning": meaning, "at": at, "zone": ZONE, "user": user}
    where = {"station": "QA-1", "zone": ZONE, "object": f"record {batch}", "batch": batch}
    return Act(at, "sign", user, role, new={"signature": signature}, **where)


def acts_on(batch: str, entry: int, at: int) -> list[Act]:
    """What befell the record of a batch after its last step, at `at`."""
    where = {"station": "QC-2", "zone": ZONE, "object": f"entry {entry}", "batch": batch}
    reasons = ("read from the wrong line", "digits swapped", "digits swapped back: print-out of the counter attached")
    corrections = [
        Act(
            at + n * 60_000,
            "correct",
            "mk",
            "operator",
            old={"viability": old},
            new={"viability": new},
            reason=why,
            **where,
        )
        for n, (old, new, why) in enumerate(zip(VALUES, VALUES[1:], reasons, strict=False))
    ]
    refused = Act(
        at + 300_000,
        "certify",
        "mk",
        "operator",
        reason="shift ends",
        refused=("an operator may not certify", "the audit trail was not reviewed"),
        **where | {"object": f"batch {batch}"},
    )
    review = signed(at + 400_000, batch, "Anna Qualls", "reviewed by production", "aq", "QA reviewer")
    return [*corrections, refused, review, signed(at + 500_000, batch, "Dr Jo Peeters", "certified", "jp", "QP")]
