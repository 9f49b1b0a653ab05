"""The floor: wants and their queues, posts, who is free, units that come and go, outstanding orders."""

from __future__ import annotations

from typing import Any

from axenic.twin.kernel.calendar import clear_slot, set_slot
from axenic.twin.kernel.jit import SHARED, jit
from axenic.twin.kernel.places import *

_duration = SHARED["duration"]
_DAY_MS = 86_400_000
_WEEK_MS, _MONDAY = 7 * _DAY_MS, 4 * _DAY_MS
ALL = (1 << WAITS) - 1


@jit
def live(m: Any, b: int) -> Any:
    """True until the batch is rejected or closed."""
    return m[b + B_STATUS] <= RELEASED


@jit
def stir(m: Any, waits: int) -> None:
    """These queues (a set of bits) are asked again before this fact is finished."""
    m[H_STIRRED] |= waits


@jit
def before(m: Any, a: int, b: int) -> Any:
    """True if one want is served before another: by due date, then in order of asking."""
    return m[a + W_DUE] < m[b + W_DUE] or (m[a + W_DUE] == m[b + W_DUE] and m[a + W_SERIAL] < m[b + W_SERIAL])


@jit
def want(
    m: Any, waits: int, due: int, batch: int, transfer: int, chamber: int, unit: int, step: int, test: int
) -> None:
    """Queue for a resource, by due date, then in order of asking."""
    w = m[H_FREE_WANT]
    if w < 0 or m[H_LENGTHS + waits] >= m[H_QUEUE_ROOM]:
        m[H_FULL] = 1
        return
    m[H_FREE_WANT] = m[w + W_NEXT]
    m[H_SERIAL] += 1
    m[w + W_LIVE], m[w + W_SAID], m[w + W_REFUSED] = 1, 0, 0
    m[w + W_DUE], m[w + W_SERIAL], m[w + W_WAITS] = due, m[H_SERIAL], waits
    m[w + W_BATCH], m[w + W_TRANSFER], m[w + W_CHAMBER] = batch, transfer, chamber
    m[w + W_UNIT], m[w + W_STEP], m[w + W_TEST] = unit, step, test
    if batch >= 0:
        m[batch + B_WANTS] += 1
    queue = m[H_QUEUES] + waits * m[H_QUEUE_ROOM]
    place = queue + m[H_LENGTHS + waits]
    while place > queue and before(m, w, m[place - 1]):
        m[place] = m[place - 1]
        place -= 1
    m[place] = w
    m[H_LENGTHS + waits] += 1
    m[H_WAITING] += 1
    stir(m, 1 << waits)


@jit
def _drop(m: Any, w: int) -> None:
    """A want that has left its queue; its record is taken again when nobody looks at it any more."""
    m[w + W_LIVE] = 0
    m[H_WAITING] -= 1
    if m[w + W_BATCH] >= 0:
        m[m[w + W_BATCH] + B_WANTS] -= 1
    m[w + W_NEXT] = m[H_LIMBO_WANT]
    m[H_LIMBO_WANT] = w


@jit
def forget(m: Any, w: int) -> None:
    """Take a want that was served out of its queue."""
    waits = m[w + W_WAITS]
    queue = m[H_QUEUES] + waits * m[H_QUEUE_ROOM]
    low, high = queue, queue + m[H_LENGTHS + waits]
    end = high
    while low < high:
        middle = (low + high) >> 1
        if before(m, m[middle], w):
            low = middle + 1
        else:
            high = middle
    for place in range(low, end - 1):
        m[place] = m[place + 1]
    m[H_LENGTHS + waits] -= 1
    _drop(m, w)


@jit
def drop_wants(m: Any, b: int) -> None:
    """Forget what a batch waits for itself; changeovers and begun cycles go on."""
    for waits in (PERSONS, UNIT, LABORATORY):
        queue, kept = m[H_QUEUES] + waits * m[H_QUEUE_ROOM], 0
        for n in range(m[H_LENGTHS + waits]):
            w = m[queue + n]
            if m[w + W_BATCH] == b and m[w + W_CHAMBER] < 0:
                _drop(m, w)
            else:
                m[queue + kept] = w
                kept += 1
        m[H_LENGTHS + waits] = kept


