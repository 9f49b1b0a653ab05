"""Alarms: each that bears on quality is looked at by a person, one by one, in time."""

from __future__ import annotations

import pytest

from axenic.control.facts import ZoneAlarmed
from axenic.quality.alarm.event import raised
from tests.quality.doses import begun, kinds
from tests.quality.site import HOUR, MINUTE


def alarmed(site, zone: str = "core") -> int:
    site.append(ZoneAlarmed(site.clock.wall, zone, "particles above limit"))
    return site.books.size


def told(site, unit: str = "reactor-1") -> int:
    site.append(raised("command refused", unit, "mode is local", site.clock.wall, over=True))
    return site.books.size


@pytest.mark.requirement("ATT-29", "D-9")
def test_gmp_alarms_are_not_acknowledged_together(site):
    numbers = (alarmed(site), alarmed(site, "support"), told(site))
    because = site.refused("op", "alarm ack", numbers=numbers, comment="end of shift")
    assert because == (f"GMP alarms are acknowledged one by one: {numbers[0]}, {numbers[1]}",)


@pytest.mark.requirement("ATT-29", "D-9")
def test_a_gmp_alarm_needs_a_comment(site):
    number = alarmed(site)
    assert "needs a comment" in site.refused("op", "alarm ack", numbers=(number,), comment=" ")[0]
    site.do("op", "alarm ack", numbers=(number,), comment="door was held open; closed")
    alarm = site.books.alarms.get(number)
    assert (alarm.by, alarm.comment) == ("op", "door was held open; closed")


@pytest.mark.requirement("ATT-29")
def test_alarms_of_the_info_class_may_be_acknowledged_together(site):
    numbers = (told(site), told(site, "reactor-2"))
    site.do("op", "alarm ack", numbers=numbers)
    assert site.books.alarms.open() == []


@pytest.mark.requirement("ATT-29")
def test_an_alarm_acknowledged_late_is_an_exception_of_every_batch_in_process_and_in_time_it_is_none(site):
    begun(site)
    first = alarmed(site)
    assert kinds(site) == ["alarm open"]
    site.do("op", "alarm ack", numbers=(first,), comment="looked at")
    assert kinds(site) == []
    second = alarmed(site)
    site.clock.pass_by(HOUR)
    site.do("op", "alarm ack", numbers=(second,), comment="was away")
    assert kinds(site) == ["alarm acknowledged late"]
    assert "60 min after it" in site.books.exceptions("AX-1")[0].text


@pytest.mark.requirement("D-9")
def test_only_who_works_at_the_line_acknowledges_and_only_once(site):
    number = alarmed(site)
    site.clock.pass_by(MINUTE)
    assert "needs the role" in site.refused("fitter", "alarm ack", numbers=(number,), comment="x")[0]
    site.do("lead", "alarm ack", numbers=(number,), comment="x")
    assert "was acknowledged by lead" in site.refused("op", "alarm ack", numbers=(number,), comment="x")[0]
    assert "there is no alarm 1" in site.refused("op", "alarm ack", numbers=(1,), comment="x")[0]


@pytest.mark.requirement("D-9", "ATT-07")
def test_a_clock_that_was_set_is_an_alarm(site):
    site.clock.set(HOUR)
    site.do("op", "user login")
    assert [alarm.kind.alarm for alarm in site.books.alarms.open()] == ["clock stepped"]
