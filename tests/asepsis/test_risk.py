"""The risk ledger: every passage has terms, terms have grades, and evidence never pulls them below their floor."""

from __future__ import annotations

import math

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from axenic.asepsis.evidence import Prior, updated, updated_total
from axenic.asepsis.interlocks import PassageKind
from axenic.asepsis.risk import Circumstance, RiskTable, added, assumed_share, batch_risk
from axenic.control.codec import order_from, to_data
from axenic.control.orders import PermitPassage
from axenic.notation.document import load, write
from axenic.plant.plant import CleanroomGrade, MoverKind
from axenic.recipe.recipe import Barrier
from axenic.record.risk_ledger import ledger
from tests.conftest import shelf

TABLE = shelf(RiskTable, "default")


def risk(kind: str, grade: str = "A", by: str = "robot", dwell_ms: int = 0, **more):
    return {s.mechanism: s for s in TABLE.shares(Circumstance(kind, grade, by, **more), dwell_ms)}


@pytest.mark.parametrize("kind", PassageKind)
@pytest.mark.parametrize("grade", CleanroomGrade)
@pytest.mark.parametrize("by", MoverKind)
@pytest.mark.parametrize("barrier", Barrier)
def test_every_kind_of_passage_has_a_risk_whose_bound_lies_above_its_mean(kind, grade, by, barrier):
    shares = TABLE.shares(Circumstance(kind.value, grade.value, by.value, barrier.value, 6.0, 2), 3_600_000)
    assert shares
    assert all(0 < s.mean < s.upper95 < 1 for s in shares)


def test_a_passage_the_table_does_not_know_is_never_without_risk():
    with pytest.raises(KeyError, match="no passage is without risk"):
        TABLE.shares(Circumstance("tunnelling", "A", "robot"))


def test_an_open_manipulation_is_the_deposition_formula_with_the_factors_of_the_table():
    share = risk("open manipulation")["airborne"]
    sigma2 = sum((math.log(f) / 1.6448536) ** 2 for f in (10, 1.5, 3, 3))
    assert share.mean == pytest.approx(0.1 * 0.0046 * 2e-4 * 45 * math.exp(sigma2 / 2), rel=1e-4)
    assert share.upper95 == pytest.approx(0.1 * 0.0046 * 2e-4 * 45 * math.exp(1.6448536 * math.sqrt(sigma2)), rel=1e-3)


def test_only_persons_have_gloves_and_only_open_work_takes_what_the_air_brings():
    assert "glove" not in risk("open manipulation", by="robot")
    assert "glove" in risk("open manipulation", by="person")
    assert "airborne" not in risk("connection")


def test_no_log_reduction_takes_the_occlusion_away():
    short = risk("crossing inward", barrier="vapour", log_reduction_lower=3)
    long = risk("crossing inward", barrier="vapour", log_reduction_lower=300)
    assert long["cycle lethality"].mean < short["cycle lethality"].mean
    assert long["cycle occlusion"] == short["cycle occlusion"]
    assert long["cycle occlusion"].mean > 1e-9


def test_the_longer_the_cells_wait_the_more_dwell_adds_and_nothing_else():
    short, long = (risk("hand-over", dwell_ms=d * 86_400_000) for d in (1, 9))
    assert long["dwell"].mean == pytest.approx(9 * short["dwell"].mean, rel=1e-4)
    assert long["contact"] == short["contact"]


def test_a_table_whose_units_do_not_cancel_is_refused():
    text = write(TABLE).replace("  - open time\n", "")
    found = load(RiskTable, text, "mine.yaml").findings
    assert "do not cancel" in str(found[0])


def test_a_factor_nobody_declared_is_refused():
    text = write(TABLE).replace("- open time\n", "- open tyme\n")
    assert "no factor is named 'open tyme'" in str(load(RiskTable, text, "mine.yaml").findings[0])


def test_what_is_assumed_is_named_with_its_share():
    names, share = TABLE.assumed("airborne")
    assert names == ("air", "open area", "open time")
    assert 0.9 < share < 1
    assert assumed_share(TABLE.shares(Circumstance("connection", "A", "robot")), TABLE) == 1


def test_the_blood_of_the_patient_is_counted_apart():
    share, low, high = TABLE.intrinsic.bounds()
    assert low < share < high
    assert share == pytest.approx(6.03e-4, rel=1e-3)
    assert not [t for t in TABLE.terms if "intrinsic" in t.mechanism]


