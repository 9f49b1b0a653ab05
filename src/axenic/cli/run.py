"""The verbs `run` and `demo`: batches through a plant of simulated equipment, on either clock, into a journal."""

from __future__ import annotations

import sys
from datetime import UTC, datetime
from functools import partial
from importlib import resources
from pathlib import Path
from typing import Any

from axenic.cli.answer import NOT_GOOD, refuse, say
from axenic.cli.going_on import begin
from axenic.cli.job import Job, new_job
from axenic.cli.on_equipment import reach_for, run_on
from axenic.cli.ordering import Ordered, Unfit, later, orders_in
from axenic.cli.reaching import Reached
from axenic.cli.summary import Tally, table
from axenic.cli.watch import Watch
from axenic.control.control import Control
from axenic.control.facts import BatchOrdered, Fact
from axenic.control.orders import Order
from axenic.device.world import World
from axenic.live.clock import SpeedClock
from axenic.live.shell import Differ, recover
from axenic.live.shell import run as run_live
from axenic.notation.finding import Finding
from axenic.quality.decisions import decisions
from axenic.quality.judged import books_of, judged
from axenic.quality.requests import requests
from axenic.record.entry import Entry, Thing
from axenic.record.journal import Journal, JournalError
from axenic.record.place import shown
from axenic.record.print import print_records
from axenic.twin.run import run as run_twin

_STEPS_KEPT_AT_ONCE = 400  # virtual steps in one transaction: a crash loses nothing that cannot be computed again
_SLOWEST, _FASTEST = 0.001, 1e12  # slower than this nothing would ever happen
_DEMO_SPEED = 200_000.0  # on a terminal the demo runs on the wall clock: 24 days in about ten seconds


def run(
    recipe: str,
    *,
    plant: str,
    orders: Path,
    journal: str,
    live: bool = False,
    plant_at: Path | None = None,
    speed: float = 1000.0,
    seed: int | None = None,
    people: bool = False,
    records: bool = True,
    json: bool = False,
) -> int:
    """Run the batches of an order file on simulated equipment; a journal that exists is gone on with.

    Parameters
    ----------
    recipe
        A shipped recipe by its name, or a file.
    plant
        A shipped plant by its name, or a file.
    orders
        The patients' orders, a file as examples/orders/six-patients.yaml.
    journal
        The journal to write: a file, or postgresql://host/database. Keys and batch records lie beside it.
    live
        Run against the wall clock; without it time is virtual.
    plant_at
        Run live on equipment in processes of its own: a file of connections, or the folder of `axenic plant`, which
        then says how fast time goes.
    speed
        How many times as fast as the wall clock a live run goes.
    seed
        The seed of everything that is left to chance in simulated equipment: 1, or that of the journal.
    people
        The review of a batch is not simulated: the run rests until persons have decided (`axenic release`), and goes on
        when it is called again.
    records
        Print the batch record of every batch as PDF.
    json
        Write the result as JSON.
    """
    if not _SLOWEST <= speed <= _FASTEST:
        text = f"the speed {speed} is not within {_SLOWEST:g} to {_FASTEST:g}"
        return refuse([Finding("AX0007", text, "give --speed 1000")], json)
    try:
        job = new_job(recipe, plant, 1 if seed is None else seed)
        if people:
            job.people = (job.recipe.release.review.phase,)
        ordered = orders_in(orders, job.recipe.recipe)
        reached = reach_for(job, plant_at) if plant_at is not None else None
        simulated = reached is None or reached.connections.seed is not None
        begun = begin(job, journal, ordered, seed is not None, simulated)
        result = _carry_out(*begun, ordered, speed if live else 0.0, records, reached)
    except (Unfit, JournalError, Differ, OSError) as error:
        return _excuse(error, journal, json)
    tail = f"{result['events']} events, root {result['root']}\njournal {shown(journal)}"
    say(result, f"{table(result['batches'])}\n{tail}", json)
    return 0


def demo(*, seed: int = 1, out: Path = Path("out/demo"), json: bool = False) -> int:
    """Six patients through the robotic cluster; on a terminal you see them go through, 24 days in ten seconds.

    Parameters
    ----------
    seed
        The same seed gives the same journal, to the last bit of its root.
    out
        The folder for the journal and the batch records; what an earlier demo wrote there is replaced.
    json
        Write the result as JSON.
    """
    journal = out / "journal.db"
    for old in (*out.glob("journal.db*"), *out.glob("journal-AX-*.pdf")):  # only what an earlier demo wrote
        old.unlink()
    try:
        sheet = Path(str(resources.files("axenic") / "data" / "orders" / "six-patients.yaml"))
        job = new_job("car-t-9-day", "robotic-cluster", seed)
        ordered = orders_in(sheet, job.recipe.recipe)
        begun = begin(job, journal, ordered, True)
        result = _carry_out(*begun, ordered, _DEMO_SPEED if sys.stderr.isatty() else 0.0, True)
    except (Unfit, JournalError, OSError) as error:
        return _excuse(error, str(journal), json)
    first = next((b["record"] for b in result["batches"] if b["outcome"] == "released"), "")
    tail = f"{result['events']} events, root {result['root']}\njournal {journal}\nbatch record {first}"
    say(result, f"{table(result['batches'])}\n{tail}", json)
    return 0


