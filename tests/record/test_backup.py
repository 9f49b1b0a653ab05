"""A backup is a whole copy that a drill restores, and what is restored says what it follows."""

from __future__ import annotations

import sqlite3
import threading

import pytest

from axenic.record.backup import back_up, drill
from axenic.record.entry import Act
from axenic.record.journal import Journal, JournalError, read_journal
from axenic.record.restore import next_epoch, restore
from axenic.record.verify import verify
from tests.record.conftest import facts

WHO = {"at": 9000, "reason": "the disk broke", "persons": ("ann", "bob")}


@pytest.fixture
def folder(journal, tmp_path):
    back_up(journal.place, tmp_path / "backup")
    return tmp_path / "backup"


@pytest.mark.requirement("A11-7b", "US-68")
def test_a_backup_holds_the_same_bytes_and_notes_from_either_database_and_no_private_key(journal, owner, folder):
    copy = sqlite3.connect(folder / "journal.db")
    query = "SELECT seq, body, leaf, note FROM entry ORDER BY seq"
    rows = copy.execute(query).fetchall()
    copy.close()
    asked = [(seq, bytes(body), bytes(leaf), note) for seq, body, leaf, note in owner(journal).ask(query)]
    assert rows == asked
    names = ["digests.sha256", "journal.db", "journal.db.checkpoint", "journal.db.vkey"]
    assert sorted(path.name for path in folder.iterdir()) == names
    found = drill(folder)
    assert (found.ok, found.events, found.root) == (True, 9, journal.root())
    assert sorted(path.name for path in folder.iterdir()) == names  # a drill leaves no trace


def test_a_backup_made_while_others_append_is_of_one_moment(where, tmp_path):
    Journal.create(where, "axenic.example/busy").close()
    stop = threading.Event()

    def keep_on():
        journal = Journal.open(where)
        while not stop.is_set():
            journal.append(facts(3))
        journal.close()

    writer = threading.Thread(target=keep_on)
    writer.start()
    try:
        found = [back_up(where, tmp_path / f"backup-{n}") for n in range(5)]
    finally:
        stop.set()
        writer.join(30)
    assert all(one.ok and one.events % 3 == 0 for one in found)
    assert [one.events for one in found] == sorted(one.events for one in found)


