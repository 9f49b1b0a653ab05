"""The private key of a journal: which of the files beside it holds the key whose turn it is."""

from __future__ import annotations

from pathlib import Path

from axenic.record.keys import Keys
from axenic.record.note import Signer
from axenic.record.place import Place

NEXT = ".key.next"  # the private key that is to follow, until its act is kept


def key_file(place: Place, keys: Keys, size: int) -> Path | None:
    """The file of the key that may sign a head of that size; None if it is not at hand. Raises OSError."""
    for ending in (NEXT, ".key"):
        path = place.beside(ending)
        if path.exists() and Signer(keys.first.name, path.read_bytes()).verifier in keys.at(size):
            return path
    return None
