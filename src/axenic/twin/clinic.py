"""The clinic: it orders batches by chance, and orders a remake for some of the patients whose batch was rejected.

Draws are keyed as those of the devices are; the kernel draws the same.
"""

from __future__ import annotations

from collections.abc import Iterable

from axenic.assumption.assumption import Assumptions
from axenic.control.facts import BatchOrdered
from axenic.control.orders import DisposeBatch, Order
from axenic.device.cells import compiled, varied
from axenic.device.draw import Draw, uniform, word

_DAY_MS = 86_400_000
REMAKES, DAYS = "remakes offered", "days to a remake"


class Clinic:
    """Orders remakes for one seed; a remake is named after the batch it stands for, with `/2`."""

    def __init__(self, assumptions: Assumptions, seed: int, ordered: Iterable[BatchOrdered]) -> None:
        self._working = compiled(assumptions)
        self._key = Draw(seed, "").key
        self._ordered = {fact.batch: fact for fact in ordered}

    def answer(self, order: Order) -> BatchOrdered | None:
        """The remake that a rejection leads to, or None."""
        if not isinstance(order, DisposeBatch) or order.outcome != "rejected" or order.batch not in self._ordered:
            return None
        names, rows = self._working.names, self._working.rows
        thing, step = word(order.batch), word("clinic")
        if uniform(*self._key, thing, step, word("remake"), 0) >= rows[5 * names.index(REMAKES) + 1]:
            return None
        days = varied(rows, names.index(DAYS), uniform(*self._key, thing, step, word("days"), 0))
        first, at = self._ordered[order.batch], order.at + int(days * _DAY_MS)
        return BatchOrdered(at, f"{first.batch}/2", first.patient, first.recipe, at + first.due - first.at)
