"""What the twin predicts of one scenario: every figure with its interval, and how much of it is assumed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np

from axenic.asepsis.containment import enclosure_of
from axenic.twin.claims import Estimate
from axenic.twin.figure import Figure
from axenic.twin.figures import unit_of
from axenic.twin.load import Loading
from axenic.twin.report.report import Grades, Report, Side
from axenic.twin.results import Results
from axenic.twin.scenario import Scenario
from axenic.twin.sobol import Scheme, Share
from axenic.twin.sources import Basis, Sources
from axenic.twin.table import Cell, Table

SHOWN = (
    "cost.full",
    "cost.gate",
    "cost.conversion",
    "cost.vector",
    "cost.materials",
    "cost.qc",
    "cost.labour",
    "cost.overhead",
    "cost.facility",
    "cost.equipment",
    "cost.leukapheresis",
    "cost.transport",
    "cost.failure",
    "failure.all",
    "failure.patient_material",
    "failure.operation",
    "failure.equipment",
    "failure.contamination",
    "failure.logistics",
    "time_to_vein.mean",
    "time_to_vein.p90",
    "time_to_vein.queue",
    "time_to_vein.manufacture",
    "time_to_vein.waiting",
    "time_to_vein.qc",
    "time_to_vein.review",
    "throughput.reactor",
    "throughput.module",
    "throughput.classified",
    "throughput.building",
    "doses.year",
    "operators.hours",
    "operators.rota",
    "operators.large_site",
    "labour.rota",
    "utilisation.reactor",
    "contamination.risk",
    "fragility.clustering",
    "fragility.worst_share",
)
_CAUSES = ("patient_material", "operation", "equipment", "contamination", "logistics", "unknown")


@dataclass(frozen=True, eq=False)
class Prediction:
    """The figures of a scenario over replications, its load, and shares of variance by grade of the inputs.

    `missed`: figures that did not become as narrow as was wanted. `scheme`: how the shares were found.
    """

    scenario: Scenario
    loading: Loading
    results: Results
    shares: Mapping[str, tuple[Share, ...]] = field(default_factory=dict)
    missed: tuple[str, ...] = ()
    scheme: Scheme = field(default_factory=Scheme)

    @cached_property
    def figures(self) -> dict[str, Figure]:
        """Every figure by its dotted name."""
        return {n: figure_of(self.results, n, self.scenario.years) for n in self.results.names}

    @cached_property
    def sources(self) -> Sources:
        """The rows of the assumptions behind every figure."""
        return Sources(self.scenario, self.results.provenance[0].seed)

    @property
    def with_dose(self) -> int:
        """In how many replications a dose was released: only of these can cost and times be told."""
        return int(np.isfinite(self.results.figure("cost.full")).sum())

    def notes(self) -> tuple[str, ...]:
        """What must be known before a figure is read."""
        notes = [f"not as narrow as wanted: {self.miss()}"] if self.missed else []
        if self.with_dose < self.replications:
            text = f"cost and times are those of the {self.with_dose} of {self.replications} replications with a dose"
            notes.append(f"{text}: with so few batches they are conditional on at least one")
        return tuple(notes)

    def miss(self) -> str:
        """How well the figures are known that did not become as narrow as was wanted; empty if there is none."""
        return ", ".join(f"{n} to {_half(self.figures[n])}" for n in self.missed)

    def estimates(self) -> dict[str, Estimate]:
        """Mean, low and high of every figure, as claims are weighed with."""
        return {n: (f.mean, f.low, f.high) for n, f in self.figures.items()}

    @property
    def replications(self) -> int:
        """How many replications the intervals rest on."""
        return len(self.results.rows[0])

    def table(self) -> Table:
        """The main figures for a terminal or a notebook."""
        rows: list[tuple[Cell, ...]] = [
            (name, self.figures[name], self.figures[name].unit, self.sources.rests_on(name)) for name in SHOWN
        ]
        notes = [f"load: {self.loading.words()}", *self.notes()]
        for figure, shares in self.shares.items():
            notes.append(f"variance of {figure} by grade of the inputs: {share_words(shares)}")
        return Table.of(self._title(), ("figure", "mean (95 % interval)", "unit", "rests on"), rows, notes)

    def _title(self) -> str:
        s = self.scenario
        under = f", regime {s.regime.regime}" if s.regime else ""
        text = f"SIMULATED: {s.recipe.recipe} on {s.plant.plant}{under}, {s.demand:,.4g} batches ordered a year,"
        return f"{text} {self.replications} x {s.years:.3g} years, seed {self.results.provenance[0].seed}"

    def __repr__(self) -> str:
        return str(self.table())

    def side(self, name: str = "") -> Side:
        """The scenario as a report shows it, under its plant's name if it is given no other."""
        p = self.results.provenance[0]
        of = name or self.scenario.plant.plant
        return Side.of(of, self.scenario, self.results.rows[0], p.seed, p.first, self.loading.words())

    def grades(self) -> tuple[Grades, ...]:
        """The shares of variance as a report shows them."""
        seed, of = self.results.provenance[0].seed, self.scenario.plant.plant
        sets = (sum(bool(s.rows) for s in shares) for shares in self.shares.values())
        return tuple(
            Grades(figure, of, shares, seed, self.scheme.runs(n))
            for (figure, shares), n in zip(self.shares.items(), sets, strict=True)
        )

    def to_report(self) -> Report:
        """Everything that is known, as a report shows it; runs one replication again, to draw its week."""
        s, note = self.scenario, " ".join(f"{text[0].upper()}{text[1:]}." for text in self.notes())
        return Report(f"{s.recipe.recipe} on {s.plant.plant}", (self.side(),), grades=self.grades(), note=note)

    def report(self, path: Path | str) -> None:
        """Write the report (.html or .pdf); raises ReportError."""
        from axenic.twin.report.write import write_report  # what draws: only when a report is asked for

        write_report(self.to_report(), Path(path))

    def to_pandas(self) -> Any:
        """Every figure as a data frame; needs pandas."""
        rows: list[tuple[Cell, ...]] = [(n, f) for n, f in self.figures.items()]
        return Table.of("", ("figure", "value"), rows).to_pandas()

    def to_data(self) -> dict[str, Any]:
        """As JSON has it; every figure is a mapping of mean, low, high, unit."""
        data = {n: f.to_data() for n, f in self.figures.items()}
        return self._about() | {
            "cost": _under(data, "cost."),
            "failure": {"all": data["failure.all"], "cause": {c: data[f"failure.{c}"] for c in _CAUSES}},
            "time_to_vein_d": _under(data, "time_to_vein."),
            "throughput_per_m2_year": _under(data, "throughput."),
            "operators": _under(data, "operators."),
            "utilisation": _under(data, "utilisation."),
            "intervals": data,
            "assumption_share": {figure: _shares(shares) for figure, shares in self.shares.items()},
            "load": self.loading.to_data(),
        }

    def _about(self) -> dict[str, Any]:
        s, provenance = self.scenario, self.results.provenance[0]
        known = s.assumptions
        return {
            "simulated": True,
            "recipe": s.recipe.recipe,
            "plant": s.plant.plant,
            "regime": s.regime.regime if s.regime else None,
            "enclosures": {u.unit: enclosure_of(s.plant, u) for u in s.plant.units if not u.shared},
            "demand": s.demand,
            "years": s.years,
            "replications": self.replications,
            "with_dose": self.with_dose,
            "notes": list(self.notes()),
            "seed": provenance.seed,
            "confidence": 0.95,
            "digest": provenance.digest,
            "version": self.results.version,
            "assumptions": {"name": known.assumptions, "version": known.version},
            "rows": {r.row: {"value": r.value, "unit": r.unit, "source": r.source} for r in known.rows},
            "sources": {n: _sources(self.sources.bases(n)) for n in self.results.names},
            "missed": list(self.missed),
        }


