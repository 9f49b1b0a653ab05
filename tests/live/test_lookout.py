"""What equipment says of itself becomes alarms, each once, facts of the zones, and readings; time comes with it."""

from __future__ import annotations

from uuid import uuid4

import pytest

from axenic.asepsis.environment import EnvironmentLimits
from axenic.control.facts import ZoneRestored
from axenic.control.orders import HoldUnit, UnholdUnit
from axenic.control.packml import UnitState
from axenic.device.driver.event import LinkEnding, LinkFound, LinkLost, Nonsense, StateChanged, ValueRead
from axenic.device.driver.identity import Identity
from axenic.library.shelf import default
from axenic.live.lookout import Lookout, Watched
from axenic.plant.tag import TagSheet
from axenic.record.telemetry.reading import BAD_NO_COMMUNICATION
from axenic.record.telemetry.tags import tags_of
from tests.conftest import START

PRESSURE = "pressure difference"
BAD = 0x808C0000


def identity(equipment, *units, boot="1"):
    return Identity(equipment, units, "Axenic", "x", "1", "1", boot, 0, simulated=True)


class Watch:
    """A lookout over a plant, and a hand on its clock; `at` and `now` go on together."""

    def __init__(self, plant, **more):
        self.readings, self.fault = [], ""
        grades = {zone.zone: zone.grade.value for zone in plant.zones}
        watched = Watched(tags_of(default(TagSheet), plant), grades, default(EnvironmentLimits), **more)
        self.lookout = Lookout(watched, self.readings.extend, lambda: self.fault)
        self.now = 0.0
        self.lookout.meet(
            [identity("reactor", "reactor-1", "reactor-2"), identity("monitor-core", "core")], START, self.now
        )

    @property
    def at(self):
        return START + round(self.now * 1000)

    def hear(self, event):
        self.lookout.hear(event, self.at, self.now)

    def value(self, value, quality=0, unit="core", item=PRESSURE, apart=0):
        self.hear(ValueRead(unit, item, value, self.at + apart, quality))

    def quiet(self, seconds):
        """Nothing is heard for a time."""
        self.now += seconds
        self.lookout.look(self.at, self.now)

    def noted(self):
        acts = self.lookout.acts()
        return [
            (act.command.removeprefix("alarm "), act.new.get("alarm", ""), act.new.get("place", "")) for act in acts
        ]

    def facts(self):
        return [(fact.zone, fact.measure, fact.value, fact.sampled) for fact in self.lookout.facts()]


@pytest.fixture
def watch(suite):
    return Watch(suite().plant)


def test_a_lost_link_is_one_alarm_however_often_its_reason_changes_and_is_cleared_when_it_is_found(watch):
    for reason in ("no answer", "refused", "no answer"):
        watch.hear(LinkLost("reactor", reason))
    assert watch.noted() == [("came", "link lost", "reactor")]
    watch.hear(LinkFound(identity("reactor", "reactor-1", "reactor-2")))
    assert watch.noted() == [("went", "link lost", "reactor")]


def test_equipment_that_comes_back_with_another_boot_has_lost_its_power(watch):
    watch.hear(LinkLost("reactor", "gone"))
    watch.hear(LinkFound(identity("reactor", "reactor-1", "reactor-2", boot="2")))
    assert ("came", "boot changed", "reactor") in watch.noted()
    watch.hear(LinkLost("reactor", "gone"))
    watch.hear(LinkFound(identity("reactor", "reactor-1", "reactor-2", boot="2")))
    assert ("came", "boot changed", "reactor") not in watch.noted()


def test_a_link_that_an_ended_certificate_refuses_says_so_until_it_is_renewed(watch):
    watch.hear(LinkEnding("reactor", "it ends tomorrow"))
    watch.hear(LinkLost("reactor", "it ended", distrusted=True))
    assert watch.noted() == [
        ("came", "certificate expires soon", "reactor"),
        ("came", "certificate expired", "reactor"),
    ]
    watch.hear(LinkFound(identity("reactor", "reactor-1", "reactor-2")))
    watch.quiet(11)
    gone = {alarm for what, alarm, _ in watch.noted() if what == "went"}
    assert gone == {"certificate expired", "certificate expires soon"}


