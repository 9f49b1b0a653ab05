"""A dose gets released at the command line: by persons with passwords, codes and sessions, over what was shown."""

from __future__ import annotations

import json
import shutil

import pyotp
import pytest

from axenic.record.journal import Journal
from tests.quality.made import BATCH, masters, run_of

STAFF = {
    "admin": "security admin",
    "qa": "QA reviewer",
    "op": "operator",
    "lead": "supervisor",
    "qa2": "QA reviewer",
    "qp": "QP",
}
TRAINED = {"lead": "SOP-REVIEW v1", "qa": "SOP-REVIEW v1", "qa2": "SOP-REVIEW v1", "qp": "SOP-RELEASE v1"}
PASSWORD = "correct horse battery"


class Desk:
    """A station at which persons act, each in a session of their own."""

    def __init__(self, axenic, path, monkeypatch, sessions):
        self._axenic, self.path, self._env, self._sessions = axenic, path, monkeypatch.setenv, sessions
        self._env("AXENIC_STATION", "QA-1")

    def staffed(self):
        """Everybody comes, is trained, and opens a session."""
        for user in STAFF:
            self._bring(user)
        for user, procedure in TRAINED.items():
            self._as("qa2" if user == "qa" else "qa")
            self.done("user", "train", user, "--procedure", procedure, "--until", "2099-12-31")

    def _bring(self, user):
        self._as("admin" if user != "admin" else "")
        add = ("user", "add", user, "--name", f"{user.title()} Person", "--roles", STAFF[user], "--proof", "passport")
        add += ("--identity", f"HR {user}", *(("--second", "qa") if "qa" in self._sessions else ()))
        once = self.done(*add)["one-time secret"]
        self._as("")
        self._env("AXENIC_CHOSEN", PASSWORD)
        self._env("AXENIC_ONCE", once)
        totp = self.done("user", "enrol", "--as", user)["totp"]
        self._env("AXENIC_ONCE", "")
        if user == "admin":
            self._env("AXENIC_PASSWORD", PASSWORD)
            self._env("AXENIC_CODE", "")
            self.done("station", "add", "QA-1", "--area", "office", "--as", "admin")
        self._env("AXENIC_PASSWORD", PASSWORD)
        self._env("AXENIC_CODE", pyotp.TOTP(totp).now())
        self._sessions[user] = self.done("user", "login", "--as", user)["session"]
        self._as(user)
        self.done("user", "declare")

    def _as(self, user):
        self._env("AXENIC_USER", user)
        self._env("AXENIC_SESSION", self._sessions.get(user, ""))
        self._env("AXENIC_PASSWORD", PASSWORD if user else "")
        self._env("AXENIC_SECOND_PASSWORD", PASSWORD)
        self._env("AXENIC_CODE", "")

    def call(self, *words):
        code, out, err = self._axenic(*words, "--journal", self.path, "--json")
        return code, json.loads(out) if out else {}, err

    def done(self, *words):
        code, result, err = self.call(*words)
        assert code == 0, (words, result, err)
        return result

    def acts(self, user, *words):
        self._as(user)
        return self.call(*words)

    def signs(self, user, *words):
        """Sign what `review show` shows now."""
        seen = self.done("review", "show", BATCH)["digest"]
        code, result, err = self.acts(user, *words, "--seen", seen)
        assert code == 0, (words, result, err)
        return result


@pytest.fixture(scope="module")
def staffed(tmp_path_factory):
    """The folder of a site and the sessions there; the first test that asks for it brings the staff."""
    return tmp_path_factory.mktemp("staffed"), {}


@pytest.fixture
def desk(axenic, staffed, tmp_path, monkeypatch):
    folder, sessions = staffed
    if not sessions:
        path = folder / "journal.db"
        Journal.create(path, "axenic.example/site", things=[*masters(), *run_of(1)]).close()
        Desk(axenic, path, monkeypatch, sessions).staffed()
    shutil.copytree(folder, tmp_path, dirs_exist_ok=True)
    return Desk(axenic, tmp_path / "journal.db", monkeypatch, sessions)


