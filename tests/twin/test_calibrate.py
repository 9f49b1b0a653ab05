"""Laws are found again in what is drawn from them, p-values say what they claim, and few data are said to be few."""

from __future__ import annotations

import json

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from axenic.assumption.assumption import Assumptions, Distribution, Lasting, Row
from axenic.assumption.distribution import duration, quantile
from axenic.assumption.text import text_of
from axenic.control.cause import Cause
from axenic.control.facts import BatchOrdered, OutcomeLost, PhaseCompleted, PhaseFailed
from axenic.control.orders import DisposeBatch, RunPhase, StopPhase
from axenic.library.shelf import default
from axenic.notation.document import load
from axenic.record.entry import Entry
from axenic.twin.calibrate import calibrated
from axenic.twin.fit import FEWEST, fit, goodness
from axenic.twin.laws import DURATIONS, EXPONENTIAL, LOGNORMAL, NORMAL, TRIANGULAR, Bounds
from axenic.twin.observed import HOUR_MS, Observed, Origin, Readings, cause_of, observe
from axenic.twin.share import rate, share

REAL, SIMULATED = Origin("site.db", "root ab", False, 9), Origin("demo.db", "root cd", True, 9)
shapes = st.tuples(st.floats(0.1, 100), st.floats(0.15, 0.85), st.floats(0.2, 3), st.integers(0, 2**32))


def seen(hours=(), readings=(), phase="thaw", measure="viability", origin=REAL):
    """Records of one phase kind."""
    observed = Observed(origins=[origin])
    kind = observed.kind(phase)
    kind.hours.extend(hours)
    for n, value in enumerate(readings):
        kind.read({measure: str(value)}, f"B-{n}")
    return observed


@settings(max_examples=20, deadline=None)
@given(shapes)
def test_a_triangular_law_is_found_again(shape):
    least, at, reach, seed = shape
    most = least * (1 + reach)
    usual = least + at * (most - least)
    drawn = np.random.default_rng(seed).triangular(least, usual, most, 4000)
    found = TRIANGULAR.fit(np.sort(drawn)[None], Bounds())[0]
    assert found == pytest.approx([least, usual, most], abs=0.06 * (most - least))


@settings(max_examples=20, deadline=None)
@given(shapes)
def test_a_lognormal_law_is_found_again(shape):
    median, _, spread, seed = shape
    drawn = median * np.exp(spread * np.random.default_rng(seed).standard_normal(4000))
    middle, sd = LOGNORMAL.fit(np.sort(drawn)[None], Bounds())[0]
    assert np.exp(middle) == pytest.approx(median, rel=5 * spread / 4000**0.5 + 0.01)
    assert sd == pytest.approx(spread, rel=0.07)


@settings(max_examples=20, deadline=None)
@given(shapes)
def test_an_exponential_law_is_found_again(shape):
    least, _, mean, seed = shape
    drawn = least + np.random.default_rng(seed).exponential(mean, 4000)
    found = EXPONENTIAL.fit(np.sort(drawn)[None], Bounds())[0]
    assert found == pytest.approx([least, mean], abs=0.1 * mean)


@settings(max_examples=20, deadline=None)
@given(st.floats(-1.5, 1.5), st.integers(0, 2**32))
def test_a_normal_law_is_found_though_it_is_cut_at_a_bound(at, seed):
    mean, sd = 98 + at, 3.0
    drawn = np.clip(np.random.default_rng(seed).normal(mean, sd, 4000), 50, 100)
    found = NORMAL.fit(np.sort(drawn)[None], Bounds(50, 100))[0]
    assert found == pytest.approx([mean, sd], abs=0.4)


@pytest.mark.parametrize(
    ("law", "draw"),
    [
        (TRIANGULAR, lambda r: r.triangular(10, 20, 40, 300)),
        (LOGNORMAL, lambda r: 3 * np.exp(0.7 * r.standard_normal(300))),
        (EXPONENTIAL, lambda r: 1 + r.exponential(2, 300)),
    ],
)
def test_the_law_that_was_drawn_from_is_chosen_and_fits(law, draw):
    found = fit(draw(np.random.default_rng(4)), DURATIONS)
    assert found.law is law
    assert found.goodness.fits
    assert found.quantile(found.share_below(found.data[150])) == pytest.approx(found.data[150])


