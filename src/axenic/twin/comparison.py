"""Two plants side by side, replication by replication under the same seeds."""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

from axenic.twin.figure import Figure
from axenic.twin.figures import unit_of
from axenic.twin.interval import Interval, difference, ratio_interval
from axenic.twin.prediction import SHOWN, Prediction, share_words
from axenic.twin.report.report import Report
from axenic.twin.table import Cell, Table


@dataclass(frozen=True, eq=False)
class Comparison:
    """A baseline and what is proposed instead."""

    baseline: Prediction
    proposed: Prediction

    @cached_property
    def shared(self) -> tuple[str, ...]:
        """The figures both have."""
        names = set(self.proposed.results.names)
        return tuple(n for n in self.baseline.results.names if n in names)

    @property
    def missed(self) -> tuple[str, ...]:
        """For each plant of which a figure did not become as narrow as was wanted: which, and how well it is known."""
        pair = (self.baseline, self.proposed)
        return tuple(f"{p.scenario.plant.plant}: {p.miss()}" for p in pair if p.missed)

    def difference(self, name: str) -> Figure:
        """Proposed less baseline, paired."""
        found = difference(self.proposed.results.figure(name), self.baseline.results.figure(name))
        return Figure.of(found.interval, unit_of(name))

    def ratio(self, name: str, against: str = "") -> Figure:
        """Proposed over baseline (or over another figure of it), paired, by Fieller; no ends if it may be anything."""
        found = ratio_interval(self.proposed.results.figure(name), self.baseline.results.figure(against or name))
        return Figure.of(found, "1")

    def reduction(self, name: str, against: str = "") -> Figure:
        """1 - proposed / baseline, paired."""
        r = self.ratio(name, against)
        return Figure.of(Interval(1 - r.mean, 1 - r.high, 1 - r.low, 0), "1")

    def table(self) -> Table:
        """The main figures side by side."""
        old, new = self.baseline, self.proposed
        rows: list[tuple[Cell, ...]] = [
            (
                f"{name} [{unit_of(name)}]",
                old.figures[name],
                new.figures[name],
                _ratio(self.ratio(name)),
                new.sources.rests_on(name),
            )
            for name in SHOWN
        ]
        names = [p.scenario.plant.plant for p in (old, new)]
        columns = ("figure (mean, 95 % interval)", *names, "ratio", "rests on")
        return Table.of(self._title(), columns, rows, self._notes(names))

    def _title(self) -> str:
        s, seed = self.baseline.scenario, self.baseline.results.provenance[0].seed
        under = f", regime {s.regime.regime}" if s.regime else ""
        return f"SIMULATED: {s.recipe.recipe}{under}, {self.baseline.replications} paired replications, seed {seed}"

    def _loads(self, names: list[str]) -> list[str]:
        return [
            f"{name}: {p.scenario.demand * p.scenario.years:,.0f} batches in {p.scenario.years:.3g} years in each; "
            f"{p.loading.words()}"
            for name, p in zip(names, (self.baseline, self.proposed), strict=True)
        ]

    def _notes(self, names: list[str]) -> list[str]:
        notes = []
        for name, p, load in zip(names, (self.baseline, self.proposed), self._loads(names), strict=True):
            notes.append(load)
            notes += [f"{name}: {text}" for text in p.notes()]
            for figure, shares in p.shares.items():
                notes.append(f"{name}: variance of {figure} by grade of the inputs: {share_words(shares)}")
        less = self.reduction("cost.full")
        conversion = self.reduction("cost.conversion")
        notes.append(f"cost of a released dose: {_percent(less)} less in full, {_percent(conversion)} less to convert")
        return notes

    def __repr__(self) -> str:
        return str(self.table())

    def to_report(self) -> Report:
        """Both plants and what they differ by, as a report shows it; runs a replication of each again, for its week."""
        old, new = self.baseline, self.proposed
        names = [p.scenario.plant.plant for p in (old, new)]
        title = f"{new.scenario.recipe.recipe}: {names[1]} instead of {names[0]}"
        pairs = zip(names, (old, new), strict=True)
        note = ". ".join([*self._loads(names), *(f"{name}: {text}" for name, p in pairs for text in p.notes())])
        return Report(title, (old.side(), new.side()), grades=(*old.grades(), *new.grades()), note=f"{note}.")

    def report(self, path: Path | str) -> None:
        """Write the report (.html or .pdf); raises ReportError."""
        from axenic.twin.report.write import write_report  # what draws: only when a report is asked for

        write_report(self.to_report(), Path(path))

    def to_pandas(self) -> Any:
        """Every shared figure of both, and the ratio, as a data frame; needs pandas."""
        old, new = self.baseline, self.proposed
        rows: list[tuple[Cell, ...]] = [(n, old.figures[n], new.figures[n], self.ratio(n)) for n in self.shared]
        return Table.of("", ("figure", "baseline", "proposed", "ratio"), rows).to_pandas()

    def to_data(self) -> dict[str, Any]:
        """As JSON has it."""
        return {
            "plants": [self.baseline.to_data(), self.proposed.to_data()],
            "difference": {n: self.difference(n).to_data() for n in self.shared},
            "ratio": {n: self.ratio(n).to_data() for n in self.shared},
        }


def _ratio(figure: Figure) -> Cell:
    return figure if figure.mean == figure.mean else "-"


def _percent(figure: Figure) -> str:
    low, high = (f"{x:.1%}" if math.isfinite(x) else "?" for x in (figure.low, figure.high))
    return f"{figure.mean:.1%} ({low} to {high})"
