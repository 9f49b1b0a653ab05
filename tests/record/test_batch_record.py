"""The batch record: complete, honest about simulation, and the same bytes every time."""

from __future__ import annotations

import pytest

from axenic.cli.job import new_job
from axenic.control.facts import PhaseCompleted
from axenic.control.orders import DisposeBatch, JudgeCycle, PermitPassage, RaiseException, RunPhase
from axenic.record.batch import project
from axenic.record.journal import Journal
from axenic.record.journey import journeys_of
from axenic.record.masters import masters_of
from axenic.record.print import print_records


def journal_of(suite, path, **values):
    """A journal with documents and six patients."""
    done = suite(**values).run()
    journal = Journal.create(path, "axenic.example/kept")
    journal.append([*new_job("car-t-9-day", "robotic-cluster", 7).documents(), *done.facts[:1]])
    fresh = done.new_control()
    journal.append(fresh.take(done.facts[0]))
    for fact in done.facts[1:]:
        journal.append([fact, *fresh.take(fact)])
    return journal


@pytest.fixture
def kept(suite, tmp_path):
    journal = journal_of(suite, tmp_path / "kept.db")
    yield journal
    journal.close()


def records(journal):
    entries = list(journal.entries())
    journeys, changeovers = journeys_of(entries)
    masters = masters_of(entries)
    return entries, {name: project(name, j, changeovers, masters) for name, j in journeys.items()}


def test_every_passage_cycle_exception_and_phase_of_a_batch_stands_in_its_record(kept):
    entries, found = records(kept)
    for name, record in found.items():
        own = [e for e in entries if getattr(e.thing, "batch", "") == name]
        numbers = {e.seq for e in own if isinstance(e.thing, PermitPassage)}
        assert {row["entry"] for row in record["permits"]} == numbers
        assert record["passages"] == sum(e.thing.count for e in own if isinstance(e.thing, PermitPassage))
        assert {r["entry"] for r in record["cycles"]} == {e.seq for e in own if isinstance(e.thing, JudgeCycle)}
        assert {r["entry"] for r in record["exceptions"]} == {e.seq for e in own if isinstance(e.thing, RaiseException)}
        phases = {e.seq for e in own if isinstance(e.thing, RunPhase) and "/" in e.thing.run}
        assert {r["entry"] for r in (*record["steps"], *record["tests"])} == phases


def test_every_piece_of_evidence_a_permit_names_is_explained_in_the_record(kept):
    _, found = records(kept)
    for record in found.values():
        explained = {c["name"] for c in record["cycles"]} | {e["name"] for e in record["evidence"]}
        named = {e for row in record["permits"] for e in row["evidence"].split(", ")}
        assert named <= explained


def test_the_record_gives_the_disposition_the_core_decided(kept):
    entries, found = records(kept)
    disposed = {e.thing.batch: e.thing for e in entries if isinstance(e.thing, DisposeBatch)}
    assert {n: (r["outcome"], r["reason"]) for n, r in found.items()} == {
        n: (d.outcome, d.reason) for n, d in disposed.items()
    }


def checks_of(journal):
    """Every line of the records that holds a result against its control, with the exceptions raised for alerts."""
    entries, found = records(journal)
    answers = {e.seq: e.thing for e in entries if isinstance(e.thing, PhaseCompleted)}
    rows = [row for record in found.values() for row in record["checks"]]
    assert all(record["checks"] for record in found.values())
    assert all(answers[row["entry"]].results[row["measure"]] in row["found"] for row in rows)
    return rows, [e.thing for e in entries if isinstance(e.thing, RaiseException) and e.thing.kind == "alert limit"]


def test_every_result_a_control_asks_for_is_held_against_its_limit(kept):
    rows, alerts = checks_of(kept)
    assert {row["verdict"] for row in rows} <= {"within", "alert"}
    assert sum(row["verdict"] == "alert" for row in rows) == len(alerts)


def test_a_result_between_its_alert_and_its_limit_is_an_alert_in_the_record(suite, tmp_path):
    journal = journal_of(suite, tmp_path / "weak.db", selection_recovery=36)  # alert below 45 %, limit 20 %
    rows, alerts = checks_of(journal)
    journal.close()
    assert [r["verdict"] for r in rows if r["measure"] == "recovery"].count("alert") >= 4, "these cells select badly"
    assert sum(row["verdict"] == "alert" for row in rows) == len(alerts)


def test_printing_twice_gives_the_same_bytes(kept, tmp_path):
    entries = list(kept.entries())
    first = dict(print_records(entries, kept.head(), tmp_path / "a.db", ["AX-0001"]))
    second = dict(print_records(entries, kept.head(), tmp_path / "b.db", ["AX-0001"]))
    one, two = first["AX-0001"].read_bytes(), second["AX-0001"].read_bytes()
    assert one == two
    assert one.startswith(b"%PDF-")
    assert len(one) > 50_000, "curves and tables are in it"


def test_a_batch_in_process_has_a_record_too(suite, tmp_path):
    done = suite().run()
    journal = Journal.create(tmp_path / "half.db", "axenic.example/half")
    journal.append(list(new_job("car-t-9-day", "robotic-cluster", 7).documents()))
    fresh = suite().control
    for fact in done.facts[:200]:
        journal.append([fact, *fresh.take(fact)])
    _, found = records(journal)
    printed = list(print_records(list(journal.entries()), journal.head(), tmp_path / "half.db", list(found)))
    journal.close()
    assert {r["outcome"] for r in found.values()} == {"in process"}
    assert len(printed) == len(found) > 0
