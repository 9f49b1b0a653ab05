"""The calendar: one slot for each thing that can happen, and a tournament that always knows which comes first.

Cancelling is one store; ties go to the lower rank, then to the lower slot. No event is ever stale.
"""

from __future__ import annotations

from typing import Any

from axenic.twin.kernel.jit import jit
from axenic.twin.kernel.places import H_LEAVES, H_RANK, H_TREE, H_WHEN, NEVER


@jit
def set_slot(m: Any, slot: int, when: int, rank: int) -> None:
    """Something will happen at a time (NEVER: it will not)."""
    m[m[H_WHEN] + slot] = when
    m[m[H_RANK] + slot] = rank
    tree, leaves, times, ranks = m[H_TREE], m[H_LEAVES], m[H_WHEN], m[H_RANK]
    node = (leaves + slot) >> 1
    while node >= 1:
        left, right = m[tree + 2 * node], m[tree + 2 * node + 1]
        a, b = m[times + left], m[times + right]
        winner = left
        if b < a or (b == a and m[ranks + right] < m[ranks + left]):
            winner = right
        if winner != slot and m[tree + node] == winner:
            return
        m[tree + node] = winner
        node >>= 1


@jit
def clear_slot(m: Any, slot: int) -> None:
    """It will not happen."""
    if m[m[H_WHEN] + slot] != NEVER:
        set_slot(m, slot, NEVER, NEVER)


@jit
def first_slot(m: Any) -> Any:
    """The slot that comes next."""
    return m[m[H_TREE] + 1]
