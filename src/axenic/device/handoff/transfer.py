"""A move between two sites, carried through: the asks of its hand-off go to the sites, and their replies into it."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Iterable, Mapping
from contextlib import suppress

from axenic.control.orders import MoveItem
from axenic.device.driver.command_record import CommandRecord, CommandStatus
from axenic.device.driver.driver import Garbled, LinkError
from axenic.device.driver.intent import Intent
from axenic.device.driver.site import NotReady, Site
from axenic.device.handoff.ask import Ask, Done, Failed, Late, Lost, Reply, Side
from axenic.device.handoff.handoff import Handoff, carried


class Transfer:
    """`limits`: seconds for each step of a site. Until it is prepared it is one that began before a crash."""

    def __init__(
        self, intent: Intent, order: MoveItem, origin: Site, target: Site, limits: Mapping[Ask, float]
    ) -> None:
        self._intent, self._item, self._limits = intent, order.item, limits
        self._sites = {Side.ORIGIN: (origin, order.origin), Side.TARGET: (target, order.target)}
        self._handoff = carried(order.item)
        self.judged = False

    async def prepare(self) -> Handoff:
        """Both sites are made ready at once; it has no end yet if the mover may go."""
        self._handoff = Handoff(self._item)
        await self._ask_all(self._handoff.waits)
        return self._handoff

    async def judge(self, record: CommandRecord) -> Handoff:
        """What is certain once the mover has said how its act ended."""
        self.judged = True
        for reply in _mover(record):
            self._handoff, asks = self._handoff.take(reply)
        await self._ask_all(ask for ask in asks if ask.side is not Side.MOVER)
        return self._handoff

    async def _ask_all(self, asks: Iterable[Ask]) -> None:
        todo = list(asks)
        while todo:
            replies = await asyncio.gather(*(self._ask(ask) for ask in todo))
            todo = []
            for reply in replies:
                self._handoff, more = self._handoff.take(reply)
                todo += [ask for ask in more if ask.side is not Side.MOVER]

    async def _ask(self, ask: Ask) -> Reply:
        site, unit = self._sites[ask.side]
        try:
            return await asyncio.wait_for(self._asked(ask, site, unit), self._limits[ask])
        except TimeoutError:
            return Late(ask)
        except (LinkError, Garbled, NotReady) as error:
            return Failed(ask, str(error))

    async def _asked(self, ask: Ask, site: Site, unit: str) -> Done:
        match ask:
            case Ask.PREPARE_FOR_OUTPUT:
                await site.prepare_for_output(self._intent)
            case Ask.PREPARE_FOR_INPUT:
                await site.prepare_for_input(self._intent)
            case Ask.REMOVED:
                await _closed(site.removed(self._intent))
            case Ask.DELIVERED:
                await _closed(site.delivered(self._intent))
        return Done(ask, await site.holds(unit))


async def _closed(closing: Awaitable[None]) -> None:
    """A site that was restarted has closed already; what its sensor reads is asked in any case."""
    with suppress(NotReady):
        await closing


def _mover(record: CommandRecord) -> tuple[Reply, ...]:
    """The word of a mover that takes and puts in one act."""
    match record.status:
        case CommandStatus.COMPLETED:
            return Done(Ask.GET), Done(Ask.PUT)
        case CommandStatus.INDETERMINATE:
            return (Lost(Ask.GET, record.reason or f"{record.unit} cannot say what became of it"),)
    return (Failed(Ask.GET, record.reason or f"{record.unit} did not do it"),)
