"""Equipment in a process of its own: it keeps a command journal on disk, and counts its physical acts.

One line of JSON each way over a local socket. The same command id is never acted on twice; the record of an
order, by its id, can be asked for at any time.
"""

from __future__ import annotations

import json
import os
import socket
from collections.abc import Callable
from pathlib import Path
from typing import Any

from axenic.control.codec import order_from, to_data
from axenic.control.facts import Fact
from axenic.control.orders import StopPhase
from axenic.device.world import World

Notice = Callable[[str, int, int], None]


def no_notice(moment: str, number: int, peer: int) -> None:
    """Nobody watches the moments before and after an act."""


class Server:
    """Serves one engine at a time; `notice(moment, number, process id of the engine)` is told of every act."""

    def __init__(self, world: World, folder: Path, notice: Notice = no_notice) -> None:
        self._world = world
        self._notice = notice
        folder.mkdir(parents=True, exist_ok=True)
        self._acts = (folder / "acts").open("a", encoding="utf-8")
        self._commands = (folder / "commands").open("a", encoding="utf-8")
        self._records: dict[int, list[dict[str, Any]]] = {}
        self._held = ""  # why nothing new is begun

    def serve(self, listener: socket.socket) -> None:
        """Accept engines one after the other, for ever."""
        while True:
            connection, _ = listener.accept()
            try:
                with connection, connection.makefile("rwb") as stream:
                    self._answer_all(connection, stream)
            except (ConnectionError, ValueError):
                continue  # the engine died in the middle of a line; the next one will ask

    def _answer_all(self, connection: socket.socket, stream: Any) -> None:
        peer = int.from_bytes(connection.getsockopt(socket.SOL_SOCKET, socket.SO_PEERCRED, 4), "little")
        for line in stream:
            request = json.loads(line)
            answer = self._answer(request, peer)
            stream.write(json.dumps(answer).encode() + b"\n")
            stream.flush()

    def _answer(self, request: dict[str, Any], peer: int) -> Any:
        if "ask" in request:
            return self._asked(request)
        if "hold" in request or "unhold" in request:
            self._held = request.get("hold", "")
            _keep(self._commands, json.dumps(request))
            return {"held": self._held}
        if self._held and request["number"] not in self._records:
            raise ValueError(f"order {request['number']} while held: {self._held}")
        return self._perform(request, peer)

    def _asked(self, request: dict[str, Any]) -> Any:
        return self._records.get(request["ask"])

    def _perform(self, request: dict[str, Any], peer: int) -> Any:
        number = request["number"]
        if number not in self._records:
            self._notice("before the act", number, peer)
            self._records[number] = self._act(request)
            self._notice("after the act", number, peer)
        return self._records[number]

    def _act(self, request: dict[str, Any]) -> list[dict[str, Any]]:
        order = order_from(request["type"], request["at"], request["data"])
        _keep(self._acts, str(order.number))
        self._world.perform(order)
        facts = []
        while (fact := self._world.agenda.pop()) is not None:
            facts.append(_row(fact))
        stops = {"stops": order.stops} if isinstance(order, StopPhase) else {}
        _keep(self._commands, json.dumps({"number": order.number, "answers": facts} | stops))
        return facts


def _row(fact: Fact) -> dict[str, Any]:
    return {"type": type(fact).__name__, "at": fact.at, "data": to_data(fact)}


def _keep(file: Any, line: str) -> None:
    file.write(line + "\n")
    file.flush()
    os.fsync(file.fileno())