def test_a_certificate_that_still_ends_soon_after_the_link_is_found_stays_an_alarm(watch):
    watch.hear(LinkEnding("reactor", "it ends tomorrow"))
    watch.hear(LinkLost("reactor", "gone"))
    watch.hear(LinkFound(identity("reactor", "reactor-1", "reactor-2")))
    watch.hear(LinkEnding("reactor", "it ends tomorrow"))
    watch.quiet(11)
    assert ("went", "certificate expires soon", "reactor") not in watch.noted()


def test_nonsense_is_an_alarm_until_none_was_heard_for_a_minute(watch):
    watch.hear(Nonsense("reactor", "}"))
    watch.quiet(50)
    watch.hear(Nonsense("reactor", "}"))
    watch.quiet(50)
    told = [n for n in watch.noted() if n[1] != "stale value"]
    assert told == [("came", "unit answers nonsense", "reactor")]
    watch.quiet(11)
    assert ("went", "unit answers nonsense", "reactor") in watch.noted()


@pytest.mark.parametrize(("state", "alarm"), [("ABORTED", "unit aborted"), ("HELD", "unit held by itself")])
def test_a_unit_that_leaves_its_work_by_itself_is_an_alarm(watch, state, alarm):
    watch.hear(StateChanged("reactor-1", UnitState[state], watch.at))
    watch.hear(StateChanged("reactor-1", UnitState.IDLE, watch.at))
    assert watch.noted() == [("came", alarm, "reactor-1"), ("went", alarm, "reactor-1")]


def test_a_unit_that_the_engine_holds_is_none(watch):
    watch.lookout.taken(ZoneRestored(watch.at, "core", ""), [HoldUnit(1, watch.at, "reactor-1", "open product")])
    watch.hear(StateChanged("reactor-1", UnitState.HELD, watch.at))
    assert watch.noted() == []
    watch.lookout.taken(ZoneRestored(watch.at, "core", ""), [UnholdUnit(2, watch.at, "reactor-1", "restored")])
    watch.hear(StateChanged("reactor-1", UnitState.HELD, watch.at))
    assert watch.noted() == [("came", "unit held by itself", "reactor-1")]


def test_a_stopped_unit_is_said_so_that_its_alarms_are_suppressed(watch):
    for state in (UnitState.STOPPED, UnitState.STOPPED, UnitState.RESETTING):
        watch.hear(StateChanged("reactor-1", state, watch.at))
    assert [act.command for act in watch.lookout.acts()] == ["unit stopped", "unit runs"]


@pytest.mark.parametrize("apart", [-6_000, 6_000])
def test_a_clock_that_differs_is_an_alarm_and_a_value_that_comes_late_is_none(watch, apart):
    watch.quiet(61)
    watch.lookout.acts()
    watch.value(20.0, apart=-6_000)
    watch.value(20.0)
    watch.quiet(61)
    assert not [n for n in watch.noted() if n[1] == "unit clock drifts"]
    watch.value(20.0, apart=apart)
    watch.quiet(61)
    assert ("came", "unit clock drifts", "monitor-core") in watch.noted()


def test_a_value_that_is_bad_or_stale_is_an_alarm_until_a_good_one_comes(watch):
    watch.value(21.0, item="temperature")
    watch.value(21.0, BAD, item="temperature")
    watch.value(21.0, BAD, item="temperature")
    watch.value(21.0, item="temperature")
    assert watch.noted() == [("came", "stale value", "core"), ("went", "stale value", "core")]
    watch.quiet(121)
    assert ("came", "stale value", "core") in watch.noted()


def test_a_lost_link_speaks_for_all_values_behind_it(watch):
    for unit in ("reactor-1", "reactor-2"):
        watch.value(37.0, unit=unit, item="temperature")
        watch.value("", BAD_NO_COMMUNICATION, unit=unit, item="temperature")
    watch.hear(LinkLost("reactor", "gone"))
    watch.now += 1
    assert watch.noted() == [("came", "link lost", "reactor")]


