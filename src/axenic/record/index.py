"""The index of a batch record: every entry it stands on, in a few words each."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime

from axenic.control.orders import MoveItem, RunPhase
from axenic.record.entry import Act, Document, Entry, Thing, body_of
from axenic.record.merkle import leaf_hash
from axenic.record.row import Row

_LEAF = 12  # digits of a leaf hash that are printed
_TOLD = ("item", "passage", "cycle", "verdict", "way", "kind", "outcome", "zone", "unit", "reason")


def index_of(entries: Sequence[Entry], simulated: bool) -> list[Row]:
    """A row for each entry: number, time, type, what, and the first digits of its leaf hash."""
    orders = {e.thing.number: e.seq for e in entries if isinstance(e.thing, RunPhase | MoveItem)}
    return [
        {
            "entry": e.seq,
            "at": _time(e.thing.at),
            "type": type(e.thing).__name__,
            "what": _gist(e.thing, orders),
            "leaf": leaf_hash(body_of(e.seq, e.thing, simulated)).hex()[:_LEAF],
        }
        for e in entries
    ]


def _time(moment: int) -> str:
    return (
        datetime.fromtimestamp(moment // 1000, UTC).strftime("%Y-%m-%d %H:%M:%S") if moment else "\N{FIGURE SPACE}" * 19
    )


def _gist(thing: Thing, orders: dict[int, int]) -> str:
    if isinstance(thing, Document):
        return f"{thing.kind} {thing.name}"
    if isinstance(thing, Act):
        return f"{thing.command}{', refused' if thing.refused else ''}"
    if isinstance(thing, RunPhase):
        return f"{thing.phase} on {thing.unit}, {thing.run}"
    if isinstance(thing, MoveItem):
        return f"{thing.item} to {thing.target}"
    answered = orders.get(getattr(thing, "order", 0))
    if answered:
        return f"answers #{answered}"
    return ", ".join(str(getattr(thing, name)) for name in _TOLD if getattr(thing, name, ""))
