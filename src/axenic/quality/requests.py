"""What persons ask of the core: acts that become facts when the engine takes them, each once.

An act is what somebody did; the core takes facts. The engine makes the fact, at its own time, and names the act's entry
in it, so that after a crash it is known which acts were taken.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Any

from axenic.control.codec import fact_from
from axenic.control.facts import Fact
from axenic.record.entry import Act, Entry

FACT = "fact"
_ENTRY = re.compile(r"\(entry (\d+)\)$")
_SAYS = ("actor", "evidence", "reason")  # the fields of facts that can name an entry, the first there is


def asked(fact: str, **data: Any) -> dict[str, Any]:
    """What a command puts on record so that the engine gives the core a fact of that class."""
    return {"type": fact, "data": data}


def requests(entries: Iterable[Entry], now: int) -> list[Fact]:
    """The facts that acts ask for and that were not taken yet, in the order of the acts, at `now`."""
    acts: dict[int, Act] = {}
    for entry in entries:
        if isinstance(entry.thing, Act) and not entry.thing.refused and FACT in entry.thing.new:
            acts[entry.seq] = entry.thing
        elif entry.stream == "fact" and (found := _ENTRY.search(_said(entry.thing))):
            acts.pop(int(found[1]), None)
    return [_fact(seq, act, now) for seq, act in acts.items()]


def _fact(seq: int, act: Act, now: int) -> Fact:
    said = act.new[FACT]
    data = dict(said["data"])
    if "reason" in data:
        data["reason"] = act.reason
    name = next(name for name in _SAYS if name in data)
    return fact_from(said["type"], now, data | {name: f"{data[name]} (entry {seq})"})


def named(fact: Fact) -> int:
    """The entry of the act that a fact was made from; 0 if it was made from none."""
    found = _ENTRY.search(_said(fact))
    return int(found[1]) if found else 0


def _said(fact: Any) -> str:
    return next((str(getattr(fact, name)) for name in _SAYS if hasattr(fact, name)), "")
