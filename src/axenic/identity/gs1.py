"""GS1 element strings: what a DataMatrix on a bag, kit, canister or shipper says (GTIN, lot, expiry, serial, ...).

Read with biip, and then held against what biip lets pass: a wrong check digit is only a remark there, an empty text is
a message, and blanks or control characters around a text are dropped.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from axenic.identity.unreadable import CHECK, FORM, Unreadable, shown, unreadable
from axenic.notation.finding import Finding

FNC1 = "\x1d"
MOST = 2335  # alphanumeric characters that the largest DataMatrix holds
GTIN, LOT, EXPIRY, SERIAL, EXPIRY_HOUR, SSCC, ASSET, COI = "01", "10", "17", "21", "7003", "00", "8004", "91"
CHECKED = frozenset({SSCC, GTIN, "02", "410", "411", "412", "413", "414", "415", "416", "417", "8017", "8018"})
# Identifiers that begin so have values of one length (GS1 General Specifications, section 7.8.5)
_FIXED = frozenset(f"{n:02}" for n in (*range(5), *range(11, 21), *range(31, 37), 41))
# GS1 General Specifications, figure 7.11-1 (character set 82), without the parentheses that stand around identifiers
_CHARACTERS = re.compile(r"[!\"%&'*+,\-./0-9:;<=>?A-Z_a-z]+")


def check_digit(digits: str) -> int:
    """The last digit of a GTIN, SSCC, GLN or GSRN: weights 3, 1, 3, ... from the right (GS1, section 7.9).

    Raises Unreadable if there is anything but ASCII digits.
    """
    if not digits or not (digits.isascii() and digits.isdigit()):
        raise unreadable(FORM, f"{shown(digits)} is not only digits", "give the digits without the check digit")
    total = sum(int(d) * (3 if n % 2 == 0 else 1) for n, d in enumerate(reversed(digits)))
    return (10 - total % 10) % 10


@dataclass(frozen=True, slots=True)
class Elements:
    """The element strings of one symbol: pairs of application identifier and value, in their order."""

    pairs: tuple[tuple[str, str], ...]

    def get(self, identifier: str) -> str:
        """The value under an application identifier, or ""."""
        return dict(self.pairs).get(identifier, "")

    @property
    def symbol(self) -> str:
        """What the symbol holds, with FNC1 where a value of open length ends and another element follows."""
        parts = [ai + value + ("" if ai[:2] in _FIXED else FNC1) for ai, value in self.pairs]
        return "".join(parts).removesuffix(FNC1)

    def __str__(self) -> str:
        """As people read it, the identifiers in parentheses."""
        return "".join(f"({ai}){value}" for ai, value in self.pairs)


def parse_elements(text: str) -> Elements:
    """The elements of a scanned text, or of one as people read it ("(01)..."); raises Unreadable with every reason."""
    from biip import ParseError  # half a megabyte of tables: only where a GS1 symbol is read
    from biip.gs1_messages import GS1Message

    if not text or len(text) > MOST or not all(" " < c <= "~" or c == FNC1 for c in text):
        raise _misformed(text)
    try:
        message = GS1Message.parse_hri(text) if text.startswith("(") else GS1Message.parse(text)
    except (ParseError, ValueError):
        raise _misformed(text) from None
    if not message.element_strings:
        raise _misformed(text)
    findings: list[Finding] = []
    for element in message.element_strings:
        if element.gtin_error or element.sscc_error or element.gln_error or not _agrees(element.ai.ai, element.value):
            hint = "do not use the label; its maker must print it again"
            findings.append(Finding(CHECK, f"({element.ai.ai}){shown(element.value)} has a wrong check digit", hint))
    pairs = tuple((e.ai.ai, e.value) for e in message.element_strings)
    if text.startswith("(") and str(Elements(pairs)) != text:  # biip drops what it does not understand
        raise _misformed(text)
    if len({ai for ai, _ in pairs}) < len(pairs):
        findings.append(Finding(FORM, "an application identifier stands twice", "do not use the label"))
    if findings:
        raise Unreadable(*findings)
    return Elements(pairs)


def _agrees(identifier: str, value: str) -> bool:
    return identifier not in CHECKED or int(value[-1]) == check_digit(value[:-1])


def _misformed(text: str) -> Unreadable:
    hint = "application identifier and value, for example 01 and 14 digits; FNC1 ends a value of open length"
    return unreadable(FORM, f"{shown(text)} is no GS1 element string", hint)


def elements_of(pairs: Iterable[tuple[str, str]]) -> Elements:
    """Elements that can be printed and read back equal; raises Unreadable."""
    made = Elements(tuple(pairs))
    for ai, value in made.pairs:
        if not _CHARACTERS.fullmatch(value):
            hint = "letters, digits and ! \" % & ' * + , - . / : ; < = > ? _"
            raise unreadable(FORM, f"({ai}) cannot be {shown(value)}", hint)
    if parse_elements(made.symbol) != made:
        text = f"{shown(str(made))} would not be read as it was written"
        raise unreadable(FORM, text, "check the lengths of the values, and each identifier")
    return made


def batch_elements(gtin: str, lot: str, serial: str, expiry: datetime, coi: str) -> Elements:
    """What the symbol of a dose says: product, expiry (day, and to the minute), lot, serial, pseudonym of the patient.

    expiry: wall time at the zone that the label names. coi stands under (91), company internal information: GS1 has no
    identifier for a pseudonym with letters ((8018) is a number that GS1 assigns). Raises Unreadable.
    """
    first = [(GTIN, gtin), (EXPIRY, f"{expiry:%y%m%d}"), (EXPIRY_HOUR, f"{expiry:%y%m%d%H%M}")]
    return elements_of([*first, (LOT, lot), (SERIAL, serial), (COI, coi)])
