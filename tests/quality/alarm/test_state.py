"""The seven states of ISA-18.2: every row of the table, and that nothing else moves an alarm, one by one."""

from __future__ import annotations

from dataclasses import replace
from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from axenic.quality.alarm.state import AlarmLetter, AlarmState, Cause, Manner, after, alarm_states, due, sensed

AT, LATER = 1_000_000, 2_000_000
MANNERS = [Manner(acknowledge, latching) for acknowledge, latching in product((True, False), repeat=2)]
ROWS = alarm_states().moves


def states(letter: AlarmLetter, manner: Manner) -> list[AlarmState]:
    """Every state of that letter that an alarm of that manner can be in, but for its times."""
    shelves, truth = ((0, False), (LATER, False), (LATER, True)), (True, False)
    every = product(truth, truth, truth, shelves, truth, truth)
    made = [AlarmState(held, latched, acked, *shelf, *hidden) for held, latched, acked, shelf, *hidden in every]
    return [s for s in made if s.letter is letter and _possible(s, manner)]


def _possible(state: AlarmState, manner: Manner) -> bool:
    latches = state.latched or not state.condition if manner.latching else not state.latched
    return latches and not (state.out_of_service and state.shelved_until)


def wanted(state: AlarmState, cause: Cause, manner: Manner) -> AlarmLetter:
    """What the table says."""
    asks = {
        "active": state.active,
        "acknowledge": manner.acknowledge,
        "latching": manner.latching,
        "one_shot": state.one_shot,
        "shelved": bool(state.shelved_until),
        "suppressed": state.suppressed,
    }
    if (cause is Cause.CAME and state.condition) or (cause is Cause.WENT and not state.condition):
        return state.letter  # nothing came, nothing went
    rows = [
        r
        for r in ROWS
        if r.by is cause
        and state.letter in r.from_
        and all(getattr(r, k) in (None, v) for k, v in asks.items())
        and not (cause is Cause.RESET and (state.condition or not state.latched))
    ]
    assert len(rows) <= 1, rows
    return rows[0].to if rows else state.letter


CASES = list(product(AlarmLetter, Cause, MANNERS))


@pytest.mark.requirement("D-9")
@pytest.mark.parametrize(("letter", "cause", "manner"), CASES)
def test_every_cause_in_every_state_leads_where_the_table_says_and_nowhere_else(letter, cause, manner):
    assert states(letter, manner)
    for state in states(letter, manner):
        made = after(state, cause, manner, AT, until=LATER)
        assert made.letter is wanted(state, cause, manner)
        assert made.since == (AT if made.letter is not state.letter else 0)


def test_every_row_of_the_table_is_walked_by_a_case():
    walked = set()
    for start, cause, manner in CASES:
        ends = {wanted(state, cause, manner) for state in states(start, manner)}
        walked |= {n for n, r in enumerate(ROWS) if r.by is cause and r.to in ends and start in r.from_}
    assert walked == set(range(len(ROWS)))


def test_the_letters_have_the_numbers_of_mtp():
    assert [(letter.value, letter.number) for letter in AlarmLetter] == list(zip("ABCDEFG", range(1, 8), strict=True))


def test_out_of_service_hides_suppressed_and_that_hides_shelved():
    state = AlarmState(condition=True, acked=False)
    for change, letter in (
        ({"shelved_until": LATER}, "E"),
        ({"suppressed": True}, "F"),
        ({"out_of_service": True}, "G"),
    ):
        state = replace(state, **change)
        assert state.letter == letter


@pytest.mark.parametrize(("manner", "letter"), [(Manner(), "D"), (Manner(acknowledge=False), "A")])
def test_what_needs_no_acknowledgement_is_normal_as_soon_as_its_condition_is_gone(manner, letter):
    assert after(AlarmState(condition=True, acked=False), Cause.WENT, manner, AT).letter == letter


def test_a_latched_alarm_stays_until_it_is_acknowledged_gone_and_reset():
    manner, state = Manner(latching=True), AlarmState()
    letters = []
    for cause in (Cause.CAME, Cause.RESET, Cause.WENT, Cause.RESET, Cause.ACKNOWLEDGED, Cause.RESET):
        state = after(state, cause, manner, AT)
        letters.append(state.letter.value)
    assert letters == ["B", "B", "B", "B", "C", "A"]


def test_a_condition_shorter_than_its_on_delay_is_no_alarm_and_a_longer_one_is_from_its_end():
    manner = Manner(on_delay=1000, off_delay=500)
    waits = sensed(AlarmState(), True, AT)
    assert due(waits, manner) == (AT + 1000, Cause.CAME)
    assert due(sensed(waits, False, AT + 999), manner) is None
    assert due(sensed(waits, True, AT + 500), manner) == (AT + 1000, Cause.CAME)
    active = after(waits, Cause.CAME, manner, AT + 1000)
    assert due(sensed(active, False, AT + 2000), manner) == (AT + 2500, Cause.WENT)


def test_an_acknowledged_alarm_that_still_holds_is_due_again_and_a_shelf_ends():
    manner = Manner(again=700)
    acked = AlarmState(condition=True, acked=True, since=AT)
    assert due(acked, manner) == (AT + 700, Cause.AGAIN)
    assert due(acked, Manner()) is None
    assert due(replace(acked, shelved_until=LATER), manner) == (LATER, Cause.SHELF_ENDED)


def test_a_person_is_told_from_which_states_something_is_possible():
    (why,) = alarm_states().refusals("alarm x at y", AlarmLetter.NORMAL, Cause.ACKNOWLEDGED)
    assert why == (
        "alarm x at y is normal; to acknowledge it must be: unacknowledged, returned to normal, unacknowledged"
    )
    assert alarm_states().refusals("alarm x at y", AlarmLetter.RETURNED, Cause.ACKNOWLEDGED) == []


@given(st.lists(st.sampled_from(Cause), max_size=40), st.sampled_from(MANNERS))
def test_no_way_leads_to_a_state_in_which_an_active_alarm_is_hidden_for_ever(causes, manner):
    state = AlarmState()
    for cause in causes:
        state = after(state, cause, manner, AT, until=LATER)
    for cause in (Cause.RETURNED, Cause.RELEASED, Cause.SHELF_ENDED):
        state = after(state, cause, manner, AT)
    assert state.letter.value in ("BC" if state.active else "AD")
