"""The verbs `device …`: which equipment answers, what it says, and how a simulated one is told to fail."""

from __future__ import annotations

import asyncio
import json as js
import sys
import time
from collections.abc import Coroutine
from contextlib import suppress
from dataclasses import asdict
from pathlib import Path
from typing import Any

from cyclopts import App

from axenic.cli.answer import refuse, say
from axenic.cli.manifest import manifest_row, manifest_text
from axenic.cli.ordering import Unfit
from axenic.cli.reaching import Reached, reach, unreached
from axenic.device.driver.command_record import CommandRecord
from axenic.device.driver.driver import Driver, Garbled, LinkError
from axenic.device.driver.event import Event
from axenic.device.driver.wire import record_row
from axenic.device.instrument.disorder import OF_ITEMS, Disorder, Wrong
from axenic.device.mtp.reading import read_manifest
from axenic.device.mtp.unusable import Unusable
from axenic.live.plant.wiring import MAINTENANCE
from axenic.notation.finding import Finding

app = App(name="device", help="Equipment: which answers, what it says; make a simulated one fail.")
_DEVICE = 5  # exit code: device or network
_UNTIL = 1e9


@app.command
def ls(*, plant_at: Path, json: bool = False) -> int:
    """Every piece of equipment of a plant, whether it answers, and who it says it is.

    Parameters
    ----------
    plant_at
        A file of connections, or the folder of a simulated plant.
    json
        Write JSON.
    """
    return _done(plant_at, "", _list, json)


@app.command
def probe(equipment: str, *, plant_at: Path, json: bool = False) -> int:
    """Ask one piece of equipment who it is and in which state its units are, and how long it takes to answer.

    Parameters
    ----------
    equipment
        Its name in the plant file.
    plant_at
        A file of connections, or the folder of a simulated plant.
    json
        Write JSON.
    """
    return _done(plant_at, equipment, _probe, json)


@app.command
def manifest(file: Path, *, json: bool = False) -> int:
    """What a module with a Module Type Package can do: its services, procedures, parameters and report values.

    Parameters
    ----------
    file
        Its manifest: an .mtp archive, or the .aml or .xml in it.
    json
        Write JSON.
    """
    try:
        row = manifest_row(read_manifest(file))
    except Unusable as error:
        return refuse(error.findings, json)
    say(row, manifest_text(row), json)
    return 0


@app.command
def tap(equipment: str, *, plant_at: Path, seconds: float = _UNTIL) -> int:
    """Write all that one piece of equipment says of itself, a line of JSON each, until interrupted.

    Parameters
    ----------
    equipment
        Its name in the plant file.
    plant_at
        A file of connections, or the folder of a simulated plant.
    seconds
        Stop after so long.
    """
    return _done(plant_at, equipment, lambda reached: _tap(reached, seconds), True, quiet=True)


@app.command
def inject(
    equipment: str,
    wrong: Wrong,
    *,
    plant_at: Path,
    size: float = 1.0,
    times: int = 1,
    item: str = "",
    json: bool = False,
) -> int:
    """Tell a simulated piece of equipment to fail: in which way, how badly, and for how many commands.

    Parameters
    ----------
    equipment
        Its name in the plant file.
    wrong
        What it does wrong.
    plant_at
        The folder of the simulated plant.
    size
        Seconds: of lag, drift, or for how long its link or its power is gone; of a wrong value what is read.
    times
        How many commands it strikes; 0 makes it right again.
    item
        What it measures wrong (value, sensor, silence), as unit.item, for example "core.pressure difference".
    json
        Write JSON.
    """
    if not abs(size) < _UNTIL or (size < 0 and wrong is not Wrong.VALUE) or times < 0:
        return refuse([Finding("AX0007", "size and times are not below 0", "give --size 1 --times 1")], json)
    if (wrong in OF_ITEMS) != bool(item):
        text = f"{wrong.value} is of {'one item' if wrong in OF_ITEMS else 'the whole equipment'}"
        return refuse([Finding("AX0007", text, "give --item unit.item with value, sensor or silence only")], json)
    disorder = Disorder(wrong, size, times, item)
    return _done(plant_at, equipment, lambda reached: _inject(reached, disorder), json, credentials=MAINTENANCE)


