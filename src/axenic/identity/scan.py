"""What was scanned or typed: raw bytes become a carrier of one known kind, or findings; nothing raises.

A scanner that sends symbology identifiers (`]d2`, `]C0`, ...) says itself what it read. Without one the content must
be readable in exactly one way. What a person typed needs a check character over all of it, so a Single European Code
and a lot or serial number cannot be typed.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

from axenic.identity.code import Coi, parse_coi
from axenic.identity.din import Din, parse_symbol, parse_typed
from axenic.identity.gs1 import CHECKED, Elements, parse_elements
from axenic.identity.sec import Sec, parse_sec
from axenic.identity.unreadable import CHECK, FORM, Unreadable, shown
from axenic.notation.finding import Finding

How = Literal["scanned", "typed"]
Kind = Literal["DIN", "GS1", "COI", "SEC"]
MOST = 4096  # bytes; no symbol on a label holds more
_IDENTIFIER = re.compile(r"\][A-Za-z][0-9A-Za-z]")
_GS1 = ("]d2", "]C1", "]Q3", "]e0", "]J1")


@dataclass(frozen=True, slots=True)
class Scan:
    """A code that was read: its kind, the thing itself, the text it came as, and how it came in."""

    kind: Kind
    value: Din | Elements | Coi | Sec
    text: str
    how: How


@dataclass(frozen=True, slots=True)
class Unread:
    """What was scanned or typed is no code of ours, with every reason."""

    findings: tuple[Finding, ...]
    how: How


def read(raw: bytes, how: How) -> Scan | Unread:
    """What some bytes of a scanner or a keyboard are."""
    if len(raw) > MOST:
        return _unread(how, FORM, f"{len(raw)} bytes are no code", "scan one symbol")
    try:
        text = raw.decode("ascii")
    except UnicodeDecodeError:
        text = shown(raw.decode("utf-8", "replace"))
        return _unread(how, FORM, f"{text} has letters that no code has", "is it a letter that only looks like ours?")
    text = text.removesuffix("\n").removesuffix("\r")  # keyboards and scanners end with it
    identifier = identifier_of(text) if how == "scanned" else ""
    return _typed(text) if how == "typed" else _scanned(text[len(identifier) :], identifier)


def identifier_of(text: str) -> str:
    """The symbology identifier (ISO/IEC 15424) with which a scanner says what it read; "" if there is none."""
    match = _IDENTIFIER.match(text)
    return match[0] if match else ""


def said_by(text: str) -> tuple[str, ...] | Unread:
    """What a scan says, as it may be written down: its content, each element of a GS1 symbol, a code of ours.

    Fingers leave the symbology identifier out and a scanner that is set up for it does not: without one it is no scan.
    """
    identifier = identifier_of(text)
    content = text[len(identifier) :].removesuffix("\n").removesuffix("\r")
    if not identifier or not content or len(text) > MOST:
        hint = "switch symbology identifiers on at the scanner (ISO/IEC 15424), or say that it was typed"
        return _unread("scanned", FORM, f"{shown(text)} is not what a scanner sends", hint)
    found = read(text.encode("utf-8", "surrogatepass"), "scanned")
    if isinstance(found, Unread):
        return found if identifier in _GS1 else (content,)
    of = tuple(value for _, value in found.value.pairs) if isinstance(found.value, Elements) else ()
    return (content, str(found.value), *of)


def _scanned(text: str, identifier: str) -> Scan | Unread:
    if identifier in _GS1:
        return _one("scanned", text, [("GS1", parse_elements)])
    if identifier:
        return _one("scanned", text, [("DIN", parse_symbol), ("COI", parse_coi), ("SEC", parse_sec)])
    parsers: list[_Parser] = [("DIN", parse_symbol), ("COI", parse_coi), ("SEC", parse_sec), ("GS1", parse_elements)]
    return _one("scanned", text, parsers)


def _typed(text: str) -> Scan | Unread:
    found = _one("typed", text.strip(" "), [("DIN", parse_typed), ("COI", parse_coi), *_ALSO_TYPED])
    if isinstance(found, Unread):
        return found
    if isinstance(found.value, Sec):
        return _unread("typed", CHECK, "a Single European Code has no check character", "scan it")
    if isinstance(found.value, Elements) and not {ai for ai, _ in found.value.pairs} <= CHECKED:
        bare = ", ".join(f"({ai})" for ai, _ in found.value.pairs if ai not in CHECKED)
        return _unread("typed", CHECK, f"no check digit stands over {bare}", "scan the symbol")
    return found


_Parser = tuple[Kind, Callable[[str], Din | Elements | Coi | Sec]]
_ALSO_TYPED: list[_Parser] = [("SEC", parse_sec), ("GS1", parse_elements)]


def _one(how: How, text: str, parsers: list[_Parser]) -> Scan | Unread:
    """The only reading of a text; of several failures the one that came nearest (a wrong check) is told."""
    found: list[Scan] = []
    findings: list[Finding] = []
    for kind, parse in parsers:
        try:
            found.append(Scan(kind, parse(text), text, how))
        except Unreadable as error:
            findings += error.findings
    if len(found) == 1:
        return found[0]
    if found:
        kinds = " and ".join(c.kind for c in found)
        return _unread(how, FORM, f"{shown(text)} can be read as {kinds}", "scan it with symbology identifiers on")
    nearest = [f for f in findings if f.code == CHECK] or _likely(text, parsers, findings)
    return Unread(tuple(nearest), how)


def _likely(text: str, parsers: list[_Parser], findings: list[Finding]) -> list[Finding]:
    starts = {"COI": "COI", "SEC": "SEC", "DIN": "=", "GS1": "("}
    for kind, parse in parsers:
        if text.upper().startswith(starts[kind]):
            try:
                parse(text)
            except Unreadable as error:
                return list(error.findings)
    if len(parsers) == 1:
        return findings
    kinds = ", ".join(kind for kind, _ in parsers)
    return [Finding(FORM, f"{shown(text)} is none of {kinds}", "scan it again, or read it character by character")]


def _unread(how: How, code: str, message: str, hint: str) -> Unread:
    return Unread((Finding(code, message, hint),), how)
