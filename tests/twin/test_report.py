"""The report: the same bytes for the same report, nothing left out, nothing let in, readable by everybody."""

from __future__ import annotations

import re
from dataclasses import replace
from functools import cache
from itertools import pairwise

import numpy as np
import pytest

from axenic.asepsis.chamber import ChamberParameters
from axenic.asepsis.program import Program
from axenic.asepsis.risk import RiskTable
from axenic.assumption.assumption import Assumptions
from axenic.assumption.claim import Claims
from axenic.library.shelf import default, shipped, take
from axenic.plant.plant import Plant
from axenic.recipe.recipe import Recipe
from axenic.recipe.regime import Regime
from axenic.twin.claims import Standing, weigh_claims
from axenic.twin.experiment import Series, run_series
from axenic.twin.interval import Difference, Interval, mean_interval
from axenic.twin.report.label import given, number
from axenic.twin.report.listing import Stamp
from axenic.twin.report.page import html_of
from axenic.twin.report.paper import pdf_of
from axenic.twin.report.picture import Picture
from axenic.twin.report.report import Curve, Grades, Report, Side, Swings
from axenic.twin.report.section import sections_of
from axenic.twin.report.target import ReportError
from axenic.twin.report.week import WEEK_MS, Week, Work
from axenic.twin.report.write import write_report
from axenic.twin.scenario import Scenario
from axenic.twin.sensitivity import Bar
from axenic.twin.sobol import Share
from tests.twin.pages import Reader, sound

SEED, COUNT = 7, 3


def all_of(model):
    return [take(model, name).value for name in shipped(model)]


@cache
def scenario(plant, regime):
    programs = {name: take(Program, name).value for name in shipped(Program)}
    return Scenario(
        take(Recipe, "car-t-9-day").value,
        take(Plant, plant).value,
        programs,
        tuple(all_of(ChamberParameters)),
        default(RiskTable),
        default(Assumptions),
        demand=60,
        years=0.5,
        regime=take(Regime, regime).value,
    )


@cache
def side(name, plant="robotic-cluster", regime="rapid"):
    made = scenario(plant, regime)
    return Side.of(name, made, run_series(Series(made, SEED, 0, COUNT)), SEED)


def quiet():
    return replace(side("Robotic cluster"), week=Week(0, ()))


def known(one):
    found = {name: mean_interval(one.values(name)) for name in one.scenario.names}
    return {name: (i.mean, i.low, i.high) for name, i in found.items()}


def bar(row, grade, low, high):
    return Bar(row, grade, (1.0, 2.0), *(Difference(Interval(x, x - 300, x + 300, 3), 1.0) for x in (low, high)))


def curve(kind, times):
    def line(*means):
        return tuple(Interval(m * times, m * times * 0.8, m * times * 1.3, 4) for m in means)

    figures = {"failure.all": line(0.05, 0.06, 0.08), "fragility.clustering": line(1, 1.2, 2)}
    return Curve(kind, (30, 100, 300), figures, 5, (4, 4, 4))


@cache
def full():
    manual, robotic = side("Manual suite", "manual-suite", "compendial"), side("Robotic cluster")
    shares = tuple(Share(g, ("vector",), Interval(0.2, 0.1, 0.3, 8), Interval(0.3, 0.2, 0.4, 8)) for g in "ABCD")
    return Report(
        "Manual suite and robotic cluster",
        (manual, robotic),
        claims=weigh_claims(default(Claims), known(manual), known(robotic)),
        swings=(Swings("cost.full", "Robotic cluster", (bar("vector", "D", -4e3, 9e3), bar("x", "A", 1, 2)), 3, 2),),
        grades=(Grades("cost.full", "Robotic cluster", shares, 2, 256),),
        curves=(curve("manual", 1.0), curve("robotic", 0.5)),
    )


@cache
def full_sections():
    return sections_of(full())


@cache
def full_page():
    return html_of(full(), full_sections())


