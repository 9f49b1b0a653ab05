"""A campaign of 10,000 runs: on two processes of which one is killed, beside one process; the bytes are compared."""

from __future__ import annotations

import multiprocessing
import os
import signal
import time

from axenic.twin.campaign import run_campaign
from axenic.twin.crew import Crew
from axenic.twin.experiment import Series
from axenic.twin.question import Question
from bench.contest import say
from bench.row import Row, rates
from bench.scale import Scale

RUNS, SHARE_KILLED_AT = 10_000, 0.3


class _Killer:
    """Kills one worker when so much is done, once."""

    def __init__(self) -> None:
        self.killed = 0

    def __call__(self, done: int, of: int, left: float) -> None:
        if self.killed or done < SHARE_KILLED_AT * of:
            return
        worker = next(iter(multiprocessing.active_children()), None)
        if worker is not None and worker.pid is not None:
            os.kill(worker.pid, signal.SIGKILL)
            self.killed = worker.pid


def measure(scale: Scale) -> list[Row]:
    """Runs a second on two processes, one of them killed, beside one process; raises ValueError if a byte differs."""
    runs = RUNS if scale.rounds > 5 else RUNS // 10
    scenario, _ = Question(plant="robotic-cluster", demand=150.0, years=0.1).scenario()
    series = [Series(scenario, 1, 0, runs)]
    killer, seconds, files = _Killer(), [], []
    for name, hire, progress in (("one", Crew.here, None), ("two", lambda: Crew.processes(2), killer)):
        say(f"campaign: {runs:,} runs, {name} process{'es, one killed' if progress else ''}")
        begun, path = time.perf_counter(), scale.folder / f"{name}.parquet"
        with hire() as crew:
            run_campaign(series, crew, progress=progress).write_parquet(path)
        seconds.append(time.perf_counter() - begun)
        files.append(path.read_bytes())
    if not killer.killed or files[0] != files[1]:
        raise ValueError("no worker was killed" if not killer.killed else "the results differ")
    note = f"worker {killer.killed} was killed at 30 %; the {len(files[0]):,} bytes of results are equal"
    mine, theirs = [runs / seconds[1]], [runs / seconds[0]]
    return [rates(f"campaign of {runs:,} runs, 2 processes", "runs/s", mine, "1 process", theirs, 0, note)]
