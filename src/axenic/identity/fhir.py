"""Orders in and products out as FHIR R5: the hospital's message becomes an order without a person in it.

In: a Bundle with one ServiceRequest and one Patient who is only an identifier. A message with a name, birth date,
address or free text is refused as a whole, not cleaned, so that the sender mends it at the source.
Out: BiologicallyDerivedProduct and DocumentReference. R5 has no place of its own for the chain of identity (the R6
ballot's `therapyIdentifier`), so it is an identifier under our system.
"""

from __future__ import annotations

import base64
import hashlib
import json
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, TypeVar

from axenic.identity.code import Coi, parse_coi
from axenic.identity.din import Din, parse_typed
from axenic.identity.unreadable import MESSAGE, PERSONAL, Unreadable, shown, unreadable
from axenic.notation.finding import Finding

COI_SYSTEM = "https://axenic.example/fhir/coi"
DIN_SYSTEM = "urn:oid:2.16.840.1.113883.6.18.2.1"  # ISBT 128 donation identification number (grade C)
LOT_SYSTEM = "https://axenic.example/fhir/batch"
MOST_CHARACTERS, MOST_DEPTH = 1_000_000, 40
T = TypeVar("T")
_CODE = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,59}")
# Elements that can hold a person; of FHIR's `text` only the narrative (`div`) is one
PERSONAL_KEYS = frozenset(
    ("name", "family", "given", "birthDate", "telecom", "address", "photo", "contact", "div", "note", "contained")
)
_PATIENT = frozenset(("resourceType", "id", "meta", "identifier", "active"))


@dataclass(frozen=True, slots=True)
class TherapyOrder:
    """What a hospital ordered: for which pseudonym, of which product, until when, from which donation if it is known.

    due: milliseconds since 1970, UTC. request: the ServiceRequest's id, for the answer.
    """

    coi: Coi
    product: str
    due: int
    request: str = ""
    din: Din | None = None


@dataclass(frozen=True, slots=True)
class Dose:
    """A released dose as it is told to the hospital; expires in milliseconds since 1970 UTC, store in degC."""

    coi: Coi
    product: str
    batch: str
    din: Din
    expires: int
    request: str = ""
    division: str = ""
    store_low: int | None = None
    store_high: int | None = None


def order_from(text: str) -> TherapyOrder:
    """The order of a Bundle as JSON text; raises Unreadable with what is wrong, never with what is personal in it."""
    message = _json(text)
    _nobody_in(message)
    _resources(message)
    # The library also takes an element written as JSON within a text: only what it made of that is read
    bundle = _validated(message)
    _nobody_in(bundle)
    patient, request = _resources(bundle)
    _only_identified(patient)
    coi = _identifier(request, COI_SYSTEM)
    if not coi or coi != _identifier(patient, COI_SYSTEM):
        raise _refused("patient and request do not carry the same chain-of-identity code", f"identifier {COI_SYSTEM}")
    if (request.get("status"), request.get("intent")) != ("active", "order"):
        raise _refused("the request is not an active order", "status: active, intent: order")
    _subject(bundle, patient, request)
    din = _identifier(request, DIN_SYSTEM)
    donation = _parsed(parse_typed, din, DIN_SYSTEM) if din else None
    return TherapyOrder(_parsed(parse_coi, coi, COI_SYSTEM), _product(request), _due(request), _id(request), donation)


def _nobody_in(data: Any) -> None:
    personal = sorted(set(_personal(data)))
    if personal:
        hint = "send the patient as identifier only; names stay in the hospital"
        raise Unreadable(*(Finding(PERSONAL, f"{key} is not taken", hint) for key in personal))


def _only_identified(patient: Mapping[str, Any]) -> None:
    """A pseudonymised patient is one identifier: no other element, no hospital number beside it."""
    hint = "send the patient with the chain-of-identity code only"
    more = sorted(set(patient) - _PATIENT)
    if more:
        raise Unreadable(*(Finding(PERSONAL, f"Patient.{shown(key)} is not taken", hint) for key in more[:20]))
    if [i.get("system") for i in patient.get("identifier") or []] != [COI_SYSTEM]:
        raise unreadable(PERSONAL, "the patient has other identifiers than the chain-of-identity code", hint)


