"""An electronic signature: who signed exactly what, when, meaning what, and whether it holds (21 CFR 11.50, 11.70).

The manifest is part of the act that signs, so it cannot be cut out or copied: it names the digest of the object as it
was shown, and the size and root of the journal at that moment.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from axenic.quality.actor import Actor
from axenic.quality.books import Books
from axenic.quality.trail import Line

SIGNATURE = "signature"


def local_time(at: int, zone: str) -> str:
    """A time as people read it, with its offset and zone."""
    moment = datetime.fromtimestamp(at / 1000, UTC)
    try:
        moment = moment.astimezone(ZoneInfo(zone))
    except (ZoneInfoNotFoundError, ValueError):
        zone = "UTC"
    return f"{moment:%Y-%m-%d %H:%M:%S %z} {zone}"


def manifest(
    actor: Actor, meaning: str, role: str, name: str, digest: str, ledger: tuple[int, str], at: int
) -> dict[str, Any]:
    """What is put on record with a signature."""
    return {
        "user": actor.user,
        "name": actor.name,
        "role": role,
        "meaning": meaning,
        "at": local_time(at, actor.zone),
        "zone": actor.zone,
        "object": name,
        "digest": digest,
        "components": list(actor.components),
        "first in session": not actor.full_before,
        "size": ledger[0],
        "root": ledger[1],
    }


@dataclass(frozen=True, slots=True)
class Signature:
    """A signature as found in the trail; valid: the object is still what was signed, `why` says why it is not."""

    seq: int
    object: str
    manifest: Mapping[str, Any]
    valid: bool
    why: str = ""


def signatures(books: Books, lines: list[Line]) -> list[Signature]:
    """The signatures among some lines of the trail, each held against its object as it is now."""
    found = []
    for line in lines:
        made = line.act.new.get(SIGNATURE)
        if made and not line.act.refused:
            why = _void(books, line, made)
            found.append(Signature(line.seq, line.act.object, made, not why, why))
    return found


def _void(books: Books, line: Line, made: Mapping[str, Any]) -> str:
    """Why a signature does not hold: it was put on something else, or what was signed is not what it was."""
    act = line.act
    told = (made.get("object"), made.get("user"), made.get("at"))  # an act put in past the bus may lack any of it
    if told != (act.object, act.actor, local_time(act.at, act.zone)) or made.get("size", line.seq) >= line.seq:
        return "it was made for another act: a signature cannot be moved"
    now = books.digests.of(act.object, line.seq)
    return "" if now == made.get("digest") else f"{act.object} was changed after it was signed"
