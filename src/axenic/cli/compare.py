"""The verb `compare`."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from axenic.cli.twin_options import Options, Refused, answering, make_ready
from axenic.cli.twin_report import check_targets, conclude, told, write_asked
from axenic.notation.finding import Finding
from axenic.twin.comparison import Comparison
from axenic.twin.load import Loading
from axenic.twin.predict import SHARED, predict_together, write_parquet
from axenic.twin.question import RECIPE, Question, Unanswerable
from axenic.twin.scenario import Scenario


def compare(
    baseline: str,
    proposed: str,
    *,
    recipe: str = RECIPE,
    batches: int | None = None,
    picture: Path | None = None,
    shares: bool = False,
    options: Options = Options(),  # noqa: B008
) -> int:
    """Compare two plants for one recipe, replication by replication under the same seeds.

    Without --demand each plant is ordered 80 % of what it can do: two well used plants, each at its own size.

    Parameters
    ----------
    baseline
        A plant: a file, or a shipped one by its name.
    proposed
        Another plant.
    recipe
        A recipe: a file, or a shipped one by its name.
    batches
        So many batches are ordered from each plant in each replication, over the years it needs for them.
    picture
        Write the two cost stacks side by side (.png, .svg or .pdf).
    shares
        Also the share of the variance that comes from inputs of each grade (D: assumed).
    """
    try:
        with answering(options.json):
            check_targets(options, picture)
            way = options.way(SHARED if shares else ())
            make_ready()
            with way.crew:
                questions = [options.question(plant, recipe) for plant in (baseline, proposed)]
                asked = [_asked(q, batches, options.anyway) for q in questions]
                found = Comparison(*predict_together(asked, way))
            if options.out is not None:
                write_parquet([found.baseline, found.proposed], options.out)
            files = write_asked(options, found.to_report, picture)
            return conclude(found.to_data() | files, str(found.table()) + told(files), options, found.missed)
    except Refused as refused:
        return refused.code


def _asked(question: Question, batches: int | None, anyway: bool) -> tuple[Scenario, Loading]:
    """What is asked of a plant, and its load; with `batches` over the years that so many take at the demand."""
    if batches is not None and not 1 <= batches <= 10_000_000:
        text = f"{batches} batches cannot be compared"
        raise Unanswerable([Finding("AX0711", text, "give --batches 1 to 10,000,000")])
    scenario, loading = question.scenario(anyway)
    if batches is not None:
        scenario = replace(scenario, years=min(1000.0, batches / scenario.demand))
    return scenario, loading
