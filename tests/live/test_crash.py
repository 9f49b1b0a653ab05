"""Real processes killed with SIGKILL: no physical act is repeated, none is lost, the end is the same."""

from __future__ import annotations

import asyncio
import contextlib
import functools
import multiprocessing
import os
import resource
import signal
import time
import traceback
from collections import Counter
from dataclasses import replace
from pathlib import Path

import pytest

from axenic.control.facts import OutcomeLost
from axenic.control.orders import EQUIPMENT_ORDERS, DisposeBatch, HoldUnit, RaiseException
from axenic.device.contract import Contract
from axenic.device.draw import Draw
from axenic.device.driver.intent import journal_id
from axenic.device.field import Field
from axenic.device.instrument.host import Host
from axenic.device.instrument.roster import roster
from axenic.device.instrument.work import InWorld
from axenic.device.line.driver import LineDriver
from axenic.device.line.server import LineServer
from axenic.live.clock import SpeedClock
from axenic.live.shell import recover
from axenic.live.shell import run as run_live
from axenic.record.journal import Journal, JournalError
from axenic.record.verify import verify
from tests.conftest import START
from tests.device.driver.rig import instruments, no_power

KILLS = int(os.environ.get("AXENIC_KILLS", "80"))  # `make bench` takes 1,000


def child(work):
    """Run work in a forked process; its id."""
    process = os.fork()
    if process == 0:
        try:
            work()
        except BaseException:  # the parent sees the exit code; pytest must not go on in the child
            traceback.print_exc()
            os._exit(1)
        os._exit(0)
    return process


class Plant:
    """Equipment in its own process, and an engine that is killed again and again."""

    def __init__(self, suite, folder, seed, chance):
        self.suite, self.folder, self.seed = suite, folder, seed
        self.journal = folder / "j.db"
        self.running = multiprocessing.Value("i", 0)  # the process of the engine
        self.server = child(lambda: self.serve(chance))
        while not (folder / "up").exists():
            time.sleep(0)

    def serve(self, chance):
        """Every instrument of the plant, in one world; an act may cost the engine its life."""
        draw, clock = Draw(self.seed, "kills"), SpeedClock(START, 1e12)

        def notice(moment, intent):
            if draw.uniform(str(intent.order.number), moment) < chance:
                with contextlib.suppress(ProcessLookupError):  # the watch killed this engine a moment before
                    os.kill(self.running.value, signal.SIGKILL)

        made = self.suite(seed=self.seed)
        found = instruments(made, self.folder / "device", notice, work=Counted(made.world, self.folder / "acts"))
        os.chdir(self.folder)

        async def serve():
            servers = [LineServer(Host(i, clock, no_power), Path(f"{name}.sock")) for name, i in found.items()]
            up = [asyncio.Event() for _ in servers]
            going = [asyncio.create_task(s.serve(u.set)) for s, u in zip(servers, up, strict=True)]
            await asyncio.gather(*(u.wait() for u in up))
            Path("up").touch()
            await asyncio.gather(*going)

        asyncio.run(serve())

    def drivers(self, driver=LineDriver):
        os.chdir(self.folder)  # the path of a socket must be short
        return [driver(name, Path(f"{name}.sock")) for name in roster(self.suite().plant)]

    def engine(self, batches=2):
        self.running.value = os.getpid()
        made = self.suite(seed=self.seed)
        journal = (
            Journal.open(self.journal) if self.journal.exists() else Journal.create(self.journal, "axenic.example/x")
        )
        field = Field(self.drivers(), journal_id(journal.head().vkey), journal.fence)
        recover(made.control, field, journal.entries())
        run_live(made.control, field, journal, SpeedClock(START, 1e12), made.orders_of(batches))

    def kept(self):
        journal = Journal.open(self.journal)
        entries = list(journal.entries())
        journal.close()
        return [e.thing for e in entries if e.stream == "fact"], [e.thing for e in entries if e.stream == "order"]

    def acts(self):
        return Counter((self.folder / "acts").read_text().split())

    def stop(self):
        os.kill(self.server, signal.SIGKILL)
        os.waitpid(self.server, 0)


class Counted(InWorld):
    """Every act in the world leaves a line on disk."""

    def __init__(self, world, path):
        super().__init__(world)
        self._file = path.open("a")

    def perform(self, order):
        self._file.write(f"{order.number}\n")
        self._file.flush()
        return super().perform(order)


class Forgetful(LineDriver):
    """Equipment that cannot say what became of a command."""

    async def identity(self):
        return replace(await super().identity(), contract=Contract.NEITHER)

    async def record(self, id):
        return None


def until_it_ends(plant, draw, kills):
    """Start the engine until it ends by itself; kill it at random instants too. The number of kills."""
    while True:
        process = child(plant.engine)
        if draw.uniform(str(kills), "by the watch") < 0.5:
            deadline = time.monotonic() + 0.15 * draw.uniform(str(kills), "when")
            ended = 0
            while not ended and time.monotonic() < deadline:
                ended, status = os.waitpid(process, os.WNOHANG)
            if not ended:
                os.kill(process, signal.SIGKILL)
                _, status = os.waitpid(process, 0)
        else:
            _, status = os.waitpid(process, 0)
        if not os.WIFSIGNALED(status):
            assert status == 0
            return kills
        kills += 1


