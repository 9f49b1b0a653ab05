"""The journal keeps what happened, and shows whatever was done to it."""

from __future__ import annotations

import sqlite3
import threading

import psycopg
import pytest
import rfc8785
from hypothesis import given
from hypothesis import strategies as st

from axenic.control.facts import ItemMoved
from axenic.record.entry import canonical, decode
from axenic.record.journal import Journal, JournalError, read_journal
from axenic.record.merkle import leaf_hash, node_hash, root_of
from axenic.record.note import Verifier
from axenic.record.verify import export, verify
from tests.record.conftest import facts

LEAVES = ["", "00", "10", "2021", "3031", "40414243", "5051525354555657", "606162636465666768696a6b6c6d6e6f"]
ROOTS = {
    0: "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
    1: "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
    3: "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
    5: "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
    8: "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
}
VKEY = "example.com/foo+530d903a+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k"
SIGNED = "Uw2QOkn8srV1yJGh2VYRlL1Tnagv1YEq6TfXppzi2ONncAlTgK7Ztg1ERYNZXsYjOBH3mFXmRKuwHjG1Yu72IneyaQM="


@pytest.mark.parametrize("size", ROOTS)
def test_the_tree_gives_the_published_roots(size):
    assert root_of(leaf_hash(bytes.fromhex(h)) for h in LEAVES[:size]).hex() == ROOTS[size]


@given(st.lists(st.binary(max_size=4), max_size=40))
def test_the_frontier_equals_the_definition_of_the_rfc(items):
    def tree(leaves):
        if len(leaves) == 1:
            return leaves[0]
        k = 1 << ((len(leaves) - 1).bit_length() - 1)
        return node_hash(tree(leaves[:k]), tree(leaves[k:]))

    leaves = [leaf_hash(i) for i in items]
    if leaves:
        assert root_of(leaves) == tree(leaves)


def test_the_published_signed_note_opens_and_an_altered_one_does_not():
    note = f"This is an example message.\n\n\u2014 example.com/foo {SIGNED}\n"
    assert Verifier.parse(VKEY).open(note) == "This is an example message.\n"
    with pytest.raises(ValueError, match="does not fit"):
        Verifier.parse(VKEY).open(note.replace("example message", "altered message"))


def tamper(journal, owner, *statements):
    """The verdict on a journal that its owner has changed; its triggers are no hindrance."""
    by = owner(journal)
    by.drop_triggers()
    for statement in statements:
        assert by.do(*statement)
    return verify(journal.place)


def test_an_untouched_journal_verifies_and_reads_back(journal):
    assert verify(journal.place).ok
    assert [e.thing for e in journal.entries()] == [*facts(5), *facts(4)]


REFUSED = ["UPDATE entry SET body = body", "DELETE FROM entry", "TRUNCATE entry"]


@pytest.mark.requirement("ATT-10", "D-12.3")
@pytest.mark.parametrize("statement", REFUSED)
def test_the_database_itself_refuses_to_change_or_delete_even_to_its_owner(journal, owner, statement):
    if statement.startswith("TRUNCATE") and not journal.place.url:
        return  # SQLite has no such word
    with pytest.raises((sqlite3.IntegrityError, psycopg.errors.RaiseException), match="never"):
        owner(journal).do(statement)
    assert verify(journal.place).events == 9


@pytest.mark.requirement("P11-10a2")
@pytest.mark.parametrize("seq", range(1, 10))
def test_every_flipped_byte_of_an_entry_is_found_and_named(journal, owner, seq):
    by = owner(journal)
    by.drop_triggers()
    body = bytes(by.ask("SELECT body FROM entry WHERE seq = ?", (seq,))[0][0])
    for place in range(0, len(body), 7):
        changed = body[:place] + bytes([body[place] ^ 1]) + body[place + 1 :]
        by.do("UPDATE entry SET body = ? WHERE seq = ?", (changed, seq))
        verdict = verify(journal.place)
        assert (verdict.ok, verdict.first_bad) == (False, seq)
    by.do("UPDATE entry SET body = ? WHERE seq = ?", (body, seq))
    assert verify(journal.place).ok


