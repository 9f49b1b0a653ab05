"""The one door of the kernel: the next thing of the calendar is taken, and all that follows from it is settled."""

from __future__ import annotations

from math import nan
from typing import Any

from axenic.twin.kernel.calendar import clear_slot, first_slot, set_slot
from axenic.twin.kernel.chance import changeover_lasts, floats_of
from axenic.twin.kernel.cycles import cycle_ended, start_cycle, wipe
from axenic.twin.kernel.floor import (
    answer_at,
    before,
    begin_entry,
    end_entry,
    find_carriers,
    forget,
    live,
    raise_exception,
    release_carriers,
    stir,
    take_carriers,
    token,
)
from axenic.twin.kernel.jit import entry, jit
from axenic.twin.kernel.memory import pointer
from axenic.twin.kernel.places import *
from axenic.twin.kernel.procedure import arrived, bring_material, find_unit, phase_ended, request_step, start_phase
from axenic.twin.kernel.release import dispose, held_for, lose, review_ended, start_test, test_ended, wind_up
from axenic.twin.kernel.transfers import abandon, carry, claim_again, claim_chambers, go_on, moved

_EQUIPMENT, _LOGISTICS = 3, 5
_WEEK_MS, _MONDAY = 7 * 86_400_000, 4 * 86_400_000


@entry
def run(image: Any, floats: Any, rows: Any, orders: Any, things: Any, log: Any) -> None:
    """Run the ordered batches until nothing more happens.

    image, floats: changed in place. rows: to fill, two for each order (the second half for remakes), one after the
    other. orders: rows of (ordered, due). things: rows of the two words of a batch and of its remake. log: to fill.
    """
    m: Any = pointer(image)
    f: Any = pointer(floats)
    a: Any = pointer(rows)
    if len(orders):
        set_slot(m, m[H_SLOT_ARRIVAL], orders[0, 0], 0)
    while not m[H_FULL]:
        slot = first_slot(m)
        when = m[m[H_WHEN] + slot]
        waits_outside = m[H_ARRIVED] < len(orders) or m[H_REMAKE_COUNT] > 0
        if when == NEVER or (m[H_LIVE] == 0 and m[H_OUT] == 0 and not waits_outside):
            return
        m[H_AT] = when
        m[H_LEFT] -= 1
        if m[H_LEFT] < 0:
            m[H_FULL] = ENDLESS
            return
        if m[m[H_RANK] + slot] >= ALARM:
            _woken(m, f, a)
        else:
            m[H_QUIET] = 0
            _taken(m, f, a, orders, things, log, slot)
        _settle(m, f, a)
        if m[H_FIRED] >= 0:
            clear_slot(m, m[H_FIRED])
        _watch_shifts(m)
        _sweep(m)


@jit
def _taken(m: Any, f: Any, a: Any, orders: Any, things: Any, log: Any, slot: int) -> None:
    """An order of a patient, or the answer to an order to equipment."""
    if slot == m[H_SLOT_ARRIVAL]:
        n = m[H_ARRIVED]
        m[H_ARRIVED] += 1
        if n + 1 < len(orders):
            set_slot(m, slot, orders[n + 1, 0], 0)
        else:
            clear_slot(m, slot)
        _ordered(m, f, a, n, orders[n, 1], things[n, 0], things[n, 0], 1, n)
        return
    if slot == m[H_SLOT_REMAKE]:
        _remake(m, f, a, things)
        return
    m[H_FIRED] = slot  # mostly the same machine is ordered again at once: its slot is cleared only if it is not
    e = m[H_ENTRIES] + slot * ENTRY_SIZE
    if m[H_LOGGED] < m[H_LOG_ROOM]:
        _write(m, log, e)
    _answered(m, f, a, e)


@jit
def _write(m: Any, log: Any, e: int) -> None:
    """One line of the log: begin, end, work, place of the equipment, row of the batch."""
    n = m[H_LOGGED]
    log[n, 0], log[n, 1], log[n, 2] = m[e + E_AT], m[H_AT], m[e + E_WORK]
    log[n, 3], log[n, 4] = m[e + E_UNIT], m[m[e + E_BATCH] + B_NUMBER] if m[e + E_BATCH] >= 0 else -1
    m[H_LOGGED] += 1