@cache
def full_paper():
    return pdf_of(full(), full_sections())


def read(report):
    return Reader(html_of(report, sections_of(report))).text


def test_equal_reports_give_equal_bytes(tmp_path):
    write_report(full(), tmp_path / "a.html")  # drawn anew
    assert (tmp_path / "a.html").read_text("utf-8") == full_page()
    assert pdf_of(full(), full_sections()) == full_paper()
    assert [p.name for p in tmp_path.iterdir()] == ["a.html"]


def test_every_picture_is_there_and_says_which_interval_how_many_and_which_seed():
    pictures = {p.key: p for s in full_sections() for p in s.parts if isinstance(p, Picture)}
    drawn = {"cost", "days", "failure", "floor", "fragility", "swing0", "grades", "use", "week1", "week2"}
    assert set(pictures) == drawn
    for key, picture in pictures.items():
        assert "interval" in picture.caption.lower(), key
        assert "seed" in picture.caption, key
        assert key == "grades" or "n = " in picture.caption or "one replication" in picture.caption, key
        assert "grade D" in picture.caption, key
        assert picture.alt.endswith(".") and len(picture.alt) > 30, key
    assert f"n = {COUNT} replications (0 to 2), seed {SEED}" in pictures["cost"].caption


def test_every_figure_stands_in_the_table_with_mean_and_ends():
    text = Reader(full_page()).text
    for one in full().sides:
        for name in one.scenario.names:
            assert name in text, name
    cost = full().interval(full().sides[0], "cost.full")
    assert f"{cost.mean:,.0f}" in text and f"{cost.low:,.0f} to {cost.high:,.0f}" in text


def test_the_page_is_well_formed_needs_nothing_beside_itself_and_is_read_aloud():
    assert "SIMULATED" in sound(full_page()).text[:200]


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("<!DOCTYPE html>", ""),
        (' lang="en"', ""),
        ("</table>", ""),
        (' role="img"', ""),
        ("<title>", "<title></title><title>"),
        ("<h1>", '<h1><img src="https://example.org/x.png">'),
        ("<h1>", '<h1 id="a" id="b">'),
        ('href="#', 'href="#nowhere-'),
        ("<figcaption>", "<figcaption></figcaption><figcaption>"),
    ],
)
def test_a_page_that_is_not_sound_is_found_out(old, new):
    page = full_page()
    assert old in page
    with pytest.raises(AssertionError):
        sound(page.replace(old, new, 1))


def test_the_paper_has_its_pages_and_a_fixed_date():
    pdf = full_paper()
    assert pdf.startswith(b"%PDF-")
    assert max(map(int, re.findall(rb"/Type /Pages\s*/Count (\d+)", pdf) or re.findall(rb"/Count (\d+)", pdf))) >= 10
    assert b"2026" in pdf and b"/Lang" in pdf


def test_provenance_and_every_assumption_with_grade_and_source_are_given():
    text = Reader(full_page()).text
    for one in full().sides:
        assert one.scenario.digest in text
        assert one.scenario.plant.title in text
    for row in default(Assumptions).rows:
        assert f"{row.row} {given(row.value)} {row.unit.replace('m2', 'm²')} {row.grade}" in text, row.row
        assert " ".join(row.source.split()) in text, row.row


def test_verdicts_are_words_with_shapes_of_their_own():
    shapes = [Stamp(s).shape for s in Standing]
    assert len({drawing for drawing, _ in shapes}) == len(Standing)
    text = Reader(full_page()).text
    for claim in full().claims:
        assert claim.words in text
        assert all(w.standing in text for w in claim.readings)


def test_one_scenario_alone_and_one_replication_alone_are_reports_too():
    one = quiet()
    alone = Report("Alone", (replace(one, rows=one.rows[:1]),))
    text = read(alone)
    assert "no end to no end" in text
    assert "change, paired" not in text
    assert "n = 1 replication (0), seed 7" in text


