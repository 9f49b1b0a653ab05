"""What an aseptic machine is: immutable state, one table of rules, one table of effects, and what must never be.

An act is an order that may be refused; a happening is feedback that cannot be. `permitted` and `step` are pure and
run live, in replay, in the twin and in the exhaustive check: there is no second form of them.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, replace
from typing import Any, Generic, TypeVar

State = TypeVar("State")


@dataclass(frozen=True, slots=True)
class Rule(Generic[State]):
    """One line of the interlock table: for these acts `holds` must be true, or the act is refused for `reason`."""

    name: str
    acts: frozenset[str]
    holds: Callable[[State], bool]
    reason: str
    clause: str


@dataclass(frozen=True, slots=True)
class Effect(Generic[State]):
    """What an event makes of the state; `guards` names the invariants that a missing line would break."""

    name: str
    events: frozenset[str]
    apply: Callable[[State], State]
    guards: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Invariant(Generic[State]):
    """What must never be: `broken` looks at the state before an event, the event, and the state after it."""

    name: str
    text: str
    broken: Callable[[State, str, State], bool]


@dataclass(frozen=True, slots=True)
class Machine(Generic[State]):
    """One aseptic machine; `safe` are the states in which a person may open the dirty side.

    `physical`: what cannot be done at all in a state (take an item out of an empty chamber); not guards.
    """

    name: str
    start: State
    acts: tuple[str, ...]
    happenings: tuple[str, ...]
    rules: tuple[Rule[State], ...]
    effects: tuple[Effect[State], ...]
    invariants: tuple[Invariant[State], ...]
    safe: Callable[[State], bool]
    physical: tuple[Rule[State], ...] = ()
    by_event: dict[str, tuple[tuple[Rule[State], ...], tuple[Effect[State], ...]]] = field(
        init=False, repr=False, compare=False
    )

    def __post_init__(self) -> None:
        every = (*self.rules, *self.physical)
        rows = {
            event: (
                tuple(r for r in every if event in r.acts and event in self.acts),
                tuple(e for e in self.effects if event in e.events),
            )
            for event in (*self.acts, *self.happenings)
        }
        object.__setattr__(self, "by_event", rows)  # the look-up by event is made once

    def refusals(self, state: State, act: str) -> tuple[Rule[State], ...]:
        """The rules that forbid an act now; empty means permitted."""
        return tuple([rule for rule in self.by_event[act][0] if not rule.holds(state)])

    def step(self, state: State, event: str) -> State:
        """The state after an event; raises KeyError if the machine knows no such event."""
        for effect in self.by_event[event][1]:
            state = effect.apply(state)
        return state

    def walk(self, state: State, events: Iterable[str]) -> tuple[State, tuple[Rule[State], ...]]:
        """The state after several events, up to the first act that is refused, with the rules that refuse it."""
        for event in events:
            if forbids := self.refusals(state, event):
                return state, forbids
            state = self.step(state, event)
        return state, ()

    def without(self, name: str, act: str = "") -> Machine[State]:
        """The machine with one guard weakened: a rule dropped (for one act), or an effect left out."""
        rules = tuple(
            replace(r, acts=r.acts - {act} if act else frozenset()) if r.name == name else r for r in self.rules
        )
        effects = tuple(e for e in self.effects if e.name != name)
        return replace(self, rules=rules, effects=effects)

    def mutants(self) -> Iterable[tuple[str, Machine[State]]]:
        """Every single weakening: each rule for each act it guards, each effect that guards an invariant."""
        for rule in self.rules:
            for act in sorted(rule.acts & set(self.acts)):
                yield f"{rule.name} does not guard {act!r}", self.without(rule.name, act)
        for effect in self.effects:
            if effect.guards:
                yield f"no effect {effect.name!r}", self.without(effect.name)


def events(*names: str) -> frozenset[str]:
    """A set of event names."""
    return frozenset(names)


AnyMachine = Machine[Any]
