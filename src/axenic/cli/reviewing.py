"""The verb `review show`: the exceptions of a batch, ranked, every rule that was run, the reviews and who signed."""

from __future__ import annotations

from dataclasses import asdict

from axenic.cli.books import Look, OfBatch, Row, known
from axenic.cli.signing import signature_lines, signature_row
from axenic.quality.books import Books
from axenic.quality.digests import batch_object
from axenic.quality.exception_rules import rules_digest
from axenic.quality.review import KINDS, answer_to, flags_of, reviews, sample, unanswered


def show(batch: OfBatch, *, look: Look, seed: int = 1) -> int:
    """Show a batch for its review: exceptions ranked, rules run with their counts, reviews, and the digest for --seen.

    Parameters
    ----------
    seed
        The seed by which lines of the audit trail are drawn; the same seed draws the same lines.
    """
    return look.show(lambda books: _review(books, batch, seed))


def _review(books: Books, name: str, seed: int) -> tuple[Row, list[str]]:
    batch = known(books, name)
    flags, found, drawn = flags_of(books, name), reviews(books, name), sample(books, name, seed)
    ran, digest = books.screening.ran(name, flags), books.digests.of(batch_object(name))
    rules = books.screening.rules
    row = {
        "batch": name,
        "state": batch.state,
        "exceptions": [asdict(f) | {"answer": answer_to(books, f)} for f in flags],
        "open": len(unanswered(books, name)),
        "rules": {"version": rules.version, "digest": rules_digest(), "run": [asdict(r) for r in ran]},
        "reviews": {kind: signature_row(s) for kind, s in found.items()},
        "sample": asdict(drawn),
        "digest": digest,
    }
    lines = [f"batch {name}, {batch.state}: {len(flags)} exceptions, {row['open']} of them open"]
    lines += [f"  {f.severity:8} {f.seq:>6}  {f.kind}: {f.text}{_answer(answer_to(books, f))}" for f in flags]
    passed = [r for r in ran if not r.found]
    lines += [f"rules {rules.exceptions} version {rules.version}: {len(ran)} run, {len(passed)} found nothing"]
    lines += [f"  {r.found:>3} of {r.looked:>6}  {r.rule}" for r in ran]
    lines += [f"audit trail: {drawn.of} lines; read {_entries(drawn.targeted)}; drawn {_entries(drawn.drawn)}"]
    lines += [f"{kind}: missing" for kind in KINDS if kind not in found]
    return row, [*lines, *signature_lines(list(found.values())), f"digest {digest}"]


def _answer(text: str) -> str:
    return f" [{text}]" if text else ""


def _entries(seqs: tuple[int, ...]) -> str:
    return ", ".join(map(str, seqs)) or "none"
