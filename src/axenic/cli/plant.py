"""The verb `plant`: the equipment of a plant file as processes of their own, at a chosen speed, until interrupted."""

from __future__ import annotations

import signal
import sys
from pathlib import Path
from types import FrameType
from typing import NoReturn

from axenic.cli.answer import refuse, say
from axenic.cli.job import fit, new_world
from axenic.cli.ordering import Unfit
from axenic.device.connection import Protocol
from axenic.library.shelf import default, take
from axenic.live.plant.supervisor import CONNECTIONS, Supervisor
from axenic.live.plant.wiring import usual, wired
from axenic.notation.finding import Finding
from axenic.plant.plant import Plant
from axenic.plant.tag import TagSheet

_FASTEST = 1e9


def plant(
    plant: str,
    *,
    folder: Path = Path("out/plant"),
    speed: float = 1000.0,
    seed: int = 1,
    speaks: Protocol | None = None,
    json: bool = False,
) -> int:
    """Start the equipment of a plant, simulated, each piece a server of its own; run batches on it with --plant-at.

    Parameters
    ----------
    plant
        A shipped plant by its name, or a file.
    folder
        Where its connections, its clock and the memory of each instrument lie; what an earlier plant left is replaced.
    speed
        How many times as fast as the wall clock its time goes, once the first engine has started it.
    seed
        The seed of everything that is left to chance in it.
    speaks
        What all of its equipment speaks; else each kind what such equipment usually speaks.
    json
        Write where it can be reached as JSON.
    """
    if not 0.001 <= speed <= _FASTEST:
        text = f"the speed {speed} is not within 0.001 to {_FASTEST:g}"
        return refuse([Finding("AX0007", text, "give --speed 1000")], json)
    try:
        sheet = fit(take(Plant, plant))
        assert isinstance(sheet, Plant)
        folder.mkdir(parents=True, exist_ok=True)
        connections = wired(sheet, usual(), folder.resolve(), speaks)
        supervisor = Supervisor(sheet, new_world(sheet, seed), connections, folder.resolve(), default(TagSheet))
    except Unfit as error:
        return refuse(error.findings, json)
    except OSError as error:
        return refuse([_unreachable(error, folder)], json, 5)
    signal.signal(signal.SIGTERM, _interrupt)
    try:
        supervisor.start(seed, speed, _answers)
        result = {"plant": sheet.plant, "plant at": str(folder / CONNECTIONS), "equipment": len(connections)}
        say(result, f"{sheet.title}: {len(connections)} servers\nplant at {folder / CONNECTIONS}", json)
        sys.stdout.flush()
        supervisor.watch()
    except OSError as error:
        return refuse([_unreachable(error, folder)], json, 5)
    except KeyboardInterrupt:
        sys.stderr.write("the plant is off\n")
    finally:
        supervisor.stop()
    return 0


def _answers(name: str) -> None:
    sys.stderr.write(f"{name} answers\n")


def _interrupt(number: int, frame: FrameType | None) -> NoReturn:
    raise KeyboardInterrupt


def _unreachable(error: OSError, folder: Path) -> Finding:
    return Finding("AX0911", f"the equipment cannot be started: {error}", "check the folder and its path", str(folder))
