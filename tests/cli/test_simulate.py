"""The verb `simulate`: its contract, and everything that can be wrong with what is asked."""

from __future__ import annotations

import json

import pytest

from axenic.library.shelf import text_of
from axenic.plant.plant import Plant
from axenic.recipe.recipe import Recipe
from axenic.twin import predict as predicting
from axenic.twin.results import read_parquet

SOME = ("--demand", "100", "--years", "0.5", "--no-shares")
FEW = (*SOME, "--reps", "3", "--seed", "4")
ASK = ("simulate", "car-t-9-day", "--plant", "robotic-cluster")


def test_the_contract_and_a_mean_an_interval_and_a_unit_for_every_figure(axenic):
    code, said, _ = axenic(*ASK, "--demand", "100", "--years", "0.4", "--reps", "3", "--json")
    result = json.loads(said)
    assert code == 0
    assert {
        "cost",
        "failure",
        "time_to_vein_d",
        "throughput_per_m2_year",
        "operators",
        "utilisation",
        "intervals",
        "assumption_share",
    } <= set(result)
    assert set(result["throughput_per_m2_year"]) == {"reactor", "module", "classified", "building"}
    causes = {"patient_material", "operation", "equipment", "contamination", "logistics", "unknown"}
    assert set(result["failure"]["cause"]) == causes
    groups = ("cost", "time_to_vein_d", "throughput_per_m2_year", "operators", "utilisation", "intervals")
    figures = [f for g in groups for f in result[g].values()] + list(result["failure"]["cause"].values())
    figures += [f for shares in result["assumption_share"].values() for f in shares.values()]
    assert all(set(f) == {"mean", "low", "high", "unit"} for f in figures)
    assert all(f["low"] <= f["mean"] <= f["high"] for f in result["cost"].values())
    assert set(result["assumption_share"]) == {"cost.full", "failure.all"}
    assert result["assumption_share"]["cost.full"]["D"]["mean"] > 0.3
    behind = result["sources"]["cost.materials"]
    assert [(b["row"], b["grade"]) for b in behind] == [("materials", "D"), ("materials factor robotic", "D")]
    assert behind[0]["moves"] == pytest.approx(0.1 * result["rows"]["materials"]["value"])
    assert set(result["sources"]) == set(result["intervals"])
    never = result["failure"]["cause"]["operation"]
    assert never["mean"] > 0 or never["high"] > 0.01, "what was not seen in few batches may still happen"


def test_the_same_seed_says_the_same_for_any_number_of_workers(axenic):
    one = axenic(*ASK, *FEW, "--workers", "1", "--json")
    assert one[:2] == axenic(*ASK, *FEW, "--workers", "2", "--json")[:2]  # progress on stderr depends on the machine
    other = axenic(*ASK, *SOME, "--reps", "3", "--seed", "5", "--json")
    assert json.loads(other[1])["cost"]["full"] != json.loads(one[1])["cost"]["full"]


def test_the_table_names_what_each_figure_rests_on_and_says_simulated(axenic):
    code, said, _ = axenic(*ASK, *FEW)
    assert code == 0
    assert said.startswith("SIMULATED: car-t-9-day on robotic-cluster")
    assert any(line.split()[0] == "cost.vector" and line.endswith("vector (D)") for line in said.splitlines()[2:-1])


def test_one_replication_has_no_ends(axenic):
    _, said, _ = axenic(*ASK, *SOME, "--reps", "1", "--json")
    full = json.loads(said)["cost"]["full"]
    assert (full["low"], full["high"]) == (None, None)


def test_a_precision_goes_on_until_it_is_reached(axenic):
    _, said, _ = axenic(*ASK, *FEW, "--precision", "0.3", "--json")
    result = json.loads(said)
    failure = result["failure"]["all"]
    assert (failure["high"] - failure["low"]) / 2 <= 0.3 * failure["mean"]
    assert result["replications"] > 3


def test_a_precision_that_is_not_reached_is_said_and_ends_with_1(axenic, monkeypatch):
    monkeypatch.setattr(predicting, "MOST_REPS", 8)
    monkeypatch.setattr("axenic.cli.progress._FIRST_S", -1.0)
    monkeypatch.setattr("axenic.cli.progress._EVERY_S", 0.0)
    code, said, err = axenic(*ASK, *FEW, "--precision", "0.0001", "--json")
    result = json.loads(said)
    assert code == 1 and result["ok"] is False and result["replications"] == 8
    assert [e["code"] for e in result["errors"]] == ["AX0717"]
    assert set(result["missed"]) == {"cost.full", "failure.all", "time_to_vein.mean"}
    assert "error[AX0717]: robotic-cluster is not known to 0.0001" in err and "cost.full to 0." in err
    assert "of 8 replications at most" in err
    code, said, _ = axenic(*ASK, *FEW, "--precision", "0.0001")
    assert code == 1 and "not as narrow as wanted: cost.full to 0." in said


