"""A SimPy store from which claims take what they need of the free items, all or nothing, the earliest due first.

SimPy has a queue by priority (`PriorityResource`) and a choice among items (`FilterStore`), but not both, and no claim
of several things at once. `Pool` is that, through the hooks SimPy documents for it (`GetQueue`, a `Get` event of its
own, `_do_get`), and is used like any SimPy resource: `with pool.claim(due, pick) as claim: yield claim`.
"""

from __future__ import annotations

from bisect import insort
from collections.abc import Callable, Iterable
from operator import attrgetter
from typing import Any

import simpy
from simpy.core import BoundClass
from simpy.resources.base import Get
from simpy.resources.resource import SortedQueue

Pick = Callable[[list[Any]], list[Any] | None]
_ORDER = attrgetter("order")


class Claim(Get):
    """Waits for what `pick` finds among the free items; as a context it gives back, at its end, what it still has."""

    def __init__(self, pool: Pool, due: int, pick: Pick) -> None:
        pool.claims += 1
        self.key = (due, pool.claims)
        self.pick = pick
        self.has: list[Any] = []
        super().__init__(pool)

    def give_back(self, item: Any) -> None:
        """Give one item back before the others."""
        self.has.remove(item)
        self.resource.put(item)

    def withdraw(self) -> None:
        """Wait no longer; what was granted is given back."""
        self.cancel()
        for item in self.has:
            self.resource.put(item)
        self.has = []

    def __exit__(self, kind: type[BaseException] | None, *_: object) -> None:
        if kind is not GeneratorExit:
            self.withdraw()


class Pool(simpy.Store):
    """Things of the plant that can be claimed; the free ones stand in plant order."""

    GetQueue = SortedQueue
    claim = BoundClass(Claim)

    def __init__(self, env: simpy.Environment, items: Iterable[Any]) -> None:
        self.claims = 0
        super().__init__(env)
        self.items = sorted(items, key=_ORDER)

    def look_again(self) -> None:
        """Something that the claims look at has changed with time (a shift began)."""
        self._trigger_get(None)

    def _do_put(self, event: Any) -> bool:
        insort(self.items, event.item, key=_ORDER)
        event.succeed()
        return True

    def _do_get(self, event: Any) -> bool:
        found = event.pick(self.items)
        if found is not None:
            for item in found:
                self.items.remove(item)
            event.has = found
            event.succeed(found)
        return bool(self.items)
