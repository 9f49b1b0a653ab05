"""The event identifier of CBV 2.0 (GS1 Core Business Vocabulary, section 8.9): a hash of what an EPCIS event says.

Everything that the event says is written as one text in an order that the standard fixes, whatever order and format
the message had: times in UTC with milliseconds, numbers without superfluous zeros, words of the vocabulary as web
addresses, lists sorted, own fields last. Two parties who saw the same event so have the same identifier. The event must
have been made by `axenic.identity.custody`: codes as canonical GS1 Digital Link addresses or as addresses of our own.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

_WORDS = {
    "bizStep": "https://ref.gs1.org/cbv/BizStep-",
    "disposition": "https://ref.gs1.org/cbv/Disp-",
}
_VOCABULARY = "https://gs1.org/voc/"
_EPC_LISTS = frozenset({"epcList", "inputEPCList", "childEPCs", "outputEPCList"})
_PLACES = frozenset({"readPoint", "bizLocation"})
_ORDER = (
    *("eventTime", "eventTimeZoneOffset", "parentID", "epcList", "inputEPCList", "childEPCs", "outputEPCList"),
    *("action", "transformationID", "bizStep", "disposition", "readPoint", "bizLocation", "sensorElementList"),
)
_METADATA = ("time", "deviceID")
_REPORT = ("type", "deviceID", "time", "value", "minValue", "maxValue", "meanValue", "uom")
_NOT_HASHED = frozenset({"type", "eventID", "recordTime", "@context"})


def event_id(event: Mapping[str, Any], namespaces: Mapping[str, str]) -> str:
    """The identifier as RFC 6920 address; namespaces: prefix of own fields -> address.

    Raises ValueError if the event has a field that is neither ours nor in an own namespace.
    """
    digest = hashlib.sha256(said(event, namespaces).encode()).hexdigest()
    return f"ni:///sha-256;{digest}?ver=CBV2.0"


def said(event: Mapping[str, Any], namespaces: Mapping[str, str]) -> str:
    """The text that is hashed (the standard's pre-hash string)."""
    own = sorted(name for name in event if ":" in name)
    strange = set(event) - set(_ORDER) - _NOT_HASHED - set(own)
    if strange:
        raise ValueError(f"an event of ours has no field {min(strange)!r}")
    parts = [f"eventType={event['type']}"]
    parts += [_field(name, event[name]) for name in _ORDER if name in event]
    return "".join(parts) + "".join(_own(name, event[name], namespaces) for name in own)


def _field(name: str, value: Any) -> str:
    if name in _EPC_LISTS:
        listed = "".join(sorted(f"epc={epc}" for epc in value))
        return f"{name}{listed}" if listed else ""
    if name in _PLACES:
        return f"{name}id={value['id']}"
    if name == "sensorElementList":
        return name + "".join(sorted(_sensor(element) for element in value))
    if name in _WORDS:
        return f"{name}={_WORDS[name]}{value}"
    return f"{name}={_time(value) if name == 'eventTime' else value}"


def _sensor(element: Mapping[str, Any]) -> str:
    metadata = _told(element["sensorMetadata"], _METADATA)
    reports = sorted("sensorReport" + _told(report, _REPORT) for report in element["sensorReport"])
    return f"sensorElementsensorMetadata{metadata}" + "".join(reports)


def _told(group: Mapping[str, Any], order: tuple[str, ...]) -> str:
    return "".join(f"{name}={_plain(name, group[name])}" for name in order if name in group)


def _plain(name: str, value: Any) -> str:
    if name == "time":
        return _time(value)
    if name == "type":
        return _VOCABULARY + str(value)
    return str(value) if isinstance(value, str) else number(value)


def _own(name: str, value: str, namespaces: Mapping[str, str]) -> str:
    prefix, _, local = name.partition(":")
    return f"{{{namespaces[prefix]}}}{local}={value}"


def number(value: int | float) -> str:
    """A number without exponent and without superfluous zeros."""
    text = format(Decimal(str(value)), "f")
    return text.rstrip("0").rstrip(".") if "." in text else text


def _time(text: str) -> str:
    at = datetime.fromisoformat(text).astimezone(UTC)
    return at.isoformat(timespec="milliseconds").replace("+00:00", "Z")
