"""What the engine asks of equipment from or to which a carrier is moved by another."""

from __future__ import annotations

from typing import Protocol, runtime_checkable

from axenic.device.driver.intent import Intent


class NotReady(Exception):
    """The site does not give or take this carrier now; nothing was done."""


@runtime_checkable
class Site(Protocol):
    """The passive side of a hand-off; every method raises LinkError, Garbled or NotReady.

    The intent is that of the move: it names the carrier, and the engine whose fence the site looks at.

    To prepare for the same carrier again changes nothing. `delivered` and `removed` also end a transfer that came to
    nothing: the site closes, and what it holds is what its own sensor reads.
    """

    async def prepare_for_output(self, intent: Intent) -> None:
        """Be ready to give the carrier."""

    async def prepare_for_input(self, intent: Intent) -> None:
        """Be ready to take the carrier."""

    async def removed(self, intent: Intent) -> None:
        """The mover is done with taking it."""

    async def delivered(self, intent: Intent) -> None:
        """The mover is done with putting it."""

    async def holds(self, unit: str) -> frozenset[str]:
        """The carriers that the sensor of the unit reads now."""
