"""Nature: the one world behind all instruments of a simulated plant, in a process of its own.

Cells, air and chance know nothing of wires: an instrument asks by a line of JSON what comes of an act, and the act is
counted here, on disk, whatever the instrument reports.
"""

from __future__ import annotations

import json
import socket
from contextlib import suppress
from pathlib import Path
from typing import Any, TextIO

from axenic.control.codec import fact_from, order_from, to_data
from axenic.device.driver.command_record import Answer
from axenic.device.driver.intent import EquipmentOrder
from axenic.device.instrument.work import Work

_PATIENCE_S = 5.0  # with an instrument that stopped in the middle of a line


def serve_nature(work: Work, listener: socket.socket, acts: Path) -> None:
    """Answer one instrument after the other, for ever; each asks on a connection of its own."""
    with acts.open("a", encoding="utf-8") as counted:
        while True:
            connection, _ = listener.accept()
            connection.settimeout(_PATIENCE_S)
            with suppress(OSError), connection, connection.makefile("rwb") as stream:
                line = stream.readline()
                if line.endswith(b"\n"):  # else it died in the middle of a line: nothing was done
                    stream.write(json.dumps(_answer(work, json.loads(line), counted)).encode() + b"\n")


def _answer(work: Work, asked: dict[str, Any], counted: TextIO) -> Any:
    ask, of = asked["ask"], asked["of"]
    if ask == "holds":
        return sorted(work.holds(of))
    if ask == "offer":
        return work.offer(*of)
    order = order_from(of["type"], of["at"], of["data"])
    if ask == "done":
        return work.done(order)  # type: ignore[arg-type]  # an instrument has orders to equipment only
    counted.write(f"{order.number}\n")
    counted.flush()
    return _row(work.perform(order))  # type: ignore[arg-type]


def _row(thing: Any) -> dict[str, Any] | None:
    if thing is None:
        return None
    return {"type": type(thing).__name__, "at": thing.at, "data": to_data(thing)}


class ByNature:
    """The work of an instrument, done by nature at a socket; raises OSError if nature cannot be reached."""

    def __init__(self, address: str) -> None:
        self._address = address

    def perform(self, order: EquipmentOrder) -> Answer | None:
        """Do it; its end."""
        row = self._ask("perform", _row(order))
        return fact_from(row["type"], row["at"], row["data"]) if row is not None else None  # type: ignore[return-value]

    def done(self, order: EquipmentOrder) -> None:
        """It has come to its end."""
        self._ask("done", _row(order))

    def holds(self, unit: str) -> frozenset[str]:
        """The carriers at a unit."""
        return frozenset(self._ask("holds", unit))

    def offer(self, unit: str, item: str) -> None:
        """A carrier enters the world."""
        self._ask("offer", [unit, item])

    def _ask(self, ask: str, of: Any) -> Any:
        with socket.socket(socket.AF_UNIX) as asked:
            asked.settimeout(_PATIENCE_S)
            asked.connect(self._address)
            with asked.makefile("rwb") as stream:
                stream.write(json.dumps({"ask": ask, "of": of}).encode() + b"\n")
                stream.flush()
                line = stream.readline()
        if not line.endswith(b"\n"):
            raise ConnectionError("nature hung up")
        return json.loads(line)
