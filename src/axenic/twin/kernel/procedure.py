"""Walking a batch through its procedure: unit by unit, operation by operation, phase by phase."""

from __future__ import annotations

from math import nan
from typing import Any

from axenic.twin.kernel.calendar import clear_slot
from axenic.twin.kernel.chance import floats_of, perform
from axenic.twin.kernel.floor import (
    begin_entry,
    change_over,
    claim_unit,
    clean,
    find_carriers,
    free_unit,
    live,
    pooled_entry,
    post,
    raise_exception,
    release_carriers,
    start_by,
    stir,
    take_carriers,
    want,
)
from axenic.twin.kernel.jit import jit
from axenic.twin.kernel.limits import holds_for
from axenic.twin.kernel.passages import CONNECTION, OPEN, ask, refuses_work
from axenic.twin.kernel.places import *
from axenic.twin.kernel.release import dispose, hold, note_done
from axenic.twin.kernel.transfers import end_transfer, start_transfer

_MATERIAL, _EQUIPMENT, _LOGISTICS = 1, 3, 5
_DAY_MS = 86_400_000


@jit
def step_of(m: Any, b: int) -> Any:
    """The unit procedure a batch is at."""
    return m[H_STEPS] + m[b + B_STEP] * STEP_SIZE


@jit
def request_step(m: Any, f: Any, a: Any, b: int, index: int) -> None:
    """The batch is ready for a unit procedure: queue for its unit, within the step's hold limit."""
    if not live(m, b):
        return
    m[b + B_STEP] = index
    if index >= m[H_STEP_COUNT]:
        post(m, POST_WIND_UP, b, 0)
        return
    s = step_of(m, b)
    if m[s + S_AFTER_REVIEW] and not m[b + B_DONE] & m[H_REVIEW_BIT]:
        m[b + B_STEP], m[b + B_WAITS_REVIEW] = index - 1, 1
        return
    start_by(m, b, m[H_AT] + m[s + S_WITHIN])
    for ahead in range(index, min(index + 2, m[H_STEP_COUNT])):
        s = m[H_STEPS] + ahead * STEP_SIZE
        for i in range(m[s + S_MATERIAL_COUNT]):
            n = m[m[s + S_MATERIALS] + i]
            item = b + B_MATERIALS + n * ITEM_SIZE
            if not m[item + Y_ASKED_FOR]:
                m[item + Y_ASKED_FOR] = 1
                bring_material(m, f, a, b, n)
    if not live(m, b):
        return
    want(m, UNIT, m[b + B_DUE], b, -1, -1, -1, index, 0)


@jit
def route_between(m: Any, barriers: int, origin: int, target: int) -> Any:
    """The crossings from zone to zone past accepted barriers; 0 if no way is proven."""
    zones = m[H_ZONE_COUNT]
    return m[m[H_ROUTES] + (barriers * zones + m[origin + Z_INDEX]) * zones + m[target + Z_INDEX]]


@jit
def bring_material(m: Any, f: Any, a: Any, b: int, n: int) -> None:
    """Send a material from the store to the rack, past one of the barriers its recipe line accepts."""
    item = b + B_MATERIALS + n * ITEM_SIZE
    m[item + Y_ASKED] += 1
    m[item + Y_ARRIVED], m[item + Y_UNTIL] = 0, -1
    rack = -1
    for i in range(m[H_RACK_COUNT]):
        u = m[m[H_RACKS] + i]
        if m[u + U_SHARED] or m[u + U_OWNER] < 0:
            rack = u
            break
    if m[item + Y_ASKED] > MOST_ATTEMPTS or m[H_STORE] < 0 or rack < 0:
        dispose(m, f, a, b, _EQUIPMENT)
        return
    barriers = m[m[H_MATERIALS] + n * MATERIAL_SIZE + I_BARRIERS]
    way = route_between(m, barriers, m[m[H_STORE] + U_ZONE], m[rack + U_ZONE])
    if way == 0:
        dispose(m, f, a, b, _LOGISTICS)
        return
    if not m[rack + U_SHARED]:
        claim_unit(m, rack, b)
    m[item + Y_UNIT] = rack
    start_transfer(m, b, m[H_STORE], rack, way, n)


@jit
def materials_ready(m: Any, f: Any, a: Any, b: int, index: int) -> Any:
    """True if every material of the step lies in the rack, sterile and in date; one that ran out is fetched anew."""
    ready = True
    s = m[H_STEPS] + index * STEP_SIZE
    for i in range(m[s + S_MATERIAL_COUNT]):
        n = m[m[s + S_MATERIALS] + i]
        item = b + B_MATERIALS + n * ITEM_SIZE
        if not m[item + Y_ASKED_FOR]:
            continue
        if not m[item + Y_ARRIVED]:
            ready = False
        elif m[item + Y_UNIT] >= 0 and m[H_AT] > m[item + Y_UNTIL]:
            raise_exception(m, b)
            _use_up(m, item)
            if m[item + Y_UNTIL] >= 0:
                m[item + Y_ASKED] = 0
            bring_material(m, f, a, b, n)
            ready = False
    return ready