def test_a_removed_entry_is_named(journal, owner):
    assert tamper(journal, owner, ("DELETE FROM entry WHERE seq = 4",)).first_bad == 4


def test_two_entries_that_changed_places_are_named(journal, owner):
    swap = "UPDATE entry SET seq = ? WHERE seq = ?"
    assert tamper(journal, owner, (swap, (99, 3)), (swap, (3, 6)), (swap, (6, 99))).first_bad == 3


def test_a_cut_off_tail_is_named(journal, owner):
    assert tamper(journal, owner, ("DELETE FROM entry WHERE seq > 7",)).first_bad == 8


def test_a_rewritten_history_under_the_same_key_is_found_against_the_anchor(journal, tmp_path):
    anchored = journal.place.checkpoint.read_text("utf-8")
    other = Journal.create(tmp_path / "other.db", "axenic.example/test")
    other._signer = journal._signer
    other.append(facts(9))
    other.place.checkpoint.write_text(anchored, "utf-8")
    other.place.vkey.write_text(journal._signer.verifier.vkey(), "utf-8")
    verdict = verify(other.place)
    other.close()
    assert not verdict.ok
    assert "kept outside" in verdict.reasons[0]


@pytest.mark.requirement("P11-10a2")
def test_every_flipped_byte_of_an_export_is_found(journal, tmp_path):
    out = tmp_path / "j.jsonl"
    export(journal.place, out)
    whole = out.read_bytes()
    assert verify(out).ok
    starts = [0]
    for line in whole.split(b"\n")[:-1]:
        starts.append(starts[-1] + len(line) + 1)
    for place in range(len(whole)):
        out.write_bytes(whole[:place] + bytes([whole[place] ^ 1]) + whole[place + 1 :])
        try:
            verdict = verify(out)
        except ValueError:
            assert place == 0
            continue
        assert not verdict.ok, place
        line = next(n for n, start in enumerate(starts) if start > place) - 1
        inside = 1 <= line <= 9 and place < starts[line + 1] - 1
        assert not inside or verdict.first_bad == line


def test_a_second_writer_fences_the_first_off(journal):
    second = Journal.open(journal.place)
    second.append(facts(1))
    with pytest.raises(JournalError, match="took over"):
        journal.append(facts(1))
    second.close()
    assert verify(journal.place).events == 10


def test_a_journal_that_cannot_be_written_says_so_and_keeps_its_state(journal):
    refuses = "SET default_transaction_read_only = {}" if journal.place.url else "PRAGMA query_only = {}"
    journal._store._db.execute(refuses.format("on"))
    root = journal.root()
    with pytest.raises(JournalError) as caught:
        journal.append(facts(1))
    assert caught.value.finding.code == "AX0301"
    assert journal.root() == root
    journal._store._db.execute(refuses.format("off"))
    assert journal.append(facts(1)) == 10


@pytest.mark.parametrize("garbage", [b"", b"noise", b"SQLite format 3\x00" + b"\x07" * 4000, b"{}\n"])
def test_what_is_no_journal_is_said_to_be_none(tmp_path, garbage):
    path = tmp_path / "x.db"
    path.write_bytes(garbage)
    try:
        assert not verify(path).ok
    except ValueError as error:
        assert "neither" in str(error)


def test_a_real_run_reads_back_equal(journal, suite):
    done = suite().run()
    size = journal.size
    journal.append([*done.facts, *done.orders])
    assert [e.thing for e in journal.entries()][size:] == [*done.facts, *done.orders]
    assert decode(b'{"at":5,"data":{"order":7},"seq":1,"stream":"fact","type":"ItemMoved"}').thing == ItemMoved(5, 7)


