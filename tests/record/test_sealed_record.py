"""The printed record: all that is in the bundle can be read in it; PDF/A-3 by its marks, sealed, repeatable."""

from __future__ import annotations

import io
import re
from dataclasses import replace

import pypdf
import pytest

from axenic.record.audit import corrections_of, signatures_of, worded, zoned
from axenic.record.bundle import Bundle, bundle_of, partial_copy
from axenic.record.carry import carried, sealed_record
from axenic.record.entry import Act, Entry
from axenic.record.journal import read_journal
from axenic.record.note import Verifier
from axenic.record.print import Press, print_bundle
from axenic.record.seal import seal_of
from axenic.record.sealed import attached, judge_seal
from tests.record.acts import VALUES
from tests.record.kept import BATCH, small_journal, whole_journal


class Kept:
    """A journal, the bundle of its first batch, and its record before and after the seal."""

    def __init__(self, folder):
        self.path = folder / "j.db"
        whole_journal(self.path).close()
        self.reading = read_journal(self.path)
        self.bundle = carried(BATCH, self.reading, self.path)
        self.keys = [Verifier.parse(self.reading.head.vkey)]
        self.press = Press()
        self.plain = print_bundle(self.bundle, self.press)
        self.sealed = sealed_record(self.bundle, self.reading, self.path)
        self.pages = [page.extract_text() for page in pypdf.PdfReader(io.BytesIO(self.sealed)).pages]
        self.text = " ".join(" ".join(self.pages).split())


@pytest.fixture(scope="module")
def kept(tmp_path_factory):
    return Kept(tmp_path_factory.mktemp("kept"))


@pytest.mark.requirement("P11-10b1", "US-188")
def test_every_entry_of_the_bundle_is_named_in_the_text_of_the_record(kept):
    named = {int(n) for n in re.findall(r"#(\d+)", kept.text)}
    assert {e.seq for e in kept.bundle.entries()} <= named
    assert f"{kept.bundle.here} of {kept.bundle.of_batch} entries of this batch" in kept.text


@pytest.mark.requirement("A11-8")
def test_a_value_corrected_three_times_shows_all_four_values_and_a_mark_where_it_stands(kept):
    first, second, third, now = VALUES
    assert f"{first} → {second} → {third} → {now}" in kept.text
    assert f"c1 now viability {now}" in kept.text, "beside the result itself"
    assert "digits swapped back: print-out of the counter attached" in kept.text


@pytest.mark.requirement("P11-50b")
def test_every_signature_shows_printed_name_time_with_zone_and_meaning(kept):
    for name, meaning, role in (
        ("Anna Qualls", "reviewed by production", "QA reviewer"),
        ("Dr Jo Peeters", "certified", "QP"),
    ):
        assert name in kept.text
        assert meaning in kept.text
        assert role in kept.text
    assert len(re.findall(r"2026-\d\d-\d\d \d\d:\d\d:\d\d\+01:00 Europe/Brussels", kept.text)) >= 2
    assert "No electronic signature" not in kept.text


@pytest.mark.requirement("ATT-26")
def test_an_attempt_that_was_refused_stands_in_the_trail_with_its_reasons(kept):
    assert "refused: an operator may not certify; the audit trail was not reviewed" in kept.text


def test_a_record_without_a_word_of_quality_says_that_the_rules_were_not_run(kept):
    assert "The rules of review by exception were not run for this copy" in kept.text
    assert kept.text.count("not checked") == 2, "nor was it looked at whether the signatures hold"


def test_every_page_says_simulated_its_number_the_count_of_entries_and_the_root(kept):
    for number, page in enumerate(kept.pages, 1):
        flat = " ".join(page.split())
        assert "SIMULATED" in flat
        assert f"page {number} of {len(kept.pages)}" in flat
        assert kept.reading.head.root in flat
        assert f"entries of this batch, {kept.bundle.in_journal} in the journal" in flat


def test_the_root_and_the_recipe_are_printed_with_their_digests(kept):
    assert kept.text.count("SHA-256") >= 2
    assert kept.reading.head.vkey in kept.text


def test_printed_and_sealed_again_it_has_the_same_bytes(kept):
    assert print_bundle(kept.bundle, kept.press) == print_bundle(kept.bundle) == kept.plain
    assert sealed_record(kept.bundle, kept.reading, kept.path) == kept.sealed
    assert kept.sealed.startswith(kept.plain), "the seal is added, nothing of the record is changed"


@pytest.mark.requirement("P11-10b2")
def test_the_bundle_comes_out_of_the_record_as_it_went_in(kept):
    assert attached(kept.sealed) == kept.bundle.to_bytes()


@pytest.mark.requirement("P11-10b2", "ATT-30")
def test_the_record_carries_the_marks_of_tagged_pdf_a_3(kept):
    reader = pypdf.PdfReader(io.BytesIO(kept.sealed))
    root = reader.trailer["/Root"]
    assert root["/MarkInfo"]["/Marked"] is True or root["/MarkInfo"]["/Marked"] == True  # noqa: E712
    assert "/K" in root["/StructTreeRoot"]
    assert root["/Lang"]
    assert root["/OutputIntents"][0]["/S"] == "/GTS_PDFA1"
    metadata = root["/Metadata"].get_object().get_data().decode()
    assert re.search(r"pdfaid:part(>|=\")3", metadata)
    assert re.search(r"pdfaid:conformance(>|=\")B", metadata)
    (file,) = [f.get_object() for f in root["/AF"]]
    assert file["/AFRelationship"] == "/Source"
    assert file["/EF"]["/F"].get_object()["/Subtype"] == "/application/json"
    assert "/Encrypt" not in reader.trailer
    fonts = {str(f.get_object()["/BaseFont"]) for p in reader.pages for f in p["/Resources"]["/Font"].values()}
    assert all(re.match(r"/[A-Z]{6}\+", name) for name in fonts), "every font is embedded as a subset"