def _parsed(parse: Callable[[str], T], text: str, system: str) -> T:
    """A code of the message; what stands in its place may be a name, so the finding does not repeat it."""
    try:
        return parse(text)
    except Unreadable as error:
        raise Unreadable(*(Finding(f.code, f"{system} holds no such code", f.hint) for f in error.findings)) from None


def _json(text: str) -> Any:
    if len(text) > MOST_CHARACTERS:
        raise _refused(f"{len(text)} characters are no order", "one Bundle of a Patient and a ServiceRequest")
    try:
        data = json.loads(text, parse_constant=_no_number)
    except (ValueError, RecursionError):
        raise _refused("the message is not JSON", "one Bundle of a Patient and a ServiceRequest") from None
    if not isinstance(data, dict) or data.get("resourceType") != "Bundle":
        raise _refused("the message is no Bundle", 'it begins {"resourceType": "Bundle", "type": "collection", ...}')
    return data


def _no_number(text: str) -> None:
    raise ValueError(f"{text} is no number of JSON")


def _personal(data: Any) -> Iterator[str]:
    """Every place of a message that can hold a person, by the element's name."""
    waiting = [(data, 0)]
    while waiting:
        value, depth = waiting.pop()
        if depth > MOST_DEPTH:
            raise _refused("the message is nested too deeply", "one Bundle of a Patient and a ServiceRequest")
        if isinstance(value, list):
            waiting += [(item, depth + 1) for item in value]
        elif isinstance(value, dict):
            yield from (key for key in value if key.lstrip("_") in PERSONAL_KEYS)
            if isinstance(value.get("reference"), str) and "display" in value:
                yield "display of a reference"
            waiting += [(item, depth + 1) for item in value.values()]


def _resources(bundle: Mapping[str, Any]) -> tuple[dict[str, Any], dict[str, Any]]:
    entries = bundle.get("entry")
    held = [e.get("resource") for e in entries if isinstance(e, dict)] if isinstance(entries, list) else []
    found = {r.get("resourceType"): r for r in held if isinstance(r, dict) and isinstance(r.get("resourceType"), str)}
    if len(held) != 2 or set(found) != {"Patient", "ServiceRequest"}:
        raise _refused("the Bundle does not hold one Patient and one ServiceRequest", "one of each, nothing else")
    return found["Patient"], found["ServiceRequest"]


def _validated(message: Any) -> dict[str, Any]:
    from fhir.resources.bundle import Bundle  # half a second: only where FHIR is spoken
    from pydantic import ValidationError

    try:
        made: dict[str, Any] = json.loads(Bundle.model_validate(message).model_dump_json())
    except ValidationError as error:
        rows = error.errors(include_url=False, include_input=False, include_context=False)[:20]
        places = sorted({".".join(map(str, row["loc"])) for row in rows})
        findings = (Finding(MESSAGE, f"not FHIR R5 at {shown(p)}", "hl7.org/fhir/R5 has its form") for p in places)
        raise Unreadable(*findings) from None
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError):  # what the library raises on odd types
        raise _refused("the Bundle is not FHIR R5", "hl7.org/fhir/R5 has its form") from None
    return made


def _identifier(resource: Mapping[str, Any], system: str) -> str:
    found = [i["value"] for i in resource.get("identifier") or [] if i.get("system") == system and i.get("value")]
    if len(found) > 1:
        raise _refused(f"{system} stands more than once", "one code of each system")
    return str(found[0]) if found else ""


def _subject(bundle: Mapping[str, Any], patient: Mapping[str, Any], request: Mapping[str, Any]) -> None:
    address = next(e.get("fullUrl") for e in bundle["entry"] if e["resource"] is patient)
    named = {address, f"Patient/{patient['id']}" if patient.get("id") else None} - {None}
    if (request.get("subject") or {}).get("reference") not in named:
        raise _refused("the request is not for the patient of the Bundle", "subject.reference: the Patient's fullUrl")


