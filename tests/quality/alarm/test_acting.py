"""What persons do to alarms: shelve with reason and limit, take out of service, return, reset; all on record."""

from __future__ import annotations

import pytest

from axenic.control.codec import FACTS
from axenic.quality.alarm.event import cleared, raised, running, stopped
from axenic.quality.commands import COMMANDS
from axenic.quality.permissions import shipped
from axenic.quality.requests import FACT
from axenic.record.entry import Act
from tests.quality.doses import BATCH, begun
from tests.quality.site import HOUR, MINUTE

GMP = {"alarm": "temperature out of limits", "place": "reactor-1"}
INFO = {"alarm": "stale value", "place": "reactor-1"}
LATCHED = {"alarm": "unit aborted", "place": "reactor-1"}


@pytest.fixture
def plant(site):
    """A site on which reactor-1 has told of everything once, and is well again."""
    at = site.clock.wall - HOUR
    for kind in (GMP, INFO):
        site.append(raised(**kind, text="once", at=at), cleared(**kind, at=at + 1))
    return site


def letter(site, alarm: str, place: str) -> str:
    return site.books.alarms.point(alarm, place, site.clock.wall).state.letter.value


@pytest.mark.requirement("D-9")
def test_shelving_needs_a_reason_and_a_time_no_longer_than_its_type_allows(plant):
    assert "reason" in plant.refused("op", "alarm shelve", **INFO, minutes=60, reason="")[0]
    assert "for 1 minute to 8 h" in plant.refused("op", "alarm shelve", **INFO)[0]
    assert "for 1 minute to 8 h" in plant.refused("op", "alarm shelve", **INFO, minutes=481)[0]
    assert "for 1 minute to 8 h" in plant.refused("op", "alarm shelve", **INFO, minutes=-5)[0]
    act = plant.do("op", "alarm shelve", **INFO, minutes=480, reason="server is being updated")
    assert (act.reason, act.new["until"], act.old) == ("server is being updated", act.at + 8 * HOUR, {"state": "A"})
    assert letter(plant, **INFO) == "E"
    plant.clock.pass_by(8 * HOUR)
    assert letter(plant, **INFO) == "A"


@pytest.mark.requirement("D-9")
def test_a_gmp_alarm_is_shelved_by_the_supervisor_and_its_batches_show_it(plant):
    begun(plant)
    assert "needs the role supervisor" in plant.refused("op", "alarm shelve", **GMP, minutes=10)[0]
    plant.do("lead", "alarm shelve", **GMP, minutes=10, reason="probe is being changed")
    raised_ = plant.books.exceptions(BATCH)
    assert [(r.kind, r.severity) for r in raised_] == [("alarm shelved", "major")]
    assert "probe is being changed" in raised_[0].text


def test_an_alarm_whose_type_has_no_longest_time_is_never_shelved(plant):
    plant.append(raised("air flow low", "cabinet-1", "0.2 m/s", plant.clock.wall))
    assert (
        "is never shelved"
        in plant.refused("lead", "alarm shelve", alarm="air flow low", place="cabinet-1", minutes=1)[0]
    )


def test_what_is_on_no_shelf_is_not_taken_from_it_and_what_is_is_only_once(plant):
    assert "must be: shelved" in plant.refused("op", "alarm unshelve", **INFO)[0]
    plant.do("op", "alarm shelve", **INFO, minutes=5)
    assert "it is shelved" not in plant.refused("op", "alarm shelve", **INFO, minutes=5)[0]
    plant.do("op", "alarm unshelve", **INFO)
    assert letter(plant, **INFO) == "A"


def test_a_one_shot_shelving_ends_as_soon_as_the_alarm_is_normal(plant):
    plant.append(raised(**INFO, text="old", at=plant.clock.wall))
    plant.clock.pass_by(MINUTE)
    plant.do("op", "alarm shelve", **INFO, minutes=60, one_shot=True)
    assert letter(plant, **INFO) == "E"
    plant.append(cleared(**INFO, at=plant.clock.wall))
    plant.clock.pass_by(MINUTE)
    assert letter(plant, **INFO) == "A"


@pytest.mark.requirement("D-9")
def test_maintenance_takes_a_gmp_alarm_out_of_service_and_returns_it_with_a_second_person(plant):
    begun(plant)
    assert "needs the role maintenance" in plant.refused("op", "alarm withdraw", **GMP)[0]
    assert "a second person" in plant.refused("fitter", "alarm withdraw", **GMP)[0]
    plant.do("fitter", "alarm withdraw", **GMP, second="qa", reason="probe is out")
    assert letter(plant, **GMP) == "G"
    assert "out of service" in plant.refused("lead", "alarm shelve", **GMP, minutes=5)[0]
    plant.append(raised(**GMP, text="38.4 degC", at=plant.clock.wall))
    plant.clock.pass_by(10 * MINUTE)
    assert letter(plant, **GMP) == "G"
    assert "a second person" in plant.refused("fitter", "alarm return", **GMP)[0]
    plant.do("fitter", "alarm return", **GMP, second="qa", reason="probe is back")
    assert letter(plant, **GMP) == "B"
    assert "alarm out of service" in {r.kind for r in plant.books.exceptions(BATCH)}