def test_every_replication_is_written_as_parquet(axenic, tmp_path):
    code, _, _ = axenic(*ASK, *FEW, "--out", tmp_path / "runs.parquet")
    assert code == 0
    assert len(read_parquet(tmp_path / "runs.parquet").figure("cost.full")) == 3


def test_a_change_changes_what_it_names(axenic):
    _, said, _ = axenic(*ASK, *FEW, "--set", "vector=1000", "--set", "reactors=24", "--json")
    result = json.loads(said)
    assert result["cost"]["vector"]["mean"] == 1000
    assert result["plant"] == "robotic-cluster-24"


def test_an_overload_is_stated_and_not_run_into(axenic):
    code, said, err = axenic(*ASK, "--demand", "900", "--json")
    result = json.loads(said)
    assert code == 1
    assert result["overload"]["overloaded"] is True
    assert result["overload"]["resources"][0]["resource"] == "reactor"
    assert "AX0714" in err and "--anyway" in err
    code, said, _ = axenic(*ASK, "--demand", "900", "--anyway", "--years", "0.2", "--reps", "2", "--no-shares")
    assert code == 0 and "% of unit reactor" in said


@pytest.mark.parametrize(
    ("words", "exit_code", "code", "hint"),
    [
        (("--demand", "1e9"), 2, "AX0711", "1,000,000"),
        (("--demand", "nan"), 2, "AX0711", "--demand"),
        (("--demand", "0"), 2, "AX0711", "--demand"),
        (("--years", "-1"), 2, "AX0711", "--years"),
        (("--reps", "0"), 2, "AX0711", "--reps"),
        (("--seed", "-1"), 2, "AX0711", "--seed"),
        (("--precision", "2"), 2, "AX0711", "--precision"),
        (("--workers", "-1"), 2, "AX0711", "--workers"),
        (("--years", "900", "--reps", "1000000"), 2, "AX0711", "lower"),
        (("--set", "x"), 2, "AX0711", "vector=9000"),
        (("--set", "vector=nan"), 2, "AX0711", "vector=9000"),
        (("--set", "vector=-1"), 2, "AX0711", "above 0"),
        (("--set", "days a lot is used=0"), 2, "AX0711", "above 0"),
        (("--set", "remakes offered=5"), 2, "AX0711", "at most 1"),
        (("--set", "vectr=1"), 2, "AX0712", "'vector'"),
        (("--set", "reactors=1.5"), 2, "AX0711", "whole number"),
        (("--set", "unit:wahs=2"), 2, "AX0715", "'wash'"),
        (("--regime", "rapd"), 3, "AX0501", "'rapid'"),
        (("--assumptions", "defalt"), 3, "AX0501", "'default'"),
    ],
)
def test_nonsense_is_refused_with_a_code_and_a_way_to_mend_it(axenic, words, exit_code, code, hint):
    found, _, err = axenic(*ASK, *words)
    assert found == exit_code
    assert f"error[{code}]" in err and hint in err


def test_unknown_plants_recipes_and_regimes_that_are_not_allowed(axenic):
    code, _, err = axenic("simulate", "car-t-9-day", "--plant", "robotic-clustr")
    assert code == 3 and "did you mean 'robotic-cluster'" in err
    code, _, err = axenic("simulate", "car-t-9-dya", "--plant", "robotic-cluster")
    assert code == 3 and "did you mean 'car-t-9-day'" in err
    code, _, err = axenic("simulate", "car-t-9-day", "--plant", "manual-suite", "--regime", "containment")
    assert code == 2 and "AX0713" in err and "open connections" in err


def spoilt(model, name, old, new, path, count=1):
    text, _, _ = text_of(model, name)
    assert old in text
    path.write_text(text.replace(old, new, count), "utf-8")
    return path


