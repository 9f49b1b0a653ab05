"""Bringing an item from one unit to another: claim every chamber of the way, prove, move, hand over."""

from __future__ import annotations

from typing import Any

from axenic.twin.kernel.chance import move_lasts
from axenic.twin.kernel.cycles import proven, spoil, start_cycle, test_due
from axenic.twin.kernel.floor import (
    answer_at,
    begin_entry,
    change_over,
    clean,
    find_carriers,
    free_unit,
    live,
    post,
    release_carriers,
    stir,
    take_carriers,
    want,
)
from axenic.twin.kernel.jit import jit
from axenic.twin.kernel.passages import (
    HAND_OVER,
    INWARD,
    OUTWARD,
    ask,
    refuses_load,
    refuses_unit,
    refuses_zone,
)
from axenic.twin.kernel.places import *


@jit
def start_transfer(m: Any, b: int, origin: int, target: int, route: int, item: int) -> None:
    """Send an item on its way; it waits here until all chambers it needs are free."""
    x = m[H_FREE_TRANSFER]
    if x < 0:
        m[H_FULL] = 1
        return
    m[H_FREE_TRANSFER] = m[x + X_NEXT]
    m[x + X_BATCH], m[x + X_ITEM], m[x + X_TARGET], m[x + X_FROM] = b, item, target, origin
    m[x + X_ZONE], m[x + X_ROUTE], m[x + X_COUNT] = m[origin + U_ZONE], route, m[route]
    m[x + X_LEG], m[x + X_IN_CHAMBER], m[x + X_CLAIMED] = 0, 0, 0
    m[b + B_TRANSFERS] += 1
    want(m, CHAMBERS, m[b + B_DUE], b, x, -1, -1, 0, 0)


@jit
def end_transfer(m: Any, x: int) -> None:
    """The transfer is over; its record may be taken again."""
    m[m[x + X_BATCH] + B_TRANSFERS] -= 1
    m[x + X_NEXT] = m[H_FREE_TRANSFER]
    m[H_FREE_TRANSFER] = x


@jit
def crossing(m: Any, x: int, n: int) -> Any:
    """The n-th crossing of a transfer's route."""
    return m[m[x + X_ROUTE] + 1 + n]


@jit
def claim_chambers(m: Any, w: int) -> Any:
    """Claim one free chamber for each proven crossing, all or none; then begin."""
    x = m[w + W_TRANSFER]
    if not live(m, m[x + X_BATCH]):
        abandon(m, x)
        return True
    for n in range(m[x + X_COUNT]):
        c, choice = crossing(m, x, n), -1
        if m[c + N_PROVEN]:
            choice = _free_chamber(m, x, c, n)
            if choice < 0:
                return False
        m[x + X_CHAMBERS + n] = choice
    for n in range(m[x + X_COUNT]):
        if m[x + X_CHAMBERS + n] >= 0:
            m[m[x + X_CHAMBERS + n] + K_OWNER] = x
    m[x + X_CLAIMED] = m[x + X_COUNT]
    go_on(m, x)
    return True


@jit
def _free_chamber(m: Any, x: int, c: int, claimed: int) -> Any:
    first = -1
    for n in range(m[c + N_COUNT]):
        k, taken = m[c + N_CHAMBERS + n], False
        for i in range(claimed):
            taken = taken or m[x + X_CHAMBERS + i] == k
        if taken or m[k + K_OWNER] >= 0 or m[k + K_BARRED] > m[H_AT]:
            continue
        if not m[c + N_INWARD] and proven(m, k):
            return k
        if first < 0:
            first = k
        if m[c + N_INWARD]:
            return first
    return first


@jit
def claim_again(m: Any, x: int) -> None:
    """The item waits where it is for other interfaces than the one that could not be proven."""
    for n in range(m[x + X_LEG], m[x + X_CLAIMED]):
        k = m[x + X_CHAMBERS + n]
        if k >= 0 and m[k + K_OWNER] == x:
            m[k + K_OWNER] = -1
    m[x + X_CLAIMED] = 0
    want(m, CHAMBERS, m[m[x + X_BATCH] + B_DUE], m[x + X_BATCH], x, -1, -1, 0, 0)


