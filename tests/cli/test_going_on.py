"""Going on with a journal: only as it was begun; orders that come late are taken now, and a kill leaves no ruin."""

from __future__ import annotations

import json
import os
import signal

import pytest

from axenic.control.facts import BatchOrdered
from axenic.record.journal import Journal, read_entries
from tests.cli.conftest import ORDERS

LINE = "  - {{batch: {0}, patient: {1}, ordered: {2}, due: {3}}}\n"
FIRST = ("AX-1", "COI-1", "2026-01-05T06:00:00Z", "2026-02-04T06:00:00Z")


def sheet(path, *lines):
    path.write_text("orders:\n" + "".join(LINE.format(*line) for line in lines))
    return path


@pytest.fixture
def go(axenic, tmp_path):
    """Run one order file on one journal."""

    def call(orders, *more, recipe="car-t-9-day", plant="robotic-cluster"):
        words = ("run", recipe, "--plant", plant, "--orders", orders, "--journal", tmp_path / "j.db", "--no-records")
        return axenic(*words, *more)

    return call


@pytest.fixture
def begun(go, tmp_path):
    orders = sheet(tmp_path / "o.yaml", FIRST)
    assert go(orders, "--seed", 7)[0] == 0
    return orders


@pytest.mark.parametrize(
    ("more", "other", "what"),
    [
        (("--seed", "8"), {}, "seed"),
        ((), {"recipe": "car-t-fresh-7-day"}, "recipe"),
        ((), {"plant": "manual-suite"}, "plant"),
    ],
)
def test_another_recipe_plant_or_seed_is_refused_and_nothing_is_touched(go, begun, tmp_path, more, other, what):
    before = (tmp_path / "j.db").read_bytes()
    code, _, err = go(begun, *more, **other)
    assert code == 2
    assert f"AX0304]: the journal was begun with another {what}" in err
    assert (tmp_path / "j.db").read_bytes() == before


def test_without_a_seed_that_of_the_journal_is_taken(go, begun):
    assert go(begun)[0] == 0


@pytest.mark.parametrize(
    ("changed", "column"),
    [(("AX-1", "COI-9", *FIRST[2:]), 28), ((*FIRST[:3], "2026-02-05T06:00:00Z"), 71)],
)
def test_a_known_batch_is_not_given_another_patient_or_due_date(go, begun, tmp_path, changed, column):
    code, out, _ = go(sheet(tmp_path / "p.yaml", changed), "--json")
    (error,) = json.loads(out)["errors"]
    assert (code, error["code"], error["line"], error["column"]) == (2, "AX0304", 2, column)


@pytest.mark.parametrize("live", [(), ("--live", "--speed", "1e9")])
def test_a_new_order_older_than_the_journal_is_taken_at_its_end(go, begun, tmp_path, live):
    end = max(e.thing.at for e in read_entries(tmp_path / "j.db"))
    new = ("AX-2", "COI-2", "2026-01-06T06:00:00Z", "2026-03-04T06:00:00Z")
    code, _, err = go(sheet(tmp_path / "p.yaml", FIRST, new), *live)
    assert code == 0
    assert "AX-2 is ordered for before the end of the journal: taken as ordered at 2026-01-" in err
    taken = [e.thing for e in read_entries(tmp_path / "j.db") if isinstance(e.thing, BatchOrdered)]
    assert [(f.batch, f.at) for f in taken][1] == ("AX-2", end)
    assert go(sheet(tmp_path / "p.yaml", FIRST, new))[0] == 0, "and it is not ordered again"


def test_a_new_order_due_before_the_end_of_the_journal_is_refused(go, begun, tmp_path):
    new = ("AX-2", "COI-2", "2026-01-05T07:00:00Z", "2026-01-05T08:00:00Z")
    code, _, err = go(sheet(tmp_path / "p.yaml", FIRST, new))
    assert (code, "AX0304" in err) == (2, True)


def test_a_kill_at_any_moment_of_the_beginning_leaves_what_run_goes_on_with(go, tmp_path):
    orders = sheet(tmp_path / "o.yaml", FIRST)
    for number in range(2, 40, 5):
        process = os.fork()
        if process == 0:
            _die_at_call(number)
            go(orders)
            os._exit(0)
        if not os.WIFSIGNALED(os.waitpid(process, 0)[1]):
            break
        assert go(orders)[0] == 0
        for left in tmp_path.glob("j.db*"):
            left.unlink()
    assert number > 20


def _die_at_call(number):
    """Kill this process when it enters the given call within the journal's file."""
    import sys

    left = [number]

    def watch(frame, event, argument):
        if event == "call" and frame.f_code.co_filename.endswith(("journal.py", "note.py")):
            left[0] -= 1
            if not left[0]:
                os.kill(os.getpid(), signal.SIGKILL)

    sys.setprofile(watch)


def test_a_journal_in_which_nothing_was_kept_is_new(go, tmp_path):
    Journal.create(tmp_path / "j.db", "axenic.example/j").close()
    assert go(ORDERS)[0] == 0
    assert {e.stream for e in read_entries(tmp_path / "j.db")} == {"document", "fact", "order"}
