"""The statement on a batch: how many entries of a journal touch it, and which, signed with the journal's key.

A Merkle proof shows that an entry is in the journal; it cannot show that nothing else in there touches the batch. For
that somebody must have read the whole journal. The statement is the word of the journal's holder on it: signed, so that
a copy with an entry left out is found, and checked by anybody who holds the export of the whole journal.
"""

from __future__ import annotations

import base64
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from axenic.record.key_file import key_file
from axenic.record.keys import Keys, signed_by
from axenic.record.note import Signer, Verifier, strict_base64
from axenic.record.place import Place
from axenic.record.reading import Reading

_FIRST = "axenic batch statement 1"


@dataclass(frozen=True, slots=True)
class Statement:
    """Of the first `size` entries of the journal `origin`, `count` touch the batch; `digest` is their Merkle root."""

    origin: str
    batch: str
    size: int
    count: int
    digest: bytes

    def text(self) -> str:
        """The six lines that are signed; raises ValueError if a name would break a line."""
        digest = base64.b64encode(self.digest).decode()
        lines = (_FIRST, self.origin, self.batch, str(self.size), str(self.count), digest)
        if any(set(line) & set("\r\n") or not line for line in lines):
            raise ValueError("a name of a statement is empty or has a line break in it")
        return "\n".join(lines) + "\n"


def parse_statement(text: str) -> Statement:
    """The statement of a note's text; raises ValueError if it is not exactly what would be written."""
    lines = text.split("\n")
    if len(lines) != 7 or lines[0] != _FIRST or not (lines[3].isdigit() and lines[4].isdigit()):
        raise ValueError("not a statement on a batch")
    found = Statement(lines[1], lines[2], int(lines[3]), int(lines[4]), strict_base64(lines[5]))
    if found.text() != text:
        raise ValueError("the statement is not as it would be written")
    return found


def open_statement(note: str, keys: Sequence[Verifier]) -> Statement:
    """The statement of a signed note; raises ValueError if none of the keys signed it."""
    return parse_statement(signed_by(keys, note))


def private_key(journal: str | Path | Place, reading: Reading) -> bytes | None:
    """The key that may sign for a journal as it was read; None where it is not at hand. Raises OSError."""
    keys = Keys.begun(reading.head.vkey).following(reading.entries)
    path = key_file(Place.of(journal), keys, reading.head.size)
    return path.read_bytes() if path is not None else None


def signer_of(journal: str | Path | Place, reading: Reading) -> Signer | None:
    """The signer of a journal, or None where its key is not at hand: a reader can copy, but not state."""
    try:
        private = private_key(journal, reading)
    except OSError:
        private = None
    return Signer(reading.head.origin, private) if private is not None else None
