"""Claims against figures: verdicts by denominator, and the shipped claims on the two shipped plants."""

from __future__ import annotations

import math

import pytest

from axenic.assumption.claim import Claim, ClaimReading, Claims
from axenic.library.shelf import default
from axenic.notation.document import load, write
from axenic.twin.claims import Standing, key_of, weigh_claims
from axenic.twin.figures import figures, unit_of
from tests.twin.tallies import given, rows, tally_of


def reading(compare="ratio", figure="throughput.module", **more):
    return ClaimReading.model_validate(
        {"denominator": more.pop("denominator", "floor"), "compare": compare, "figure": figure, "unit": "1"} | more
    )


def weighed(baseline, proposed, *readings):
    claim = Claim(claim="c", text="t", readings=readings, grade="D", source="s")
    (found,) = weigh_claims(Claims(claims="x", version=1, rows=(claim,)), baseline, proposed)
    return found


OLD, NEW = {"throughput.module": (2.0, 1.0, 4.0)}, {"throughput.module": (40.0, 20.0, 60.0)}


@pytest.mark.parametrize(("least", "verdict"), [(5, Standing.HOLDS), (10, Standing.UNDECIDED), (61, Standing.FAILS)])
def test_a_ratio_is_judged_by_its_whole_interval(least, verdict):
    found = weighed(OLD, NEW, reading(**{"from": least}))
    assert found.readings[0].value == (20, 5, 60)
    assert found.readings[0].standing is verdict
    assert found.words == verdict


def test_a_reduction_turns_the_ratio_round():
    found = weighed({"cost.full": (100, 80, 120)}, {"cost.full": (50, 40, 60)}, reading("reduction", "cost.full", to=1))
    assert found.readings[0].value == pytest.approx((0.5, 0.25, 1 - 40 / 120))


def test_a_paired_interval_given_ready_made_is_taken():
    line = reading(**{"from": 15})
    assert key_of(line) == "ratio:throughput.module"
    assert weighed(OLD, NEW | {key_of(line): (20.0, 18.0, 22.0)}, line).words == "holds"
    assert key_of(reading(against="throughput.building", to=1)) == "ratio:throughput.module/throughput.building"


def test_a_claim_that_holds_for_one_denominator_says_for_which():
    found = weighed(OLD, NEW, reading(**{"from": 100}), reading(denominator="shelf", **{"from": 2}))
    assert found.words == "holds only for shelf"


def test_unlike_sides_are_called_so():
    old = OLD | {"throughput.building": (0.1, 0.1, 0.1)}
    line = reading(against="throughput.building", **{"from": 100})
    assert weighed(old, NEW, line, reading(**{"from": 100})).words == "holds only for floor (unlike sides)"


def test_what_was_not_computed_decides_nothing():
    assert weighed({}, {}, reading(to=1)).words == "not computed"
    assert weighed(OLD, NEW, reading(figure="cost.full", to=1), reading(**{"from": 1})).words == "holds"
    assert weighed(
        {"failure.all": (0, 0, 0)}, {"failure.all": (0, 0, 0)}, reading(figure="failure.all", to=1)
    ).words == ("not computed")


def test_a_rare_event_that_may_be_zero_leaves_the_ratio_open():
    found = weighed({"f": (0.1, 0.0, 0.2)}, {"f": (0.05, 0.01, 0.1)}, reading(figure="f", to=1))
    assert found.readings[0].value[2] == math.inf
    assert found.words == "undecided"


def test_a_reading_must_be_bounded_and_only_pairs_stand_against():
    with pytest.raises(ValueError, match="needs `from` or `to`"):
        reading()
    with pytest.raises(ValueError, match="stands `against`"):
        reading("baseline", against="cost.full", to=1)


@pytest.fixture(scope="module")
def shipped_verdicts():
    found = []
    for name, released, lost in (("manual-suite", 190, 10), ("robotic-cluster", 390, 21)):
        plant, recipe, assumptions = given(name)
        batches = rows(released, lost)
        found.append(figures(tally_of(batches, plant), plant, recipe, assumptions))
    exact = [{n: (v, v, v) for n, v in f.items()} for f in found]
    return {v.claim.claim: v for v in weigh_claims(default(Claims), *exact)}


def test_every_shipped_reading_names_a_figure_in_its_unit_and_the_file_is_written_back_equal(shipped_verdicts):
    claims = default(Claims)
    assert load(Claims, write(claims), "x").value == claims
    for claim in claims.rows:
        for line in claim.readings:
            assert line.unit in (unit_of(line.figure), "1"), line.denominator
            assert line.unit == "1" or line.compare in ("baseline", "proposed")


def test_a_price_is_no_cost(shipped_verdicts):
    assert shipped_verdicts["cost of an infusion"].words == "assumed for list price, a row of the assumptions"


def test_what_gives_back_a_row_that_was_set_to_it_is_assumed_and_never_holds(shipped_verdicts):
    assumed = [j for v in shipped_verdicts.values() for j in v.readings if j.reading.assumes]
    rows_set = {"list price", "share of a dose", "growth of demand"}
    assert {j.reading.assumes for j in assumed} == rows_set <= {r.row for r in given()[2].rows}
    assert not [j for j in assumed if j.standing is Standing.HOLDS]
    assert shipped_verdicts["failures"].words == "assumed for ended batches, baseline; ended batches, proposed"
    assert weighed(OLD, NEW, reading(assumes="vector", **{"from": 2})).words == Standing.ASSUMED
    assert weighed(OLD, NEW, reading(assumes="vector", **{"from": 61})).words == Standing.FAILS
    both = weighed(OLD, NEW, reading(assumes="vector", to=99), reading(denominator="shelf", to=99))
    assert both.words == "holds only for shelf; assumed for floor"


def test_74_percent_holds_for_labour_and_not_for_the_whole_cost(shipped_verdicts):
    verdict = shipped_verdicts["lower cost"]
    assert verdict.words == "holds only for cost of labour; hours of labour"
    full = next(j for j in verdict.readings if j.reading.figure == "cost.full")
    assert 0.14 < full.value[0] < 0.37  # the 90 % interval of process section 7.2


def test_a_hundredfold_holds_only_where_the_sides_are_unlike(shipped_verdicts):
    assert shipped_verdicts["throughput"].words == (
        "holds only for reactors' floor against the manual suite (unlike sides)"
    )
    by_figure = {j.reading.figure: j.value[0] for j in shipped_verdicts["throughput"].readings if not j.reading.against}
    assert 3 <= by_figure["throughput.building"] <= 8
    assert 10 <= by_figure["throughput.module"] <= 76


def test_1700_operators_are_a_manual_site_of_10000_batches(shipped_verdicts):
    held = [j.reading.denominator for j in shipped_verdicts["operators"].readings if j.standing is Standing.HOLDS]
    assert held == ["a site of 10,000 batches a year, by hours, baseline"]


def test_the_days_of_tests_are_those_of_the_regime_that_was_run(shipped_verdicts):
    assert shipped_verdicts["sterility test"].words == "does not hold"
