"""The register of alarms: what raises and clears them, who is called when, and what a reviewer sees of it."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from axenic.control.facts import (
    BatchOrdered,
    ClockJumped,
    HoldLifted,
    OutcomeLost,
    OutcomeSettled,
    PhaseFailed,
    ZoneAlarmed,
    ZoneRestored,
)
from axenic.control.orders import CloseBatch, HoldUnit, RaiseException, RunPhase
from axenic.quality.alarm.alarms import Alarms
from axenic.quality.alarm.event import cleared, raised, running, stopped
from axenic.quality.alarm.kind import UNKNOWN
from axenic.quality.batches import Batches
from axenic.quality.permissions import shipped
from axenic.record.entry import Act, Entry, Thing

START, MINUTE, HOUR = 1_795_860_000_000, 60_000, 3_600_000
PERMISSIONS = shipped()
TEMPERATURE = "temperature out of limits"  # on-delay 2 min, off-delay 2 min, shown again after 2 h


class Told:
    """A register that is told things, each as the next entry."""

    def __init__(self) -> None:
        self.batches = Batches(PERMISSIONS)
        self.alarms = Alarms(self.batches)
        self.things: list[Thing] = []

    def __call__(self, *things: Thing) -> int:
        for thing in things:
            self.things.append(thing)
            entry = Entry(len(self.things), "", thing)
            self.batches.take(entry)
            self.alarms.take(entry)
        return len(self.things)

    def letter(self, kind: str, place: str, at: int) -> str:
        return self.alarms.point(kind, place, at).state.letter.value

    def kinds(self) -> list[tuple[str, str]]:
        return [(raised.batch, raised.kind) for raised in self.alarms.exceptions()]


@pytest.fixture
def told():
    return Told()


def acknowledged(at: int, *numbers: int) -> Act:
    return Act(at, "alarm ack", "op", new={"alarms": list(numbers), "comment": "seen"})


def done(command: str, kind: str, place: str, at: int, **new: object) -> Act:
    said = {"alarm": kind, "place": place} | {name.replace("_", " "): value for name, value in new.items()}
    return Act(at, command, "lead", object=f"alarm {kind} at {place}", new=said, reason="probe is being changed")


def phase(number: int, unit: str, at: int) -> RunPhase:
    return RunPhase(number, at, unit, "culture", "AX-1/expand/grow#1", "AX-1")


RAISED_AND_CLEARED = [
    (ZoneAlarmed(START, "core", "particles"), ZoneRestored(START + HOUR, "core", "EM-7"), "ZoneAlarmed", "core"),
    (
        RaiseException(9, START, "AX-1", "environment excursion", "major", "core, bench: particles 9"),
        ZoneRestored(START + HOUR, "core", "EM-7"),
        "ZoneAlarmed",
        "core",
    ),
    (
        OutcomeLost(START, 7, "the line went dead"),
        OutcomeSettled(START + HOUR, 7, True, "lead", "x"),
        "OutcomeLost",
        "wash-1",
    ),
    (HoldUnit(8, START, "wash-1", "in doubt"), phase(9, "wash-1", START + HOUR), "HoldUnit", "wash-1"),
    (PhaseFailed(START, 7, "pump broke"), phase(9, "wash-1", START + HOUR), "PhaseFailed", "wash-1"),
    (
        RaiseException(9, START, "AX-1", "batch held", "major", "cells are missing"),
        HoldLifted(START + HOUR, "AX-1", "lead", "found"),
        "batch held",
        "AX-1",
    ),
    (
        Act(START, "clock stepped", object="clock site"),
        Act(START + HOUR, "clock confirm", object="clock site"),
        "clock stepped",
        "clock site",
    ),
    (
        Act(START, "room short", object="disk", new={"level": 80}),
        Act(START + HOUR, "room regained", object="disk", new={"level": 0}),
        "room short",
        "disk",
    ),
    (
        raised("certificate expired", "wash-1", "ended yesterday", START),
        cleared("certificate expired", "wash-1", START + HOUR),
        "certificate expired",
        "wash-1",
    ),
]


@pytest.mark.requirement("D-9")
@pytest.mark.parametrize(("comes", "goes", "kind", "place"), RAISED_AND_CLEARED)
def test_what_comes_is_shown_and_what_goes_waits_for_a_person(told, comes, goes, kind, place):
    told(phase(7, "wash-1", START - HOUR))
    number = told(comes)
    assert told.letter(kind, place, START + HOUR - 1) == "B"
    told(goes)
    at = START + 2 * HOUR
    assert told.letter(kind, place, at) == "D"
    told(acknowledged(at, number))
    assert told.letter(kind, place, at) == "A"


def test_a_disk_that_is_less_full_but_full_still_is_an_alarm_still(told):
    told(Act(START, "room short", object="disk", new={"level": 90}))
    told(Act(START + HOUR, "room regained", object="disk", new={"level": 80}))
    assert told.letter("room short", "disk", START + HOUR) == "B"


def test_what_nothing_clears_is_over_at_once_and_waits_to_be_acknowledged(told):
    told(Act(START, "access locked", object="person op"))
    assert told.letter("access locked", "person op", START) == "D"
    told(ClockJumped(START, 90))
    assert told.letter("ClockJumped", "clock site", START) == "D"


@pytest.mark.requirement("D-9")
def test_an_alarm_of_equipment_whose_type_nobody_knows_is_shown_and_not_lost(told):
    number = told(raised("flux capacitor low", "wash-1", "1.2 GW", START))
    alarm = told.alarms.get(number)
    assert (alarm.kind.alarm, alarm.text) == (UNKNOWN, "flux capacitor low: wash-1: 1.2 GW")
    told(cleared("flux capacitor low", "wash-1", START + 1))
    assert told.letter(UNKNOWN, "wash-1", START + 1) == "D"


def test_value_and_limit_stand_in_the_text(told):
    told(raised("pressure out of limits", "wash-1", "line 2", START, value="412 mbar", limit="350 mbar"))
    point = told.alarms.point("pressure out of limits", "wash-1", START + MINUTE)
    assert point.alarm.text == "pressure out of limits: wash-1: line 2: 412 mbar, limit 350 mbar"


def test_a_condition_that_goes_within_its_delay_calls_nobody(told):
    told(raised(TEMPERATURE, "reactor-1", "38.2 degC", START), cleared(TEMPERATURE, "reactor-1", START + MINUTE))
    told(cleared(TEMPERATURE, "reactor-1", START + HOUR))
    assert told.alarms.shown == []
    assert told.alarms.open(START + HOUR) == []


def test_a_condition_that_stays_calls_from_the_end_of_its_delay_though_no_entry_says_so(told):
    number = told(raised(TEMPERATURE, "reactor-1", "38.2 degC", START))
    assert told.alarms.get(number, START + MINUTE) is None
    assert told.alarms.get(number, START + 2 * MINUTE).at == START + 2 * MINUTE
    assert [alarm.seq for alarm in told.alarms.open(START + 2 * MINUTE)] == [number]
    assert told.alarms.shown == []  # looking changes nothing
    told(acknowledged(START + 3 * MINUTE, number))
    assert told.letter(TEMPERATURE, "reactor-1", START + 3 * MINUTE) == "C"
    assert [shown.at for shown in told.alarms.shown] == [START + 2 * MINUTE]


@pytest.mark.requirement("D-9")
def test_a_gmp_alarm_that_came_by_time_alone_is_seen_by_the_review_from_the_next_entry_on_whatever_that_is(told):
    told(BatchOrdered(START - HOUR, "AX-1", "COI-1", "car-t-9-day", START + HOUR))
    number = told(raised(TEMPERATURE, "reactor-1", "38.2 degC", START))
    told(Act(START + MINUTE, "user login", "op"))
    assert told.kinds() == []
    told(Act(START + 2 * MINUTE, "user login", "op"))
    assert told.kinds() == [("AX-1", "alarm open")]
    assert told.alarms.get(number).at == START + 2 * MINUTE


def test_an_acknowledged_alarm_that_still_holds_calls_again_in_its_time(told):
    number = told(raised(TEMPERATURE, "reactor-1", "38.2 degC", START), acknowledged(START + 3 * MINUTE, 1))
    at = START + 3 * MINUTE + 2 * HOUR
    assert told.letter(TEMPERATURE, "reactor-1", at - 1) == "C"
    assert told.letter(TEMPERATURE, "reactor-1", at) == "B"
    told(acknowledged(at + MINUTE, 1))
    assert [one.acknowledged for one in told.alarms.get(number - 1).rounds] == [START + 3 * MINUTE, at + MINUTE]


def test_the_next_limit_calls_again_once_the_first_was_acknowledged_and_not_before(told):
    first = told(Act(START, "room short", object="disk", new={"level": 80}))
    told(Act(START + 1, "room short", object="disk", new={"level": 90}))
    assert len(told.alarms.shown) == 1
    told(acknowledged(START + 2, first))
    second = told(Act(START + 3, "room short", object="disk", new={"level": 90}))
    assert [alarm.seq for alarm in told.alarms.open()] == [second]


def test_an_alarm_of_another_batch_at_the_same_place_is_another_alarm(told):
    told(raised("unit aborted", "wash-1", "guard", START, batch="AX-1"))
    told(raised("unit aborted", "wash-1", "guard", START + 1, batch="AX-2"))
    assert [(alarm.seq, alarm.batch) for alarm in told.alarms.open()] == [(1, "AX-1"), (2, "AX-2")]
    told(acknowledged(START + 2, 1))
    assert told.letter("unit aborted", "wash-1", START + 2) == "B"
    told(acknowledged(START + 3, 2))
    assert told.letter("unit aborted", "wash-1", START + 3) == "C"


def test_a_latched_alarm_ends_only_by_its_reset(told):
    told(raised("unit aborted", "wash-1", "guard", START), cleared("unit aborted", "wash-1", START + 1))
    told(acknowledged(START + 2, 1))
    assert told.letter("unit aborted", "wash-1", START + 2) == "C"
    told(done("alarm reset", "unit aborted", "wash-1", START + 3))
    assert told.letter("unit aborted", "wash-1", START + 3) == "A"


def test_what_is_shelved_calls_nobody_until_its_time_is_over(told):
    told(done("alarm shelve", TEMPERATURE, "reactor-1", START, until=START + HOUR, one_shot=False))
    told(raised(TEMPERATURE, "reactor-1", "38.2 degC", START + MINUTE))
    assert told.letter(TEMPERATURE, "reactor-1", START + HOUR - 1) == "E"
    assert told.alarms.open(START + HOUR - 1) == []
    assert told.letter(TEMPERATURE, "reactor-1", START + HOUR) == "B"
    assert [alarm.at for alarm in told.alarms.open(START + HOUR)] == [START + HOUR]


@pytest.mark.parametrize("doubt", [ClockJumped(START + 5, 9), Act(START + 5, "clock stepped", object="clock site")])
def test_once_the_clock_was_set_nobody_can_tell_until_when_it_is_shelved_so_it_is_not(told, doubt):
    told(raised("unit aborted", "wash-1", "guard", START))
    told(done("alarm shelve", TEMPERATURE, "reactor-1", START, until=START + HOUR, one_shot=False))
    told(doubt)
    assert told.letter(TEMPERATURE, "reactor-1", START + 6) == "A"
    assert [s.lasts_until for s in told.alarms.silences] == [START + 5]


def test_a_register_read_again_after_a_restart_is_in_the_same_state(told):
    told(raised("unit aborted", "wash-1", "guard", START))
    told(raised(TEMPERATURE, "reactor-1", "38.2 degC", START))
    told(done("alarm shelve", TEMPERATURE, "reactor-1", START + 1, until=START + HOUR, one_shot=True))
    told(stopped("wash-1", START + 2))
    again = Told()
    again(*told.things)
    assert again.alarms.points(START + MINUTE) == told.alarms.points(START + MINUTE)
    assert {p.state.letter.value for p in again.alarms.points(START + MINUTE)} == {"B", "E"}


def test_a_stopped_unit_suppresses_what_means_nothing_then_and_nothing_else(told):
    told(raised("pressure out of limits", "wash-1", "line 2", START), raised("unit aborted", "wash-1", "guard", START))
    told(stopped("wash-1", START + MINUTE))
    letters = {p.kind.alarm: p.state.letter.value for p in told.alarms.points(START + MINUTE)}
    assert letters == {"pressure out of limits": "F", "unit aborted": "B"}
    told(raised("weight out of limits", "wash-1", "0 g", START + 2 * MINUTE))
    told(raised("weight out of limits", "wash-2", "0 g", START + 2 * MINUTE))
    assert told.letter("weight out of limits", "wash-1", START + 3 * MINUTE) == "F"
    assert told.letter("weight out of limits", "wash-2", START + 3 * MINUTE) == "B"
    told(running("wash-1", START + 4 * MINUTE))
    assert told.letter("pressure out of limits", "wash-1", START + 4 * MINUTE) == "B"


def test_a_unit_that_is_blocked_for_maintenance_suppresses_the_loss_of_its_link(told):
    told(Act(START, "equipment block", "fitter", object="equipment wash-1", new={"blocked": "seal"}))
    told(raised("link lost", "wash-1", "timeout", START + 1))
    assert told.letter("link lost", "wash-1", START + HOUR) == "F"
    told(stopped("wash-1", START + 2), running("wash-1", START + 3))
    assert told.letter("link lost", "wash-1", START + HOUR) == "F"
    told(Act(START + HOUR, "equipment unblock", "qa", object="equipment wash-1", new={"blocked": ""}))
    assert told.letter("link lost", "wash-1", START + HOUR) == "B"


@pytest.mark.requirement("D-9")
@pytest.mark.parametrize(
    ("command", "end", "how", "limit"),
    [
        ("alarm shelve", "alarm unshelve", "alarm shelved", HOUR),
        ("alarm withdraw", "alarm return", "alarm out of service", 0),
    ],
)
def test_a_gmp_alarm_that_nobody_could_see_is_an_exception_of_every_batch_in_process_then(
    told, command, end, how, limit
):
    def ordered(batch: str, at: int) -> None:
        told(BatchOrdered(at, batch, f"COI-{batch}", "car-t-9-day", at + 9 * HOUR))

    ordered("BEFORE", START - HOUR)
    told(CloseBatch(1, START - 1, "BEFORE"))
    ordered("DURING", START - HOUR)
    until = {"until": START + limit} if limit else {}
    told(done(command, TEMPERATURE, "reactor-1", START, **until))
    told(done(command, "stale value", "reactor-1", START, **until))  # of the info class
    ordered("BEGUN IN IT", START + MINUTE)
    told(done(end, TEMPERATURE, "reactor-1", START + 2 * MINUTE))
    ordered("AFTER", START + 3 * MINUTE)
    assert told.kinds() == [("DURING", how), ("BEGUN IN IT", how)]
    text = told.alarms.exceptions()[0].text
    assert text == "temperature out of limits at reactor-1 by lead: probe is being changed"


def test_the_time_a_plant_told_of_itself_is_that_of_its_facts_and_not_of_what_persons_did_later(told):
    told(phase(7, "wash-1", START), ZoneAlarmed(START + HOUR, "core", "x"))
    told(Act(START + 9 * HOUR, "user login", "op"))
    assert (told.alarms.begins, told.alarms.latest) == (START, START + HOUR)


def test_a_refused_act_changes_no_alarm(told):
    told(raised("unit aborted", "wash-1", "guard", START))
    refused = Act(START + 1, "alarm ack", "op", new={"alarms": [1], "comment": "x"}, refused=("no",))
    told(refused)
    assert told.letter("unit aborted", "wash-1", START + 1) == "B"


KINDS = (TEMPERATURE, "unit aborted", "stale value", "certificate expired")
EVENTS = {
    "came": lambda kind, place, at: raised(kind, place, "x", at),
    "was": lambda kind, place, at: raised(kind, place, "x", at, over=True),
    "went": lambda kind, place, at: cleared(kind, place, at),
    "shelve": lambda kind, place, at: done("alarm shelve", kind, place, at, until=at + HOUR, one_shot=at % 2 == 0),
    "unshelve": lambda kind, place, at: done("alarm unshelve", kind, place, at),
    "withdraw": lambda kind, place, at: done("alarm withdraw", kind, place, at),
    "return": lambda kind, place, at: done("alarm return", kind, place, at),
    "reset": lambda kind, place, at: done("alarm reset", kind, place, at),
    "ack": lambda kind, place, at: acknowledged(at, *range(1, 40)),
    "stop": lambda kind, place, at: stopped(place, at),
    "run": lambda kind, place, at: running(place, at),
    "clock": lambda kind, place, at: ClockJumped(at, 9),
}
STEPS = st.tuples(
    st.sampled_from(sorted(EVENTS)), st.sampled_from(KINDS), st.sampled_from(("a", "b")), st.integers(0, 90)
)


@settings(max_examples=60, deadline=None)
@given(st.lists(STEPS, max_size=25), st.integers(0, 200))
def test_what_is_seen_at_a_time_is_what_the_next_entry_of_that_time_finds(steps, later):
    told, at = Told(), START
    for event, kind, place, minutes in steps:
        at += minutes * MINUTE
        told(EVENTS[event](kind, place, at))
    at += later * MINUTE
    seen, open_ = told.alarms.points(at), told.alarms.open(at)
    told(Act(at, "user login", "op"))
    assert told.alarms.points(0) == seen
    assert told.alarms.open() == open_
    again = Told()
    again(*told.things)
    assert again.alarms.points(at) == seen
    assert again.alarms.exceptions() == told.alarms.exceptions()
