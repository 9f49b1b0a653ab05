"""An instrument behind a local socket: a line asks, a line answers, and lines tell what happens."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Any
from uuid import UUID

from axenic.control.packml import Command
from axenic.device.connection import Connection, Now
from axenic.device.driver.driver import Garbled
from axenic.device.driver.wire import event_text, identity_text, intent_from, record_text
from axenic.device.instrument.disorder import Disorder
from axenic.device.instrument.host import Host, Told

LIMIT = 8_000_000  # bytes of one line


def _unheard() -> None:
    """Nobody waits until it answers."""


class LineServer:
    """Serves any number of engines; who may command is decided by the fence of what they send."""

    def __init__(self, host: Host, address: Path) -> None:
        self._host, self._address = host, address
        self._streams: set[asyncio.StreamWriter] = set()
        self._deaf = False
        host.drop = self._drop

    async def serve(self, up: Callable[[], None] = _unheard) -> None:
        """Accept engines until cancelled; `up` is called when it answers."""
        self._address.unlink(missing_ok=True)
        server = await asyncio.start_unix_server(self._attend, str(self._address), limit=LIMIT)
        up()
        async with server:
            await asyncio.gather(server.serve_forever(), self._host.run())

    async def _attend(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        if self._deaf:
            writer.close()
            return
        self._streams.add(writer)

        def tell(event: Told) -> None:
            self._send(writer, {"event": event_text(event)})

        self._host.listeners.add(tell)
        asking: set[asyncio.Task[None]] = set()
        try:
            while line := await reader.readline():
                task = asyncio.create_task(self._answer(writer, line))
                asking.add(task)
                task.add_done_callback(asking.discard)
        except (ConnectionError, ValueError):  # it died in the middle of a line, or sent one without an end
            pass
        finally:
            self._host.listeners.discard(tell)
            self._streams.discard(writer)
            writer.close()

    async def _answer(self, writer: asyncio.StreamWriter, line: bytes) -> None:
        number: Any = None
        try:
            row = json.loads(line)
            number = row["n"]
            text = await self._asked(row["ask"], row.get("of", ""))
            answer = {"is": text if row["ask"] == "inject" else self._host.said(text)}
        except (Garbled, OSError, ValueError, KeyError, TypeError) as error:
            answer = {"wrong": f"{error}"}
        self._send(writer, {"n": number} | answer)

    async def _asked(self, ask: str, of: str) -> str:
        host = self._host
        match ask:
            case "identity":
                return identity_text(await host.identity())
            case "state":
                return str(int(await host.state(of)))
            case "start":
                return record_text(await host.start(intent_from(of)))
            case "stop":
                return record_text(await host.stop(intent_from(of)))
            case "control":
                unit, _, number = of.rpartition(" ")
                return str(int(await host.control(unit, Command(int(number)))))
            case "record":
                return record_text(await host.record(UUID(of)))
            case "inject":
                host.inject(Disorder.from_row(json.loads(of)))
                return "injected"
        raise Garbled(f"nothing is called {ask!r} here")

    def _send(self, writer: asyncio.StreamWriter, row: dict[str, Any]) -> None:
        if not writer.is_closing():
            with suppress(ConnectionError):
                writer.write(json.dumps(row).encode() + b"\n")

    def _drop(self, seconds: float) -> None:
        self._deaf = True
        for stream in list(self._streams):
            stream.transport.abort()
        asyncio.get_running_loop().call_later(seconds, self._hear_again)

    def _hear_again(self) -> None:
        self._deaf = False


async def serve(host: Host, connection: Connection, folder: Path, up: Callable[[], None], now: Now) -> None:
    """Serve a connection until cancelled; `up` is called when it answers."""
    await LineServer(host, folder / connection.address).serve(up)