@jit
def _use_up(m: Any, item: int) -> None:
    u = m[item + Y_UNIT]
    if u >= 0 and not m[u + U_SHARED]:
        m[u + U_LOADED] = 0
        free_unit(m, u)
    m[item + Y_UNIT] = -1


@jit
def can(m: Any, u: int, kinds: int) -> Any:
    """True if a unit can do all kinds of a set."""
    return m[m[H_CANS] + kinds * m[H_UNIT_COUNT] + m[u + U_INDEX]]


@jit
def find_unit(m: Any, f: Any, a: Any, w: int) -> Any:
    """Find the unit for the step: where the cells are, the reserved place, or a free clean unit; False to wait."""
    b, index = m[w + W_BATCH], m[w + W_STEP]
    if not live(m, b):
        return True
    if m[b + B_HOLDS] or not materials_ready(m, f, a, b, index):
        return not live(m, b)
    s = m[H_STEPS] + index * STEP_SIZE
    here = m[b + B_UNIT]
    if here >= 0 and can(m, here, m[s + S_KINDS]) and _reserve(m, b, index, here):
        begin_step(m, f, a, b)
        return True
    target = _choose(m, b, m[s + S_KINDS], m[s + S_ABLE], m[s + S_ABLE_COUNT], -1)
    if target < 0:
        return False
    if here < 0:
        if not _reserve(m, b, index, target):
            return False
        _occupy(m, b, target)
        begin_step(m, f, a, b)
        return True
    way = route_between(m, m[s + S_BARRIERS], m[here + U_ZONE], m[target + U_ZONE])
    if way == 0:
        dispose(m, f, a, b, _LOGISTICS)
        return True
    if not _reserve(m, b, index, target):
        return False
    if not m[target + U_SHARED]:
        claim_unit(m, target, b)
    start_transfer(m, b, here, target, way, -1)
    return True


@jit
def _choose(m: Any, b: int, kinds: int, able: int, count: int, but: int) -> Any:
    if m[b + B_RESERVED] >= 0 and can(m, m[b + B_RESERVED], kinds):
        return m[b + B_RESERVED]
    stale = -1
    for n in range(count):
        u = m[able + n]
        if m[u + U_OWNER] >= 0 or m[u + U_CHANGING] or u == but:
            continue
        if clean(m, u):
            return u
        if stale < 0:
            stale = u
    if stale >= 0:
        change_over(m, stale)
    return -1


@jit
def _reserve(m: Any, b: int, index: int, target: int) -> Any:
    """Keep the culture place the recipe reserves from this step on; False if none is free."""
    for n in range(m[H_RESERVATION_COUNT]):
        v = m[H_RESERVATIONS] + n * RESERVATION_SIZE
        if m[v + V_FROM] != index or m[b + B_RESERVED] >= 0:
            continue
        if can(m, target, m[v + V_KINDS]):
            m[b + B_RESERVED] = target
            continue
        place = _choose(m, b, m[v + V_KINDS], m[v + V_ABLE], m[v + V_ABLE_COUNT], target)
        if place < 0:
            return False
        m[b + B_RESERVED] = place
        claim_unit(m, place, b)
    return True


@jit
def _occupy(m: Any, b: int, u: int) -> None:
    m[b + B_UNIT] = u
    if m[u + U_SHARED]:
        return
    claim_unit(m, u, b)
    m[u + U_LOADED], m[u + U_IN_USE], m[u + U_CLEAN_UNTIL] = 1, 1, -1


@jit
def arrived(m: Any, f: Any, a: Any, x: int) -> None:
    """The cells lie in the unit of the step they were sent for, or a material lies in the rack."""
    b, item = m[x + X_BATCH], m[x + X_ITEM]
    if item >= 0:
        m[b + B_MATERIALS + item * ITEM_SIZE + Y_ARRIVED] = 1
        stir(m, 1 << UNIT | 1 << PERSONS)
    else:
        _occupy(m, b, m[x + X_TARGET])
        if live(m, b):
            begin_step(m, f, a, b)
    end_transfer(m, x)
    if not live(m, b):
        post(m, POST_WIND_UP, b, 0)


