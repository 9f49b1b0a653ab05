"""What goes wrong by chance happens as often as its row says, and an excursion strikes a zone and a day."""

from __future__ import annotations

import math

import pytest

from axenic.assumption.assumption import Assumptions
from axenic.device.cells import NAMED, STATE, STRUCK, compiled
from axenic.device.draw import pair, word
from axenic.device.mishap import DESTROYED, P_LASTS, REPAIR_NONE, breakdown, excursion_of, mishap
from axenic.library.shelf import default

HOUR, DAY = 3_600_000, 86_400_000
ROWS = compiled(default(Assumptions)).rows
ZONES = [word(f"zone-{n}") for n in range(40)]


def rows_with(**values):
    rows = list(ROWS)
    for name, value in values.items():
        rows[5 * NAMED.index(name.replace("_", " ")) + 1] = value
    return rows


def keys(count, thing="AX"):
    return [(7, 0, word(f"{thing}-{n}"), word("wash"), n % 3) for n in range(count)]


def share_of(key):
    """The draw that says whether the unit fails: the second of the pair of the phase's duration."""
    return pair(*key[:4], P_LASTS, key[4])[1]


def wrong(key, rows, connections=3, by_person=True, closed=True, zone=ZONES[0], at=0):
    """Whether a connection goes wrong, and whether an excursion struck."""
    cells = [0.0] * STATE
    strikes = excursion_of(rows, *key[:2], zone, at // DAY)
    return mishap(key, cells, rows, connections, by_person, closed, strikes), cells[STRUCK] > 0


def test_units_fail_as_often_as_their_mean_time_between_failures_says():
    found = [breakdown(k, share_of(k), 24 * HOUR, 500 * HOUR, 0, HOUR, 4 * HOUR, 16 * HOUR) for k in keys(20_000)]
    assert sum(r != REPAIR_NONE for r in found) / 20_000 == pytest.approx(-math.expm1(-24 / 500), rel=0.08)
    repairs = [r for r in found if r != REPAIR_NONE]
    assert all(HOUR <= r <= 16 * HOUR for r in repairs)
    assert sum(repairs) / len(repairs) == pytest.approx(7 * HOUR, rel=0.05)


def test_so_many_faults_destroy_the_cells_as_the_plant_says():
    found = [breakdown(k, share_of(k), HOUR, HOUR, 30, HOUR, 4 * HOUR, 16 * HOUR) for k in keys(10_000)]
    faults = [r for r in found if r != REPAIR_NONE]
    assert sum(r == DESTROYED for r in faults) / len(faults) == pytest.approx(0.3, abs=0.025)


@pytest.mark.parametrize(("by_person", "row"), [(True, "operator_error"), (False, "robot_error")])
def test_connections_go_wrong_as_often_as_the_row_of_who_makes_them_says(by_person, row):
    other = {"operator_error": 0.0, "robot_error": 0.0, "zone_excursion": 0.0, row: 0.01}
    found = [wrong(k, rows_with(**other), 4, by_person)[0] for k in keys(20_000)]
    assert sum(found) / 20_000 == pytest.approx(0.04, abs=0.004)
    assert not any(wrong(k, rows_with(**{**other, row: 0.0}), 4, by_person)[0] for k in keys(1000))


def test_zones_leave_their_state_as_often_a_year_as_the_row_says():
    rows = rows_with(zone_excursion=5.0, excursion_strikes_open_work=1.0)
    days = [(zone, day) for zone in ZONES for day in range(365)]
    struck = sum(wrong(keys(1)[0], rows, closed=False, zone=z, at=d * DAY)[1] for z, d in days)
    assert struck / len(ZONES) == pytest.approx(5.0, rel=0.15)


def test_an_excursion_strikes_all_that_was_opened_in_its_zone_on_its_day_and_nothing_else():
    rows = rows_with(zone_excursion=20.0, excursion_strikes_open_work=1.0, excursion_strikes_closed_work=1.0)
    for zone in ZONES[:10]:
        for day in range(40):
            times = (day * DAY, day * DAY + 7 * HOUR, (day + 1) * DAY - 1)
            fates = {wrong(k, rows, zone=zone, at=at)[1] for k in keys(5) for at in times}
            assert len(fates) == 1, "one day of one zone is struck as a whole or not at all"
    days = [wrong(keys(1)[0], rows, zone=z, at=d * DAY)[1] for z in ZONES for d in range(40)]
    assert 0.03 < sum(days) / len(days) < 0.08, "the other zones and days are not touched"


def test_closed_work_is_struck_more_rarely_than_open_work():
    rows = rows_with(zone_excursion=365.25, excursion_strikes_open_work=0.5, excursion_strikes_closed_work=0.05)
    for closed, share in ((False, 0.5), (True, 0.05)):
        struck = [wrong(k, rows, closed=closed)[1] for k in keys(4000)]
        assert sum(struck) / 4000 == pytest.approx(share, abs=0.025)


def test_the_same_key_has_the_same_mishap_and_a_new_round_draws_anew():
    rows = rows_with(operator_error=0.1)
    again = [(wrong(k, rows), wrong(k, rows)) for k in keys(300)]
    assert all(a == b for a, b in again)
    first, second = ([wrong((*k[:4], n), rows)[0] for k in keys(300)] for n in (1, 2))
    assert first != second