def test_an_alarm_of_the_info_class_is_taken_out_of_service_by_maintenance_alone(plant):
    plant.do("fitter", "alarm withdraw", **INFO)
    assert letter(plant, **INFO) == "G"
    plant.do("fitter", "alarm return", **INFO)
    assert letter(plant, **INFO) == "A"


def test_a_latched_alarm_is_reset_once_it_is_gone_and_acknowledged(plant):
    plant.append(raised(**LATCHED, text="guard open", at=plant.clock.wall))
    number = plant.books.alarms.open()[0].seq
    assert "must be: acknowledged" in plant.refused("op", "alarm reset", **LATCHED)[0]
    plant.do("op", "alarm ack", numbers=(number,), comment="guard closed")
    assert "holds still" in plant.refused("op", "alarm reset", **LATCHED)[0]
    plant.append(cleared(**LATCHED, at=plant.clock.wall))
    assert letter(plant, **LATCHED) == "C"
    plant.do("op", "alarm reset", **LATCHED)
    assert letter(plant, **LATCHED) == "A"


@pytest.mark.requirement("D-9", "ATT-29")
def test_an_alarm_that_calls_again_is_acknowledged_again_and_not_before(plant):
    plant.append(raised(**GMP, text="38.4 degC", at=plant.clock.wall))
    plant.clock.pass_by(3 * MINUTE)
    (alarm,) = [a for a in plant.books.alarms.open(plant.clock.wall) if a.kind.alarm == GMP["alarm"]]
    plant.do("op", "alarm ack", numbers=(alarm.seq,), comment="door was open")
    assert "was acknowledged by op" in plant.refused("op", "alarm ack", numbers=(alarm.seq,), comment="once more")[0]
    plant.clock.pass_by(2 * HOUR)
    plant.do("op2", "alarm ack", numbers=(alarm.seq,), comment="heater is broken, cells are moved")
    assert [one.by for one in plant.books.alarms.get(alarm.seq).rounds] == ["op", "op2"]


def test_what_does_not_latch_is_not_reset(plant):
    plant.append(raised("certificate expired", "reactor-1", "yesterday", plant.clock.wall))
    number = plant.books.alarms.open()[-1].seq
    plant.do("op", "alarm ack", numbers=(number,), comment="next one is ordered")
    told = {"alarm": "certificate expired", "place": "reactor-1"}
    assert "is not latched" in plant.refused("op", "alarm reset", **told)[0]


def test_unknown_types_and_places_are_refused_by_name(plant):
    assert (
        "no alarm type 'noise'" in plant.refused("op", "alarm shelve", alarm="noise", place="reactor-1", minutes=5)[0]
    )
    assert (
        "nothing is named 'moon'"
        in plant.refused("op", "alarm shelve", alarm="stale value", place="moon", minutes=5)[0]
    )


def test_no_command_suppresses_and_the_situation_of_a_unit_does(plant):
    assert {name for name in COMMANDS if name.startswith("alarm")} == {
        f"alarm {verb}" for verb in ("ack", "shelve", "unshelve", "withdraw", "return", "reset")
    }
    plant.append(stopped("reactor-1", plant.clock.wall))
    assert letter(plant, **GMP) == "F"
    plant.append(running("reactor-1", plant.clock.wall))
    assert letter(plant, **GMP) == "A"


@pytest.mark.requirement("D-9", "D-12.1")
def test_no_command_on_an_alarm_tells_the_core_anything_so_no_interlock_can_depend_on_it(plant):
    """The core takes facts alone: an act is none, and what an act asks of the core stands in it as `fact`."""
    plant.append(raised(**LATCHED, text="guard open", at=plant.clock.wall))
    number = plant.books.alarms.open()[0].seq
    size = plant.journal.size
    plant.do("op", "alarm ack", numbers=(number,), comment="seen")
    plant.append(cleared(**LATCHED, at=plant.clock.wall))
    plant.do("op", "alarm reset", **LATCHED)
    for verb, who in (("shelve", "lead"), ("unshelve", "lead"), ("withdraw", "fitter"), ("return", "fitter")):
        given = {"minutes": 5} if verb == "shelve" else {}
        plant.do(who, f"alarm {verb}", **GMP, **given, second="qa" if who == "fitter" else "")
    written = [entry.thing for entry in plant.journal.entries()][size:]
    assert len(written) == 7
    assert all(isinstance(thing, Act) and FACT not in thing.new for thing in written)
    assert Act.__name__ not in FACTS


def test_every_command_on_alarms_has_its_rule_and_the_gmp_class_never_asks_for_less():
    rules = {(rule.command, rule.when): rule for rule in shipped().commands if rule.command.startswith("alarm ")}
    for (command, when), rule in rules.items():
        if when == "gmp":
            assert set(rule.roles) <= set(rules[command, ""].roles)
            assert rule.reason
