"""The verb `simulate`."""

from __future__ import annotations

from axenic.cli.twin_options import Options, Refused, answering, make_ready
from axenic.cli.twin_report import check_targets, conclude, told, write_asked
from axenic.twin.predict import SHARED, predict, write_parquet


def simulate(recipe: str, *, plant: str, shares: bool = True, options: Options = Options()) -> int:  # noqa: B008
    """Predict cost, failure, throughput, time to vein and operators of a recipe on a plant, each with its interval.

    Parameters
    ----------
    recipe
        A recipe: a file, or a shipped one by its name.
    plant
        A plant: a file, or a shipped one by its name.
    shares
        Also the share of the variance that comes from inputs of each grade (D: assumed).
    """
    try:
        with answering(options.json):
            check_targets(options)
            way = options.way(SHARED if shares else ())
            make_ready()
            scenario, loading = options.question(plant, recipe).scenario(options.anyway)
            with way.crew:
                found = predict(scenario, loading, way)
            if options.out is not None:
                write_parquet([found], options.out)
            files = write_asked(options, found.to_report)
            missed = (f"{found.scenario.plant.plant}: {found.miss()}",) if found.missed else ()
            return conclude(found.to_data() | files, str(found.table()) + told(files), options, missed)
    except Refused as refused:
        return refused.code
