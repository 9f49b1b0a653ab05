"""The fingerprint of a file: what goes on record of it."""

from __future__ import annotations

import errno
import hashlib
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Fingerprint:
    """Where a file lies, its size in bytes and its SHA-256."""

    path: str
    size: int
    digest: str

    def to_data(self) -> dict[str, str | int]:
        """As it goes on record."""
        return {"path": self.path, "size": self.size, "digest": self.digest}


def fingerprint(path: str) -> Fingerprint:
    """The fingerprint of a file; raises OSError."""
    place = Path(path).resolve()
    if place.exists() and not place.is_file():  # a device or a pipe would be read for ever
        raise OSError(errno.EINVAL, "it is no file")
    with place.open("rb") as file:
        digest = hashlib.file_digest(file, "sha256").hexdigest()
        return Fingerprint(str(place), file.tell(), digest)


def unreadable(path: str, option: str = "--file") -> list[str]:
    """Why a file cannot be put on record."""
    if not path:
        return [f"name the file ({option})"]
    try:
        print_ = fingerprint(path)
    except (OSError, ValueError) as error:
        return [f"{path} cannot be read: {error}"]
    return [] if print_.size else [f"{path} is empty"]
