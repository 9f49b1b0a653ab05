"""What a listener hears of an instrument, from the loop of the instrument to the thread that sends it.

sila2 0.14 shares one thread among the listeners of a property, and that thread dies if a listener leaves while it is
served; then nobody hears anything more. So each listener has a queue of its own, and leaves with its connection.
"""

from __future__ import annotations

import queue
from collections.abc import Callable, Iterator, Mapping
from typing import Any

BEAT_S = 2.0  # at least so often something is said, so that silence means that the link is gone [D]


class Subscription(queue.SimpleQueue[str | None]):
    """Texts for one listener; `leave` is called when its connection has ended."""

    def __init__(self, message: Callable[[str], Any], leave: Callable[[Subscription], None]) -> None:
        super().__init__()
        self._message, self._leave = message, leave

    def add_subscription(self, context: Any) -> Iterator[Any]:
        """The messages for a connection until it ends; the first says that it stands."""
        if not context.add_callback(self._left):
            self._left()
        return self._messages()

    def cancel_producer(self) -> None:
        """Say nothing more."""
        self.put(None)

    def _left(self) -> None:
        self._leave(self)
        self.put(None)

    def _messages(self) -> Iterator[Any]:
        yield self._message("")
        while True:
            try:
                text = self.get(timeout=BEAT_S)
            except queue.Empty:
                text = ""
            if text is None:
                return
            yield self._message(text)


class Subscriptions(Mapping[Subscription, Subscription]):
    """All that are open; it stands where sila2 keeps a thread for each queue."""

    def __init__(self) -> None:
        self._open: set[Subscription] = set()

    def open(self, message: Callable[[str], Any], leave: Callable[[], None]) -> Subscription:
        """A new one; `leave` is called when its connection has ended."""

        def left(subscription: Subscription) -> None:
            self._open.discard(subscription)
            leave()

        subscription = Subscription(message, left)
        self._open.add(subscription)
        return subscription

    def __getitem__(self, key: Subscription) -> Subscription:
        return key

    def __iter__(self) -> Iterator[Subscription]:
        return iter(list(self._open))

    def __len__(self) -> int:
        return len(self._open)
