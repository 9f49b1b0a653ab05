"""The proof of a station: its signature over a command, good for one journal, one person and one minute (11.10(h))."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict
from typing import Any

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from axenic.quality.actor import Claim
from axenic.quality.command import Command

FRESH = 60_000  # milliseconds between the station's signing and the bus's looking at it [D: policy]


def signed(key: Ed25519PrivateKey, origin: str, command: Command, claim: Claim, second: str, at: int) -> str:
    """The proof: when it was made, in milliseconds, and the signature."""
    return f"{at} {key.sign(_said(origin, command, claim, second, at)).hex()}"


def unproven(key: str, origin: str, command: Command, claim: Claim, second: str, at: int) -> str:
    """Why a claim does not come from the station whose public key that is; "" if it does."""
    if not key:
        return "it was enrolled without a key; enrol its successor (axenic station add)"
    if not claim.proof:
        return "the station's key is not here"
    made, _, signature = claim.proof.partition(" ")
    try:
        when = int(made)
        said = _said(origin, command, claim, second, when)
        Ed25519PublicKey.from_public_bytes(bytes.fromhex(key)).verify(bytes.fromhex(signature), said)
    except (ValueError, InvalidSignature):
        return "the signature is not the station's, or is over something else"
    return "" if abs(at - when) <= FRESH else "the signature was made more than a minute ago"


def is_key(key: str) -> bool:
    """Whether a text is a public key in hexadecimal."""
    try:
        Ed25519PublicKey.from_public_bytes(bytes.fromhex(key))
    except ValueError:
        return False
    return True


def _said(origin: str, command: Command, claim: Claim, second: str, at: int) -> bytes:
    who: Mapping[str, Any] = {
        "user": claim.user,
        "role": claim.role,
        "session": claim.session,
        "second": second,
        "reason": claim.reason,
    }
    what: Mapping[str, Any] = {"command": command.NAME, "fields": asdict(command), "seen": claim.seen}  # type: ignore[call-overload]
    where: Mapping[str, Any] = {"journal": origin, "station": claim.station, "at": at}
    return b"axenic station\n" + json.dumps([where, who, what], sort_keys=True).encode()