def test_figures_without_a_value_are_not_defined():
    one = quiet()
    nothing = replace(one, rows=np.full_like(one.rows, np.nan))
    found = Report("Nothing was released", (nothing, one))
    text = read(found)
    assert "not defined" in text and not re.search(r"\b(nan|inf)\b", text)
    assert pdf_of(found, sections_of(replace(found, sides=(nothing,)))).startswith(b"%PDF-")


HOSTILE = ("<script>alert('x')</script>", '$\\frac{1}{0}$ #let x = 1 长 🧬 \u202e\x00\n\n" onload="x', "x" * 3000)


def test_hostile_names_are_words_and_nothing_else():
    sides = tuple(replace(quiet(), name=name) for name in HOSTILE)
    swings = Swings("cost.full", "", (bar(HOSTILE[0], "D", -4e3, 9e3),), 3, 2)
    found = Report(" ".join(HOSTILE), sides, swings=(swings,))
    page = html_of(found, sections_of(found))
    reader = Reader(page)
    assert "script" not in {tag for tag, _ in reader.met}
    assert not [a for _, attrs in reader.met for a in attrs if a.startswith("on")]
    assert not re.search("[\x00\u202e]", page)
    assert max(map(len, reader.text.split())) < 400
    assert pdf_of(found, sections_of(replace(found, sides=sides[2:]))).startswith(b"%PDF-")


def test_the_week_is_in_the_middle_and_its_batches_hold_stations():
    week = side("Robotic cluster").week
    works = {s.work for s in week.spans}
    assert works == set(Work)
    assert all(s.end > 0 and s.begin < WEEK_MS and s.end >= s.begin for s in week.spans)
    units = {u.unit for u in scenario("robotic-cluster", "rapid").plant.units if not u.shared}
    assert {s.line for s in week.spans if s.work is Work.BATCH} <= units
    held = sorted((s.station, s.begin, s.end) for s in week.spans if s.work in (Work.BATCH, Work.CHANGEOVER))
    assert all(a[2] <= b[1] for a, b in pairwise(held) if a[0] == b[0])


@pytest.mark.parametrize(
    ("path", "says"),
    [("no/such/folder/a.html", "no folder"), ("a.docx", ".html or .pdf"), ("a", "without an ending")],
)
def test_what_cannot_be_written_is_said_before_anything_is_drawn(tmp_path, path, says):
    with pytest.raises(ReportError, match=says) as caught:
        write_report(full(), tmp_path / path)
    assert caught.value.finding.code == "AX0851"
    assert list(tmp_path.iterdir()) == []


def test_a_file_that_cannot_be_replaced_leaves_nothing_behind(tmp_path, monkeypatch):
    def refuse(*_):
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr("axenic.twin.report.write.os.replace", refuse)
    monkeypatch.setattr("axenic.twin.report.write.sections_of", lambda _: ())
    with pytest.raises(ReportError, match="Permission denied"):
        write_report(Report("Alone", (side("Robotic cluster"),)), tmp_path / "a.html")
    assert list(tmp_path.iterdir()) == []


def test_a_side_needs_the_figures_of_its_scenario_and_a_report_a_side():
    with pytest.raises(ValueError, match="figures are needed"):
        Side.of("x", scenario("robotic-cluster", "rapid"), np.zeros((2, 3)), SEED)
    with pytest.raises(ValueError, match="at least one scenario"):
        Report("x", ())
    with pytest.raises(ValueError, match="one interval for each"):
        Curve("x", (1, 2), {"failure.all": ()}, 1, (1, 1))


def test_numbers_read_as_people_write_them():
    assert [number(x) for x in (97211.6, 0.0804, -3.5, 0, 2.6e9)] == ["97,212", "0.08040", "−3.500", "0", "2.60 × 10⁹"]
    assert [given(x) for x in (88.0, 0.04, 2.6e9, 1e-5)] == ["88", "0.04", "2.6 × 10⁹", "1 × 10⁻⁵"]
    assert number(-0.001, 1) == "0.0"
