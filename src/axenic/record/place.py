"""Where a journal lies, and the files that belong to it and never lie in it: keys, checkpoint, printed records."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import unquote, urlsplit, urlunsplit

from axenic.record.error import JournalError

KEYS = "AXENIC_KEYS"  # the folder of the key and checkpoint files of journals in PostgreSQL
_SCHEMES = ("postgresql://", "postgres://")


@dataclass(frozen=True, slots=True)
class Place:
    """A journal's place: a file, or a database of PostgreSQL by its URL; `folder / name` is what its files go by."""

    folder: Path
    name: str
    url: str = ""

    @classmethod
    def of(cls, where: str | Path | Place) -> Place:
        """From a path or a URL; raises JournalError if the URL names no database."""
        if isinstance(where, Place):
            return where
        if isinstance(where, Path) or not is_url(where):
            path = Path(where)
            return cls(path.parent, path.name)
        database = unquote(urlsplit(where).path.strip("/"))
        if not database or "/" in database:
            hint = "write postgresql://user@host/database"
            raise JournalError("AX0303", "the URL does not name a database", hint, shown(where))
        return cls(Path(os.environ.get(KEYS) or f"{database}.keys"), database, where)

    def __str__(self) -> str:
        """For people: the path, or the URL without its password."""
        return shown(self.url) if self.url else str(self.path)

    @property
    def path(self) -> Path:
        """The database file, or what the files beside a database of PostgreSQL are named after."""
        return self.folder / self.name

    @property
    def stem(self) -> str:
        """The journal's name without an ending."""
        return self.name if self.url else self.path.stem

    @property
    def key(self) -> Path:
        """The private key: beside the journal, never in it and never in its backup."""
        return self.beside(".key")

    @property
    def vkey(self) -> Path:
        """The public key."""
        return self.beside(".vkey")

    @property
    def checkpoint(self) -> Path:
        """The newest signed checkpoint outside the database."""
        return self.beside(".checkpoint")

    def beside(self, ending: str) -> Path:
        """A file of the journal by its ending."""
        return self.folder / (self.name + ending)


def is_url(where: str) -> bool:
    """Whether a text names a database of PostgreSQL, not a file."""
    return where.startswith(_SCHEMES)


def shown(where: str | Path) -> str:
    """A path or URL as it may be shown to anybody: without a password and the settings after `?`."""
    if isinstance(where, Path) or not is_url(where):
        return str(where)
    parts = urlsplit(where)
    who, at, host = parts.netloc.rpartition("@")
    return urlunsplit((parts.scheme, who.partition(":")[0] + at + host, parts.path, "", ""))