@pytest.mark.parametrize(("plant", "low", "high"), [("robotic-cluster", 1e-4, 3e-4), ("manual-suite", 5e-4, 2e-3)])
def test_a_batch_adds_up_to_a_plausible_risk(suite, plant, low, high):
    made = suite(plant=plant)
    made.run(made.orders_of(2))
    for batch in ("AX-0001", "AX-0002"):
        permits = [p for p in made.all(PermitPassage) if p.batch == batch]
        found = ledger(batch, permits)
        assert low < found.mean < high
        assert found.mean == pytest.approx(batch_risk((r.mean, r.upper95) for r in found.rows)[0], rel=1e-3)
        assert found.upper95 == pytest.approx(sum(r.upper95 for r in found.rows), rel=1e-3)
        assert found.passages == sum(p.count for p in permits)


def test_every_permit_carries_its_terms_and_the_journal_gives_them_back(suite):
    made = suite()
    made.run(made.orders_of(1))
    for permit in made.all(PermitPassage):
        assert permit.mechanism == max(permit.terms, key=lambda t: float(t[1]))[0]
        assert float(permit.risk_mean) == pytest.approx(sum(float(t[1]) for t in permit.terms), rel=2e-3)
        data = to_data(permit)
        assert all(isinstance(term, list) for term in data["terms"])
        assert order_from("PermitPassage", permit.at, data) == permit


PRIORS = (Prior("airborne", 1e-4, 1e-3, 1e-5), Prior("connection", 5e-5, 1e-3, 2e-6))


def test_without_evidence_the_mechanism_speaks_alone():
    for prior, found in zip(PRIORS, updated(PRIORS, 0, 0), strict=True):
        assert found.mean == pytest.approx(prior.median * math.exp(prior.sigma**2 / 2), rel=2e-2)
        assert found.upper95 == pytest.approx(prior.upper95, rel=3e-2)


@settings(max_examples=25, deadline=None)
@given(st.integers(0, 10**7))
def test_clean_fills_lower_a_rate_but_never_below_its_floor(fills):
    before, after = updated(PRIORS, 0, 0), updated(PRIORS, 0, fills)
    for prior, first, then in zip(PRIORS, before, after, strict=True):
        assert prior.floor * 0.999999 <= then.mean <= first.mean * 1.000001
        assert prior.floor * 0.999999 <= then.upper95 <= first.upper95 * 1.000001


def test_a_positive_fill_raises_every_rate_and_most_the_one_known_least():
    before, after = updated(PRIORS, 0, 30), updated(PRIORS, 1, 30)
    rises = [b.mean / a.mean for a, b in zip(before, after, strict=True)]
    assert all(r > 1 for r in rises)
    assert rises[1] > rises[0]


def test_one_vague_prior_and_much_evidence_give_the_share_observed():
    found = updated([Prior("all", 1e-3, 1e-1)], 20, 1_000)[0]
    assert found.mean == pytest.approx(0.02, rel=0.1)
    assert found.upper95 == pytest.approx(0.028, rel=0.1)


def test_two_equal_mechanisms_share_the_positives_equally():
    one, two = updated([Prior("a", 1e-3, 1e-2), Prior("b", 1e-3, 1e-2)], 3, 100)
    assert one.mean == pytest.approx(two.mean)
    assert 3 / 100 * 0.2 < one.mean < 3 / 100 * 0.8


def test_nine_clean_fills_say_less_of_a_closed_process_than_its_mechanisms_do():
    mean, upper = updated_total(PRIORS, 0, 9)
    assert mean < upper < 0.2831 / 100


def test_a_prior_is_found_from_the_mean_and_bound_of_a_ledger():
    prior = Prior.of_mean("x", 2e-4, 6e-4)
    assert prior.median * math.exp(prior.sigma**2 / 2) == pytest.approx(2e-4)
    assert prior.upper95 == pytest.approx(6e-4)
    with pytest.raises(ValueError, match="above a mean"):
        Prior.of_mean("x", 2e-4, 1e-4)


def test_added_shares_keep_mechanisms_apart():
    once = TABLE.shares(Circumstance("connection", "A", "robot"))
    twice = added([*once, *once])
    assert [s.mechanism for s in twice] == [s.mechanism for s in once]