@jit
def post(m: Any, what: int, thing: int, more: int) -> None:
    """Leave something to be done before this fact is finished."""
    if m[H_POST_TAIL] >= m[H_POSTS_ROOM]:
        m[H_FULL] = 1
        return
    p = m[H_POSTS] + m[H_POST_TAIL] * POST_SIZE
    m[p], m[p + 1], m[p + 2] = what, thing, more
    m[H_POST_TAIL] += 1


@jit
def token(m: Any) -> Any:
    """The rank of a deadline: after every answer of its millisecond, in order of setting."""
    m[H_TOKENS] += 1
    return ALARM + m[H_TOKENS]


@jit
def start_by(m: Any, b: int, when: int) -> None:
    """The batch must have begun its next step by then."""
    set_slot(m, m[H_SLOT_START] + m[b + B_INDEX], when, token(m))


@jit
def end_deadlines(m: Any, b: int) -> None:
    """An ended batch has no deadline."""
    clear_slot(m, m[H_SLOT_START] + m[b + B_INDEX])
    clear_slot(m, m[H_SLOT_HOLD] + m[b + B_INDEX])


@jit
def raise_exception(m: Any, b: int) -> None:
    """Something a reviewer must look at; after the release it is a matter of recall."""
    if m[b + B_STATUS] != RELEASED:
        m[b + B_EXCEPTIONS] = 1


# robots and persons ---------------------------------------------------------------------------------------------


@jit
def _on_duty(m: Any, c: int) -> Any:
    if m[c + C_DUTY_COUNT] == 0:
        return True
    now = (m[H_AT] - _MONDAY) % _WEEK_MS
    for n in range(m[c + C_DUTY_COUNT]):
        d = m[c + C_DUTIES] + 2 * n
        if m[d] <= now < m[d + 1]:
            return True
    return False


@jit
def find_carriers(m: Any, zone: int, persons: bool, count: int) -> Any:
    """True if so many robots or persons (persons only) that serve the zone are free; they stand in the scratch."""
    if count == 0:
        return True
    listed = m[zone + (Z_PERSONS if persons else Z_CARRIERS)]
    found = 0
    for n in range(m[zone + (Z_PERSON_COUNT if persons else Z_CARRIER_COUNT)]):
        c = m[listed + n]
        if m[c + C_BUSY] == 0 and _on_duty(m, c):
            m[m[H_SCRATCH] + found] = c
            found += 1
            if found == count:
                return True
    return False


@jit
def take_carriers(m: Any, e: int, count: int) -> Any:
    """Those in the scratch begin to work on an order; the one whose gowning counts, or -1."""
    gowns = -1
    m[e + E_PERSON_COUNT] = count
    for n in range(count):
        c = m[m[H_SCRATCH] + n]
        m[e + E_PERSONS + n] = c
        m[c + C_BUSY], m[c + C_SINCE] = 1, m[H_AT]
        if m[c + C_GOWNS] and m[c + C_GOWNED] < m[H_AT]:
            m[c + C_GOWNED] = m[H_AT] + m[c + C_GOOD_FOR]
            m[c + C_GOWNINGS] += 1
            gowns = c
    if gowns >= 0:  # as the devices do it: the first of them that gowns at all says how long it takes
        for n in range(count):
            c = m[e + E_PERSONS + n]
            if m[c + C_GOWNS]:
                return c
    return gowns


@jit
def gowning_at_most(m: Any, e: int) -> Any:
    """The longest gowning of those who work on an order."""
    most = 0
    for n in range(m[e + E_PERSON_COUNT]):
        c = m[e + E_PERSONS + n]
        most = max(most, m[c + C_GOWN_MOST] if m[c + C_GOWNS] else 0)
    return most


@jit
def gowning(m: Any, c: int, u: float) -> Any:
    """Milliseconds that gowning takes."""
    return _duration(4, m[c + C_GOWN_LEAST], m[c + C_GOWN_USUAL], m[c + C_GOWN_MOST], u)


