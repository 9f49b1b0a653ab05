"""Each way a plant, a recipe or an assumption can be wrong: its code, the line it stands on, and a way to mend it."""

from __future__ import annotations

import json

import pytest

from axenic.assumption.assumption import Assumptions
from axenic.cli.job import Job, job_of, new_job
from axenic.cli.ordering import Unfit
from axenic.library.shelf import text_of
from axenic.notation.finding import CODES
from axenic.plant.plant import Plant
from axenic.recipe.recipe import Recipe
from axenic.record.journal import Journal

BENCH = "  - unit: bench-a\n    kind: open bench in a cabinet\n    zone: cabinet-a\n"
CHANGEOVER = (
    "    changeover: {lasts: {least: 2 h, usual: 4 h, most: 6 h, grade: D, source: row 85 of the default parameters "
    "(4 h manual)}, clean for: 72 h}\n"
)


def findings_of(axenic, tmp_path, text, old, new, *with_it):
    """The findings of a shipped text with one change, which must be there to be made."""
    assert old in text
    path = tmp_path / "mine.yaml"
    path.write_text(text.replace(old, new, 1))
    code, out, _ = axenic("check", path, *with_it, "--json")
    errors = json.loads(out)["errors"]
    mine = [e for e in errors if e["file"] == str(path)]
    assert all(e["line"] and e["column"] and e["hint"] and e["code"] in CODES for e in errors)
    return code, mine, path.read_text().splitlines()


@pytest.mark.parametrize(
    ("old", "new", "code", "line"),
    [
        ("count: 40", "count: 0", "AX0110", "count: 0"),
        ("count: 40", "count: 1000000000", "AX0110", "count: 1000000000"),
        ("count: 6\n", "count: -1\n", "AX0110", "count: -1"),
        ("attended by: 2", "attended by: -1", "AX0110", "attended by: -1"),
        ("attempts: 3", "attempts: 0", "AX0110", "attempts: 0"),
        ("destroys percent: 3", "destroys percent: 103", "AX0110", "destroys percent: 103"),
        ("mtbf: 500 h", "mtbf: 0 h", "AX0110", "mtbf: 0 h"),
        ("mtbf: 500 h", "mtbf: 1 ms", "AX0110", "mtbf: 1 ms"),
        ("mtbf: 500 h", "mtbf: 1 s", "AX0110", "mtbf: 1 s"),
        ("mtbf: 500 h", "mtbf: 6 h", "AX0110", "mtbf: 6 h"),  # a repair lasts 7 h in the mean
        ('[{from: "06:00", to: "22:00"}]', '[{from: "06:00", to: "06:01"}]', "AX0110", "06:01"),
        ('[{from: "21:30", to: "06:30"}]', '[{from: "23:59", to: "00:29"}]', "AX0110", "00:29"),
        ("least: 15 min, usual: 25 min", "least: 35 min, usual: 25 min", "AX0104", "gowning:"),
        ("good for: 4 h", "good for: 20 min", "AX0104", "gowning:"),
        ("repair: {least: 1 h, usual: 4 h", "repair: {least: 9 h, usual: 4 h", "AX0104", "repair:"),
        ("zones: [corridor]", "zones: []", "AX0101", "zones: []"),
        ("attended by: 2", "attended by: 9", "AX0111", "attended by: 9"),
        ("mover: night-operator", "mover: operator-2", "AX0106", "mover: operator-2"),
        ("move: {least: 2 min", "move: {least: -5", "AX0007", "move: {least: -5"),
        ('from: "06:00"', 'from: "6 am"', "AX0007", '"6 am"'),
        ('{from: "06:00"', '{days: [mon, someday], from: "06:00"', "AX0007", "someday"),
    ],
)
def test_a_plant_that_cannot_be_is_refused_at_the_line_that_is_wrong(axenic, tmp_path, old, new, code, line):
    text, _, _ = text_of(Plant, "manual-suite")
    exit_code, errors, lines = findings_of(axenic, tmp_path, text, old, new)
    assert exit_code == 2
    assert [e["code"] for e in errors] == [code]
    assert line in lines[errors[0]["line"] - 1]


def test_equipment_that_is_up_as_long_as_it_is_down_and_a_shift_of_an_hour_are_good(axenic, tmp_path):
    text, _, _ = text_of(Plant, "manual-suite")
    assert findings_of(axenic, tmp_path, text, "mtbf: 500 h", "mtbf: 7 h")[0] == 0
    assert findings_of(axenic, tmp_path, text, '"22:00"}]', '"22:00"}, {from: "22:00", to: "23:00"}]')[0] == 0


