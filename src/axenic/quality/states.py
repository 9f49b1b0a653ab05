"""Where a batch or a deviation stands, and how it gets on: one table of moves for each, as data.

A move leads by an event (a command, or what the core says of a batch) from some states to another, if its guards let
it. What the table does not hold is refused; what the core says and the table does not hold changes nothing.
"""

from __future__ import annotations

from functools import cache

from axenic.notation.sheet import Sheet
from axenic.quality.sheets import shipped_sheet


class Move(Sheet):
    """From one of these states, by an event, to another one ("" to stay), if the guards have nothing against it."""

    from_: tuple[str, ...]
    by: str
    to: str = ""
    guards: tuple[str, ...] = ()


class States(Sheet):
    """The table of a kind of thing; `begins` is its first state."""

    states: str
    version: int
    source: str
    begins: str
    all: tuple[str, ...]
    moves: tuple[Move, ...]

    def move(self, state: str, by: str) -> Move | None:
        """The move an event makes from a state; None if there is none."""
        return next((m for m in self.moves if m.by == by and state in m.from_), None)

    def after(self, state: str, by: str) -> str:
        """The state after an event; the same one if the event means nothing there."""
        move = self.move(state, by)
        return (move.to or state) if move else state

    def refusals(self, thing: str, state: str, by: str) -> list[str]:
        """Why an event cannot happen in a state; empty if it can."""
        if self.move(state, by) is not None:
            return []
        starts = list(dict.fromkeys(s for m in self.moves if m.by == by for s in m.from_))
        return [f"{by!r} is not possible from {state!r} ({thing}); it is from: {', '.join(starts)}"]


@cache
def shipped_states(name: str) -> States:
    """The table shipped as `<name>-states.yaml`; raises ValueError if it cannot be read."""
    return shipped_sheet(States, f"{name}-states.yaml")
