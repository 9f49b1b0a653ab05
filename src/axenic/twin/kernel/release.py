"""From the last phase to the disposition: release tests, review, holds, and the ways a batch ends."""

from __future__ import annotations

from math import nan
from typing import Any

from axenic.twin.kernel.calendar import set_slot
from axenic.twin.kernel.chance import floats_of, perform, remake_after
from axenic.twin.kernel.floor import (
    ALL,
    answer_at,
    begin_entry,
    claim_unit,
    drop_wants,
    end_deadlines,
    find_carriers,
    free_unit,
    leave_owner,
    live,
    pooled_entry,
    post,
    raise_exception,
    release_carriers,
    stir,
    take_carriers,
    token,
    want,
)
from axenic.twin.kernel.jit import SHARED, jit
from axenic.twin.kernel.limits import holds_for
from axenic.twin.kernel.places import *

_MATERIAL, _OPERATION, _EQUIPMENT = 1, 2, 3
_significant = SHARED["significant"]


@jit
def _free_laboratory(m: Any, plan: int) -> Any:
    for n in range(m[plan + T_ABLE_COUNT]):
        u = m[m[plan + T_ABLE] + n]
        if m[u + U_SHARED] or (m[u + U_OWNER] < 0 and not m[u + U_CHANGING]):
            return u
    return -1


@jit
def _uncontended(m: Any, t: int) -> Any:
    u = m[m[t + T_ABLE]] if m[t + T_ABLE_COUNT] else -1
    return m[H_LENGTHS + LABORATORY] == 0 and u >= 0 and m[u + U_SHARED] and m[u + U_ATTENDED] == 0


@jit
def start_test(m: Any, f: Any, w: int) -> Any:
    """Order the test, or the review, that is wanted; False to wait."""
    return _start(m, f, m[w + W_BATCH], m[w + W_TEST])


@jit
def _start(m: Any, f: Any, b: int, test: int) -> Any:
    """Order a test, or the review, from a free unit that can do it; the review waits for every doubt and hold."""
    review = test == REVIEW
    if not live(m, b):
        return True
    if review and (m[b + B_DOUBTS] or m[b + B_HOLDS]):
        return False
    plan = m[H_REVIEW] if review else m[H_TESTS] + test * TEST_SIZE
    u = _free_laboratory(m, plan)
    if u < 0 or not find_carriers(m, m[u + U_ZONE], True, m[u + U_ATTENDED]):
        return False
    e = pooled_entry(m) if m[u + U_SHARED] else m[H_ENTRIES] + m[u + U_INDEX] * ENTRY_SIZE
    if e < 0:
        return False
    begin_entry(m, e, WORK_REVIEW if review else WORK_TEST, u, b)
    gown = take_carriers(m, e, m[u + U_ATTENDED])
    if not m[u + U_SHARED]:
        claim_unit(m, u, b)
    m[e + E_TEST] = test
    count, exposure = 0, _significant(f[floats_of(m, b) + F_RISK])  # as the order to the laboratory says it
    if review:
        m[b + B_EXCEPTIONS] = 0
        m[b + B_REVIEWS] += 1
        count, exposure = m[b + B_REVIEWS], 0.0
    out = m[H_VALUES]
    perform(m, f, e, b, u, plan, count, gown, 0, exposure, out, m[m[plan + T_LIMIT] + L_MEASURE])
    place = m[H_VALUES] + m[H_MEASURES] + m[e + E_SLOT]
    measure = m[m[plan + T_LIMIT] + L_MEASURE]
    f[place] = f[out + measure] if measure >= 0 else nan
    return True


@jit
def _ask_tests(m: Any, f: Any, a: Any, b: int, done: int) -> None:
    """Ask for the tests whose time has come.

    In a shared laboratory without persons nothing is contended: while nobody waits there, a test begins at once.
    """
    for n in range(m[H_TEST_COUNT]):
        t = m[H_TESTS] + n * TEST_SIZE
        if m[b + B_TESTS] >> n & 1 or done & m[t + T_AFTER] != m[t + T_AFTER]:
            continue
        m[b + B_TESTS] |= 1 << n
        if a[m[b + B_ROW] + A_FILLED] < 0:
            a[m[b + B_ROW] + A_FILLED] = m[H_AT]
        if not (_uncontended(m, t) and _start(m, f, b, n)):
            want(m, LABORATORY, m[b + B_DUE], b, -1, -1, -1, 0, n)


