"""Attacks 10 to 13 and 15: on the storage itself, by whoever owns it, seen through the commands."""

from __future__ import annotations

import json
import resource
import subprocess
import sys
import time
from contextlib import contextmanager
from urllib.parse import urlsplit

import psycopg
import pytest

from axenic.record.entry import decode
from axenic.record.merkle import Frontier, leaf_hash
from axenic.record.note import Checkpoint
from axenic.record.place import is_url
from tests.quality.doses import BATCH, STEP, begun

COLOUR = ("entry", "add", BATCH, STEP, "colour", "--value", "clear")
ANY_COMMAND = ("user", "login")
WRONG, NOT_GOOD = 2, 1
ONE_PATIENT = """orders:
  - {batch: AX-0001, patient: COI-26-1001, ordered: 2026-01-05T06:00:00Z, due: 2026-02-04T06:00:00Z}
"""


@pytest.fixture
def inspector(inspector, site, monkeypatch, tmp_path):
    """A site whose heads a witness elsewhere remembers, with some acts of people."""
    monkeypatch.setenv("AXENIC_WITNESS", str(tmp_path / "witness"))
    begun(site)
    inspector.does("op", *COLOUR)
    return inspector


def locked(inspector) -> bool:
    """Whether nothing can be done or shown any more, and `verify` says why."""
    code, _, err = inspector.act("op", *ANY_COMMAND)
    done = (code, "AX0305" in err, "two persons restore" in err)
    code, _, err = inspector.call("trail", "search")
    shown = (code, "AX0305" in err)
    return done == (WRONG, True, True) and shown == (WRONG, True) and verify(inspector)[0] == NOT_GOOD


def verify(inspector) -> tuple[int, str]:
    code, out, _ = inspector._axenic("verify", inspector.where)
    return code, out


STATEMENTS = [
    "UPDATE entry SET body = leaf WHERE seq = 20",
    "DELETE FROM entry WHERE seq = 20",
    "UPDATE entry SET seq = 99999 WHERE seq = 20",
]


@pytest.mark.requirement("ATT-10", "D-12.3")
@pytest.mark.parametrize("statement", STATEMENTS)
def test_attack_10_the_database_itself_aborts_a_change(inspector, owner, statement):
    with pytest.raises(Exception, match="entries are never") as caught:
        owner(inspector.site.journal).do(statement)
    assert type(caught.value).__module__.startswith(("sqlite3", "psycopg"))
    assert verify(inspector)[0] == 0


@pytest.mark.requirement("ATT-10")
@pytest.mark.parametrize("statement", STATEMENTS)
def test_attack_10_an_owner_who_drops_the_triggers_is_found_and_nothing_goes_on(inspector, owner, statement):
    by = owner(inspector.site.journal)
    by.drop_triggers()
    by.do(statement)
    code, out = verify(inspector)
    assert code == NOT_GOOD and "NOT as written" in out and "20" in out
    code, _, err = inspector.act("op", *ANY_COMMAND)
    assert code == WRONG and "AX0303" in err
    code, _, err = inspector.call("entry", "show", BATCH)
    assert code == WRONG and "AX0303" in err


def rows_of(by) -> list[tuple]:
    rows = by.ask("SELECT seq, body, leaf, note FROM entry ORDER BY seq")
    return [tuple(bytes(v) if isinstance(v, memoryview) else v for v in row) for row in rows]


def put_back(by, rows) -> None:
    by.drop_triggers()
    by.do("DELETE FROM entry")
    for row in rows:
        by.do("INSERT INTO entry(seq, body, leaf, note) VALUES (?, ?, ?, ?)", row)


def forget_checkpoint(inspector, kept: str = "") -> None:
    """The owner of the machine takes the checkpoint beside the journal for the older one, or away."""
    checkpoint = inspector.site.journal.place.checkpoint
    checkpoint.unlink()
    if kept:
        checkpoint.write_text(kept)


@pytest.mark.requirement("ATT-11")
@pytest.mark.parametrize("checkpoint", ["as it is", "of last week", "gone"])
def test_attack_11_last_weeks_database_put_back_is_locked(inspector, owner, checkpoint):
    by = owner(inspector.site.journal)
    rows, note = rows_of(by), inspector.site.journal.place.checkpoint.read_text()
    inspector.does("op", "entry", "comment", BATCH, STEP, "colour", "--text", "darker than before")
    put_back(by, rows)
    if checkpoint != "as it is":
        forget_checkpoint(inspector, note if checkpoint == "of last week" else "")
    assert locked(inspector)


