"""Attacks 22, 25 and 29: on equipment, interlocks and alarms."""

from __future__ import annotations

import pytest

from axenic.control.facts import ZoneAlarmed
from axenic.quality.alarm.event import raised
from tests.quality.doses import BATCH, STEP, begun
from tests.quality.site import HOUR
from tests.quality.test_equipment import NAME, added, certify, day_of, qualified

USE = ("equipment", "use", NAME, "--of-batch", BATCH, "--step", STEP)


@pytest.mark.requirement("ATT-22", "US-68", "P4-17")
def test_attack_22_equipment_whose_calibration_expired_yesterday_is_not_used(inspector, site):
    qualified(site, calibrate=1)
    begun(site)
    inspector.does("op", *USE)
    site.clock.pass_by(25 * HOUR)
    assert f"{NAME}: calibration expired" in inspector.refused("op", *USE)
    assert "may not be used" in inspector.call("equipment", "show", NAME)[1]


@pytest.mark.requirement("ATT-22", "A15-3")
def test_attack_22_a_due_date_is_not_set_it_follows_from_a_certificate_with_its_file(inspector, site):
    added(site)
    certify(site, "C-1", back=80)
    for verb in ("certify", "term", "use"):
        assert "nknown option" in inspector.unknown("equipment", verb, NAME, "--due", "2030-01-01")
    told = ("equipment", "certify", NAME, "--issued", day_of(site), "--points", "37.0=37.1", "--number")
    assert "none is ever edited" in inspector.refused("metro", *told, "C-1", "--file", "x.pdf", second="qa")
    assert "name the file" in inspector.refused("metro", *told, "C-2", second="qa")
    longer = ("equipment", "term", NAME, "--calibrate", "3650")
    assert "there is no change" in inspector.refused("metro", *longer, second="qa")
    assert "a second person" in inspector.refused("metro", *longer)


@pytest.mark.requirement("ATT-25")
def test_attack_25_an_interlock_is_not_forced_without_a_permit_of_two_for_a_time(inspector, site):
    begun(site)
    force = ("bypass", "force", "IB05", "airlock-1")
    permit = ("bypass", "permit", "IB05", "airlock-1", "--minutes")
    assert "no permit holds" in inspector.refused("fitter", *force)
    assert "a second person" in inspector.refused("fitter", *permit, "30")
    assert "1 to 240 minutes" in inspector.refused("fitter", *permit, "100000", second="qa")
    inspector.does("fitter", *permit, "30", second="qa")
    inspector.does("fitter", *force)
    site.clock.pass_by(HOUR)
    assert "no permit holds" in inspector.refused("fitter", *force)
    flags = inspector.show("review", "show", BATCH)["exceptions"]
    assert {f["severity"] for f in flags if f["kind"] == "forced or voided instruction"} == {"critical"}


@pytest.mark.requirement("ATT-29", "D-9")
def test_attack_29_alarms_are_not_acknowledged_together_at_the_end_of_the_shift(inspector, site):
    begun(site)
    site.append(*(ZoneAlarmed(site.clock.wall, zone, "particles") for zone in ("core", "support")))
    numbers = [row["alarm"] for row in inspector.show("alarm", "list")["alarms"]]
    site.clock.pass_by(HOUR)
    both = ("alarm", "ack", *numbers)
    assert "one by one" in inspector.refused("op", *both, "--comment", "end of shift")
    assert "needs a comment" in inspector.refused("op", "alarm", "ack", numbers[0])
    for number in numbers:
        inspector.does("op", "alarm", "ack", number, "--comment", "looked at, filter changed")
    late = [f["kind"] for f in inspector.show("review", "show", BATCH)["exceptions"]]
    assert late.count("alarm") >= 2


@pytest.mark.requirement("ATT-29")
def test_attack_29_alarms_of_the_info_class_may_be(inspector, site):
    begun(site)
    at = site.clock.wall
    site.append(*(raised("command refused", unit, "mode is local", at, over=True) for unit in ("wash-1", "wash-2")))
    numbers = [row["alarm"] for row in inspector.show("alarm", "list")["alarms"]]
    inspector.does("op", "alarm", "ack", *numbers)
    assert inspector.show("alarm", "list")["alarms"] == []
