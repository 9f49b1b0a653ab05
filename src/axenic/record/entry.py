"""One entry of a journal: a document, fact, order or act as canonical JSON (RFC 8785)."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from json.encoder import encode_basestring
from typing import Any

import rfc8785

from axenic.control.codec import FACTS, fact_from, order_from, to_data
from axenic.control.facts import Fact
from axenic.control.orders import Order
from axenic.record.merkle import leaf_hash


@dataclass(frozen=True, slots=True)
class Document:
    """A master document (recipe, plant, program, risk table, seed) as issued, so that a journal explains itself."""

    kind: str
    name: str
    text: str
    at: int = 0


@dataclass(frozen=True, slots=True)
class Act:
    """What somebody did through a command, or tried to: the audit trail's entry (Annex 11 draft 12.2, 21 CFR 11.10(e)).

    actor, role, station, session: who, as what, where from ("" for what the system does itself). zone: the station's
    time zone by its IANA name. object: what it was done to, as "kind name". old, new: the values before and after, with
    whole numbers and texts only. refused: why it was not done; then nothing is changed by it.
    """

    at: int
    command: str
    actor: str = ""
    role: str = ""
    station: str = ""
    zone: str = "UTC"
    session: str = ""
    object: str = ""
    batch: str = ""
    old: Mapping[str, Any] = field(default_factory=dict)
    new: Mapping[str, Any] = field(default_factory=dict)
    reason: str = ""
    refused: tuple[str, ...] = ()


Thing = Fact | Order | Document | Act
_OF_ACT = ("command", "role", "zone", "session", "object", "old", "new")


@dataclass(frozen=True, slots=True)
class Entry:
    """A decoded entry: its number, which stream it belongs to, the thing itself, and the hash of its bytes."""

    seq: int
    stream: str
    thing: Thing
    leaf: bytes = b""


_written = json.JSONEncoder(sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode
_quoted = lru_cache(maxsize=4096)(encode_basestring)  # the same few names over and over


def canonical(data: dict[str, Any]) -> bytes:
    """The bytes of RFC 8785 for whole numbers, texts and truth values.

    For ASCII the standard library writes the same bytes six times as fast; a test holds the two against each other.
    """
    text = _written(data)
    return text.encode() if text.isascii() else rfc8785.dumps(data)


def body_of(seq: int, thing: Thing, simulated: bool) -> bytes:
    """The canonical bytes of an entry; only whole numbers, texts and truth values, never binary fractions.

    Its ten names are written out here in their order, which is three times as fast as sorting them; a test holds this
    against `canonical`.
    """
    name = type(thing).__name__
    stream = _stream(name)
    actor = _quoted(getattr(thing, "actor", "") or "axenic")
    batch, reason, station = (_quoted(getattr(thing, field, "")) for field in _TEXTS)
    head = f'{{"actor":{actor},"at":{thing.at},"batch":{batch},"data":'
    said = "true" if simulated else "false"
    tail = (
        f',"reason":{reason},"seq":{seq},"simulated":{said},"station":{station},"stream":"{stream}","type":"{name}"}}'
    )
    return b"".join((head.encode(), canonical(_data(thing)), tail.encode()))


_TEXTS = ("batch", "reason", "station")


def _stream(name: str) -> str:
    """The stream of what is written under a name of a class."""
    return "fact" if name in FACTS else _OTHERS.get(name, "order")


_OTHERS = {"Document": "document", "Act": "act"}


def _data(thing: Thing) -> dict[str, Any]:
    if isinstance(thing, Document):
        return {"kind": thing.kind, "name": thing.name, "text": thing.text}
    if isinstance(thing, Act):
        return {name: getattr(thing, name) for name in _OF_ACT} | {"refused": list(thing.refused)}
    return to_data(thing)


def decode(body: bytes) -> Entry:
    """The entry of canonical bytes; raises ValueError, KeyError or TypeError if they are not one."""
    row = json.loads(body)
    return Entry(row["seq"], row["stream"], _thing(row), leaf_hash(body))


def _thing(row: dict[str, Any]) -> Thing:
    stream, name, data = row["stream"], row["type"], row["data"]
    if stream == "document":
        return Document(data["kind"], data["name"], data["text"], row["at"])
    if stream == "act":
        said = {name: row[name] for name in ("at", "station", "batch", "reason")}
        actor = "" if row["actor"] == "axenic" else row["actor"]
        return Act(**said, **data | {"actor": actor, "refused": tuple(data["refused"])})
    made = fact_from if stream == "fact" else order_from
    return made(name, row["at"], data)
