"""The equipment that a file of connections names, reached; or why it cannot be."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from axenic.cli.ordering import Unfit
from axenic.device.connection import Connections, Protocol, driver_of
from axenic.device.driver.driver import Driver, LinkError
from axenic.device.mtp.unusable import Unusable
from axenic.library.shelf import read_file
from axenic.live.clock import now_ms
from axenic.live.plant.supervisor import CONNECTIONS
from axenic.notation.finding import Finding


@dataclass(slots=True)
class Reached:
    """`folder`: where the file of the connections lies."""

    connections: Connections
    folder: Path
    drivers: dict[str, Driver]


def reach(where: Path, only: str = "", credentials: str = "") -> Reached:
    """From a file of connections, or the folder of a simulated plant; `only` one piece. Raises Unfit.

    credentials: other credentials than those of the engine, if they lie there.
    """
    file = where / CONNECTIONS if where.is_dir() else where
    loaded = read_file(Connections, str(file))
    if loaded.value is None:
        raise Unfit(loaded.findings)
    lines = [c for c in loaded.value.equipment if only in ("", c.equipment)]
    if not lines:
        known = ", ".join(c.equipment for c in loaded.value.equipment)
        raise Unfit([Finding("AX0501", f"no equipment is called {only!r}", f"there is {known}", str(file))])
    if credentials and (file.parent / credentials).exists():
        lines = [c.model_copy(update={"credentials": credentials}) if c.speaks is Protocol.OPC_UA else c for c in lines]
    try:
        drivers = {c.equipment: driver_of(c, file.parent, now_ms) for c in lines}
    except Unusable as error:
        raise Unfit(error.findings) from error
    except LinkError as error:
        raise Unfit([unreached(error, file)]) from error
    return Reached(loaded.value, file.parent, drivers)


def unreached(error: Exception, where: Path) -> Finding:
    """The finding for equipment that does not answer as it should."""
    hint = "is it on, and is its address right? axenic device ls says which answers"
    return Finding("AX0912", str(error), hint, str(where))