@pytest.mark.parametrize(
    ("law", "bounds", "draw"),
    [
        (LOGNORMAL, Bounds(), lambda r: np.exp(r.standard_normal(30))),
        (EXPONENTIAL, Bounds(), lambda r: 1 + r.exponential(2, 30)),
        (TRIANGULAR, Bounds(), lambda r: r.triangular(1, 2, 4, 30)),
        (NORMAL, Bounds(50, 100), lambda r: np.round(np.clip(r.normal(97.5, 2.5, 30), 50, 100), 1)),
    ],
)
def test_p_values_are_about_even_if_the_law_is_true(law, bounds, draw):
    chance = np.random.default_rng(11)
    found = [goodness(np.sort(draw(chance)), law, bounds, drawn=39) for _ in range(120)]
    for values in ([g.ks_p for g in found], [g.ad_p for g in found]):
        assert np.mean(np.array(values) <= 0.1) < 0.2
        assert 0.3 < np.median(values) < 0.72


def test_two_heaps_fit_no_law_and_the_spread_of_the_data_is_kept():
    hours = np.concatenate([np.linspace(1, 1.1, 100), np.linspace(9, 9.2, 30)])
    found = calibrated(seen(hours), default(Assumptions), "x")
    lasting = found.assumptions.lasting[0]
    assert not found.durations[0].fit.goodness.fits
    assert "no law fits" in lasting.source
    assert (lasting.least, lasting.most, lasting.shape) == (HOUR_MS, 552 * 60_000, "triangular")


def test_a_law_that_is_wrong_is_found_out():
    data = np.sort(np.exp(np.random.default_rng(8).standard_normal(200)))
    for law in (TRIANGULAR, NORMAL):
        assert not goodness(data, law, Bounds()).fits


def test_the_same_data_give_the_same_answer():
    data = np.random.default_rng(1).exponential(3, 500)
    assert fit(data, DURATIONS).goodness == fit(data[::-1], DURATIONS).goodness


@settings(max_examples=40, deadline=None)
@given(st.lists(st.floats(1e-3, 1e4), min_size=FEWEST, max_size=40))
def test_whatever_was_done_gives_assumptions_that_load_again(hours):
    found = calibrated(seen(hours, [min(h, 100) for h in hours]), default(Assumptions), "site-1")
    again = load(Assumptions, text_of(found.assumptions, ["one", "two"]), "file")
    assert not again.findings
    assert again.value == found.assumptions
    lasting = again.value.lasting[0]
    assert lasting.least <= lasting.usual <= lasting.most
    shape = {"triangular": 4, "lognormal": 2, "exponential": 5}[lasting.shape]
    assert lasting.least <= duration(shape, lasting.least, lasting.usual, lasting.most, 0.3) <= lasting.most


def test_what_is_written_draws_what_was_seen():
    drawn = np.random.default_rng(2).normal(85, 6, 400)
    row = calibrated(seen((), np.round(drawn, 1)), default(Assumptions), "x").assumptions.row("viability thawed")
    again = [quantile(*row.numbers(), u) for u in np.linspace(0.001, 0.999, 999)]
    assert np.mean(again) == pytest.approx(np.mean(drawn), abs=0.1)
    assert np.std(again) == pytest.approx(np.std(drawn), rel=0.05)
    assert row.uncertain.sd == pytest.approx(6 / 20, rel=0.15), "the standard error"
    assert row.grade == "A"


def test_few_data_leave_the_row_and_say_so():
    found = calibrated(seen([1.0] * (FEWEST - 1), [80] * (FEWEST - 1)), default(Assumptions), "x")
    assert found.assumptions.lasting == found.assumptions.rows == ()
    assert "fewer than 8: the recipe's stays" in found.durations[0].said
    assert "the row stays" in next(r.said for r in found.rows if r.row == "viability thawed")


def test_what_simulated_equipment_did_is_no_evidence():
    found = calibrated(seen(np.linspace(1, 2, 50), origin=SIMULATED), default(Assumptions), "x")
    assert found.assumptions.lasting[0].grade == "D"
    assert "SIMULATED" in found.assumptions.lasting[0].source


def test_equal_data_are_one_value_without_a_law():
    found = calibrated(seen([2.0] * 9, [80] * 9), default(Assumptions), "x").assumptions
    assert (found.lasting[0].least, found.lasting[0].most) == (2 * HOUR_MS, 2 * HOUR_MS)
    assert found.row("viability thawed").varies is None


def test_only_the_first_reading_of_a_batch_counts():
    readings = Readings()
    for value in ("5", "9", "< 3"):
        readings.take(value, "B-1")
    assert (list(readings.values), readings.again, readings.beyond) == ([5.0], 2, 0)


def test_what_lies_below_detection_counts_as_lying_there():
    drawn = np.exp(np.random.default_rng(3).normal(-1.5, 0.7, 300))
    texts = [f"{v:.3f}" if v > 0.15 else "< 0.15" for v in drawn]
    observed = seen((), texts, "endotoxin test", "endotoxin")
    row = calibrated(observed, default(Assumptions), "x").assumptions.row("endotoxin")
    assert row.value == pytest.approx(np.exp(-1.5), rel=0.12)
    assert row.varies.error_factor == pytest.approx(np.exp(1.645 * 0.7), rel=0.15)
    assert "beyond what can be measured" in row.source


