"""The Single European Code (SEC) of tissues and cells: donation and product, 40 characters for people to read.

Source: Directive (EU) 2015/565, annex VII. It has no check character, so it is scanned or compared, never typed.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date

from axenic.identity.unreadable import FORM, Unreadable, shown, unreadable
from axenic.notation.finding import Finding

SYSTEMS = {"E": "EUTC", "A": "ISBT 128", "B": "Eurocode"}
NO_EXPIRY = "00000000"  # what the directive writes for cells whose expiry date is not defined (grade C)
_PLAIN = re.compile(r"[0-9A-Z]+")


@dataclass(frozen=True, slots=True)
class Sec:
    """A Single European Code in its parts; `expiry` is None where the code says that none is defined."""

    country: str
    establishment: str
    donation: str
    system: str
    product: str
    split: str
    expiry: date | None

    def __str__(self) -> str:
        day = f"{self.expiry:%Y%m%d}" if self.expiry else NO_EXPIRY
        first = f"{self.country}{self.establishment}{self.donation}"
        return f"SEC {first} {self.system}{self.product}{self.split}{day}"


def parse_sec(text: str) -> Sec:
    """The parts of a code as it is printed, in one line or two; raises Unreadable with every reason."""
    words = re.split(r" |\r?\n", text) if len(text) <= 80 else []
    if len(words) != 3 or words[0] != "SEC":
        hint = "SEC, donation part, product part, with one blank or one new line between"
        raise unreadable(FORM, f"{shown(text)} is no Single European Code", hint)
    donation, product = words[1], words[2]
    findings = [*_donation(donation), *_product(product)]
    if findings:
        raise Unreadable(*findings)
    day = None if product[11:] == NO_EXPIRY else _day(product[11:])
    return Sec(donation[:2], donation[2:8], donation[8:], product[0], product[1:8], product[8:11], day)


def _donation(text: str) -> list[Finding]:
    if len(text) != 21 or not _PLAIN.fullmatch(text):
        hint = "country (2 letters), tissue establishment (6), donation number (13): digits and capital letters"
        return [Finding(FORM, f"the donation part {shown(text)} has {len(text)} characters, not 21 plain ones", hint)]
    if not text[:2].isalpha():
        return [Finding(FORM, f"{text[:2]} is no country", "the donation part begins with an ISO 3166 country code")]
    return []


def _product(text: str) -> list[Finding]:
    if len(text) != 19 or not _PLAIN.fullmatch(text):
        hint = "system (1 letter), product (7), split (3), expiry (8 digits): digits and capital letters"
        return [Finding(FORM, f"the product part {shown(text)} has {len(text)} characters, not 19 plain ones", hint)]
    found = []
    if text[0] not in SYSTEMS:
        known = ", ".join(f"{letter} {name}" for letter, name in SYSTEMS.items())
        found.append(Finding(FORM, f"{text[0]} is no product coding system", f"known: {known}"))
    if text[11:] != NO_EXPIRY and _day(text[11:]) is None:
        found.append(Finding(FORM, f"{text[11:]} is no day", "the code ends with the expiry date as YYYYMMDD"))
    return found


def _day(text: str) -> date | None:
    try:
        return date(int(text[:4]), int(text[4:6]), int(text[6:]))
    except ValueError:
        return None