def test_files_that_cannot_be_simulated_are_refused_at_their_line(axenic, tmp_path):
    zero = spoilt(Plant, "robotic-cluster", "count: 12", "count: 0", tmp_path / "zero.yaml")
    code, _, err = axenic("simulate", "car-t-9-day", "--plant", zero)
    assert code == 2 and "AX0110" in err and "zero.yaml:" in err
    unable = spoilt(Plant, "robotic-cluster", "can: [fill]", "can: [freeze]", tmp_path / "unable.yaml")
    code, _, err = axenic("simulate", "car-t-9-day", "--plant", unable)
    assert code == 2 and "AX0202" in err
    bare = spoilt(Plant, "robotic-cluster", "facility:", "# no facility", tmp_path / "bare.yaml")
    text = bare.read_text("utf-8")
    bare.write_text(text[: text.index("# no facility")], "utf-8")
    code, _, err = axenic("simulate", "car-t-9-day", "--plant", bare)
    assert code == 2 and "AX0713" in err and "facility" in err
    negative = spoilt(Recipe, "car-t-9-day", "least: 1 h", "least: -1 h", tmp_path / "negative.yaml")
    code, _, err = axenic("simulate", negative, "--plant", "robotic-cluster")
    assert code == 2 and "AX0007" in err and "negative.yaml:" in err


def test_assumptions_without_a_needed_row_are_refused_by_its_name(axenic, tmp_path):
    row = "  - {row: vector, value: 1, unit: USD/batch, grade: D, source: a test}\n"
    thin = tmp_path / "thin.yaml"
    thin.write_text(f"assumptions: thin\nversion: 1\nrows:\n{row}", "utf-8")
    code, _, err = axenic(*ASK, "--assumptions", thin)
    assert code == 2 and "AX0701" in err and "'CD3 collected'" in err
    thin.write_text(f"assumptions: thin\nversion: 1\nover: default\nrows:\n{row}", "utf-8")
    _, said, _ = axenic(*ASK, *FEW, "--assumptions", thin, "--json")
    assert json.loads(said)["cost"]["vector"]["mean"] == 1


@pytest.mark.parametrize(
    ("row", "code", "words"),
    [
        ("{row: vector, value: 9, unit: mL", "AX0702", "vector is read in USD/batch, not in mL"),
        ("{row: expansion days, value: 7, unit: h", "AX0702", "expansion days is read in d, not in h"),
        ("{row: receipt failure, value: 2, unit: 1/batch", "AX0702", "receipt failure is a share or a chance"),
        ('{row: error of a share, value: -1, unit: "%"', "AX0702", "error of a share is below 0"),
        ("{row: vektor, value: 9, unit: USD/batch", "AX0701", "no row is named 'vektor'"),
    ],
)
def test_a_row_in_another_unit_or_that_nobody_reads_is_refused(axenic, tmp_path, row, code, words):
    wrong = tmp_path / "wrong.yaml"
    text = f"assumptions: wrong\nversion: 1\nover: default\nrows:\n  - {row}, grade: D, source: a test}}\n"
    wrong.write_text(text, "utf-8")
    for asked in ((*ASK, *FEW, "--assumptions", wrong), ("check", wrong)):
        exit_code, _, err = axenic(*asked)
        assert exit_code == 2 and code in err and words in err and "wrong.yaml:5:" in err


@pytest.mark.parametrize(
    ("good", "bad", "words"),
    [
        (", qualification: PQ-core-2026 (simulated)", "", "core is not qualified"),
        ("zones: [core]", "zones: [support]", "no robot and no person serves core"),
    ],
)
def test_a_zone_where_no_cells_can_come_is_named(axenic, tmp_path, good, bad, words):
    broken = spoilt(Plant, "robotic-cluster", good, bad, tmp_path / "broken.yaml")
    for asked in (("simulate", "car-t-9-day", "--plant", broken), ("check", "car-t-9-day", broken)):
        code, _, err = axenic(*asked)
        assert code == 2 and "AX0205" in err and words in err and "broken.yaml:" in err


def test_a_change_with_several_values_is_not_left_out_in_silence(axenic):
    code, _, err = axenic(*ASK, *FEW, "--set", "vector=1,2")
    assert code == 2 and "AX0711" in err and "vector=1,2" in err


def test_where_nothing_can_be_written_is_said_before_anything_long(axenic, tmp_path):
    for out in (tmp_path, tmp_path / "none" / "runs.parquet"):
        code, _, err = axenic(*ASK, *SOME, "--reps", "400000", "--out", out)
        assert code == 2 and "AX0001" in err and str(out) in err
    assert list(tmp_path.iterdir()) == []
