"""The way from the threads of a SiLA server to the loop of its instrument."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine
from typing import Any, TypeVar

Answer = TypeVar("Answer")

_LONGEST_S = 60.0  # an instrument answers at once; one that does not keeps its threads no longer than this


class Bridge:
    """Everything that touches the instrument is done on its loop, one thing after the other."""

    def __init__(self, loop: asyncio.AbstractEventLoop) -> None:
        self._loop = loop

    def ask(self, work: Coroutine[Any, Any, Answer]) -> Answer:
        """Do it on the loop and wait for the answer; raises what it raises, or TimeoutError."""
        return asyncio.run_coroutine_threadsafe(work, self._loop).result(_LONGEST_S)

    def tell(self, act: Callable[[], object]) -> None:
        """Do it on the loop as soon as it can be done; nothing is done once the loop is closed."""
        if not self._loop.is_closed():
            self._loop.call_soon_threadsafe(act)
