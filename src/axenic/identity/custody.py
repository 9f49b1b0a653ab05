"""Chain of custody as EPCIS 2.0 events (ISO/IEC 19987): who had which bag where and when, how cold it was meanwhile.

What moves is named by an address: a GS1 Digital Link for what has a GTIN and serial, an SSCC or an asset number, an
address of ours for a donation. Names of patients have no place in an event; the chain-of-identity code is a field of
its own. Events and their identifiers are derived from the journal's facts: nothing here reads a clock.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, timezone
from decimal import Decimal
from typing import Any

from axenic.identity.code import Coi
from axenic.identity.din import Din
from axenic.identity.event_hash import event_id
from axenic.identity.gs1 import ASSET, GTIN, SERIAL, SSCC, Elements
from axenic.identity.unreadable import CUSTODY, shown, unreadable

CONTEXT = "https://ref.gs1.org/standards/epcis/2.0.0/epcis-context.jsonld"
NAMESPACES = {"axenic": "https://axenic.example/voc/"}
_LINK = "https://id.gs1.org"
_DIN = "https://axenic.example/din/"
_ADDRESS = re.compile(r"https://[A-Za-z0-9.-]+(?:/[A-Za-z0-9._~%!$&'()*+,;=:@-]+)*")
_UNESCAPED = re.compile(r"[A-Za-z0-9._~-]")
_COLDEST, _HOTTEST = Decimal("-273.15"), Decimal(200)
Event = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Moment:
    """When and where something happened: milliseconds since 1970 UTC, minutes ahead of UTC there, the address.

    Raises Unreadable if there is no such moment.
    """

    at: int
    ahead_min: int
    place: str

    def __post_init__(self) -> None:
        if not 0 <= self.at < 4_102_444_800_000 or not -720 <= self.ahead_min <= 840:
            raise unreadable(
                CUSTODY, f"{self.at} ms, {self.ahead_min} min is no moment", "milliseconds since 1970, UTC"
            )
        _address(self.place)

    def fields(self) -> Event:
        """The moment as every event has it."""
        sign, ahead = "-" if self.ahead_min < 0 else "+", abs(self.ahead_min)
        zone = timezone(timedelta(minutes=self.ahead_min))
        at = datetime.fromtimestamp(self.at // 1000, UTC).replace(microsecond=self.at % 1000 * 1000).astimezone(zone)
        return {
            "eventTime": at.isoformat(timespec="milliseconds"),
            "eventTimeZoneOffset": f"{sign}{ahead // 60:02}:{ahead % 60:02}",
            "readPoint": {"id": self.place},
        }


@dataclass(frozen=True, slots=True)
class LoggedTemperature:
    """A temperature on the way: milliseconds since 1970 UTC, temperature in degC to a thousandth, address."""

    at: int
    temperature: Decimal
    logger: str


def address_of(thing: Din | Elements) -> str:
    """The address that names a container in an event; raises Unreadable if nothing on it tells it from others."""
    if isinstance(thing, Din):
        return _DIN + thing.number
    for identifier in (SSCC, ASSET):
        if value := thing.get(identifier):
            return f"{_LINK}/{identifier}/{_escaped(value)}"
    if thing.get(GTIN) and thing.get(SERIAL):
        return f"{_LINK}/{GTIN}/{thing.get(GTIN)}/{SERIAL}/{_escaped(thing.get(SERIAL))}"
    raise unreadable(CUSTODY, f"{thing} names no single container", "it needs a serial number, SSCC or asset number")


def collected(when: Moment, things: Sequence[str], coi: Coi) -> Event:
    """Cells were collected: from here on the containers have an identity."""
    return _object("ADD", "commissioning", "active", when, things, coi)


def shipped(when: Moment, things: Sequence[str], coi: Coi, readings: Sequence[LoggedTemperature] = ()) -> Event:
    """Containers left a place."""
    return _object("OBSERVE", "shipping", "in_transit", when, things, coi, readings)


def received(when: Moment, things: Sequence[str], coi: Coi, readings: Sequence[LoggedTemperature] = ()) -> Event:
    """Containers arrived; readings: how cold the logger says it was on the way."""
    return _object("OBSERVE", "receiving", "in_progress", when, things, coi, readings)


def transformed(when: Moment, before: Sequence[str], after: Sequence[str], coi: Coi, batch: str) -> Event:
    """Starting material became a dose; the batch ties what went in to what came out."""
    listed = {"inputEPCList": _addresses(before), "outputEPCList": _addresses(after)}
    batch_at = f"https://axenic.example/batch/{_escaped(batch)}"
    said = {"transformationID": _address(batch_at), "bizStep": "commissioning", "disposition": "in_progress"}
    return _event("TransformationEvent", when, listed | said, coi)


def packed(when: Moment, into: str, things: Sequence[str], coi: Coi) -> Event:
    """Bags were put into a canister, or canisters into a shipper, to travel together."""
    return _grouped("AggregationEvent", "ADD", "packing", when, into, things, coi)


def unpacked(when: Moment, out_of: str, things: Sequence[str], coi: Coi) -> Event:
    """They were taken out again."""
    return _grouped("AggregationEvent", "DELETE", "unpacking", when, out_of, things, coi)


def joined(when: Moment, to: str, things: Sequence[str], coi: Coi) -> Event:
    """Something was tied to what stays with it (a logger to its shipper)."""
    return _grouped("AssociationEvent", "ADD", "assembling", when, to, things, coi)


def document(events: Iterable[Event], created: Moment) -> Event:
    """An EPCIS document in JSON-LD that holds the events."""
    return {
        "@context": [CONTEXT, NAMESPACES],
        "type": "EPCISDocument",
        "schemaVersion": "2.0",
        "creationDate": created.fields()["eventTime"],
        "epcisBody": {"eventList": list(events)},
    }


def _object(
    action: str,
    step: str,
    state: str,
    when: Moment,
    things: Sequence[str],
    coi: Coi,
    readings: Sequence[LoggedTemperature] = (),
) -> Event:
    fields: Event = {"epcList": _addresses(things), "action": action, "bizStep": step, "disposition": state}
    if readings:
        fields["sensorElementList"] = [_sensor(reading) for reading in readings]
    return _event("ObjectEvent", when, fields, coi)


def _grouped(kind: str, action: str, step: str, when: Moment, parent: str, things: Sequence[str], coi: Coi) -> Event:
    fields = {"parentID": _address(parent), "childEPCs": _addresses(things), "action": action, "bizStep": step}
    return _event(kind, when, fields, coi)


def _event(kind: str, when: Moment, fields: Event, coi: Coi) -> Event:
    event = {"type": kind} | when.fields() | fields | {"axenic:coi": str(coi)}
    return {"eventID": event_id(event, NAMESPACES)} | event


def _sensor(reading: LoggedTemperature) -> Event:
    value = reading.temperature
    if not value.is_finite() or not _COLDEST <= value <= _HOTTEST or value != round(value, 3):
        text = f"{value} degC is no temperature to a thousandth"
        raise unreadable(CUSTODY, text, "from -273.15 to 200 degC")
    shown_as = int(value) if value == int(value) else float(value)
    return {
        "sensorMetadata": {
            "time": Moment(reading.at, 0, reading.logger).fields()["eventTime"],
            "deviceID": _address(reading.logger),
        },
        "sensorReport": [{"type": "Temperature", "value": shown_as, "uom": "CEL"}],
    }


def _addresses(things: Sequence[str]) -> list[str]:
    if not things or len(set(things)) < len(things):
        raise unreadable(CUSTODY, "no container, or one twice", "name each container once")
    return [_address(thing) for thing in things]


def _address(text: str) -> str:
    if len(text) > 300 or not _ADDRESS.fullmatch(text):
        raise unreadable(CUSTODY, f"{shown(text)} is no address", "an https address, as address_of gives it")
    return text


def _escaped(text: str) -> str:
    return "".join(c if _UNESCAPED.fullmatch(c) else "".join(f"%{b:02X}" for b in c.encode()) for c in text)
