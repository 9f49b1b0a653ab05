"""The option `--report`: everything that a run has found, in one file that is refused early if it cannot be."""

from __future__ import annotations

import json
from html.parser import HTMLParser

import pytest

import axenic as notebook
from axenic.twin.figure import Figure
from axenic.twin.interval import Interval
from axenic.twin.report.label import mean_of
from axenic.twin.report.studied import studied
from axenic.twin.report.target import ReportError
from axenic.twin.studies import scale_and_fragility
from axenic.twin.studies.study import STUDIES, TABLES_ALONE
from axenic.twin.table import Table
from tests.twin.pages import sound

TINY = ("--batches", "40", "--reps", "3")
SIMULATE = ("simulate", "car-t-9-day", "--plant", "robotic-cluster")
COMPARE = ("compare", "manual-suite", "robotic-cluster", *TINY)


class Words(HTMLParser):
    """The words of a page, without its style and drawings."""

    def __init__(self, path):
        super().__init__()
        self.words, self.heads, self.open = [], [], []
        page = path.read_text("utf-8")
        sound(page)
        self.feed(page)

    def handle_starttag(self, tag, attrs):
        self.open.append(tag)

    def handle_endtag(self, tag):
        while self.open and self.open.pop() != tag:
            pass

    def handle_data(self, data):
        self.words.append(data)
        if self.open and self.open[-1] == "h2":
            self.heads.append(data)

    @property
    def text(self):
        return " ".join(" ".join(self.words).split())


def test_the_report_of_a_comparison_has_both_plants_and_their_paired_changes_and_ratios(axenic, tmp_path):
    page, folder = tmp_path / "x.html", tmp_path / "pictures"
    code, said, _ = axenic(*COMPARE, "--report", page, "--pictures", folder, "--json")
    result = json.loads(said)
    assert code == 0
    assert (result["report"], result["pictures"]) == (str(page), str(folder))
    words = Words(page)
    assert "manual-suite: mean" in words.text and "robotic-cluster: mean" in words.text
    assert "change, paired" in words.text
    assert "Ratios: robotic-cluster over manual-suite" in words.heads
    ratio = result["ratio"]["cost.full"]
    assert f"×{mean_of(Interval(ratio['mean'], ratio['low'], ratio['high'], 3))}" in words.text
    assert f"{result['difference']['cost.full']['mean']:,.0f}".replace("-", "−") in words.text
    assert all(p["digest"] in words.text for p in result["plants"])
    assert {p.name for p in folder.iterdir()} >= {"cost.svg", "days.svg", "week1.svg", "week2.svg"}
    assert all("SIMULATED" in p.read_text("utf-8") for p in folder.iterdir())


