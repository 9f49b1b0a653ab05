"""Studies: each answers in a small form, the same for any crew, and what cannot be asked is said."""

from __future__ import annotations

import json

import pytest

import axenic
from axenic.twin.crew import Crew
from axenic.twin.predict import Way
from axenic.twin.question import Question, Unanswerable
from axenic.twin.scenario import Scenario
from axenic.twin.studies import scale_and_fragility
from axenic.twin.studies.study import STUDIES, Inquiry, run_study


def asked(batches=60, reps=3, **more):
    question = Question("robotic-cluster", demand=more.pop("demand", None))
    return Inquiry(question, Way(reps, 1, crew=more.pop("crew", Crew.here())), batches=batches, **more)


def every_figure(data):
    if isinstance(data, dict) and "unit" in data and "source" not in data:  # what has a source is a row that was given
        yield data
    elif isinstance(data, dict | list):
        for part in data.values() if isinstance(data, dict) else data:
            yield from every_figure(part)


@pytest.mark.parametrize("name", ["release-regimes", "unit-size", "manual-vs-robotic", "seed-claims"])
def test_a_study_gives_figures_with_their_interval_and_unit(name):
    found = run_study(name, asked())
    data = json.loads(json.dumps(found.to_data(), allow_nan=False))
    figures = list(every_figure(data))
    assert len(figures) > 10
    assert all(set(f) == {"mean", "low", "high", "unit"} for f in figures)
    assert repr(found).startswith("SIMULATED")


def test_a_study_says_the_same_with_two_workers():
    with Crew.threads(2) as crew:
        assert run_study("unit-size", asked(crew=crew)).to_data() == run_study("unit-size", asked()).to_data()


def test_the_compendial_regime_takes_four_weeks_and_containment_is_refused_for_open_benches():
    manual, robotic = run_study("release-regimes", asked()).tables
    assert any(n.startswith("containment: not allowed here: bench-a") for n in manual.notes)
    rows = {str(r[0]): r[1:] for r in robotic.rows}
    qc = dict(zip(robotic.columns[1:], rows["time_to_vein.qc [d]"], strict=True))
    assert qc["compendial"].mean == pytest.approx(28.3, abs=0.5)
    assert qc["containment"].mean < 7


def test_claims_are_weighed_under_the_regime_they_are_about():
    data = run_study("seed-claims", asked()).to_data()
    sterility = next(c for c in data["claims"] if c["claim"] == "sterility test")
    verdicts = {r["regime"]: r["verdict"] for r in sterility["readings"]}
    assert verdicts == {"": "does not hold", "compendial": "holds"}
    cost = next(c for c in data["claims"] if c["claim"] == "lower cost")
    assert cost["verdict"].startswith("holds only for cost of labour")


@pytest.fixture
def few(monkeypatch):
    monkeypatch.setattr(scale_and_fragility, "SCALES", (10, 300))
    monkeypatch.setattr(scale_and_fragility, "REPS", {10: 3, 300: 2})
    monkeypatch.setattr(scale_and_fragility, "STRESS", {10: 3, 300: 2})


def test_a_bad_lot_strikes_more_the_larger_the_site_and_an_excursion_does_not(few):
    found = run_study("scale-and-fragility", asked())
    causes = found.tables[-1]
    rows = {(r[0], str(r[1]).split(" x ")[1].split("-")[0]): r[2:] for r in causes.rows}
    assert set(rows) == {("10", "manual"), ("300", "manual"), ("10", "robotic"), ("300", "robotic")}
    for way in ("manual", "robotic"):
        assert rows["300", way][3].mean > 10 * rows["10", way][3].mean
        assert rows["300", way][1].mean < 2
    assert [str(r[1]) for r in causes.rows if r[0] == "300"] == ["2 x manual-suite", "1 x robotic-cluster-13"]


