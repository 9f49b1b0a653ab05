"""The attacks of an inspector on the ledger, by the owner of the database, with whatever SQL can do.

Numbers are those of the reference page of GMP. In each the attacker has dropped the triggers; from 13 on also the key.
"""

from __future__ import annotations

import shutil
import sqlite3

import psycopg
import pytest

from axenic.record.entry import body_of
from axenic.record.journal import Journal, JournalError, read_journal
from axenic.record.merkle import Frontier, leaf_hash
from axenic.record.note import Checkpoint
from axenic.record.place import Place
from axenic.record.verify import verify
from tests.record.conftest import facts


@pytest.fixture
def site(where, tmp_path):
    """A journal of 160 facts, anchored beside it and at a witness after 100 and at the end."""
    journal = Journal.create(where, "axenic.example/site/1", witness=tmp_path / "witness")
    for n in range(16):
        journal.append(facts(10))
        if n in (9, 15):
            journal.anchor()
    yield journal
    journal.close()


def locked(place, witness):
    """Whether nobody can go on with a journal, while it can still be looked at."""
    for use in (Journal.open, Journal.join, read_journal):
        with pytest.raises(JournalError) as caught:
            use(place, witness=witness)
        assert caught.value.finding.code == "AX0305"
    reading = read_journal(place, witness=witness, inspect=True)
    return bool(reading.locked and reading.entries)


STATEMENTS = [
    ("UPDATE entry SET body = ? WHERE seq = 77", (body_of(77, facts(1)[0], True).replace(b"AX-1", b"AX-2"),), 77),
    ("UPDATE entry SET leaf = ? WHERE seq = 78", (bytes(32),), 78),
    ("DELETE FROM entry WHERE seq = 79", (), 79),
    ("UPDATE entry SET seq = 999 WHERE seq = 80", (), 80),
    ("INSERT INTO entry VALUES (161, ?, ?, NULL)", (body_of(161, facts(1)[0], True),), 161),
]


@pytest.mark.requirement("ATT-10")
@pytest.mark.parametrize(("statement", "values", "first_bad"), STATEMENTS)
def test_attack_10_rows_altered_by_the_owner_are_named_and_nobody_goes_on(
    site, owner, tmp_path, statement, values, first_bad
):
    by = owner(site)
    by.drop_triggers()
    if statement.startswith("INSERT"):
        values = (*values, leaf_hash(values[0]))
    assert by.do(statement, values) == 1
    verdict = verify(site.place, witness=tmp_path / "witness")
    assert (verdict.ok, verdict.first_bad) == (False, first_bad)
    with pytest.raises(JournalError) as caught:
        Journal.open(site.place)
    assert caught.value.finding.code == "AX0303"


def kept(site, by):
    """What a backup of the owner's holds: all rows, and the files beside the database."""
    rows = [tuple(bytes(v) if isinstance(v, memoryview) else v for v in row) for row in by.ask("SELECT * FROM entry")]
    return rows, site.place.checkpoint.read_text()


def put_back(site, by, rows):
    by.drop_triggers()
    by.do("DELETE FROM entry")
    for row in rows:
        by.do("INSERT INTO entry VALUES (?, ?, ?, ?)", row)


@pytest.mark.requirement("ATT-11")
def test_attack_11_a_backup_from_before_a_change_of_keys_is_locked_too(where, tmp_path, owner):
    witness = tmp_path / "witness"
    site = Journal.create(where, "axenic.example/site/1", witness=witness)
    site.append(facts(30))
    site.anchor()
    by = owner(site)
    rows, checkpoint = kept(site, by)
    old_key = site.place.key.read_bytes()
    site.rotate(5000, "sam", "yearly")
    site.anchor()
    site.close()
    put_back(site, by, rows)
    site.place.checkpoint.write_text(checkpoint)
    site.place.key.write_bytes(old_key)
    assert locked(where, witness)


