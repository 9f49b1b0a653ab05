"""The feature `UnitController` in front of an instrument."""

from __future__ import annotations

from collections.abc import Coroutine, Iterator
from contextlib import contextmanager
from functools import partial
from queue import SimpleQueue
from typing import Any, cast
from uuid import UUID

from sila2.framework import DefinedExecutionError, Feature
from sila2.framework.property.observable_property import ObservableProperty
from sila2.server import FeatureImplementationBase, SilaServer

from axenic.control.packml import Command
from axenic.device.driver.command_record import CommandRecord
from axenic.device.driver.driver import Garbled
from axenic.device.driver.wire import event_text, identity_text, intent_from, record_text
from axenic.device.instrument.host import Host, Told
from axenic.device.sila.bridge import Bridge
from axenic.device.sila.definition import UNIT
from axenic.device.sila.subscription import Subscription, Subscriptions

_NO_STATE = -1  # goes out instead of a state while the instrument answers garbage


class UnitController(FeatureImplementationBase):
    """Each call is done on the instrument's loop; what is wrong with it is answered as a defined execution error.

    sila2 calls the methods by the names of the definition.
    """

    def __init__(self, server: SilaServer, feature: Feature, host: Host, bridge: Bridge) -> None:
        super().__init__(server)
        self._message = cast("ObservableProperty[str]", feature["Happening"]).to_message
        self._feature, self._host, self._bridge = feature, host, bridge
        self._subscriptions = Subscriptions()
        self._Happening_producer_queue: SimpleQueue[Any] = SimpleQueue()  # sila2 wants one; nothing is put into it

    def start(self) -> None:
        """Called by sila2: each listener gets a queue of its own from here on."""
        super().start()
        properties: dict[str, Any] = self.parent_server.feature_servicers[
            UNIT
        ].observable_property_subscription_managers
        for thread in properties["Happening"].values():
            thread.cancel_producer()
        properties["Happening"] = self._subscriptions

    def get_Identity(self, *, metadata: Any) -> str:  # noqa: N802
        """Who it is."""
        return self._host.said(identity_text(self._bridge.ask(self._host.identity())))

    def Happening_on_subscription(self, *, metadata: Any) -> Subscription:  # noqa: N802
        """What happens from now on."""
        listeners = self._host.listeners

        def tell(event: Told) -> None:
            subscription.put(event_text(event))

        def leave() -> None:
            self._bridge.tell(partial(listeners.discard, tell))

        subscription = self._subscriptions.open(self._message, leave)
        self._bridge.tell(partial(listeners.add, tell))
        return subscription

    def Execute(self, intent: str, *, metadata: Any) -> str:  # noqa: N802
        """Begin a phase or a move."""
        with self._refusals():
            return self._record(self._host.start(intent_from(intent)))

    def Stop(self, intent: str, *, metadata: Any) -> str:  # noqa: N802
        """End a command."""
        with self._refusals():
            return self._record(self._host.stop(intent_from(intent)))

    def Control(self, unit: str, command: int, *, metadata: Any) -> int:  # noqa: N802
        """Take a unit through a PackML command."""
        with self._refusals():
            return self._state(self._bridge.ask(self._host.control(unit, Command(command))))

    def GetState(self, unit: str, *, metadata: Any) -> int:  # noqa: N802
        """The PackML state of a unit."""
        return self._state(self._bridge.ask(self._host.state(unit)))

    def GetCommandRecord(self, command_id: str, *, metadata: Any) -> str:  # noqa: N802
        """What became of a command."""
        return self._record(self._host.record(UUID(command_id)))

    def _record(self, asked: Coroutine[Any, Any, CommandRecord | None]) -> str:
        return self._host.said(record_text(self._bridge.ask(asked)))

    def _state(self, state: int) -> int:
        text = str(int(state))
        return int(state) if self._host.said(text) == text else _NO_STATE

    @contextmanager
    def _refusals(self) -> Iterator[None]:
        errors = self._feature.defined_execution_errors
        try:
            yield
        except Garbled as error:
            raise DefinedExecutionError(errors["NotUnderstood"], str(error)) from error
        except OSError as error:
            raise DefinedExecutionError(errors["NotKept"], str(error)) from error
