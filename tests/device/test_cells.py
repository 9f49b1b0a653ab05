"""The simulated cells: each word of an effect does what it says, and what is measured is what is written down."""

from __future__ import annotations

import math
from statistics import correlation, median, stdev

import pytest
from hypothesis import given
from hypothesis import strategies as st

from axenic.assumption.assumption import Assumptions, Effect
from axenic.assumption.distribution import normal_quantile
from axenic.device.cells import (
    CELLS,
    COLLECTED,
    FIELDS,
    FINAL,
    GLUCOSE,
    GROWTH,
    LOST,
    PURITY,
    RISK,
    SHARE,
    STATE,
    STRUCK,
    TRANSDUCED,
    VERBS,
    VIABILITY,
    NoEffect,
    act,
    collect,
    compiled,
    op_of,
    significant,
    varied,
)
from axenic.device.draw import uniform, word
from axenic.library.shelf import default

DAY = 86_400_000
WORKING = compiled(default(Assumptions))
PLACE = {name: n for n, name in enumerate(WORKING.names)}
KEY = (7, 0, word("AX-1"), word("thaw"), 1)


def value_of(row):
    return WORKING.rows[5 * PLACE[row] + 1]


def fresh(**fields):
    cells = [0.0] * STATE
    cells[CELLS], cells[VIABILITY], cells[PURITY], cells[TRANSDUCED] = 1e9, 90.0, 50.0, 40.0
    cells[GROWTH], cells[FINAL], cells[GLUCOSE], cells[COLLECTED] = 0.5, 95.0, 4.0, 1.0
    for name, value in fields.items():
        cells[globals()[name.upper()]] = value
    return cells


def done(text, cells, key=KEY, lasted=DAY, at=0, rows=WORKING.rows):
    """Do one effect; what it measured."""
    return act(op_of(text, PLACE, {}), cells, rows, WORKING.words, key, lasted, at)


def drawn(row, key=KEY):
    """The row's value under a key, as the effects draw it."""
    return varied(WORKING.rows, PLACE[row], uniform(*key[:4], word(row), key[4]))


@given(st.floats(1e-11, 1e21) | st.floats(-1e21, -1e-11) | st.integers(-(10**6), 10**6).map(float))
def test_a_measured_value_is_exactly_the_decimal_of_four_digits_that_is_written_down(x):
    value = significant(x)
    assert float(f"{value:.4g}") == value
    assert value == pytest.approx(x, rel=5.001e-4)
    assert significant(value) == value


@pytest.mark.parametrize(
    ("x", "written"),
    [(0.0, "0"), (99.996, "100"), (99.994, "99.99"), (9999.4, "9999"), (9999.6, "1e+04"), (2.6049e9, "2.605e+09")],
)
def test_four_digits_are_kept_also_where_a_number_gets_longer_by_rounding(x, written):
    assert f"{significant(x):.4g}" == written


def test_keep_leaves_the_drawn_share_of_the_cells_and_notes_it_for_the_report():
    cells = fresh()
    share = drawn("thaw recovery")
    assert math.isnan(done("keep thaw recovery", cells))
    assert cells[CELLS] == 1e9 * share / 100
    assert cells[SHARE] == share
    assert done("report recovery", cells) == significant(share)


def test_set_gives_a_field_the_drawn_value_of_a_row():
    cells = fresh()
    done("set viability viability thawed", cells)
    done("set glucose glucose of fresh medium", cells)
    assert (cells[VIABILITY], cells[GLUCOSE]) == (drawn("viability thawed"), 4.0)


def test_at_most_takes_away_what_is_too_much_and_adds_nothing():
    many, few = fresh(), fresh(cells=1e6)
    done("at most cells seeded", many)
    done("at most cells seeded", few)
    assert (many[CELLS], few[CELLS]) == (value_of("cells seeded"), 1e6)


def test_grow_multiplies_cells_eats_glucose_and_moves_viability_towards_its_end():
    cells, starved = fresh(cells=1e7), fresh(cells=1e7, glucose=0.1)
    done("grow", cells)
    done("grow", starved)
    assert 1e7 * math.exp(0.5) * 0.99 < cells[CELLS] < 1e7 * math.exp(0.5)
    assert cells[GLUCOSE] < 4.0
    assert 90 < cells[VIABILITY] < 95
    assert 1e7 < starved[CELLS] < cells[CELLS], "starving cells grow slowly"


