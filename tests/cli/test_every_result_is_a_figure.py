"""The contract of `--json`: a result is a figure with mean, ends and unit; only what was asked or counted is plain."""

from __future__ import annotations

import json

import pytest

FIGURE = {"mean", "low", "high", "unit"}
ASKED = {"demand", "years", "seed", "confidence", "version", "limit", "from", "to"}
GIVEN = {"value", "moves"}  # a row of the assumptions as it was given, and what a tenth more of it changes
COUNTED = {"replications", "with_dose", "count", "number", "line", "column"}
FEW = ("--batches", "20", "--reps", "2")
SMALL = ("--demand", "100", "--from", "8", "--to", "9")


def plain(value, name=""):
    """The names under which numbers stand that are no part of a figure."""
    if isinstance(value, dict):
        if set(value) != FIGURE:
            for key, inner in value.items():
                yield from plain(inner, key)
    elif isinstance(value, list):
        for inner in value:
            yield from plain(inner, name)
    elif isinstance(value, int | float) and not isinstance(value, bool):
        yield name


@pytest.mark.parametrize(
    "words",
    [
        ("simulate", "car-t-9-day", "--plant", "robotic-cluster", "--demand", "100", "--years", "0.3", "--reps", "2"),
        ("simulate", "car-t-9-day", "--plant", "robotic-cluster", "--demand", "900"),
        ("compare", "manual-suite", "robotic-cluster", *FEW),
        ("study", "manual-vs-robotic", *FEW),
        ("study", "seed-claims", *FEW),
        ("study", "release-regimes", *FEW),
        ("study", "sweep", "--set", "vector=1,2", *FEW),
        ("study", "seek", "--limit", "300", *SMALL, *FEW),
        ("study", "pareto", *SMALL, *FEW),
    ],
    ids=lambda words: " ".join(words[:2]),
)
def test_every_number_is_asked_counted_or_a_figure(axenic, words):
    _, said, _ = axenic(*words, "--json")
    assert set(plain(json.loads(said))) <= ASKED | GIVEN | COUNTED


def test_the_answer_of_seek_has_its_figure(axenic):
    _, said, _ = axenic("study", "seek", "--limit", "300", *SMALL, *FEW, "--json")
    answer = json.loads(said)["answer"]
    assert answer["number"] == 8 and set(answer["value"]) == FIGURE and answer["value"]["mean"] < 300
