"""What persons decided about doses whose review the core asks for: its answer, as long as the decision holds."""

from __future__ import annotations

from collections.abc import Mapping

from axenic.control.facts import PhaseCompleted
from axenic.control.orders import RunPhase
from axenic.quality.batches import CERTIFIED, CONDITIONAL, DESTROYED, RECALLED, REJECTED, TERMINATED, Batch
from axenic.quality.books import Books
from axenic.quality.release import kept_back

YES, NO = "1", "0"
_NEVER_LEAVES = (REJECTED, TERMINATED, RECALLED, DESTROYED)


def decisions(books: Books, asked: Mapping[int, RunPhase], now: int) -> list[PhaseCompleted]:
    """The answers to the reviews that were asked for, of persons who decided; times in milliseconds."""
    decided = [(order, _accepted(books, books.batches.get(order.batch), now)) for order in asked.values()]
    return [
        PhaseCompleted(max(now, order.at + order.usual), order.number, {"accepted": accepted})
        for order, accepted in decided
        if accepted
    ]


def _accepted(books: Books, batch: Batch | None, now: int) -> str:
    """Whether a dose may leave; "" while nobody decided, or if what was decided is void."""
    if batch is None:
        return ""
    if batch.state in _NEVER_LEAVES or any(act.command == "order abort" for _, act in batch.acts):
        return NO
    return YES if batch.state in (CERTIFIED, CONDITIONAL) and not kept_back(books, batch, now) else ""
