"""Who is on duty when: windows of the week, past midnight, past Sunday, and the next time somebody comes."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from axenic.plant.shift import DAY_MS, DAYS, WEEK_MS, Shift, duty, most_on_duty, next_begin, time_of_week

HOUR = 3_600_000
MONDAY = round(datetime(2026, 1, 5, tzinfo=UTC).timestamp() * 1000)


def shift(begin, end, *days):
    return Shift.model_validate({"from": begin, "to": end} | ({"days": list(days)} if days else {}))


def on(shifts, at):
    now = time_of_week(at)
    return any(begin <= now < end for begin, end in duty(shifts))


def test_the_week_begins_on_monday_at_midnight_utc():
    assert time_of_week(MONDAY) == 0
    assert time_of_week(MONDAY - 1) == WEEK_MS - 1
    assert time_of_week(MONDAY + 500 * WEEK_MS + DAY_MS) == DAY_MS


def test_a_day_shift_is_on_duty_from_its_first_millisecond_and_off_at_its_last():
    day = (shift("06:00", "22:00"),)
    assert not on(day, MONDAY + 6 * HOUR - 1)
    assert on(day, MONDAY + 6 * HOUR)
    assert on(day, MONDAY + 22 * HOUR - 1)
    assert not on(day, MONDAY + 22 * HOUR)


def test_a_night_shift_belongs_to_the_day_it_begins_on():
    friday = (shift("22:00", "06:00", "fri"),)
    assert on(friday, MONDAY + 4 * DAY_MS + 23 * HOUR)
    assert on(friday, MONDAY + 5 * DAY_MS + 5 * HOUR)
    assert not on(friday, MONDAY + 4 * DAY_MS + 5 * HOUR)


def test_a_shift_that_begins_on_sunday_night_goes_on_into_monday():
    sunday = (shift("22:00", "06:00", "sun"),)
    assert duty(sunday) == ((0, 6 * HOUR), (WEEK_MS - 2 * HOUR, WEEK_MS))
    assert on(sunday, MONDAY + 5 * HOUR)
    assert on(sunday, MONDAY - HOUR)


def test_a_shift_that_ends_when_it_begins_lasts_a_whole_day():
    assert shift("08:00", "08:00", "wed").windows() == [(2 * DAY_MS + 8 * HOUR, 3 * DAY_MS + 8 * HOUR)]


@pytest.mark.parametrize(("begin", "end", "days"), [("6:00", "14:00", ()), ("06:00", "24:00", ()), ("a", "b", ())])
def test_what_is_no_time_of_day_is_refused(begin, end, days):
    with pytest.raises(ValueError, match="is no time of day"):
        shift(begin, end, *days)


def test_a_shift_on_no_day_or_on_an_unknown_one_is_refused():
    with pytest.raises(ValueError, match="no day"):
        Shift.model_validate({"days": [], "from": "06:00", "to": "14:00"})
    with pytest.raises(ValueError, match="is no day"):
        shift("06:00", "14:00", "monday")


def test_who_has_no_shifts_is_always_on_duty_and_nobody_has_to_be_waited_for():
    assert duty(()) == ()
    assert next_begin((), MONDAY) == -1


CLOCK = st.builds(lambda h, m: f"{h:02}:{m:02}", st.integers(0, 23), st.sampled_from([0, 1, 30, 59]))
SHIFTS = st.lists(st.builds(shift, CLOCK, CLOCK, st.sampled_from(DAYS)), min_size=1, max_size=4).map(tuple)
TIMES = st.integers(MONDAY, MONDAY + 3 * WEEK_MS) | st.integers(0, 20).map(lambda n: MONDAY + n * DAY_MS)


@given(SHIFTS, TIMES)
def test_at_the_next_begin_somebody_is_on_duty_and_nobody_came_before_it(shifts, at):
    then = next_begin(duty(shifts), at)
    assert at < then <= at + WEEK_MS
    assert on(shifts, then)
    windows = [w for s in shifts for w in s.windows()]
    comes = {t for begin, _ in windows for week in range(-1, 6) if (t := MONDAY + begin + week * WEEK_MS) > at}
    assert min(comes) >= then, "only a shift that passes midnight on Sunday is seen to come once more, on Monday"
    assert min(comes) == then or time_of_week(then) == 0


@given(SHIFTS, TIMES)
def test_duty_repeats_every_week_and_is_what_the_windows_say(shifts, at):
    now = time_of_week(at)
    inside = any(b <= now < e or b <= now + WEEK_MS < e for s in shifts for b, e in s.windows())
    assert on(shifts, at) == on(shifts, at + WEEK_MS) == inside


@given(st.lists(st.tuples(SHIFTS | st.just(()), st.integers(1, 5)), max_size=4), TIMES)
def test_never_are_more_persons_on_duty_at_once_than_the_rota_is_said_to_have(rota, at):
    here = sum(count for shifts, count in rota if not shifts or on(shifts, at))
    assert here <= most_on_duty(rota)


def test_the_most_on_duty_at_once_counts_the_hand_over_of_two_shifts():
    early, late = ((shift("06:00", "14:30"),), 3), ((shift("14:00", "22:30"),), 2)
    assert most_on_duty([early, late]) == 5
    assert most_on_duty([early, ((shift("14:30", "22:30"),), 2)]) == 3
    assert most_on_duty([early, ((), 1)]) == 4
    assert most_on_duty([]) == 0
