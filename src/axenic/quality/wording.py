"""Which texts can go on record: readable for everybody and for ever, and of a length that somebody reads."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator
from dataclasses import MISSING, fields

from axenic.identity.gs1 import FNC1
from axenic.quality.actor import Claim
from axenic.quality.command import Command

LONGEST = 10_000  # characters of one text
_IN_SCANS = (FNC1, "\x1e", "\x04")  # separators that scanners send with what they read
_IN_LINES = ("\n", "\t", "\r")
_SECRETS = ("password", "code", "session", "once", "proof")


def unfit(text: str, lines: bool = False) -> str:
    """Why a text cannot go on record; "" if it can. lines: it may have several."""
    if len(text) > LONGEST:
        return f"it has more than {LONGEST} characters"
    if any(unicodedata.category(c) == "Cs" for c in text):
        return "it is not valid UTF-8"
    allowed = _IN_SCANS + (_IN_LINES if lines else ())
    hidden = any(unicodedata.category(c) == "Cc" and c not in allowed for c in text)
    return "it has control characters" if hidden else ""


def fit(text: str, lines: bool = False) -> str:
    """The text, or nothing if it cannot go on record."""
    return "" if unfit(text, lines) else text


def unfit_claim(claim: Claim | None) -> list[str]:
    """Why what somebody presents cannot go on record, or be compared with anything."""
    if claim is None:
        return []
    given = [(f.name, getattr(claim, f.name)) for f in fields(claim)]
    because = ((name, unfit(text, name in (*_SECRETS, "reason"))) for name, text in given)
    return [f"the {name} is refused: {why}" for name, why in because if why]


def unfit_fields(command: Command) -> list[str]:
    """Why what a command was given cannot go on record; only what has a default may have several lines."""
    found = []
    for f in fields(command):  # type: ignore[arg-type]
        lines = f.default is not MISSING
        because = (unfit(text, lines) for text in _texts(getattr(command, f.name)))
        found += [f"the {f.name.replace('_', ' ')} is refused: {why}" for why in because if why]
    return found


def _texts(value: object) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, (tuple, list)):
        for item in value:
            yield from _texts(item)
