"""What stands between a batch and its patient, and the guards of the moves of `batch-states.yaml`.

Every reason is named at once; for nobody is one of them left out.
"""

from __future__ import annotations

from collections.abc import Callable

from axenic.quality.actor import Actor
from axenic.quality.batches import CERTIFIED, CONDITIONAL, LEAVES, RECALLED, SUPPLIED, Batch
from axenic.quality.books import Books
from axenic.quality.day import written
from axenic.quality.papers import checklist
from axenic.quality.review import PRODUCTION, QUALITY, review_blockers, trail_actors, unanswered, void_signatures
from axenic.quality.signature import signatures
from axenic.quality.trail import Line

Guard = Callable[[Books, Batch, Actor, int], list[str]]


def blockers(books: Books, batch: Batch, at: int) -> list[str]:
    """Why a batch must not be certified now: all of it."""
    return [*missing(books, batch), *other_blockers(books, batch, at)]


def missing(books: Books, batch: Batch) -> list[str]:
    """The results that are not there."""
    return [
        f"the result of {r.test} ({r.limit}) is missing" + (f", due {written(r.due)}" if r.due else "")
        for r in books.results.of(batch.batch).missing()
    ]


def other_blockers(books: Books, batch: Batch, at: int) -> list[str]:
    """All but missing results."""
    name = batch.batch
    expected = books.results.of(name)
    return [
        *([] if expected.known else [f"the recipe {batch.recipe} is not in the record: its tests are not known"]),
        *(f"{r.test} is {r.value}, limit {r.limit} (entry {r.seq})" for r in expected.failed()),
        *([f"the core rejected it: {batch.reason}"] if batch.outcome not in ("", "released") else []),
        *(f"order {order} is in doubt" for order in sorted(batch.doubts)),
        *(f"{f.severity} exception at entry {f.seq} is open: {f.kind}: {f.text}" for f in unanswered(books, name)),
        *books.blockers(name),
        *review_blockers(books, name),
        *void_signatures(books, batch),
        *overdue_papers(books, batch, at),
    ]


def overdue_papers(books: Books, batch: Batch, at: int) -> list[str]:
    """Credentials whose time is over."""
    lines = [line for state in (SUPPLIED, RECALLED) for line in checklist(books, batch, state)]
    return [f"{line.paper.paper} was due {written(line.due)}" for line in lines if line.overdue(at)]


def void_certificate(books: Books, batch: Batch) -> list[str]:
    """Why the signature that lets a batch leave holds no more; empty if it does."""
    lines = [line for line in books.trail.of_batch(batch.batch) if line.act.command in LEAVES]
    signed = signatures(books, lines)
    if not signed:
        return ["nobody certified it"]
    last = signed[-1]
    return [] if last.valid else [f"certificate of entry {last.seq} void: certify again or recall ({last.why})"]


def kept_back(books: Books, batch: Batch, at: int) -> list[str]:
    """Why a batch that was let go must not leave now: its certificate, and what came into the way since."""
    if batch.state == CERTIFIED:
        since = blockers(books, batch, at)
    elif batch.state == CONDITIONAL:
        since = other_blockers(books, batch, at)
    elif batch.state == SUPPLIED:
        since = [*_answered_all(books, batch), *books.blockers(batch.batch), *overdue_papers(books, batch, at)]
    else:
        return [f"{batch.batch} is {batch.state}: only what is certified or supplied leaves"]
    return [*void_certificate(books, batch), *since]


def inway(books: Books, batch: Batch, at: int) -> list[str]:
    """Everything in the way of a batch, wherever it stands."""
    if batch.state == CONDITIONAL:
        return [*missing(books, batch), *kept_back(books, batch, at)]
    return kept_back(books, batch, at) if batch.state in (CERTIFIED, SUPPLIED) else blockers(books, batch, at)


def guarded(books: Books, batch: Batch, event: str, by: Actor, at: int) -> list[str]:
    """Why an event cannot happen to a batch now: its state, and the guards of the move."""
    states = books.batches.states
    move = states.move(batch.state, event)
    if move is None:
        return states.refusals(f"batch {batch.batch}", batch.state, event)
    return [text for guard in move.guards for text in GUARDS[guard](books, batch, by, at)]


def certifications(books: Books) -> list[tuple[str, list[Line]]]:
    """The register of certifications: every batch once, with the acts that certified it (Annex 16)."""
    found: dict[str, list[Line]] = {}
    for line in books.trail.lines:
        if line.act.command in ("release certify", "release conditional") and not line.act.refused:
            found.setdefault(line.act.batch, []).append(line)
    return list(found.items())


def _did_not_make(books: Books, batch: Batch, by: Actor, at: int) -> list[str]:
    return [f"{by.user} took part in making {batch.batch}"] if by.user in batch.actors else []


def _did_not_act(books: Books, batch: Batch, by: Actor, at: int) -> list[str]:
    acted = by.user in trail_actors(books, batch)
    return [f"{by.user} acted on {batch.batch}: its trail is reviewed by somebody who did not"] if acted else []


def _production_holds(books: Books, batch: Batch, by: Actor, at: int) -> list[str]:
    return review_blockers(books, batch.batch, (PRODUCTION,))


def _quality_holds(books: Books, batch: Batch, by: Actor, at: int) -> list[str]:
    return review_blockers(books, batch.batch, (QUALITY,))


def _answered(books: Books, batch: Batch, by: Actor, at: int) -> list[str]:
    return _answered_all(books, batch)


def _answered_all(books: Books, batch: Batch) -> list[str]:
    return [f"{f.severity} exception at entry {f.seq} has no answer: {f.text}" for f in unanswered(books, batch.batch)]


def _void(books: Books, batch: Batch, by: Actor, at: int) -> list[str]:
    return [] if void_certificate(books, batch) else [f"the certificate of {batch.batch} holds: it is given once"]


def _clear(books: Books, batch: Batch, by: Actor, at: int) -> list[str]:
    return blockers(books, batch, at)


def _in_specification(books: Books, batch: Batch, by: Actor, at: int) -> list[str]:
    failed = books.results.of(batch.batch).failed()
    what = ", ".join(r.test for r in failed)
    return [f"{batch.batch} is out of specification ({what}): it is never certified"] if failed else []


def _only_results(books: Books, batch: Batch, by: Actor, at: int) -> list[str]:
    found = other_blockers(books, batch, at)
    return found if missing(books, batch) else [*found, "no result is missing: certify it"]


def _out_of_specification(books: Books, batch: Batch, by: Actor, at: int) -> list[str]:
    failed = books.results.of(batch.batch).failed()
    return [] if failed else [f"{batch.batch} is not out of specification: no test is out of its limit"]


def _papers(books: Books, batch: Batch, by: Actor, at: int) -> list[str]:
    lines = checklist(books, batch, SUPPLIED)
    return [f"{x.paper.paper} is missing: {x.paper.says}" for x in lines if not x.seq and not x.paper.within]


def _sure_whose(books: Books, batch: Batch, by: Actor, at: int) -> list[str]:
    return books.handovers.stops(batch.batch)


GUARDS: dict[str, Guard] = {
    "did not make it": _did_not_make,
    "did not act": _did_not_act,
    "production review holds": _production_holds,
    "quality review holds": _quality_holds,
    "exceptions are answered": _answered,
    "nothing is in the way": _clear,
    "certificate is void": _void,
    "in specification": _in_specification,
    "only results are missing": _only_results,
    "out of specification": _out_of_specification,
    "documents are there": _papers,
    "it is sure whose it is": _sure_whose,
}