_PLAIN = st.recursive(
    st.integers(-(2**53) + 1, 2**53 - 1) | st.booleans() | st.none() | st.text(max_size=12),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=6), inner, max_size=3),
    max_leaves=12,
)


@given(st.dictionaries(st.text(max_size=6), _PLAIN, max_size=4))
def test_the_fast_canonical_form_is_that_of_rfc_8785(data):
    assert canonical(data) == rfc8785.dumps(data)


_CHANGED = b'{"actor":"x","at":1,"batch":"","data":{},"reason":"","seq":3,"simulated":true,"station":""}'


@pytest.mark.parametrize(
    "statement",
    [
        ("UPDATE entry SET body = ? WHERE seq = 3", (_CHANGED,)),
        ("UPDATE entry SET body = ?, leaf = ? WHERE seq = 3", (_CHANGED, leaf_hash(_CHANGED))),
        ("DELETE FROM entry WHERE seq > 7",),
        ("UPDATE about SET simulated = NOT simulated",),
        ("UPDATE about SET origin = 'axenic.example/other'",),
        ("DELETE FROM about",),
        ("UPDATE entry SET note = NULL",),
    ],
)
def test_what_does_not_verify_is_neither_gone_on_with_nor_read_and_its_checkpoint_stays(journal, owner, statement):
    kept = journal.place.checkpoint.read_text("utf-8")
    assert not tamper(journal, owner, statement).ok
    for use in (Journal.open, read_journal):
        with pytest.raises(JournalError) as caught:
            use(journal.place)
        assert caught.value.finding.code == "AX0303"
        assert "axenic verify" in caught.value.finding.hint or "key" in caught.value.finding.hint
    assert journal.place.checkpoint.read_text("utf-8") == kept


@pytest.mark.parametrize("where", ["file"], indirect=True)
def test_a_history_shorter_than_the_checkpoint_kept_outside_is_not_gone_on_with(journal, tmp_path):
    before = {p: p.read_bytes() for p in tmp_path.iterdir() if "checkpoint" not in p.name}
    journal.append(facts(2))
    journal.anchor()
    journal.close()
    for path, data in before.items():  # an earlier copy of the whole journal is put back
        path.write_bytes(data)
    with pytest.raises(JournalError, match="kept outside"):
        Journal.open(journal.place)
    with pytest.raises(JournalError, match="kept outside"):
        read_journal(journal.place)


@pytest.mark.parametrize("where", ["file"], indirect=True)
def test_the_checkpoint_of_a_journal_that_was_removed_is_not_written_over(journal):
    journal.close()
    journal.path.unlink()
    with pytest.raises(JournalError, match="earlier journal"):
        Journal.create(journal.path, "axenic.example/test")


def test_taking_over_from_a_writer_that_goes_on_appending_stops_that_one_and_no_other(where):
    Journal.create(where, "axenic.example/busy").close()
    codes = []

    def keep_on(begun):
        first = Journal.open(where)
        try:
            while True:
                first.append(facts(1))
                begun.set()
        except JournalError as error:
            codes.append(error.finding.code)
        finally:
            begun.set()
            first.close()

    for _ in range(12):
        begun = threading.Event()
        writer = threading.Thread(target=keep_on, args=(begun,))
        writer.start()
        assert begun.wait(20)
        second = Journal.open(where)
        second.append(facts(3))
        writer.join(20)
        assert not writer.is_alive()
        second.append(facts(3))
        second.close()
    assert codes == ["AX0302"] * 12
    assert verify(where).ok


def test_a_name_with_signs_of_an_address_is_a_name(tmp_path):
    path = tmp_path / "what? is#this%20.db"
    made = Journal.create(path, "axenic.example/odd")
    made.append(facts(3))
    made.close()
    assert verify(path).events == len(read_journal(path).entries) == 3
    export(path, tmp_path / "odd.jsonl")
    assert verify(tmp_path / "odd.jsonl").ok
