"""One entry of a journal: a document, fact, order or act as canonical JSON (RFC 8785)."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, fields
from functools import lru_cache
from json.encoder import encode_basestring
from typing import Any, NamedTuple

import rfc8785

from axenic.asepsis.trace import Trace
from axenic.control.codec import FACTS, ORDERS, fact_from, order_from
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

    The names of a class stand in its form in their order, instead of being sorted for each entry; a test holds this
    against RFC 8785. Raises ValueError for half a pair of surrogates, which is no text.
    """
    form = _FORMS[type(thing)]
    actor = getattr(thing, "actor", "") or "axenic"
    values = [getattr(thing, name) for name in form.names]
    texts = [_TEXTS.get(type(value), _written)(value) for value in values]  # _text, without its calls
    texts[form.before :] = (str(seq), "true" if simulated else "false", *texts[form.before :])
    text = form.text % (_quoted(actor), *texts)
    return text.encode() if text.isascii() else rfc8785.dumps(json.loads(text))


class _Form(NamedTuple):
    """How an entry of a class is written: its text with places, the fields put there, how many come before `seq`."""

    text: str
    names: tuple[str, ...]
    before: int


def _form(kind: type) -> _Form:
    own = {field.name for field in fields(kind)}
    data = _DATA.get(kind) or tuple(sorted(own - {"at"}))
    batch, reason, station = ((name,) if name in own else () for name in ("batch", "reason", "station"))
    inner = ",".join(f'"{name}":%s' for name in data)
    text = (
        f'{{"actor":%s,"at":%s,"batch":{_place(batch)},"data":{{{inner}}},"reason":{_place(reason)},"seq":%s,'
        f'"simulated":%s,"station":{_place(station)},"stream":"{_stream(kind.__name__)}","type":"{kind.__name__}"}}'
    )
    before = ("at", *batch, *data, *reason)
    return _Form(text, before + station, len(before))


def _place(name: tuple[str, ...]) -> str:
    return "%s" if name else '""'


def _text(value: Any) -> str:
    return _TEXTS.get(type(value), _written)(value)


def _listed(values: tuple[Any, ...]) -> str:
    return f"[{','.join(map(_text, values))}]" if values else "[]"


def _named(values: dict[str, Any]) -> str:
    rows = [f"{_quoted(name)}:{_text(value)}" for name, value in sorted(values.items())] if values else ()
    return f"{{{','.join(rows)}}}"


def _curve(trace: Trace) -> str:
    rows = [
        f'{{"milli":{_numbers(c.values)},"name":{_quoted(c.name)},"unit":{_quoted(c.unit)}}}' for c in trace.channels
    ]
    return f'{{"channels":[{",".join(rows)}],"times":{_numbers(trace.times)}}}'


def _numbers(values: tuple[int, ...]) -> str:
    """Whole numbers; what is none is left to JSON, because %d would cut a fraction off."""
    return f"[{('%d,' * len(values))[:-1] % values}]" if type(sum(values)) is int else _written(values)


_TEXTS: dict[type, Callable[[Any], str]] = {
    str: _quoted,
    int: str,
    bool: ("false", "true").__getitem__,
    type(None): lambda _: "null",
    tuple: _listed,
    dict: _named,
    Trace: _curve,
}
_DATA: dict[type, tuple[str, ...]] = {
    Act: ("command", "new", "object", "old", "refused", "role", "session", "zone"),
    Document: ("kind", "name", "text"),
}


def _stream(name: str) -> str:
    """The stream of what is written under a name of a class."""
    return "fact" if name in FACTS else _OTHERS.get(name, "order")


_OTHERS = {"Document": "document", "Act": "act"}
_FORMS = {kind: _form(kind) for kind in (*FACTS.values(), *ORDERS.values(), Document, Act)}


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