@jit
def _remake(m: Any, f: Any, a: Any, things: Any) -> None:
    r = m[H_REMAKES]
    row, lead = m[r + 1], m[r + 2]
    m[H_REMAKE_COUNT] -= 1
    for n in range(3 * m[H_REMAKE_COUNT]):
        m[r + n] = m[r + n + 3]
    if m[H_REMAKE_COUNT]:
        set_slot(m, m[H_SLOT_REMAKE], m[r], 1)
    else:
        clear_slot(m, m[H_SLOT_REMAKE])
    mine = m[H_ARRIVALS] + m[H_STARTED]
    m[H_STARTED] += 1
    _ordered(m, f, a, mine, m[H_AT] + lead, things[row, 1], things[row, 0], 2, row)


@jit
def _ordered(
    m: Any, f: Any, a: Any, number: int, due: int, thing: int, origin: int, attempt: int, patient: int
) -> None:
    b = m[H_FREE_BATCH]
    if b < 0:
        m[H_FULL] = 1
        return
    m[H_FREE_BATCH] = m[b + B_NEXT]
    index = m[b + B_INDEX]
    for n in range(B_THING, B_MATERIALS):
        m[b + n] = 0
    row = number * ROW_SIZE
    m[b + B_ROW], m[b + B_NUMBER], m[b + B_INDEX] = row, number, index
    m[b + B_THING], m[b + B_ORIGIN] = thing, origin
    m[b + B_ORDERED], m[b + B_DUE], m[b + B_ATTEMPT] = m[H_AT], due, attempt
    m[b + B_STEP], m[b + B_UNIT], m[b + B_RESERVED], m[b + B_PROVEN_UNTIL], m[b + B_RUNNING] = -1, -1, -1, -1, -1
    for n in range(m[H_MATERIAL_COUNT]):
        item = b + B_MATERIALS + n * ITEM_SIZE
        m[item + Y_ASKED_FOR], m[item + Y_ARRIVED], m[item + Y_ASKED], m[item + Y_MOVES] = 0, 0, 0, 0
        m[item + Y_UNTIL], m[item + Y_UNIT] = -1, -1
    floats = floats_of(m, b)
    for n in range(F_RESULTS):
        f[floats + n] = 0.0
    for n in range(F_RESULTS, m[H_FLOAT_SIZE]):
        f[floats + n] = nan
    for n in range(ROW_SIZE):
        a[row + n] = -1
    a[row + A_ORDERED], a[row + A_DUE], a[row + A_ATTEMPT], a[row + A_PATIENT] = m[H_AT], due, attempt, patient
    a[row + A_OUTCOME], a[row + A_CAUSE], a[row + A_PASSAGES], a[row + A_RISK] = 0, 0, 0, 0
    a[row + A_WORKED], a[row + A_HANDLED] = 0, 0
    m[H_LIVE] += 1
    request_step(m, f, a, b, 0)


@jit
def _handled(m: Any, a: Any, e: int, b: int) -> None:
    """Until the first release test, what was done to the cells themselves is making; the rest of the time is waiting.

    Cells are at one place at a time, so their phases, moves and cycles never overlap.
    """
    work, x, row = m[e + E_WORK], -1, m[b + B_ROW]
    if work in (WORK_TEST, WORK_REVIEW) or a[row + A_FILLED] >= 0:
        return
    if work == WORK_CYCLE:
        x = m[m[e + E_UNIT] + K_OWNER]
    elif work == WORK_MOVE:
        x = m[e + E_TRANSFER]
    if x < 0 or m[x + X_ITEM] < 0:
        a[row + A_HANDLED] += m[H_AT] - m[e + E_AT]


@jit
def _answered(m: Any, f: Any, a: Any, e: int) -> None:
    work, b = m[e + E_WORK], m[e + E_BATCH]
    end_entry(m, e)
    if b >= 0:
        _handled(m, a, e, b)
    if work <= WORK_REVIEW:
        if not m[m[e + E_UNIT] + U_SHARED]:
            clear_slot(m, m[H_SLOT_OVERDUE] + m[m[e + E_UNIT] + U_INDEX])
        if m[e + E_LOST]:
            m[b + B_DOUBTS] -= 1
    if work == WORK_PHASE:
        phase_ended(m, f, a, e)
    elif work == WORK_TEST:
        test_ended(m, f, a, e)
    elif work == WORK_REVIEW:
        review_ended(m, f, a, e)
    elif work == WORK_CYCLE:
        if cycle_ended(m, e):
            k = m[e + E_UNIT]
            start_cycle(m, k, m[k + K_OWNER], m[k + K_ATTEMPT] + 1)
    elif work == WORK_CHANGEOVER:
        _changed_over(m, e)
    else:
        moved(m, e)
    if work <= WORK_REVIEW and m[m[e + E_UNIT] + U_SHARED]:
        m[e + E_NEXT] = m[H_FREE_ENTRY]
        m[H_FREE_ENTRY] = e


