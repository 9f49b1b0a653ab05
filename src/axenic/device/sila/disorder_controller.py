"""The feature `DisorderController` in front of a simulated instrument."""

from __future__ import annotations

from typing import Any

from sila2.server import FeatureImplementationBase, SilaServer

from axenic.device.instrument.disorder import Disorder, Wrong
from axenic.device.instrument.host import Host
from axenic.device.sila.bridge import Bridge


class DisorderController(FeatureImplementationBase):
    """Tells an instrument to go wrong."""

    def __init__(self, server: SilaServer, host: Host, bridge: Bridge) -> None:
        super().__init__(server)
        self._host, self._bridge = host, bridge

    def Inject(self, wrong: str, size: float, times: int, item: str, *, metadata: Any) -> None:  # noqa: N802
        """Go wrong, or right again."""
        self._bridge.ask(self._injected(Disorder(Wrong(wrong), size, times, item)))

    async def _injected(self, disorder: Disorder) -> None:
        self._host.inject(disorder)
