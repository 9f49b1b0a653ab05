"""Raw data: what was attached is held against its digest, and a change is never quiet."""

from __future__ import annotations

import pytest

from axenic.quality.raised import CRITICAL
from tests.quality.doses import BATCH, STEP, begun, kinds

VALUE = f"entry {BATCH}/{STEP}/colour"


@pytest.fixture
def attached(site, tmp_path):
    """A site with one file of raw data behind a value."""
    begun(site)
    file = tmp_path / "run.csv"
    file.write_text("t,od\n0,0.1\n", "utf-8")
    site.do("op", "entry add", of_batch=BATCH, step=STEP, name="colour", value="clear")
    site.do("op", "raw attach", of_batch=BATCH, file=str(file), backs=VALUE)
    return site, file


@pytest.mark.requirement("PI-5")
def test_digest_and_size_of_a_file_are_on_record_with_who_attached_it(attached):
    site, file = attached
    raw = site.books.raws.get(BATCH, "run.csv")
    assert (raw.size, raw.by, len(raw.digest)) == (file.stat().st_size, "op", 64)


@pytest.mark.requirement("ATT-16", "A11-7a")
def test_a_file_edited_after_the_run_is_named_marks_its_value_and_raises_a_critical_exception(attached):
    site, file = attached
    file.write_text("t,od\n0,0.9\n", "utf-8")
    act = site.do("qa", "raw check")
    assert act.new == {"files": 1, "invalid": [f"raw {BATCH}/run.csv"]}
    raised = site.books.exceptions(BATCH)[0]
    assert (raised.kind, raised.severity) == ("raw data invalid", CRITICAL)
    assert "run.csv is not as it was attached" in raised.text
    assert raised.text in site.books.raws.blockers(BATCH)[0]
    assert site.books.raws.mark(VALUE) == "raw data invalid"


@pytest.mark.requirement("ATT-16", "D-13")
def test_a_file_that_is_changed_voids_what_was_signed_and_a_check_that_finds_all_well_does_not(attached):
    site, file = attached
    before = site.sees(f"batch {BATCH}")
    site.do("qa", "raw check")
    assert site.sees(f"batch {BATCH}") == before
    file.unlink()
    site.do("qa", "raw check", of_batch=BATCH)
    assert site.sees(f"batch {BATCH}") != before


@pytest.mark.requirement("A11-7a", "D-9")
def test_a_file_found_changed_is_an_alarm_that_a_person_must_acknowledge(attached):
    site, file = attached
    file.write_text("other", "utf-8")
    site.do("qa", "raw check")
    assert [alarm.batch for alarm in site.books.alarms.open()] == [BATCH]
    assert "alarm open" in kinds(site)


@pytest.mark.requirement("A11-7a")
def test_a_file_that_is_put_back_is_valid_again_but_what_was_seen_stays_seen(attached):
    site, file = attached
    kept = file.read_bytes()
    file.unlink()
    site.do("qa", "raw check")
    site.do("qa", "raw check")
    file.write_bytes(kept)
    site.do("qa", "raw check")
    assert site.books.raws.mark(VALUE) == ""
    assert site.books.raws.blockers(BATCH) == []
    assert kinds(site).count("raw data invalid") == 1


def test_a_file_is_attached_once_and_must_be_there(attached, tmp_path):
    site, file = attached
    assert "never replaced" in site.refused("op", "raw attach", of_batch=BATCH, file=str(file))[0]
    assert "it is no file" in site.refused("op", "raw attach", of_batch=BATCH, file="/dev/zero")[0]
    assert "cannot be read" in site.refused("op", "raw attach", of_batch=BATCH, file=str(tmp_path / "none"))[0]