@pytest.mark.requirement("P11-30")
def test_the_seal_is_intact_and_names_the_system_and_the_time_of_the_record(kept):
    verdict = judge_seal(kept.sealed, kept.keys)
    last = max(e.thing.at for e in kept.bundle.entries())
    assert (verdict.state, verdict.by) == ("intact", "axenic.example/kept seal")
    assert verdict.at == zoned(last, "UTC").replace(" ", "T")


@pytest.mark.requirement("P11-10a2", "ATT-24")
def test_a_flipped_byte_breaks_the_seal(kept):
    for place in range(0, len(kept.sealed), len(kept.sealed) // 12):
        changed = kept.sealed[:place] + bytes([kept.sealed[place] ^ 1]) + kept.sealed[place + 1 :]
        assert judge_seal(changed, kept.keys).state != "intact", place


def test_no_byte_of_the_seal_can_be_another_not_even_one_that_its_signature_does_not_cover(kept):
    begin = int(re.findall(rb"/ByteRange\s*\[\s*0 (\d+)", kept.sealed)[0])
    for byte in (*range(0, 60, 4), *range(340, 360, 5), *range(60, 2_000, 67), 8_000):
        place = begin + 2 + 2 * byte
        digit = b"%X" % (int(kept.sealed[place : place + 1], 16) ^ 1)
        changed = kept.sealed[:place] + digit + kept.sealed[place + 1 :]
        assert judge_seal(changed, kept.keys).state == "broken", byte


@pytest.mark.requirement("ATT-24")
def test_a_seal_copied_to_another_record_is_broken_there(kept):
    reading = read_journal(kept.path)
    other = sealed_record(carried("AX-0002", reading, kept.path), reading, kept.path)
    assert judge_seal(other, kept.keys).state == "intact"
    places = [re.findall(rb"/ByteRange\s*\[\s*0 (\d+) (\d+)", pdf)[0] for pdf in (kept.sealed, other)]
    (begin, end), (start, stop) = (tuple(map(int, place)) for place in places)
    moved = other[:start] + kept.sealed[begin:end] + other[stop:]
    assert len(moved) == len(other)
    assert judge_seal(moved, kept.keys).state == "broken"


def test_what_is_added_after_the_seal_breaks_it(kept):
    assert judge_seal(kept.sealed + b"\n% more\n", kept.keys).state == "broken"
    assert judge_seal(kept.plain, kept.keys).state == "none"


@pytest.mark.requirement("P11-30")
def test_the_seal_of_another_journal_is_not_taken_for_ours(kept, tmp_path):
    small_journal(tmp_path / "o.db").close()
    other = read_journal(tmp_path / "o.db")
    foreign = seal_of(tmp_path / "o.db", other).close(kept.plain, 2_000)
    assert judge_seal(foreign, [Verifier.parse(other.head.vkey)]).state == "intact"
    verdict = judge_seal(foreign, kept.keys)
    assert (verdict.state, "not issued by the key" in verdict.reason) == ("broken", True)


def test_the_key_of_the_seal_is_for_its_owner_alone(kept):
    assert kept.path.with_name("j.db.seal").stat().st_mode & 0o777 == 0o600


@pytest.mark.requirement("ATT-26")
def test_a_copy_that_leaves_out_entries_says_on_every_page_that_it_is_partial(kept):
    entries = {e.seq for e in kept.bundle.entries()}
    refused = next(e.seq for e in kept.bundle.entries() if isinstance(e.thing, Act) and e.thing.refused)
    copy = partial_copy(kept.bundle, entries - {refused})
    pages = [p.extract_text() for p in pypdf.PdfReader(io.BytesIO(print_bundle(copy, kept.press))).pages]
    assert all("PARTIAL COPY" in page for page in pages)
    counted = f"{copy.here} of {copy.of_batch} entries of this batch"
    assert all(counted in " ".join(page.split()) for page in pages)


def test_a_bundle_without_master_documents_cannot_be_laid_out(tmp_path):
    small_journal(tmp_path / "s.db").close()
    reading = read_journal(tmp_path / "s.db")
    bundle: Bundle = bundle_of(BATCH, reading.entries, reading.head, None)
    with pytest.raises(ValueError, match="master documents"):
        print_bundle(bundle)
    with pytest.raises(ValueError, match="order of batch"):
        print_bundle(replace(bundle, batch="AX-0404"))


def act(**fields) -> Entry:
    return Entry(7, "act", Act(1_767_592_800_000, "correct", "mk", zone="America/New_York", **fields))


def test_a_refused_correction_changes_nothing_and_a_new_value_is_none():
    assert corrections_of([act(old={"a": "1"}, new={"a": "2"}, refused=("no",))]) == []
    assert corrections_of([act(new={"a": "2"})]) == []


def test_a_signature_that_lacks_something_shows_that_it_is_missing():
    (row,) = signatures_of([act(new={"signature": {"name": "A B", "at": 1_767_592_800_000, "zone": "UTC"}})])
    assert (row["meaning"], row["user"], row["at"]) == ("missing", "mk", "2026-01-05 06:00:00+00:00")


def test_times_are_shown_where_the_act_was_done_with_their_distance_from_utc():
    assert zoned(1_767_592_800_000, "America/New_York") == "2026-01-05 01:00:00-05:00"
    assert zoned(1_767_592_800_000, "Nowhere/Else") == "2026-01-05 06:00:00+00:00"


def test_values_are_put_in_words():
    assert worded({"a": ["b", 1], "c": ""}) == "a b, 1, c –"
