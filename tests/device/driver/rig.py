"""A plant of simulated instruments, each behind a driver of the protocol that a test is about."""

from __future__ import annotations

from functools import partial
from pathlib import Path
from uuid import UUID, uuid4

from axenic.device.driver.direct import DirectDriver
from axenic.device.field import Field
from axenic.device.instrument.host import Host
from axenic.device.instrument.instrument import Instrument, unnoticed
from axenic.device.instrument.memory import Memory
from axenic.device.instrument.roster import roster, simulated_identity
from axenic.device.instrument.work import InWorld
from axenic.live.clock import SpeedClock

JOURNAL = UUID("6f1c6a7e-6f0e-4d55-9b38-5f3f0a8f2a11")


def instruments(suite, folder: Path | None = None, notice=unnoticed, work=None, only=None):
    """The instruments of a suite's plant, all working in its one world."""
    work, found = work or InWorld(suite.world), {}
    for equipment, models in roster(suite.plant).items():
        if only is not None and equipment not in only:
            continue
        identity = simulated_identity(suite.plant.plant, equipment, models, uuid4().hex)
        memory = Memory(folder / equipment if folder else None, 0)
        found[equipment] = Instrument(identity, models, memory, work, notice=notice)
    return found


def no_power(seconds: float) -> None:
    raise AssertionError("this instrument shares a process with the test")


def direct(suite, clock: SpeedClock):
    """Drivers without a wire, and the work behind them, which counts the acts."""
    work = InWorld(suite.world)
    found = instruments(suite, work=work)
    return [DirectDriver(name, partial(Host, i, clock)) for name, i in found.items()], work


def field_of(drivers, journal: UUID = JOURNAL, fence: int = 1, **more) -> Field:
    return Field(drivers, journal, fence, **more)
