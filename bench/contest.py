"""A contest: the contestants run in turn, A B C A B C …, so that a slow moment of the machine hits all of them."""

from __future__ import annotations

import gc
import sys
import time
from collections.abc import Callable, Mapping


def say(text: str) -> None:
    """Progress, on stderr."""
    sys.stderr.write(f"{text}\n")
    sys.stderr.flush()


def seconds_of(work: Callable[[], object]) -> float:
    """How long a piece of work takes."""
    gc.collect()
    start = time.perf_counter()
    work()
    return time.perf_counter() - start


def contest(name: str, rounds: int, contestants: Mapping[str, Callable[[], float]]) -> dict[str, list[float]]:
    """The seconds of every contestant in every round, after one round that does not count.

    A contestant prepares itself, then gives the seconds of the part that is measured.
    """
    found: dict[str, list[float]] = {who: [] for who in contestants}
    for n in range(rounds + 1):
        say(f"{name}: round {n} of {rounds}" if n else f"{name}: warming up")
        for who, run in contestants.items():
            seconds = run()
            if n:
                found[who].append(seconds)
    return found
