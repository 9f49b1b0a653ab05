"""Several processes append to one journal: nothing is lost, there is one tree, and facts have one writer."""

from __future__ import annotations

import subprocess
import sys

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from axenic.record.entry import Act, Document
from axenic.record.journal import Journal, JournalError, read_journal
from axenic.record.verify import verify
from tests.record.conftest import facts


def acts(who, count, first=0):
    return [Act(1000 + n, "comment", who, new={"number": n}) for n in range(first, first + count)]


def test_acts_of_persons_are_appended_beside_the_writer_and_each_side_learns_of_the_others(journal):
    joined = Journal.join(journal.place)
    assert joined.append(acts("ann", 2)) == 11
    assert journal.append(facts(3)) == 14
    assert joined.append(acts("ann", 1, 2)) == 15
    assert [e.thing for e in journal.news()] == acts("ann", 3)
    assert [e.thing for e in joined.news()] == facts(3)
    assert (journal.news(), joined.news()) == ([], [])
    assert journal.root() == joined.root() == verify(journal.place).root
    joined.close()


def test_joining_does_not_take_the_lease_and_taking_the_lease_does_not_stop_those_who_joined(journal):
    joined = Journal.join(journal.place)
    second = Journal.open(journal.place)
    second.append(facts(1))
    joined.append(acts("ann", 1))
    with pytest.raises(JournalError, match="took over") as caught:
        journal.append(acts("bob", 1))
    assert caught.value.finding.code == "AX0302"
    assert read_journal(journal.place).head.size == 11
    joined.close()
    second.close()


def test_facts_and_orders_are_the_writers_alone(journal):
    joined = Journal.join(journal.place)
    with pytest.raises(JournalError, match="one writer's") as caught:
        joined.append([*acts("ann", 1), *facts(1)])
    assert caught.value.finding.code == "AX0302"
    assert joined.append([Document("sop", "one", "text"), *acts("ann", 1)]) == 11
    joined.close()


def test_entries_that_others_appended_are_checked_before_they_are_built_on(journal, owner):
    joined = Journal.join(journal.place)
    journal.append(facts(2))
    by = owner(journal)
    by.drop_triggers()
    by.do("UPDATE entry SET body = ? WHERE seq = 10", (b'{"seq":10}',))
    for use in (lambda: joined.append(acts("ann", 1)), joined.news):
        with pytest.raises(JournalError, match="not as it was") as caught:
            use()
        assert caught.value.finding.code == "AX0305"
    joined.close()


def test_a_journal_that_became_shorter_under_its_writer_is_not_gone_on_with(journal, owner):
    by = owner(journal)
    by.drop_triggers()
    by.do("DELETE FROM entry WHERE seq > 5")
    with pytest.raises(JournalError, match="now there are 5") as caught:
        journal.append(facts(1))
    assert caught.value.finding.code == "AX0305"


@pytest.mark.parametrize("where", ["file"], indirect=True)
def test_in_whatever_order_some_append_all_see_one_list(where, tmp_path):
    @given(st.lists(st.tuples(st.integers(0, 2), st.integers(1, 3), st.booleans()), max_size=20))
    @settings(max_examples=20, deadline=None)
    def holds(steps):
        path = tmp_path / f"{len(list(tmp_path.iterdir()))}.db"
        sides = [Journal.create(path, "axenic.example/many"), Journal.join(path), Journal.join(path)]
        seen = [[], [], []]
        written = []
        for who, count, look in steps:
            things = acts(str(who), count)
            sides[who].append(things)
            written += things
            if look:
                seen[who] += [e.thing for e in sides[who].news()]
        for who, side in enumerate(sides):
            seen[who] += [e.thing for e in side.news()]
            assert seen[who] == [a for a in written if a.actor != str(who)]
        assert len({side.root() for side in sides}) == 1
        assert [e.thing for e in read_journal(path).entries] == written
        for side in sides:
            side.close()

    holds()


def test_an_append_that_cannot_be_written_down_leaves_the_journal_free_for_others(journal):
    joined = Journal.join(journal.place)
    for wrong in ({"half": "\ud800"}, {"fraction": object()}):
        with pytest.raises((ValueError, TypeError)):
            journal.append([Act(1, "comment", new=wrong)])
    assert joined.append(acts("ann", 1)) == 10
    joined.place.key.rename(joined.place.beside(".key.away"))
    assert journal.append(acts("bob", 1)) == 11
    journal.place.beside(".key.away").rename(journal.place.key)
    joined.append(acts("ann", 1, 1))
    joined.close()


_PROCESS = """
import sys
from axenic.record.entry import Act
from axenic.record.journal import Journal
from tests.record.conftest import facts
where, who, count = sys.argv[1], sys.argv[2], int(sys.argv[3])
journal = Journal.open(where) if who == "cluster" else Journal.join(where)
print("ready", flush=True)
sys.stdin.readline()
for n in range(count):
    journal.append(facts(2) if who == "cluster" else [Act(n, "comment", who, new={"number": n})])
print(len(journal.news()) + count * (2 if who == "cluster" else 1), flush=True)
"""


def test_processes_that_append_at_the_same_time_lose_nothing(where):
    Journal.create(where, "axenic.example/busy").close()
    names, each = ["cluster", "ann", "bob"], 40
    command = [sys.executable, "-c", _PROCESS, str(where)]
    running = [
        subprocess.Popen([*command, name, str(each)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        for name in names
    ]
    for process in running:
        assert process.stdout.readline() == "ready\n"
    for process in running:
        process.stdin.write("go\n")
        process.stdin.flush()
    told = [process.communicate(timeout=120)[0] for process in running]
    reading = read_journal(where)
    assert verify(where).events == reading.head.size == each * 4
    for name in names[1:]:
        numbers = [e.thing.new["number"] for e in reading.entries if getattr(e.thing, "actor", "") == name]
        assert numbers == list(range(each))
    assert sum(e.stream == "fact" for e in reading.entries) == each * 2
    assert all(0 < int(count) <= each * 4 for count in told)
