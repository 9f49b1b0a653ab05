"""Good runs of every program, drawn and real, and copies with one thing wrong each: the verdict and its reason.

In the steam tables `i` is a row in the middle of the exposure; the rows are 16 s (drawn) or 32 s (real) apart.
"""

from __future__ import annotations

import pytest

from axenic.asepsis.judge import CRITERIA, judge
from axenic.asepsis.program import Calibration, ChamberTest, Program
from axenic.cli.recording import read_rows, recording_of
from axenic.library.shelf import shipped
from axenic.recipe.recipe import Barrier
from tests.cli.drawn import GOOD, leak_isolator, leak_vacuum, steam_mannitol
from tests.cli.spoil import both, cells, clock, counted, emptied, said, same, without_column, without_rows
from tests.cli.test_judge import REAL, needs_recording
from tests.conftest import shelf

PROBES = ("TICR24_C", "TICR25_C")
WALLS = ("TIC21_C", "TIC22_C", "TIC23_C")
LEAK = REAL.with_name("leak_test_real.csv")
needs_leak = pytest.mark.skipif(not LEAK.exists(), reason="the recorded leak test is not shipped")


def verdict_on(rows, name, since="", until=1 << 62, uncertainty=None):
    program = shelf(Program, name)
    recording, findings = recording_of(rows, program, "drawn")
    assert recording is not None, findings
    sure = program.sensor_uncertainty if uncertainty is None else uncertainty
    calibration = Calibration(sure, until, since or -(1 << 62))
    return judge(program, calibration, recording.trace, recording.events, recording.stated)


def hold(found, result, reason):
    assert found.result == result, found
    assert found.reasons == () if result == "pass" else any(reason in r for r in found.reasons), found.reasons
    if result == "void":
        assert found.f0_min is None


def around(i, reach):
    return lambda n: abs(n - i) <= reach