def test_values_that_do_not_come_back_with_the_link_are_stale_again(watch):
    watch.hear(LinkLost("reactor", "gone"))
    watch.hear(LinkFound(identity("reactor", "reactor-1", "reactor-2")))
    watch.noted()
    watch.quiet(121)
    assert {n for n in watch.noted() if n[1] == "stale value"} >= {("came", "stale value", "reactor-1")}


def test_a_zone_value_is_a_fact_when_its_level_changes_and_only_then(watch):
    for value in (20.0, 19.0, 18.0):
        watch.value(value)
    assert watch.facts() == []
    good = watch.at
    watch.now += 1
    watch.value(9.5)
    watch.value(3.0)
    assert watch.facts() == [("core", PRESSURE, "18.0", good), ("core", PRESSURE, "9.5", 0)]


def test_better_is_a_fact_only_when_it_stays_so_for_a_minute(watch):
    watch.value(11.0)
    assert watch.facts() == [("core", PRESSURE, "11.0", 0)]
    for _ in range(61):
        watch.now += 1
        watch.value(15.0)
        watch.now += 1
        watch.value(11.5)
    assert watch.facts() == []
    for _ in range(62):
        watch.now += 1
        watch.value(15.0)
    assert watch.facts() == [("core", PRESSURE, "15.0", 0)]


@pytest.mark.parametrize("how", ["bad", "stale", "link"])
def test_a_zone_value_that_cannot_be_believed_is_unknown_and_never_the_last_one(watch, how):
    watch.value(20.0)
    good = watch.at
    if how == "bad":
        watch.value(20.0, BAD)
    elif how == "link":
        watch.hear(LinkLost("monitor-core", "gone"))
    else:
        watch.quiet(2.1)
    facts = [f for f in watch.facts() if f[1] == PRESSURE]
    assert facts[0] == ("core", PRESSURE, "20.0", good)
    assert watch.lookout.facts() == []
    level = default(EnvironmentLimits).judge(PRESSURE, "A", facts[1][2], "Pa").level
    assert level == "unknown", facts


def test_a_zone_that_is_restored_while_it_is_out_of_its_limits_is_said_to_be_so_again(watch):
    watch.value(3.0)
    watch.facts()
    watch.lookout.taken(ZoneRestored(watch.at, "core", "by my word"), [])
    assert watch.facts() == [("core", PRESSURE, "3.0", 0)]
    watch.value(20.0)
    watch.lookout.taken(ZoneRestored(watch.at, "core", "EM-7"), [])
    assert watch.facts() == []


def test_every_reading_is_kept_and_a_lost_link_leaves_a_gap_behind_each_last_one(watch):
    watch.value(37.0, unit="reactor-1", item="temperature")
    watch.value(20.0)
    last = watch.at * 1000
    watch.now += 5
    watch.hear(LinkLost("reactor", "gone"))
    watch.hear(LinkLost("reactor", "still gone"))
    tags = [(r.tag, r.at, r.value, r.quality) for r in watch.readings]
    assert tags == [
        ("reactor-1.temperature", last, 37.0, 0),
        (f"core.{PRESSURE}", last, 20.0, 0),
        ("reactor-1.temperature", last + 1, None, BAD_NO_COMMUNICATION),
    ]


def test_readings_that_cannot_be_kept_are_an_alarm_for_as_long(watch):
    watch.fault = "the disk is full"
    watch.quiet(0.1)
    watch.quiet(0.1)
    watch.fault = ""
    watch.quiet(0.1)
    assert watch.noted() == [("came", "telemetry gap", "telemetry"), ("went", "telemetry gap", "telemetry")]


def test_a_witness_that_is_away_is_an_alarm_until_it_is_back(watch):
    for why in ("no route", "no route", "", ""):
        watch.lookout.witnessed(why, watch.at)
    assert watch.noted() == [("came", "witness away", "journal"), ("went", "witness away", "journal")]


def test_an_engine_that_goes_on_knows_what_stands_in_its_journal(watch, suite):
    watch.hear(LinkLost("reactor", str(uuid4())))
    next_one = Watch(suite().plant)
    next_one.lookout.recall(watch.lookout.acts())
    next_one.lookout.meet([identity("reactor", "reactor-1", "reactor-2")], START, 0.0)
    assert next_one.noted() == [("went", "link lost", "reactor")]
