"""The variables of a module over one connection: read and written by where the manifest says that they lie."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

from asyncua import ua

from axenic.device.driver.driver import Garbled, LinkError
from axenic.device.mtp.manifest import Variable
from axenic.device.mtp.value import Value
from axenic.device.opcua import names
from axenic.device.opcua.link import Link

Heard = Callable[[Variable, object, int], None]  # a variable, its value (None if it is not good), ms of its source
_STATUS = Variable("", "0", "i=2256")  # ServerStatus: since when it is up, and what it is
_QUEUE = 1_000  # values that the server keeps for us between two publications
_V = ua.VariantType
_WHOLE = frozenset({_V.SByte, _V.Byte, _V.Int16, _V.UInt16, _V.Int32, _V.UInt32, _V.Int64, _V.UInt64})
_REAL = frozenset({_V.Float, _V.Double})


class Variables:
    """`heard` is told of every change of those that are watched."""

    def __init__(self, link: Link, heard: Heard) -> None:
        self.link = link
        self._heard = heard
        self._namespaces: list[str] = []
        self._watched: dict[ua.NodeId, Variable] = {}
        self._types: dict[Variable, ua.VariantType] = {}

    async def open(self, watched: Iterable[Variable]) -> None:
        """Connect and watch; raises LinkError or Garbled with the reason."""
        link = self.link
        try:
            await link.connect()
            self._namespaces = await link.asked(link.client.get_namespace_array(), "its namespaces")
            self._watched = {self._node(v): v for v in watched}
            nodes = [link.client.get_node(node) for node in self._watched]
            subscription = await link.subscription(self)
            await link.asked(subscription.subscribe_data_change(nodes, queuesize=_QUEUE), "subscribe")
        except (LinkError, Garbled):
            await link.leave()
            raise
        link.watch()

    async def server(self) -> ua.ServerStatusDataType:
        """Since when the server is up, and what it is."""
        (found,) = await self.read(_STATUS)
        if not isinstance(found, ua.ServerStatusDataType):
            raise Garbled(f"{self.link.asked.equipment} has no status of its server")
        return found

    async def read(self, *variables: Variable) -> list[Any]:
        """Their values; raises LinkError, or Garbled if one is not good."""
        nodes = [self._node(v) for v in variables]
        asked = self.link.client.uaclient.read_attributes(nodes, ua.AttributeIds.Value)
        found = await self.link.asked(asked, "read")
        for variable, value in zip(variables, found, strict=True):
            if names.code_of(value) or value.Value is None:
                status = names.status(names.code_of(value)).name
                raise Garbled(f"{self.link.asked.equipment} has no good value of {variable.identifier}: {status}")
            self._types[variable] = value.Value.VariantType
        return [value.Value.Value for value in found]  # type: ignore[union-attr]  # looked at above

    async def write(self, values: dict[Variable, Value]) -> None:
        """Set them at once, each in the type that it has there; raises LinkError or Garbled."""
        unknown = [v for v in values if v not in self._types]
        if unknown:
            await self.read(*unknown)
        nodes = [self.link.client.get_node(self._node(v)) for v in values]
        sent = [ua.DataValue(ua.Variant(*self._typed(v, value))) for v, value in values.items()]
        await self.link.asked(self.link.client.write_values(nodes, sent), "write")

    async def tell(self, values: dict[Variable, Value]) -> None:
        """Set them so that a module which listens for changes hears them, even if they are there already."""
        found = await self.read(*values)
        there = {
            v: type(value)() for (v, value), has in zip(values.items(), found, strict=True) if value and value == has
        }
        if there:
            await self.write(there)
        await self.write(values)

    # what the subscription hears ------------------------------------------------------------------------------------

    def datachange_notification(self, node: Any, value: Any, data: Any) -> None:
        """A watched variable has another value."""
        found = data.monitored_item.Value
        good = not names.code_of(found)
        variable = self._watched.get(node.nodeid)
        if variable is not None:
            self._heard(variable, value if good else None, names.milliseconds(found.SourceTimestamp))

    def status_change_notification(self, status: Any) -> None:
        """The server ends the subscription."""
        self.link.lose("it ended its subscription")

    def _node(self, variable: Variable) -> ua.NodeId:
        said = variable.namespace
        if not said.isdecimal() and said not in self._namespaces:
            raise Garbled(f"{self.link.asked.equipment} has no namespace {said!r}: is it of another manifest?")
        number = int(said) if said.isdecimal() else self._namespaces.index(said)
        try:
            return ua.NodeId.from_string(f"ns={number};{variable.identifier}")
        except (ValueError, ua.UaError) as error:
            raise Garbled(f"{variable.identifier!r} of the manifest is no node: {error}") from error

    def _typed(self, variable: Variable, value: Value) -> tuple[Value, ua.VariantType]:
        kind = self._types[variable]
        if kind in _WHOLE:
            return int(value), kind
        return (float(value), kind) if kind in _REAL else (value, kind)
