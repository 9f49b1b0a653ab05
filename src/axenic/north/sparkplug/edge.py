"""An edge node of Sparkplug B without a wire: which messages follow from what is seen, with their numbers.

Source: Eclipse Sparkplug 3.0, topics (4), operations (5), payloads (6). The group is the plant, the edge node is the
journal, each thing (unit, zone, batch, alarm …) is a device.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from itertools import groupby
from typing import Any, NamedTuple

from google.protobuf.message import DecodeError
from pysparkplug import DataType, DBirth, DData, DDeath, Metric, NBirth, NCmd, NData, NDeath

from axenic.north.dictionary import meaning
from axenic.north.seen import Changes, Moment, Path, Seen, Type

REBIRTH = "Node Control/Rebirth"
_NUMBERS = 256  # seq and bdSeq go from 0 to 255 and round
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_LAST = 253_402_300_799_000  # the year 9999 ends
_TYPES: dict[Type, DataType] = {
    bool: DataType.BOOLEAN,
    int: DataType.INT64,
    float: DataType.DOUBLE,
    str: DataType.STRING,
    Moment: DataType.DATETIME,
}


class Message(NamedTuple):
    """What is published; never retained."""

    topic: str
    payload: bytes
    qos: int = 0


class Edge:
    """One edge node; `now` in its methods is when a message is sent, milliseconds since 1970.

    session: the number of the connection (bdSeq), the same in its birth and its death.
    """

    def __init__(self, group: str, node: str) -> None:
        self._group, self._node = _named(group), _named(node)
        self._seq = self.session = -1
        self._devices: dict[tuple[str, str], str] = {}
        self._birth: NBirth | None = None

    @property
    def commands(self) -> str:
        """The topic of what it may be asked."""
        return self._topic("NCMD")

    def death(self) -> Message:
        """The will of the next connection, with a session number of its own (bdSeq)."""
        self.session = (self.session + 1) % _NUMBERS
        return self._ndeath()

    def farewell(self) -> Message:
        """The death of this connection, said before it leaves by itself."""
        return self._ndeath()

    def births(self, values: Changes, now: int) -> list[Message]:
        """All there is, from the node's birth on; again whenever somebody asks for it."""
        self._seq = -1
        self._devices.clear()
        nodes = [_metric(f"{p.group}/{p.name}", p, seen) for p, seen in values.items() if not p.thing]
        control = Metric(now, REBIRTH, DataType.BOOLEAN, value=False)
        self._birth = NBirth(now, self._next(), (self._bd_seq(), control, *nodes))
        said = [Message(self._topic("NBIRTH"), self._birth.encode())]
        return said + [self._born(device, values, now) for device in _devices(values)]

    def data(self, changes: Changes, values: Changes, now: int) -> list[Message]:
        """What has changed, by device; a thing that is new is born. values: all there is."""
        said = []
        for (group, thing), found in _by_device(changes):
            if not thing:
                metrics = tuple(_metric(f"{p.group}/{p.name}", p, seen) for p, seen in found)
                said.append(Message(self._topic("NDATA"), NData(now, self._next(), metrics).encode()))
            elif (group, thing) not in self._devices:
                said.append(self._born((group, thing), values, now))
            else:
                metrics = tuple(_metric(p.name, p, seen) for p, seen in found)
                data = DData(now, self._next(), metrics).encode()
                said.append(Message(self._topic("DDATA", self._devices[group, thing]), data))
        return said

    def deaths(self, now: int) -> list[Message]:
        """Every device is dead: nothing new is known of any."""
        names, self._devices = list(self._devices.values()), {}
        return [Message(self._topic("DDEATH", name), DDeath(now, self._next()).encode()) for name in names]

    def asks_rebirth(self, payload: bytes) -> bool:
        """Whether a command asks for the births: the one command that is obeyed."""
        try:
            metrics = NCmd.decode(payload, birth=self._birth).metrics  # a command need not say its types
        except (DecodeError, ValueError, KeyError, NotImplementedError):
            return False
        return any(m.name == REBIRTH and m.value is True for m in metrics)

    def _born(self, device: tuple[str, str], values: Changes, now: int) -> Message:
        self._devices[device] = name = f"{_named(device[0])}:{_named(device[1])}"
        metrics = tuple(_metric(p.name, p, seen) for p, seen in values.items() if (p.group, p.thing) == device)
        return Message(self._topic("DBIRTH", name), DBirth(now, self._next(), metrics).encode())

    def _ndeath(self) -> Message:
        return Message(self._topic("NDEATH"), NDeath(None, self._bd_seq()).encode(), qos=1)

    def _bd_seq(self) -> Metric:
        return Metric(None, "bdSeq", DataType.INT64, value=self.session)

    def _topic(self, kind: str, device: str = "") -> str:
        return "/".join(["spBv1.0", self._group, kind, self._node, *([device] if device else [])])

    def _next(self) -> int:
        self._seq = (self._seq + 1) % _NUMBERS
        return self._seq


def _named(text: str) -> str:
    """A name as a part of a topic."""
    return re.sub(r"[/+#\x00]", "_", text)


def _devices(values: Iterable[Path]) -> list[tuple[str, str]]:
    return list(dict.fromkeys((p.group, p.thing) for p in values if p.thing))


def _by_device(changes: Changes) -> list[tuple[tuple[str, str], list[tuple[Path, Seen]]]]:
    """Changes by group and thing; those of the node itself together, and first."""

    def device(change: tuple[Path, Seen]) -> tuple[str, str]:
        return (change[0].group, change[0].thing) if change[0].thing else ("", "")

    return [(key, list(found)) for key, found in groupby(sorted(changes.items(), key=device), key=device)]


def _metric(name: str, path: Path, seen: Seen) -> Metric:
    value: Any = seen.value
    if isinstance(value, Moment):  # the half millisecond keeps the encoder from cutting one off
        value = _EPOCH + timedelta(milliseconds=min(value, _LAST), microseconds=500)
    kind = _TYPES[meaning(path).kind]
    return Metric(seen.at, name, kind, value=value, is_null=value is None)