def _excuse(error: Exception, journal: str, as_json: bool) -> int:
    if isinstance(error, Unfit):
        return refuse(error.findings, as_json)
    if isinstance(error, JournalError):
        return refuse([error.finding], as_json)
    if isinstance(error, Differ):
        hint = "axenic verify and axenic replay say more"
        return refuse([Finding("AX0303", str(error), hint, shown(journal))], as_json, NOT_GOOD)
    hint = "check disk space and permissions; `run` goes on with the journal"
    return refuse([Finding("AX0301", str(error), hint, shown(journal))], as_json)


def _carry_out(
    journal: Journal, job: Job, ordered: Ordered, speed: float, records: bool, reached: Reached | None = None
) -> dict[str, Any]:
    try:
        with Watch(job.recipe, f"{job.recipe.recipe} on {job.plant.plant}") as watch:
            if reached is not None:
                run_on(reached, job, journal, lambda c, e: _to_come(e, c, ordered, watch), watch.step)
            elif speed:
                _live(job, journal, ordered, speed, watch)
            else:
                _virtual(job, journal, ordered, watch)
            journal.anchor()
            return _result(journal, records, watch)
    finally:
        journal.close()


def _to_take(ordered: Ordered, control: Control, watch: Watch) -> list[BatchOrdered]:
    """The orders of the file as the plant can take them now; what came late is said."""
    facts, moved = later(ordered, control.floor)
    for fact in moved:
        at = datetime.fromtimestamp(fact.at / 1000, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
        watch.note(f"{fact.batch} is ordered for before the end of the journal: taken as ordered at {at}")
    return facts


def _begun(job: Job, journal: Journal, ordered: Ordered, watch: Watch) -> tuple[Control, World, list[Fact]]:
    """Core and equipment as the journal left them, and what comes next: orders, requests and answers of persons."""
    control, world = job.control(), job.world()
    entries = list(journal.entries())
    recover(control, world, entries)
    now = control.floor.at
    if world.asked:
        for answer in decisions(books_of(entries, journal.simulated), world.asked, now):
            world.answer(answer)
    return control, world, _to_come(entries, control, ordered, watch)


def _to_come(entries: list[Entry], control: Control, ordered: Ordered, watch: Watch) -> list[Fact]:
    return [*requests(entries, control.floor.at), *_to_take(ordered, control, watch)]


def _virtual(job: Job, journal: Journal, ordered: Ordered, watch: Watch) -> None:
    control, world, facts = _begun(job, journal, ordered, watch)
    waiting: list[Thing] = []

    def keep(fact: Fact, orders: list[Order]) -> None:
        watch.step(fact, orders)
        waiting.extend((fact, *orders))
        if len(waiting) >= _STEPS_KEPT_AT_ONCE:
            journal.append(waiting)
            waiting.clear()

    run_twin(control, world, facts, keep)
    if waiting:
        journal.append(waiting)
    _rests(world, watch)


def _live(job: Job, journal: Journal, ordered: Ordered, speed: float, watch: Watch) -> None:
    control, world, facts = _begun(job, journal, ordered, watch)
    start = control.floor.at or min((f.at for f in facts), default=0)
    run_live(control, world, journal, SpeedClock(start, speed), facts, watch.step)
    _rests(world, watch)


def _rests(world: World, watch: Watch) -> None:
    """Say for which doses persons are waited for."""
    for order in world.asked.values():
        watch.note(f"{order.batch} waits for persons to review and decide: axenic review show {order.batch}")


def _result(journal: Journal, records: bool, watch: Watch) -> dict[str, Any]:
    tally = Tally()
    entries = list(journal.entries())
    for entry in entries:
        tally.take(entry.thing)
    rows = [row.to_data() for row in tally.rows.values()]
    if records:
        names = [row["id"] for row in rows]
        judge = partial(judged, books_of(entries, journal.simulated))
        printed = print_records(entries, journal.head(), journal.place, names, judge)
        for row, (name, target) in zip(rows, printed, strict=True):
            row["record"] = str(target)
            watch.note(f"record of {name}: {target}")
    return {"root": journal.root(), "journal": str(journal.place), "events": journal.size, "batches": rows}