@jit
def go_on(m: Any, x: int) -> None:
    """Do what the transfer needs next: prove the chamber it is in or before, or queue for a robot or person."""
    b = m[x + X_BATCH]
    if not live(m, b):
        abandon(m, x)
        return
    k = _chamber_to_prove(m, x)
    if k >= 0:
        start_cycle(m, k, x, 1)
    else:
        want(m, CARRIER, m[b + B_DUE], b, x, -1, -1, 0, 0)


@jit
def _chamber_to_prove(m: Any, x: int) -> Any:
    leg = m[x + X_LEG]
    if m[x + X_IN_CHAMBER] and m[crossing(m, x, leg) + N_INWARD] and not proven(m, m[x + X_CHAMBERS + leg]):
        return m[x + X_CHAMBERS + leg]
    onward = next_crossing(m, x)
    if onward >= 0:
        k = m[x + X_CHAMBERS + onward]
        unproven = not m[crossing(m, x, onward) + N_INWARD] and not proven(m, k)
        if unproven or test_due(m, k) >= 0:
            return k
    return -1


@jit
def next_crossing(m: Any, x: int) -> Any:
    """The number of the next crossing with a chamber, or -1; plain openings are walked through on the way."""
    start = m[x + X_LEG] + 1 if m[x + X_IN_CHAMBER] else m[x + X_LEG]
    for n in range(start, m[x + X_CLAIMED]):
        if m[x + X_CHAMBERS + n] >= 0:
            return n
    return -1


@jit
def _item_until(m: Any, x: int) -> Any:
    b = m[x + X_BATCH]
    return m[b + B_MATERIALS + m[x + X_ITEM] * ITEM_SIZE + Y_UNTIL] if m[x + X_ITEM] >= 0 else m[b + B_PROVEN_UNTIL]


@jit
def carry(m: Any, f: Any, w: int) -> Any:
    """Ask for the passages of the next move and order it from a free robot or person; False if it must wait."""
    x = m[w + W_TRANSFER]
    if not live(m, m[x + X_BATCH]):
        abandon(m, x)
        return True
    b, onward, leg = m[x + X_BATCH], next_crossing(m, x), m[x + X_LEG]
    to_zone = m[m[x + X_TARGET] + U_ZONE] if onward < 0 else m[crossing(m, x, onward) + N_ORIGIN]
    unfit = refuses_zone(m, m[x + X_ZONE]) | refuses_zone(m, to_zone)
    if _chamber_to_prove(m, x) >= 0:
        if m[w + W_SAID] and unfit:
            return False
        go_on(m, x)
        return True
    inside = m[x + X_IN_CHAMBER]
    zone = m[crossing(m, x, leg) + N_TARGET] if inside else m[x + X_ZONE]
    if not find_carriers(m, zone, False, 1):
        m[w + W_REFUSED] = 0
        return False
    carrier = m[m[H_SCRATCH]]
    refused = unfit
    if onward < 0:
        refused |= refuses_unit(m, m[x + X_TARGET])
    enters = inside and m[crossing(m, x, leg) + N_INWARD]
    if enters:
        k = m[x + X_CHAMBERS + leg]
        refused |= refuses_load(m, k, _item_until(m, x)) | refuses_zone(m, m[k + K_INNER])
    leaves = onward >= 0 and not m[crossing(m, x, onward) + N_INWARD]
    if leaves:
        refused |= refuses_zone(m, m[m[x + X_CHAMBERS + onward] + K_INNER])
    permitted = True
    person, cells = m[carrier + C_PERSON], m[x + X_ITEM] < 0
    if enters:
        k = m[x + X_CHAMBERS + leg]
        permitted = ask(m, f, w, b, INWARD, 1, refused, to_zone, person, k, cells)
    if permitted and leaves:
        k = m[x + X_CHAMBERS + onward]
        permitted = ask(m, f, w, b, OUTWARD, 1, refused, to_zone, person, k, cells)
    if not enters and not leaves:
        permitted = ask(m, f, w, b, HAND_OVER, 1, refused, to_zone, person, -1, cells)
    if not permitted:
        _mend(m, x)
        return False
    _order_move(m, x, carrier, onward)
    return True