def test_two_persons_who_never_meet_cannot_attend_a_phase_together(axenic, tmp_path):
    text, _, _ = text_of(Plant, "point-of-care")
    alone = text.replace("    count: 2\n    move", "    move", 1).replace("21:30", "22:00").replace("06:30", "06:00")
    assert findings_of(axenic, tmp_path, alone, "title: ", "title: Another ")[0] == 0
    _, errors, lines = findings_of(axenic, tmp_path, alone, "attended by: 1", "attended by: 2")
    assert [e["code"] for e in errors] == ["AX0111"]
    assert "at most 1 are ever on duty" in errors[0]["message"]
    assert "attended by: 2" in lines[errors[0]["line"] - 1]


def test_an_interface_wiped_by_hand_needs_a_person_on_its_outer_side(axenic, tmp_path):
    text, _, _ = text_of(Plant, "manual-suite")
    robots = text.replace("  - mover: logistics\n    kind: person", "  - mover: logistics\n    kind: robot")
    old = "  - mover: night-logistics\n    kind: person"
    _, errors, lines = findings_of(axenic, tmp_path, robots, old, old.replace("person", "robot"))
    assert {e["code"] for e in errors} == {"AX0111"}
    assert all("pass-through" in lines[e["line"] - 1] for e in errors)


def test_a_unit_that_could_take_one_batch_only_is_refused_with_the_recipe(axenic, tmp_path):
    text, _, _ = text_of(Plant, "manual-suite")
    head, tail = text.split(BENCH)
    once = head + BENCH + tail.replace(CHANGEOVER, "", 1)
    code, errors, lines = findings_of(axenic, tmp_path, once, "version: 1", "version: 2", "car-t-9-day")
    assert (code, [e["code"] for e in errors]) == (2, ["AX0203"])
    assert "bench-a" in lines[errors[0]["line"] - 1]


def test_a_shared_unit_takes_no_cells(axenic, tmp_path):
    text, _, _ = text_of(Plant, "manual-suite")
    _, errors, _ = findings_of(
        axenic, tmp_path, text, "can: [freeze]", "can: [freeze]\n    shared: true", "car-t-9-day"
    )
    assert [e["code"] for e in errors] == ["AX0203"]


def test_open_work_outside_grade_a_is_refused_before_a_batch_waits_for_it_for_ever(axenic, tmp_path):
    text, _, _ = text_of(Plant, "manual-suite")
    new = BENCH.replace("zone: cabinet-a", "zone: room")
    code, errors, lines = findings_of(axenic, tmp_path, text, BENCH, new, "car-t-9-day")
    assert (code, [e["code"] for e in errors]) == (1, ["AX0204"])
    assert "closed: false" in lines[errors[0]["line"] - 1]


@pytest.mark.parametrize(
    ("old", "new", "code", "line"),
    [
        ("finds: contamination", "finds: bad luck", "AX0101", "finds: bad luck"),
        ("finds: contamination", "finds: none", "AX0101", "finds: none"),
        ("lasts: {least: 6 d, usual: 7 d", "lasts: {least: 9 d, usual: 7 d", "AX0104", "least: 9 d"),
        ("lasts: {least: 4 h, usual: 1 d", "lasts: {least: 4 d, usual: 1 d", "AX0104", "least: 4 d"),
        ("least: 1 h, usual: 2 h", "least: 1 h, usual: 200 h", "AX0104", "usual: 200 h"),
        ("least: 1 h, usual: 2 h", "shape: lognormal, least: 0 h, usual: 0 h", "AX0104", "shape: lognormal"),
        ("least: 1 h, usual: 2 h", "shape: round, least: 1 h, usual: 2 h", "AX0007", "shape: round"),
        ("least: 1 h, usual: 2 h", "least: -1 h, usual: 2 h", "AX0007", "least: -1 h"),
        ("least: 1 h, usual: 2 h", "least: -1, usual: 2 h", "AX0007", "least: -1"),
        ("connections: 1", "connections: -1", "AX0110", "connections: -1"),
        ("            at most: 24 h", "            at most: 1 h", "AX0104", "lasts"),
    ],
)
def test_a_recipe_that_cannot_be_is_refused_at_the_line_that_is_wrong(axenic, tmp_path, old, new, code, line):
    text, _, _ = text_of(Recipe, "car-t-9-day")
    exit_code, errors, lines = findings_of(axenic, tmp_path, text, old, new)
    assert exit_code == 2
    assert {e["code"] for e in errors} == {code}
    assert line in lines[errors[0]["line"] - 1]


def test_a_phase_may_take_no_time_at_all(axenic, tmp_path):
    text, _, _ = text_of(Recipe, "car-t-9-day")
    old = "lasts: {least: 1 h, usual: 2 h, most: 4 h"
    assert findings_of(axenic, tmp_path, text, old, "lasts: {least: 0 h, usual: 0 h, most: 0 h")[0] == 0