def _product(request: Mapping[str, Any]) -> str:
    codings = ((request.get("code") or {}).get("concept") or {}).get("coding") or []
    code = codings[0].get("code") if len(codings) == 1 else None
    if not isinstance(code, str) or not _CODE.fullmatch(code):
        raise _refused("the request names no single product", "code.concept.coding: one code")
    return code


def _due(request: Mapping[str, Any]) -> int:
    text = str(request.get("occurrenceDateTime") or "")
    try:
        due = datetime.fromisoformat(text)
    except ValueError:
        due = None
    if due is None or due.tzinfo is None or not 2000 <= due.year < 2100:
        raise _refused("the due time is no time with a zone", "occurrenceDateTime: 2026-02-01T08:00:00+01:00")
    return round(due.timestamp() * 1000)


def _id(request: Mapping[str, Any]) -> str:
    name = str(request.get("id") or "")
    return name if _CODE.fullmatch(name) else ""


def product_of(dose: Dose) -> dict[str, Any]:
    """The dose as BiologicallyDerivedProduct, valid R5."""
    from fhir.resources.biologicallyderivedproduct import BiologicallyDerivedProduct

    data: dict[str, Any] = {
        "resourceType": "BiologicallyDerivedProduct",
        "identifier": [
            {"system": COI_SYSTEM, "value": str(dose.coi)},
            {"system": LOT_SYSTEM, "value": dose.batch},
        ],
        "productCode": {"coding": [{"code": dose.product}]},
        "biologicalSourceEvent": {"system": DIN_SYSTEM, "value": dose.din.number},
        "expirationDate": _instant(dose.expires),
    }
    if dose.request:
        data["request"] = [{"reference": f"ServiceRequest/{dose.request}"}]
    if dose.division:
        data["division"] = dose.division
    if limits := {"low": dose.store_low, "high": dose.store_high}:
        given = {k: _degrees(v) for k, v in limits.items() if v is not None}
        data |= {"storageTempRequirements": given} if given else {}
    return _checked(BiologicallyDerivedProduct, data)


def document_of(pdf: bytes, address: str, coi: Coi, at: int, title: str) -> dict[str, Any]:
    """The batch record as DocumentReference: where the PDF lies, its size and digests.

    FHIR's own `hash` is SHA-1 by definition; what proves the document is the SHA-256 identifier (RFC 6920).
    """
    from fhir.resources.documentreference import DocumentReference

    attachment = {
        "contentType": "application/pdf",
        "url": address,
        "size": len(pdf),
        "hash": base64.b64encode(hashlib.sha1(pdf, usedforsecurity=False).digest()).decode(),
        "title": title,
    }
    data = {
        "resourceType": "DocumentReference",
        "identifier": [
            {"system": "urn:ietf:rfc:6920", "value": f"ni:///sha-256;{hashlib.sha256(pdf).hexdigest()}"},
        ],
        "status": "current",
        "docStatus": "final",
        "subject": {"identifier": {"system": COI_SYSTEM, "value": str(coi)}},
        "date": _instant(at),
        "content": [{"attachment": attachment}],
    }
    return _checked(DocumentReference, data)


def _checked(kind: Any, data: dict[str, Any]) -> dict[str, Any]:
    try:
        made: dict[str, Any] = json.loads(kind.model_validate(data).model_dump_json())
    except ValueError as error:
        raise _refused(f"no FHIR can be written: {str(error)[:200]}", "mend the field named") from None
    return made


def _degrees(value: int) -> dict[str, Any]:
    return {"value": value, "unit": "Cel", "system": "http://unitsofmeasure.org", "code": "Cel"}


def _instant(milliseconds: int) -> str:
    if not 0 <= milliseconds < 4_102_444_800_000:
        raise _refused(f"{milliseconds} ms is no time of this century", "milliseconds since 1970, UTC")
    at = datetime.fromtimestamp(milliseconds // 1000, UTC)
    return f"{at:%Y-%m-%dT%H:%M:%S}.{milliseconds % 1000:03}Z"


def _refused(message: str, hint: str) -> Unreadable:
    return unreadable(MESSAGE, message, hint)
