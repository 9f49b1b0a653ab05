"""One connection over OPC UA, from its opening to its loss: it is never mended, a new one is opened.

So every connection looks anew at the credentials of both sides, and nothing of an old session can be taken for news.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine
from contextlib import suppress
from typing import Any

from asyncua import Client
from asyncua.common.subscription import Subscription
from asyncua.ua.uaerrors import UaError

from axenic.device.driver.event import Event, LinkEnding, LinkLost
from axenic.device.opcua.admission import Admission
from axenic.device.opcua.asking import Asking
from axenic.device.opcua.patience import Patience

_DAY_MS = 86_400_000
_WARNS_MS = 30 * _DAY_MS  # before a certificate ends [D]


def unheard(event: Event) -> None:
    """Nobody listens."""


def unnoticed() -> None:
    """Nobody is told."""


class Link:
    """`admission`: how it is secured, None if it is not; `hear` is told of its loss or end, `going` before the loss."""

    def __init__(self, asked: Asking, admission: Admission | None, patience: Patience) -> None:
        self.asked = asked
        self.lost = False
        self.hear: Callable[[Event], None] = unheard
        self.going: Callable[[], None] = unnoticed
        self.client = Client(asked.address, patience.answer_s, patience.life_s)
        self._admission, self._patience = admission, patience
        self._subscription: Subscription | None = None
        self._tasks: set[asyncio.Task[None]] = set()

    async def connect(self) -> None:
        """Raises LinkError or Garbled with the reason."""
        if self._admission is not None:
            await self._admission.secure(self.client)
        self.client.connection_lost_callback = self._gone
        await self.asked(self.client.connect(), "connect")

    async def subscription(self, ear: Any) -> Subscription:
        """The one subscription of this connection; `ear` has the methods that asyncua calls."""
        period = self._patience.publish_s * 1000
        self._subscription = await self.asked(self.client.create_subscription(period, ear), "subscribe")
        return self._subscription

    def watch(self) -> None:
        """From now on: is the subscription still the one that was made, and do the certificates hold?"""
        self.keep(self._watch())

    def lose(self, reason: str, distrusted: bool = False) -> None:
        """It is lost, for this reason; distrusted: because of a certificate."""
        if self.lost:
            return
        self.lost = True
        self.going()
        self.hear(LinkLost(self.asked.equipment, reason, distrusted))
        self.keep(self.leave())

    async def close(self) -> None:
        """Leave; nothing is heard of it any more."""
        self.lost = True
        for task in list(self._tasks):
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        await self.leave()

    async def leave(self) -> None:
        """Hang up; on who does not answer, without their word."""
        protocol = self.client.uaclient.protocol
        try:
            with suppress(UaError, OSError, TimeoutError, asyncio.CancelledError):
                await asyncio.wait_for(self.client.disconnect(), self._patience.life_s)
        finally:
            if protocol is not None and protocol.transport is not None:
                protocol.transport.abort()  # asyncua leaves it open where a first goodbye was broken off

    def keep(self, work: Coroutine[Any, Any, None]) -> None:
        """Do something for as long as the connection is there."""
        task = asyncio.get_running_loop().create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _watch(self) -> None:
        made = self._subscription.subscription_id if self._subscription is not None else None
        warned: set[str] = set()
        while not self.lost:
            if self._subscription is None or self._subscription.subscription_id != made:
                self.lose("its subscription was made anew: events may be missing")
            self._look(warned)
            await asyncio.sleep(self._patience.life_s)

    def _look(self, warned: set[str]) -> None:
        for whose, left, day in self._admission.left() if self._admission is not None else ():
            if left <= 0:
                self.lose(f"{whose} ended on {day}: renew it", distrusted=True)
            elif left <= _WARNS_MS and whose not in warned:
                warned.add(whose)
                self.hear(LinkEnding(self.asked.equipment, f"{whose} ends on {day}: renew it"))

    async def _gone(self, error: Exception) -> None:
        self.lose(f"nothing is heard of it: {error!r}")