STEAM = {
    "nothing": (lambda i: same, "pass", ""),
    "short gap outside the exposure": (lambda i: without_rows(3, 6), "pass", ""),
    "gap in exposure": (lambda i: without_rows(i - 2, i + 3), "void", "s without a sample in exposure"),
    "power loss in exposure": (lambda i: said("event", "power loss", around(i, 1)), "void", "power failed in exposure"),
    "power loss in filling": (lambda i: said("event", "power loss", around(24, 1)), "void", "the power failed in"),
    "power loss at the end": (lambda i: said("event", "power loss", lambda n: n > i + 60), "void", "power failed"),
    "one chain drifts up": (
        lambda i: cells(PROBES[1:], lambda v, n: v + 0.2 * max(0, n - i)),
        "void",
        "chains of product temperature drifted apart",
    ),
    "one chain drifts down": (
        lambda i: cells(PROBES[1:], lambda v, n: v - 0.2 * max(0, n - i)),
        "void",
        "chains of product temperature drifted apart",
    ),
    "probe stuck in heating": (
        lambda i: cells(PROBES[:1], lambda v, n: 121.7, lambda n: i - 45 < n < i + 10),
        "void",
        "TICR24_C is stuck",
    ),
    "chamber sensor stuck in cooling": (
        lambda i: cells(WALLS[:1], lambda v, n: 90.0, lambda n: n > i + 40),
        "void",
        "TIC21_C is stuck",
    ),
    "temperatures in Fahrenheit": (
        lambda i: cells((*PROBES, *WALLS), lambda v, n: v * 1.8 + 32),
        "void",
        "swapped unit, it would fit degF",
    ),
    "temperatures in kelvin": (
        lambda i: cells(PROBES, lambda v, n: v + 273.15),
        "void",
        "swapped unit, it would fit K",
    ),
    "pressure in kPa": (lambda i: cells(["PICR12_bar"], lambda v, n: v * 100), "void", "it would fit kPa"),
    "pressure in mbar": (lambda i: cells(["PICR12_bar"], lambda v, n: v * 1000), "void", "it would fit mbar"),
    "probe broken": (lambda i: cells(PROBES[:1], lambda v, n: 850, around(i, 2)), "void", "broken sensor"),
    "clock back an hour": (lambda i: clock(-3600, i), "void", "the clock jumped back by"),
    "clock back a minute in cooling": (lambda i: clock(-60, i + 50), "void", "the clock jumped back by"),
    "clock forward in exposure": (lambda i: clock(600, i), "void", "without a sample in exposure"),
    "clock forward in cooling": (lambda i: clock(900, i + 50), "void", "the clock jumped forward or the recording"),
    "clock forward, beside a counter": (
        lambda i: both(counted(16), clock(30, i)),
        "void",
        "the clock jumped forward by",
    ),
    "one probe lost in exposure": (lambda i: emptied(PROBES[:1], around(i, 2)), "void", "TICR24_C was lost for"),
    "one probe never there": (lambda i: emptied(PROBES[:1]), "void", "channel TICR24_C (control chain) was not"),
    "recorder chain missing": (
        lambda i: without_column("TICR25_C"),
        "void",
        "channel TICR25_C (recorder chain) was not recorded",
    ),
    "wrong version": (lambda i: said("version", "2"), "void", "says version 2 of the program, judged is version 1"),
    "wrong program": (lambda i: said("program", "steam-porous"), "void", "says program 'steam-porous'"),
    "cut off in exposure": (lambda i: lambda rows: rows[: i - 5], "fail", "exposure of"),
    "cut off in cooling": (lambda i: lambda rows: rows[: i + 60], "fail", "phase 'draining' was not recorded"),
    "never hot": (
        lambda i: cells(PROBES, lambda v, n: min(v, 119.0)),
        "void",
        "no phase 'exposure' was recorded",
    ),
    "chamber too cold": (lambda i: cells(WALLS[:1], lambda v, n: v - 2.5, around(i, 8)), "fail", "below 121.0 for"),
    "chamber too cold for a minute": (lambda i: cells(WALLS[:1], lambda v, n: 120.5, around(i, 0)), "pass", ""),
    "chamber too hot": (lambda i: cells(WALLS[:1], lambda v, n: v + 2, around(i, 8)), "fail", "above 123.0 for"),
    "chamber probes apart": (lambda i: cells(WALLS[1:2], lambda v, n: 134.0, around(i, 0)), "fail", "probes differ by"),
    "load stays at 117": (
        lambda i: cells(PROBES, lambda v, n: 117.0, lambda n: n > i - 5),
        "fail",
        "F0 at its lower bound is",
    ),
    "phases by the machine, one too long": (
        lambda i: (
            lambda rows: [
                r | {"phase": "filling" if n < i - 20 else "exposure" if n < i + 20 else "cooling"}
                for n, r in enumerate(rows)
            ]
        ),
        "fail",
        "filling took",
    ),
    "phases by the machine, in a wrong order": (
        lambda i: (
            lambda rows: [
                r | {"phase": "cooling" if n < i - 30 else "exposure" if n < i + 40 else "heating"}
                for n, r in enumerate(rows)
            ]
        ),
        "fail",
        "the phases ran as cooling, exposure, heating",
    ),
    "exposure begun twice": (
        lambda i: said("phase", "exposure", lambda n: abs(n - i) in range(3, 20)),
        "void",
        "exposure was begun 2 times",
    ),
}


