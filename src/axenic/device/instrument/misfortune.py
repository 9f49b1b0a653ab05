"""Equipment that fails at random: each command may meet each way of failing, by its share."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from axenic.device.draw import Draw
from axenic.device.driver.intent import Intent
from axenic.device.instrument.disorder import Disorder, Wrong


@dataclass(frozen=True, slots=True)
class Misfortune:
    """`shares`: of all commands, by what goes wrong; `size` in seconds. Keyed by the order: the same in every run."""

    seed: int
    shares: Mapping[Wrong, float]
    size: float = 1.0

    def meets(self, intent: Intent) -> list[Disorder]:
        """What goes wrong with a command."""
        draw = Draw(self.seed, str(intent.order.number))
        return [Disorder(w, self.size) for w, share in self.shares.items() if draw.uniform("misfortune", w) < share]
