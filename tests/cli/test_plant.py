"""A plant of processes: started, asked, made to fail, and run on; its journal is that of equipment in one process."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

SPEED = os.environ.get("AXENIC_WIRE_SPEED", "1000000")
AXENIC = (sys.executable, "-m", "axenic")
ORDERS = """orders:
  - {batch: AX-1, patient: COI-26-1, ordered: 2026-01-05T06:00:00Z, due: 2026-02-04T06:00:00Z}
"""


def axenic(*words, code=0):
    """What a command says as JSON."""
    done = subprocess.run((*AXENIC, *words, "--json"), capture_output=True, text=True, check=False)
    assert done.returncode == code, done.stderr + done.stdout
    return json.loads(done.stdout)


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """The folder of a plant that runs as long as the tests of this file."""
    folder = tmp_path_factory.mktemp("plant")
    words = ("plant", "point-of-care", "--folder", str(folder / "p"), "--speed", SPEED, "--seed", "3", "--json")
    with subprocess.Popen((*AXENIC, *words), stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True) as process:
        said = json.loads(process.stdout.readline())
        assert said["equipment"] == 20
        (folder / "orders.yaml").write_text(ORDERS)
        yield folder
        process.terminate()
        assert process.wait(20) == 0


@pytest.fixture(scope="module")
def over_the_wire(folder):
    """The result of a batch on that plant."""
    return run(folder, "wire.db", "--live", "--plant-at", str(folder / "p"))


def run(folder: Path, journal: str, *more, code=0):
    words = ("run", "car-t-9-day", "--plant", "point-of-care", "--orders", str(folder / "orders.yaml"), "--seed", "3")
    return axenic(*words, "--journal", str(folder / journal), "--no-records", *more, code=code)


def test_a_batch_over_opc_ua_sila_2_and_lines_leaves_the_same_journal_as_one_in_this_process(folder, over_the_wire):
    assert over_the_wire["batches"][0]["outcome"] == "released"
    assert over_the_wire["root"] == run(folder, "here.db")["root"]


def test_every_piece_of_equipment_says_who_it_is_over_what_it_speaks(folder):
    rows = axenic("device", "ls", "--plant-at", str(folder / "p"))["equipment"]
    assert all(row["answers"] and row["simulated"] for row in rows)
    assert {row["speaks"] for row in rows} == {"opc-ua", "sila-2", "line"}


def test_a_probe_shows_the_state_of_every_unit(folder, over_the_wire):
    found = axenic("device", "probe", "reactor", "--plant-at", str(folder / "p"))
    assert set(found["states"]) == set(found["units"])
    assert set(found["states"].values()) <= {"idle", "completed"}


def test_equipment_obeys_the_journal_that_commanded_it_first(folder, over_the_wire):
    other = folder / "other.db"
    words = (*AXENIC, "run", "car-t-9-day", "--plant", "point-of-care", "--orders", str(folder / "orders.yaml"))
    more = ("--seed", "3", "--journal", str(other), "--no-records", "--plant-at", str(folder / "p"), "--json")
    with subprocess.Popen((*words, *more), stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as process:
        out, _ = process.communicate(timeout=200)
    assert json.loads(out)["batches"][0]["outcome"] == "rejected", "nothing was done for it, and its time ran out"


@pytest.mark.parametrize(
    ("words", "code", "says"),
    [
        (("device", "probe", "reactr"), 3, "AX0501"),
        (("device", "ls"), 0, ""),
        (("device", "inject", "reactor", "reject", "--times", "-1"), 2, "AX0007"),
        (("device", "inject", "reactor", "reject", "--times", "0"), 0, ""),
        (("device", "inject", "wash", "lag", "--size", "0.01"), 0, ""),
        (("device", "inject", "qa", "drift", "--times", "0"), 0, ""),
    ],
)
def test_what_is_asked_wrongly_is_refused_with_a_code(folder, words, code, says):
    found = axenic(*words, "--plant-at", str(folder / "p"), code=code)
    assert says in json.dumps(found)


@pytest.mark.parametrize(("plant", "seed"), [("robotic-cluster", "3"), ("point-of-care", "4")])
def test_equipment_of_another_plant_or_seed_is_refused_before_a_journal_is_begun(folder, plant, seed):
    words = ("run", "car-t-9-day", "--orders", str(folder / "orders.yaml"), "--journal", str(folder / "no.db"))
    found = axenic(*words, "--plant", plant, "--seed", seed, "--plant-at", str(folder / "p"), code=2)
    assert "AX0913" in json.dumps(found)
    assert not (folder / "no.db").exists()


def test_a_plant_that_is_not_there_is_named(tmp_path):
    assert "AX0501" in json.dumps(axenic("device", "ls", "--plant-at", str(tmp_path / "none"), code=3))
