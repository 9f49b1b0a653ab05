"""One entry of a journal: a document, fact or order as canonical JSON (RFC 8785)."""

from __future__ import annotations

import json
from dataclasses import dataclass, fields
from typing import Any, get_args

import rfc8785

from axenic.asepsis.trace import Trace
from axenic.control.facts import Fact
from axenic.control.orders import Order

_FACTS: dict[str, type] = {c.__name__: c for c in get_args(Fact)}
_ORDERS: dict[str, type] = {c.__name__: c for c in get_args(Order)}
_FIELDS = {c: tuple(f.name for f in fields(c)) for c in (*_FACTS.values(), *_ORDERS.values())}


@dataclass(frozen=True, slots=True)
class Document:
    """A master document (recipe, plant, program, risk table, seed) as issued, so that a journal explains itself."""

    kind: str
    name: str
    text: str
    at: int = 0


Thing = Fact | Order | Document


@dataclass(frozen=True, slots=True)
class Entry:
    """A decoded entry: its number, which stream it belongs to, and the thing itself."""

    seq: int
    stream: str
    thing: Thing


def _plain(value: Any) -> Any:
    if isinstance(value, Trace):
        return value.to_data()
    if isinstance(value, tuple):
        return list(value)
    return value


def body_of(seq: int, thing: Thing, simulated: bool) -> bytes:
    """The canonical bytes of an entry; only whole numbers, texts and truth values, never binary fractions."""
    kind = type(thing)
    stream = "document" if kind is Document else "fact" if kind.__name__ in _FACTS else "order"
    names = ("kind", "name", "text") if kind is Document else _FIELDS[kind]
    data = {n: _plain(getattr(thing, n)) for n in names if n != "at"}
    return rfc8785.dumps(
        {
            "actor": getattr(thing, "actor", "") or "axenic",
            "at": thing.at,
            "batch": getattr(thing, "batch", ""),
            "data": data,
            "reason": getattr(thing, "reason", ""),
            "seq": seq,
            "simulated": simulated,
            "station": "",
            "stream": stream,
            "type": kind.__name__,
        }
    )


def decode(body: bytes) -> Entry:
    """The entry of canonical bytes; raises ValueError, KeyError or TypeError if they are not one."""
    row = json.loads(body)
    stream, name, data = row["stream"], row["type"], row["data"]
    if stream == "document":
        return Entry(row["seq"], stream, Document(data["kind"], data["name"], data["text"], row["at"]))
    kind = (_FACTS if stream == "fact" else _ORDERS)[name]
    values: dict[str, Any] = {k: tuple(v) if isinstance(v, list) else v for k, v in data.items()}
    if values.get("trace") is not None:
        values["trace"] = Trace.from_data(values["trace"])
    return Entry(row["seq"], stream, kind(at=row["at"], **values))
