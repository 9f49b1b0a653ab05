"""A site of modules side by side, each with its share of the demand: what scale-out is, as one experiment.

The modules share the seed. What is keyed by a lot strikes all of them on the same days; what is keyed by a zone, a unit
or a batch strikes one module only, because each module has names of its own.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from hashlib import sha256

import numpy as np

from axenic.twin.figures import figures, without_dose
from axenic.twin.scenario import Scenario
from axenic.twin.sized import beside, renamed
from axenic.twin.tail import TAIL, tail
from axenic.twin.tally import Carriers, Chambers, Phases, Rows, Tally, Units


@dataclass(frozen=True)
class Site:
    """So many modules of a scenario's plant under the scenario's demand in all."""

    scenario: Scenario
    modules: int

    def __post_init__(self) -> None:
        if self.modules < 1:
            raise ValueError(f"a site has at least one module, not {self.modules}")

    @cached_property
    def parts(self) -> tuple[Scenario, ...]:
        """The scenario of each module."""
        share = self.scenario.demand / self.modules
        if self.modules == 1:
            return (self.scenario,)
        return tuple(
            replace(self.scenario, plant=renamed(self.scenario.plant, f"m{n}"), demand=share, module=f"m{n}-")
            for n in range(1, self.modules + 1)
        )

    @cached_property
    def names(self) -> tuple[str, ...]:
        """The figures of a scenario, and those of `tail`."""
        return (*self.scenario.names, *TAIL)

    @cached_property
    def digest(self) -> str:
        """SHA-256 of all that the figures depend on."""
        return sha256(f"site {self.modules} {self.scenario.digest}".encode()).hexdigest()

    def tally(self, seed: int, replication: int) -> Tally:
        """One tally of all modules."""
        return joined([part.tally(seed, replication)[0] for part in self.parts])

    def run(self, seed: int, replication: int) -> tuple[float, ...]:
        """The figures of the whole site in one replication; NaN for what needs a dose where none was released."""
        tally = self.tally(seed, replication)
        if not (tally.batches["outcome"] == 1).any():
            some = without_dose(tally)
            return tuple(some.get(name, float("nan")) for name in self.names)
        one = self.scenario
        found = figures(tally, beside(one.plant, self.modules), one.executed, one.assumptions) | tail(tally)
        return tuple(found[name] for name in self.names)


def joined(tallies: Sequence[Tally]) -> Tally:
    """One tally of several modules of the same plant, under the plant's own names; a chamber's time is the mean."""
    rows, before = list[Rows](), 0
    for tally in tallies:
        own = tally.batches.copy()
        own["patient"] += before
        before += len(own)
        rows.append(own)
    phases, units, carriers, chambers = (
        zip(*(getattr(t, n) for t in tallies), strict=True) for n in ("phases", "units", "carriers", "chambers")
    )
    return Tally(
        np.concatenate(rows),
        tuple(Phases(s[0].kind, sum(p.done for p in s), sum(p.worked_ms for p in s)) for s in phases),
        tuple(
            Units(_plain(s[0].unit), sum(u.count for u in s), sum(u.taken_ms for u in s), sum(u.changeovers for u in s))
            for s in units
        ),
        tuple(
            Carriers(_plain(s[0].mover), s[0].person, sum(c.count for c in s), *_sums(s, ("busy_ms", "gownings")))
            for s in carriers
        ),
        tuple(_chamber(s) for s in chambers),
        tuple(sum(kinds) for kinds in zip(*(t.passages for t in tallies), strict=True)),
        max(t.span_ms for t in tallies),
    )


def _chamber(same: Sequence[Chambers]) -> Chambers:
    cycles, failed, busy = _sums(same, ("cycles", "failed", "busy_ms"))
    return Chambers(_plain(same[0].interface), cycles, failed, busy // len(same))


def _sums(lines: Sequence[object], names: Sequence[str]) -> tuple[int, ...]:
    return tuple(sum(getattr(line, name) for line in lines) for name in names)


def _plain(name: str) -> str:
    return name.partition("@")[0]
