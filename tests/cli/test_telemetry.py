"""The verb `telemetry` as its users call it."""

from __future__ import annotations

import json

import pytest

from axenic.live.clock import now_ms
from axenic.record.telemetry.archive import COMMAND

SOME = """time,tag,value,quality
2026-01-05T12:00:00Z,airlock-1.peroxide,812.5,
2026-01-05T12:00:01Z,airlock-1.peroxide,815.0,0
2026-01-05T12:00:02Z,airlock-1.peroxide,,
2026-01-05T12:00:05Z,airlock-1.peroxide,820.5,
2026-01-05T12:00:06Z,airlock-1.peroxide,821.0,0x40000000
2026-01-05T12:00:00Z,reactor-1.oxygen,20.90,
2026-01-05T12:00:10Z,reactor-1.oxygen,20.95,
2026-01-05T12:00:20Z,reactor-1.oxygen,20.92,
2026-01-05T12:00:00Z,qc.mood,calm,
"""
ONE = "{batch: AX-0001, patient: COI-26-1001, ordered: 2026-01-05T06:00:00Z, due: 2026-02-04T06:00:00Z}"


@pytest.fixture(scope="module")
def run_once(tmp_path_factory):
    from axenic.cli.run import run

    folder = tmp_path_factory.mktemp("telemetry")
    (folder / "one.yaml").write_text(f"orders:\n  - {ONE}\n", "utf-8")
    path = folder / "site.db"
    assert run("car-t-9-day", plant="robotic-cluster", orders=folder / "one.yaml", journal=path, records=False) == 0
    return path


@pytest.fixture
def journal(run_once, tmp_path):
    for path in run_once.parent.glob("site.db*"):
        (tmp_path / path.name).write_bytes(path.read_bytes())
    return tmp_path / "site.db"


@pytest.fixture
def told(axenic, journal):
    """Ask for JSON and get it."""

    def ask(*words, code=0):
        found, out, _ = axenic("telemetry", *words, "--journal", journal, "--json")
        assert found == code, out
        return json.loads(out)

    return ask


@pytest.fixture
def taken(told, tmp_path):
    (tmp_path / "readings.csv").write_text(SOME, "utf-8")
    return told("take", tmp_path / "readings.csv")


def test_readings_of_a_file_are_taken_once_and_what_says_nothing_new_is_left_out(told, taken, tmp_path):
    assert taken == {"taken": 9, "kept": 7, "undeclared": 1}
    told("take", tmp_path / "readings.csv")
    assert len(told("curve", "airlock-1.peroxide")["curves"][0]["times"]) == 5


def test_the_list_has_the_newest_value_of_each_tag_with_its_age_and_quality(told, taken, axenic, journal):
    rows = {row["tag"]: row for row in told("ls")["tags"]}
    assert rows["airlock-1.peroxide"]["value"] is None  # uncertain is no value
    assert rows["airlock-1.peroxide"]["quality"] == 0x4000_0000
    assert rows["qc.mood"]["value"] == "calm"
    age_days = (now_ms() * 1000 - rows["reactor-1.oxygen"]["at"]) / 86.4e9
    assert rows["reactor-1.oxygen"]["age"] / 86.4e9 == pytest.approx(age_days, abs=0.01)
    text = axenic("telemetry", "ls", "--journal", journal)[1]
    assert "uncertain 0x40000000, critical" in text


def test_a_curve_is_the_same_from_the_buffer_and_from_the_archive(told, taken):
    span = ("--from", "2026-01-05T12:00:01Z", "--to", "2026-01-05T14:00:05+02:00")
    hot = told("curve", "airlock-1.peroxide", *span)
    assert hot["curves"][0]["values"] == [815.0, None, 820.5]
    (archive,) = told("compact")["archives"]
    assert archive["rows"] == 7
    assert told("curve", "airlock-1.peroxide", *span) == hot
    assert told("verify") == {"ok": True, "archives": 1, "readings": 7, "faults": []}
    assert told("compact") == {"archives": []}


def test_compaction_is_on_record_and_the_head_with_it_is_kept_outside(told, taken, axenic, journal):
    told("compact")
    code, out, _ = axenic("trail", "search", "--journal", journal, "--what", COMMAND)
    assert code == 0
    assert "axenic  telemetry archive  cluster: robotic-cluster" in out
    checkpoint = (journal.parent / "site.db.checkpoint").read_text("utf-8")
    assert f"\n{json.loads(axenic('verify', journal, '--json')[1])['events']}\n" in checkpoint


def test_the_curves_of_a_batch_are_those_of_where_it_was(told, taken):
    names = [curve["tag"] for curve in told("batch", "AX-0001")["curves"]]
    assert names == ["airlock-1.peroxide"]  # its cells were in the airlock then, and in no reactor yet


def test_a_curve_is_drawn(told, taken, tmp_path):
    for name in ("airlock-1.peroxide", "qc.mood"):
        told("curve", name, "--png", tmp_path / "curve.png")
        assert (tmp_path / "curve.png").read_bytes().startswith(b"\x89PNG")
    errors = told("curve", "qc.mood", "--png", tmp_path / "curve.nothing", code=2)["errors"]
    assert errors[0]["code"] == "AX0851"


def test_a_changed_archive_is_named_and_gives_no_value(told, taken):
    (archive,) = told("compact")["archives"]
    with open(archive["file"], "r+b") as file:
        file.seek(100)
        byte = file.read(1)
        file.seek(100)
        file.write(bytes([byte[0] ^ 1]))
    found = told("verify", code=1)
    assert "is not as it was written" in found["faults"][0]
    assert told("curve", "airlock-1.peroxide", code=2)["errors"][0]["code"] == "AX0332"


