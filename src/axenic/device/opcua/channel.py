"""What is asked and heard over one secure connection to equipment that shows itself as ours does."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from asyncua import ua

from axenic.device.connection import Now
from axenic.device.driver.driver import Garbled, LinkError
from axenic.device.driver.event import Event, Nonsense, ValueRead
from axenic.device.driver.wire import event_from
from axenic.device.opcua import names
from axenic.device.opcua.admission import Admission
from axenic.device.opcua.asking import Asking
from axenic.device.opcua.credentials import Credentials
from axenic.device.opcua.link import Link
from axenic.device.opcua.patience import Patience

_S = ua.StatusCodes
_FIRST = 1000  # the number of the first gauge in a subscription; events come before it
_QUEUE = 10_000  # events and values that the server keeps for us between two publications


class Channel:
    """`uri`: what the certificate of the equipment must say; `hear` is told of events, of values, and of the loss."""

    def __init__(
        self,
        equipment: str,
        address: str,
        credentials: Credentials,
        uri: str,
        now: Now,
        patience: Patience,
        hear: Callable[[Event], None],
    ) -> None:
        self._equipment, self._hear = equipment, hear
        asked = Asking(equipment, address, patience.answer_s)
        self._link = Link(asked, Admission(asked, credentials, uri, now), patience)
        self._link.hear, self._link.going = hear, self._tell_that_values_are_gone
        self._namespace = 0
        self._last: dict[tuple[str, str], int] = {}
        self._sequence = 0

    @property
    def lost(self) -> bool:
        """Whether nothing more will be heard over it."""
        return self._link.lost

    async def open(self) -> None:
        """Connect, log in and subscribe; raises LinkError with the reason."""
        link = self._link
        try:
            await link.connect()
            self._namespace = await link.asked(link.client.get_namespace_index(names.OWN), "its namespaces")
            await link.asked(self._subscribe(), "subscribe")
        except (LinkError, Garbled):
            await link.leave()
            raise
        link.watch()

    async def call(self, method: str, *given: ua.Variant) -> Any:
        """The one thing that a method gives; raises LinkError or Garbled."""
        device = self._link.client.get_node(names.node_id(self._namespace, self._equipment))
        node = names.node_id(self._namespace, self._equipment, method)
        return await self._link.asked(device.call_method(node, *given), method)

    async def read_state(self, unit: str) -> Any:
        """The number of a unit's state, 0 if it is not there; raises LinkError, or Garbled if it is not good."""
        node = self._link.client.get_node(names.node_id(self._namespace, self._equipment, unit, names.STATE))
        found = await self._link.asked(node.read_data_value(raise_on_bad_status=False), names.STATE)
        code = names.code_of(found)
        if code in (_S.BadNodeIdUnknown, _S.BadNodeIdInvalid):
            return 0
        if code or found.Value is None:
            raise Garbled(f"{self._equipment} has no good state of {unit}: {names.status(code).name}")
        return found.Value.Value

    async def close(self) -> None:
        """Leave; nothing is heard of it any more."""
        await self._link.close()

    # what a subscription hears --------------------------------------------------------------------------------------

    def event_notification(self, event: Any) -> None:
        """An event of the equipment."""
        number, self._sequence = self._sequence, int(getattr(event, names.SEQUENCE, 0) or 0)
        if number and self._sequence != number + 1:
            self._link.lose(f"events {number + 1} to {self._sequence - 1} were lost")
        try:
            self._hear(event_from(str(getattr(event, names.TEXT, ""))))
        except Garbled as error:  # what cannot be read is asked for: nothing follows from it
            self._hear(Nonsense(self._link.asked.equipment, str(error)))

    def datachange_notification(self, node: Any, value: Any, data: Any) -> None:
        """A value of a unit, good or not."""
        _, unit, _, item = str(node.nodeid.Identifier).split("/")
        found = data.monitored_item.Value
        at, quality = names.milliseconds(found.SourceTimestamp), names.code_of(found)
        if quality >> 31 or not isinstance(value, int | float | str):
            value, quality = "", quality or int(_S.BadNoData)  # a bad value is no value at all
        self._last[unit, item] = at
        self._hear(ValueRead(unit, item, value, at, quality))

    def status_change_notification(self, status: Any) -> None:
        """The server ends the subscription."""
        self._link.lose("it ended its subscription")

    # how ------------------------------------------------------------------------------------------------------------

    async def _subscribe(self) -> None:
        subscription = await self._link.subscription(self)
        device = self._link.client.get_node(names.node_id(self._namespace, self._equipment))
        await subscription.subscribe_events(device, evfilter=self._filter(), queuesize=_QUEUE)
        gauges = await self._gauges(device)
        if gauges:
            await subscription.create_monitored_items(
                [_item(n, gauge.nodeid) for n, gauge in enumerate(gauges, _FIRST)]
            )

    def _filter(self) -> ua.EventFilter:
        kind = names.node_id(self._namespace, names.EVENT_TYPE)
        clauses = [
            ua.SimpleAttributeOperand(kind, [names.named(name, self._namespace)], ua.AttributeIds.Value)
            for name in (names.SEQUENCE, names.TEXT)
        ]
        return ua.EventFilter(SelectClauses=clauses)

    async def _gauges(self, device: Any) -> list[Any]:
        units = await device.get_children(ua.ObjectIds.HasComponent, ua.NodeClass.Object)
        found: list[Any] = []
        for unit in units:
            path = f"{unit.nodeid.Identifier}/{names.PARAMETERS}"
            held = self._link.client.get_node(names.node_id(self._namespace, path))
            found.extend(await held.get_children(ua.ObjectIds.HasComponent, ua.NodeClass.Variable))
        return found

    def _tell_that_values_are_gone(self) -> None:
        for (unit, item), at in self._last.items():
            self._hear(ValueRead(unit, item, "", at, names.NO_COMMUNICATION))


def _item(number: int, node: ua.NodeId) -> ua.MonitoredItemCreateRequest:
    """Every reading of a gauge, also one of the same value: how old a value is says whether it may be used."""
    each = ua.DataChangeFilter(Trigger=ua.DataChangeTrigger.StatusValueTimestamp)
    how = ua.MonitoringParameters(ClientHandle=number, Filter=each, QueueSize=_QUEUE, DiscardOldest=True)
    what = ua.ReadValueId(NodeId=node, AttributeId=ua.AttributeIds.Value)
    return ua.MonitoredItemCreateRequest(what, ua.MonitoringMode.Reporting, how)