@jit
def begin_step(m: Any, f: Any, a: Any, b: int) -> None:
    """Start the unit procedure where the cells are now."""
    clear_slot(m, m[H_SLOT_START] + m[b + B_INDEX])
    m[b + B_OPERATION], m[b + B_PHASE], m[b + B_ROUND], m[b + B_FEEDING] = 0, 0, 1, 0
    m[b + B_ENTERED] = m[H_AT]
    if a[m[b + B_ROW] + A_BEGUN] < 0:
        a[m[b + B_ROW] + A_BEGUN] = m[H_AT]
    for n in range(m[H_RESERVATION_COUNT]):
        if m[m[H_RESERVATIONS] + n * RESERVATION_SIZE + V_UNTIL] == m[b + B_STEP] and m[b + B_RESERVED] >= 0:
            reserved = m[b + B_RESERVED]
            m[b + B_RESERVED] = -1
            if reserved != m[b + B_UNIT]:
                free_unit(m, reserved)
    queue_phase(m, f, a, b)


@jit
def current_operation(m: Any, b: int) -> Any:
    """The operation whose phases are running."""
    s = step_of(m, b)
    n = m[s + S_FEED] if m[b + B_FEEDING] else m[b + B_OPERATION]
    return m[s + S_OPERATIONS] + n * OPERATION_SIZE


@jit
def _first(m: Any, b: int) -> Any:
    return not (m[b + B_OPERATION] or m[b + B_PHASE] or m[b + B_ROUND] > 1 or m[b + B_FEEDING])


@jit
def queue_phase(m: Any, f: Any, a: Any, b: int) -> None:
    """Queue the current phase for the persons it needs.

    On an automatic closed unit, with no material to look at, nothing is contended: while nobody else waits for persons
    it begins at once, as it would when the queue is asked.
    """
    u = m[b + B_UNIT]
    waits = m[H_LENGTHS + PERSONS] > 0 or m[u + U_ATTENDED] > 0 or not m[u + U_CLOSED]
    looks = _first(m, b) and m[step_of(m, b) + S_MATERIAL_COUNT] > 0
    if not waits and not looks and start_phase(m, f, a, b, m[H_SPARE_WANT]):
        return
    want(m, PERSONS, m[b + B_DUE], b, -1, -1, -1, 0, 0)


@jit
def start_phase(m: Any, f: Any, a: Any, b: int, w: int) -> Any:
    """Order the current phase if its persons are free and its connections are permitted; False to wait."""
    if not live(m, b):
        return True
    if m[b + B_HOLDS]:
        return False
    p = m[current_operation(m, b) + O_PHASES] + m[b + B_PHASE] * PHASE_SIZE
    u, connections = m[b + B_UNIT], m[p + P_CONNECTIONS]
    zone = m[u + U_ZONE]
    if not find_carriers(m, zone, True, m[u + U_ATTENDED]):
        m[w + W_REFUSED] = 0
        return False
    opens = connections > 0 and not m[u + U_CLOSED]
    if opens and m[zone + Z_OPEN_IN] >= 0 and m[zone + Z_OPEN_IN] != b:
        return False
    if connections:
        if _first(m, b) and not materials_ready(m, f, a, b, m[b + B_STEP]):
            return False
        kind = CONNECTION if m[u + U_CLOSED] else OPEN
        refused, person = refuses_work(m, u), 1 if m[u + U_ATTENDED] else 0
        if not ask(m, f, w, b, kind, connections, refused, zone, person, -1, True):
            return False
    _order_phase(m, f, b, u, p, zone if opens else -1)
    return True


@jit
def _order_phase(m: Any, f: Any, b: int, u: int, p: int, open_zone: int) -> None:
    e = pooled_entry(m) if m[u + U_SHARED] else m[H_ENTRIES] + m[u + U_INDEX] * ENTRY_SIZE
    if e < 0:
        return
    begin_entry(m, e, WORK_PHASE, u, b)
    gown = take_carriers(m, e, m[u + U_ATTENDED])
    m[e + E_OPEN_ZONE], m[b + B_RUNNING] = open_zone, e
    if open_zone >= 0:
        m[open_zone + Z_OPEN_IN] = b
    perform(m, f, e, b, u, p, m[b + B_ROUND], gown, m[p + P_CONNECTIONS], 0.0, floats_of(m, b) + F_RESULTS, -1)


