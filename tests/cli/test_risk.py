"""The verb `risk` as its users call it: by mechanism, beside a second plant, with media fills, with a picture."""

from __future__ import annotations

import json

import pytest

from tests.cli.conftest import ORDERS


@pytest.fixture(scope="module")
def journals(tmp_path_factory):
    from axenic.cli.run import run

    folder = tmp_path_factory.mktemp("risk")
    found = []
    for plant in ("manual-suite", "robotic-cluster"):
        path = folder / f"{plant}.db"
        assert run("car-t-9-day", plant=plant, orders=ORDERS, journal=path, records=False) == 0
        found.append(path)
    return found


def test_the_mechanisms_of_a_batch_add_up_and_the_patients_blood_stands_apart(axenic, journals):
    code, out, _ = axenic("risk", journals[0], "--json")
    row = json.loads(out)["journals"][0]
    assert code == 0
    assert len(row["batches"]) == 6
    for batch in row["batches"]:
        assert sum(m["mean"] for m in batch["mechanisms"]) == pytest.approx(batch["mean"], rel=5e-3)
        assert batch["mean"] < batch["upper95"]
        assert "intrinsic" not in {m["mechanism"] for m in batch["mechanisms"]}
        assert batch["assumed share"] > 0.9, "nearly all of it rests on assumptions, and it says so"
    assert row["intrinsic"]["lower95"] < 18 / 29858 < row["intrinsic"]["upper95"]
    assert {a["mechanism"] for a in row["assumptions"]} >= {"airborne", "connection", "glove", "dwell"}


def test_manual_beside_robotic_differs_by_people_and_open_work(axenic, journals):
    code, out, _ = axenic("risk", journals[0], "AX-0002", "--against", journals[1], "--json")
    manual, robotic = (j["batches"][0] for j in json.loads(out)["journals"])
    assert code == 0
    assert manual["mean"] > 3 * robotic["mean"]
    only_manual = {m["mechanism"] for m in manual["mechanisms"]} - {m["mechanism"] for m in robotic["mechanisms"]}
    assert only_manual == {"airborne", "glove"}


def test_clean_media_fills_lower_the_figure_and_a_positive_one_raises_it(axenic, journals):
    def mean(*more):
        row = json.loads(axenic("risk", journals[0], "AX-0002", "--json", *more)[1])["journals"][0]["batches"][0]
        return row["mean"], row["with media fills"]["mean"]

    before, clean = mean("--fills", 3000)
    assert clean < before
    assert mean("--fills", 30, "--positives", 1)[1] > before


def test_the_picture_is_written_for_one_and_for_two_journals(axenic, journals, tmp_path):
    picture = tmp_path / "risk.png"
    assert axenic("risk", journals[0], "--against", journals[1], "--picture", picture)[0] == 0
    assert picture.read_bytes().startswith(b"\x89PNG")


@pytest.mark.parametrize(
    ("words", "code", "says"),
    [
        (("AX-00022",), 3, "did you mean 'AX-0002'"),
        (("--fills", 3, "--positives", 4), 2, "no result of media fills"),
        (("--picture", "nowhere/at/all.png"), 2, "there is no folder nowhere/at"),
        (("--picture", "risk.nonsense"), 2, "--picture"),
    ],
)
def test_what_is_wrong_is_named(axenic, journals, words, code, says):
    found, _, err = axenic("risk", journals[0], *words)
    assert found == code
    assert says in err


def test_a_journal_that_is_not_there_is_exit_3(axenic, tmp_path):
    assert axenic("risk", tmp_path / "no.db")[0] == 3
