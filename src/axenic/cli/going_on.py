"""Beginning a journal, or going on with one: only with the recipe, the plant and the seed it was begun with."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from axenic.cli.job import Job, job_of
from axenic.cli.ordering import Ordered, Unfit, check_known
from axenic.notation.finding import Finding
from axenic.record.journal import Journal, read_entries, there
from axenic.record.place import Place


def begin(
    job: Job, where: str | Path, ordered: Ordered, seed_given: bool, simulated: bool = True
) -> tuple[Journal, Job]:
    """The journal as its writer, and the job it holds; raises Unfit or JournalError.

    All is checked before the journal is taken over: a wrong command does not stop the writer it has. Programs, risk
    table and limits are those of the journal, whatever is shipped today.
    """
    place = Place.of(where)
    if not there(place):
        place.folder.mkdir(parents=True, exist_ok=True)
        return Journal.create(place, f"axenic.example/{place.stem}", simulated, job.documents()), job
    entries = read_entries(place)
    if not entries:  # begun, and killed before anything was kept
        journal = Journal.open(place)
        if not journal.size:
            journal.append(list(job.documents()))
        return journal, job
    kept = job_of(entries, simulates=True)
    wanted = job if seed_given else replace(job, seed=kept.seed)
    findings = _differences(kept, wanted, place) + check_known(ordered, entries)
    if findings:
        raise Unfit(findings)
    return Journal.open(place), kept


def _differences(kept: Job, wanted: Job, place: Place) -> list[Finding]:
    pairs = [
        ("recipe", kept.recipe, wanted.recipe, kept.recipe.recipe),
        ("plant", kept.plant, wanted.plant, kept.plant.plant),
        ("seed", kept.seed, wanted.seed, str(kept.seed)),
    ]
    return [
        Finding(
            "AX0304",
            f"the journal was begun with another {what} ({name})",
            f"give the {what} it was begun with, or another --journal",
            str(place),
        )
        for what, a, b, name in pairs
        if a != b
    ]
