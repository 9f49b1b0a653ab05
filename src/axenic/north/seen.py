"""One value as the north sees it: what it is, since when, and what it means."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import NamedTuple


class Moment(int):
    """A time, milliseconds since 1970, UTC."""


Type = type[bool] | type[int] | type[float] | type[str] | type[Moment]


class Path(NamedTuple):
    """Where a value stands: its group, the thing in it ("" for the group itself), its name."""

    group: str
    thing: str
    name: str


@dataclass(frozen=True, slots=True)
class Seen:
    """`value`: None if there is none now. at: since when, in the plant's time (milliseconds since 1970)."""

    value: bool | int | float | str | None
    at: int


class ValueKind(NamedTuple):
    """Of what kind a value is, and what it says."""

    kind: Type
    text: str


Changes = Mapping[Path, Seen]
