"""The calendar: a slot for each thing that can happen; groups of slots know their first, a tournament the first group.

Cancelling is a store; no event is ever stale. Ties go to the lower rank. Most things are set later than the first of
their group, and then nothing else is looked at.
"""

from __future__ import annotations

from typing import Any

from axenic.twin.kernel.jit import jit
from axenic.twin.kernel.places import *


@jit
def _look_again(m: Any, whens: int, ranks: int, first: int) -> Any:
    """The first slot of the group that begins at `first`."""
    best, when = first, m[whens + first]
    for slot in range(first + 1, first + GROUP):
        other = m[whens + slot]
        if other < when or (other == when and m[ranks + slot] < m[ranks + best]):
            best, when = slot, other
    return best


@jit
def set_slot(m: Any, slot: int, when: int, rank: int) -> None:
    """Something will happen at a time (NEVER: it will not)."""
    tree, whens, ranks = m[H_TREE], m[H_WHEN], m[H_RANK]
    if slot == m[H_FIRED]:
        m[H_FIRED] = -1
    node = m[H_LEAVES] + (slot >> GROUP_BITS)
    best, before = m[tree + node], m[whens + slot]
    m[whens + slot] = when
    m[ranks + slot] = rank
    if best == slot:
        if when > before:
            best = _look_again(m, whens, ranks, slot >> GROUP_BITS << GROUP_BITS)
    else:
        least = m[whens + best]
        if when > least or (when == least and rank > m[ranks + best]):
            return
        best = slot
    _climb(m, tree, node, best, whens, ranks)


@jit
def _climb(m: Any, tree: int, node: int, best: int, whens: int, ranks: int) -> None:
    """The first slot of a group has changed: who meets it on the way up is told."""
    m[tree + node] = best
    when = m[whens + best]
    while node > 1:
        rival = m[tree + (node ^ 1)]
        other = m[whens + rival]
        if other < when or (other == when and m[ranks + rival] < m[ranks + best]):
            best, when = rival, other
        node >>= 1
        m[tree + node] = best


@jit
def clear_slot(m: Any, slot: int) -> None:
    """It will not happen."""
    if m[m[H_WHEN] + slot] != NEVER:
        set_slot(m, slot, NEVER, NEVER)


@jit
def first_slot(m: Any) -> Any:
    """The slot that comes next."""
    return m[m[H_TREE] + 1]
