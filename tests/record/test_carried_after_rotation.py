"""A batch is carried out of a journal that went over to a new key: whoever knows the first one can still verify it."""

from __future__ import annotations

import importlib.util
from dataclasses import replace

import pytest

from axenic.control.facts import ClockJumped
from axenic.record.bundle import partial_copy
from axenic.record.bundle_verdict import judge_bundle
from axenic.record.carry import carried, sealed_record
from axenic.record.journal import Journal, read_journal
from axenic.record.place import Place
from axenic.record.print import print_bundle
from axenic.record.seal import seal_of
from axenic.record.sealed import judge_seal
from axenic.record.statement import Statement
from axenic.record.verifier import put_verifier
from axenic.record.verify import export
from axenic.record.witness import Witness
from tests.record.kept import BATCH, ORIGIN, small_journal, whole_journal

RETIRED = "not signed by a key of this journal that is good for it"


@pytest.fixture(scope="module")
def verifier(tmp_path_factory):
    spec = importlib.util.spec_from_file_location("one", put_verifier(tmp_path_factory.mktemp("verifier")))
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture
def rotated(tmp_path):
    """A journal with a second key; its place, its first public key, and the signer that was retired."""
    journal = small_journal(tmp_path / "j.db")
    first, lost = journal.place.vkey.read_text().strip(), journal._signer
    journal.rotate(9_000, "sam", "yearly")
    journal.append([ClockJumped(9_100, 10)])  # the head with the act itself is the last that the old key signs
    journal.close()
    return tmp_path / "j.db", first, lost


def test_a_bundle_carries_the_acts_that_lead_from_the_first_key_to_the_one_that_signed(rotated, verifier):
    path, first, lost = rotated
    bundle = carried(BATCH, read_journal(path), path)
    assert (bundle.vkey, bundle.copy) == (first, "whole")
    with pytest.raises(ValueError, match="not signed by"):
        lost.verifier.open(bundle.statement)
    verdict = judge_bundle(bundle.to_bytes(), first)
    assert verdict.ok, verdict.reasons
    assert verifier.verify(bundle.to_bytes(), first)


def test_an_export_after_a_rotation_is_proved_by_the_one_file_verifier(rotated, verifier, tmp_path):
    path, first, _ = rotated
    export(path, tmp_path / "j.jsonl")
    data = (tmp_path / "j.jsonl").read_bytes()
    assert verifier.verify(data, first)
    begin = data.index(b'"command":"key retire"')
    with pytest.raises(verifier.Wrong):
        verifier.verify(data[:begin] + b'"command":"key retirf"' + data[begin + 22 :], first)


def test_without_the_act_that_added_its_key_nobody_believes_a_signature(rotated, verifier):
    path, _, _ = rotated
    bundle = carried(BATCH, read_journal(path), path)
    assert len(partial_copy(bundle, {8}).entries()) == 3, "the two acts on keys stay in every copy"
    entries = bundle.entries()
    short = replace(bundle, bodies=bundle.bodies[:-2], paths=bundle.paths[:-2], here=len(entries) - 2)
    assert not judge_bundle(short.to_bytes()).ok
    with pytest.raises(verifier.Wrong):
        verifier.verify(short.to_bytes())


def test_a_key_that_was_retired_states_and_seals_nothing_more(rotated, verifier):
    path, _, lost = rotated
    reading = read_journal(path)
    bundle = carried(BATCH, reading, path)
    said = Statement(ORIGIN, BATCH, reading.head.size, bundle.here, bytes(32))
    forged = replace(bundle, statement=lost.signed(said.text())).to_bytes()
    assert judge_bundle(forged).reasons == (RETIRED,)
    with pytest.raises(verifier.Wrong, match="good for it"):
        verifier.verify(forged)


def test_the_seal_is_made_anew_under_the_new_key_and_the_old_record_stays_good(tmp_path, verifier):
    path = tmp_path / "j.db"
    journal = whole_journal(path)
    before = sealed_record(carried(BATCH, read_journal(path), path), read_journal(path), path)
    old = seal_of(path, read_journal(path))
    at = max(e.thing.at for e in journal.entries())
    journal.rotate(at, "sam", "a laptop was stolen")
    journal.append([ClockJumped(at, 999_999)])
    journal.close()
    reading = read_journal(path)
    bundle = carried(BATCH, reading, path)
    after = sealed_record(bundle, reading, path)
    keys = judge_bundle(bundle.to_bytes()).keys
    assert judge_seal(after, keys).state == "intact"
    assert verifier.verify(after, reading.head.vkey)
    assert verifier.verify(before, reading.head.vkey)
    assert seal_of(path, reading).key != old.key
    assert judge_seal(old.close(print_bundle(bundle), 1_000), keys).state == "broken"


def test_a_copy_is_signed_for_even_if_the_machine_stopped_before_the_new_key_took_its_place(rotated):
    path, first, _ = rotated
    place = Place.of(path)
    place.key.replace(place.beside(".key.next"))
    place.key.write_bytes(bytes(32))
    assert judge_bundle(carried(BATCH, read_journal(path), path).to_bytes(), first).copy == "whole"


def test_a_checkpoint_with_the_cosignature_of_a_witness_is_taken(tmp_path, verifier):
    path = tmp_path / "j.db"
    small_journal(path).close()
    Witness(tmp_path / "witness")
    journal = Journal.open(path, tmp_path / "witness")
    journal.anchor()
    journal.close()
    cosigned = Place.of(path).checkpoint.read_text()
    bundle = replace(carried(BATCH, read_journal(path), path), checkpoint=cosigned)
    assert cosigned.count("\u2014 ") == 2
    assert judge_bundle(bundle.to_bytes()).ok
    assert verifier.verify(bundle.to_bytes())
    other = replace(bundle, checkpoint=cosigned.replace(ORIGIN, "axenic.example/other"))
    assert not judge_bundle(other.to_bytes()).ok
    with pytest.raises(verifier.Wrong):
        verifier.verify(other.to_bytes())
