"""Attacks 6 to 8: to make something seem to have happened at another time."""

from __future__ import annotations

import time
from datetime import UTC, datetime

import pytest

from tests.quality.doses import BATCH, STEP, begun
from tests.quality.site import HOUR, MINUTE

COLOUR = ("entry", "add", BATCH, STEP, "colour", "--value", "clear")
DOSE = f"batch {BATCH}"


@pytest.fixture
def inspector(inspector, site):
    """While a step of a dose runs."""
    begun(site)
    return inspector


def earlier(site, by: int) -> str:
    return datetime.fromtimestamp((site.clock.wall - by) / 1000, UTC).isoformat()


@pytest.mark.requirement("ATT-06")
def test_attack_06_an_entry_is_not_back_dated(inspector, site):
    assert "Unknown option: --at" in inspector.unknown(*COLOUR, "--at", earlier(site, HOUR))
    site.clock.pass_by(2 * HOUR)
    late = (*COLOUR, "--occurred", earlier(site, HOUR))
    assert "a second person" in inspector.refused("op", *late)
    before = site.clock.wall
    done = inspector.does("op", *late, second="lead")
    assert done["at"] >= before
    shown = inspector.show("review", "show", BATCH)["exceptions"]
    assert "late entry" in [flag["kind"] for flag in shown]
    assert "late, occurred" in inspector.call("entry", "show", BATCH)[1]


@pytest.mark.requirement("ATT-06")
def test_attack_06_a_late_entry_says_why(inspector, site):
    site.clock.pass_by(2 * HOUR)
    why = inspector.refused("op", *COLOUR, "--occurred", earlier(site, HOUR), "--reason", " ", second="lead")
    assert "a reason is needed" in why


@pytest.mark.requirement("ATT-07", "D-15b")
def test_attack_07_a_clock_set_back_an_hour_signs_nothing_then_nor_afterwards(inspector, site):
    token = inspector.session("op")
    sign = ("sign", "put", DOSE, "--meaning", "performed")
    site.clock.set(-HOUR)
    inspector.refused("op", *sign, sees=DOSE, session=token, code="")
    site.clock.set(HOUR)
    assert "the clock was set" in inspector.refused("op", *sign, sees=DOSE)
    steps = inspector.trail("--what", "clock stepped")
    assert [row["new"] for row in steps] == [f'{{"by ms": {-HOUR}}}', f'{{"by ms": {HOUR}}}']
    numbers = [int(row["entry"]) for row in inspector.trail()]
    assert sorted(numbers) == sorted(set(numbers))
    kinds = [flag["kind"] for flag in inspector.show("review", "show", BATCH)["exceptions"]]
    assert kinds.count("clock fault") == 2
    inspector.does("sys", "clock", "confirm", "--against", "time.example.org")
    inspector.does("op", *sign, sees=DOSE)


@pytest.mark.requirement("ATT-08", "PI-2")
@pytest.mark.parametrize("zone", ["Asia/Kathmandu", "America/New_York"])
def test_attack_08_the_zone_of_the_client_changes_nothing(inspector, site, monkeypatch, zone):
    monkeypatch.setenv("TZ", zone)
    time.tzset()
    try:
        at = site.clock.wall
        done = inspector.does("op", *COLOUR)
        assert 0 <= done["at"] - at <= MINUTE
        row = inspector.trail("--what", "entry add")[0]
    finally:
        monkeypatch.delenv("TZ")
        time.tzset()
    assert row["zone"] == "Europe/Brussels"
    assert row["time (UTC)"] == datetime.fromtimestamp(done["at"] / 1000, UTC).isoformat(timespec="milliseconds")
    assert row["time (site)"].endswith("+0100 Europe/Brussels")


@pytest.mark.requirement("ATT-08")
def test_attack_08_when_summer_time_ends_an_hour_that_comes_twice_has_two_offsets_and_one_order(inspector, site):
    half_past_two = datetime(2027, 10, 31, 0, 25, tzinfo=UTC).timestamp() * 1000  # in summer time
    site.clock.pass_by(int(half_past_two) - site.clock.wall)
    for user in ("qa", "owner"):
        site.do("owner" if user == "qa" else "qa", "user confirm", user=user)
    inspector.does("qa", "user", "login")
    site.clock.pass_by(HOUR)
    inspector.does("qa", "user", "login")
    rows = inspector.trail("--what", "user login", "--who", "qa")
    assert [row["time (site)"][11:13] + row["time (site)"][20:25] for row in rows] == ["02+0200", "02+0100"]
    assert [row["time (UTC)"] for row in rows] == sorted(row["time (UTC)"] for row in rows)
