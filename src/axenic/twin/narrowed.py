"""An experiment of which only some figures are wanted, so that experiments with different ones go together."""

from __future__ import annotations

from dataclasses import dataclass
from hashlib import sha256

from axenic.twin.experiment import Experiment, column


@dataclass(frozen=True)
class Narrowed:
    """Some figures of an experiment, in this order."""

    of: Experiment
    names: tuple[str, ...]

    @property
    def digest(self) -> str:
        """SHA-256 of the experiment and the names."""
        return sha256(f"{self.of.digest} {self.names}".encode()).hexdigest()

    def run(self, seed: int, replication: int) -> tuple[float, ...]:
        """The figures wanted of one replication; raises ValueError for an unknown one."""
        found = self.of.run(seed, replication)
        return tuple(found[column(self.of, name)] for name in self.names)
