"""The exhaustive check: every reachable state of a machine, every invariant, every single weakening caught.

Breadth first, so that a counter-example is a shortest one. The machine explored is the one that runs live.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Hashable
from dataclasses import dataclass
from typing import TypeVar

from axenic.asepsis.machine import Machine

State = TypeVar("State", bound=Hashable)


@dataclass(frozen=True, slots=True)
class Explored:
    """What an exploration found; `trace` is the shortest way to the first broken invariant, event by event."""

    machine: str
    states: int
    transitions: int
    violated: tuple[str, ...]
    trace: tuple[str, ...]


def explore(machine: Machine[State]) -> Explored:
    """Walk every reachable state; stop at the first broken invariant, else check that a safe state stays in reach."""
    seen: dict[State, tuple[State, str] | None] = {machine.start: None}
    before: dict[State, list[State]] = {}
    waiting = deque([machine.start])
    transitions = 0
    table = [
        (event, [r.holds for r in rules], [e.apply for e in effects])
        for event, (rules, effects) in machine.by_event.items()
    ]
    while waiting:
        state = waiting.popleft()
        for event, rules, effects in table:
            if any(not rule(state) for rule in rules):
                continue
            after = state
            for effect in effects:
                after = effect(after)
            transitions += 1
            broken = tuple(i.name for i in machine.invariants if i.broken(state, event, after))
            if broken:
                trace = (*_way(seen, state), event, f"{broken[0]}: {_text(machine, broken[0])}")
                return Explored(machine.name, len(seen), transitions, broken, trace)
            if after not in seen:
                seen[after] = (state, event)
                waiting.append(after)
            if after != state:
                before.setdefault(after, []).append(state)
    stuck = _stuck(machine, seen, before)
    if stuck is not None:
        trace = (*_way(seen, stuck), "L1: from here no safe state can be reached")
        return Explored(machine.name, len(seen), transitions, ("L1",), trace)
    return Explored(machine.name, len(seen), transitions, (), ())


def _text(machine: Machine[State], name: str) -> str:
    return next(i.text for i in machine.invariants if i.name == name)


def _way(seen: dict[State, tuple[State, str] | None], state: State) -> tuple[str, ...]:
    way: list[str] = []
    while (came := seen[state]) is not None:
        state, event = came
        way.append(event)
    return tuple(reversed(way))


def _stuck(
    machine: Machine[State], seen: dict[State, tuple[State, str] | None], before: dict[State, list[State]]
) -> State | None:
    """A state from which no safe one can be reached, or None (liveness)."""
    good = [s for s in seen if machine.safe(s)]
    reached = set(good)
    while good:
        for state in before.get(good.pop(), ()):
            if state not in reached:
                reached.add(state)
                good.append(state)
    return next((s for s in seen if s not in reached), None)


@dataclass(frozen=True, slots=True)
class Mutant:
    """One weakened machine, and what caught it (empty: nothing did)."""

    machine: str
    change: str
    caught_by: str
    trace: tuple[str, ...]


def mutate(machine: Machine[State]) -> list[Mutant]:
    """Every single weakening of a guard, explored until an invariant breaks."""
    found = []
    for change, weaker in machine.mutants():
        result = explore(weaker)
        found.append(Mutant(machine.name, change, result.violated[0] if result.violated else "", result.trace))
    return found
