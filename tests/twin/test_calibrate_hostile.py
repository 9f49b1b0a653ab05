"""Whatever the instruments say, the file that is written loads again and what it holds can be drawn."""

from __future__ import annotations

import os

from hypothesis import given, settings
from hypothesis import strategies as st

from axenic.assumption.assumption import Assumptions
from axenic.assumption.distribution import quantile
from axenic.assumption.text import text_of
from axenic.library.shelf import default
from axenic.notation.document import load
from axenic.twin.calibrate import calibrated
from axenic.twin.fit import FEWEST
from tests.twin.test_calibrate import seen

EXAMPLES = int(os.environ.get("AXENIC_EXAMPLES", "40"))  # `make bench` takes 400
number = st.one_of(
    st.floats(0, 1e14), st.floats(0, 200).map(lambda v: round(v, 1)), st.sampled_from([0.0, 100.0, 1e-14])
)
reading = st.tuples(st.sampled_from(["", "", "", "<", ">"]), number).map(lambda r: f"{r[0]}{r[1]!r}")
places = [("thaw", "viability"), ("endotoxin test", "endotoxin"), ("fill", "volume"), ("feed", "glucose")]


@settings(max_examples=EXAMPLES, deadline=None)
@given(st.sampled_from(places), st.lists(reading, min_size=FEWEST, max_size=30))
def test_any_readings_give_rows_that_load_and_draw(place, readings):
    found = calibrated(seen((), readings, *place), default(Assumptions), "x")
    again = load(Assumptions, text_of(found.assumptions), "file")
    assert not again.findings
    assert again.value == found.assumptions
    for row in again.value.rows:
        low, high = row.numbers()[3:]
        assert low <= quantile(*row.numbers(), 0.999) <= high
