"""The service: follows a journal and shows what it comes to, over OPC UA and, if it is asked to, to a broker."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from typing import Protocol

from asyncua import Server, ua

from axenic.device.connection import Now
from axenic.device.opcua.accounts import Duty
from axenic.device.opcua.credentials import Credentials
from axenic.device.opcua.secure_server import SecureServer
from axenic.north.seen import Changes
from axenic.north.space import AS_IT_WAS, GOOD, NorthSpace
from axenic.north.view import View
from axenic.record.entry import Entry
from axenic.record.error import JournalError
from axenic.record.following import Following

LOOKS_EVERY_S = 0.5  # at the journal [D]
_AT_ONCE = 500  # entries taken before clients are heard again
_UNREAD = "AX0303"
SIMULATED = "SIMULATED"


class Onlooker(Protocol):
    """Who is shown what is seen, beside the OPC UA server."""

    def show(self, changes: Changes, values: Changes, followed: bool) -> None:
        """What has changed, and all there is; followed: whether it is known how things are."""

    async def run(self) -> None:
        """Until cancelled."""


class North:
    """The view of one journal; `listening` is set when clients can connect.

    now: the time of day, ms since 1970. tell: told in words when the journal cannot be read, and when it can again.
    """

    def __init__(self, following: Following, view: View, address: str, credentials: Credentials, now: Now) -> None:
        head = following.head
        name = f"{SIMULATED} {head.origin}" if head.simulated else head.origin
        self._following, self._view, self._now = following, view, now
        self._secure = SecureServer(name, address, credentials, now, frozenset({Duty.VIEWER}))
        self._space: NorthSpace | None = None
        self._followed = True
        self.listening = self._secure.listening
        self.onlookers: Sequence[Onlooker] = ()
        self.tell: Callable[[str], None] = lambda text: None

    async def serve(self) -> None:
        """Until cancelled.

        Raises OSError if the port is taken or the credentials are not there, JournalError AX0305 if the journal is not
        as it was, Differs if the core does not give its orders.
        """
        await self._take(self._following.news())
        self._show(self._view.close_up(self._following.head, self._now()))
        try:
            async with asyncio.TaskGroup() as group:
                for onlooker in self.onlookers:
                    group.create_task(onlooker.run())
                group.create_task(self._secure.serve(self._furnish, self._follow))
        except ExceptionGroup as failed:
            raise failed.exceptions[0] from None

    async def _furnish(self, server: Server) -> dict[Duty, frozenset[ua.NodeId]]:
        """All that is seen, in a server made anew; there is nothing to call."""
        self._space = NorthSpace(server)
        await self._space.build()
        await self._space.show(self._view.values, GOOD if self._followed else AS_IT_WAS)
        return {}

    async def _follow(self) -> None:
        while True:
            await asyncio.sleep(LOOKS_EVERY_S)
            was = self._followed
            await self._take(self._news())
            changes = self._view.close_up(self._following.head, self._now(), self._followed)
            self._show(changes)
            assert self._space is not None, "shown before it was furnished"
            again = self._view.values if was is not self._followed else changes
            await self._space.show(again, GOOD if self._followed else AS_IT_WAS)

    def _news(self) -> list[Entry]:
        """What was appended; nothing while the journal cannot be read. Raises JournalError."""
        try:
            found = self._following.news()
        except JournalError as error:
            if error.finding.code != _UNREAD:
                raise
            if self._followed:
                self.tell(str(error))
            self._followed = False
            return []
        if not self._followed:
            self.tell("the journal is followed again")
        self._followed = True
        return found

    async def _take(self, entries: list[Entry]) -> None:
        for number, entry in enumerate(entries, 1):
            self._view.take(entry)
            if not number % _AT_ONCE:
                await asyncio.sleep(0)

    def _show(self, changes: Changes) -> None:
        for onlooker in self.onlookers:
            onlooker.show(changes, self._view.values, self._followed)
