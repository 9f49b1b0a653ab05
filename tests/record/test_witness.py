"""A witness cosigns what grew out of what it knows, remembers it, and refuses everything else."""

from __future__ import annotations

import subprocess
import sys

import pytest

from axenic.record.entry import Act
from axenic.record.journal import Journal, JournalError, read_journal
from axenic.record.merkle import leaf_hash
from axenic.record.note import Checkpoint, Signer
from axenic.record.proof import Tree
from axenic.record.verify import verify
from axenic.record.witness import CONFLICT, FORBIDDEN, MALFORMED, UNKNOWN, UNPROVEN, Unwitnessed, Witness
from tests.record.conftest import facts

LEAVES = [leaf_hash(b"%d" % n) for n in range(40)]
SIGNER = Signer("axenic.example/site/1", bytes(range(32)))


def note(size, leaves=LEAVES, signer=SIGNER):
    return signer.note(Checkpoint("axenic.example/site/1", size, Tree(leaves).root(size)))


@pytest.fixture
def witness(tmp_path):
    made = Witness(tmp_path / "witness")
    made.introduce(SIGNER.verifier.vkey())
    return made


def test_a_witness_cosigns_a_journal_as_it_grows_and_remembers_the_newest(witness, tmp_path):
    old = 0
    for size in (0, 7, 7, 8, 33, 40):
        proof = Tree(LEAVES).consistency(old, size) if old else []
        line = witness.add(old, proof, note(size))
        assert witness.verifier.cosigned_at(note(size) + line) > 1_700_000_000
        assert Witness(tmp_path / "witness").newest("axenic.example/site/1") == note(size) + line
        old = size


def test_each_refusal_has_the_status_of_its_cause_and_changes_nothing(witness):
    witness.add(0, [], note(20))
    known = witness.newest(SIGNER.verifier.name)
    grown, changed = Tree(LEAVES).consistency(20, 30), [bytes(32), *LEAVES[1:]]
    stranger = Signer("axenic.example/site/1", bytes(32))
    other = Signer("axenic.example/other/1", bytes(32))
    cases = [
        (0, [], note(30), CONFLICT, 20),
        (10, Tree(LEAVES).consistency(10, 30), note(30), CONFLICT, 20),
        (20, [], note(20, changed), CONFLICT, 20),
        (20, grown, note(30, changed), UNPROVEN, 20),
        (20, Tree(changed).consistency(20, 30), note(30, changed), UNPROVEN, 20),
        (20, [], note(30), UNPROVEN, 20),
        (20, [], note(10), MALFORMED, 20),
        (20, grown, note(30, signer=stranger), FORBIDDEN, 0),
        (0, [], other.note(Checkpoint("axenic.example/other/1", 1, bytes(32))), UNKNOWN, 0),
        (0, [], "no note", MALFORMED, 0),
        (0, [], SIGNER.signed("axenic.example/site/1\nkey add\nx\n"), MALFORMED, 0),
    ]
    for old, proof, text, status, size in cases:
        with pytest.raises(Unwitnessed) as caught:
            witness.add(old, proof, text)
        assert (caught.value.status, caught.value.size) == (status, size)
    assert witness.newest(SIGNER.verifier.name) == known
    assert witness.add(20, grown, note(30))


_RACE = """
import sys
from pathlib import Path
from axenic.record.witness import Unwitnessed, Witness
from tests.record.test_witness import LEAVES, Tree, note
witness = Witness(Path(sys.argv[1]))
won = []
sys.stdin.readline()
for size in range(1, 40):
    try:
        witness.add(size - 1, Tree(LEAVES).consistency(size - 1, size) if size > 1 else [], note(size))
        won.append(size)
    except Unwitnessed as error:
        assert error.status == 409
print(*won)
"""


def test_of_those_who_ask_at_the_same_time_one_is_answered(witness, tmp_path):
    command = [sys.executable, "-c", _RACE, str(tmp_path / "witness")]
    racers = [subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) for _ in range(3)]
    told = [racer.communicate("go\n", timeout=120)[0].split() for racer in racers]
    won = [int(size) for words in told for size in words]
    assert len(won) == len(set(won))  # never two cosignatures over one step
    assert sorted(won) == list(range(1, len(won) + 1))


def test_a_journal_is_witnessed_as_it_grows_through_a_new_key_and_by_whoever_anchors(where, tmp_path):
    site = tmp_path / "far" / "site"
    journal = Journal.create(where, "axenic.example/site/1", witness=site)
    joined = Journal.join(where, witness=site)
    for step in range(4):
        journal.append(facts(step + 3))
        if step == 2:
            journal.rotate(5000, "sam", "yearly")
        journal.anchor()
        joined.append([Act(6000, "comment", "ann")])
        joined.anchor()
    witness = Witness(site)
    newest = witness.newest(journal.origin)
    assert joined.place.checkpoint.read_text() == newest
    assert newest.split("\n")[1] == str(joined.size)
    assert witness.verifier.cosigned_at(newest)
    journal.close()
    joined.close()
    assert verify(where, witness=site).ok


def test_a_journal_whose_checkpoint_was_taken_away_too_is_locked_by_what_its_witness_remembers(where, tmp_path, owner):
    site = tmp_path / "site"
    journal = Journal.create(where, "axenic.example/site/1", witness=site)
    for count in (6, 3):
        journal.append(facts(count))
    journal.anchor()
    journal.close()
    by = owner(journal)
    by.drop_triggers()
    by.do("DELETE FROM entry WHERE seq > 6")
    journal.place.checkpoint.unlink()
    assert verify(where).ok  # nothing near the journal tells
    for use in (Journal.open, Journal.join, read_journal):
        with pytest.raises(JournalError, match="kept outside") as caught:
            use(where, witness=site)
        assert caught.value.finding.code == "AX0305"
    assert len(read_journal(where, witness=site, inspect=True).entries) == 6


def test_a_history_that_parts_from_the_witnessed_one_while_it_runs_finds_no_cosigner(where, tmp_path):
    site = tmp_path / "site"
    journal = Journal.create(where, "axenic.example/site/1", witness=site)
    journal.append(facts(3))
    journal.anchor()
    fork = note(9, signer=journal._signer)
    witness = Witness(site)
    witness._kept(journal.origin, fork)  # somebody had another history of this journal cosigned
    journal.append(facts(3))
    with pytest.raises(JournalError, match="witness refuses") as caught:
        journal.anchor()
    assert caught.value.finding.code == "AX0305"
    journal.close()


def test_a_witness_that_cannot_be_asked_is_said_and_what_was_appended_stays(tmp_path):
    journal = Journal.create(tmp_path / "j.db", "axenic.example/site/1", witness=tmp_path / "site")
    journal.append(facts(3))
    journal.anchor()
    journal.append(facts(3))
    for path in sorted((tmp_path / "site").iterdir()):
        path.unlink()
    (tmp_path / "site").rmdir()
    (tmp_path / "site").write_text("the storage is gone")
    with pytest.raises(JournalError) as caught:
        journal.anchor()
    assert caught.value.finding.code == "AX0307"
    assert journal.append(facts(1)) == 7
    journal.close()
    with pytest.raises(JournalError) as caught:
        Journal.open(tmp_path / "j.db", witness=tmp_path / "site")
    assert caught.value.finding.code == "AX0307"
