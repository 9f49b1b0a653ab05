"""The legs of a batch's way: collected, shipped, received, with place, containers and how cold it was meanwhile."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from axenic.quality.raised import MAJOR, Raised
from axenic.quality.temperature_log import shipped_conditions
from axenic.record.entry import Act, Entry

COLLECT, SHIP, RECEIVE = "custody collect", "custody ship", "custody receive"
OUT_OF_RANGE, UNKNOWN = "temperature out of range", "temperature not known"


@dataclass(frozen=True, slots=True)
class Leg:
    """One act of custody. things: addresses of containers. log: the summary of the logger's file, empty for none."""

    command: str
    batch: str
    at: int
    ahead_min: int
    place: str
    things: tuple[str, ...]
    condition: str
    logger: str
    log: dict[str, Any]
    seq: int


class Legs:
    """Every leg of every batch."""

    def __init__(self) -> None:
        self._legs: dict[str, list[Leg]] = {}
        self._raised: list[Raised] = []

    def of(self, batch: str) -> list[Leg]:
        """The legs of a batch, in order."""
        return list(self._legs.get(batch, ()))

    def all(self) -> list[Leg]:
        """Every leg."""
        return [leg for legs in self._legs.values() for leg in legs]

    def exceptions(self) -> list[Raised]:
        """Temperatures out of their range, and transports of which none is known."""
        return list(self._raised)

    def take(self, entry: Entry) -> None:
        """Fold an act of custody."""
        act = entry.thing
        if not isinstance(act, Act) or act.refused or act.command not in (COLLECT, SHIP, RECEIVE):
            return
        new = act.new
        words = {name: new[name] for name in ("place", "condition", "logger")}
        log, things = dict(new["log"]), tuple(new["things"])
        leg = Leg(act.command, act.batch, act.at, new["ahead min"], things=things, log=log, seq=entry.seq, **words)
        self._legs.setdefault(act.batch, []).append(leg)
        self._raised += [Raised(leg.batch, kind, MAJOR, text, leg.seq, leg.at) for kind, text in _faults(leg)]


def _faults(leg: Leg) -> Iterator[tuple[str, str]]:
    if not leg.log:
        if leg.command == RECEIVE:
            yield UNKNOWN, f"received at {leg.place} without a log of the temperature"
        return
    log, condition = leg.log, shipped_conditions().get(leg.condition)
    if log["outside"]:
        span = f"{log['coldest']} to {log['warmest']} degC"
        yield OUT_OF_RANGE, f"{log['outside']} of {log['readings']} readings are not {leg.condition}: {span}"
    if condition is not None and log["gap min"] * 60_000 > condition.gap:
        yield UNKNOWN, f"no reading for {log['gap min']} min on the way to {leg.place}"