def test_a_rare_thing_never_seen_does_not_replace_a_row_but_may_contradict_it():
    def row(texts):
        observed = seen((), texts, "sterility test", "growth")
        return next(
            r for r in calibrated(observed, default(Assumptions), "x").rows if r.row == "intrinsic contamination"
        )

    assert row(["0"] * 40).made is None
    assert "agrees" in row(["0"] * 40).said
    assert "CONTRADICTS" in row(["1"] * 4 + ["0"] * 36).said
    assert row(["1"] * 10 + ["0"] * 90).made.uncertain.hits == 10.5


def phases(*ends):
    """A journal of one batch's phases: kind of answer by name."""
    things, at = [BatchOrdered(0, "B-1", "P-1", "r", 0), BatchOrdered(9, "B-2", "P-1", "r", 0)], 0
    for number, end in enumerate(ends, 1):
        things.append(RunPhase(number, at, "thaw-1", "thaw", "B-1/thaw/thaw#1", "B-1"))
        at += HOUR_MS
        match end:
            case "done":
                things.append(PhaseCompleted(at, number, {"viability": "80"}))
            case "repaired":
                things.append(PhaseCompleted(at, number, {"fault": "fault repaired in 0.5 h"}))
            case "stopped":
                things += [StopPhase(99, at, "thaw-1", number), PhaseFailed(at, number, "stopped")]
            case "in doubt":
                things += [OutcomeLost(at, number, "no answer"), PhaseCompleted(at, number)]
            case "failed":
                things.append(PhaseFailed(at, number, "equipment fault, the cells are lost"))
    things.append(DisposeBatch(100, 1, "B-1", "rejected", "thaw-1 failed"))
    return [Entry(n, "x", t) for n, t in enumerate(things, 1)]


def test_only_whole_durations_of_a_journal_count():
    observed = Observed()
    assert observe(phases("done", "repaired", "stopped", "in doubt", "failed", "under way"), observed) == 2
    kind = observed.kinds["thaw"]
    assert list(kind.hours) == [1.0]
    assert kind.left_out == {"repaired": 1, "stopped": 1, "in doubt": 1, "failed": 1, "under way": 1}
    assert (observed.faults, observed.destroyed, list(observed.repairs)) == (2, 1, [0.5])
    assert observed.worked_hours == pytest.approx(4.5)
    assert (observed.causes, observed.remade) == ({Cause.EQUIPMENT: 1}, 1)


@pytest.mark.parametrize(
    ("reason", "cause"),
    [
        ("release test dose: dose 2.658e+07, limit >= 6e7 cells", Cause.PATIENT_MATERIAL),
        ("release test sterility: growth 1, limit == 0", Cause.CONTAMINATION),
        ("reactor-1 failed: equipment fault, the cells are lost", Cause.EQUIPMENT),
        ("hold limit before wash exceeded", Cause.OPERATION),
        ("hold limit before receive exceeded", Cause.LOGISTICS),
    ],
)
def test_the_words_of_a_reason_name_its_cause(reason, cause):
    assert cause_of(reason) is cause


def test_exact_intervals_are_those_of_the_tables():
    assert (share(18, 29858).lower95, share(18, 29858).upper95) == pytest.approx((3.573e-4, 9.527e-4), rel=2e-3)
    assert (share(0, 10).lower95, share(0, 10).upper95) == pytest.approx((0, 0.3085), abs=1e-4)
    assert (rate(3, 100).lower95, rate(3, 100).upper95) == pytest.approx((0.00619, 0.08767), abs=1e-5)
    assert share(0, 0).upper95 == 1
    json.dumps(rate(0, 0).value)


def test_fewer_than_enough_is_refused_by_the_fit_itself():
    with pytest.raises(ValueError, match="not enough"):
        fit([1, 2, 3], DURATIONS)


def test_assumptions_written_for_people_load_back_equal():
    whole = default(Assumptions)
    assert load(Assumptions, text_of(whole), "f").value == whole
    odd = Assumptions(
        assumptions="2026",
        version=2,
        over="x",
        rows=(Row(row="yes", value=1, unit="%", grade="B", source="a: b # c\nd"),),
        lasting=(Lasting(phase="a", least=1, usual=2, most=3, grade="A", source="'"),),
    )
    assert load(Assumptions, text_of(odd), "f").value == odd
    assert Distribution.model_validate({"as": "normal", "sd": 1}).to > 1e299
