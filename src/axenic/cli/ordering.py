"""An order file: one check for `check` and `run`, each finding at its own place, and its orders as facts."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path

from axenic.control.facts import BatchOrdered
from axenic.control.floor import Floor
from axenic.library.shelf import OrderSheet, milliseconds, read_file
from axenic.notation.document import Document
from axenic.notation.finding import Finding
from axenic.record.entry import Entry

_FROM, _UNTIL = (round(datetime(year, 1, 1, tzinfo=UTC).timestamp() * 1000) for year in (2000, 2200))
_HINT = "write for example 2026-01-05T06:00:00Z"


class Unfit(Exception):
    """A file of the user's is wrong; `findings` say where and how to mend it."""

    def __init__(self, findings: list[Finding]) -> None:
        super().__init__(str(findings[0]))
        self.findings = findings


@dataclass(frozen=True, slots=True)
class Ordered:
    """The orders of a file as facts, in the order of the file, with the places they stand at."""

    facts: tuple[BatchOrdered, ...]
    document: Document


def _time(text: str) -> int:
    moment = milliseconds(text)
    if not _FROM <= moment < _UNTIL:
        raise ValueError(f"{text!r} lies outside the years 2000 to 2199")
    return moment


def check_orders(sheet: OrderSheet, document: Document) -> list[Finding]:
    """What is wrong with well-formed orders: times, due before ordered, a batch twice."""
    findings: list[Finding] = []
    first: dict[str, int] = {}
    for n, line in enumerate(sheet.orders):
        times: list[int] = []
        for key, text in (("ordered", line.ordered), ("due", line.due)):
            try:
                times.append(_time(text))
            except ValueError as error:
                findings.append(document.finding("AX0007", str(error), _HINT, ("orders", n, key)))
        if len(times) == 2 and times[1] <= times[0]:
            text = f"{line.batch} is due at or before the time it is ordered"
            findings.append(document.finding("AX0007", text, "write a later time", ("orders", n, "due")))
        if line.batch in first:
            text = f"{line.batch} is ordered twice, first as order {first[line.batch] + 1}"
            findings.append(document.finding("AX0106", text, "rename one", ("orders", n, "batch")))
        first.setdefault(line.batch, n)
    return findings


def orders_in(path: Path, recipe: str) -> Ordered:
    """The patients' orders of a file; raises Unfit."""
    loaded = read_file(OrderSheet, str(path))
    if loaded.value is None:
        raise Unfit(loaded.findings)
    findings = check_orders(loaded.value, loaded.document)
    if findings:
        raise Unfit(findings)
    lines = loaded.value.orders
    facts = (BatchOrdered(_time(x.ordered), x.batch, x.patient, recipe, _time(x.due)) for x in lines)
    return Ordered(tuple(facts), loaded.document)


def check_known(ordered: Ordered, entries: Iterable[Entry]) -> list[Finding]:
    """Where the file gives a batch of the journal another patient or another due date."""
    facts = (e.thing for e in entries if isinstance(e.thing, BatchOrdered))
    known: dict[str, BatchOrdered] = {}
    for fact in facts:
        known.setdefault(fact.batch, fact)  # the first stands; the core refuses a second
    findings: list[Finding] = []
    hint = "a batch that is ordered is not ordered otherwise; give a new order a new batch"
    for n, fact in enumerate(ordered.facts):
        before = known.get(fact.batch)
        for key in ("patient", "due"):
            if before is not None and getattr(before, key) != getattr(fact, key):
                text = f"the journal has {fact.batch} with another {key}"
                findings.append(ordered.document.finding("AX0304", text, hint, ("orders", n, key)))
    return findings


def later(ordered: Ordered, floor: Floor) -> tuple[list[BatchOrdered], list[BatchOrdered]]:
    """The orders as a plant that has come to `floor` can take them, and which of them came too late for their time.

    An order that is new but older than what the plant has done is taken as ordered now: time does not go back.
    Raises Unfit if it is due before that.
    """
    facts: list[BatchOrdered] = []
    moved: list[BatchOrdered] = []
    for n, fact in enumerate(ordered.facts):
        if fact.batch in floor.batches or fact.at >= floor.at:
            facts.append(fact)
            continue
        if fact.due <= floor.at:
            text = f"{fact.batch} is new, and due before the end of the journal"
            raise Unfit([ordered.document.finding("AX0304", text, "order it for a later time", ("orders", n, "due"))])
        moved.append(replace(fact, at=floor.at))
        facts.append(moved[-1])
    return sorted(facts, key=lambda f: f.at), moved
