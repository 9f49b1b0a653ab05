"""The record kept by people, through the command line alone: from the first account to a corrected value."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
import time

import pytest

from axenic.control.facts import BatchOrdered
from axenic.control.orders import RunPhase
from axenic.record.journal import Journal

PASSWORD = "correct horse battery staple"
STAFF = {"qa": "QA reviewer", "op": "operator", "op2": "operator", "lead": "supervisor", "eng": "process engineer"}
AT = ("AX-1", "expand/grow#1", "viability")


@pytest.fixture(scope="module")
def staffed(tmp_path_factory):
    """The folder of a site; the first test that asks for it brings the staff, the others take copies."""
    return tmp_path_factory.mktemp("staffed")


@pytest.fixture
def suite(axenic, staffed, tmp_path, monkeypatch):
    """Call a verb on a journal with one batch as somebody of the staff; everybody is enrolled."""
    monkeypatch.setenv("AXENIC_STATION", "S-1")
    if not any(staffed.iterdir()):
        bring_all(axenic, staffed / "journal.db", monkeypatch)
    shutil.copytree(staffed, tmp_path, dirs_exist_ok=True)
    return caller(axenic, tmp_path / "journal.db", monkeypatch)


def caller(axenic, journal, monkeypatch):
    def call(user: str, *words: object, second: str = ""):
        monkeypatch.setenv("AXENIC_PASSWORD", PASSWORD)
        monkeypatch.setenv("AXENIC_SECOND_PASSWORD", PASSWORD)
        more = ["--second", second] if second else []
        return axenic(*words, "--journal", journal, "--as", user, *more)

    call.show = lambda *words: axenic(*words, "--journal", journal)
    return call


def bring_all(axenic, journal, monkeypatch):
    """Everybody of the staff, through the command line alone."""
    at = time.time_ns() // 1_000_000 - 60_000
    things = [
        BatchOrdered(at, "AX-1", "COI-1", "car-t-9-day", at + 1),
        RunPhase(1, at, "reactor-1", "culture", "AX-1/expand/grow#1", "AX-1"),
    ]
    Journal.create(journal, "axenic.example/suite", True, things).close()
    call = caller(axenic, journal, monkeypatch)

    def enrolled(user: str, answer: str) -> None:
        monkeypatch.setenv("AXENIC_ONCE", json.loads(answer)["one-time secret"])
        monkeypatch.setenv("AXENIC_CHOSEN", PASSWORD)
        code, out, err = axenic("user", "enrol", "--journal", journal, "--as", user, "--json")
        assert code == 0, err
        assert json.loads(out)["totp"]
        monkeypatch.delenv("AXENIC_ONCE")

    def add(by: str, user: str, role: str) -> None:
        words = ("user", "add", user, "--name", user.title(), "--roles", role, "--proof", "passport")
        words += ("--identity", f"HR {user}", "--json")
        code, out, err = (
            call(by, *words, second="qa" if user != "qa" else "") if by else axenic(*words, "--journal", journal)
        )
        assert code == 0, err
        enrolled(user, out)

    add("", "admin", "security admin")
    assert call("admin", "station", "add", "S-1", "--zone", "Europe/Brussels")[0] == 0
    for user, role in STAFF.items():
        add("admin", user, role)
    for user in ("op", "op2", "lead"):
        words = ("user", "train", user, "--procedure", "SOP-RECORDS v1", "--until", "2099-12-31")
        assert call("qa", *words)[0] == 0


@pytest.mark.requirement("P11-10e2", "A11-6", "A11-8")
def test_a_value_is_recorded_by_two_corrected_with_a_reason_and_shown_with_every_version(suite):
    code, _, err = suite("op", "entry", "add", *AT, "--value", "91", "--unit", "%")
    assert code == 4 and "a second person" in err
    assert suite("op", "entry", "add", *AT, "--value", "91", "--unit", "%", second="op2")[0] == 0
    code, _, err = suite("op", "entry", "correct", *AT, "--value", "92", "--how", "scanned", "--scan", "]Q192")
    assert code == 4 and "a reason is needed" in err
    words = ("entry", "correct", *AT, "--value", "92", "--how", "scanned", "--scan", "]Q192", "--reason", "misread")
    assert suite("op", *words)[0] == 0
    code, out, _ = suite.show("entry", "show", "AX-1")
    assert code == 0 and out.startswith("SIMULATED, NOT FOR RELEASE\n* expand/grow#1, viability: 92 %\n")
    assert "1  91 %, typed by op" in out and "with op2" in out
    assert "2  92 %, scanned by op" in out and "misread" in out
    assert suite("op", "entry", "verify", *AT)[0] == 4
    assert suite("lead", "entry", "verify", *AT)[0] == 0


@pytest.mark.requirement("ATT-09", "ATT-18")
def test_there_is_no_verb_that_deletes_and_a_step_not_begun_takes_nothing(suite):
    done = subprocess.run([sys.executable, "-m", "axenic", "entry", "delete", *AT], capture_output=True, check=False)
    assert done.returncode == 2
    code, _, err = suite("op", "entry", "add", "AX-1", "fill/fill#1", "colour", "--value", "clear")
    assert code == 4 and "has not begun" in err


@pytest.mark.requirement("ATT-16")
def test_raw_data_that_was_edited_is_shown_as_invalid(suite, tmp_path):
    file = tmp_path / "run.csv"
    file.write_text("t,od\n", "utf-8")
    assert suite("op", "raw", "attach", "AX-1", file)[0] == 0
    file.write_text("t,od,\n", "utf-8")
    code, out, _ = suite("qa", "raw", "check", "--json")
    assert code == 0 and json.loads(out)["new"]["invalid"] == ["raw AX-1/run.csv"]
    assert "RAW DATA INVALID: run.csv is not as it was attached" in suite.show("raw", "show", "AX-1")[1]
    assert "raw data invalid" in suite.show("alarm", "list")[1]


@pytest.mark.requirement("ATT-27")
def test_a_master_is_drafted_from_a_shipped_recipe_and_not_approved_by_its_author(suite, monkeypatch):
    assert suite("eng", "master", "draft", "car-t-9-day")[0] == 0
    words = ("master", "show", "car-t-9-day")
    assert "v1  drafted     by eng, approved by nobody" in suite.show(*words)[1]
    code, _, err = suite("eng", "master", "approve", "car-t-9-day", "1")
    assert code == 4 and "needs the role QA reviewer" in err
    code, _, err = suite("qa", "master", "approve", "car-t-9-day", "1")
    assert code == 4 and "say which digest was shown to you" in err


@pytest.mark.requirement("ATT-22")
def test_equipment_is_shown_as_it_is_computed_to_be(suite):
    words = ("equipment", "add", "reactor-1", "--kind", "bioreactor", "--serial", "SN-1")
    assert suite("eng", *words, second="qa")[0] == 0
    out = suite.show("equipment", "show")[1]
    assert "reactor-1  new, calibration missing; may not be used" in out
    assert suite.show("equipment", "show", "other")[0] == 3


@pytest.mark.requirement("P11-10c", "P4-BR2")
def test_retention_shows_until_when_and_nothing_removes(suite):
    words = ("--certified", "2026-01-10", "--expires", "2026-02-01")
    code, out, _ = suite.show("retention", "of", "AX-1", *words)
    assert code == 0
    assert "batch record   2031-01-10" in out and "traceability   2056-02-01" in out
    assert "open" in suite.show("retention", "of", "AX-1")[1]
    assert suite.show("retention", "of", "AX-9")[0] == 3


@pytest.mark.requirement("P11-10h")
def test_a_station_without_its_key_does_nothing_and_another_is_enrolled_by_its_public_key(suite, tmp_path, monkeypatch):
    key = tmp_path / "elsewhere.key"
    monkeypatch.setenv("AXENIC_STATION_KEY", str(key))
    code, out, _ = suite.show("station", "key", "S-2", "--json")
    assert code == 0 and key.stat().st_mode & 0o777 == 0o600
    code, _, err = suite("op", "user", "confirm", "op2")
    assert code == 4 and "refused[AX1007]" in err and "S-1 did not prove itself" in err
    monkeypatch.delenv("AXENIC_STATION_KEY")
    public = json.loads(out)["key"]
    assert suite("admin", "station", "add", "S-2", "--key", public)[0] == 0
    code, _, err = suite("qa", "user", "confirm", "op", "--station", "S-2")
    assert code == 4 and "the station's key is not here" in err
    monkeypatch.setenv("AXENIC_STATION_KEY", str(key))
    assert suite("qa", "user", "confirm", "op", "--station", "S-2")[0] == 0
    key.write_bytes(b"short")
    code, _, err = suite.show("station", "key", "S-2")
    assert code != 0 and "AX1007" in err
