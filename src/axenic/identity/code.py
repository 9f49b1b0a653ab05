"""The chain-of-identity code (COI): the pseudonym that ties a patient to their cells from collection to infusion.

It is made once, before collection, from chance that the caller gives, and says nothing about the patient. Its letters
leave out what is read wrongly (0 and O, 1 and I and L, and U, which looks like V). It is written
COI-2345-6789-ABCD-EFGH-C, the last one being the check character (ISO 7064 Mod 37-2 over the sixteen).
"""

from __future__ import annotations

import hashlib
import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass

from axenic.identity.mod37 import check_character
from axenic.identity.unreadable import CHECK, FORM, PERSONAL, Unreadable, shown, unreadable
from axenic.notation.finding import Finding

LETTERS = "23456789ABCDEFGHJKMNPQRSTVWXYZ"
LENGTH = 16
LEAST_CHANCE = 16  # bytes
SHARED = 4  # characters in a row that a code must not have in common with anything of the patient
MOST_OF_PATIENT = 2000  # letters and digits of all fields together; of so many a code is free at one of few tries
TRIES = 1000
_PREFIX = "COI"
_FORM = re.compile(rf"COI-?((?:[{LETTERS}]{{4}}-?){{4}})([{LETTERS}])")
# Decomposition leaves these as they are; passports write them so (ICAO 9303)
_LATIN = {"ß": "SS", "ẞ": "SS", "Æ": "AE", "Ø": "OE", "Œ": "OE", "Ł": "L", "Đ": "D", "Ð": "D", "Þ": "TH", "ı": "I"}


@dataclass(frozen=True, slots=True)
class Coi:
    """A chain-of-identity code; `body` are its sixteen characters without prefix, dashes and check character."""

    body: str

    def __post_init__(self) -> None:
        if len(self.body) != LENGTH or not set(self.body) <= set(LETTERS):
            raise _misformed(self.body)

    @property
    def check(self) -> str:
        """The check character."""
        return check_character(self.body)

    def __str__(self) -> str:
        groups = (self.body[n : n + 4] for n in range(0, LENGTH, 4))
        return "-".join((_PREFIX, *groups, self.check))


def parse_coi(text: str) -> Coi:
    """The code, with or without dashes, small letters allowed; raises Unreadable."""
    close = text.strip(" ").upper() if len(text) <= 60 and text.isascii() else text
    match = _FORM.fullmatch(close)
    if match is None:
        raise _misformed(text)
    code = Coi(match[1].replace("-", ""))
    if code.check != match[2]:
        text = f"{match[2]} is not the check character of {shown(match[1].strip('-'))}"
        raise unreadable(CHECK, text, "read the code again, character by character, or scan it")
    return code


def new_coi(chance: bytes, patient: Mapping[str, str] | None = None) -> Coi:
    """The code of some random bytes, such that it shares nothing with the patient's fields.

    chance: at least 16 bytes that nobody can foretell. patient: fields by their name, to be kept out of the code.
    Raises Unreadable if there is too little chance, or if the fields leave no code (texts of unreasonable length).
    """
    if len(chance) < LEAST_CHANCE:
        text = f"{len(chance)} bytes of chance are too few"
        raise unreadable(FORM, text, f"give at least {LEAST_CHANCE} bytes")
    known = [plain(value) for value in (patient or {}).values()]
    if sum(map(len, known)) > MOST_OF_PATIENT:
        text = f"the patient's fields have more than {MOST_OF_PATIENT} characters"
        raise unreadable(PERSONAL, text, "give names, numbers and dates, not whole texts")
    for attempt in range(TRIES):
        drawn = hashlib.shake_256(chance + attempt.to_bytes(4, "big")).digest(8 * LENGTH)
        code = Coi("".join(_letter(drawn[8 * n : 8 * n + 8]) for n in range(LENGTH)))
        if code.check in LETTERS and not any(shares(plain(str(code)), text) for text in known):
            return code
    raise unreadable(PERSONAL, "no code is free of the patient's fields", "give names and dates, not whole texts")


def _misformed(text: str) -> Unreadable:
    hint = "COI, sixteen characters and a check character; there is no 0, 1, I, L, O or U in it"
    return unreadable(FORM, f"{shown(text)} is no chain-of-identity code", hint)


def _letter(drawn: bytes) -> str:
    # of 64 bits the remainder of a division by 30 is even to one part in 10^18
    return LETTERS[int.from_bytes(drawn, "big") % len(LETTERS)]


def plain(text: str) -> str:
    """A text as codes are compared with it: capital letters and digits only, without accents."""
    latin = "".join(_LATIN.get(c, c) for c in text.upper())
    return "".join(c for c in unicodedata.normalize("NFKD", latin) if c.isascii() and c.isalnum()).upper()


def shares(one: str, other: str, least: int = SHARED) -> bool:
    """Whether two plain texts have `least` characters in a row in common."""
    return any(one[n : n + least] in other for n in range(len(one) - least + 1))


def check_pseudonym(code: str, patient: Mapping[str, str]) -> list[Finding]:
    """What a code gives away of a patient; the findings name the field, never what stands in it."""
    bare = plain(code)
    hint = "make a new code before anything is collected under this one"
    return [
        Finding(PERSONAL, f"the code has {SHARED} or more characters in a row in common with the field {name!r}", hint)
        for name, value in sorted(patient.items())
        if shares(bare, plain(value))
    ]