def _half(figure: Figure) -> str:
    """Half the width of a figure's interval, relative to its mean."""
    half = (figure.high - figure.low) / 2
    return f"{half / abs(figure.mean):.2g}" if figure.mean and half < float("inf") else "nothing"


def figure_of(results: Results, name: str, years: float) -> Figure:
    """A figure of one experiment with its interval and unit; `years` of each replication tell how much was seen."""
    trials = float(np.nansum(results.figure("batches.year"))) * years if name.startswith("failure.") else 0.0
    return Figure.seen(results.figure(name), unit_of(name), trials)


def _sources(bases: tuple[Basis, ...]) -> list[dict[str, Any]]:
    return [{"row": b.row.row, "grade": b.row.grade.value, "moves": float(f"{b.moves:.4g}")} for b in bases]


def _under(data: Mapping[str, Any], prefix: str) -> dict[str, Any]:
    return {n.removeprefix(prefix): f for n, f in data.items() if n.startswith(prefix)}


def share_words(shares: tuple[Share, ...]) -> str:
    """The shares in a few words."""
    return ", ".join(f"{s.name} {_share(s).mean:.0%}" for s in shares)


def _share(share: Share) -> Figure:
    """By itself or with others, whichever is known better: with few points a small share is best seen as the latter."""
    best = min((share.closed, share.total), key=lambda i: i.half)
    mean, low, high = (min(1.0, max(0.0, x)) for x in (best.mean, best.low, best.high))
    return Figure(mean, low, high, "1")


def _shares(shares: tuple[Share, ...]) -> dict[str, Any]:
    return {s.name: _share(s).to_data() for s in shares}
