"""What people did on the line, as a reviewer finds it: the registers' own sight and the rules' meet in one list."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from axenic.quality.release import blockers
from axenic.quality.review import flags_of
from tests.quality.doses import BATCH, STEP, begun
from tests.quality.site import HOUR, MINUTE

AT = {"of_batch": BATCH, "step": STEP, "name": "viability"}


@pytest.fixture
def site(site):
    """A site with a batch whose step runs."""
    begun(site)
    return site


def rules(site):
    return [flag.rule for flag in flags_of(site.books, BATCH)]


def test_a_typed_value_and_its_correction_are_seen(site):
    site.do("op", "entry add", **AT, value="91", unit="%", how="typed", second="op2")
    assert rules(site) == ["typed-in"]
    site.do("op", "entry correct", **AT, value="92", how="typed", second="lead")
    assert rules(site).count("corrected") == 1


def test_a_late_entry_is_one_exception_though_a_register_and_a_rule_see_it(site):
    begins = site.clock.wall
    site.clock.pass_by(2 * HOUR)
    occurred = _clock(begins + 5 * MINUTE)
    given = {"value": "91", "unit": "%", "how": "scanned", "scan": "]Q191", "occurred": occurred}
    site.do("op", "entry add", **AT, **given, second="lead", reason="the station was down")
    (flag,) = [f for f in flags_of(site.books, BATCH) if f.kind == "late entry"]
    assert flag.severity == "major"


@pytest.mark.requirement("PI-5")
def test_raw_data_that_was_edited_is_critical_and_in_the_way_of_the_release(site, tmp_path):
    file = tmp_path / "curve.csv"
    file.write_text("1,2\n", "utf-8")
    site.do("op", "raw attach", of_batch=BATCH, file=str(file))
    file.write_text("1,3\n", "utf-8")
    site.do("qa", "raw check", of_batch=BATCH)
    assert ("raw-data-invalid", "critical") in [(f.rule, f.severity) for f in flags_of(site.books, BATCH)]
    found = blockers(site.books, site.books.batches.get(BATCH), site.clock.wall)
    assert any("raw data invalid" in text for text in found)


def test_a_bypass_of_an_interlock_is_critical_on_every_batch_under_way(site):
    at = {"interlock": "IB05", "place": "airlock-1"}
    site.do("fitter", "bypass permit", **at, minutes=30, second="qa", reason="door sensor is broken")
    site.do("fitter", "bypass force", **at, reason="door sensor is broken")
    found = [(f.rule, f.severity) for f in flags_of(site.books, BATCH) if f.kind == "forced or voided instruction"]
    assert sorted(found) == [("bypass-seen", "critical"), ("bypassed", "critical")]


def _clock(at):
    return datetime.fromtimestamp(at / 1000, UTC).isoformat()