def test_rows_of_the_assumptions_are_ranked():
    found = run_study("tornado", asked(batches=20, reps=2, figure="cost.vector", demand=40.0))
    assert found.tables[0].rows[0][0] == "vector"
    assert found.tables[0].rows[0][3] == "2.388e+04"


def test_the_smallest_number_that_meets_a_limit_is_found_and_what_is_never_met_is_not_good():
    found = run_study("seek", asked(reps=4, demand=100.0, figure="utilisation.reactor", limit=0.5, low=5, high=12))
    number = found.data["answer"]["number"]
    assert 6 <= number <= 9
    never = run_study("seek", asked(reps=4, demand=100.0, limit=10.0, low=11, high=12))
    assert not never.good
    assert never.data["answer"]["number"] is None


def test_a_plant_that_cannot_be_bettered_is_on_the_front():
    found = run_study("pareto", asked(demand=100.0, low=5, high=8))
    assert "not bettered" in [r[-1] for r in found.tables[0].rows]


def test_a_sweep_says_where_the_plant_is_overloaded():
    found = run_study("sweep", asked(demand=100.0, sweeps=("reactors=2,6,12",)))
    assert found.tables[0].rows[0][1] == "overloaded (AX0714)"
    assert found.tables[0].rows[1][1].mean < found.tables[0].rows[2][1].mean


@pytest.mark.parametrize(
    ("name", "more", "words"),
    [
        ("seed-claim", {}, "no study 'seed-claim'"),
        ("tornado", {"figure": "cost.ful"}, "no figure 'cost.ful'"),
        ("seek", {}, "no limit"),
        ("seek", {"limit": 1.0, "low": 9, "high": 3}, "no number from 9 to 3"),
        ("seek", {"limit": 1.0, "unit": "wah"}, "no unit 'wah'"),
        ("seek", {"limit": 1.0, "demand": 5000.0}, "overloaded"),
        ("sweep", {}, "needs one --set"),
        ("sweep", {"sweeps": ("=1,2",)}, "no sweep"),
        ("sweep", {"sweeps": ("reactors=1,x",)}, "no change"),
    ],
)
def test_what_cannot_be_asked_is_said(name, more, words):
    with pytest.raises(Unanswerable, match=words):
        run_study(name, asked(**more))


def test_every_study_is_there():
    from importlib import import_module

    for where, _ in STUDIES.values():
        module, _, function = where.partition(":")
        assert callable(getattr(import_module(f"axenic.twin.studies.{module}"), function))


def test_the_notebook_gives_objects_that_print_as_tables():
    one = axenic.simulate(demand=100, years=0.5, reps=2, changes={"vector": 9000})
    assert one.figures["cost.vector"].mean == 9000
    assert "cost.full" in repr(one)
    swept = axenic.sweep("vector", [5000, 15000], demand=50, reps=2)
    first, second = (row[1].mean for row in swept.tables[0].rows)
    assert second > first
    both = axenic.compare(batches=40, reps=2)
    assert both.reduction("cost.labour").mean == pytest.approx(0.87, abs=0.02)
    with pytest.raises(AttributeError):
        _ = axenic.guess
    assert len(axenic.__all__) <= 25


def test_a_row_with_which_nothing_is_simulated_uses_the_same_tally(monkeypatch):
    scenario, _ = Question("robotic-cluster", demand=60, years=0.5).scenario()
    plain = dict(zip(scenario.names, scenario.run(5, 0), strict=True))
    monkeypatch.setattr(Scenario, "tally", None)
    dearer = scenario.changed({"vector": scenario.assumptions.value("vector") + 1000})
    found = dict(zip(scenario.names, dearer.run(5, 0), strict=True))
    assert found["cost.vector"] == plain["cost.vector"] + 1000
    assert found["failure.all"] == plain["failure.all"]
    assert dearer.digest != scenario.digest
    with pytest.raises(TypeError):
        scenario.changed({"transduced": 30}).run(5, 0)
