"""The ISBT 128 donation identification number (DIN): which donation a bag of cells comes from.

Thirteen characters: facility (a letter or digit, four digits), year (two digits), serial (six digits). In a symbol two
flag characters follow; 60 to 96 are the checksum plus 60. For people a check character follows, in a box.
Source: ICCBBA ST-001, data structure 001, as read in the JPAC Red Book, annex 2. Product codes and facility tables are
licensed and not shipped.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from axenic.identity.mod37 import ALPHABET, check_value
from axenic.identity.unreadable import CHECK, FORM, shown, unreadable

FLAG_OF_CHECKSUM = 60
_SYMBOL = re.compile(r"=([A-NP-Z1-9][0-9]{12})([0-9]{2})")
_NUMBER = re.compile(r"[A-NP-Z1-9][0-9]{12}")
_TYPED = re.compile(r"([A-NP-Z1-9][0-9]{12})([0-9A-Z*])")


@dataclass(frozen=True, slots=True)
class Din:
    """A donation identification number; `flags` are the two characters that its symbol had ("00" says nothing)."""

    number: str
    flags: str = "00"

    def __post_init__(self) -> None:
        if not _NUMBER.fullmatch(self.number):
            raise _misformed(self.number)

    @property
    def facility(self) -> str:
        """The facility identification number, five characters."""
        return self.number[:5]

    @property
    def year(self) -> str:
        """The last two digits of the year in which the number was assigned."""
        return self.number[5:7]

    @property
    def serial(self) -> str:
        """The number within facility and year, six digits."""
        return self.number[7:]

    @property
    def check(self) -> str:
        """The check character that people read and type."""
        return ALPHABET[check_value(self.number)]

    @property
    def symbol(self) -> str:
        """What its symbol holds: data identifier, number, and the checksum as flags."""
        return f"={self.number}{FLAG_OF_CHECKSUM + check_value(self.number)}"

    def __str__(self) -> str:
        """As people read it: facility, year, serial, check character."""
        return f"{self.facility} {self.year} {self.serial} {self.check}"


def parse_symbol(text: str) -> Din:
    """The number of a scanned symbol; raises Unreadable, also if flags that are a checksum do not agree."""
    match = _SYMBOL.fullmatch(text)
    if match is None:
        raise _misformed(text)
    din, flags = Din(match[1], match[2]), int(match[2])
    if flags > FLAG_OF_CHECKSUM + 36:
        raise unreadable(FORM, f"the flags {match[2]} mean nothing", "flags are 00 to 96; print the label again")
    if flags >= FLAG_OF_CHECKSUM and flags - FLAG_OF_CHECKSUM != check_value(din.number):
        text = f"the flags {match[2]} are not the checksum of {din.number}"
        raise unreadable(CHECK, text, "do not use the label; print it again from the donation's record")
    return din


def parse_typed(text: str) -> Din:
    """The number as a person types it, blanks allowed, always with its check character; raises Unreadable."""
    close = text.replace(" ", "").upper() if len(text) <= 40 and text.isascii() else text
    match = _TYPED.fullmatch(close)
    if match is None:
        if _NUMBER.fullmatch(close):
            raise unreadable(CHECK, "the check character is missing", "type also the character in the box")
        raise _misformed(text)
    din = Din(match[1])
    if match[2] != din.check:
        text = f"{match[2]} is not the check character of {din.number}"
        raise unreadable(CHECK, text, "read the number again, character by character; the last one stands in a box")
    return din


def _misformed(text: str) -> ValueError:
    hint = "13 characters: facility (A-N, P-Z or 1-9, then four digits), year (two digits), serial (six digits)"
    return unreadable(FORM, f"{shown(text)} is no donation identification number", hint)
