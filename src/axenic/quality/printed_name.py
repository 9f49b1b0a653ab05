"""The name of a person as it is printed beside signatures: nobody else's looks like it (11.100(a), 11.300(a))."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Iterator
from functools import cache

from axenic.notation.sheet import Sheet
from axenic.quality.sheets import shipped_sheet

_LONGEST = 100  # characters
_HIDDEN = ("Cc", "Cf", "Co", "Cs", "Cn", "Zl", "Zp")  # Unicode: control, format, private, unassigned, separators


class LookAlike(Sheet):
    """Letters that a reader takes for another one."""

    like: str
    letters: str


class LookAlikes(Sheet):
    """The table; `together`: writing systems that one name may hold, by the first word of their letters' names."""

    lookalikes: str
    version: int
    source: str
    list: tuple[LookAlike, ...]
    together: tuple[tuple[str, ...], ...]


@cache
def shipped_lookalikes() -> LookAlikes:
    """The table shipped with the package; raises ValueError if it cannot be read."""
    return shipped_sheet(LookAlikes, "look-alikes.yaml")


def misprinted(name: str, others: Iterable[str]) -> list[str]:
    """Why a name cannot be printed beside a signature, or would be taken for one of the others there."""
    if not name:
        return ["a printed name is needed"]
    if len(name) > _LONGEST:
        return [f"a printed name has at most {_LONGEST} characters"]
    if any(unicodedata.category(c) in _HIDDEN for c in name):
        return ["a printed name has no control characters and none that nobody sees"]
    scripts = _scripts(name)
    if len(scripts) > 1 and not any(scripts <= set(some) for some in shipped_lookalikes().together):
        return [f"a printed name is written in one script, and this mixes {' and '.join(sorted(scripts))}"]
    return [
        f"the name looks like that of another account, {other!r}: add what tells them apart, such as an initial"
        for other in others
        if _looks(other) & _looks(name)
    ]


def _scripts(name: str) -> set[str]:
    letters = (c for c in unicodedata.normalize("NFKC", name) if unicodedata.category(c) in ("Ll", "Lu", "Lt", "Lo"))
    return {unicodedata.name(c, "UNKNOWN").partition(" ")[0] for c in letters}


def _looks(name: str) -> set[str]:
    """What a reader may see in a name: as it is spelt, and with the letters that its own are taken for."""
    return {" ".join(text.casefold().split()) for text in _read(unicodedata.normalize("NFKD", name))}


def _read(name: str) -> Iterator[str]:
    yield name
    yield name.translate(_as_seen())


@cache
def _as_seen() -> dict[int, str]:
    return {ord(letter): row.like for row in shipped_lookalikes().list for letter in row.letters}
