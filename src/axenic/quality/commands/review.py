"""Review of a batch by exception: `axenic review …`; each review is signed over the batch as it was shown."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import Any

from axenic.quality.actor import Actor
from axenic.quality.batches import Batch
from axenic.quality.books import Books
from axenic.quality.command import Effect, said
from axenic.quality.exception_rules import RANK, rules_digest
from axenic.quality.on_batch import OnBatch
from axenic.quality.review import flags_of, sample, standing


@dataclass(frozen=True)
class AnswerException(OnBatch):
    """Close exceptions with a reason, where no deviation is needed; what is answered is part of what is reviewed."""

    NAME = "review answer"

    entries: tuple[int, ...] = said("The entries of the exceptions, as `review show` names them.", ())

    def wrong(self, books: Books, batch: Batch, at: int) -> list[str]:
        """There must be an exception at each entry."""
        there = {flag.seq for flag in flags_of(books, self.of_batch)}
        found = [f"no exception of {self.of_batch} stands at entry {seq}" for seq in self.entries if seq not in there]
        return found if self.entries else ["say which exceptions are answered (--entries)"]

    def effect(self, books: Books, by: Actor, at: int) -> Effect:
        """Answered with the reason of the act: what stands there now, and nothing that is found there later."""
        taken = {"entries": list(self.entries), "answers": standing(books, self.of_batch, self.entries)}
        return Effect(self.about(), self.of_batch, new=taken)


class _Review(OnBatch):
    def effect(self, books: Books, by: Actor, at: int) -> Effect:
        """Which rules were run, and what the reviewer was shown."""
        return Effect(self.about(), self.of_batch, new=_shown(books, self.of_batch))


def _shown(books: Books, batch: str) -> dict[str, Any]:
    flags = flags_of(books, batch)
    ran = books.screening.ran(batch, flags)
    counted = Counter(flag.severity for flag in flags)
    return {
        "exceptions": {severity: counted[severity] for severity in RANK},
        "rules": {"version": books.screening.rules.version, "digest": rules_digest(), "run": len(ran)},
        "rules that found nothing": sum(not r.found for r in ran),
    }


@dataclass(frozen=True)
class ReviewProduction(_Review):
    """Review the record for production: the minor exceptions are seen, the record is complete."""

    NAME = "review production"


@dataclass(frozen=True)
class ReviewQuality(_Review):
    """Review the record for quality: every critical or major exception has a deviation or a reasoned answer."""

    NAME = "review quality"


@dataclass(frozen=True)
class ReviewTrail(_Review):
    """Review the audit trail of the batch before its release; who acted on it cannot (Annex 11 draft 12.6, 12.8)."""

    NAME = "review trail"

    seed: int = said("The seed by which lines were drawn to be read; the same seed draws the same lines.", 1)

    def effect(self, books: Books, by: Actor, at: int) -> Effect:
        """Which lines were read, and how they were chosen (PI 041)."""
        drawn = sample(books, self.of_batch, self.seed)
        read = {"seed": drawn.seed, "of": drawn.of, "targeted": list(drawn.targeted), "drawn": list(drawn.drawn)}
        return Effect(self.about(), self.of_batch, new=_shown(books, self.of_batch) | {"sample": read})