def test_archives_are_copied_once_and_a_restored_journal_proves_the_copies(told, taken, axenic, journal, tmp_path):
    (archive,) = told("compact")["archives"]
    told("copy", "--to", tmp_path / "copies")
    assert told("copy", "--to", tmp_path / "copies")["copied"] == 0
    assert told("verify", "--folder", tmp_path / "copies")["ok"]
    with open(tmp_path / "copies" / "robotic-cluster" / "2026-01-05.parquet", "ab") as file:
        file.write(b"more")
    assert told("verify", "--folder", tmp_path / "copies", code=1)["faults"]
    assert told("copy", "--to", tmp_path / "copies")["copied"] == 1  # what is not whole is copied again
    assert axenic("backup", "--journal", journal, "--to", tmp_path / "monday")[0] == 0
    who = ("--reason", "the disk broke", "--by", "ann", "--and", "bob")
    assert axenic("backup", "restore", tmp_path / "monday", "--journal", tmp_path / "next.db", *who)[0] == 0
    words = ("--journal", tmp_path / "next.db")
    assert axenic("telemetry", "verify", *words, "--folder", tmp_path / "copies")[0] == 0
    (tmp_path / "copies").rename(tmp_path / "next.db.curves")
    code, out, _ = axenic("telemetry", "curve", "reactor-1.oxygen", *words, "--json")
    assert (code, json.loads(out)) == (0, told("curve", "reactor-1.oxygen"))
    with open(archive["file"], "ab") as file:
        file.write(b"more")
    assert told("copy", "--to", tmp_path / "others", code=2)["errors"][0]["code"] == "AX0332"


def test_an_archive_that_is_on_no_record_is_named(told, taken, journal):
    told("compact")
    stranger = journal.with_name("site.db.curves") / "robotic-cluster" / "2026-01-06.parquet"
    stranger.write_bytes(b"PAR1")
    assert told("verify", code=1)["faults"] == ["robotic-cluster/2026-01-06.parquet is on no record"]


@pytest.mark.parametrize(
    ("words", "code", "exit_code"),
    [
        (("curve", "airlock-1.peroxid"), "AX0501", 3),
        (("curve", "airlock-1.peroxide", "--from", "yesterday"), "AX0007", 2),
        (("curve", "airlock-1.peroxide", "--from", "2026-01-05T12:00:00"), "AX0007", 2),
        (("batch", "AX-9999"), "AX0501", 3),
        (("compact", "--before", "noon"), "AX0007", 2),
        (("take", "nowhere.csv"), "AX0501", 3),
        (("ls", "--tags", "nothing-of-the-kind"), "AX0501", 3),
    ],
)
def test_what_cannot_be_answered_says_why(told, taken, words, code, exit_code):
    assert told(*words, code=exit_code)["errors"][0]["code"] == code


@pytest.mark.parametrize(
    "line",
    [
        "soon,u.t,1,",
        "2026-01-05T12:00:00,u.t,1,",
        "1969-01-05T13:00:00Z,u.t,1,",
        "2026-01-05T12:00:00Z,,1,",
        "2026-01-05T12:00:00Z,u.t,1,fine",
        "2026-01-05T12:00:00Z,u.t,1,-1",
        "2026-01-05T12:00:00Z",
    ],
)
def test_a_wrong_line_of_a_file_is_named_and_nothing_of_the_file_is_taken(told, tmp_path, line):
    file = tmp_path / "wrong.csv"
    file.write_text(f"time,tag,value,quality\n2026-01-05T12:00:00Z,u.t,1,\n{line}\n", "utf-8")
    (error,) = told("take", file, code=2)["errors"]
    assert (error["code"], error["line"]) == ("AX0334", 3)
    assert told("ls") == {"tags": []}


def test_a_file_without_the_columns_is_refused(told, tmp_path):
    file = tmp_path / "wrong.csv"
    file.write_text("when,what\n1,2\n", "utf-8")
    assert "tag, time, value" in told("take", file, code=2)["errors"][0]["message"]


def test_a_journal_that_took_no_reading_has_no_buffer_made_by_looking(told, journal):
    assert told("ls") == {"tags": []}
    assert told("batch", "AX-0001") == {"curves": []}
    assert not list(journal.parent.glob("site.db.telemetry*"))


def test_archives_are_read_where_the_buffer_was_lost(told, taken, journal):
    whole = told("curve", "reactor-1.oxygen")
    told("compact")
    for path in journal.parent.glob("site.db.telemetry*"):
        path.unlink()
    assert told("curve", "reactor-1.oxygen") == whole


def test_telemetry_lies_in_postgresql_where_the_journal_does(axenic, database, tmp_path):
    from axenic.record.journal import Journal

    Journal.create(database, "axenic.example/pg").close()
    (tmp_path / "readings.csv").write_text(SOME, "utf-8")
    assert axenic("telemetry", "ls", "--journal", database)[1] == "nothing was taken yet\n"
    for words in (("take", tmp_path / "readings.csv"), ("compact",), ("verify",)):
        code, out, err = axenic("telemetry", *words, "--journal", database)
        assert code == 0, err
    assert out == "1 archives, 9 readings, all as written\n"  # no plant is on record, so no tag is declared
    curve = axenic("telemetry", "curve", "airlock-1.peroxide", "--journal", database)[1]
    assert "5 readings" in curve
    assert "2 gaps" in curve
