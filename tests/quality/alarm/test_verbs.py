"""The verbs `alarm list`, `alarm metrics` and `alarm types`, on a site and on a simulated run."""

from __future__ import annotations

import json

import pytest

from axenic.live.time_of_day import TimeOfDay
from axenic.quality.alarm.event import raised
from axenic.record.journal import Journal
from tests.quality.alarm.test_register import phase
from tests.quality.site import MINUTE, START


@pytest.fixture
def show(axenic, site, monkeypatch):
    """What a verb shows of the site, as data, at the time of its clock."""
    monkeypatch.setattr(TimeOfDay, "now", lambda _: site.clock.wall)

    def call(*words: str):
        code, out, err = axenic("alarm", *words, "--journal", site.journal.place.path, "--json")
        assert code == 0, err
        return json.loads(out)

    return call


def real(path) -> Journal:
    return Journal.create(path, "axenic.example/real", simulated=False)


@pytest.mark.requirement("D-9")
def test_the_list_says_the_most_urgent_first_with_what_to_do_and_the_time_left(axenic, tmp_path, monkeypatch):
    journal = real(tmp_path / "real.db")
    journal.append(
        [
            raised("command refused", "wash-1", "mode is local", START, over=True),
            raised("air flow low", "cabinet-a", "0.21 m/s", START - MINUTE),
            raised("unit aborted", "wash-2", "guard open", START - 20 * MINUTE),
        ]
    )
    journal.close()
    monkeypatch.setattr(TimeOfDay, "now", lambda _: START + MINUTE)
    code, out, _ = axenic("alarm", "ls", "--journal", tmp_path / "real.db", "--json")
    rows = json.loads(out)["alarms"]
    assert code == 0
    assert [(r["type"], r["state"], r["number"], r["priority"]) for r in rows] == [
        ("unit aborted", "B", 2, "high"),
        ("air flow low", "B", 2, "high"),
        ("command refused", "D", 4, "low"),
    ]
    assert [r["left ms"] for r in rows] == [-11 * MINUTE, 5 * MINUTE - 2 * MINUTE + 10_000, None]
    assert rows[0]["response"].startswith("make it safe at the unit")
    text = axenic("alarm", "list", "--journal", tmp_path / "real.db")[1]
    assert "TOO LATE  unit aborted: wash-2: guard open" in text
    assert "3 min left  air flow low" in text


def test_what_nobody_is_called_by_is_listed_on_demand(site, show):
    site.append(raised("stale value", "reactor-1", "pH", site.clock.wall))
    site.do("op", "alarm shelve", alarm="stale value", place="reactor-1", minutes=60)
    assert show("list")["alarms"] == []
    (row,) = show("list", "--all")["alarms"]
    assert (row["state"], row["is"], row["active"]) == ("E", "shelved", True)
    assert row["shelved until"] == site.last().at + 60 * MINUTE


def test_an_alarm_that_another_batch_has_replaced_is_listed_until_it_is_acknowledged(site, show):
    for batch in ("AX-1", "AX-2"):
        site.append(raised("unit aborted", "reactor-1", "guard", site.clock.wall, batch=batch))
    assert [(r["batch"], r["state"]) for r in show("list")["alarms"]] == [("AX-2", "B"), ("AX-1", "D")]


@pytest.mark.requirement("D-9")
def test_the_load_of_a_simulated_run_is_counted_like_that_of_a_plant(site, show):
    at = site.clock.wall
    site.append(*(phase(n, f"wash-{n}", at + n * MINUTE) for n in (1, 60)))
    site.append(*(raised("unit aborted", f"wash-{n}", "guard", at + 2 * MINUTE + n) for n in range(11)))
    load = show("metrics", "--operators", "2")
    found = {f["figure"]: f for f in load["figures"]}
    assert (load["simulated"], load["alarms"], load["operators"]) == (True, 11, 2)
    assert load["ends"] - load["begins"] == 59 * MINUTE
    assert found["alarms per hour and operator"]["value"] == pytest.approx(11 * 60 / 59 / 2)
    assert found["most alarms in 10 min"] | {"verdict": "too many"} == found["most alarms in 10 min"]
    assert found["share of time in flood"]["value"] == pytest.approx(100 * 10 / 59, rel=1e-3)


def test_the_types_are_listed_with_how_the_alarms_of_a_plant_spread(axenic):
    code, out, _ = axenic("alarm", "types", "manual-suite", "--json")
    told = json.loads(out)
    assert code == 0
    assert sum(row["count"] for row in told["types"]) == told["alarms"] > 100
    assert sum(told["share"].values()) == pytest.approx(100, abs=0.3)
    assert all(row["cause"] and row["consequence"] and row["response"] for row in told["types"])
    assert axenic("alarm", "types", "no-such-plant")[0] == 3
