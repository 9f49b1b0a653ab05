"""The verb `compare`: two plants side by side under the same seeds."""

from __future__ import annotations

import json

import pytest

from axenic.twin.results import read_parquet

ASK = ("compare", "manual-suite", "robotic-cluster", "--batches", "60", "--reps", "3")


def test_both_plants_their_difference_and_their_ratio(axenic):
    code, said, _ = axenic(*ASK, "--json")
    result = json.loads(said)
    assert code == 0
    old, new = result["plants"]
    assert (old["plant"], new["plant"]) == ("manual-suite", "robotic-cluster")
    assert old["demand"] * old["years"] == pytest.approx(60)
    gap = result["difference"]["cost.full"]
    assert gap["mean"] == pytest.approx(new["cost"]["full"]["mean"] - old["cost"]["full"]["mean"])
    assert set(gap) == {"mean", "low", "high", "unit"}
    assert result["ratio"]["cost.labour"]["mean"] == pytest.approx(0.13, abs=0.02)


def test_pairs_are_narrower_than_the_plants_apart(axenic):
    _, said, _ = axenic(*ASK, "--json")
    result = json.loads(said)
    widths = [f["high"] - f["low"] for f in (p["cost"]["full"] for p in result["plants"])]
    gap = result["difference"]["cost.full"]
    assert gap["high"] - gap["low"] < sum(widths)


def test_the_table_states_demand_load_and_reduction_and_the_picture_is_drawn(axenic, tmp_path):
    code, said, _ = axenic(*ASK, "--picture", tmp_path / "stacks.svg", "--out", tmp_path / "runs.parquet")
    assert code == 0
    assert "60 batches in" in said and "take 80% of unit reactor" in said and "less in full" in said
    drawn = (tmp_path / "stacks.svg").read_text("utf-8")
    assert "SIMULATED" in drawn and "Stacked bars of full cost for a dose: manual-suite" in drawn
    assert len(read_parquet(tmp_path / "runs.parquet").rows) == 2


def test_one_demand_for_both_overloads_the_smaller(axenic):
    code, _, err = axenic("compare", "manual-suite", "robotic-cluster", "--demand", "300")
    assert code == 1 and "manual-suite would be overloaded" in err


@pytest.mark.parametrize(
    ("words", "code"),
    [(("--batches", "0"), "AX0711"), (("--picture", "x.foo"), "AX0851"), (("--regime", "x"), "AX0501")],
)
def test_nonsense_is_refused(axenic, words, code, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    few = () if words[0] == "--batches" else ("--batches", "20")
    found, _, err = axenic(*ASK[:3], *few, "--reps", "2", *words)
    assert found in (2, 3) and f"error[{code}]" in err


def test_a_precision_that_takes_one_plant_longer_still_gives_pairs(axenic):
    code, said, err = axenic(*ASK[:3], "--batches", "30", "--reps", "4", "--precision", "0.3", "--json")
    result = json.loads(said)
    assert code == 0 and "error" not in err
    reps = {p["replications"] for p in result["plants"]}
    assert len(reps) == 1 and reps.pop() > 4 and result["difference"]["cost.full"]["low"] is not None


def test_one_pair_says_that_nothing_is_known_of_the_ends(axenic):
    _, said, _ = axenic(*ASK[:3], "--demand", "60", "--years", "1", "--reps", "1")
    assert "inf" not in said.splitlines()[-1] and "(? to ?) less in full" in said.splitlines()[-1]