@jit
def note_done(m: Any, f: Any, a: Any, b: int, bit: int) -> None:
    """A unit procedure or test is done: start every test, and the review, that waited for it."""
    m[b + B_DONE] |= bit
    done, row = m[b + B_DONE], m[b + B_ROW]
    if m[b + B_TESTS] != (1 << m[H_TEST_COUNT]) - 1:
        _ask_tests(m, f, a, b, done)
    tested = done & m[H_TEST_BITS] == m[H_TEST_BITS]
    if tested and a[row + A_TESTED] < 0:
        a[row + A_TESTED] = m[H_AT]
    if tested and not m[b + B_REVIEWED] and done & m[H_REVIEW_AFTER] == m[H_REVIEW_AFTER]:
        m[b + B_REVIEWED] = 1
        want(m, LABORATORY, m[b + B_DUE], b, -1, -1, -1, 0, REVIEW)


@jit
def _free_after(m: Any, e: int) -> None:
    release_carriers(m, e)
    if not m[m[e + E_UNIT] + U_SHARED]:
        leave_owner(m, m[e + E_UNIT])
    stir(m, 1 << LABORATORY)
    if not live(m, m[e + E_BATCH]):
        post(m, POST_WIND_UP, m[e + E_BATCH], 0)


@jit
def _value(m: Any, f: Any, e: int) -> Any:
    place = m[H_VALUES] + m[H_MEASURES] + m[e + E_SLOT]
    return nan if m[e + E_FAILED] else f[place]


@jit
def test_ended(m: Any, f: Any, a: Any, e: int) -> None:
    """Hold a test result against its limit; a missing or failing one rejects the batch."""
    _free_after(m, e)
    b = m[e + E_BATCH]
    if not live(m, b):
        return
    t = m[H_TESTS] + m[e + E_TEST] * TEST_SIZE
    value = _value(m, f, e)
    if value == value and m[t + T_RESULT] >= 0:
        f[floats_of(m, b) + F_RESULTS + m[H_MEASURES] + m[t + T_RESULT]] = value
    if not holds_for(m, f, m[t + T_LIMIT], value):
        dispose(m, f, a, b, m[t + T_FINDS])
        return
    note_done(m, f, a, b, m[t + T_BIT])


@jit
def review_ended(m: Any, f: Any, a: Any, e: int) -> None:
    """Release or reject on the reviewer's answer."""
    _free_after(m, e)
    b = m[e + E_BATCH]
    if not live(m, b):
        return
    if m[b + B_HOLDS] or m[b + B_EXCEPTIONS]:
        want(m, LABORATORY, m[b + B_DUE], b, -1, -1, -1, 0, REVIEW)
        return
    if not holds_for(m, f, m[m[H_REVIEW] + T_LIMIT], _value(m, f, e)):
        dispose(m, f, a, b, _OPERATION)
        return
    m[b + B_STATUS] = RELEASED
    a[m[b + B_ROW] + A_DISPOSED], a[m[b + B_ROW] + A_OUTCOME] = m[H_AT], RELEASED
    note_done(m, f, a, b, m[H_REVIEW_BIT])
    if m[b + B_WAITS_REVIEW]:
        m[b + B_WAITS_REVIEW] = 0
        post(m, POST_STEP, b, m[b + B_STEP] + 1)
    else:
        post(m, POST_WIND_UP, b, 0)


@jit
def dispose(m: Any, f: Any, a: Any, b: int, cause: int) -> None:
    """Put a rejection on record and wind the batch up at once."""
    if not live(m, b):
        return
    row = m[b + B_ROW]
    if m[b + B_STATUS] == IN_PROCESS:
        a[row + A_DISPOSED] = m[H_AT]
        if m[b + B_ATTEMPT] == 1:
            _order_again(m, f, b)
    a[row + A_OUTCOME], a[row + A_CAUSE] = REJECTED, cause
    m[b + B_STATUS] = REJECTED
    end_deadlines(m, b)
    stir(m, ALL)
    drop_wants(m, b)
    e = m[b + B_RUNNING]
    if e >= 0 and not m[e + E_STOPPING] and not m[e + E_LOST]:
        m[e + E_STOPPING], m[e + E_FAILED] = 1, _EQUIPMENT
        answer_at(m, e, m[m[e + E_UNIT] + U_WORD], m[H_AT] + STOPPING_MS)
    post(m, POST_WIND_UP, b, 0)


