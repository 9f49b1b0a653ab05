"""What a SiLA server says of its own accord: read by one thread, heard on the loop of the driver."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable
from typing import Any

import grpc

from axenic.device.driver.driver import LinkError
from axenic.device.sila.definition import UNIT
from axenic.device.sila.link import Link
from axenic.device.sila.subscription import BEAT_S

_SILENCE_S = 3 * BEAT_S  # after which nothing more is expected [D]


class Hearing:
    """`take` gets each text, `end` the reason why no more will come; both are called on the loop that began it."""

    def __init__(self, link: Link, take: Callable[[str], None], end: Callable[[str], None]) -> None:
        self._link, self._take, self._end = link, take, end
        self._call = link.stream(UNIT, "Happening")
        self._loop = asyncio.get_running_loop()
        self._stands: asyncio.Future[None] = self._loop.create_future()
        self._watch: asyncio.TimerHandle | None = None
        self._thread = threading.Thread(target=self._read, name="sila", daemon=True)

    async def begin(self, timeout_s: float) -> None:
        """Until the server says that it tells what happens; raises LinkError or Garbled."""
        self._thread.start()
        try:
            await asyncio.wait_for(self._stands, timeout_s)
        except TimeoutError as error:
            raise LinkError(f"nothing was heard for {timeout_s:g} s") from error

    async def close(self) -> None:
        """Listen no more."""
        self._end = _unsaid
        if self._watch is not None:
            self._watch.cancel()
        self._call.cancel()
        if self._thread.ident is not None:
            await asyncio.to_thread(self._thread.join)

    def _read(self) -> None:
        try:
            for message in self._call:
                self._post(self._heard, message.Happening.value)
        except grpc.RpcError as error:
            self._post(self._ended, self._link.error(error, f"{UNIT}.Happening"))
            return
        self._post(self._ended, LinkError("the server said that no more will come"))

    def _post(self, act: Callable[[Any], None], of: object) -> None:
        if not self._loop.is_closed():
            self._loop.call_soon_threadsafe(act, of)

    def _heard(self, text: str) -> None:
        if self._watch is not None:
            self._watch.cancel()
        self._watch = self._loop.call_later(_SILENCE_S, self._call.cancel)
        if not self._stands.done():
            self._stands.set_result(None)
        if text:
            self._take(text)

    def _ended(self, error: Exception) -> None:
        if self._watch is not None:
            self._watch.cancel()
        if not self._stands.done():
            self._stands.set_exception(error)
        elif not self._stands.cancelled():
            self._end(str(error))


def _unsaid(reason: str) -> None:
    """Nobody wants to know."""