@pytest.mark.requirement("ATT-11")
@pytest.mark.parametrize("checkpoint_too", [False, True])
def test_attack_11_last_weeks_backup_put_back_is_locked(where, tmp_path, owner, checkpoint_too):
    witness = tmp_path / "witness"
    site = Journal.create(where, "axenic.example/site/1", witness=witness)
    site.append(facts(30))
    site.anchor()
    by = owner(site)
    rows, checkpoint = kept(site, by)
    site.append(facts(12))
    site.anchor()
    site.close()
    put_back(site, by, rows)
    if checkpoint_too:
        site.place.checkpoint.write_text(checkpoint)
        assert verify(where, witness="").ok  # all that lies at the site agrees; only the witness knows better
    assert locked(where, witness)
    verdict = verify(where, witness=witness)
    assert (verdict.locked, verdict.first_bad) == (True, 31)


@pytest.mark.requirement("ATT-12")
def test_attack_12_a_tail_of_50_cut_off_where_an_append_ended_is_locked(site, owner, tmp_path):
    by = owner(site)
    by.drop_triggers()
    by.do("DELETE FROM entry WHERE seq > 110")
    assert locked(site.place, tmp_path / "witness")
    assert verify(site.place, witness="").first_bad == 111  # by the checkpoint beside it alone


def rewritten(site, by, victim, end):
    """All hashes after one changed entry computed anew, and signed with the site's own key."""
    frontier = Frontier()
    by.drop_triggers()
    for seq, body in by.ask("SELECT seq, body FROM entry ORDER BY seq"):
        new = bytes(body) if seq != victim else bytes(body).replace(b'"reason":""', b'"reason":"as planned"')
        frontier.append(leaf_hash(new))
        by.do("UPDATE entry SET body = ?, leaf = ? WHERE seq = ?", (new, leaf_hash(new), seq))
        if seq == end:
            note = site._signer.note(Checkpoint(site.origin, end, frontier.root()))
            by.do("UPDATE entry SET note = ? WHERE seq = ?", (note, seq))
            return note
    raise AssertionError


@pytest.mark.requirement("ATT-13")
@pytest.mark.parametrize("checkpoint_too", [False, True])
def test_attack_13_a_history_rewritten_with_all_hashes_and_signed_anew_is_locked(site, owner, tmp_path, checkpoint_too):
    note = rewritten(site, owner(site), 42, 160)
    if checkpoint_too:
        site.place.checkpoint.write_text(note)
        assert verify(site.place, witness="").ok
    assert locked(site.place, tmp_path / "witness")


def test_a_database_swapped_for_one_made_with_another_key_is_refused(site, tmp_path):
    other = Journal.create(tmp_path / "other.db", "axenic.example/site/1", witness="")
    other.append(facts(160))
    other.anchor()
    other.close()
    pinned = site.place.vkey.read_text()
    assert not verify(other.place, pinned, witness=tmp_path / "witness").ok
    verdict = verify(other.place, witness=tmp_path / "witness")  # believing the key beside it
    assert not verdict.ok


@pytest.mark.parametrize("where", ["file"], indirect=True)
def test_the_file_itself_replaced_by_last_weeks_is_locked(where, tmp_path):
    witness = tmp_path / "witness"
    site = Journal.create(where, "axenic.example/site/1", witness=witness)
    site.append(facts(5))
    site.anchor()
    site.close()
    week = tmp_path / "week"
    week.mkdir()
    for path in (where, Place.of(where).checkpoint):
        shutil.copy(path, week)
    again = Journal.open(where, witness=witness)
    again.append(facts(5))
    again.anchor()
    again.close()
    for path in week.iterdir():
        shutil.copy(path, where.parent)
    assert locked(where, witness)


REPLACING = {
    False: "INSERT OR REPLACE INTO entry SELECT seq, leaf, body, note FROM entry WHERE seq = 5",
    True: "INSERT INTO entry SELECT * FROM entry WHERE seq = 5 ON CONFLICT (seq) DO UPDATE SET body = excluded.leaf",
}


@pytest.mark.requirement("ATT-10")
def test_an_entry_is_not_replaced_by_one_of_its_number(site, owner):
    by, place = owner(site), site.place
    with pytest.raises((sqlite3.Error, psycopg.Error), match="never"):
        by.do(REPLACING[bool(place.url)])
    assert site.append(facts(1)) == 161
    assert verify(place).ok
