"""The judgement on a batch: what the rules and registers of quality say of it at one head of its journal, signed.

It is made of the whole journal, of which a bundle holds a part: a rule may look at equipment, at the site or at other
batches. So it is carried along as the word of the journal's holder, like the statement, and anybody who holds the
export of the whole journal can make it again. What quality says is plain data here; `{}` if nobody asked it.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from axenic.record.entry import canonical
from axenic.record.keys import signed_by
from axenic.record.note import Verifier, opened

_FIRST = "axenic batch judgement 1"


@dataclass(frozen=True, slots=True)
class Judgement:
    """What is said of a batch, looking at the first `size` entries of the journal `origin`."""

    origin: str
    batch: str
    size: int
    said: dict[str, Any]

    def text(self) -> str:
        """The five lines that are signed."""
        return f"{_FIRST}\n{self.origin}\n{self.batch}\n{self.size}\n{canonical(self.said).decode()}\n"


def parse_judgement(text: str) -> Judgement:
    """The judgement of a note's text; raises ValueError if it is not exactly what would be written."""
    lines = text.split("\n")
    if len(lines) != 6 or lines[0] != _FIRST or not lines[3].isdecimal():
        raise ValueError("not a judgement on a batch")
    said = json.loads(lines[4])
    if not isinstance(said, dict):
        raise ValueError("not a judgement on a batch")
    found = Judgement(lines[1], lines[2], int(lines[3]), said)
    if found.text() != text:
        raise ValueError("the judgement is not as it would be written")
    return found


def open_judgement(note: str, keys: Sequence[Verifier]) -> Judgement:
    """The judgement of a signed note; raises ValueError if none of the keys signed it."""
    return parse_judgement(signed_by(keys, note))


def said_in(note: str) -> dict[str, Any]:
    """What a note says, for print, unchecked: `{}` if there is none; raises ValueError."""
    return parse_judgement(opened(note)[0]).said if note else {}