@pytest.mark.requirement("A11-16")
def test_no_kill_repeats_or_loses_a_physical_act(suite, tmp_path):
    kills = trial = 0
    while kills < KILLS:
        trial += 1
        folder = tmp_path / str(trial)
        folder.mkdir()
        plant = Plant(suite, folder, trial, 0.04)
        kills = until_it_ends(plant, Draw(trial, "watch"), kills)
        plant.stop()
        facts, orders = plant.kept()
        whole = suite(seed=trial)
        whole.run(whole.orders_of(2))
        assert facts == whole.facts, "the same end as without kills"
        assert orders == whole.orders
        asked = Counter(str(o.number) for o in orders if isinstance(o, EQUIPMENT_ORDERS))
        assert plant.acts() == asked, "0 repeated, 0 lost"
        assert verify(plant.journal).ok
    assert kills >= KILLS


@pytest.mark.requirement("A11-16", "A11-13")
def test_a_unit_that_cannot_be_asked_is_held_after_a_crash_and_never_sent_the_order_again(suite, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    plant = Plant(suite, tmp_path, 3, 0.0)
    process = child(lambda: plant.engine(batches=1))
    while not plant.acts().total():
        time.sleep(0)
    os.kill(process, signal.SIGKILL)
    os.waitpid(process, 0)
    made = suite(seed=3)
    journal = Journal.open(plant.journal)
    field = Field(plant.drivers(Forgetful), journal_id(journal.head().vkey), journal.fence)
    before = plant.acts()
    recover(made.control, field, journal.entries())
    field.wait(SpeedClock(START, 1e12), lambda: False)
    lost = field.agenda.pop()
    assert isinstance(lost, OutcomeLost)
    orders = made.control.take(lost)
    assert any(isinstance(o, HoldUnit) for o in orders)
    assert any(isinstance(o, RaiseException) and o.severity == "critical" for o in orders)
    assert plant.acts() == before
    field.close()
    journal.close()
    plant.stop()


@pytest.mark.parametrize("name", ["robotic-cluster", "manual-suite", "point-of-care"])
@pytest.mark.parametrize("seed", [40, 200])
def test_equipment_in_another_process_gives_the_same_facts_as_in_this_one(suite, tmp_path, name, seed):
    made = functools.partial(suite, plant=name)
    plant = Plant(made, tmp_path, seed, 0.0)
    assert os.waitpid(child(lambda: plant.engine(batches=1)), 0)[1] == 0
    plant.stop()
    whole = made(seed=seed)
    whole.run(whole.orders_of(1))
    assert plant.kept() == (whole.facts, whole.orders)


def test_a_suite_of_persons_with_shifts_comes_through_kills_to_the_same_end(suite, tmp_path):
    made = functools.partial(suite, plant="manual-suite")
    plant = Plant(made, tmp_path, 5, 0.01)
    kills = until_it_ends(plant, Draw(5, "watch"), 0)
    plant.stop()
    whole = made(seed=5)
    whole.run(whole.orders_of(2))
    assert kills > 5
    assert plant.kept() == (whole.facts, whole.orders)


def _full(plant):
    """An engine whose disk takes no more after a while; it must say so."""
    signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_FSIZE, (400_000, resource.RLIM_INFINITY))
    with pytest.raises(JournalError):
        plant.engine()


@pytest.mark.requirement("A11-16", "ATT-15")
def test_a_full_disk_holds_the_equipment_and_the_run_goes_on_when_there_is_room_again(suite, tmp_path):
    plant = Plant(suite, tmp_path, 5, 0.0)
    _, status = os.waitpid(child(lambda: _full(plant)), 0)
    assert status == 0
    ordered = {str(o.number) for o in plant.kept()[1] if isinstance(o, EQUIPMENT_ORDERS)}
    assert set(plant.acts()) <= ordered, "nothing was done that is not on record"
    _, status = os.waitpid(child(plant.engine), 0)
    plant.stop()
    facts, _ = plant.kept()
    whole = suite(seed=5)
    whole.run(whole.orders_of(2))
    assert (status, facts) == (0, whole.facts)
    assert max(plant.acts().values()) == 1


def test_a_live_run_keeps_its_signed_head_outside_at_every_disposition(suite, tmp_path):
    made, sizes = suite(), []
    journal = Journal.create(tmp_path / "j.db", "axenic.example/x")

    def watch(_, orders):
        if any(isinstance(order, DisposeBatch) for order in orders):
            sizes.append(journal.size)

    run_live(made.control, made.world, journal, SpeedClock(START, 1e12), made.orders_of(2), watch)
    kept = journal.place.checkpoint.read_text()
    assert f"\n{sizes[-1]}\n" in kept
