"""Files: every trap refused at its place, everything at once, nothing ever raised."""

from __future__ import annotations

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from axenic.assumption.assumption import Assumptions
from axenic.library.shelf import FOLDERS, default, shipped, take, text_of
from axenic.notation.document import MOST_DEPTH, load, read, write
from axenic.plant.plant import Zone
from axenic.recipe.recipe import Recipe


@pytest.mark.parametrize(
    ("text", "code", "place"),
    [
        ("recipe: x\non: 1\n", "AX0003", (2, 1)),
        ("recipe: yes\n", "AX0003", (1, 9)),
        ("recipe: 12:30:00\n", "AX0003", (1, 9)),
        ("version: 0123\n", "AX0003", (1, 10)),
        ("a: &x 1\nb: *x\n", "AX0003", (1, 4)),
        ("recipe: a\nrecipe: b\n", "AX0004", (2, 1)),
        ("recipe: [1\n", "AX0002", (2, 1)),
        ("- 1\n", "AX0002", (1, 1)),
    ],
)
def test_each_trap_is_refused_at_its_line_and_column(text, code, place):
    finding = load(Recipe, text, "my.yaml").findings[0]
    assert (finding.code, (finding.line, finding.column)) == (code, place)
    assert finding.hint


def test_all_findings_come_at_once_with_a_way_to_mend():
    text, _, _ = text_of(Recipe, "car-t-9-day")
    broken = text.replace("at most: 24 h", "at most: 24 degC", 1).replace("scope:", "skope:", 1)
    findings = load(Recipe, broken, "my.yaml").findings
    assert {f.code for f in findings} == {"AX0005", "AX0006", "AX0007"}
    assert any("did you mean 'scope'" in f.hint for f in findings)


@pytest.mark.parametrize("model", FOLDERS)
def test_every_shipped_file_loads_and_comes_back_equal(model):
    for name in shipped(model):
        value = take(model, name).value
        assert value is not None
        assert load(model, write(value), name).value == value


@given(
    st.text(st.characters(exclude_categories=("C",)))
    | st.sampled_from(["06:00", "22:00", "1e9", "on", "y", "007", "~"])
)
def test_every_text_is_written_so_that_it_is_read_back_as_that_text(text):
    zone = Zone(zone=text, grade="A")
    assert load(Zone, write(zone), "zone.yaml").value == zone


def test_a_distribution_is_written_by_its_name():
    assert "as: lognormal" in write(default(Assumptions))


@given(st.text(max_size=200))
def test_no_text_ever_raises(text):
    loaded = load(Recipe, text, "noise.yaml")
    assert loaded.value is None
    assert loaded.findings


def test_a_recipe_cut_off_anywhere_is_a_finding_not_a_traceback():
    text, _, _ = text_of(Recipe, "car-t-fresh-7-day")
    for end in range(0, len(text) - 40, 397):
        assert load(Recipe, text[:end], "cut.yaml").findings


def test_ten_megabytes_of_noise_are_refused_at_once():
    assert load(Recipe, "x" * 10_000_000, "noise.yaml").findings[0].code == "AX0008"


@pytest.mark.parametrize(
    ("sign", "count"), [("[", 1_900_000), ("{a: ", 400_000), ("- ", 900_000), ("? ", 900_000), ("a: [", 450_000)]
)
def test_megabytes_of_nesting_are_refused_at_once(sign, count):
    text = sign * count
    start = time.perf_counter()
    assert load(Recipe, text, "deep.yaml").findings[0].code == "AX0008"
    assert time.perf_counter() - start < 5


def test_the_depth_that_is_read_is_the_depth_that_is_named():
    for depth, deep in ((MOST_DEPTH, False), (MOST_DEPTH + 1, True)):
        found = read("a: " + "[" * depth + "]" * depth, "x.yaml").findings
        assert [f.code for f in found] == ["AX0008"] * deep
