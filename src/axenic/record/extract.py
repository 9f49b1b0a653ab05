"""The extract: every entry of a journal that touches one batch, by one rule that anybody can run again.

Taken are the master documents and the acts on the journal's keys; what names the batch; what answers, stops or concerns
an order to its equipment; the cycles and changeovers its permits rest on, with their answers; holds of its units; and
what befell the whole site (an alarm, a sample of the environment, a jump of the clock) while it was in process. Another
batch can be named in it where both rest on the same cycle; its patient's code never does.
"""

from __future__ import annotations

from collections.abc import Sequence

from axenic.control.facts import ClockJumped, EnvironmentMeasured, ZoneAlarmed, ZoneRestored
from axenic.control.orders import (
    HoldUnit,
    JudgeCycle,
    MoveItem,
    PermitPassage,
    RaiseException,
    RunPhase,
    StopPhase,
    UnholdUnit,
)
from axenic.record.entry import Act, Document, Entry, Thing
from axenic.record.keys import is_on_keys

_ANSWERED = (RunPhase, MoveItem)
_SITE = (ClockJumped, EnvironmentMeasured, ZoneAlarmed, ZoneRestored)


class _Batch:
    """What is known of a batch before its entries are picked: its orders, evidence, units and life."""

    def __init__(self, name: str, entries: Sequence[Entry]) -> None:
        self.name = name
        own = [e.thing for e in entries if _names(e.thing, name)]
        self.begun = min((t.at for t in own), default=0)
        self.ended = max((t.at for t in own), default=-1)
        self.cited = {e for t in own if isinstance(t, PermitPassage) for e in t.evidence}
        self.units = {t.unit for t in own if isinstance(t, RunPhase)}
        taken = (e.thing for e in entries if _names(e.thing, name) or self._rests_on(e.thing))
        self.orders = {t.number for t in taken if isinstance(t, _ANSWERED)}

    def _rests_on(self, thing: Thing) -> bool:
        if isinstance(thing, RunPhase):
            return thing.run in self.cited
        return isinstance(thing, JudgeCycle) and thing.cycle in self.cited

    def touches(self, thing: Thing) -> bool:
        """Whether the thing belongs into the record of the batch."""
        if isinstance(thing, Document) or on_keys(thing) or _names(thing, self.name) or self._rests_on(thing):
            return True
        if isinstance(thing, StopPhase):
            return thing.stops in self.orders
        if isinstance(thing, RaiseException):
            return thing.concerns in self.orders
        if isinstance(thing, HoldUnit | UnholdUnit):
            return thing.unit in self.units and self._alive(thing.at)
        if isinstance(thing, EnvironmentMeasured):
            return self._alive(thing.at) or self._alive(thing.sampled)
        if isinstance(thing, _SITE):
            return self._alive(thing.at)
        return getattr(thing, "order", None) in self.orders

    def _alive(self, moment: int) -> bool:
        return self.begun <= moment <= self.ended


def on_keys(thing: Thing) -> bool:
    """Whether a thing changes the keys of the journal."""
    return isinstance(thing, Act) and is_on_keys(thing)


def _names(thing: Thing, batch: str) -> bool:
    return getattr(thing, "batch", "") == batch


def batches_of(entries: Sequence[Entry]) -> list[str]:
    """The batches that a journal names, in the order in which it names them first."""
    return [b for b in dict.fromkeys(getattr(e.thing, "batch", "") for e in entries) if b]


def extract(entries: Sequence[Entry], batch: str) -> list[Entry]:
    """The entries that touch a batch, in the order of the journal; raises KeyError if nothing names it."""
    if not batch or not any(_names(e.thing, batch) for e in entries):
        raise KeyError(batch)
    known = _Batch(batch, entries)
    return [e for e in entries if known.touches(e.thing)]


def passages_left_out(entries: Sequence[Entry], batch: str) -> str:
    """The first permit before which another of the batch must have been given that is not there; empty if none.

    The core names a permit after how many passages the batch has made with it, so that a passage which was left out
    leaves a gap, whoever signed the copy.
    """
    made, start = 0, f"{batch}/passage-"
    for entry in entries:
        thing = entry.thing
        if not isinstance(thing, PermitPassage) or thing.batch != batch or not thing.passage.startswith(start):
            continue
        made += thing.count
        if thing.passage != f"{start}{made}":
            return thing.passage
    return ""
