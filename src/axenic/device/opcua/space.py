"""The address space of a piece of equipment: nameplate after DI, units after PackML, methods of ours.

Browse names and the ids of types are those of OPC 10000-100 (DI) and OPC 30050 (PackML); the nodes are made here,
since no package of a fit licence ships the node sets. No node can be written: all that has an effect is a method.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from asyncua import Node, Server, ua
from asyncua.server.event_generator import EventGenerator

from axenic.control.packml import UnitState
from axenic.device.driver.event import StateChanged, ValueRead
from axenic.device.driver.identity import Identity
from axenic.device.instrument.gauge import Gauge
from axenic.device.opcua import names
from axenic.device.opcua.arguments import Act, checked

_V, _I = ua.VariantType, ua.ObjectIds


@dataclass(frozen=True, slots=True)
class Method:
    """A method of the equipment: the names and types of what it takes, and of the one thing it gives."""

    name: str
    takes: Mapping[str, ua.VariantType]
    gives: tuple[str, ua.VariantType]
    act: Act


class Space:
    """The nodes of one piece of equipment in a server, and what is shown there."""

    def __init__(self, server: Server, identity: Identity) -> None:
        self._server, self._identity = server, identity
        self._di = self._packml = self._own = 0
        self._types: dict[int, Node] = {}
        self._nodes: dict[tuple[str, str], Node] = {}
        self._events: EventGenerator | None = None
        self._told = 0
        self.methods: dict[str, ua.NodeId] = {}

    async def build(self, methods: tuple[Method, ...], gauges: tuple[Gauge, ...], states: dict[str, UnitState]) -> None:
        """Make all nodes; raises UaError."""
        self._di, self._packml, self._own = [
            await self._server.register_namespace(uri) for uri in (names.DI, names.PACKML, names.OWN)
        ]
        await self._make_types()
        found = await self._server.nodes.objects.add_object(
            names.numbered(names.DEVICE_SET, self._di), names.named("DeviceSet", self._di)
        )
        device = await found.add_object(
            self._id(), self._named(self._identity.equipment), self._types[names.DEVICE_TYPE].nodeid
        )
        await self._nameplate(device)
        for method in methods:
            self.methods[method.name] = await self._method(device, method)
        for unit in self._identity.units:
            await self._unit(device, unit, states[unit], [g for g in gauges if g.unit == unit])
        await self._event_type(device)

    async def show_state(self, event: StateChanged) -> None:
        """The state of a unit for whoever reads it."""
        moment = names.moment_of(event.at)
        for item, value in _state_values(event.state).items():
            await self._nodes[event.unit, item].write_value(ua.DataValue(value, SourceTimestamp=moment))

    async def show_value(self, event: ValueRead) -> None:
        """A value with its time and quality."""
        node = self._nodes.get((event.unit, event.item))
        if node is not None:
            quality = names.status(event.quality)
            value = ua.Variant(float(event.value), _V.Double)
            moment = names.moment_of(event.at)
            await node.write_value(ua.DataValue(value, StatusCode=quality, SourceTimestamp=moment))

    async def tell(self, text: str) -> None:
        """An event for all who subscribed, with its number, so that nobody takes a gap for silence."""
        assert self._events is not None, "told before it was built"
        self._told += 1
        self._events.event.Sequence = ua.Variant(self._told, _V.UInt64)
        self._events.event.Text = ua.Variant(text, _V.String)
        await self._events.trigger(message=self._identity.equipment)

    def _id(self, *path: str) -> ua.NodeId:
        return names.node_id(self._own, self._identity.equipment, *path)

    def _named(self, name: str) -> ua.QualifiedName:
        return names.named(name, self._own)

    async def _make_types(self) -> None:
        objects = self._server.get_node(names.numbered(_I.BaseObjectType))
        for number, namespace, name in (
            (names.DEVICE_TYPE, self._di, "DeviceType"),
            (names.UNIT_TYPE, self._packml, "PackMLBaseObjectType"),
            (names.STATUS_TYPE, self._packml, "PackMLStatusObjectType"),
        ):
            made = await objects.add_object_type(names.numbered(number, namespace), names.named(name, namespace))
            self._types[number] = made

    async def _nameplate(self, device: Node) -> None:
        who = self._identity
        for name, text in (("Manufacturer", who.maker), ("Model", who.model)):
            localized = ua.Variant(ua.LocalizedText(text), _V.LocalizedText)
            await device.add_property(self._id(name), names.named(name, self._di), localized)
        for name, text in (
            ("SerialNumber", who.serial),
            ("SoftwareRevision", who.software),
            ("AssetId", who.equipment),
        ):
            await device.add_property(self._id(name), names.named(name, self._di), ua.Variant(text, _V.String))
        for name, value in (
            ("BootId", ua.Variant(who.boot, _V.String)),
            ("RemembersSince", ua.Variant(names.moment_of(who.remembers), _V.DateTime)),
            ("Simulated", ua.Variant(who.simulated, _V.Boolean)),
        ):
            await device.add_property(self._id(name), self._named(name), value)

    async def _method(self, device: Node, method: Method) -> ua.NodeId:
        taken = [_argument(name, kind) for name, kind in method.takes.items()]
        call = checked(tuple(method.takes.values()), method.act)
        made = await device.add_method(
            self._id(method.name), self._named(method.name), call, taken, [_argument(*method.gives)]
        )
        return made.nodeid

    async def _unit(self, device: Node, unit: str, state: UnitState, gauges: list[Gauge]) -> None:
        made = await device.add_object(self._id(unit), self._named(unit), self._types[names.UNIT_TYPE].nodeid)
        status = await made.add_object(
            self._id(unit, "Status"),
            names.named("Status", self._packml),
            self._types[names.STATUS_TYPE].nodeid,
        )
        for name, value in _state_values(state).items():
            named = names.named(name, self._packml)
            self._nodes[unit, name] = await status.add_variable(self._id(unit, name), named, value)
        parameters = names.named(names.PARAMETERS, self._di)
        held = await made.add_object(self._id(unit, names.PARAMETERS), parameters)
        for gauge in gauges:
            self._nodes[unit, gauge.item] = await self._gauge(held, gauge)

    async def _gauge(self, held: Node, gauge: Gauge) -> Node:
        path = (gauge.unit, names.PARAMETERS, gauge.item)
        made = await held.add_variable(self._id(*path), self._named(gauge.item), ua.Variant(0.0, _V.Double))
        none_yet = names.status(ua.StatusCodes.BadWaitingForInitialData)
        await made.write_value(ua.DataValue(ua.Variant(0.0, _V.Double), StatusCode=none_yet))
        extent = ua.Range(gauge.low, gauge.high)
        unit = ua.EUInformation(DisplayName=ua.LocalizedText(gauge.measured_in))
        await made.add_property(self._id(*path, "EURange"), names.named("EURange", 0), extent)
        await made.add_property(self._id(*path, "EngineeringUnits"), names.named("EngineeringUnits", 0), unit)
        return made

    async def _event_type(self, device: Node) -> None:
        begun = self._server.get_node(names.numbered(_I.BaseEventType))
        made = await begun.add_object_type(names.node_id(self._own, names.EVENT_TYPE), self._named(names.EVENT_TYPE))
        for name, value in ((names.SEQUENCE, ua.Variant(0, _V.UInt64)), (names.TEXT, ua.Variant("", _V.String))):
            path = names.node_id(self._own, names.EVENT_TYPE, name)
            prop = await made.add_property(path, self._named(name), value)
            await prop.set_modelling_rule(True)
        self._events = EventGenerator(self._server.iserver.isession)
        await self._events.init(made, device)


def _state_values(state: UnitState) -> dict[str, Any]:
    return {
        names.STATE: ua.Variant(int(state), _V.Int32),
        "StateText": ua.Variant(ua.LocalizedText(state.name.capitalize()), _V.LocalizedText),
    }


def _argument(name: str, kind: ua.VariantType) -> ua.Argument:
    number = names.numbered(getattr(_I, kind.name))
    return ua.Argument(Name=name, DataType=number, ValueRank=-1)
