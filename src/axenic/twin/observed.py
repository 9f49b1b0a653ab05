"""What records say, gathered for the fits: how long phases took, what was measured, what failed.

Only whole durations count. A phase that failed, was stopped, stood still for a repair, is still under way or is in
doubt is left out and counted: its duration is censored, and the more are left out, the more the rest are short ones.
Of one measure after one phase kind only the first reading of a batch counts: four panels of a dose are one dose.
"""

from __future__ import annotations

import re
from array import array
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from axenic.control.cause import Cause
from axenic.control.facts import BatchOrdered, OutcomeLost, PhaseCompleted, PhaseFailed
from axenic.control.layout import Layout
from axenic.control.orders import DisposeBatch, JudgeCycle, RunPhase, StopPhase
from axenic.record.entry import Entry

HOUR_MS = 3_600_000
_CUT_SHORT = ("failed", "stopped", "repaired", "under way", "in doubt")
_LARGEST = 1e15  # no instrument reads more, nor less than one in so many, in any unit
_SHOWN = 16  # characters of a digest where it is cited
_REPAIRED = re.compile(r"repaired in (\d+(?:\.\d+)?) h")
_CAUSES = (  # words of a reason, the first that are found
    (Cause.EQUIPMENT, ("equipment", " failed: ")),
    (Cause.CONTAMINATION, ("test sterility", "test mycoplasma", "growth", "contamina")),
    (Cause.LOGISTICS, ("receive", "receipt", "transport", "identity", "shipment")),
    (Cause.OPERATION, ("hold limit", "held longer", "proven", "brought in", "review", "abort", "operator")),
)


def cause_of(reason: str, equipment_failed: bool = False) -> Cause:
    """The cause that the words of a reason name; the patient's material if they name none (viability, dose, purity)."""
    if equipment_failed:
        return Cause.EQUIPMENT
    low = reason.lower()
    return next((c for c, words in _CAUSES if any(w in low for w in words)), Cause.PATIENT_MATERIAL)


@dataclass(slots=True)
class Readings:
    """Measured values, one of a batch; those `below` or `above` only say that the value lies beyond them."""

    values: array[float] = field(default_factory=lambda: array("d"))
    below: float = 0.0
    above: float = 0.0
    beyond: int = 0
    again: int = 0
    batches: set[int] = field(default_factory=set)  # by hash: a set of names would be too large

    def take(self, text: str, batch: str) -> None:
        """One reading as text, `< 0.05` and `> 100` included; a later one of the same batch is only counted.

        Raises ValueError if it is no number.
        """
        sign, number = text[:1], float(text.lstrip("<>= "))
        if not abs(number) < _LARGEST:
            raise ValueError(f"{text!r} is no reading")
        number = 0.0 if abs(number) < 1 / _LARGEST else number
        if hash(batch) in self.batches:
            self.again += 1
            return
        self.batches.add(hash(batch))
        if sign in ("<", ">"):
            self.beyond += 1
            if sign == "<":
                self.below = max(self.below, number)
            else:
                self.above = min(self.above, number) if self.above else number
        self.values.append(number)


@dataclass(slots=True)
class Kind:
    """One phase kind: whole durations in hours, what was left out and why, readings by measure."""

    hours: array[float] = field(default_factory=lambda: array("d"))
    left_out: Counter[str] = field(default_factory=Counter)
    readings: dict[str, Readings] = field(default_factory=dict)

    def read(self, results: Mapping[str, str], batch: str) -> None:
        """Take the results of one phase of a batch that are numbers."""
        for measure, text in results.items():
            try:
                self.readings.setdefault(measure, Readings()).take(text, batch)
            except ValueError:
                self.left_out[f"{measure} is no number"] += 1

    @property
    def cut_short(self) -> int:
        """How many durations are censored."""
        return sum(self.left_out[why] for why in _CUT_SHORT)


@dataclass(frozen=True, slots=True)
class Origin:
    """A record that was read: its file's name, what proves it (`root …`, `sha256 …`), and whether it was simulated."""

    name: str
    proof: str
    simulated: bool
    batches: int

    @property
    def title(self) -> str:
        """As a source is cited; never a path of the machine."""
        kind, _, digest = self.proof.partition(" ")
        return f"{self.name} ({kind} {digest[:_SHOWN]})"


