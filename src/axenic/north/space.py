"""The view as nodes of an OPC UA server: folders, things, variables. None can be written, and there is no method."""

from __future__ import annotations

from typing import Any

from asyncua import Node, Server, ua

from axenic.device.opcua import names
from axenic.north.dictionary import GROUPS, THINGS, meaning
from axenic.north.seen import Changes, Moment, Path, Seen, Type

VIEW, ROOT = "urn:axenic:north", "Axenic"
_V = ua.VariantType
_TYPES: dict[Type, ua.VariantType] = {
    bool: _V.Boolean,
    int: _V.Int64,
    float: _V.Double,
    str: _V.String,
    Moment: _V.DateTime,
}
_EMPTY = {_V.Boolean: False, _V.Int64: 0, _V.Double: 0.0, _V.String: "", _V.DateTime: names.moment_of(0)}
GOOD, NONE_NOW, AS_IT_WAS = (
    names.status(code)
    for code in (ua.StatusCodes.Good, ua.StatusCodes.BadNoData, ua.StatusCodes.UncertainLastUsableValue)
)


class NorthSpace:
    """The nodes of one server. A value that is none now is of BadNoData."""

    def __init__(self, server: Server) -> None:
        self._server = server
        self._own = 0
        self._folders: dict[tuple[str, ...], Node] = {}
        self._nodes: dict[Path, Node] = {}

    async def build(self) -> None:
        """Make the folders of the groups."""
        self._own = await self._server.register_namespace(VIEW)
        root = await self._server.nodes.objects.add_folder(self._id(ROOT), names.named(ROOT, self._own))
        for group in {**GROUPS, **THINGS}:
            self._folders[group,] = await root.add_folder(self._id(group), names.named(group, self._own))

    async def show(self, changes: Changes, status: ua.StatusCode = GOOD) -> None:
        """Show values with their source times; what is new gets its nodes."""
        for path, seen in changes.items():
            node = self._nodes.get(path) or await self._made(path)
            await node.write_value(_data(path, seen, status))

    async def _made(self, path: Path) -> Node:
        means = meaning(path)
        kind, where = _TYPES[means.kind], tuple(filter(None, path))
        folder = await self._folder(path)
        first = ua.Variant(_EMPTY[kind], kind)
        made = await folder.add_variable(self._id(*where), names.named(path.name, self._own), first)
        await self._server.write_attribute_value(
            made.nodeid,
            ua.DataValue(ua.Variant(ua.LocalizedText(means.text), _V.LocalizedText)),
            ua.AttributeIds.Description,
        )
        self._nodes[path] = made
        return made

    async def _folder(self, path: Path) -> Node:
        group = self._folders[path.group,]
        if not path.thing:
            return group
        key = (path.group, path.thing)
        if key not in self._folders:
            self._folders[key] = await group.add_object(self._id(*key), names.named(path.thing, self._own))
        return self._folders[key]

    def _id(self, *where: str) -> ua.NodeId:
        return names.node_id(self._own, *where)


def _data(path: Path, seen: Seen, status: ua.StatusCode) -> ua.DataValue:
    kind = _TYPES[meaning(path).kind]
    value: Any = names.moment_of(seen.value) if isinstance(seen.value, Moment) else seen.value
    if value is None:
        value, status = _EMPTY[kind], NONE_NOW
    return ua.DataValue(ua.Variant(value, kind), status, SourceTimestamp=names.moment_of(seen.at))
