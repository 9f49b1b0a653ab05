"""Reaction: from a pressure that leaves its limit at the equipment to the open unit that is held, over OPC UA."""

from __future__ import annotations

import asyncio
from statistics import median
from time import monotonic
from typing import Any

from axenic.control.facts import EnvironmentMeasured
from axenic.control.packml import UnitState
from axenic.device.draw import Draw
from bench.contest import say
from bench.open_work import Done, Equipment, OpenWork
from bench.row import Row
from bench.scale import Scale

LOW = 3.0  # Pa, far below the action level of 10 Pa
BOUND_MS = 250.0  # publishing interval 50 + step and append 100 + call 100 [D]


def measure(scale: Scale) -> list[Row]:
    """Two rows, 99th percentiles in ms: until the core refuses and it is on record, and until the unit is held."""
    work = OpenWork(scale.folder / "reaction")

    async def trials(equipment: Equipment) -> list[tuple[float, float]]:
        return [await _trial(equipment, n) for n in range(scale.excursions)]

    done = work.run(trials)
    held = sorted(1000 * (end - begin) for begin, end in done.result)
    refused = sorted(_refused(done))
    say(f"reaction: {len(held)} excursions")
    return [
        _row("limit left -> refused, on record", refused, work.publish_s, BOUND_MS - 100),
        _row("limit left -> open unit held", held, work.publish_s, BOUND_MS),
    ]


async def _trial(equipment: Equipment, n: int) -> tuple[float, float]:
    await equipment.reaches(UnitState.EXECUTE)
    await asyncio.sleep(0.1 * Draw(1, "reaction").uniform("trial", "phase", n))  # anywhere in a publishing interval
    begun = monotonic()
    equipment.pressure(LOW)
    held = await equipment.reaches(UnitState.HELD)
    equipment.pressure(None)
    return begun, held


def _refused(done: Done) -> list[float]:
    """From each fall to the moment after its fact and orders were appended; the clock is that of both processes."""
    taken = [at for fact, _, at in done.taken if isinstance(fact, EnvironmentMeasured) and fact.value == str(LOW)]
    begun: list[Any] = [begin for begin, _ in done.result]
    return [1000 * (next(at for at in taken if at > begin) - begin) for begin in begun]


def _row(name: str, times: list[float], publish_s: float, bound: float) -> Row:
    p99 = times[min(len(times) - 1, round(0.99 * len(times)))]
    interval = publish_s * 1000
    note = f"p99 of {len(times)}; median {median(times):.0f} ms, longest {times[-1]:.0f} ms"
    low, high = times[0] / interval, times[-1] / interval
    return Row(
        name, "ms", p99, "publishing interval", interval, p99 / interval, low, high, f"< {bound:g}", p99 < bound, note
    )
