"""Whatever a recording holds, `judge` answers; and a run in doubt is never passed."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from axenic.asepsis.judge import judge
from axenic.asepsis.phases import find_phases
from axenic.asepsis.program import Calibration, Program, Stated
from axenic.asepsis.trace import Channel, Trace
from axenic.library.shelf import shipped
from tests.conftest import shelf

PROGRAMS = [shelf(Program, name) for name in shipped(Program)]
MOMENT = st.integers(-1_000, 4_000_000)


@st.composite
def recordings(draw):
    program = draw(st.sampled_from(PROGRAMS))
    steps = draw(st.lists(st.integers(-20_000, 400_000), max_size=12))
    times = tuple(sum(steps[: n + 1]) for n in range(len(steps)))
    level = st.sampled_from([0, 1, 500, 1_000, 2_057, 40_000, 121_500, 122_000, 135_000, 700_000, -5_000])
    channels = tuple(
        Channel(c.column, c.unit, tuple(draw(level) for _ in times))
        for c in program.columns
        if draw(st.integers(0, 9)) > 0
    )
    names = [*(p.phase for p in program.phases), "power loss", f"lost {program.columns[0].column}", "lunch"]
    span = st.tuples(st.sampled_from(names), MOMENT, MOMENT)
    trace = Trace(times, channels)
    events = draw(st.one_of(st.lists(span, max_size=9), st.just(find_phases(program, trace))))
    return program, trace, events


@settings(max_examples=400, deadline=None)
@given(recordings(), st.sampled_from([None, Stated("", 1), Stated("other"), Stated("", 9)]))
def test_judge_answers_and_doubt_never_passes(recording, stated):
    program, trace, events = recording
    found = judge(program, Calibration(0.5, 1 << 62), trace, events, stated)
    assert found.result in ("pass", "fail", "void")
    assert (found.result == "pass") == (not found.reasons)
    doubtful = (
        stated in (Stated("other"), Stated("", 9))
        or any(name == "power loss" for name, _, _ in events)
        or any(b <= a for a, b in zip(trace.times, trace.times[1:], strict=False))
        or len(trace.channels) < sum(not c.optional for c in program.columns)
    )
    if doubtful:
        assert found.result == "void"


def test_no_run_is_better_for_a_less_certain_sensor():
    """The bound that decides moves to the safe side with the sensor's uncertainty, whatever the program."""
    from tests.cli.drawn import GOOD
    from tests.cli.test_judge_spoiled import verdict_on

    for name, drawn in GOOD.items():
        rows = drawn()
        results = [verdict_on(rows, name, uncertainty=u).result for u in (0.0, 0.01, 2.0, 50.0, 400.0)]
        assert results == sorted(results, key=["pass", "fail"].index), name
