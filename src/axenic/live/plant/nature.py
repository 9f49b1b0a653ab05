"""Nature: the one world behind all instruments of a simulated plant, in a process of its own.

Cells, air and chance know nothing of wires: an instrument asks by a line of JSON what comes of an act, and the act is
counted here, on disk, whatever the instrument reports.
"""

from __future__ import annotations

import json
import socket
from contextlib import suppress
from pathlib import Path
from typing import Any

from axenic.control.codec import fact_from, order_from, to_data
from axenic.device.driver.command_record import Answer
from axenic.device.driver.intent import EquipmentOrder
from axenic.device.world import World

_PATIENCE_S = 5.0  # with an instrument that stopped in the middle of a line


def serve_nature(world: World, listener: socket.socket, acts: Path) -> None:
    """Answer one instrument after the other, for ever; each asks on a connection of its own."""
    with acts.open("a", encoding="utf-8") as counted:
        while True:
            connection, _ = listener.accept()
            connection.settimeout(_PATIENCE_S)
            with suppress(TimeoutError), connection, connection.makefile("rwb") as stream:
                line = stream.readline()
                if not line.endswith(b"\n"):
                    continue  # it died in the middle of a line: nothing was done
                row = json.loads(line)
                counted.write(f"{row['data']['number']}\n")
                counted.flush()
                world.perform(order_from(row["type"], row["at"], row["data"]))
                stream.write(json.dumps(_row(world.agenda.pop())).encode() + b"\n")


def _row(thing: Any) -> dict[str, Any] | None:
    if thing is None:
        return None
    return {"type": type(thing).__name__, "at": thing.at, "data": to_data(thing)}


class ByNature:
    """The work of an instrument, done by nature at a socket."""

    def __init__(self, address: str) -> None:
        self._address = address

    def perform(self, order: EquipmentOrder) -> Answer | None:
        """Do it; raises OSError if nature cannot be reached."""
        with socket.socket(socket.AF_UNIX) as asked:
            asked.connect(self._address)
            with asked.makefile("rwb") as stream:
                stream.write(json.dumps(_row(order)).encode() + b"\n")
                stream.flush()
                line = stream.readline()
        if not line.endswith(b"\n"):
            raise ConnectionError("nature hung up")
        row = json.loads(line)
        return fact_from(row["type"], row["at"], row["data"]) if row is not None else None  # type: ignore[return-value]