@pytest.mark.requirement("ATT-11", "A11-16")
def test_attack_11_only_two_persons_go_on_and_what_is_lost_is_named(inspector, owner, tmp_path, monkeypatch):
    by = owner(inspector.site.journal)
    assert inspector.call("backup", "--to", tmp_path / "monday")[0] == 0
    rows = rows_of(by)
    inspector.does("op", "entry", "comment", BATCH, STEP, "colour", "--text", "darker than before")
    put_back(by, rows)
    assert locked(inspector)
    words = ("backup", "restore", tmp_path / "monday", "--journal", tmp_path / "next.db", "--lost", inspector.where)
    told = ("--reason", "replaced", "--by", "ann", "--and")
    code, _, err = inspector._axenic(*words, *told, "ann")
    assert code == 4, err
    code, out, err = inspector._axenic(*words, *told, "bob")
    assert code == 0, err
    assert "axenic.example/site/2" in out and f"entries {len(rows) + 1} to {len(rows) + 1} are lost" in out
    assert inspector._axenic("verify", tmp_path / "next.db")[0] == 0


@pytest.mark.requirement("ATT-12")
@pytest.mark.parametrize("checkpoint", ["as it is", "gone"])
def test_attack_12_acts_cut_off_the_end_are_missed(inspector, owner, checkpoint):
    for n in range(5):
        inspector.does("op", "entry", "add", BATCH, STEP, f"dose {n}", "--value", "added")
    by = owner(inspector.site.journal)
    by.drop_triggers()
    size = by.ask("SELECT max(seq) FROM entry")[0][0]
    by.do("DELETE FROM entry WHERE seq > ?", (size - 3,))
    if checkpoint == "gone":
        forget_checkpoint(inspector)
    assert locked(inspector)


@pytest.mark.requirement("ATT-12")
def test_attack_12_even_the_last_act_alone_and_a_refused_one_is_missed(inspector, owner):
    inspector.refused("op", "user", "add", "zz", "--name", "Z", "--proof", "x")
    by = owner(inspector.site.journal)
    by.drop_triggers()
    by.do("DELETE FROM entry WHERE seq = (SELECT max(seq) FROM entry)")
    assert locked(inspector)


@pytest.mark.requirement("ATT-12")
def test_attack_12_a_checkpoint_that_was_taken_away_is_said_by_the_next_command_and_not_by_the_one_after(inspector):
    inspector.does("op", "entry", "add", BATCH, STEP, "dose", "--value", "added")
    inspector.site.journal.place.checkpoint.unlink()
    said = [inspector.act("op", "entry", "add", BATCH, STEP, f"dose {n}", "--value", "added")[2] for n in (1, 2)]
    assert ["no checkpoint of" in text for text in said] == [True, False]


@pytest.mark.requirement("ATT-13", "P11-10a2")
@pytest.mark.parametrize("checkpoint", ["as it is", "anew"])
def test_attack_13_one_old_value_changed_and_everything_hashed_and_signed_anew_is_locked(inspector, owner, checkpoint):
    by, journal = owner(inspector.site.journal), inspector.site.journal
    journal.news()
    by.drop_triggers()
    rows, tree, last = rows_of(by), Frontier(), ""
    for seq, body, _, note in rows:
        new = body.replace(b'"value":"clear"', b'"value":"brown"')
        assert decode(new).seq == seq
        tree.append(leaf_hash(new))
        last = journal._signer.note(Checkpoint(journal.origin, seq, tree.root())) if note else None
        by.do("UPDATE entry SET body = ?, leaf = ?, note = ? WHERE seq = ?", (new, leaf_hash(new), last, seq))
    assert any(b"clear" in body for _, body, _, _ in rows)
    if checkpoint == "anew":
        forget_checkpoint(inspector, last)
    assert locked(inspector)


