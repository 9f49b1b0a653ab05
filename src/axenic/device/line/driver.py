"""The engine's side of a local socket."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import suppress
from itertools import count
from pathlib import Path
from typing import Any
from uuid import UUID

from axenic.control.packml import Command, UnitState
from axenic.device.connection import Connection, Now
from axenic.device.driver.command_record import CommandRecord
from axenic.device.driver.driver import Garbled, LinkError
from axenic.device.driver.event import Event, LinkFound, LinkLost, Nonsense
from axenic.device.driver.identity import Identity
from axenic.device.driver.intent import Intent
from axenic.device.driver.wire import event_from, identity_from, intent_text, record_from, record_there, state_of
from axenic.device.instrument.disorder import Disorder
from axenic.device.line.server import LIMIT

_LEAST_S, _MOST_S = 0.02, 1.0  # between two tries to reach it


class LineDriver:
    """Equipment behind a local socket; `timeout_s`: after which an answer is no longer awaited."""

    def __init__(self, equipment: str, address: Path, timeout_s: float = 10.0) -> None:
        self.equipment = equipment
        self._address, self._timeout = address, timeout_s
        self._numbers = count(1)
        self._asked: dict[int, asyncio.Future[str]] = {}
        self._writer: asyncio.StreamWriter | None = None
        self._turn = asyncio.Lock()
        self._reading: asyncio.Task[None] | None = None
        self._heard: asyncio.Queue[Event] = asyncio.Queue()

    async def identity(self) -> Identity:
        """Who it is."""
        return identity_from(await self._ask("identity"))

    async def state(self, unit: str) -> UnitState:
        """The PackML state of a unit."""
        return state_of(await self._ask("state", unit))

    async def start(self, intent: Intent) -> CommandRecord:
        """Begin a phase or a move."""
        return record_there(await self._ask("start", intent_text(intent)))

    async def stop(self, intent: Intent) -> CommandRecord:
        """End the command of an order."""
        return record_there(await self._ask("stop", intent_text(intent)))

    async def control(self, unit: str, command: Command) -> UnitState:
        """Take a unit through a PackML command."""
        return state_of(await self._ask("control", f"{unit} {int(command)}"))

    async def record(self, id: UUID) -> CommandRecord | None:
        """What it knows of a command."""
        return record_from(await self._ask("record", str(id)))

    async def inject(self, disorder: Disorder) -> None:
        """Tell a simulated instrument to go wrong."""
        await self._ask("inject", json.dumps(disorder.to_row()))

    async def events(self) -> AsyncIterator[Event]:
        """What it says of itself; a link that is lost is looked for until it is found."""
        await self._found()
        while True:
            event = await self._heard.get()
            yield event
            if isinstance(event, LinkLost):
                yield await self._found()

    async def close(self) -> None:
        """Leave it alone."""
        if self._reading is not None:
            self._reading.cancel()
            with suppress(asyncio.CancelledError):
                await self._reading
        if self._writer is not None:
            self._writer.close()

    async def _found(self) -> LinkFound:
        wait = _LEAST_S
        while True:
            try:
                return LinkFound(await self.identity())
            except (LinkError, Garbled):
                await asyncio.sleep(wait)
                wait = min(2 * wait, _MOST_S)

    async def _connect(self) -> asyncio.StreamWriter:
        async with self._turn:
            if self._writer is None:
                self._writer = await self._open()
            return self._writer

    async def _open(self) -> asyncio.StreamWriter:
        try:
            reader, writer = await asyncio.open_unix_connection(str(self._address), limit=LIMIT)
        except OSError as error:
            raise LinkError(f"{self.equipment} at {self._address}: {error}") from error
        self._reading = asyncio.create_task(self._read(reader))
        return writer

    async def _ask(self, ask: str, of: str = "") -> str:
        writer = await self._connect()
        number, answer = next(self._numbers), asyncio.get_running_loop().create_future()
        self._asked[number] = answer
        try:
            writer.write(json.dumps({"n": number, "ask": ask, "of": of}).encode() + b"\n")
            await writer.drain()
            async with asyncio.timeout(self._timeout):
                return str(await answer)
        except (OSError, TimeoutError) as error:
            raise LinkError(f"{self.equipment} did not answer to {ask}: {error}") from error
        finally:
            self._asked.pop(number, None)

    async def _read(self, reader: asyncio.StreamReader) -> None:
        why = "it hung up"
        try:
            while line := await reader.readline():
                self._take(json.loads(line))
        except OSError as error:
            why = str(error)
        except (ValueError, TypeError, AttributeError) as error:  # no line of this protocol: the link is of no use
            why = f"it sends no lines that can be read: {error}"
            self._heard.put_nowait(Nonsense(self.equipment, why))
        writer, self._writer = self._writer, None
        if writer is not None:
            writer.close()
        for answer in self._asked.values():
            if not answer.done():
                answer.set_exception(LinkError(f"{self.equipment} hung up"))
        self._heard.put_nowait(LinkLost(self.equipment, why))

    def _take(self, row: dict[str, Any]) -> None:
        if "event" in row:
            try:
                self._heard.put_nowait(event_from(row["event"]))
            except Garbled as error:  # what cannot be read is asked for: nothing follows from it
                self._heard.put_nowait(Nonsense(self.equipment, str(error)))
            return
        answer = self._asked.get(row.get("n", 0))
        if answer is None or answer.done():
            return
        if "is" in row:
            answer.set_result(row["is"])
        else:
            answer.set_exception(Garbled(f"{self.equipment}: {row.get('wrong', 'an answer without anything in it')}"))


def connect(connection: Connection, folder: Path, now: Now) -> LineDriver:
    """The driver of a connection."""
    return LineDriver(connection.equipment, folder / connection.address)