@dataclass(slots=True)
class Observed:
    """Everything gathered from some records."""

    kinds: dict[str, Kind] = field(default_factory=dict)
    origins: list[Origin] = field(default_factory=list)
    worked_hours: float = 0.0  # of units that a batch has to itself
    faults_known: bool = False  # the records say when equipment failed
    faults: int = 0
    destroyed: int = 0
    repairs: array[float] = field(default_factory=lambda: array("d"))
    cycles: dict[str, Counter[str]] = field(default_factory=dict)  # verdicts by program
    decided: int = 0  # batches released or rejected
    causes: Counter[Cause] = field(default_factory=Counter)
    remade: int = 0  # of the rejected batches, those whose patient had another one ordered afterwards
    patients_known: bool = False

    @property
    def simulated(self) -> bool:
        """True if any of the records is of simulated equipment."""
        return any(o.simulated for o in self.origins)

    def kind(self, name: str) -> Kind:
        """What is known of a phase kind."""
        return self.kinds.setdefault(name, Kind())

    def worked(self, kind: str, hours: float, whole: str, shared: bool = False, repair: str = "") -> None:
        """A phase ended after so many hours: `whole` is empty, or why its duration does not count."""
        row = self.kind(kind)
        if whole:
            row.left_out[whole] += 1
        else:
            row.hours.append(hours)
        if shared:
            return
        found = _REPAIRED.search(repair)
        stood = min(float(found[1]), hours) if found else 0.0
        self.worked_hours += hours - stood
        self.faults += bool(repair)
        if found:
            self.repairs.append(float(found[1]))


@dataclass(slots=True)
class _Reader:
    """One pass over a journal."""

    observed: Observed
    layout: Layout | None
    running: dict[int, RunPhase] = field(default_factory=dict)
    stopped: set[int] = field(default_factory=set)
    doubted: set[int] = field(default_factory=set)
    ordered: dict[str, BatchOrdered] = field(default_factory=dict)
    struck: set[str] = field(default_factory=set)  # batches that equipment destroyed
    rejected: dict[str, int] = field(default_factory=dict)

    def take(self, entry: Entry) -> None:
        match entry.thing:
            case RunPhase() as order if "/" in order.run:
                self.running[order.number] = order
            case StopPhase() as order:
                self.stopped.add(order.stops)
            case OutcomeLost() as fact:
                self.doubted.add(fact.order)
            case PhaseCompleted() | PhaseFailed() as fact if fact.order in self.running:
                self._ended(self.running.pop(fact.order), fact)
            case JudgeCycle() as order:
                self.observed.cycles.setdefault(order.program, Counter())[order.verdict] += 1
            case BatchOrdered() as fact:
                self.ordered[fact.batch] = fact
            case DisposeBatch() as order:
                self._disposed(order)

    def _ended(self, order: RunPhase, fact: PhaseCompleted | PhaseFailed) -> None:
        fault, whole = "", ""
        if isinstance(fact, PhaseCompleted):
            fault = fact.results.get("fault", "")
            whole = "in doubt" if fact.order in self.doubted else "repaired" if fault else ""
            self.observed.kind(order.phase).read({k: v for k, v in fact.results.items() if k != "fault"}, order.batch)
        elif fact.order in self.stopped:
            whole = "stopped"
        else:
            whole, fault = "failed", fact.reason if "equipment" in fact.reason else ""
            self.observed.destroyed += bool(fault)
            if fault:
                self.struck.add(order.batch)
        shared = self.layout is not None and order.unit in self.layout.stations
        shared = shared and self.layout is not None and self.layout.stations[order.unit].shared
        self.observed.worked(order.phase, (fact.at - order.at) / HOUR_MS, whole, shared, fault)

    def _disposed(self, order: DisposeBatch) -> None:
        self.observed.decided += 1
        if order.outcome == "rejected":
            self.rejected[order.batch] = order.at
            self.observed.causes[cause_of(order.reason, order.batch in self.struck)] += 1

    def close(self) -> None:
        """What never had its answer, and which rejected doses were made again."""
        for order in self.running.values():
            self.observed.kind(order.phase).left_out["under way"] += 1
        self.observed.patients_known = self.observed.faults_known = True
        for batch, at in self.rejected.items():
            patient = self.ordered[batch].patient if batch in self.ordered else ""
            again = (o for o in self.ordered.values() if o.patient == patient and o.batch != batch and o.at >= at)
            self.observed.remade += next(again, None) is not None


def observe(entries: Iterable[Entry], observed: Observed, layout: Layout | None = None) -> int:
    """Take a journal's entries; how many batches it ordered. `layout` tells which units are shared."""
    reader = _Reader(observed, layout)
    for entry in entries:
        reader.take(entry)
    reader.close()
    return len(reader.ordered)
