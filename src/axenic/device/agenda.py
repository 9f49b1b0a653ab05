"""What is due: answers of devices, the alarm, and facts from outside, in one order for both clocks.

An answer that is still to come has its place as well, from the time its device promised: nothing that comes after it
is taken before it. Ties are settled by rank: facts from outside first, then answers by the name of the equipment that
gives them, the alarm last (an answer that comes at the deadline is in time). So no clock and no timing changes the
order.
"""

from __future__ import annotations

import heapq

from axenic.control.facts import Fact, OutcomeSettled, Woken
from axenic.control.orders import MoveItem, RunPhase, StopPhase
from axenic.device.draw import word

FIRST = -1  # the rank of what comes before all else
NEVER = 1 << 62  # the time of an answer that nobody promised
_ALARM = 1 << 62  # the rank of the alarm


def rank_of(order: RunPhase | MoveItem | StopPhase) -> int:
    """The rank of the answer to an order: by the name of the equipment that gives it."""
    return 1 + word(order.mover if isinstance(order, MoveItem) else order.unit)


class Agenda:
    """A queue of facts to come by (time, rank, order number, serial)."""

    def __init__(self) -> None:
        self._heap: list[tuple[int, int, int, int, Fact | None]] = []  # None: promised, not there yet
        self._serial = 0
        self._alarm = 0

    def add(self, fact: Fact, rank: int = 0) -> None:
        """A fact that will happen at `fact.at`; `rank` is that of the equipment that answers (0: from outside)."""
        self._serial += 1
        number = getattr(fact, "order", 0)
        heapq.heappush(self._heap, (fact.at, rank, number, self._serial, fact))

    def expect(self, order: int, rank: int, time: int = NEVER) -> None:
        """An answer to the order will come at a time; it replaces what was expected of that order before."""
        self.withdraw(order)
        self._serial += 1
        heapq.heappush(self._heap, (time, rank, order, self._serial, None))

    def expects(self) -> bool:
        """True if what is due next is an answer that is not there yet."""
        self._prune()
        return bool(self._heap) and self._heap[0][4] is None

    def promise(self) -> tuple[int, int, int, int] | None:
        """The place of the answer that is due next and not there yet; None if what is due next is there."""
        return self._heap[0][:4] if self.expects() else None

    def postpone(self) -> None:
        """The promise that is due next was not kept: what comes after it no longer waits for it."""
        if self.expects():
            _, rank, order, _, _ = heapq.heappop(self._heap)
            self.expect(order, rank)

    def forget(self, order: int) -> None:
        """The answer that was promised to the order is no longer waited for."""
        self._keep([e for e in self._heap if e[2] != order or e[4] is not None])

    def withdraw(self, order: int) -> None:
        """The answer due to an order will not come; what a person says of the order stays."""
        self._keep([e for e in self._heap if e[2] != order or order == 0 or isinstance(e[4], OutcomeSettled)])

    def alarm(self, time: int, order: int) -> None:
        """Wake at that time; a later call replaces an earlier one."""
        self._alarm = order
        self._serial += 1
        heapq.heappush(self._heap, (time, _ALARM, order, self._serial, Woken(time, order)))

    def waits_outside(self) -> bool:
        """True if a fact from outside (a batch ordered, a person's request) is still to come."""
        return any(number == 0 for _, _, number, _, _ in self._heap)

    def only_alarms_until(self, moment: int) -> bool:
        """True if nothing but alarms is due, and none of them up to the moment."""
        self._prune()
        return all(isinstance(entry[4], Woken) and entry[0] > moment for entry in self._heap)

    def next_time(self) -> int | None:
        """When the next fact is due, or None if nothing is."""
        self._prune()
        return self._heap[0][0] if self._heap else None

    def first(self) -> Fact | None:
        """What `pop` would give."""
        self._prune()
        return self._heap[0][4] if self._heap else None

    def pop(self) -> Fact | None:
        """The next fact; None if there is none, or if it is promised and not there yet."""
        return None if self.first() is None else heapq.heappop(self._heap)[4]

    def _keep(self, entries: list[tuple[int, int, int, int, Fact | None]]) -> None:
        if len(entries) != len(self._heap):
            self._heap = entries
            heapq.heapify(self._heap)

    def _prune(self) -> None:
        while self._heap and isinstance(self._heap[0][4], Woken) and self._heap[0][4].order != self._alarm:
            heapq.heappop(self._heap)
