"""Running a chamber's program from a page of its book, and what its verdict makes of chamber and load."""

from __future__ import annotations

from typing import Any

from axenic.device.chambers import STEP_MS
from axenic.twin.kernel.calendar import set_slot
from axenic.twin.kernel.chance import hand_lasts, page_of
from axenic.twin.kernel.floor import (
    answer_at,
    begin_entry,
    find_carriers,
    keep_gowned,
    post,
    raise_exception,
    release_carriers,
    take_carriers,
    token,
    want,
)
from axenic.twin.kernel.jit import jit
from axenic.twin.kernel.places import *


@jit
def entry_of(m: Any, k: int) -> Any:
    """The record of the order that a chamber works on."""
    return m[H_ENTRIES] + (m[H_UNIT_COUNT] + m[H_CARRIER_COUNT] + m[k + K_INDEX]) * ENTRY_SIZE


@jit
def proven(m: Any, k: int) -> Any:
    """True if the chamber's last passed cycle is in date; a hold that ran out makes it dirty here."""
    if m[k + K_CLEAN] and m[H_AT] > m[k + K_UNTIL]:
        spoil(m, k)
    return m[k + K_CLEAN] != 0


@jit
def spoil(m: Any, k: int) -> None:
    """The chamber is no longer proven; what was registered is just a load again."""
    m[k + K_CLEAN] = 0
    if m[k + K_LOAD] == LOAD_OWN:
        m[k + K_LOAD] = LOAD_RAW


@jit
def test_due(m: Any, k: int) -> Any:
    """The number of the first test that is not passed in date; -1 if none."""
    for n in range(m[k + K_TEST_COUNT]):
        if m[m[k + K_TESTS] + 2 * n + 1] < m[H_AT]:
            return n
    return -1


@jit
def start_cycle(m: Any, k: int, x: int, attempt: int) -> None:
    """Run the interface's program on what the chamber holds; on an empty one a test that is due comes first.

    A loaded steriliser with a test due is refused its cycle, as often as it may try.
    """
    m[k + K_OWNER] = x
    while True:
        due = test_due(m, k)
        loaded = m[k + K_LOAD] != LOAD_EMPTY
        testing = due if due >= 0 and not loaded else -1
        program = m[m[k + K_TESTS] + 2 * testing] if testing >= 0 else m[k + K_PROGRAM]
        m[H_RUNS] += 1
        m[k + K_RUN], m[k + K_ATTEMPT], m[k + K_TESTING] = m[H_RUNS], attempt, testing
        m[k + K_RUNS_PROGRAM], m[k + K_PHASE] = program, 0
        spoil(m, k)
        if m[k + K_STERILISER] and due >= 0 and loaded:
            if not _not_proven(m, k):
                return
            attempt += 1
            continue
        break
    if m[k + K_LOAD] == LOAD_RAW:
        m[k + K_LOAD] = LOAD_OWN
    m[k + K_CYCLE_LOADED] = loaded
    m[k + K_PAGE] = page_of(m, k, program, m[k + K_RUN])
    m[k + K_SINCE], m[k + K_PAUSED] = m[H_AT], 0
    if m[program + G_BY_HAND]:
        _queue_by_hand(m, k)
        return
    e = entry_of(m, k)
    begin_entry(m, e, WORK_CYCLE, k, m[x + X_BATCH])
    answer_at(m, e, m[k + K_WORD], m[H_AT] + m[m[k + K_PAGE] + 1])


@jit
def _queue_by_hand(m: Any, k: int) -> None:
    b = m[m[k + K_OWNER] + X_BATCH]
    want(m, PERSONS, m[b + B_DUE], b, -1, k, -1, 0, 0)


@jit
def wipe(m: Any, w: int) -> Any:
    """Let a free person on the outer side do a phase of a program done by hand; False if nobody is free."""
    k = m[w + W_CHAMBER]
    if not find_carriers(m, m[k + K_OUTER], True, 1):
        return False
    e = entry_of(m, k)
    begin_entry(m, e, WORK_CYCLE, k, m[m[k + K_OWNER] + X_BATCH])
    gown = take_carriers(m, e, 1) if m[k + K_PHASE] == 0 else keep_gowned(m, e)
    program, phase = m[k + K_RUNS_PROGRAM], m[k + K_PHASE]
    if phase and phase != m[program + G_EXPOSURE] + 1 and m[H_AT] - m[k + K_SAMPLED] > m[program + G_PAUSE]:
        m[k + K_PAUSED] = 1  # nobody was free in time: the recording stood still, which voids the cycle
    answer_at(m, e, m[k + K_WORD], m[H_AT] + hand_lasts(m, k, gown))
    return True


@jit
def cycle_phase_ended(m: Any, e: int) -> Any:
    """Take the phase's record; go on with the next one, or judge. True: the cycle is to be run again."""
    k = m[e + E_UNIT]
    release_carriers(m, e)
    program = m[k + K_RUNS_PROGRAM]
    if m[program + G_BY_HAND]:
        lasts = m[m[k + K_PAGE] + 2 + m[k + K_PHASE]]
        m[k + K_SAMPLED] = m[H_AT] - lasts + (lasts - 1) // STEP_MS * STEP_MS
        m[k + K_PHASE] += 1
        if m[k + K_PHASE] < m[program + G_PHASES]:
            _queue_by_hand(m, k)
            return False
    m[k + K_CYCLES] += 1
    m[k + K_WORKED] += m[H_AT] - m[k + K_SINCE]
    if not m[m[k + K_PAGE]] or m[k + K_PAUSED]:
        m[k + K_FAILED] += 1
        return _not_proven(m, k)
    if m[k + K_TESTING] >= 0:
        m[m[k + K_TESTS] + 2 * m[k + K_TESTING] + 1] = m[H_AT] + m[program + G_LASTS]
    else:
        m[k + K_CLEAN], m[k + K_UNTIL] = 1, m[H_AT] + m[k + K_CLEAN_FOR]
        if m[k + K_CYCLE_LOADED]:
            _prove_item(m, m[k + K_OWNER], m[H_AT] + m[program + G_LASTS])
    post(m, POST_TRANSFER, m[k + K_OWNER], 0)
    return False


@jit
def _prove_item(m: Any, x: int, until: int) -> None:
    b = m[x + X_BATCH]
    if m[x + X_ITEM] >= 0:
        m[b + B_MATERIALS + m[x + X_ITEM] * ITEM_SIZE + Y_UNTIL] = until
    else:
        m[b + B_PROVEN_UNTIL] = until


@jit
def _not_proven(m: Any, k: int) -> Any:
    """A cycle was not passed: True if it may be run again; otherwise the interface is barred for its repair."""
    x = m[k + K_OWNER]
    raise_exception(m, m[x + X_BATCH])
    spoil(m, k)
    if m[k + K_ATTEMPT] < m[k + K_ATTEMPTS]:
        return True
    m[k + K_BARRED] = m[H_AT] + REPAIR_MS
    set_slot(m, m[H_SLOT_BARRED] + m[k + K_INDEX], m[k + K_BARRED], token(m))
    post(m, POST_UNPROVEN, x, 0)
    return False
