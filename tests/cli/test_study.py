"""The verb `study`."""

from __future__ import annotations

import json

import pytest

from axenic.twin.studies.study import STUDIES


def test_without_a_name_the_studies_are_listed(axenic):
    code, said, _ = axenic("study")
    assert code == 0
    assert [line.split()[0] for line in said.splitlines()] == list(STUDIES)


def test_the_claims_are_weighed(axenic):
    code, said, _ = axenic("study", "seed-claims", "--batches", "60", "--reps", "3")
    assert code == 0
    assert "74 % LOWER MANUFACTURING COST" in said
    assert "full cost of a released dose" in said and "does not hold" in said
    assert "ASSUMED FOR 1 OF 2" in said and "rests on the row `list price`, which was set to the claim" in said
    assert "18 of 29,858 batches were contaminated" in said
    _, said, _ = axenic("study", "seed-claims", "--batches", "60", "--reps", "3", "--json")
    claims = {c["claim"]: c for c in json.loads(said)["claims"]}
    price = claims["cost of an infusion"]["readings"][0]
    assert price["verdict"] == "assumed" and price["assumes"] == "list price"
    assert all(
        r["value"] is None or set(r["value"]) >= {"mean", "low", "high"} for r in claims["throughput"]["readings"]
    )


def test_what_is_never_met_ends_with_1(axenic):
    words = ("study", "seek", "--demand", "100", "--limit", "5", "--from", "11", "--to", "12", "--batches", "40")
    code, said, _ = axenic(*words, "--reps", "3")
    assert code == 1 and "not reached up to 12" in said


@pytest.mark.parametrize(
    ("words", "code"),
    [
        (("seed-claimz",), "AX0715"),
        (("tornado", "--precision", "0.1"), "AX0711"),
        (("tornado", "--figure", "cost.fll"), "AX0715"),
        (("sweep",), "AX0711"),
        (("unit-size", "--out", "x.parquet"), "AX0711"),
        (("unit-size", "--batches", "-3"), "AX0711"),
        (("tornado", "--set", "vector=1,2"), "AX0711"),
        (("seek", "--limit", "nan"), "AX0711"),
        (("seed-claims", "--plant", "nowhere"), "AX0501"),
    ],
)
def test_nonsense_is_refused(axenic, words, code):
    found, _, err = axenic("study", *words)
    assert found in (2, 3) and f"error[{code}]" in err