# what follows of itself -----------------------------------------------------------------------------------------


@jit
def _settle(m: Any, f: Any, a: Any) -> None:
    while (m[H_POST_HEAD] < m[H_POST_TAIL] or m[H_STIRRED]) and not m[H_FULL]:
        while m[H_POST_HEAD] < m[H_POST_TAIL]:
            p = m[H_POSTS] + m[H_POST_HEAD] * POST_SIZE
            m[H_POST_HEAD] += 1
            _follow(m, f, a, m[p], m[p + 1], m[p + 2])
        m[H_POST_HEAD], m[H_POST_TAIL] = 0, 0
        if m[H_STIRRED]:
            stirred = m[H_STIRRED]
            m[H_STIRRED] = 0
            if m[H_WAITING]:
                _dispatch(m, f, a, stirred)


@jit
def _follow(m: Any, f: Any, a: Any, what: int, thing: int, more: int) -> None:
    if what == POST_STEP:
        request_step(m, f, a, thing, more)
    elif what == POST_TRANSFER:
        go_on(m, thing)
    elif what == POST_ARRIVED:
        arrived(m, f, a, thing)
    elif what == POST_UNPROVEN:
        _unproven(m, f, a, thing)
    else:
        wind_up(m, f, a, thing)


@jit
def _dispatch(m: Any, f: Any, a: Any, stirred: int) -> None:
    """Serve the wants whose resource has changed."""
    _serve_all(m, f, a, _line_up(m, stirred, False))


@jit
def _serve_all(m: Any, f: Any, a: Any, count: int) -> None:
    """Serve the wants in line; what is served leaves the queue."""
    for n in range(count):
        w = m[m[H_SEEN] + n]
        if m[w + W_LIVE] and _serve(m, f, a, w) and m[w + W_LIVE]:
            forget(m, w)


@jit
def _line_up(m: Any, stirred: int, coming: bool) -> Any:
    """The wants of these queues as one line, in order of due date and asking; `coming`: without those refused."""
    heads, filled, only = m[H_SCRATCH] + MOST_PERSONS, 0, -1
    for q in range(WAITS):
        m[heads + q] = 0
        if stirred >> q & 1 and m[H_LENGTHS + q]:
            filled, only = filled + 1, q
    if filled == 0:
        return 0
    if filled == 1 and not coming:
        queue, seen = m[H_QUEUES] + only * m[H_QUEUE_ROOM], m[H_SEEN]
        for n in range(m[H_LENGTHS + only]):
            m[seen + n] = m[queue + n]
        return m[H_LENGTHS + only]
    return _merge(m, heads, stirred, coming)


@jit
def _merge(m: Any, heads: int, stirred: int, coming: bool) -> Any:
    count = 0
    while True:
        best, of = -1, -1
        for q in range(WAITS):
            if stirred >> q & 1 and m[heads + q] < m[H_LENGTHS + q]:
                w = m[m[H_QUEUES] + q * m[H_QUEUE_ROOM] + m[heads + q]]
                if best < 0 or before(m, w, best):
                    best, of = w, q
        if best < 0:
            return count
        m[heads + of] += 1
        if not (coming and m[best + W_REFUSED]):
            m[m[H_SEEN] + count] = best
            count += 1


@jit
def _serve(m: Any, f: Any, a: Any, w: int) -> Any:
    waits = m[w + W_WAITS]
    if waits == CARRIER:
        return carry(m, f, w)
    if waits == PERSONS:
        return wipe(m, w) if m[w + W_CHAMBER] >= 0 else start_phase(m, f, a, m[w + W_BATCH], w)
    if waits == CHAMBERS:
        return claim_chambers(m, w)
    if waits == UNIT:
        return find_unit(m, f, a, w)
    if waits == LABORATORY:
        return start_test(m, f, w)
    return _change_over(m, w)


@jit
def _unproven(m: Any, f: Any, a: Any, x: int) -> None:
    b, item = m[x + X_BATCH], m[x + X_ITEM]
    if m[x + X_LEG] == 0 and not m[x + X_IN_CHAMBER] and live(m, b):
        claim_again(m, x)
        return
    inside = m[x + X_IN_CHAMBER]
    abandon(m, x)
    if item >= 0:
        if live(m, b):
            bring_material(m, f, a, b, item)
        return
    m[b + B_UNIT] = -1 if inside else m[b + B_UNIT]
    dispose(m, f, a, b, _EQUIPMENT)


