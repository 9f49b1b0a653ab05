"""The verbs `release show` and `release register`."""

from __future__ import annotations

from dataclasses import asdict

from axenic.cli.books import Look, OfBatch, Row, known
from axenic.cli.signing import signature_lines, signature_row
from axenic.live.time_of_day import TimeOfDay
from axenic.quality.batches import RECALLED, SUPPLIED, Batch
from axenic.quality.books import Books
from axenic.quality.commands import COMMANDS
from axenic.quality.digests import batch_object
from axenic.quality.papers import checklist
from axenic.quality.release import NOT_ASKED, certifications, inway
from axenic.quality.results import Result
from axenic.quality.review import unseen_attempts
from axenic.quality.signature import local_time, signatures


def show(batch: OfBatch, *, look: Look) -> int:
    """Show where a batch stands, everything that is in the way of its release, and the digest for --seen."""
    return look.show(lambda books: _release(books, batch, TimeOfDay().now()))


def _release(books: Books, name: str, at: int) -> tuple[Row, list[str]]:
    batch = known(books, name)
    about = batch_object(name)
    blocking = inway(books, batch, at)
    unseen = unseen_attempts(books, name)
    results = list(books.results.of(name).tests.values())
    signed = signatures(books, books.trail.of_object(about))
    moves = [m.by for m in books.batches.states.moves if batch.state in m.from_ and m.by in COMMANDS]
    if not books.results.of(name).failed():
        moves = [move for move in moves if move != "release oos"]
    row: Row = {
        "batch": name,
        "state": batch.state,
        "blockers": blocking,
        "not asked": books.unasked(),
        "to be seen": [asdict(flag) for flag in unseen],
        "results": [_result(r) for r in results],
        "papers": _papers(books, batch, at),
        "next": moves,
        "signatures": [signature_row(s) for s in signed],
        "digest": books.digests.of(about),
    }
    lines = [f"batch {name}, {batch.state}: {len(blocking)} in the way", *(f"  - {text}" for text in blocking)]
    lines += [f"{NOT_ASKED}: {text}" for text in row["not asked"]]
    lines += [f"to be seen by who certifies, entry {f.seq}: {f.kind}: {f.text}" for f in unseen]
    lines += [f"result {r.test}: {r.value or 'missing'}, limit {r.limit} {r.verdict}".rstrip() for r in results]
    lines += [f"paper {p['paper']}: {p['stands']}" for p in row["papers"]]
    return row, [*lines, f"next {', '.join(moves)}", *signature_lines(signed), f"digest {row['digest']}"]


def _result(result: Result) -> Row:
    named = {"test": result.test, "limit": str(result.limit), "value": result.value, "verdict": result.verdict}
    return named | {"entry": result.seq, "due": result.due}


def _papers(books: Books, batch: Batch, at: int) -> list[Row]:
    """The checklist of the state the batch is in, or may come to if it is out of specification."""
    state = RECALLED if batch.state == RECALLED else SUPPLIED
    if state == SUPPLIED and batch.state != SUPPLIED and not books.results.of(batch.batch).failed():
        return []
    rows = []
    for line in checklist(books, batch, state):
        due = f"due {local_time(line.due, 'UTC')}" if line.due else "missing"
        stands = f"entry {line.seq}" if line.seq else f"OVERDUE, {due}" if line.overdue(at) else due
        rows.append({"paper": line.paper.paper, "says": line.paper.says, "entry": line.seq, "stands": stands})
    return rows


def register(*, look: Look) -> int:
    """The register of certifications: every certified batch once, by whom and when, and whether it still holds."""
    return look.show(_register)


def _register(books: Books) -> tuple[Row, list[str]]:
    rows, lines = [], []
    for name, acts in certifications(books):
        signed = signatures(books, acts)
        batch = books.batches.get(name)
        state = batch.state if batch is not None else ""
        rows.append({"batch": name, "state": state, "certified": [signature_row(s) for s in signed]})
        lines += [f"{name}: {state}", *signature_lines(signed)[1:]]
    return {"register": rows}, lines or ["no batch is certified"]