def _done(where: Path, equipment: str, work: Any, as_json: bool, quiet: bool = False, credentials: str = "") -> int:
    """Do the work on what is reached; its result with a code, or why not."""
    try:
        reached = reach(where, equipment, credentials)
        result, text, code = asyncio.run(_closing(reached, work(reached)))
    except Unfit as error:
        return refuse(error.findings, as_json)
    except (LinkError, Garbled) as error:
        return refuse([unreached(error, where)], as_json, _DEVICE)
    if not quiet:
        say(result, text, as_json)
    return int(code)


async def _closing(reached: Reached, work: Coroutine[Any, Any, Any]) -> Any:
    try:
        return await work
    finally:
        await asyncio.gather(*(d.close() for d in reached.drivers.values()), return_exceptions=True)


async def _asked(driver: Driver) -> dict[str, Any]:
    begun = time.monotonic()
    try:
        identity = await driver.identity()
    except (LinkError, Garbled) as error:
        return {"equipment": driver.equipment, "answers": False, "why": str(error)}
    took = round((time.monotonic() - begun) * 1000, 1)
    return {"answers": True, "took ms": took, **asdict(identity)}


async def _list(reached: Reached) -> tuple[dict[str, Any], str, int]:
    rows = await asyncio.gather(*(_asked(driver) for driver in reached.drivers.values()))
    speaks = {c.equipment: c for c in reached.connections.equipment}
    for row in rows:
        row |= {"speaks": speaks[row["equipment"]].speaks.value, "address": speaks[row["equipment"]].address}
    lines = [
        f"{row['equipment']:<18} {row['speaks']:<8} "
        + (f"{len(row['units']):>3} unit(s)  {row['model']}, {row['serial']}" if row["answers"] else row["why"])
        for row in rows
    ]
    return {"equipment": rows}, "\n".join(lines), 0 if all(row["answers"] for row in rows) else _DEVICE


async def _probe(reached: Reached) -> tuple[dict[str, Any], str, int]:
    (driver,) = reached.drivers.values()
    row = await _asked(driver)
    if not row["answers"]:
        raise LinkError(row["why"])
    row["states"] = {unit: (await driver.state(unit)).name.lower() for unit in row["units"]}
    lines = [f"{key}: {value}" for key, value in row.items() if key not in ("units", "states")]
    if hasattr(driver, "module"):
        row["module"] = manifest_row(driver.module.manifest)
        lines.append(manifest_text(row["module"]))
    return row, "\n".join(lines + [f"  {unit}: {state}" for unit, state in row["states"].items()]), 0


async def _tap(reached: Reached, seconds: float) -> tuple[dict[str, Any], str, int]:
    (driver,) = reached.drivers.values()
    await driver.identity()

    async def told() -> None:
        async for event in driver.events():
            sys.stdout.write(js.dumps(_row(event)) + "\n")
            sys.stdout.flush()

    with suppress(TimeoutError):
        await asyncio.wait_for(told(), seconds)
    return {}, "", 0


def _row(event: Event) -> dict[str, Any]:
    row = record_row(event) if isinstance(event, CommandRecord) else asdict(event)
    return {"event": type(event).__name__, **(row or {})}


async def _inject(reached: Reached, disorder: Disorder) -> tuple[dict[str, Any], str, int]:
    (driver,) = reached.drivers.values()
    if not hasattr(driver, "inject"):
        raise LinkError(f"{driver.equipment} is not simulated: nothing can be made wrong with it")
    await driver.inject(disorder)
    what = f"{disorder.wrong.value} {disorder.item}".strip()
    row = {"equipment": driver.equipment, **disorder.to_row()}
    return row, f"{driver.equipment}: {what}, {disorder.times} time(s)", 0
