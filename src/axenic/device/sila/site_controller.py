"""The feature `SiteController` in front of an instrument."""

from __future__ import annotations

from typing import Any

from sila2.framework import DefinedExecutionError, Feature
from sila2.server import FeatureImplementationBase, SilaServer

from axenic.device.driver.driver import Garbled
from axenic.device.driver.site import NotReady
from axenic.device.driver.wire import intent_from
from axenic.device.handoff.ask import Ask
from axenic.device.instrument.host import Host
from axenic.device.sila.bridge import Bridge


class SiteController(FeatureImplementationBase):
    """The passive side of a hand-off; sila2 calls the methods by the names of the definition."""

    def __init__(self, server: SilaServer, feature: Feature, host: Host, bridge: Bridge) -> None:
        super().__init__(server)
        self._feature, self._host, self._bridge = feature, host, bridge

    def PrepareForOutput(self, intent: str, *, metadata: Any) -> None:  # noqa: N802
        """Be ready to give the carrier."""
        self._take(Ask.PREPARE_FOR_OUTPUT, intent)

    def PrepareForInput(self, intent: str, *, metadata: Any) -> None:  # noqa: N802
        """Be ready to take the carrier."""
        self._take(Ask.PREPARE_FOR_INPUT, intent)

    def LabwareRemoved(self, intent: str, *, metadata: Any) -> None:  # noqa: N802
        """The mover is done with taking it."""
        self._take(Ask.REMOVED, intent)

    def LabwareDelivered(self, intent: str, *, metadata: Any) -> None:  # noqa: N802
        """The mover is done with putting it."""
        self._take(Ask.DELIVERED, intent)

    def GetHeld(self, unit: str, *, metadata: Any) -> list[str]:  # noqa: N802
        """The carriers that the sensor of the unit reads."""
        return sorted(self._bridge.ask(self._host.holds(unit)))

    def _take(self, ask: Ask, intent: str) -> None:
        errors = self._feature.defined_execution_errors
        try:
            self._bridge.ask(self._host.transfer(ask, intent_from(intent)))
        except NotReady as error:
            raise DefinedExecutionError(errors["NotReady"], str(error)) from error
        except Garbled as error:
            raise DefinedExecutionError(errors["NotUnderstood"], str(error)) from error
