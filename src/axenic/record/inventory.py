"""What a batch used: its materials with their ways and cycles, its equipment, and the persons that did something."""

from __future__ import annotations

from collections.abc import Sequence

from axenic.control.orders import JudgeCycle, MoveItem, RunPhase
from axenic.record.entry import Act, Entry
from axenic.record.row import Row


def materials_of(moves: Sequence[Entry], cycles: Sequence[Entry]) -> list[Row]:
    """Each item by its moves: the way it took, who carried it, the cycles it was in."""
    taken: dict[str, list[Entry]] = {}
    for entry in moves:
        taken.setdefault(_move(entry).item, []).append(entry)
    rows = []
    for item, entries in taken.items():
        way = [_move(entries[0]).origin, *(_move(e).target for e in entries)]
        row = {"item": item.partition(":")[2] or item, "way": " → ".join(way), "entries": [e.seq for e in entries]}
        row["by"] = ", ".join(dict.fromkeys(_move(e).mover for e in entries))
        rows.append(row | {"cycles": _cycles(item, cycles)})
    return rows


def _cycles(item: str, cycles: Sequence[Entry]) -> str:
    judged = (e.thing for e in cycles)
    own = [j for j in judged if isinstance(j, JudgeCycle) and j.item == item]
    return ", ".join(f"{j.cycle} {j.verdict}" for j in own)


def equipment_of(phases: Sequence[Entry]) -> list[Row]:
    """Each unit that did something for the batch: how many phases, and the first and last entry of them."""
    used: dict[str, list[Entry]] = {}
    for entry in phases:
        if isinstance(entry.thing, RunPhase):
            used.setdefault(entry.thing.unit, []).append(entry)
    return [
        {
            "unit": unit,
            "phases": len(found),
            "did": ", ".join(dict.fromkeys(_phase(e).phase for e in found)),
            "first": found[0].seq,
            "last": found[-1].seq,
        }
        for unit, found in used.items()
    ]


def persons_of(phases: Sequence[Entry], acts: Sequence[Entry]) -> list[Row]:
    """Each person: phases done with their hands, acts done through a command, in which roles."""
    did: dict[str, list[int]] = {}
    roles: dict[str, dict[str, None]] = {}
    for entry in phases:
        for name in _phase(entry).persons if isinstance(entry.thing, RunPhase) else ():
            did.setdefault(name, [0, 0])[0] += 1
    for entry in acts:
        act = entry.thing
        actor = getattr(act, "actor", "")
        if actor:
            did.setdefault(actor, [0, 0])[1] += 1
        if actor and isinstance(act, Act) and act.role:
            roles.setdefault(actor, {})[act.role] = None
    return [
        {"person": name, "roles": ", ".join(roles.get(name, {})), "phases": counts[0], "acts": counts[1]}
        for name, counts in did.items()
    ]


def _move(entry: Entry) -> MoveItem:
    assert isinstance(entry.thing, MoveItem)
    return entry.thing


def _phase(entry: Entry) -> RunPhase:
    assert isinstance(entry.thing, RunPhase)
    return entry.thing
