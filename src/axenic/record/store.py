"""What a journal asks of a database: rows that are appended under a lock, and a lease for one writer."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import NamedTuple, Protocol

Row = tuple[int, bytes, bytes]  # number, body, leaf
PATIENCE_S = 30  # taking over reads the whole journal under the lock, about 300,000 entries each second


class StoreError(Exception):
    """The database did not do as it was asked; nothing of the transaction is kept."""

    code = "AX0303"


class EarlierForm(StoreError):
    """The journal was written by an earlier form of Axenic."""

    code = "AX0306"


class Lost(StoreError):
    """The database is gone; if it was asked to keep something just then, it may have been kept."""


class About(NamedTuple):
    """What a journal says of itself, and its signed head when it was empty."""

    origin: str
    simulated: bool
    note: str


class State(NamedTuple):
    """The fence of whoever holds the lease, and how many entries there are."""

    fence: int
    size: int


class Store(Protocol):
    """The rows of one journal over one connection; all its methods raise StoreError."""

    def about(self) -> About:
        """What the journal says of itself, unsigned."""

    def rows(self, after: int = 0) -> Iterator[Row]:
        """The entries after a number, in order."""

    def newest_note(self) -> str:
        """The signed head: the note in the last row that has one, or that of the empty journal."""

    def look(self) -> State:
        """Begin to read: all that is read until `undo` is of the same moment."""

    def lock(self) -> State:
        """Begin to write: nobody else appends or takes the lease until `write`, `keep` or `undo`."""

    def extend(self, fence: int | None, size: int, rows: Sequence[Row], note: str) -> bool:
        """All of an append in one transaction, if it finds the fence and the size given; else nothing, and False.

        fence: None for who has no lease.
        """

    def take_lease(self) -> int:
        """Take the lease from whoever holds it, within a lock; the new fence."""

    def write(self, rows: Sequence[Row], note: str) -> None:
        """Append rows, with the signed head in the last of them, and keep them durably."""

    def keep(self) -> None:
        """End what was begun and keep it durably."""

    def undo(self) -> None:
        """End what was begun, if anything was, as if it had not been."""

    def copy_to(self, path: Path) -> None:
        """A consistent copy as an SQLite file, while others go on appending."""

    def close(self) -> None:
        """Leave the database alone."""
