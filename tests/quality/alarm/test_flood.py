"""The load of alarms: rates, floods, chattering, stale ones, priorities, against what persons can answer."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from axenic.quality.alarm.flood import GOOD, TOO_FEW, TOO_MANY, alarm_load, flooded, load_targets, most_within
from axenic.quality.alarm.kind import shipped_alarms
from axenic.quality.alarm.point import Alarm, Round, Shown

HOUR, MINUTE = 3_600_000, 60_000
START = 1_795_860_000_000
KIND = shipped_alarms().kind("stale value")


def calls(*minutes: float, place: str = "") -> list[Shown]:
    """Alarms at these minutes, each of a place of its own if none is named."""
    return [Shown(START + int(m * MINUTE), KIND, place or f"unit-{n}") for n, m in enumerate(minutes)]


def figures(shown: list[Shown], hours: float = 10, operators: int = 1, alarms: tuple[Alarm, ...] = ()):
    load = alarm_load(shown, alarms, START, START + int(hours * HOUR), operators)
    return load, {f.figure: f for f in load.figures}


def test_six_an_hour_are_acceptable_seven_are_not_and_two_operators_share_them():
    sixty = calls(*(m * 10 for m in range(60)))
    _, found = figures(sixty)
    assert (found["alarms per hour and operator"].value, found["alarms per hour and operator"].verdict) == (6.0, GOOD)
    more = figures([*sixty, *calls(5)])[1]["alarms per hour and operator"]
    assert more.verdict == "manageable"
    assert figures([*sixty, *calls(5)], operators=2)[1]["alarms per hour and operator"].verdict == GOOD


def test_eleven_alarms_in_ten_minutes_are_a_flood_and_ten_are_none():
    ten, eleven = calls(*range(10)), calls(*(m * 0.9 for m in range(11)))
    assert figures(ten)[1]["share of time in flood"].value == 0
    load, found = figures(eleven)
    assert found["most alarms in 10 min"].value == 11
    assert found["share of 10 min with a flood"].value == 100 / 60
    # the flood lasts from the eleventh alarm, at minute 9, until the first is ten minutes old
    assert found["share of time in flood"].value == 100 * 1 / 600
    assert load.alarms == 11


def test_alarms_beyond_the_time_looked_at_do_not_count():
    assert figures(calls(-1, 5, 601))[0].alarms == 1


def test_three_within_a_minute_at_one_place_chatter_and_at_three_places_do_not():
    assert figures(calls(1, 1.4, 1.9, place="wash-1"))[0].chattering == (("stale value", "wash-1"),)
    assert figures(calls(1, 1.4, 1.9))[0].chattering == ()
    assert figures(calls(1, 1.4, 2.1, place="wash-1"))[0].chattering == ()


def test_what_holds_for_more_than_a_day_is_stale_also_if_it_holds_still():
    def held(over: int) -> Alarm:
        return Alarm(7, KIND, "wash-1", "old", "", [Round(START)], START, over)

    assert figures([], 30, alarms=(held(0),))[0].stale == (("stale value", "wash-1"),)
    assert figures([], 30, alarms=(held(START + 25 * HOUR),))[0].stale == (("stale value", "wash-1"),)
    assert figures([], 30, alarms=(held(START + 23 * HOUR),))[0].stale == ()


def test_the_most_frequent_come_first_with_their_count():
    shown = [*calls(1, 2, 3, place="wash-1"), *calls(4, 5, place="wash-2")]
    assert figures(shown)[0].frequent == (("stale value", "wash-1", 3), ("stale value", "wash-2", 2))


def test_the_spread_of_priorities_is_judged_only_from_enough_alarms():
    assert figures(calls(1))[1]["priority low"].verdict == TOO_FEW
    found = figures(calls(*range(0, 300, 10)))[1]
    assert (found["priority low"].value, found["priority low"].verdict) == (100.0, GOOD)
    high = shipped_alarms().kind("unit aborted")
    found = figures([Shown(c.at, high, c.place) for c in calls(*range(0, 300, 10))])[1]
    assert (found["priority low"].verdict, found["priority high"].verdict) == (TOO_MANY, TOO_MANY)


def test_no_alarm_at_all_is_no_division_by_zero():
    load = alarm_load([], [], 0, 0)
    assert load.alarms == 0
    assert {f.value for f in load.figures} == {0.0}


def test_every_figure_has_a_target_with_its_grade():
    assert len(load_targets().figures) == len({f.figure for f in load_targets().figures}) == 13


@given(st.lists(st.integers(0, 120), max_size=80))
def test_the_time_in_flood_is_that_of_looking_at_every_moment(minutes):
    times, flood, window, ends = sorted(minutes), 3, 10, 130
    by_moment = sum(sum(t - window < time <= t for time in times) > flood for t in range(ends))
    assert flooded(times, ends, window, flood) == by_moment


@given(st.lists(st.integers(0, 60), min_size=1, max_size=40), st.integers(1, 20))
def test_the_most_within_a_window_is_that_of_trying_every_begin(minutes, window):
    times = sorted(minutes)
    assert most_within(times, window) == max(sum(b <= t < b + window for t in times) for b in range(61))