@contextmanager
def no_room(inspector):
    """A disk without room, or a server that lets nothing be written."""
    url = inspector.site.journal.place.url
    if url:
        _alter(url, "on")
        try:
            yield
        finally:
            _alter(url, "off")
    else:
        soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
        resource.setrlimit(resource.RLIMIT_FSIZE, (0, hard))
        try:
            yield
        finally:
            resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))


def _alter(url: str, word: str) -> None:
    with psycopg.connect(url, autocommit=True, options="-c default_transaction_read_only=off") as db:
        name = db.execute("SELECT current_database()").fetchone()[0]
        db.execute(f"ALTER DATABASE {name} SET default_transaction_read_only = {word}")


@pytest.mark.requirement("ATT-15")
def test_attack_15_without_room_for_the_trail_a_command_fails_and_changes_nothing(inspector, site):
    size = verify(inspector)[1]
    with no_room(inspector):
        code, out, err = inspector.act("op", "entry", "comment", BATCH, STEP, "colour", "--text", "unseen")
        assert code == WRONG and out == ""
        assert "AX0301" in err or "AX0303" in err
    assert verify(inspector)[1] == size
    assert "unseen" not in inspector.call("entry", "show", BATCH)[1]
    inspector.does("op", "entry", "comment", BATCH, STEP, "colour", "--text", "seen")


@pytest.fixture
def line(site, tmp_path):
    """A journal of its own for a run: how to begin it with one patient, and to take and give room while it goes on."""
    orders = tmp_path / "one.yaml"
    orders.write_text(ONE_PATIENT, "utf-8")
    url = site.journal.place.url
    where = str(tmp_path / "line.db")
    if url:
        where = urlsplit(url)._replace(path=f"{urlsplit(url).path}_line").geturl()
        with psycopg.connect(url, autocommit=True) as db:
            db.execute(f"CREATE DATABASE {urlsplit(where).path.strip('/')}")
    words = ("run", "car-t-9-day", "--plant", "robotic-cluster", "--orders", orders, "--journal", where, "--no-records")
    return where, [str(word) for word in words]


def cut_short(where: str, words: list[str]) -> subprocess.CompletedProcess[str]:
    """A run on the wall clock whose journal cannot be written any more once it has some entries."""
    command = [sys.executable, "-m", "axenic", *words, "--live", "--speed", "2e6"]
    full = None if is_url(where) else lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (250_000, 250_000))
    process = subprocess.Popen(command, stderr=subprocess.PIPE, text=True, preexec_fn=full)
    if is_url(where):
        _once_begun(where, "REVOKE INSERT ON axenic.entry FROM axenic_app")
    _, err = process.communicate(timeout=120)
    return subprocess.CompletedProcess(command, process.returncode, "", err)


def _once_begun(url: str, statement: str) -> None:
    with psycopg.connect(url, autocommit=True) as db:
        while not db.execute("SELECT to_regclass('axenic.entry')").fetchone()[0] or (
            db.execute("SELECT count(*) FROM axenic.entry").fetchone()[0] < 60
        ):
            time.sleep(0.02)
        db.execute(statement)


@pytest.mark.requirement("ATT-15", "A11-16")
def test_attack_15_a_run_without_room_stops_before_anything_moves_and_goes_on_without_loss(line, axenic, tmp_path):
    where, words = line
    done = cut_short(where, words)
    assert (done.returncode, "AX0301" in done.stderr, "nothing moves" in done.stderr) == (WRONG, True, True)
    assert axenic("verify", where)[0] == 0
    assert axenic("replay", where)[1].endswith("0 differ\n")  # every order there is follows from what is there
    if is_url(where):
        _once_begun(where, "GRANT INSERT ON axenic.entry TO axenic_app")
    code, out, err = axenic(*words, "--json")
    assert code == 0, err
    whole = axenic(*words[:-3], "--journal", tmp_path / "undisturbed.db", "--no-records", "--json")[1]
    assert json.loads(out)["batches"] == json.loads(whole)["batches"]


@pytest.mark.requirement("ATT-15")
def test_attack_15_a_disk_that_fills_is_an_alarm_before_it_is_full(inspector, monkeypatch):
    monkeypatch.setattr("axenic.cli.acting.used", lambda folder: 83)
    inspector.does("op", *ANY_COMMAND)
    assert "room short: disk" in inspector.call("alarm", "list")[1]