@pytest.mark.requirement("A11-7b")
@pytest.mark.parametrize("name", ["journal.db", "journal.db.vkey", "journal.db.checkpoint", "digests.sha256"])
def test_any_changed_file_of_a_backup_fails_the_drill_and_is_not_restored(folder, tmp_path, name):
    data = bytearray((folder / name).read_bytes())
    data[len(data) // 2] ^= 1
    (folder / name).write_bytes(data)
    assert not drill(folder).ok
    with pytest.raises(JournalError) as caught:
        restore(folder, tmp_path / "new.db", **WHO)
    assert caught.value.finding.code == "AX0308"
    assert not (tmp_path / "new.db").exists()


def test_a_backup_goes_neither_onto_a_journal_nor_onto_another_backup(journal, folder, tmp_path):
    kept = {path: path.read_bytes() for path in folder.iterdir()}
    (tmp_path / "link").symlink_to(journal.place.folder, target_is_directory=True)
    for taken in (folder, journal.place.folder, tmp_path / "link"):
        with pytest.raises(JournalError, match="lies there already") as caught:
            back_up(journal.place, taken)
        assert caught.value.finding.code == "AX0308"
    assert kept == {path: path.read_bytes() for path in folder.iterdir()}


def test_a_journal_that_does_not_verify_is_not_backed_up(journal, owner, tmp_path):
    by = owner(journal)
    by.drop_triggers()
    by.do("DELETE FROM entry WHERE seq = 4")
    with pytest.raises(JournalError, match="entry 4 is missing"):
        back_up(journal.place, tmp_path / "backup")
    assert not (tmp_path / "backup").exists()


@pytest.mark.requirement("A11-7b", "ATT-11")
def test_what_two_persons_restore_is_a_new_epoch_that_names_what_it_follows_and_what_is_lost(journal, folder, tmp_path):
    journal.append(facts(4))
    journal.anchor()
    done = restore(folder, tmp_path / "new.db", lost=journal.place, **WHO)
    reading = read_journal(tmp_path / "new.db")
    assert (reading.head.origin, done.origin) == ("axenic.example/test/2",) * 2
    *others, first = [entry.thing for entry in reading.entries]
    assert others == [*facts(5), *facts(4)]
    assert (first.command, first.actor, first.reason) == ("restore", "ann", "the disk broke")
    assert first.old == {"origin": "axenic.example/test", "size": 13, "root": journal.root()}
    assert first.new["second person"] == "bob"
    assert (first.new["size"], first.new["lost from"], first.new["lost to"]) == (9, 10, 13)
    again = Journal.open(tmp_path / "new.db")
    assert again.append(facts(1)) == 11
    assert again._signer.verifier.key != journal._signer.verifier.key
    again.close()


def test_a_witness_that_knows_more_than_a_backup_spoils_no_drill_and_says_what_is_lost(where, tmp_path, monkeypatch):
    monkeypatch.setenv("AXENIC_WITNESS", str(tmp_path / "witness"))
    journal = Journal.create(where, "axenic.example/site/1")
    journal.append(facts(5))
    journal.anchor()
    back_up(where, tmp_path / "backup")
    journal.rotate(5000, "sam", "yearly")
    journal.append(facts(2))
    journal.anchor()
    journal.close()
    assert drill(tmp_path / "backup").ok
    done = restore(tmp_path / "backup", tmp_path / "new.db", **WHO)
    assert (done.taken_over, done.lost_from, done.lost_to) == (5, 6, 9)
    Journal.open(tmp_path / "new.db").close()


def test_a_journal_under_the_integrity_lock_is_not_backed_up(journal, owner, tmp_path):
    by = owner(journal)
    by.drop_triggers()
    by.do("DELETE FROM entry WHERE seq > 5")
    with pytest.raises(JournalError, match="kept outside") as caught:
        back_up(journal.place, tmp_path / "backup")
    assert caught.value.finding.code == "AX0305"


def test_a_restore_may_go_to_the_other_database_where_acts_on_old_keys_keep_their_numbers_alone(database, tmp_path):
    journal = Journal.create(tmp_path / "first.db", "axenic.example/site/7")
    journal.append(facts(3))
    journal.rotate(5000, "sam", "yearly")
    journal.append([Act(6000, "comment", "ann")])
    back_up(journal.place, tmp_path / "backup")
    before = list(journal.entries())
    journal.close()
    assert restore(tmp_path / "backup", database, **WHO).taken_over == 6
    assert verify(database).events == 7
    reading = read_journal(database)
    assert reading.head.origin == "axenic.example/site/8"
    on_keys = [entry.thing.command for entry in reading.entries[3:5]]
    assert on_keys == ["former key add", "former key retire"]
    kept = [entry for n, entry in enumerate(reading.entries[:6]) if n not in (3, 4)]
    assert kept == [entry for n, entry in enumerate(before) if n not in (3, 4)]  # numbers and all


def test_the_safe_of_the_lost_journal_is_carried_over_and_never_put_over_another(journal, folder, tmp_path):
    assert not restore(folder, tmp_path / "without.db", lost=journal.place, **WHO).safe
    for end in (".safe", ".safe.key"):
        journal.place.beside(end).write_bytes(end.encode())
    assert restore(folder, tmp_path / "new.db", lost=journal.place, **WHO).safe
    assert (tmp_path / "new.db.safe").read_bytes() == b".safe"
    assert (tmp_path / "new.db.safe.key").stat().st_mode & 0o777 == 0o600
    (tmp_path / "own.db.safe").write_bytes(b"own")
    assert not restore(folder, tmp_path / "own.db", lost=journal.place, **WHO).safe
    assert (tmp_path / "own.db.safe").read_bytes() == b"own"


@pytest.mark.requirement("ATT-11")
@pytest.mark.parametrize(
    "wrong", [{"persons": ("ann", "ann")}, {"persons": ("ann", " ")}, {"persons": ("ann",)}, {"reason": " "}]
)
def test_one_person_alone_or_without_a_reason_restores_nothing(folder, tmp_path, wrong):
    with pytest.raises(JournalError) as caught:
        restore(folder, tmp_path / "new.db", **WHO | wrong)
    assert caught.value.finding.code == "AX0309"
    assert not (tmp_path / "new.db").exists()


@pytest.mark.parametrize("where", ["file"], indirect=True)
def test_a_backup_that_is_not_of_the_witnessed_history_is_not_restored(journal, tmp_path):
    other = Journal.create(tmp_path / "other.db", "axenic.example/test")
    other._signer = journal._signer
    other.place.vkey.write_text(journal.place.vkey.read_text())
    other.place.key.write_bytes(journal.place.key.read_bytes())
    other.append(facts(12))
    other.close()
    back_up(other.place, tmp_path / "backup")
    with pytest.raises(JournalError, match="not part of the backup's history"):
        restore(tmp_path / "backup", tmp_path / "new.db", lost=journal.place, **WHO)


def test_the_epoch_after_a_site_is_its_second():
    assert next_epoch("axenic.example/site") == "axenic.example/site/2"
    assert next_epoch("axenic.example/site/9") == "axenic.example/site/10"


@pytest.mark.requirement("D-16")
def test_a_real_journal_is_not_backed_up_onto_its_own_disk(tmp_path):
    journal = Journal.create(tmp_path / "j.db", "x/real", False)
    journal.append(facts(3))
    with pytest.raises(JournalError, match="own disk"):
        back_up(journal.place, tmp_path / "backup")
    assert not (tmp_path / "backup").exists()
    journal.close()


@pytest.mark.requirement("D-16")
def test_a_real_journal_is_backed_up_onto_another_disk_and_drilled(tmp_path, monkeypatch):
    journal = Journal.create(tmp_path / "j.db", "x/real", False)
    journal.append(facts(3))
    monkeypatch.setattr("axenic.record.backup._device", lambda folder: len(folder.parts))  # each folder is a disk
    assert back_up(journal.place, tmp_path / "tape" / "monday").ok
    assert drill(tmp_path / "tape" / "monday").events == 3
    journal.close()
