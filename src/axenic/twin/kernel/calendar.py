"""The calendar: a slot for each thing that can happen; groups of slots know their first, a tournament the first group.

Cancelling is a store; no event is ever stale. Ties go to the lower rank. Most things are set later than the first of
their group, and then nothing else is looked at.
"""

from __future__ import annotations

from typing import Any

from axenic.twin.kernel.jit import jit
from axenic.twin.kernel.places import *


@jit
def _earlier(m: Any, a: int, b: int) -> Any:
    when, other = m[m[H_WHEN] + a], m[m[H_WHEN] + b]
    return when < other or (when == other and m[m[H_RANK] + a] < m[m[H_RANK] + b])


@jit
def _look_again(m: Any, group: int) -> Any:
    """The first slot of a group."""
    first = group << GROUP_BITS
    for slot in range(first + 1, first + GROUP):
        if _earlier(m, slot, first):
            first = slot
    return first


@jit
def set_slot(m: Any, slot: int, when: int, rank: int) -> None:
    """Something will happen at a time (NEVER: it will not)."""
    tree, leaf = m[H_TREE], m[H_LEAVES] + (slot >> GROUP_BITS)
    best = m[tree + leaf]
    later = when > m[m[H_WHEN] + slot]
    m[m[H_WHEN] + slot] = when
    m[m[H_RANK] + slot] = rank
    if best == slot:
        best = _look_again(m, slot >> GROUP_BITS) if later else slot
    elif _earlier(m, slot, best):
        best = slot
    else:
        return
    m[tree + leaf] = best
    node = leaf >> 1
    while node >= 1:
        left, right = m[tree + 2 * node], m[tree + 2 * node + 1]
        m[tree + node] = right if _earlier(m, right, left) else left
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
