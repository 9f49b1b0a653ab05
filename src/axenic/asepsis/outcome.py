"""What one criterion says of a run."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from axenic.asepsis.run import Run


@dataclass(frozen=True, slots=True)
class Outcome:
    """Reasons against a pass, figures as decimal strings, and F0 with its lower bound (minutes) where there is one.

    `voids`: what makes the run prove nothing either way; `fails`: what it shows to be wrong.
    """

    fails: tuple[str, ...] = ()
    voids: tuple[str, ...] = ()
    figures: Mapping[str, str] = field(default_factory=dict)
    f0: tuple[float, float] | None = None


NOTHING = Outcome()
Criterion = Callable[[Run], Outcome]