def test_a_dose_is_reviewed_and_certified_at_the_command_line_and_the_register_names_it(desk):
    shown = desk.done("release", "show", BATCH)
    assert (shown["state"], shown["simulated"]) == ("executed", True)
    assert "release reject" in shown["next"] and "release oos" not in shown["next"]
    assert shown["blockers"] == ["review production is missing", "review quality is missing", "review trail is missing"]
    desk.signs("lead", "review", "production", BATCH)
    desk.signs("qa", "review", "quality", BATCH)
    seen = desk.done("review", "show", BATCH)["digest"]
    code, refused, _ = desk.acts("qp", "release", "certify", BATCH, "--seen", seen)
    assert (code, refused) == (4, {"code": "AX1010", "refused": True, "because": ["review trail is missing"]})
    desk.signs("qa2", "review", "trail", BATCH, "--seed", "7")
    assert desk.done("release", "show", BATCH)["blockers"] == []
    desk.signs("qp", "release", "certify", BATCH)
    (row,) = desk.done("release", "register")["register"]
    assert (row["batch"], row["state"], [s["valid"] for s in row["certified"]]) == (BATCH, "certified", [True])
    assert row["certified"][0]["name"] == "Qp Person"


def test_a_deviation_is_opened_listed_shown_and_stands_in_the_way(desk):
    said = ("--what", "a bag fell", "--contained", "set aside")
    assert desk.acts("op", "deviation", "open", BATCH, *said)[0] == 0
    assert [d["deviation"] for d in desk.done("deviation", "list")["deviations"]] == ["DEV-0001"]
    shown = desk.done("deviation", "show", "DEV-0001")
    assert (shown["state"], shown["batch"], len(shown["digest"])) == ("open", BATCH, 64)
    assert "DEV-0001 is open: a bag fell" in desk.done("release", "show", BATCH)["blockers"]


def test_what_is_signed_is_shown_with_name_time_and_meaning_and_goes_void_with_a_change(desk, axenic):
    digest = desk.done("sign", "show", f"batch {BATCH}")["digest"]
    code, _, _ = desk.acts("op", "sign", "put", f"batch {BATCH}", "--meaning", "performed", "--seen", digest)
    assert code == 0
    text = axenic("sign", "show", f"batch {BATCH}", "--journal", desk.path)[1]
    assert text.startswith("SIMULATED, NOT FOR RELEASE")
    assert "Op Person (op), operator, performed, 20" in text
    assert text.count(": valid") == 1
    desk.acts("op", "deviation", "open", BATCH, "--what", "a bag fell", "--contained", "set aside")
    assert "VOID" in axenic("sign", "show", f"batch {BATCH}", "--journal", desk.path)[1]


@pytest.mark.parametrize(
    "words",
    [
        ("sign", "show", "batch AX-9"),
        ("review", "show", "AX-9"),
        ("release", "show", "AX-9"),
        ("deviation", "show", "DEV-9"),
    ],
)
def test_what_is_not_there_is_said_with_exit_code_three(axenic, tmp_path, words):
    path = tmp_path / "journal.db"
    Journal.create(path, "axenic.example/site").close()
    assert axenic(*words, "--journal", path)[0] == 3
    assert axenic(*words, "--journal", tmp_path / "none.db")[0] == 3


def test_people_read_a_review_with_its_rules_green_ones_too(axenic, tmp_path):
    path = tmp_path / "journal.db"
    Journal.create(path, "axenic.example/site", things=[*masters(), *run_of(1)]).close()
    text = axenic("review", "show", BATCH, "--journal", path)[1]
    assert "ran out before use" in text
    assert "  filter-integrity" in text
    assert "review production: missing" in text
    assert "result sterility: 0, limit == 0 1 within" in axenic("release", "show", BATCH, "--journal", path)[1]
    assert axenic("release", "register", "--journal", path)[1].endswith("no batch is certified\n")
    assert axenic("deviation", "list", "--journal", path)[1].endswith("no deviation\n")
