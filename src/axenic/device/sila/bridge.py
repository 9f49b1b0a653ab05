"""The way from the threads of a SiLA server to the loop of its instrument."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable, Coroutine
from typing import Any, TypeVar

Answer = TypeVar("Answer")

_LONGEST_S = 60.0  # an instrument answers at once; one that does not keeps its threads no longer than this


class Bridge:
    """Everything that touches the instrument is done on its loop, one thing after the other."""

    def __init__(self, loop: asyncio.AbstractEventLoop) -> None:
        self._loop = loop
        self._silent, self._ended = threading.Event(), threading.Event()

    def ask(self, work: Coroutine[Any, Any, Answer]) -> Answer:
        """Do it on the loop and wait for the answer; raises what it raises, or TimeoutError."""
        answer = asyncio.run_coroutine_threadsafe(work, self._loop).result(_LONGEST_S)
        if self._silent.is_set():
            self._ended.wait(_LONGEST_S)
        return answer

    def tell(self, act: Callable[[], object]) -> None:
        """Do it on the loop as soon as it can be done; nothing is done once the loop is closed."""
        if not self._loop.is_closed():
            self._loop.call_soon_threadsafe(act)

    def fall_silent(self) -> None:
        """Nothing more goes out: what is answered from now on waits until the connections have ended."""
        self._silent.set()

    def end(self) -> None:
        """The connections have ended."""
        self._ended.set()