def test_a_reactor_does_not_carry_more_than_it_can_however_long_it_runs():
    cells = fresh()
    for _ in range(60):
        cells[GLUCOSE] = 4.0
        done("grow", cells)
    settled = value_of("cells a reactor carries") * -math.expm1(-0.5)
    assert cells[CELLS] == pytest.approx(settled, rel=1e-6), "fed daily they settle at K (1 - e^-r)"


@pytest.mark.parametrize(
    ("row", "field", "more"),
    [
        ("glucose that starves", CELLS, False),
        ("growth of the starving", CELLS, True),
        ("cells a reactor carries", CELLS, True),
        ("glucose lost without cells", GLUCOSE, False),
        ("glucose eaten by 1e9 cells", GLUCOSE, False),
        ("approach of viability", VIABILITY, True),
    ],
)
def test_every_row_of_growth_moves_what_it_says(row, field, more):
    rows = list(WORKING.rows)
    rows[5 * PLACE[row] + 1] *= 1.5
    usual, other = fresh(glucose=0.4), fresh(glucose=0.4)
    if row == "growth of the starving":
        usual, other = fresh(glucose=0.1), fresh(glucose=0.1)
    done("grow", usual, lasted=DAY // 24)
    done("grow", other, lasted=DAY // 24, rows=rows)
    assert (other[field] > usual[field]) is more
    assert other[field] != usual[field]


@pytest.mark.parametrize(
    ("text", "row", "truth"),
    [("count viable cells", "error of a count", 1e9), ("read viability", "error of a share", 90)],
)
def test_an_instrument_errs_as_its_row_says(text, row, truth):
    rows, keys = list(WORKING.rows), [(*KEY[:4], n) for n in range(2000)]
    size = value_of(row) * (1 if text.startswith("read") else truth)
    assert stdev(done(text, fresh(), k) for k in keys) == pytest.approx(size, rel=0.05)
    rows[5 * PLACE[row] + 1] = 0.0
    assert {done(text, fresh(), k, rows=rows) for k in keys} == {truth}


def test_read_shows_a_share_near_the_truth_and_never_beyond_0_to_100():
    shown = [done("read viability", fresh(), (*KEY[:4], n)) for n in range(400)]
    assert abs(median(shown) - 90) < 0.3
    assert len(set(shown)) > 100, "an instrument has an error"
    assert all(0 <= done("read viability", fresh(viability=99.9), (*KEY[:4], n)) <= 100 for n in range(200))
    assert done("read glucose", fresh(glucose=2.5)) == 2.5


def test_count_is_within_its_most_error_and_near_on_the_whole():
    shown = [done("count viable cells", fresh(), (*KEY[:4], n)) for n in range(400)]
    assert all(0.7e9 <= x <= 1.3e9 for x in shown)
    assert abs(median(shown) / 1e9 - 1) < 0.03
    rows = list(WORKING.rows)
    rows[5 * PLACE["error of a count at most"] + 1] = 0.01
    cut = [done("count viable cells", fresh(), (*KEY[:4], n), rows=rows) for n in range(400)]
    assert (min(cut), max(cut)) == (0.99e9, 1.01e9)


def test_draw_gives_a_row_and_leaves_the_cells_as_they_are():
    cells = fresh()
    before = list(cells)
    assert done("draw VCN vector copies", cells) == significant(drawn("vector copies"))
    assert cells == before


def test_a_dose_is_a_share_of_the_living_car_positive_cells():
    assert done("dose share of a dose", fresh()) == significant(1e9 * 0.15 * 0.9 * 0.4)


def test_grows_is_found_in_what_was_struck_and_as_often_as_the_exposure_says():
    assert done("grows intrinsic contamination", fresh(struck=1.0)) == 1.0
    found = [done("grows intrinsic contamination", fresh(risk=0.3), (*KEY[:4], n)) for n in range(2000)]
    assert sum(found) / 2000 == pytest.approx(1 - math.exp(-0.3), abs=0.03)
    clean = [done("grows intrinsic contamination", fresh(), (*KEY[:4], n)) for n in range(2000)]
    assert sum(clean) / 2000 < 0.005


def test_a_bad_lot_is_found_in_every_batch_of_its_days_and_in_no_other():
    days = int(value_of("days a lot is used"))
    rows = list(WORKING.rows)
    rows[5 * PLACE["bad lot"] + 1] = 0.2
    lots = []
    for lot in range(40):
        times = (lot * days * DAY, lot * days * DAY + DAY, (lot + 1) * days * DAY - 1)
        found = {
            done("grows intrinsic contamination", fresh(), (7, 0, word(f"AX-{n}"), 1, 0), at=at, rows=rows)
            for n, at in enumerate(times)
        }
        lots.append(found)
    assert all(len(found) == 1 for found in lots), "all batches of a lot share its fate"
    assert 2 <= sum(found == {1.0} for found in lots) <= 18


def test_signals_accept_and_arrives_follow_their_rows():
    rows = list(WORKING.rows)
    rows[5 * PLACE["false signal"] + 1] = rows[5 * PLACE["receipt failure"] + 1] = 0.25
    keys = [(*KEY[:4], n) for n in range(1000)]
    assert sum(done("signals false signal", fresh(), k, rows=rows) for k in keys) == pytest.approx(250, abs=50)
    lost = []
    for k in keys:
        cells = fresh()
        done("arrives receipt failure", cells, k, rows=rows)
        lost.append(cells[LOST])
    assert sum(lost) == pytest.approx(250, abs=50)
    assert done("accept", fresh()) == 1.0


def test_every_word_has_its_test_here_and_every_shipped_effect_is_one_of_them():
    assert set(VERBS) == {
        *("keep", "set", "at most", "grow", "read", "count", "report"),
        *("draw", "dose", "grows", "signals", "accept", "arrives"),
    }
    assert len(WORKING.ops) == len(default(Assumptions).effects)
    assert all(ops for ops in WORKING.ops.values())


@pytest.mark.parametrize(
    "text",
    [
        *("", "kept thaw recovery", "keep", "keep nothing known", "set viability", "set colour thaw recovery", "read"),
        *("report colour", "draw beads", "draw beads left", "dose", "grows", "signals twice", "at most", "count"),
        *("arrives late", "grow fast", "accept bribes"),
    ],
)
def test_what_is_no_effect_is_refused_when_it_is_compiled(text):
    given_ = default(Assumptions).model_copy(update={"effects": (Effect(kind="thaw", does=(text,)),)})
    with pytest.raises(NoEffect):
        compiled(given_)


def test_a_row_that_is_needed_and_missing_is_named():
    rows = tuple(r for r in default(Assumptions).rows if r.row != "bad lot")
    with pytest.raises(ValueError, match="the row 'bad lot' is missing"):
        compiled(default(Assumptions).model_copy(update={"rows": rows}))


def collected(batch, origin, seed=7):
    cells = [0.0] * STATE
    collect(cells, WORKING.rows, seed, 0, word(batch), word(origin))
    return cells


@given(st.integers(0, 2**31), st.integers(0, 10**6))
def test_what_is_collected_depends_on_seed_batch_and_patient_only(seed, number):
    name = f"AX-{number}"
    once, again = collected(name, name, seed), collected(name, name, seed)
    assert once == again
    assert once != collected(name, name, seed + 1)
    assert (once[STRUCK], once[LOST], once[RISK]) == (0.0, 0.0, 0.0)


def test_a_remake_shares_growth_and_transduction_with_the_first_batch_as_far_as_the_row_says():
    likeness = value_of("likeness of collections")
    names = [f"AX-{n}" for n in range(3000)]
    firsts = [collected(n, n) for n in names]
    remakes = [collected(f"{n}/2", n) for n in names]
    for field in (GROWTH, TRANSDUCED):
        alike = correlation([c[field] for c in firsts], [c[field] for c in remakes])
        assert alike == pytest.approx(likeness, abs=0.06)
    others = correlation([c[CELLS] for c in firsts], [c[CELLS] for c in remakes])
    assert abs(others) < 0.06, "how many cells are collected is new each time"


def test_the_shared_trait_is_still_distributed_as_its_row():
    shares = sorted(collected(f"AX-{n}", f"AX-{n}")[TRANSDUCED] for n in range(3000))
    low, high = shares[int(0.1587 * 3000)], shares[int(0.8413 * 3000)]
    assert median(shares) == pytest.approx(37, abs=0.8)
    assert (high - low) / 2 == pytest.approx(12, rel=0.06)
    assert abs(normal_quantile(0.8413) - 1) < 1e-3


def test_the_fields_an_effect_may_name_are_those_of_the_state():
    assert all(0 <= place < STATE for place in FIELDS.values())
