"""Progress on stderr for what takes longer than a second, with the time that is left."""

from __future__ import annotations

import sys
from math import isnan
from time import monotonic

_FIRST_S, _EVERY_S = 1.0, 2.0


class Progress:
    """Called with what is done, of how many, and the seconds left (NaN: as long for each as so far)."""

    def __init__(self, what: str = "replications") -> None:
        self._what, self._begun = what, monotonic()
        self._next = self._begun + _FIRST_S

    def __call__(self, done: int, of: int, left: float) -> None:
        """Say how far it is, if it is time to."""
        now = monotonic()
        if now < self._next or done == of:
            return
        self._next = now + _EVERY_S
        if isnan(left):
            left = (now - self._begun) / done * (of - done) if done else 0.0
        sys.stderr.write(f"{done:,} of {of:,} {self._what}, {left:.0f} s left\n")
        sys.stderr.flush()
