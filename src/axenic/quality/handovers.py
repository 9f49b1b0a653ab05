"""The hand-overs: where two carriers matched, and where they did not; a mismatch stops every batch it concerns.

It is over for a batch only when quality has closed a deviation that answers its entry; a later match changes nothing.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

from axenic.notation.sheet import Sheet
from axenic.quality.bonds import Bonds
from axenic.quality.deviations import CLOSED, Deviations
from axenic.quality.raised import CRITICAL, MAJOR, Raised
from axenic.quality.sheets import shipped_sheet
from axenic.record.entry import Act, Entry

MATCH, APPLY, STOPPED = "handover match", "label apply", "identity mismatch"
AGAIN = "scanned again after a mismatch"


class HandoverStep(Sheet):
    """One place of the way where a batch changes hands; `after`: the states a batch must have reached before."""

    step: str
    before_release: bool
    after: tuple[str, ...] = ()


class HandoverSteps(Sheet):
    """The way of a batch on a site."""

    handovers: str
    version: int
    source: str
    steps: tuple[HandoverStep, ...]

    def get(self, name: str) -> HandoverStep | None:
        """The step of that name."""
        return next((step for step in self.steps if step.step == name), None)


@cache
def shipped_steps() -> HandoverSteps:
    """The way shipped with the package; raises ValueError if it cannot be read."""
    return shipped_sheet(HandoverSteps, "handovers.yaml")


@dataclass(frozen=True, slots=True)
class Handover:
    """One comparison of two carriers. step: "label" where a label was put on. batches: all that it concerns."""

    batch: str
    step: str
    place: str
    outcome: str
    said: tuple[str, ...]
    batches: tuple[str, ...]
    by: str
    seq: int
    at: int

    @property
    def matched(self) -> bool:
        """Whether they belonged together."""
        return self.outcome == "match"


class Handovers:
    """Every comparison of two carriers."""

    def __init__(self, bonds: Bonds, deviations: Deviations) -> None:
        self._bonds, self._deviations = bonds, deviations
        self._done: dict[str, list[Handover]] = {}
        self._stops: dict[str, list[Handover]] = {}
        self._raised: list[Raised] = []

    def of(self, batch: str) -> list[Handover]:
        """What was compared for a batch, or stopped it, in order."""
        return list(self._done.get(batch, ()))

    def stopped_by(self, batch: str) -> list[int]:
        """The entries of the mismatches of a batch that no closed deviation answers."""
        closed = {s for d in self._deviations.of_batch(batch) if d.state == CLOSED for s in d.entries}
        return [stop.seq for stop in self._stops.get(batch, ()) if stop.seq not in closed]

    def stops(self, batch: str) -> list[str]:
        """Why a batch must wait: mismatches that quality has not cleared."""
        return [
            f"whose it is is in doubt since entry {seq}: quality must close a deviation that answers it"
            for seq in self.stopped_by(batch)
        ]

    def missing(self, batch: str) -> list[str]:
        """The steps before release at which a bound batch was not matched since it was bound."""
        bound = self._bonds.entry(batch)
        there = {h.step for h in self.of(batch) if h.matched and h.seq > bound}
        return [s.step for s in shipped_steps().steps if bound and s.before_release and s.step not in there]

    def blockers(self, batch: str) -> list[str]:
        """Why a batch must not leave."""
        missing = self.missing(batch)
        return [*self.stops(batch), *([f"no match on record at: {', '.join(missing)}"] if missing else [])]

    def exceptions(self) -> list[Raised]:
        """Mismatches on every batch they concern, and scans after one."""
        return list(self._raised)

    def take(self, entry: Entry) -> None:
        """Fold a comparison."""
        act = entry.thing
        if not isinstance(act, Act) or act.refused or act.command not in (MATCH, APPLY):
            return
        new = act.new
        said, batches = tuple(new["said"]), tuple(new["batches"])
        where = (act.batch, new["step"], new["place"], new["outcome"])
        made = Handover(*where, said, batches, act.actor, entry.seq, act.at)
        for batch in made.batches:
            if self.stopped_by(batch):
                text = f"{made.step}: {made.outcome}, while the mismatch is not cleared ({made.by})"
                self._raised.append(Raised(batch, AGAIN, MAJOR, text, made.seq, made.at))
            self._done.setdefault(batch, []).append(made)
            if not made.matched:
                self._stops.setdefault(batch, []).append(made)
                text = f"{made.step} of {made.batch}: {'; '.join(said)}"
                self._raised.append(Raised(batch, STOPPED, CRITICAL, text, made.seq, made.at))
