"""What is due: answers of simulated devices, the alarm, and facts from outside, in one order for both clocks.

Ties are settled by the number of the order that a fact answers, so that no clock and no timing changes the order.
"""

from __future__ import annotations

import heapq

from axenic.control.facts import Fact, Woken


class Agenda:
    """A queue of facts to come by (time, order number, serial)."""

    def __init__(self) -> None:
        self._heap: list[tuple[int, int, int, Fact]] = []
        self._serial = 0
        self._alarm = 0

    def add(self, fact: Fact) -> None:
        """A fact that will happen at `fact.at`; facts without an order come before answers of the same time."""
        self._serial += 1
        number = getattr(fact, "order", 0)
        heapq.heappush(self._heap, (fact.at, number, self._serial, fact))

    def withdraw(self, order: int) -> None:
        """The answer due to an order will not come."""
        kept = [entry for entry in self._heap if entry[1] != order or order == 0]
        if len(kept) != len(self._heap):
            self._heap = kept
            heapq.heapify(self._heap)

    def alarm(self, time: int, order: int) -> None:
        """Wake at that time; a later call replaces an earlier one."""
        self._alarm = order
        self._serial += 1
        heapq.heappush(self._heap, (time, order, self._serial, Woken(time, order)))

    def waits_outside(self) -> bool:
        """True if a fact from outside (a batch ordered, a person's request) is still to come."""
        return any(number == 0 for _, number, _, _ in self._heap)

    def next_time(self) -> int | None:
        """When the next fact is due, or None if nothing is."""
        self._prune()
        return self._heap[0][0] if self._heap else None

    def pop(self) -> Fact | None:
        """The next fact, or None."""
        self._prune()
        return heapq.heappop(self._heap)[3] if self._heap else None

    def _prune(self) -> None:
        while self._heap and isinstance(self._heap[0][3], Woken) and self._heap[0][3].order != self._alarm:
            heapq.heappop(self._heap)
