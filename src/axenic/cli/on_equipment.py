"""A live run on equipment behind its wires: simulated in processes of its own, or real."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path

from axenic.cli.job import Job
from axenic.cli.ordering import Unfit
from axenic.cli.reaching import Reached, reach, unreached
from axenic.control.control import Control
from axenic.control.facts import BatchOrdered, Fact
from axenic.control.layout import Layout
from axenic.device.driver.driver import Garbled, LinkError
from axenic.device.driver.intent import journal_id
from axenic.device.driver.site import Site
from axenic.device.field import Field
from axenic.device.instrument.roster import roster
from axenic.library.shelf import default
from axenic.live.clock import SpeedClock, now_ms
from axenic.live.feed import Feed
from axenic.live.lookout import Lookout, Watched
from axenic.live.plant.clock import started
from axenic.live.shell import Differ, Watcher, recover
from axenic.live.shell import run as run_live
from axenic.notation.finding import Finding
from axenic.plant.tag import TagSheet
from axenic.quality.decisions import decisions
from axenic.quality.judged import books_of
from axenic.record.entry import Entry
from axenic.record.journal import Journal, JournalError
from axenic.record.telemetry.buffer import Buffer
from axenic.record.telemetry.tags import tags_of

_FAST_S = 30.0  # gauges go by the wall: where plant time is faster, its intervals say nothing of how often they read
ToTake = Callable[[Control, list[Entry]], list[Fact]]


def reach_for(job: Job, where: Path) -> Reached:
    """The equipment of a job's plant; raises Unfit if it is that of another one."""
    reached = reach(where)
    sheet = reached.connections
    if sheet.plant != job.plant.plant:
        raise Unfit([_unfit(f"it is that of the plant {sheet.plant}, not of {job.plant.plant}", where)])
    if sheet.seed not in (None, job.seed):
        raise Unfit([_unfit(f"it is simulated under the seed {sheet.seed}, the run has {job.seed}", where)])
    if (sheet.seed is None) != (sheet.clock is None):
        raise Unfit(
            [_unfit("a seed and a clock are of simulated equipment, and of no other: give both or neither", where)]
        )
    if sheet.seed is None and not job.people:
        raise Unfit([_unfit("the review of real doses is persons': give --people", where)])
    missing = sorted(set(roster(job.plant)) - set(reached.drivers))
    if missing:
        raise Unfit([_unfit(f"it lacks {', '.join(missing)}", where)])
    return reached


def run_on(reached: Reached, job: Job, journal: Journal, to_take: ToTake, watch: Watcher) -> None:
    """Run until every batch is closed; raises Unfit, JournalError or Differ."""
    entries = list(journal.entries())
    if not journal.simulated and (bare := [c.equipment for c in reached.connections.equipment if c.open]):
        raise Unfit([_unsafe(bare, reached.folder)])
    try:
        sites = {name: driver for name, driver in reached.drivers.items() if isinstance(driver, Site)}
        shared = frozenset(unit for unit, station in Layout(job.plant).stations.items() if station.shared)
        people = frozenset(job.people)
        name = journal_id(journal.head().vkey)
        field = Field(reached.drivers.values(), name, journal.fence, sites=sites, shared=shared, people=people)
    except (LinkError, Garbled, TimeoutError) as error:
        raise Unfit([unreached(error, reached.folder)]) from error
    try:
        others = [who.equipment for who in field.identities() if who.simulated is not journal.simulated]
        if others:
            kind = "simulated" if journal.simulated else "real"
            raise Unfit(
                [_unfit(f"the journal is of {kind} batches, and that is not {', '.join(others)}", reached.folder)]
            )
        control = job.control()
        recover(control, field, entries)
        if field.asked:
            for answer in decisions(books_of(entries, journal.simulated), field.asked, control.floor.at):
                field.answer(answer)
        facts = to_take(control, entries)
        clock = _clock(reached, control, facts)
        with _looking_out(job, journal, field, clock) as lookout:
            lookout.recall(entry.thing for entry in entries)
            run_live(control, field, journal, clock, facts, watch, lookout)
    except (Unfit, Differ, JournalError):
        raise  # nothing was begun, or the shell has held what must be held
    except Exception as error:  # whatever stops the engine: nobody watches what runs
        field.hold(f"the engine has stopped: {error}")
        raise
    finally:
        field.close()


@contextmanager
def _looking_out(job: Job, journal: Journal, field: Field, clock: SpeedClock) -> Iterator[Lookout]:
    """Whoever hears what the equipment says; its readings are kept beside the journal."""
    tags = tags_of(default(TagSheet), job.plant)
    grades = {zone.zone: zone.grade.value for zone in job.plant.zones}
    least_s = 0.0 if clock.speed == 1.0 else _FAST_S
    feed = Feed(partial(Buffer, journal.place, job.plant.plant, tags))
    try:
        lookout = Lookout(Watched(tags, grades, job.limits, clock.speed, least_s), feed.put, lambda: feed.fault)
        lookout.meet(field.identities(), clock.now(), clock.elapsed_s())
        field.listen = lambda event: lookout.hear(event, clock.now(), clock.elapsed_s())
        yield lookout
    finally:
        feed.close()


def _clock(reached: Reached, control: Control, facts: Iterable[Fact]) -> SpeedClock:
    """The time of day; for simulated equipment the clock that it shares, begun where this run begins."""
    shared = reached.connections.clock
    if shared is None:
        return SpeedClock(now_ms())
    first = min((f.at for f in facts if isinstance(f, BatchOrdered)), default=0)
    return started(reached.folder / shared.file, control.floor.at or first, shared.speed)


def _unsafe(bare: list[str], where: Path) -> Finding:
    message = f"{', '.join(bare)} would be commanded without security, and the journal is of real batches"
    return Finding("AX0924", message, "put a gateway with security before it, and give its credentials", str(where))


def _unfit(text: str, where: Path) -> Finding:
    return Finding("AX0913", f"the equipment cannot serve this run: {text}", "connect the right one", str(where))