@jit
def _change_over(m: Any, w: int) -> Any:
    u = m[w + W_UNIT]
    persons = min(1, m[u + U_ATTENDED])
    if not find_carriers(m, m[u + U_ZONE], True, persons):
        return False
    if not m[u + U_CHANGES]:
        return True
    e = m[H_ENTRIES] + m[u + U_INDEX] * ENTRY_SIZE
    begin_entry(m, e, WORK_CHANGEOVER, u, -1)
    gown = take_carriers(m, e, persons)
    m[H_RUNS] += 1
    answer_at(m, e, m[u + U_WORD], m[H_AT] + changeover_lasts(m, u, m[H_RUNS], gown))
    return True


@jit
def _changed_over(m: Any, e: int) -> None:
    u = m[e + E_UNIT]
    release_carriers(m, e)
    m[u + U_CHANGING], m[u + U_IN_USE] = 0, 0
    m[u + U_CLEAN_UNTIL] = m[H_AT] + m[u + U_CLEAN_FOR]
    m[u + U_CHANGEOVERS] += 1
    stir(m, 1 << UNIT | 1 << CARRIER | 1 << PERSONS | 1 << LABORATORY)


# deadlines and shifts -------------------------------------------------------------------------------------------


@jit
def _woken(m: Any, f: Any, a: Any) -> None:
    """Every deadline that has come now."""
    while True:
        slot = first_slot(m)
        if m[m[H_WHEN] + slot] != m[H_AT] or m[m[H_RANK] + slot] < ALARM:
            return
        clear_slot(m, slot)
        if slot == m[H_SLOT_SHIFT]:
            m[H_WATCHES] = 0
            m[H_QUIET] += 1
            _serve_all(m, f, a, _line_up(m, 1 << CARRIER | 1 << PERSONS | 1 << LABORATORY | 1 << CHANGEOVER, True))
        elif slot >= m[H_SLOT_HOLD]:
            b = m[H_BATCHES] + (slot - m[H_SLOT_HOLD]) * m[H_BATCH_SIZE]
            dispose(m, f, a, b, held_for(m, b))
        elif slot >= m[H_SLOT_START]:
            dispose(m, f, a, m[H_BATCHES] + (slot - m[H_SLOT_START]) * m[H_BATCH_SIZE], _LOGISTICS)
        elif slot >= m[H_SLOT_BARRED]:
            stir(m, 1 << CHAMBERS)
        else:
            _overdue(m, m[H_ENTRIES] + (slot - m[H_SLOT_OVERDUE]) * ENTRY_SIZE, slot)


@jit
def _overdue(m: Any, e: int, slot: int) -> None:
    if m[H_AT] > m[e + E_AT] + m[e + E_BOUND]:
        lose(m, e)
        return
    raise_exception(m, m[e + E_BATCH])
    set_slot(m, slot, m[H_AT] + m[e + E_BOUND], token(m))


@jit
def _watch_shifts(m: Any) -> None:
    """Wake when somebody comes on duty, while anything waits and something still happens."""
    if m[H_DUTY_COUNT] == 0 or m[H_WATCHES] or m[H_QUIET] >= QUIET_SHIFTS:
        return
    if m[H_WAITING] == 0:
        return
    now, soonest = (m[H_AT] - _MONDAY) % _WEEK_MS, _WEEK_MS
    for n in range(m[H_DUTY_COUNT]):
        soonest = min(soonest, (m[m[H_DUTIES] + n] - now - 1) % _WEEK_MS + 1)
    m[H_WATCHES] = 1
    set_slot(m, m[H_SLOT_SHIFT], m[H_AT] + soonest, token(m))


@jit
def _sweep(m: Any) -> None:
    """Records that nobody looks at any more are taken again: wants that were served, batches that are closed."""
    w = m[H_LIMBO_WANT]
    while w >= 0:
        after = m[w + W_NEXT]
        m[w + W_NEXT] = m[H_FREE_WANT]
        m[H_FREE_WANT] = w
        w = after
    m[H_LIMBO_WANT] = -1
    b, kept = m[H_CLOSED], -1
    while b >= 0:
        after = m[b + B_NEXT]
        if m[b + B_OUT] or m[b + B_WANTS] or m[b + B_TRANSFERS]:
            m[b + B_NEXT] = kept
            kept = b
        else:
            m[b + B_NEXT] = m[H_FREE_BATCH]
            m[H_FREE_BATCH] = b
        b = after
    m[H_CLOSED] = kept