@jit
def _order_again(m: Any, f: Any, b: int) -> None:
    """The clinic may order a remake: it waits in a list, in order of its time."""
    after = remake_after(m, f, m[b + B_THING]) if m[H_ROW_REMAKE] >= 0 else -1
    if after < 0:
        return
    if m[H_REMAKE_COUNT] >= m[H_REMAKE_ROOM]:
        m[H_FULL] = 1
        return
    n = m[H_REMAKE_COUNT]
    when = m[H_AT] + after
    while n > 0 and m[m[H_REMAKES] + 3 * (n - 1)] > when:
        for i in range(3):
            m[m[H_REMAKES] + 3 * n + i] = m[m[H_REMAKES] + 3 * (n - 1) + i]
        n -= 1
    m[m[H_REMAKES] + 3 * n], m[m[H_REMAKES] + 3 * n + 1] = when, m[b + B_NUMBER]
    m[m[H_REMAKES] + 3 * n + 2] = m[b + B_DUE] - m[b + B_ORDERED]
    m[H_REMAKE_COUNT] += 1
    set_slot(m, m[H_SLOT_REMAKE], m[m[H_REMAKES]], 1)


@jit
def wind_up(m: Any, f: Any, a: Any, b: int) -> None:
    """Free what an ended batch holds when its cells are at rest; close it when its last test has ended as well."""
    if m[b + B_STATUS] != REJECTED and m[b + B_STATUS] != RELEASED:
        return
    if m[b + B_STATUS] == RELEASED and m[b + B_STEP] < m[H_STEP_COUNT]:
        return
    if m[b + B_OUT] > m[b + B_TESTING] or m[b + B_WANTS]:
        return
    for place in (B_UNIT, B_RESERVED):
        u = m[b + place]
        if u >= 0 and m[u + U_OWNER] == b:
            free_unit(m, u)
    for n in range(m[H_MATERIAL_COUNT]):
        item = b + B_MATERIALS + n * ITEM_SIZE
        u = m[item + Y_UNIT]
        if u >= 0 and m[u + U_OWNER] == b:
            free_unit(m, u)
        m[item + Y_UNIT] = -1
    m[b + B_UNIT], m[b + B_RESERVED] = -1, -1
    if m[b + B_TESTING]:
        return
    m[b + B_STATUS] = CLOSED
    m[H_LIVE] -= 1
    end_deadlines(m, b)
    a[m[b + B_ROW] + A_CLOSED] = m[H_AT]
    a[m[b + B_ROW] + A_PASSAGES] = m[b + B_PASSAGES]
    a[m[b + B_ROW] + A_RISK] = round(f[floats_of(m, b) + F_RISK] * RISK_UNIT)
    m[b + B_NEXT] = m[H_CLOSED]
    m[H_CLOSED] = b


@jit
def hold(m: Any, b: int, kind: int) -> None:
    """Hold a batch for a person; it is rejected if nobody decides within the recipe's bound."""
    if not live(m, b):
        return
    if not m[b + B_HOLDS]:
        m[b + B_FIRST_HOLD] = kind
        set_slot(m, m[H_SLOT_HOLD] + m[b + B_INDEX], m[H_AT] + m[H_HOLD_AT_MOST], token(m))
    m[b + B_HOLDS] |= kind
    raise_exception(m, b)


@jit
def lose(m: Any, e: int) -> None:
    """Nobody knows what became of an order: the batch waits for a person."""
    m[e + E_LOST] = 1
    b = m[e + E_BATCH]
    raise_exception(m, b)
    m[b + B_DOUBTS] += 1
    hold(m, b, HOLD_DOUBT)


@jit
def held_for(m: Any, b: int) -> Any:
    """The cause that a batch is lost for when its hold lasts too long."""
    first = m[b + B_FIRST_HOLD]
    return _MATERIAL if first == HOLD_CONTROL else _EQUIPMENT if first == HOLD_DOUBT else _OPERATION
