"""A plant whose equipment or events have no alarms is refused, and so is an alarm nobody can answer."""

from __future__ import annotations

import json
from importlib import resources

import pytest

from axenic.library.shelf import shipped, take, text_of
from axenic.notation.document import load
from axenic.plant.plant import Plant
from axenic.quality.alarm.check import alarms_of, check_alarms
from axenic.quality.alarm.kind import AlarmTable, shipped_alarms

TEXT = (resources.files("axenic") / "data" / "quality" / "alarms.yaml").read_text("utf-8")
PLANT = text_of(Plant, "robotic-cluster")[0]


def line_of(text: str, part: str) -> int:
    return text[: text.index(part)].count("\n") + 1


def refused(axenic, *paths: object) -> list[dict]:
    code, out, _ = axenic("check", *paths, "--json")
    assert code == 2
    return json.loads(out)["errors"]


@pytest.mark.requirement("D-9")
def test_equipment_of_a_kind_without_alarms_is_refused_with_its_line(axenic, tmp_path):
    path = tmp_path / "mine.yaml"
    path.write_text(PLANT.replace("kind: dry thaw unit", "kind: dry thaw unitt"))
    (error,) = refused(axenic, path)
    assert (error["code"], error["line"]) == ("AX0130", line_of(PLANT, "kind: dry thaw unit"))
    assert "thaw-1 is a 'dry thaw unitt'" in error["message"]
    assert error["hint"] == "did you mean 'dry thaw unit'?"


@pytest.mark.requirement("D-9")
def test_an_event_of_a_unit_without_an_alarm_type_is_refused_with_its_line(axenic, tmp_path):
    path = tmp_path / "mine.yaml"
    text = PLANT.replace("    can: [thaw]\n", "    can: [thaw]\n    alarms: [level low, lid open]\n")
    path.write_text(text)
    (error,) = refused(axenic, path)
    assert (error["code"], error["line"], error["message"]) == (
        "AX0130",
        line_of(text, "lid open"),
        "'lid open' has no alarm type",
    )


def test_a_plant_is_held_against_the_alarm_table_it_is_given(axenic, tmp_path):
    mine, plant = tmp_path / "alarms.yaml", tmp_path / "mine.yaml"
    plant.write_text(PLANT.replace("kind: dry thaw unit", "kind: water bath"))
    mine.write_text(TEXT)
    assert {e["code"] for e in refused(axenic, plant, mine)} == {"AX0130"}
    mine.write_text(TEXT + "  - {kind: water bath, alarms: [temperature out of limits]}\n")
    assert axenic("check", plant, mine)[0] == 0


@pytest.mark.requirement("D-9")
@pytest.mark.parametrize("key", ["cause", "consequence", "response", "respond within", "priority", "class", "grade"])
def test_an_alarm_type_without_one_of_these_is_refused_with_its_line(axenic, tmp_path, key):
    path = tmp_path / "alarms.yaml"
    first = next(line for line in TEXT.splitlines() if line.startswith(f"    {key}: "))
    path.write_text(TEXT.replace(first + "\n", "", 1))
    (error,) = refused(axenic, path)
    assert (error["code"], error["line"]) == ("AX0006", line_of(TEXT, "alarm: ZoneAlarmed"))


@pytest.mark.parametrize("key", ["cause", "consequence", "response"])
def test_and_so_is_one_whose_words_say_nothing(axenic, tmp_path, key):
    path = tmp_path / "alarms.yaml"
    first = next(line for line in TEXT.splitlines() if line.startswith(f"    {key}: "))
    path.write_text(TEXT.replace(first, f"    {key}: tbd", 1))
    (error,) = refused(axenic, path)
    assert (error["code"], error["line"]) == ("AX0007", line_of(TEXT, first))


SPOILT = [
    ("respond within: 5 min", "respond within: 0 s", "there is no time to respond", "alarm: ZoneAlarmed"),
    (
        "    class: gmp\n",
        "    shelve at most: 1 h\n    class: gmp\n",
        "a critical alarm is never",
        "alarm: ZoneAlarmed",
    ),
    ("shelve at most: 24 h", "shelve at most: 96 h", "shelved for longer than 72 h", "alarm: unit clock drifts"),
    ("- alarm: HoldUnit", "- alarm: ZoneAlarmed", "'ZoneAlarmed' is a type already", "alarm: ZoneAlarmed"),
    ("every link: [link lost", "every link: [link losst", "'link losst' has no alarm type", "link losst"),
    ("robot, alarms: [gripper", "robot, alarms: [grip", "'grip holds nothing' has no alarm type", "kind: robot"),
    ("{kind: robot,", "{kind: wash unit,", "'wash unit' has its alarms already", "kind: wash unit, alarms: [gripper"),
]


@pytest.mark.parametrize(("old", "new", "why", "there"), SPOILT)
def test_what_cannot_be_is_said_with_its_place(old, new, why, there):
    text = TEXT.replace(old, new, 1)
    loaded = load(AlarmTable, text, "alarms.yaml")
    found = [f for f in check_alarms(loaded.value, loaded.document) if why in f.message]
    assert len(found) == 1
    assert there in text.splitlines()[found[0].line - 1]


def test_the_shipped_table_is_right_and_every_shipped_plant_has_its_alarms(axenic):
    loaded = load(AlarmTable, TEXT, "alarms.yaml")
    assert check_alarms(loaded.value, loaded.document) == []
    assert axenic("check", *shipped(Plant))[0] == 0


@pytest.mark.parametrize("name", shipped(Plant))
def test_the_alarms_of_a_shipped_plant_spread_over_the_priorities_about_as_they_should(name):
    ranks = [kind.priority for _, kind in alarms_of(take(Plant, name).value, shipped_alarms())]
    share = {rank: ranks.count(rank) / len(ranks) for rank in ("critical", "high", "medium", "low")}
    assert 0.75 <= share["low"] <= 0.85
    assert share["high"] + share["critical"] <= 0.125
    assert share["critical"] <= 0.01


def test_the_places_of_a_store_are_one_piece_and_reactors_are_each_their_own():
    found = alarms_of(take(Plant, "robotic-cluster").value, shipped_alarms())
    assert len({place for place, _ in found if place.startswith("reactor-")}) == 12
    assert [place for place, kind in found if kind.alarm == "level low"] == ["cold-store", "product-store"]
