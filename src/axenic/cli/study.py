"""The verb `study`."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Annotated

from cyclopts import Parameter

from axenic.cli.answer import refuse, say
from axenic.cli.twin_options import Options, Refused, answering, make_ready
from axenic.cli.twin_report import check_targets, conclude, told, write_asked
from axenic.notation.finding import Finding
from axenic.twin.predict import Way
from axenic.twin.question import RECIPE, Question, Unanswerable
from axenic.twin.studies.study import PRECISE_ONES, REPS, STUDIES, TABLES_ALONE, Inquiry, run_study, unreported


@Parameter(name="*")
@dataclass(frozen=True, slots=True, kw_only=True)
class Sought:
    """What some studies are about.

    Parameters
    ----------
    batches
        About so many batches in each replication; 0: the study's own choice.
    figure
        The figure that tornado, morris, sobol, sweep, seek and pareto are about, such as cost.full.
    limit
        seek: what the figure shall meet.
    unit
        seek and pareto: the line of units that is counted; without it the reactors, and all else in proportion.
    from_
        seek and pareto: the smallest number.
    to
        seek and pareto: the largest number.
    """

    batches: int = 0
    figure: str = ""
    limit: float | None = None
    unit: str = ""
    from_: Annotated[int, Parameter(name="--from")] = 2
    to: int = 36


def study(
    name: str = "",
    *,
    plant: str = "robotic-cluster",
    baseline: str = "manual-suite",
    recipe: str = RECIPE,
    sought: Sought = Sought(),
    options: Options = Options(),  # noqa: B008
) -> int:
    """Answer a question that takes many simulations; without a name, list the studies.

    Parameters
    ----------
    name
        seed-claims, scale-and-fragility, manual-vs-robotic, release-regimes, unit-size, tornado, morris, sobol, sweep,
        seek or pareto.
    plant
        The plant under study.
    baseline
        The plant it is held against, where there are two.
    recipe
        A recipe: a file, or a shipped one by its name.
    """
    if not name:
        return _list(options.json)
    if options.out is not None:
        hint = "take --json, or simulate and compare with --out"
        return refuse([Finding("AX0711", "a study has no --out: it is many experiments", hint, "--out")], options.json)
    try:
        with answering(options.json):
            check_targets(options)
            if name in TABLES_ALONE and (asked := options.report or options.pictures):
                raise unreported(name, asked)
            if options.precision and name in STUDIES and name not in PRECISE_ONES:
                hint = f"leave it out, or ask {' or '.join(PRECISE_ONES)}"
                raise Unanswerable([Finding("AX0711", f"the study {name} takes no --precision", hint, "--precision")])
            way = options.way(reps=REPS.get(name, 8))
            make_ready()
            with way.crew:
                question = options.question(plant, recipe)
                found = run_study(name, _inquiry(name, question, way, baseline, sought))
            files = write_asked(options, found.to_report)
            return conclude(found.to_data() | files, repr(found) + told(files), options, found.missed, found.good)
    except Refused as refused:
        return refused.code


def _list(json: bool) -> int:
    width = max(map(len, STUDIES))
    lines = [f"{n:{width}}  {words}" for n, (_, words) in STUDIES.items()]
    say({"studies": {n: words for n, (_, words) in STUDIES.items()}}, "\n".join(lines), json)
    return 0


def _inquiry(name: str, question: Question, way: Way, baseline: str, sought: Sought) -> Inquiry:
    """A change with several values, such as `vector=5000,15000`, is a sweep's; to any other study it is no change."""
    if sought.batches < 0:
        hint = "give --batches 1 or more; 0 is the study's own choice"
        raise Unanswerable([Finding("AX0711", f"{sought.batches} batches cannot be", hint)])
    sweeps = tuple(s for s in question.changes if "," in s) if name == "sweep" else ()
    return Inquiry(
        replace(question, changes=tuple(s for s in question.changes if s not in sweeps)),
        way,
        baseline,
        sought.figure,
        sought.batches,
        sought.limit,
        sought.unit,
        sought.from_,
        sought.to,
        sweeps,
    )
