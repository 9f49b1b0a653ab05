"""What every study is asked and answers, and which studies there are: a new one is a file, its test and a line here."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from importlib import import_module
from pathlib import Path
from typing import Any

from axenic.notation.finding import Finding
from axenic.twin.figures import unit_of
from axenic.twin.load import Loading
from axenic.twin.predict import Way
from axenic.twin.prediction import figure_of
from axenic.twin.question import Question, Unanswerable, missing
from axenic.twin.report.report import Report, Side
from axenic.twin.report.target import ReportError, check_target, unwritable
from axenic.twin.results import Results
from axenic.twin.scenario import Scenario
from axenic.twin.table import Cell, Table

STUDIES: dict[str, tuple[str, str]] = {
    "manual-vs-robotic": (
        "manual_vs_robotic:answer",
        "two plants, well and badly used: what is cheaper, and by how much",
    ),
    "scale-and-fragility": ("scale_and_fragility:answer", "10 to 10,000 batches a year: does scale amplify fragility?"),
    "release-regimes": (
        "release_regimes:answer",
        "what each testing regime does to time and cost, and where it may be used",
    ),
    "unit-size": ("unit_size:answer", "a plant with 2, 4, 8, 16, 36 reactors, each at the same load"),
    "seed-claims": ("seed_claims:answer", "public claims held against what is computed, by denominator"),
    "tornado": ("rows:tornado_of", "what each uncertain row alone does to a figure"),
    "morris": ("rows:morris_of", "which rows matter at all, also together with others"),
    "sobol": (
        "rows:sobol_of",
        "shares of a figure's variance by grade of the inputs, and by the rows that matter most",
    ),
    "sweep": ("sweep:answer", "a figure at each of several values of something"),
    "seek": ("target:seek_of", "the smallest number of reactors or units with which a figure meets a limit"),
    "pareto": ("target:pareto_of", "which numbers of reactors cannot be bettered in cost and time together"),
}
REPS = {"seed-claims": 24, "release-regimes": 16, "unit-size": 16, "manual-vs-robotic": 16}
"""Replications of a study if nothing else is asked; 8 for the others."""

PRECISE_ONES = ("manual-vs-robotic", "seed-claims")
"""Studies that go on until a wanted precision is reached; the others have replications enough of their own."""

TABLES_ALONE = ("morris", "sweep", "seek", "pareto")
"""Studies that are told in a table and have no report."""


@dataclass(frozen=True, slots=True)
class Inquiry:
    """What a study is asked. `question` is about the plant under study, `baseline` the plant it is compared with.

    `figure` empty and `batches` 0: the study's own choice. `sweeps` are settings with several values.
    """

    question: Question
    way: Way
    baseline: str = "manual-suite"
    figure: str = ""
    batches: int = 0
    limit: float | None = None
    unit: str = ""
    low: int = 2
    high: int = 36
    sweeps: tuple[str, ...] = ()

    def about(self, plant: str) -> Question:
        """The same question about another plant."""
        return replace(self.question, plant=plant)


@dataclass(frozen=True, slots=True, eq=False)
class Answer:
    """The answer: tables for people, and the same as plain data; `good` is False if what was sought is not there.

    `shows` makes what a report shows of it. `missed`: of which plant which figures are not as narrow as was wanted.
    """

    study: str
    tables: tuple[Table, ...]
    data: Mapping[str, Any] = field(default_factory=dict)
    good: bool = True
    shows: Callable[[], Report] | None = None
    missed: tuple[str, ...] = ()

    def __repr__(self) -> str:
        return "\n\n".join(str(t) for t in self.tables)

    def to_report(self) -> Report:
        """What a report shows of it; raises ReportError for a study that has none."""
        if self.shows is None:
            raise unreported(self.study, Path())
        return self.shows()

    def report(self, path: Path | str) -> None:
        """Write the report (.html or .pdf); raises ReportError."""
        from axenic.twin.report.write import write_report  # what draws: only when a report is asked for

        check_target(Path(path))
        write_report(self.to_report(), Path(path))

    def to_pandas(self) -> Any:
        """The first table as a data frame; needs pandas."""
        return self.tables[0].to_pandas()

    def to_data(self) -> dict[str, Any]:
        """As JSON has it."""
        tables = [{"title": t.title, "rows": t.to_data(), "notes": list(t.notes)} for t in self.tables]
        return {"study": self.study, "simulated": True, **self.data, "missed": list(self.missed), "tables": tables}


def unreported(name: str, path: Path) -> ReportError:
    """The error that a study has no report."""
    there = ", ".join(n for n in STUDIES if n not in TABLES_ALONE)
    return unwritable(f"the study {name} has no report", f"take its table, or a report of {there}", path)


def side_of(name: str, scenario: Scenario, results: Results, loading: Loading) -> Side:
    """One experiment of a study as a report shows it."""
    p = results.provenance[0]
    return Side.of(name, scenario, results.rows[0], p.seed, p.first, loading.words())


def run_study(name: str, inquiry: Inquiry) -> Answer:
    """The answer of a study; raises Unanswerable, also for an unknown name."""
    if name not in STUDIES:
        raise Unanswerable([missing("study", name, STUDIES, "AX0715")])
    module, _, function = STUDIES[name][0].partition(":")
    answer: Callable[[Inquiry], Answer] = getattr(import_module(f"axenic.twin.studies.{module}"), function)
    try:
        return answer(inquiry)
    except ValueError as error:
        raise Unanswerable([Finding("AX0711", str(error), "mend what is named", name)]) from error


def at_load(question: Question, share: float, batches: int, anyway: bool = False) -> tuple[Scenario, Loading]:
    """The scenario at a share of what its plant can do (or the demand that is asked), for about so many batches."""
    scenario, loading = question.scenario(anyway)
    demand = question.demand if question.demand is not None else share * loading.capacity
    years = batches / demand if question.years is None else question.years
    return replace(scenario, demand=demand, years=years), loading.at(demand)


def by_figure(
    title: str,
    names: Sequence[str],
    seen: Sequence[tuple[Results, float]],
    figures: Sequence[str],
    notes: Sequence[str],
) -> Table:
    """A table with a row for each figure and a column for each experiment, given with the years of a replication."""
    rows: list[tuple[Cell, ...]] = [
        (f"{f} [{unit_of(f)}]", *(figure_of(results, f, years) for results, years in seen)) for f in figures
    ]
    return Table.of(title, ("figure", *names), rows, notes)


def known_figure(name: str, scenario: Scenario) -> str:
    """The name, if the scenario has such a figure; raises Unanswerable with the nearest one."""
    if name not in scenario.names:
        raise Unanswerable([missing("figure", name, scenario.names, "AX0715")])
    return name
