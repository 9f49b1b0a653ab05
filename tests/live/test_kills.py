"""Engine and instruments as processes, killed at random instants: no act is repeated, every doubt comes to a person."""

from __future__ import annotations

import os
import signal
import time
from collections import Counter
from contextlib import suppress
from pathlib import Path

import pytest

from axenic.control.facts import OrderRefused, OutcomeLost, OutcomeSettled
from axenic.control.orders import EQUIPMENT_ORDERS, CloseBatch
from axenic.device.connection import Protocol
from axenic.device.draw import Draw
from axenic.device.driver.intent import journal_id
from axenic.device.field import Field
from axenic.device.line.driver import LineDriver
from axenic.library.shelf import default
from axenic.live.plant.clock import started
from axenic.live.plant.supervisor import CONNECTIONS, Supervisor
from axenic.live.plant.wiring import usual, wired
from axenic.live.shell import recover
from axenic.live.shell import run as run_live
from axenic.plant.tag import TagSheet
from axenic.record.journal import Journal
from axenic.record.verify import verify
from tests.conftest import START
from tests.live.shift_lead import ShiftLead
from tests.live.test_crash import child

KILLS = int(os.environ.get("AXENIC_RANDOM_KILLS", "12"))  # `make bench` takes 1,000
SPEED, BATCHES = 200_000.0, 3


class Site:
    """A plant of processes with its journal; the engine is one more process."""

    def __init__(self, suite, folder, seed):
        self.suite, self.folder, self.seed = suite, folder, seed
        self.journal, self.plant = folder / "j.db", folder / "plant"
        self.plant.mkdir()
        self.supervisor = child(self.supervise)
        while not (self.plant / CONNECTIONS).exists():
            assert os.waitpid(self.supervisor, os.WNOHANG) == (0, 0), "the plant could not be started"

    def made(self):
        return self.suite(plant="point-of-care", seed=self.seed)

    def supervise(self):
        made = self.made()
        connections = wired(made.plant, usual(), self.plant, Protocol.LINE)
        supervisor = Supervisor(made.plant, made.world, connections, self.plant, default(TagSheet))
        signal.signal(signal.SIGTERM, lambda number, frame: (supervisor.stop(), os._exit(0)))
        supervisor.start(self.seed, SPEED, lambda name: None)
        supervisor.watch()

    def engine(self):
        made = self.made()
        os.chdir(self.plant)  # the path of a socket must be short
        there = self.journal.exists()
        journal = Journal.open(self.journal) if there else Journal.create(self.journal, "axenic.example/x")
        names = [path.name.removesuffix(".sock") for path in Path().glob("*.sock")]
        field = Field([LineDriver(n, Path(f"{n}.sock")) for n in names], journal_id(journal.head().vkey), journal.fence)
        recover(made.control, field, journal.entries())
        lead = ShiftLead(field, made.control, lambda number: self.acts()[str(number)] > 0)
        lead.look_round()
        clock = started(Path("clock.json"), START, SPEED)
        run_live(made.control, field, journal, clock, made.orders_of(BATCHES, 24), lead.watch)

    def acts(self):
        acts = self.plant / "acts"
        return Counter(acts.read_text().split()) if acts.exists() else Counter()

    def strike(self, name):
        """Kill an instrument; it is started again by itself."""
        with suppress(OSError, ValueError):
            os.kill(int((self.plant / f"{name}.up").read_text()), signal.SIGKILL)

    def stop(self):
        os.kill(self.supervisor, signal.SIGTERM)
        os.waitpid(self.supervisor, 0)


def run_with_kills(site, draw, kills):
    """Run to the end; now and then the engine or an instrument is killed. The number of kills."""
    names = [path.name.removesuffix(".up") for path in site.plant.glob("*.up")]
    engine, moment = child(site.engine), 0
    while True:
        moment += 1
        until = time.monotonic() + 0.1 + 0.6 * draw.uniform(str(moment), "when")
        ended = 0
        while not ended and time.monotonic() < until:
            ended, status = os.waitpid(engine, os.WNOHANG)
        if ended:
            assert os.waitstatus_to_exitcode(status) == 0
            return kills
        kills += 1
        if draw.uniform(str(moment), "whom") < 0.3:
            os.kill(engine, signal.SIGKILL)
            os.waitpid(engine, 0)
            engine = child(site.engine)
        else:
            site.strike(names[int(len(names) * draw.uniform(str(moment), "which"))])


@pytest.mark.requirement("A11-16", "A11-13")
def test_random_kills_of_engine_and_instruments_repeat_no_act_and_leave_no_doubt_open(suite, tmp_path):
    kills = trial = 0
    while kills < KILLS:
        trial += 1
        folder = tmp_path / str(trial)
        folder.mkdir()
        site = Site(suite, folder, trial)
        try:
            kills = run_with_kills(site, Draw(trial, "kills"), kills)
        finally:
            site.stop()
        journal = Journal.open(site.journal)
        things = [e.thing for e in journal.entries()]
        journal.close()
        ordered = {str(t.number) for t in things if isinstance(t, EQUIPMENT_ORDERS)}
        assert len({t.batch for t in things if isinstance(t, CloseBatch)}) == BATCHES, "every batch came to its end"
        assert max(site.acts().values()) == 1, "no act was repeated"
        assert set(site.acts()) <= ordered, "nothing was done that is not on record"
        doubts = {t.order for t in things if isinstance(t, OutcomeLost | OrderRefused)}
        ended = {getattr(t, "order", 0) for t in things if not isinstance(t, OutcomeLost | OrderRefused)}
        assert doubts <= ended, "every doubt was ended by an answer or a person"
        assert all(t.actor for t in things if isinstance(t, OutcomeSettled))
        assert verify(site.journal).ok
