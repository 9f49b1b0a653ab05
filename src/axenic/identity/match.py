"""The match of two scans: what is in the container belongs to this patient (or this patient's kit), or nothing moves.

Two independent carriers are held against what the record says belongs together. There is no third answer and no
`accept anyway`: a mismatch holds both batches, and the way on is a new scan or a deviation.
"""

from __future__ import annotations

from dataclasses import dataclass

from axenic.identity.code import Coi, parse_coi
from axenic.identity.din import Din
from axenic.identity.gs1 import COI, GTIN, LOT, SERIAL, Elements
from axenic.identity.scan import Scan, Unread
from axenic.identity.sec import Sec
from axenic.identity.unreadable import Unreadable


@dataclass(frozen=True, slots=True)
class Bond:
    """What belongs together by the record: the patient's pseudonym, the donations, and the batch and its containers.

    `gtin` and `serials` may be empty where nothing was labelled so yet; then a symbol that has them is a mismatch.
    """

    coi: Coi
    dins: frozenset[Din] = frozenset()
    lot: str = ""
    gtin: str = ""
    serials: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Match:
    """Both carriers belong to the bond; `by` says what each of them was known by."""

    coi: Coi
    by: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Mismatch:
    """They do not, or it cannot be told; every reason."""

    reasons: tuple[str, ...]


def match(container: Scan | Unread, other: Scan | Unread, bond: Bond, witness: str = "") -> Match | Mismatch:
    """Whether a container and a patient (or kit) belong together.

    witness: who else looked on while a code was typed ("" for nobody); needed as soon as one was not scanned.
    """
    reasons: list[str] = []
    by: list[str] = []
    named = False
    for role, carrier in (("container", container), ("patient or kit", other)):
        if isinstance(carrier, Unread):
            reasons += [f"{role}: {finding.message}" for finding in carrier.findings]
            continue
        known, wrong = _held(carrier, bond)
        reasons += [f"{role}: {reason}" for reason in wrong]
        named = named or any(text.startswith("COI ") for text in known)
        by.append(f"{role} {carrier.how} as {carrier.kind}: {', '.join(known)}")
        if not known and not wrong:
            reasons.append(f"{role}: the {carrier.kind} code names neither patient, donation nor batch")
    if not reasons and not named:
        reasons.append("neither code names the patient: one of the two must carry the chain-of-identity code")
    reasons += _independence(container, other, witness)
    return Mismatch(tuple(reasons)) if reasons else Match(bond.coi, tuple(by))


def contradicts(carrier: Scan, bond: Bond) -> bool:
    """Whether a carrier says something that the bond does not hold: it belongs to another patient, or to none."""
    return bool(_held(carrier, bond)[1])


def _independence(container: Scan | Unread, other: Scan | Unread, witness: str) -> list[str]:
    found = []
    if isinstance(container, Scan) and isinstance(other, Scan) and str(container.value) == str(other.value):
        found.append("both scans are of the same code: scan the container's own, and the patient's or the kit's own")
    hows = [container.how, other.how]
    if hows == ["typed", "typed"]:
        found.append("both codes were typed: at least one must be scanned")
    if "typed" in hows and not witness.strip():
        found.append("a code was typed without a second person")
    return found


def _held(carrier: Scan, bond: Bond) -> tuple[list[str], list[str]]:
    """What a carrier is known by, and what contradicts the bond."""
    value = carrier.value
    if isinstance(value, Coi):
        return _compared("COI", value == bond.coi, str(value))
    if isinstance(value, Din):
        return _compared("DIN", value.number in {d.number for d in bond.dins}, value.number)
    if isinstance(value, Sec):
        return _compared("donation", value.donation in {d.number for d in bond.dins}, value.donation)
    return _elements(value, bond)


def _compared(name: str, same: bool, text: str) -> tuple[list[str], list[str]]:
    return ([f"{name} {text}"], []) if same else ([], [f"{name} {text} belongs to another patient or to none"])


def _elements(elements: Elements, bond: Bond) -> tuple[list[str], list[str]]:
    known: list[str] = []
    wrong: list[str] = []
    held = {"GTIN": (GTIN, {bond.gtin}), "lot": (LOT, {bond.lot}), "serial": (SERIAL, set(bond.serials))}
    for name, (identifier, allowed) in held.items():
        value = elements.get(identifier)
        if value and value not in allowed:
            wrong.append(f"{name} {value} is not of this batch")
        elif value and name != "GTIN":  # many patients share a product
            known.append(f"{name} {value}")
    if code := elements.get(COI):
        good, bad = _pseudonym(code, bond)
        known += good
        wrong += bad
    return known, wrong


def _pseudonym(code: str, bond: Bond) -> tuple[list[str], list[str]]:
    try:
        return _compared("COI", parse_coi(code) == bond.coi, code)
    except Unreadable as error:
        return [], [f.message for f in error.findings]