@jit
def phase_ended(m: Any, f: Any, a: Any, e: int) -> None:
    """Take the results of a batch's phase and decide what follows."""
    b = m[e + E_BATCH]
    m[b + B_RUNNING] = -1
    release_carriers(m, e)
    if m[e + E_OPEN_ZONE] >= 0:
        m[m[e + E_OPEN_ZONE] + Z_OPEN_IN] = -1
        stir(m, 1 << PERSONS)
    a[m[b + B_ROW] + A_WORKED] += m[H_AT] - m[e + E_AT]
    if m[e + E_FAILED]:
        dispose(m, f, a, b, m[e + E_FAILED])
        post(m, POST_WIND_UP, b, 0)
        return
    if not live(m, b):
        post(m, POST_WIND_UP, b, 0)
        return
    out, known = floats_of(m, b) + F_RESULTS, floats_of(m, b) + F_RESULTS + m[H_MEASURES]
    p = m[current_operation(m, b) + O_PHASES] + m[b + B_PHASE] * PHASE_SIZE
    kind = m[H_KINDS] + 4 * m[p + P_KIND]
    for n in range(m[kind + 1]):
        measure = m[m[kind] + 4 * n + 3]
        if measure >= 0:
            f[known + measure] = f[out + measure]
    if m[e + E_FAULT]:
        raise_exception(m, b)
    for n in range(m[p + P_CHECK_COUNT]):
        if not _within(m, f, a, b, m[p + P_CHECKS] + n * CHECK_SIZE, out):
            return
    if live(m, b):
        _next_phase(m, f, a, b)


@jit
def _within(m: Any, f: Any, a: Any, b: int, check: int, out: int) -> Any:
    """Hold one result against its in-process control; False if it stops the batch."""
    limit = m[check + Q_LIMIT]
    value = f[out + m[limit + L_MEASURE]] if m[limit + L_MEASURE] >= 0 else nan
    if not holds_for(m, f, limit, value):
        if m[check + Q_REJECTS] and value == value:
            dispose(m, f, a, b, _MATERIAL)
            return False
        hold(m, b, HOLD_CONTROL)
        return True
    if m[check + Q_ALERT] >= 0 and not holds_for(m, f, m[check + Q_ALERT], value):
        raise_exception(m, b)
    return True


@jit
def _next_phase(m: Any, f: Any, a: Any, b: int) -> None:
    o = current_operation(m, b)
    m[b + B_PHASE] += 1
    if m[b + B_PHASE] < m[o + O_PHASE_COUNT]:
        queue_phase(m, f, a, b)
        return
    m[b + B_PHASE] = 0
    if m[b + B_FEEDING]:
        m[b + B_FEEDING] = 0
        queue_phase(m, f, a, b)
        return
    _end_operation(m, f, a, b, o)


@jit
def _end_operation(m: Any, f: Any, a: Any, b: int, o: int) -> None:
    if m[o + O_RULE_COUNT]:
        way = _decide(m, f, a, b, o)
        if way == REJECT:
            return
        if way in (EXTEND, FEED):
            m[b + B_ROUND] += 1
            m[b + B_FEEDING] = 1 if way == FEED else 0
            queue_phase(m, f, a, b)
            return
    s = step_of(m, b)
    m[b + B_OPERATION] += 1
    if m[b + B_OPERATION] < m[s + S_OPERATION_COUNT] and m[b + B_OPERATION] == m[s + S_FEED]:
        m[b + B_OPERATION] += 1
    if m[b + B_OPERATION] < m[s + S_OPERATION_COUNT]:
        m[b + B_ROUND], m[b + B_ENTERED] = 1, m[H_AT]
        queue_phase(m, f, a, b)
        return
    _end_step(m, f, a, b)


@jit
def _decide(m: Any, f: Any, a: Any, b: int, o: int) -> Any:
    """The way by the first rule that holds; EXTEND if none does; REJECT when the rounds are used up."""
    known = floats_of(m, b) + F_RESULTS + m[H_MEASURES]
    days = round((m[H_AT] - m[b + B_ENTERED]) / _DAY_MS * 1e6) / 1e6
    way = EXTEND
    for n in range(m[o + O_RULE_COUNT]):
        r, holds = m[o + O_RULES] + n * RULE_SIZE, True
        for i in range(m[r + R_LIMIT_COUNT]):
            limit = m[r + R_LIMITS] + i * LIMIT_SIZE
            measure = m[limit + L_MEASURE]
            value = days if measure == M_CULTURE_TIME else float(m[b + B_ROUND])
            if measure >= -1:
                value = f[known + measure] if measure >= 0 else nan
            holds = holds and holds_for(m, f, limit, value)
        if holds:
            way = m[r + R_WAY]
            break
    if way in (EXTEND, FEED) and m[b + B_ROUND] >= m[o + O_ROUNDS]:
        way = REJECT
    if way == REJECT:
        dispose(m, f, a, b, _MATERIAL)
    elif way == HOLD:
        hold(m, b, HOLD_CONTROL)
    return way


@jit
def _end_step(m: Any, f: Any, a: Any, b: int) -> None:
    s = step_of(m, b)
    for i in range(m[s + S_MATERIAL_COUNT]):
        _use_up(m, b + B_MATERIALS + m[m[s + S_MATERIALS] + i] * ITEM_SIZE)
    note_done(m, f, a, b, m[s + S_BIT])
    request_step(m, f, a, b, m[b + B_STEP] + 1)
