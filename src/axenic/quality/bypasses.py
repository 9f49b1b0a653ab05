"""Bypasses of interlocks: permitted by two persons for a time; every batch in process then carries an exception."""

from __future__ import annotations

from dataclasses import dataclass

from axenic.quality.batches import Batches
from axenic.quality.raised import CRITICAL, Raised
from axenic.record.entry import Act, Entry

PERMIT, FORCE, END = "bypass permit", "bypass force", "bypass end"


def bypass_object(interlock: str, place: str) -> str:
    """An interlock at a place as an object of acts."""
    return f"bypass {interlock} at {place}"


@dataclass(slots=True)
class Bypass:
    """One permit: for which interlock at which place, from when until when (ms UTC), by whom, why."""

    object: str
    begins: int
    until: int
    by: str
    second: str
    reason: str
    seq: int
    forced: int = 0


class Bypasses:
    """Every permit that was given."""

    def __init__(self, batches: Batches) -> None:
        self._batches = batches
        self._permits: list[Bypass] = []

    def permit(self, interlock: str, place: str, at: int) -> Bypass | None:
        """The permit that holds at a time."""
        name = bypass_object(interlock, place)
        return next((p for p in self._permits if p.object == name and p.begins <= at < p.until), None)

    def all(self) -> list[Bypass]:
        """Every permit, in order."""
        return list(self._permits)

    def exceptions(self) -> list[Raised]:
        """One for each batch that was in process while a permit held, whether it was used or not."""
        found = []
        for permit in self._permits:
            text = f"{permit.object}, permitted to {permit.by} by {permit.second}: {permit.reason}"
            for batch in self._batches.all():
                if batch.ordered < permit.until and (not batch.closed or batch.closed > permit.begins):
                    raised = Raised(batch.batch, "interlock bypass", CRITICAL, text, permit.seq, permit.begins)
                    found.append(raised)
        return found

    def take(self, entry: Entry) -> None:
        """Fold an act on a bypass."""
        act = entry.thing
        if not isinstance(act, Act) or act.refused or not act.object.startswith("bypass "):
            return
        if act.command == PERMIT:
            second = act.new["second"]["user"]
            self._permits.append(Bypass(act.object, act.at, act.new["until"], act.actor, second, act.reason, entry.seq))
            return
        holding = [p for p in self._permits if p.object == act.object and p.begins <= act.at < p.until]
        for permit in holding:
            if act.command == END:
                permit.until = act.at
            elif act.command == FORCE:
                permit.forced += 1