@pytest.mark.requirement("A1-STER")
@pytest.mark.parametrize("name", STEAM)
@pytest.mark.parametrize("kind", ["drawn", pytest.param("real", marks=needs_recording)])
def test_a_steam_cycle_with_one_thing_wrong(kind, name):
    rows = read_rows(REAL)[0] if kind == "real" else steam_mannitol()
    steam = [i for i, r in enumerate(rows) if float(r[PROBES[0]]) > 121]
    spoil, result, reason = STEAM[name]
    hold(verdict_on(spoil(steam[len(steam) // 2])(rows), "steam-mannitol"), result, reason)


@pytest.mark.parametrize("kind", ["drawn", pytest.param("real", marks=needs_recording)])
def test_calibration_at_start_and_end_and_uncertainty(kind):
    rows = read_rows(REAL)[0] if kind == "real" else steam_mannitol()
    times = recording_of(rows, shelf(Program, "steam-mannitol"), "drawn")[0].trace.times
    hold(verdict_on(rows, "steam-mannitol", times[0], times[-1]), "pass", "")
    hold(verdict_on(rows, "steam-mannitol", times[0] + 1), "void", "out of calibration at the start")
    hold(verdict_on(rows, "steam-mannitol", until=times[-1] - 1), "void", "out of calibration at the end")
    hold(verdict_on(rows, "steam-mannitol", uncertainty=2.5), "fail", "F0 at its lower bound")


@pytest.mark.parametrize("name", GOOD)
def test_a_good_run_of_each_program_passes_and_names_its_phases(name):
    found = verdict_on(GOOD[name](), name)
    hold(found, "pass", "")
    assert [n for n, _, _ in found.phases] == [p.phase for p in shelf(Program, name).phases]
    assert (found.f0_min is None) == (found.convention == "")


def test_every_shipped_program_has_a_drawn_run_and_every_kind_its_criteria():
    assert set(GOOD) == set(shipped(Program))
    assert set(CRITERIA) == {*Barrier, *ChamberTest} == {shelf(Program, n).kind for n in GOOD}


KINDS = [
    ("steam-porous", cells(["chamber_bar"], lambda v, n: v + 0.4, lambda n: 60 <= n < 140), "fail", "air is present"),
    ("steam-porous", cells(["chamber_bar"], lambda v, n: v - 0.4, lambda n: 60 <= n < 140), "fail", "superheated by"),
    (
        "steam-porous",
        cells(["product_1_degC", "product_2_degC"], lambda v, n: v - 4, lambda n: 50 < n < 70),
        "fail",
        "equilibration took",
    ),
    ("bowie-dick", cells(["chamber_bar"], lambda v, n: max(v, 0.3)), "fail", "0 pulses below 0.15 bar in air removal"),
    (
        "bowie-dick",
        cells(["pack_degC", "pack_recorder_degC"], lambda v, n: v - 1.9, lambda n: n < 165),
        "fail",
        "equilibration took",
    ),
    ("bowie-dick", cells(["pack_degC"], lambda v, n: v - 1.3), "void", "drifted apart"),
    ("sip", cells(["vessel_bar"], lambda v, n: 1.0, lambda n: n == 250), "fail", "the pressure fell to 1.000 bar"),
    ("sip", cells(["vessel_bar"], lambda v, n: v + 0.5, lambda n: n < 210), "fail", "air is present"),
    ("vapour-airlock", cells(["peroxide_ppm"], lambda v, n: v * 0.96, lambda n: 60 < n < 70), "pass", ""),
    ("vapour-airlock", cells(["peroxide_ppm"], lambda v, n: v * 1.18, lambda n: n < 140), "void", "drifted apart by"),
    (
        "vapour-airlock",
        cells(["peroxide_ppm", "peroxide_recorder_ppm"], lambda v, n: 350, lambda n: 60 < n < 70),
        "fail",
        "of the exposure (lowest 350.00)",
    ),
    ("vapour-airlock", cells(["humidity_rh"], lambda v, n: v + 30), "fail", "%RH at the end of dehumidify"),
    ("vapour-airlock", cells(["peroxide_ppm"], lambda v, n: v + 5, lambda n: n > 210), "fail", "is left at the end"),
    ("vapour-airlock", cells(["peroxide_ppm"], lambda v, n: 950, lambda n: 60 < n < 160), "void", "ppm is stuck"),
    ("vapour-isolator", cells(["residual_ppm"], lambda v, n: v * 2.5, lambda n: n > 460), "fail", "rebound: 0.60"),
    (
        "vapour-isolator",
        cells(["peroxide_ppm", "peroxide_recorder_ppm"], lambda v, n: v * 0.73, lambda n: 90 < n < 230),
        "pass",
        "",
    ),
    (
        "leak-overpressure",
        cells(["PICR12_bar"], lambda v, n: v - 0.0016 * (n - 39), lambda n: 39 < n < 70),
        "fail",
        "leak of",
    ),
    (
        "leak-overpressure",
        cells(["PICR12_bar"], lambda v, n: v + 0.0006 * (n - 39), lambda n: 39 < n < 70),
        "void",
        "the way no leak moves it",
    ),
    ("leak-overpressure", cells(["PICR12_bar"], lambda v, n: v * 1000), "void", "it would fit mbar"),
    ("leak-overpressure", cells(["PICR12_bar"], lambda v, n: v - 0.06, lambda n: 38 <= n < 70), "void", "began at"),
    ("leak-vacuum", cells(["recorder_mbar"], lambda v, n: v + 6, lambda n: n > 60), "void", "drifted apart"),
    (
        "leak-vacuum",
        cells(["chamber_mbar", "recorder_mbar"], lambda v, n: v + 40, lambda n: n < 140),
        "void",
        "no phase",
    ),
    ("sporicide-wipe", cells(["second_person"], lambda v, n: 0.5, lambda n: n > 20), "fail", "below 1.0"),
    ("sporicide-wipe", lambda rows: rows[:20], "fail", "exposure of"),
]


@pytest.mark.requirement("A1-ISO")
@pytest.mark.parametrize(("name", "spoil", "result", "reason"), KINDS)
def test_a_run_of_another_kind_with_one_thing_wrong(name, spoil, result, reason):
    hold(verdict_on(spoil(GOOD[name]()), name), result, reason)


@pytest.mark.parametrize(
    ("rise_mbar", "drift", "result", "reason"),
    [
        (13.0, 0.0, "pass", ""),
        (13.2, 0.0, "fail", "leak of 1.3"),
        (12.0, 5.0, "pass", ""),  # 5 K explain 0.9 mbar of it
        (13.5, 5.0, "pass", ""),  # and without them it would fail
        (12.9, -5.0, "fail", "leak of"),  # cooling hid a part of the leak
        (8.0, 12.0, "void", "the temperature drifted by"),
        (-1.0, 0.0, "void", "the way no leak moves it"),
    ],
)
def test_a_vacuum_leak_test_takes_the_temperature_out(rise_mbar, drift, result, reason):
    hold(verdict_on(leak_vacuum(rise_mbar, drift), "leak-vacuum"), result, reason)


@pytest.mark.parametrize(
    ("loss_mbar", "drift", "result", "reason"),
    [
        (1.2, 0.0, "pass", ""),  # 0.24 % of the volume in an hour
        (1.4, 0.0, "fail", "% of the volume in an hour"),
        (1.4, 0.2, "fail", "% of the volume in an hour"),  # 0.2 K lift 0.7 mbar: bare, it would pass
        (1.0, -0.2, "pass", ""),  # bare, it would fail
        (0.1, 0.6, "void", "the temperature drifted by"),
    ],
)
def test_an_isolator_leak_test_takes_the_temperature_out(loss_mbar, drift, result, reason):
    hold(verdict_on(leak_isolator(loss_mbar, drift), "leak-isolator"), result, reason)


REAL_LEAK = {
    "nothing": (same, "pass", ""),
    "a leak": (cells(["PICR12_bar"], lambda v, n: v - 0.0009 * (n - 24), lambda n: 24 < n < 42), "fail", "leak of"),
    "a rise": (
        cells(["PICR12_bar"], lambda v, n: v + 0.0005 * (n - 24), lambda n: 24 < n < 42),
        "void",
        "no leak moves",
    ),
    "a gap": (without_rows(30, 33), "void", "without a sample in evaluation"),
    "kPa": (cells(["PICR12_bar"], lambda v, n: v * 100), "void", "it would fit kPa"),
    "power loss": (said("event", "power loss", lambda n: n == 15), "void", "the power failed in stabilisation"),
    "clock back": (clock(-300, 30), "void", "the clock jumped back"),
    "never up": (cells(["PICR12_bar"], lambda v, n: min(v, 1.9)), "void", "no phase 'evaluation' was recorded"),
    "warming, measured": (
        lambda rows: [r | {"TIC21_C": f"{30 + 0.14 * max(0, n - 24):.2f}"} for n, r in enumerate(rows)],
        "void",
        "the temperature drifted by",
    ),
    "warming hides a leak": (
        lambda rows: [r | {"TIC21_C": f"{30 + 0.11 * max(0, n - 24):.2f}"} for n, r in enumerate(rows)],
        "fail",
        "leak of",
    ),
}


@needs_leak
@pytest.mark.parametrize("name", REAL_LEAK)
def test_the_real_leak_test_and_copies_of_it(name):
    spoil, result, reason = REAL_LEAK[name]
    found = verdict_on(spoil(read_rows(LEAK)[0]), "leak-overpressure")
    hold(found, result, reason)
    if name == "nothing":
        assert found.figures["change_bar"] == "0.0010"  # the machine: 0.001 bar, limit 0.013
        assert (found.figures["start_bar"], found.figures["end_bar"]) == ("1.9530", "1.9520")


@needs_recording
def test_the_real_steam_cycle_in_figures():
    """The machine's log: 20:00 min of exposure, chamber 121.29 to 122.80 degC, 3.0 to 3.2 bar: far from saturation."""
    found = verdict_on(read_rows(REAL)[0], "steam-mannitol")
    hold(found, "pass", "")
    assert 1200 <= int(found.figures["exposure_s"]) <= 1200 + 32
    assert (found.figures["lowest"], found.figures["highest"]) == ("121.29", "122.80")
    assert 600 < int(found.figures["probe_lag_s"]) < 840
