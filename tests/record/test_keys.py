"""A journal goes over to a new key, and whoever knows its first one can follow."""

from __future__ import annotations

import pytest

from axenic.record.entry import Act
from axenic.record.journal import Journal, JournalError, read_journal
from axenic.record.keys import changing
from axenic.record.note import Checkpoint, Signer
from axenic.record.verify import export, verify
from tests.record.conftest import facts


def test_after_a_rotation_the_new_key_signs_and_the_first_one_still_verifies_all_of_it(journal, tmp_path):
    first, old = journal.place.vkey.read_text(), journal._signer.verifier
    new = journal.rotate(5000, "sam", "yearly")
    journal.append(facts(2))
    journal.anchor()
    assert new != first.strip()
    assert journal._signer.verifier.vkey() == new
    assert verify(journal.place, first).events == 13
    export(journal.place, tmp_path / "out.jsonl")
    assert verify(tmp_path / "out.jsonl", first).ok
    journal.close()
    again = Journal.open(journal.place)
    assert again.append(facts(1)) == 14
    assert [e.thing.command for e in again.entries() if isinstance(e.thing, Act)] == ["key add", "key retire"]
    again.close()
    assert old.vkey() == first.strip()


def test_who_joined_before_a_rotation_signs_with_the_new_key_after_it(journal):
    joined = Journal.join(journal.place)
    journal.rotate(5000, "sam", "yearly")
    joined.append([Act(6000, "comment", "ann")])
    joined.close()
    assert journal.append(facts(1)) == 13
    assert verify(journal.place).ok


def test_a_key_that_was_retired_signs_no_longer_history(journal, owner):
    lost = journal._signer
    journal.rotate(5000, "sam", "a laptop was stolen")
    journal.append(facts(2))
    by = owner(journal)
    by.drop_triggers()
    note = lost.note(Checkpoint(journal.origin, journal.size, bytes.fromhex(journal.root())))
    by.do("UPDATE entry SET note = ? WHERE seq = 13", (note,))
    assert "good for it" in verify(journal.place).reasons[0]


def test_nobody_adds_a_key_without_the_old_one(journal):
    stranger = Signer(journal.origin, bytes(32))
    acts = changing(stranger, Signer(journal.origin, bytes(range(32))), 1, "eve", "mine now")
    with pytest.raises(JournalError, match="signed by the old key"):
        journal.append(acts)
    _rows, frontier, _ = journal._prepared(acts)
    journal._store.lock()
    note = journal._signer.note(Checkpoint(journal.origin, frontier.size, frontier.root()))
    journal._store.write(_rows, note)
    verdict = verify(journal.place)
    assert (verdict.ok, verdict.first_bad) == (False, 10)
    assert "may not" in verdict.reasons[0]


def test_an_attempt_to_add_a_key_that_was_refused_changes_nothing(journal):
    assert journal.append([Act(1, "key add", "eve", refused=("no permission",))]) == 10
    assert verify(journal.place).ok


@pytest.mark.parametrize("where", ["file"], indirect=True)
def test_a_crash_between_the_new_key_and_its_act_loses_neither(journal):
    old = journal.place.key.read_bytes()
    waiting = journal.place.beside(".key.next")
    waiting.write_bytes(bytes(32))  # kept, and then the machine stopped
    Journal.open(journal.place).close()
    assert (journal.place.key.read_bytes(), waiting.exists()) == (old, True)
    again = Journal.open(journal.place)
    again.rotate(5000, "sam", "yearly")
    new = again.place.key.read_bytes()
    again.place.key.replace(waiting)  # the act was kept, and then the machine stopped
    again.place.key.write_bytes(old)
    again.close()
    last = Journal.open(journal.place)
    assert last.append(facts(1)) == 12
    assert last.place.key.read_bytes() == new
    last.close()
    assert read_journal(journal.place).head.size == 12