@jit
def _mend(m: Any, x: int) -> None:
    u = m[x + X_TARGET]
    if not m[u + U_LOADED] and not m[u + U_IN_USE] and not clean(m, u):
        change_over(m, u)


@jit
def _order_move(m: Any, x: int, carrier: int, onward: int) -> None:
    b = m[x + X_BATCH]
    if m[x + X_IN_CHAMBER]:
        k = m[x + X_CHAMBERS + m[x + X_LEG]]
        if not m[crossing(m, x, m[x + X_LEG]) + N_INWARD]:
            spoil(m, k)
        m[k + K_LOAD] = LOAD_EMPTY
    if onward >= 0:
        k = m[x + X_CHAMBERS + onward]
        if m[crossing(m, x, onward) + N_INWARD]:
            spoil(m, k)
            m[k + K_LOAD] = LOAD_RAW
        else:
            m[k + K_LOAD] = LOAD_OUTGOING
    e = m[H_ENTRIES] + (m[H_UNIT_COUNT] + m[carrier + C_INDEX]) * ENTRY_SIZE
    begin_entry(m, e, WORK_MOVE, carrier, b)
    gown = take_carriers(m, e, 1)
    m[e + E_TRANSFER], m[e + E_ONWARD] = x, onward
    answer_at(m, e, m[carrier + C_WORD], m[H_AT] + move_lasts(m, carrier, b, m[x + X_ITEM], gown))


@jit
def moved(m: Any, e: int) -> None:
    """The item lies at its next place: free what it left, and go on or arrive."""
    x, onward = m[e + E_TRANSFER], m[e + E_ONWARD]
    release_carriers(m, e)
    b = m[x + X_BATCH]
    if m[x + X_IN_CHAMBER]:
        leg = m[x + X_LEG]
        m[m[x + X_CHAMBERS + leg] + K_OWNER] = -1
        m[x + X_LEG], m[x + X_IN_CHAMBER] = leg + 1, 0
        stir(m, 1 << CHAMBERS)
    elif m[x + X_ITEM] < 0 and m[x + X_FROM] >= 0:
        leave_unit(m, b, m[x + X_FROM])
    m[x + X_FROM] = -1
    if onward < 0:
        m[x + X_ZONE] = m[m[x + X_TARGET] + U_ZONE]
        post(m, POST_ARRIVED, x, 0)
        return
    m[x + X_LEG], m[x + X_IN_CHAMBER] = onward, 1
    m[x + X_ZONE] = m[crossing(m, x, onward) + N_ORIGIN]
    go_on(m, x)


@jit
def leave_unit(m: Any, b: int, u: int) -> None:
    """The cells left a unit: it is freed, unless the recipe keeps it reserved for their return."""
    if u != m[b + B_RESERVED]:
        free_unit(m, u)


@jit
def abandon(m: Any, x: int) -> None:
    """Give back everything a transfer has claimed (its batch was rejected)."""
    b = m[x + X_BATCH]
    for n in range(m[x + X_CLAIMED]):
        k = m[x + X_CHAMBERS + n]
        if k >= 0 and m[k + K_OWNER] == x:
            m[k + K_OWNER] = -1
            if m[k + K_LOAD] != LOAD_EMPTY:
                spoil(m, k)
                m[k + K_LOAD] = LOAD_EMPTY
    u = m[x + X_TARGET]
    if not m[u + U_SHARED] and m[u + U_OWNER] == b:
        free_unit(m, u)
    stir(m, 1 << CHAMBERS)
    post(m, POST_WIND_UP, b, 0)
    end_transfer(m, x)
