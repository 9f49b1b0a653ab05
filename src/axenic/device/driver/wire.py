"""Intents, records and identities as JSON texts: one form for every protocol that carries texts."""

from __future__ import annotations

import json
from dataclasses import asdict, fields
from typing import Any
from uuid import UUID

from axenic.control.codec import fact_from, order_from, to_data
from axenic.control.facts import ItemMoved, PhaseCompleted, PhaseFailed
from axenic.control.orders import MoveItem, RunPhase, StopPhase
from axenic.control.packml import UnitState
from axenic.device.contract import Contract
from axenic.device.driver.command_record import CommandRecord, CommandStatus
from axenic.device.driver.driver import Garbled
from axenic.device.driver.event import Event, StateChanged, ValueRead
from axenic.device.driver.identity import Identity
from axenic.device.driver.intent import Intent

_MOST = 4_000_000  # characters of one text; a cycle's curve has some 100,000 [D]


def intent_text(intent: Intent) -> str:
    """An intent as a text."""
    row = {"id": str(intent.id), "journal": str(intent.journal), "fence": intent.fence, **_thing(intent.order)}
    return json.dumps(row, separators=(",", ":"))


def intent_from(text: str) -> Intent:
    """Raises Garbled if the text is no intent."""
    row = _row(text)
    try:
        order = order_from(row["type"], _whole(row["at"]), row["data"])
        if not isinstance(order, RunPhase | MoveItem | StopPhase):
            raise Garbled(f"{row['type']} is no order to equipment")
        return Intent(UUID(row["id"]), order, UUID(row["journal"]), _whole(row["fence"]))
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise Garbled(f"no intent: {error!r}") from error


def record_text(record: CommandRecord | None) -> str:
    """A record as a text; `null` says that the command was never heard of."""
    return json.dumps(record_row(record), separators=(",", ":"))


def record_row(record: CommandRecord | None) -> dict[str, Any] | None:
    """A record as plain data."""
    if record is None:
        return None
    row = {"id": str(record.id), "unit": record.unit, "status": record.status.value, "at": record.at}
    answer = {"answer": _thing(record.answer)} if record.answer is not None else {}
    return row | {"due": record.due, "reason": record.reason} | answer


def record_from(text: str) -> CommandRecord | None:
    """Raises Garbled if the text is no record."""
    return record_of(_parsed(text))


def record_of(row: Any) -> CommandRecord | None:
    """Raises Garbled if the plain data is no record."""
    if row is None:
        return None
    try:
        answer = row.get("answer")
        fact = fact_from(answer["type"], _whole(answer["at"]), answer["data"]) if answer is not None else None
        if not (fact is None or isinstance(fact, PhaseCompleted | PhaseFailed | ItemMoved)):
            raise Garbled(f"{answer['type']} is no answer of equipment")
        status = CommandStatus(row["status"])
        times = _whole(row["at"]), _whole(row["due"])
        return CommandRecord(UUID(row["id"]), str(row["unit"]), status, *times, fact, str(row["reason"]))
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise Garbled(f"no command record: {error!r}") from error


def record_there(text: str) -> CommandRecord:
    """The record of a command that was sent; raises Garbled if there is none."""
    record = record_from(text)
    if record is None:
        raise Garbled("a command that was sent has no record")
    return record


def state_of(number: object) -> UnitState:
    """The PackML state of a number, or of its text; raises Garbled."""
    try:
        return UnitState(int(number) if isinstance(number, int | str) else number)  # type: ignore[arg-type]
    except ValueError as error:
        raise Garbled(f"no PackML state: {str(number)[:40]!r}") from error


def identity_text(identity: Identity) -> str:
    """An identity as a text."""
    return json.dumps(asdict(identity), separators=(",", ":"))


def identity_from(text: str) -> Identity:
    """Raises Garbled if the text is no identity."""
    row = _row(text)
    names = {field.name for field in fields(Identity)}
    row.setdefault("obeys", "")  # who cannot say whom they obey says nothing of it
    row.setdefault("fence", 0)
    if row.keys() != names or not isinstance(row["units"], list) or not _plain(row):
        raise Garbled(f"no identity: it has {', '.join(sorted(row))}")
    try:
        return Identity(**row | {"units": tuple(map(str, row["units"])), "contract": Contract(row["contract"])})
    except ValueError as error:
        raise Garbled(f"no identity: {error}") from error


def _plain(row: dict[str, Any]) -> bool:
    """Whether the fields of an identity have the types that decide anything."""
    numbers = all(type(row[name]) is int for name in ("remembers", "fence"))
    texts = all(type(row[name]) is str for name in ("equipment", "boot", "obeys"))
    return numbers and texts and type(row["simulated"]) is bool


def event_text(event: CommandRecord | StateChanged | ValueRead) -> str:
    """What equipment says of itself as a text."""
    if isinstance(event, CommandRecord):
        return json.dumps({"record": record_row(event)}, separators=(",", ":"))
    name = "state" if isinstance(event, StateChanged) else "value"
    return json.dumps({name: asdict(event)}, separators=(",", ":"))


def event_from(text: str) -> Event:
    """Raises Garbled if the text is no event."""
    row = _row(text)
    try:
        if "state" in row:
            part = row["state"]
            return StateChanged(str(part["unit"]), UnitState(part["state"]), _whole(part["at"]))
        if "value" in row:
            part = row["value"]
            return ValueRead(str(part["unit"]), str(part["item"]), part["value"], _whole(part["at"]), part["quality"])
        record = record_of(row["record"])
    except (KeyError, TypeError, ValueError) as error:
        raise Garbled(f"no event: {error!r}") from error
    if record is None:
        raise Garbled("an event without anything in it")
    return record


def _thing(thing: Any) -> dict[str, Any]:
    return {"type": type(thing).__name__, "at": thing.at, "data": to_data(thing)}


def _parsed(text: str) -> Any:
    if len(text) > _MOST:
        raise Garbled(f"a text of {len(text):,} characters")
    try:
        return json.loads(text)
    except (ValueError, RecursionError) as error:
        raise Garbled(f"no JSON: {error}") from error


def _row(text: str) -> dict[str, Any]:
    row = _parsed(text)
    if not isinstance(row, dict):
        raise Garbled(f"{type(row).__name__} instead of an object")
    return row


def _whole(value: Any) -> int:
    if type(value) is not int:
        raise TypeError(f"{value!r} is no whole number")
    return value