def test_without_the_option_nothing_is_written_or_said(axenic, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    _, said, _ = axenic(*COMPARE)
    assert "report" not in said and list(tmp_path.iterdir()) == []


def test_the_report_of_one_plant_shows_the_shares_and_says_where_it_is(axenic, tmp_path):
    code, said, _ = axenic(*SIMULATE, "--years", "0.2", "--reps", "2", "--report", tmp_path / "x.html")
    assert code == 0 and said.endswith(f"report {tmp_path / 'x.html'}\n")
    words = Words(tmp_path / "x.html")
    assert "What rests on assumptions" in words.heads
    assert "144 runs" in words.text  # 8 points x 3 scrambles x (4 grades that vary + 2)


@pytest.mark.parametrize(
    ("study", "sides"),
    [("manual-vs-robotic", 2), ("seed-claims", 2), ("unit-size", 5), ("release-regimes", 5), ("tornado", 1)],
)
def test_the_report_of_a_study_has_what_was_asked_and_the_scenarios_behind_it(study, sides):
    found = notebook.study(study, batches=30, reps=3)
    report = found.to_report()
    assert len(report.sides) == sides and all(len(s.rows) == 3 and s.load for s in report.sides)
    assert bool(report.claims) is (study == "seed-claims")
    assert bool(report.swings) is (study == "tornado")
    assert report.claims or report.swings or report.tables[0] is found.tables[0]


def test_a_table_of_a_study_is_told_in_words_and_shares_in_per_cent():
    rows = [("failure.all [1]", Figure(0.05, 0.04, 0.06, "1"), 0.5)]
    told = studied(Table.of("SIMULATED: losses", ("figure", "a", "of them [1]"), rows, ("one", "two.")))
    assert told.name == "Losses" and told.note == "One. Two."
    assert told.rows == (("Batches lost, of those that ended: all causes [%]", "5.0 (4.0 to 6.0)", "0.5"),)
    assert told.head == ("figure", "a", "of them [%]") and told.right == {1, 2}


def test_the_report_of_scale_draws_its_curves_and_says_what_the_other_pictures_are(tmp_path, monkeypatch):
    monkeypatch.setattr(scale_and_fragility, "SCALES", (10, 40))
    monkeypatch.setattr(scale_and_fragility, "SHOWN", 40)
    for name in ("REPS", "STRESS"):
        monkeypatch.setattr(scale_and_fragility, name, {10: 2, 40: 3})
    found = notebook.study("scale-and-fragility")
    found.report(tmp_path / "x.html")
    words = Words(tmp_path / "x.html")
    assert words.heads[0] == "Scale and fragility"
    assert "n = 2, 3 replications for each size" in words.text
    assert "as it is in a site of 40 batches a year" in words.text
    assert len(found.to_report().curves) == 2


def test_in_a_notebook_every_answer_writes_its_report(tmp_path):
    notebook.simulate(years=0.2, reps=2).report(tmp_path / "a.html")
    notebook.compare(batches=20, reps=2).report(str(tmp_path / "b.pdf"))
    assert Words(tmp_path / "a.html").heads[0] == "In short"
    assert (tmp_path / "b.pdf").read_bytes().startswith(b"%PDF-")
    with pytest.raises(ReportError, match="sweep has no report"):
        notebook.sweep("vector", [5000, 15000], reps=2).report(tmp_path / "c.html")


@pytest.mark.parametrize("verb", [SIMULATE, COMPARE, ("study", "tornado")])
@pytest.mark.parametrize(
    ("words", "says"),
    [
        (("--report", "no/such/dir/x.html"), "there is no folder"),
        (("--report", "x.docx"), "a report cannot be a .docx"),
        (("--report", f"{'x' * 300}.html"), "name too long"),
        (("--pictures", "no/such/dir"), "there is no folder"),
        (("--pictures", "x" * 300), "name too long"),
    ],
)
def test_what_cannot_be_written_is_refused_before_a_simulation(axenic, monkeypatch, tmp_path, verb, words, says):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr("axenic.twin.scenario.Scenario.tally", lambda *_: pytest.fail("something was simulated"))
    code, _, err = axenic(*verb, *words)
    assert code == 2 and "error[AX0851]" in err and says in err.lower()
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("words", [("--report", "x.html"), ("--pictures", "x"), ("--out", "x.parquet")])
def test_a_folder_that_may_not_be_written_is_refused_before_anything_is_compiled(axenic, monkeypatch, tmp_path, words):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr("axenic.cli.twin_options.cold", lambda: pytest.fail("the kernel would be compiled"))
    monkeypatch.setattr("axenic.twin.report.target.os.access", lambda *_: False)  # who runs the tests may be root
    code, _, err = axenic(*SIMULATE, *words)
    assert code == 2 and "may not be written" in err and "Traceback" not in err
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("name", TABLES_ALONE)
def test_a_study_that_is_told_in_a_table_refuses_a_report(axenic, tmp_path, name):
    code, _, err = axenic("study", name, "--report", tmp_path / "x.html")
    assert name in STUDIES
    assert code == 2 and "error[AX0851]" in err and "has no report" in err


def test_a_picture_and_a_report_are_two_files(axenic, tmp_path):
    code, _, err = axenic(*COMPARE, "--report", tmp_path / "x.pdf", "--picture", tmp_path / "x.pdf")
    assert code == 2 and "error[AX0851]" in err and "one file" in err