@jit
def release_carriers(m: Any, e: int) -> None:
    """Let the robots and persons of an order go."""
    count = m[e + E_PERSON_COUNT]
    for n in range(count):
        c = m[e + E_PERSONS + n]
        m[c + C_BUSY] = 0
        m[c + C_WORKED] += m[H_AT] - m[c + C_SINCE]
    if count:
        stir(m, 1 << CARRIER | 1 << PERSONS | 1 << CHANGEOVER | 1 << LABORATORY)


# units ----------------------------------------------------------------------------------------------------------


@jit
def claim_unit(m: Any, u: int, owner: int) -> None:
    """The unit belongs to a batch."""
    if m[u + U_OWNER] < 0:
        m[u + U_SINCE] = m[H_AT]
    m[u + U_OWNER] = owner


@jit
def leave_owner(m: Any, u: int) -> None:
    """The unit belongs to nobody."""
    if m[u + U_OWNER] >= 0:
        m[u + U_TAKEN] += m[H_AT] - m[u + U_SINCE]
    m[u + U_OWNER] = -1


@jit
def change_over(m: Any, u: int) -> None:
    """Queue the changeover of an empty unit, once."""
    if not m[u + U_CHANGING]:
        m[u + U_CHANGING] = 1
        want(m, CHANGEOVER, m[H_AT], -1, -1, -1, u, 0, 0)


@jit
def soil(m: Any, u: int) -> None:
    """A used unit is dirty and waits for its changeover."""
    if m[u + U_CHANGES]:
        m[u + U_CLEAN_UNTIL], m[u + U_IN_USE] = -1, 0
        change_over(m, u)


@jit
def free_unit(m: Any, u: int) -> None:
    """Take a unit from its batch; if it was used it is dirty and asks for its changeover at once."""
    if m[u + U_SHARED]:
        return
    leave_owner(m, u)
    stir(m, 1 << UNIT | 1 << LABORATORY)
    if m[u + U_LOADED]:
        m[u + U_LOADED] = 0
        soil(m, u)


@jit
def clean(m: Any, u: int) -> Any:
    """True if the unit is clean, in date, and not used since."""
    return m[H_AT] <= m[u + U_CLEAN_UNTIL]


# outstanding orders ---------------------------------------------------------------------------------------------


@jit
def begin_entry(m: Any, e: int, work: int, unit: int, b: int) -> None:
    """An order to equipment that has no answer yet."""
    m[e + E_WORK], m[e + E_UNIT], m[e + E_BATCH] = work, unit, b
    m[e + E_TRANSFER], m[e + E_TEST], m[e + E_OPEN_ZONE] = -1, 0, -1
    m[e + E_FAILED], m[e + E_FAULT], m[e + E_LOST], m[e + E_STOPPING] = 0, 0, 0, 0
    m[e + E_PERSON_COUNT], m[e + E_AT], m[e + E_BOUND] = 0, m[H_AT], 0
    m[H_OUT] += 1
    if b >= 0:
        m[b + B_OUT] += 1
        m[b + B_TESTING] += 1 if work in (WORK_TEST, WORK_REVIEW) else 0


@jit
def pooled_entry(m: Any) -> Any:
    """A record for an order to a shared unit; -1 if there is no room."""
    e = m[H_FREE_ENTRY]
    if e < 0:
        m[H_FULL] = 1
        return -1
    m[H_FREE_ENTRY] = m[e + E_NEXT]
    return e


@jit
def answer_at(m: Any, e: int, name: int, when: int) -> None:
    """The answer to an order will come then; ties go by the name of the equipment, then by the order given."""
    m[H_ORDERS] += 1
    set_slot(m, m[e + E_SLOT], when, ((1 + name) << 28) + (m[H_ORDERS] & 0xFFFFFFF))


@jit
def end_entry(m: Any, e: int) -> None:
    """The order is answered."""
    m[H_OUT] -= 1
    b = m[e + E_BATCH]
    if b >= 0:
        m[b + B_OUT] -= 1
        m[b + B_TESTING] -= 1 if m[e + E_WORK] in (WORK_TEST, WORK_REVIEW) else 0