@pytest.mark.parametrize(
    ("old", "new", "code", "line"),
    [
        ("row: bad lot,", "row: bad lots,", "AX0701", ""),
        ("does: [grow]", "does: [grown up]", "AX0701", "grown up"),
        ("keep thaw recovery", "keep thaw recoveries", "AX0701", "thaw recoveries"),
        ("report recovery, read viability", "report recovery, read lactate", "AX0701", "read lactate"),
        ("report recovery, read viability", "report recovery, read purity", "AX0701", "read purity"),
        ("set purity selection purity", "set colour selection purity", "AX0701", "set colour"),
        ("draw beads beads left", "draw bubbles beads left", "AX0701", "draw bubbles"),
        ("{kind: potency test, does", "{kind: potent test, does", "AX0701", "potent test"),
        ("row: expansion days, value: 7", "row: expansion days, value: 0", "AX0007", "expansion days"),
        (
            "uncertain: {as: triangular, from: 6, to: 8}",
            "uncertain: {as: triangular, from: 0, to: 8}",
            "AX0702",
            "from: 0",
        ),
        ("row: likeness of collections, value: 0.5", "row: likeness of collections, value: 0.9", "AX0007", "likeness"),
        ('value: 0.2, unit: "1/zone/year"', 'value: -2, unit: "1/zone/year"', "AX0007", "zone excursion"),
        ("row: robot error, value: 4.0e-6", "row: robot error, value: 4.0e+6", "AX0007", "robot error"),
        (
            "from: 0.2, to: 0.8}",
            "from: 0.2, to: 2}, varies: {as: normal, sd: 1, from: -1, to: 2}",
            "AX0702",
            "likeness",
        ),
    ],
)
def test_an_assumption_that_cannot_be_is_refused_at_the_line_that_is_wrong(axenic, tmp_path, old, new, code, line):
    text, _, _ = text_of(Assumptions, "default")
    exit_code, errors, lines = findings_of(axenic, tmp_path, text, old, new)
    assert exit_code == 2
    assert {e["code"] for e in errors} >= {code}
    assert line in lines[next(e for e in errors if e["code"] == code)["line"] - 1]


def test_a_file_of_assumptions_over_the_shipped_one_needs_only_what_it_changes(axenic, tmp_path):
    row = "{row: wash recovery, value: 70, unit: '%', grade: D, source: our own washes}"
    path = tmp_path / "site.yaml"
    path.write_text(f"assumptions: site\nversion: 1\nover: default\nrows:\n  - {row}\n")
    assert axenic("check", path)[0] == 0
    path.write_text(f"assumptions: site\nversion: 1\nover: defualt\nrows:\n  - {row}\n")
    assert "AX0501" in axenic("check", path)[2]
    path.write_text(f"assumptions: site\nversion: 1\nrows:\n  - {row}\n")
    assert "is missing" in axenic("check", path)[2]


def test_a_duration_found_in_records_is_of_a_known_phase_and_in_order(axenic, tmp_path):
    head = "assumptions: site\nversion: 1\nover: default\nlasting:\n"
    good = "  - {phase: wash, least: 1 h, usual: 2 h, most: 3 h, shape: lognormal, grade: A, source: our records}\n"
    path = tmp_path / "site.yaml"
    for old, new, code in (
        ("", "", ""),
        ("phase: wash", "phase: wosh", "AX0701"),
        ("lognormal", "square", "AX0701"),
        ("least: 1 h, usual: 2 h", "least: 0 h, usual: 0 h", "AX0104"),
        ("least: 1 h", "least: 3 h", "AX0104"),
    ):
        path.write_text(head + (good.replace(old, new) if old else good))
        exit_code, _, err = axenic("check", path)
        assert (exit_code, code in err) == (2 if code else 0, True)


def kept(tmp_path, job: Job):
    journal = Journal.create(tmp_path / "j.db", "axenic.example/j")
    journal.append(list(job.documents()))
    entries = list(journal.entries())
    journal.close()
    return entries


def test_a_journal_that_lacks_a_row_is_replayed_but_not_gone_on_with(tmp_path):
    job = new_job("car-t-9-day", "robotic-cluster", 7)
    fewer = job.assumptions.model_copy(update={"rows": job.assumptions.rows[1:]})
    job.assumptions = fewer
    entries = kept(tmp_path, job)
    assert job_of(entries).control() is not None
    with pytest.raises(Unfit) as caught:
        job_of(entries, simulates=True)
    assert caught.value.findings[0].code == "AX0701"


def test_a_journal_begun_before_there_were_assumptions_can_still_be_read(tmp_path):
    job = new_job("car-t-9-day", "robotic-cluster", 7)
    entries = [e for e in kept(tmp_path, job) if getattr(e.thing, "kind", "") != "assumptions"]
    assert job_of(entries).assumptions == job.assumptions


def test_a_journal_holds_its_plant_with_the_rota_as_it_was_written(tmp_path):
    job = new_job("car-t-9-day", "manual-suite", 7)
    assert job_of(kept(tmp_path, job)).plant == job.plant
