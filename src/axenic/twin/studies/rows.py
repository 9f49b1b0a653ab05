"""Which rows of the assumptions move a figure: tornado, screening and shares of variance."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from axenic.assumption.assumption import Assumptions
from axenic.twin.campaign import runner
from axenic.twin.experiment import Series, run_series
from axenic.twin.figure import Figure
from axenic.twin.figures import unit_of
from axenic.twin.load import Loading
from axenic.twin.morris import morris
from axenic.twin.predict import Remembering, shortened
from axenic.twin.report.label import label_of
from axenic.twin.report.report import Grades, Report, Side, Swings
from axenic.twin.scenario import Scenario
from axenic.twin.sensitivity import Bar, Study, tornado
from axenic.twin.sobol import Scheme, Share, share_by_grade, sobol
from axenic.twin.studies.study import Answer, Inquiry, at_load, known_figure
from axenic.twin.table import Cell, Table

_FIGURE = "cost.full"
_BATCHES, _REPS, _SHOWN, _TRAJECTORIES, _ROWS = 150, 2, 20, 4, 8
_SCHEME = Scheme(points=16, scrambles=3)


def _study(inquiry: Inquiry, reps: int) -> tuple[Study, Scenario, Loading]:
    scenario, loading = at_load(inquiry.question, 0.8, inquiry.batches or _BATCHES)
    figure = known_figure(inquiry.figure or _FIGURE, scenario)
    short = shortened(scenario, inquiry.batches or _BATCHES)
    run = runner(inquiry.way.crew, block=32)
    study = Study(short.changed, scenario.assumptions, figure, inquiry.way.seed, reps, runner=run)
    return study, scenario, loading


def _title(what: str, study: Study, scenario: Scenario) -> str:
    where = f"{scenario.recipe.recipe} on {scenario.plant.plant}"
    return f"SIMULATED: {what} {study.figure} [{unit_of(study.figure)}], {where}"


def tornado_of(inquiry: Inquiry) -> Answer:
    """What each uncertain row alone does, from its P10 to its P90."""
    study, scenario, loading = _study(inquiry, max(_REPS, min(8, inquiry.way.reps // 2)))
    bars = tornado(study)
    unit = unit_of(study.figure)
    rows: list[tuple[Cell, ...]] = [_bar(bar, unit) for bar in bars[:_SHOWN]]
    columns = ("row", "grade", "P10", "P90", "change at P10", "change at P90")
    flat = sum(bar.swing == 0 for bar in bars)
    notes = (f"{len(bars)} uncertain rows, {flat} of them change nothing here", f"load: {loading.words()}")
    table = Table.of(_title("what each row does to", study, scenario), columns, rows, notes)

    def shows() -> Report:
        return _shown(study, scenario, loading, inquiry, swings=(_swings(bars, study, scenario),))

    return Answer("tornado", (table,), shows=shows)


def _swings(bars: tuple[Bar, ...], study: Study, scenario: Scenario) -> Swings:
    return Swings(study.figure, scenario.plant.plant, bars, study.seed, study.replications)


def _shown(study: Study, scenario: Scenario, loading: Loading, inquiry: Inquiry, **more: Any) -> Report:
    """The scenario as it is, under its own replications, and what was studied of it."""
    short, seed = shortened(scenario, inquiry.batches or _BATCHES), inquiry.way.seed
    rows = run_series(Series(short, seed, 0, max(_REPS, inquiry.way.reps)))
    side = Side.of(scenario.plant.plant, short, rows, seed, load=loading.words())
    what = label_of(study.figure)
    return Report(f"What moves {what} of {scenario.recipe.recipe} on {scenario.plant.plant}", (side,), **more)


def _bar(bar: Bar, unit: str) -> tuple[Cell, ...]:
    changes = (Figure.of(end.interval, unit) for end in (bar.low, bar.high))
    return (bar.row, bar.grade, f"{bar.at[0]:.4g}", f"{bar.at[1]:.4g}", *changes)


def morris_of(inquiry: Inquiry) -> Answer:
    """Elementary effects over the whole range of every row."""
    study, scenario, loading = _study(inquiry, 1)
    effects = morris(study, _TRAJECTORIES, inquiry.way.seed)
    unit = unit_of(study.figure)
    rows: list[tuple[Cell, ...]] = [
        (e.row, e.grade, *(Figure.of(x, unit) for x in (e.mu_star, e.mu, e.sigma))) for e in effects[:_SHOWN]
    ]
    columns = ("row", "grade", "size of its effect", "mean of its effect", "spread (acts with others)")
    title = _title("screening of the rows behind", study, scenario)
    return Answer("morris", (Table.of(title, columns, rows, (f"load: {loading.words()}",)),))


def sobol_of(inquiry: Inquiry) -> Answer:
    """Shares of variance by grade, and by those rows that the tornado shows to matter most."""
    study, scenario, loading = _study(inquiry, 1)
    study = replace(study, runner=Remembering(inquiry.way.crew))
    bars = tornado(study)
    most = [bar.row for bar in bars[:_ROWS]]
    by_grade = share_by_grade(study, _SCHEME)
    by_row = sobol(replace(study, assumptions=_only(most, scenario.assumptions)), _SCHEME)
    columns = ("rows", "by themselves [1]", "with others [1]")
    first = Table.of(_title("variance by grade of", study, scenario), columns, [_share(s) for s in by_grade])
    notes = (f"only these {_ROWS} rows vary here: those that move it most", f"load: {loading.words()}")
    second = Table.of(_title("variance by row of", study, scenario), columns, [_share(s) for s in by_row], notes)

    def shows() -> Report:
        runs = _SCHEME.runs(sum(bool(s.rows) for s in by_grade))
        grades = Grades(study.figure, scenario.plant.plant, by_grade, study.seed, runs)
        swings = _swings(bars, study, scenario)
        return _shown(study, scenario, loading, inquiry, swings=(swings,), grades=(grades,), tables=(second,))

    return Answer("sobol", (first, second), shows=shows)


def _only(rows: list[str], known: Assumptions) -> Assumptions:
    kept = tuple(r if r.row in rows else r.model_copy(update={"uncertain": None}) for r in known.rows)
    return known.model_copy(update={"rows": kept})


def _share(share: Share) -> tuple[Cell, ...]:
    return (share.name, Figure.of(share.closed, "1"), Figure.of(share.total, "1"))
