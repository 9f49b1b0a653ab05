"""The check character of ISO 7064 Mod 37-2: it tells every wrong character and every swap of two neighbours."""

from __future__ import annotations

from axenic.identity.unreadable import FORM, shown, unreadable

ALPHABET = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ*"
_VALUE = {character: value for value, character in enumerate(ALPHABET)}


def check_value(text: str) -> int:
    """The checksum, 0 to 36, of digits and capital letters.

    Source: JPAC Red Book, annex 2: weights 2^n by the position n from the right, c = (38 - sum mod 37) mod 37.
    Raises Unreadable for any other character; `*` is a check character, never part of a text.
    """
    total = 0
    for character in text:
        if character == "*" or character not in _VALUE:
            text = f"{shown(character)} is neither a digit nor a capital letter A to Z"
            raise unreadable(FORM, text, "scan the code instead of typing it")
        total = (total + _VALUE[character]) * 2
    return (38 - total % 37) % 37


def check_character(text: str) -> str:
    """The checksum as a character: 0-9, A-Z, or `*` for 36."""
    return ALPHABET[check_value(text)]
