"""The commands as their users call them."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from pathlib import Path

import pytest

from axenic.asepsis.chamber import ChamberParameters
from axenic.cli.job import new_job
from axenic.library.shelf import shipped, text_of
from axenic.plant.plant import Plant
from axenic.recipe.recipe import Recipe
from axenic.record.journal import Journal

ROOT = Path(__file__).resolve().parents[2]
ORDERS = ROOT / "examples" / "orders" / "six-patients.yaml"


def run(axenic, journal, *more):
    words = ("run", "car-t-9-day", "--plant", "robotic-cluster", "--orders", ORDERS, "--journal", journal, "--json")
    code, out, _ = axenic(*words, "--seed", 7, *more)
    assert code == 0
    return json.loads(out)


def test_a_run_can_be_verified_replayed_exported_and_gone_on_with(axenic, tmp_path):
    journal = tmp_path / "a.db"
    result = run(axenic, journal)
    assert {b["outcome"] for b in result["batches"]} <= {"released", "rejected"}
    assert all(b["risk"]["mean"] < b["risk"]["upper95"] for b in result["batches"])
    code, out, _ = axenic("verify", journal, "--json")
    assert (code, json.loads(out)["root"]) == (0, result["root"])
    code, out, _ = axenic("replay", journal, "--json")
    assert (code, json.loads(out)["differ"]) == (0, 0)
    export = tmp_path / "a.jsonl"
    assert axenic("export", journal, "--out", export)[0] == 0
    assert json.loads(axenic("verify", export, "--json")[1])["root"] == result["root"]
    assert run(axenic, journal)["root"] == result["root"], "nothing is done twice"


def test_a_live_run_has_the_root_of_the_virtual_one(axenic, tmp_path):
    live = run(axenic, tmp_path / "live.db", "--live", "--speed", "1e9")
    assert live["root"] == run(axenic, tmp_path / "virtual.db")["root"]


def test_the_shipped_recipes_close_the_loop_on_the_shipped_plants(axenic):
    assert axenic("check", *shipped(Recipe), *shipped(Plant))[0] == 0


@pytest.mark.requirement("A1-CCS", "A1-MAT")
def test_a_transfer_past_an_undecontaminated_airlock_is_named_with_its_place(axenic):
    code, out, _ = axenic("check", ROOT / "examples" / "unsafe" / "open-airlock.yaml", "--json")
    error = json.loads(out)["errors"][0]
    assert code == 1
    assert error["code"] == "AX0201"
    assert (error["line"], error["column"]) == (30, 15)
    assert "decontaminate" in error["hint"]


@pytest.mark.parametrize(
    ("old", "new", "code"),
    [
        ("at most: 24 h", "at most: 24 degC", "AX0007"),
        ("for: wash,", "for: wosh,", "AX0101"),
        ("after: [fill]", "after: [sterility]", "AX0102"),
        ("least: 1 h, usual: 2 h", "least: 9 h, usual: 2 h", "AX0104"),
        ("unit procedure: thaw", "unit procedure: wash", "AX0106"),
        ("phase: thaw", "phase: thow", "AX0101"),
        ("rounds: 12", "rounds: 1", "AX0105"),
        ("decontaminate: [vapour", "decontaminate: [vapor", "AX0007"),
        ("temperature: 37 degC", "temperature: 37 bar", "AX0107"),
        ("temperature: 37 degC", "temperature: 99 degC", "AX0108"),
        ("temperature: 37 degC", "temprature: 37 degC", "AX0101"),
        ("measure: viability, limit", "measure: glucose, limit", "AX0109"),
        ('limit: ">= 10 mL"', 'limit: ">= 0.01 L"', "AX0107"),
        ("glucose < 1.5 g/L", "lactate < 1.5 g/L", "AX0109"),
        ('"viability < 40 %"', '"viability < 40 percent"', "AX0007"),
    ],
)
def test_each_kind_of_mistake_is_exit_2_with_code_place_and_mend(axenic, tmp_path, old, new, code):
    text, _, _ = text_of(Recipe, "car-t-9-day")
    path = tmp_path / "mine.yaml"
    path.write_text(text.replace(old, new, 1))
    exit_code, out, _ = axenic("check", path, "--json")
    errors = json.loads(out)["errors"]
    assert exit_code == 2
    assert code in {e["code"] for e in errors}
    assert all(e["line"] and e["column"] and e["hint"] for e in errors)


@pytest.mark.parametrize("garbage", [b"", b"\xff\xfe\x00", b"a: [", b"recipe: {" * 60, b"x" * 10_000_000, b"on: off"])
def test_garbage_is_exit_2_and_never_a_traceback(axenic, tmp_path, garbage):
    path = tmp_path / "noise.yaml"
    path.write_bytes(garbage)
    assert axenic("check", path)[0] == 2
    assert axenic("run", path, "--plant", path, "--orders", path, "--journal", tmp_path / "n.db")[0] == 2
    assert axenic("verify", path)[0] in (1, 2)
    assert axenic("replay", path)[0] == 2


def test_what_is_not_there_is_exit_3_with_a_suggestion(axenic):
    code, _, err = axenic("check", "car-t-9-dy")
    assert code == 3
    assert "did you mean 'car-t-9-day'?" in err


def test_the_example_orders_are_those_of_the_demo():
    shipped_orders = ROOT / "src" / "axenic" / "data" / "orders" / "six-patients.yaml"
    assert shipped_orders.read_text() == ORDERS.read_text()


def test_the_module_is_the_command():
    done = subprocess.run(
        [sys.executable, "-m", "axenic", "explain", "AX0201"], capture_output=True, text=True, check=True
    )
    assert "barrier" in done.stdout


def test_the_contamination_map_shows_what_was_clean_at_a_moment_and_until_when(axenic, tmp_path):
    journal, picture = tmp_path / "m.db", tmp_path / "map.png"
    run(axenic, journal)
    code, out, _ = axenic("map", journal, "--at", "2026-01-10T02:00:00Z", "--picture", picture, "--json")
    zones = {z["name"]: z for z in json.loads(out)["zones"]}
    assert code == 0
    assert picture.read_bytes().startswith(b"\x89PNG")
    assert {u["state"] for u in zones["core"]["units"]} >= {"clean", "in use"}
    assert all(u["until"] for u in zones["core"]["units"] if u["state"] == "clean")
    assert {i["name"] for i in zones["core"]["interfaces"]} == {"airlock-1", "airlock-2", "steriliser-1"}
    assert axenic("map", journal, "--at", "tomorrow")[0] == 2
    assert axenic("map", tmp_path / "none.db")[0] == 3
    assert axenic("map", journal, "--picture", tmp_path / "x.noise")[0] == 2


def test_prove_says_how_many_states_and_mutants_there_were(axenic):
    code, out, _ = axenic("check", "--prove", ROOT / "bench" / "data" / "small-plant.yaml", "--json")
    found = json.loads(out)
    assert code == 0
    assert found["violated"] == found["trace"] == found["survivors"] == []
    assert found["mutants"] == found["caught"] > 15
    assert found["states"] > 150
    assert axenic("check", "--prove", "no-such-plant")[0] == 3


def test_the_passages_table_names_the_evidence_of_every_inward_crossing(axenic):
    code, out, _ = axenic("check", "car-t-9-day", "robotic-cluster", "manual-suite", "--passages", "--json")
    tables = json.loads(out)["passages"]
    assert code == 0
    assert {t["plant"] for t in tables} == {"robotic-cluster", "manual-suite"}
    for table in tables:
        inward = [r for r in table["rows"] if r["inward"]]
        assert {r["item"] for r in inward} >= {"cells", "vector", "wash kit", "medium"}
        assert all(r["evidence"] and r["lasts"] and 0 < r["mean"] < r["upper95"] < 1e-2 for r in inward)


@pytest.mark.parametrize("value", ["value: 0", "value: 1e9"])
def test_a_chamber_whose_physics_cannot_be_computed_is_a_finding(axenic, tmp_path, value):
    text, _, _ = text_of(ChamberParameters, "peroxide-airlock")
    path = tmp_path / "chamber.yaml"
    path.write_text(re.sub(r"value: [0-9.e-]+", value, text))
    code, out, _ = axenic("design-cycle", "vapour", "--chamber", path, "--json")
    assert code in (1, 2)
    assert all(e["code"].startswith("AX06") for e in json.loads(out)["errors"])


def short_journal(path):
    journal = Journal.create(path, "axenic.example/short")
    journal.append(list(new_job("car-t-9-day", "robotic-cluster", 7).documents()))
    journal.anchor()
    journal.close()
    return path


def test_export_never_writes_over_the_journal_or_what_belongs_to_it(axenic, tmp_path):
    journal = short_journal(tmp_path / "j.db")
    (tmp_path / "link").symlink_to(journal)
    (tmp_path / "hard").hardlink_to(tmp_path / "j.db.key")
    names = ("j.db", "j.db.key", "j.db.vkey", "j.db.checkpoint", "j.db-wal", "j.db-shm", "link", "hard")
    before = {p.name: p.read_bytes() for p in tmp_path.iterdir()}
    for name in names:
        code, _, err = axenic("export", journal, "--out", tmp_path / name)
        assert (code, "AX0303" in err) == (2, True), name
    assert {name: (tmp_path / name).read_bytes() for name in before} == before
    assert axenic("verify", journal)[0] == 0


def test_export_of_what_is_no_database_is_a_finding_and_leaves_the_old_file(axenic, tmp_path):
    journal = short_journal(tmp_path / "j.db")
    lines, out = tmp_path / "j.jsonl", tmp_path / "out.jsonl"
    assert axenic("export", journal, "--out", lines)[0] == 0
    out.write_text("kept")
    for what in (lines, tmp_path / "j.db.key"):
        code, _, err = axenic("export", what, "--out", out)
        assert (code, "AX0303" in err) == (2, True)
    assert out.read_text() == "kept"
    assert not list(tmp_path.glob("*.half"))
