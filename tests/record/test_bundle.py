"""The bundle of a batch: whole, the same bytes every time, and nothing in it can be changed or left out unseen."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from axenic.control.facts import ClockJumped, ItemMoved, PhaseCompleted, PhaseFailed
from axenic.control.orders import MoveItem, PermitPassage, RunPhase
from axenic.record.bundle import PARTIAL, Bundle, bundle_of, partial_copy, read_bundle
from axenic.record.bundle_verdict import judge_bundle
from axenic.record.entry import Act, Document, canonical
from axenic.record.extract import batches_of, extract, passages_left_out
from axenic.record.journal import read_journal
from axenic.record.merkle import leaf_hash, root_of
from axenic.record.statement import Statement, open_statement, parse_statement, signer_of
from tests.record.kept import BATCH, ORIGIN, OTHER, small_journal, whole_journal


@pytest.fixture(scope="module")
def small(tmp_path_factory):
    path = tmp_path_factory.mktemp("small") / "j.db"
    small_journal(path).close()
    return path, read_journal(path)


@pytest.fixture(scope="module")
def whole(tmp_path_factory):
    path = tmp_path_factory.mktemp("whole") / "j.db"
    whole_journal(path).close()
    return path, read_journal(path)


def bundle_from(kept, batch=BATCH) -> Bundle:
    path, reading = kept
    return bundle_of(batch, reading.entries, reading.head, signer_of(path, reading))


@pytest.mark.requirement("ATT-26")
def test_a_bundle_holds_what_touches_its_batch_and_nothing_else(small):
    entries = bundle_from(small).entries()
    assert [e.seq for e in entries] == [1, 3, 5, 7, 8, 11, 12, 13, 15, 16, 17]
    runs = [e.thing.run for e in entries if isinstance(e.thing, RunPhase)]
    assert runs == ["K-1", f"{BATCH}/thaw/thaw#1", f"{BATCH}/thaw/thaw#2"], "the failed attempt too, K-2 not"
    assert any(isinstance(e.thing, PhaseFailed) for e in entries)
    assert [e.thing.at for e in entries if isinstance(e.thing, ClockJumped)] == [1_950], "not what came after its life"


@pytest.mark.requirement("P11-10b2", "P11-10e3")
def test_every_entry_that_names_the_batch_or_answers_its_orders_is_in_the_bundle(whole):
    _, reading = whole
    for batch in batches_of(reading.entries):
        found = {e.seq for e in extract(reading.entries, batch)}
        own = [e for e in reading.entries if getattr(e.thing, "batch", "") == batch]
        orders = {e.thing.number for e in own if isinstance(e.thing, RunPhase | MoveItem)}
        answers = {
            e.seq
            for e in reading.entries
            if isinstance(e.thing, PhaseCompleted | PhaseFailed | ItemMoved) and e.thing.order in orders
        }
        documents = {e.seq for e in reading.entries if isinstance(e.thing, Document)}
        cited = {c for e in own if isinstance(e.thing, PermitPassage) for c in e.thing.evidence}
        there = {e.thing.run for e in reading.entries if e.seq in found and isinstance(e.thing, RunPhase)}
        known = {e.thing.run for e in reading.entries if isinstance(e.thing, RunPhase)}
        assert {e.seq for e in own} | answers | documents <= found
        assert cited & known <= there
        assert sum(isinstance(e.thing, Act) for e in own) == (6 if batch == BATCH else 0)
        assert passages_left_out(reading.entries, batch) == ""


def test_a_bundle_proves_itself_and_counts_its_entries(whole):
    data = bundle_from(whole).to_bytes()
    verdict = judge_bundle(data)
    assert verdict.ok, verdict.reasons
    assert (verdict.batch, verdict.copy, verdict.simulated) == (BATCH, "whole", True)
    assert verdict.events == verdict.of_batch < verdict.in_journal == whole[1].head.size
    assert verdict.root == whole[1].head.root
    assert judge_bundle(data, whole[1].head.vkey).ok


def test_a_bundle_is_canonical_json_and_the_same_bytes_every_time(whole):
    data = bundle_from(whole).to_bytes()
    assert bundle_from(whole).to_bytes() == data == canonical(json.loads(data)) + b"\n"
    assert read_bundle(data).to_bytes() == data


def test_two_batches_of_one_journal_have_bundles_that_do_not_fit_each_other(small):
    mine, other = bundle_from(small), bundle_from(small, OTHER)
    assert judge_bundle(replace(mine, statement=other.statement).to_bytes()).reasons
    assert judge_bundle(replace(mine, batch=OTHER).to_bytes()).reasons
    assert judge_bundle(other.to_bytes()).ok


def test_another_key_than_the_one_given_is_refused(small, tmp_path):
    small_journal(tmp_path / "other.db").close()
    other = read_journal(tmp_path / "other.db").head.vkey
    verdict = judge_bundle(bundle_from(small).to_bytes(), other)
    assert (verdict.ok, verdict.reasons) == (False, ("the bundle names another key than the one given",))


def left_out(bundle: Bundle, seq: int) -> Bundle:
    """The bundle without one entry, as somebody would make it who wants it not to be seen."""
    kept = partial_copy(bundle, {e.seq for e in bundle.entries()} - {seq})
    return replace(kept, copy=bundle.copy, of_batch=kept.here)


@pytest.mark.requirement("ATT-26")
def test_no_entry_can_be_left_out_without_a_trace(small):
    bundle = bundle_from(small)
    for entry in bundle.entries():
        assert not judge_bundle(left_out(bundle, entry.seq).to_bytes()).ok, entry
        recounted = replace(left_out(bundle, entry.seq), of_batch=bundle.of_batch)
        assert "one was left out" in judge_bundle(recounted.to_bytes()).reasons[0]


def test_whoever_signs_for_a_bundle_without_a_passage_is_found_by_the_next_passage(small):
    path, reading = small
    bundle = left_out(bundle_from(small), 7)
    signer = signer_of(path, reading)
    said = Statement(ORIGIN, BATCH, reading.head.size, bundle.here, root_of(leaf_hash(b) for b in bundle.bodies))
    verdict = judge_bundle(replace(bundle, statement=signer.signed(said.text())).to_bytes())
    assert verdict.reasons == (f"a passage of the batch before {BATCH}/passage-3 was left out",)


def test_a_partial_copy_says_so_and_how_many_there_are(small):
    copy = partial_copy(bundle_from(small), {8, 11})
    verdict = judge_bundle(copy.to_bytes())
    assert (verdict.ok, verdict.copy, verdict.events, verdict.of_batch) == (True, PARTIAL, 2, 11)


def test_a_whole_bundle_cannot_call_itself_partial_nor_a_partial_one_whole(small):
    bundle = bundle_from(small)
    assert not judge_bundle(replace(bundle, copy=PARTIAL).to_bytes()).ok
    assert not judge_bundle(replace(partial_copy(bundle, {8}), copy="whole").to_bytes()).ok


def test_without_the_key_of_the_journal_a_copy_is_partial_since_nobody_signs_for_it(small):
    _, reading = small
    bundle = bundle_of(BATCH, reading.entries, reading.head, None)
    assert (bundle.copy, bundle.statement) == (PARTIAL, "")
    assert judge_bundle(bundle.to_bytes()).ok
    assert not judge_bundle(replace(bundle, copy="whole").to_bytes()).ok


def test_a_batch_that_nothing_names_has_no_bundle(small):
    with pytest.raises(KeyError):
        bundle_from(small, "AX-9999")


@settings(max_examples=200)
@given(st.data())
def test_no_value_of_a_bundle_can_be_replaced(small, data):
    row = json.loads(bundle_from(small).to_bytes())
    name = data.draw(st.sampled_from(sorted(row)))
    row[name] = data.draw(st.one_of(st.none(), st.integers(), st.text(), st.lists(st.integers()), st.floats()))
    try:
        changed = canonical(row) + b"\n"
    except ValueError:
        return
    assert not judge_bundle(changed).ok or changed == bundle_from(small).to_bytes()


def test_a_statement_is_read_back_as_it_was_signed_and_never_taken_for_a_checkpoint(small):
    signer = signer_of(*small)
    said = Statement(ORIGIN, BATCH, 18, 11, b"\x01" * 32)
    assert open_statement(signer.signed(said.text()), [signer.verifier]) == said
    with pytest.raises(ValueError, match="not a statement"):
        parse_statement(f"{ORIGIN}\n18\n{'A' * 43}=\n")
    with pytest.raises(ValueError, match="line break"):
        replace(said, batch="AX\n1").text()
    with pytest.raises(ValueError, match="not as it would be written"):
        parse_statement(said.text().replace("\n11\n", "\n011\n"))
