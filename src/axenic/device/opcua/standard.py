"""The 6,000 nodes of the OPC UA standard: made once for a process, copied for each of its servers."""

from __future__ import annotations

import copy
import gc
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from functools import cache

from asyncua import ua
from asyncua.server.address_space import AddressSpace, AttributeValue, NodeData, NodeManagementService
from asyncua.server.standard_address_space.standard_address_space import fill_address_space


class _Standard(AddressSpace):
    def nodes(self) -> Iterable[NodeData]:
        return self._nodes.values()


def furnish(space: AddressSpace) -> None:
    """Put the nodes of the standard into an empty address space."""
    with _uncollected():
        for node in _standard().nodes():
            space[node.nodeid] = _copied(node)


@cache
def _standard() -> _Standard:
    made = _Standard()
    fill_address_space(NodeManagementService(made))
    return made


def _copied(node: NodeData) -> NodeData:
    """A node with its own attributes; values are replaced, not changed, but for structures."""
    made = NodeData(node.nodeid)
    made.attributes = {key: AttributeValue(_own(held.value)) for key, held in node.attributes.items()}
    made.references = list(node.references)
    return made


def _own(value: ua.DataValue | None) -> ua.DataValue:
    held = value if value is not None else ua.DataValue()
    structured = held.Value is not None and held.Value.VariantType is ua.VariantType.ExtensionObject
    return copy.deepcopy(held) if structured else held


@contextmanager
def _uncollected() -> Iterator[None]:
    """Without the garbage collector: so many new things at once take half the time."""
    was = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was:
            gc.enable()
