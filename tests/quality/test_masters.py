"""Master batch records and orders: what is effective was approved by another person, and a batch keeps its version."""

from __future__ import annotations

import pytest

from axenic.notation.document import load
from axenic.quality.day import day
from axenic.quality.masters import content
from axenic.quality.retention import FOR_EVER, shipped_retention
from axenic.quality.signature import signatures
from axenic.recipe.recipe import Recipe
from axenic.record.entry import Document
from tests.quality.doses import BATCH, kinds
from tests.quality.issuing import NAME, active, draft, effective, issue, not_issued, run_by, text
from tests.quality.site import DAY, HOUR

V1 = {"name": NAME, "version": 1}


@pytest.mark.requirement("ATT-27", "P11-10k")
def test_nobody_approves_a_recipe_of_their_own(site):
    site.do("admin", "user grant", user="eng", role="QA reviewer")
    draft(site, 1)
    assert "who wrote a master does not approve it" in site.refused("eng", "master approve", **V1)[0]
    act = site.do("qa", "master approve", **V1)
    assert act.new["signature"]["meaning"] == "approved"


@pytest.mark.requirement("ATT-27", "P11-10k")
def test_a_version_on_record_is_never_changed_only_followed(site):
    effective(site, 1)
    file = site.folder / "v1.yaml"
    file.write_text(text(1).replace("least: 20 min", "least: 19 min", 1), "utf-8")
    assert "never changed, draft the next one" in site.refused("eng", "master draft", file=str(file))[0]
    assert "its day is not changed" in site.refused("qa", "master effective", **V1, begins="2027-01-01")[0]


@pytest.mark.requirement("P11-10k")
def test_the_content_on_record_is_the_recipe_as_it_was_approved(site):
    draft(site, 1)
    master = site.books.masters.get(NAME, 1)
    (document,) = [
        e.thing for e in site.journal.entries() if isinstance(e.thing, Document) and e.thing.kind == "master"
    ]
    assert content(document.text) == master.digest
    assert load(Recipe, document.text, "x").value.recipe == NAME


@pytest.mark.requirement("A11-10")
def test_a_master_becomes_effective_by_an_approved_change_only(site):
    draft(site, 1)
    because = site.refused("qa", "master effective", **V1)
    assert because[0] == f"master {NAME} v1 is not approved" and "there is no change" in because[1]
    site.do("qa", "master approve", **V1)
    site.do("eng", "change open", change="CC-1", of=f"master {NAME} v1", what="first")
    assert site.refused("qa", "master effective", **V1, change="CC-1") == ("change CC-1 is not approved",)


def test_a_recipe_that_is_not_well_made_is_no_master(site):
    file = site.folder / "bad.yaml"
    file.write_text(text(1).replace("after: [", "after: [nowhere, ", 1) + "\nextra: 1\n", "utf-8")
    assert any("AX0005" in text for text in site.refused("eng", "master draft", file=str(file)))


@pytest.mark.requirement("P11-10k", "ATT-27")
def test_a_superseded_version_cannot_be_issued_and_the_history_is_whole(site):
    active(site)
    effective(site, 1)
    effective(site, 2)
    assert f"master {NAME} v1 is superseded: only an effective version is issued" in not_issued(site)
    assert issue(site, version=2).new["master"] == f"master {NAME} v2"
    at = site.clock.wall
    assert [site.books.masters.state(m, at) for m in site.books.masters.versions(NAME)] == ["superseded", "effective"]


@pytest.mark.requirement("P11-10k")
def test_a_version_holds_from_its_day_on_and_until_it_is_retired(site):
    active(site)
    effective(site, 1, begins="2026-12-10")
    assert "is approved: only an effective version" in not_issued(site)[0]
    site.clock.pass_by(12 * DAY)
    issue(site)
    site.do("qa", "master retire", **V1)
    assert "is retired" in not_issued(site, of="AX-2")[0]


@pytest.mark.requirement("ATT-27")
def test_a_running_batch_keeps_the_version_it_was_issued_by(site):
    active(site)
    effective(site, 1)
    issue(site)
    run_by(site, 1)
    effective(site, 2)
    bound = site.books.issues.get(BATCH)
    assert (bound.master, bound.digest) == (f"master {NAME} v1", site.books.masters.get(NAME, 1).digest)
    assert kinds(site) == []


@pytest.mark.requirement("ATT-27")
def test_a_batch_that_runs_by_another_recipe_than_issued_carries_a_critical_exception(site):
    active(site)
    effective(site, 1)
    issue(site)
    run_by(site, 2)
    assert kinds(site) == ["other recipe than issued"]


def test_a_batch_begun_for_another_patient_than_issued_carries_a_critical_exception(site):
    active(site)
    effective(site, 1)
    issue(site)
    run_by(site, 1, patient="COI-OTHER")
    assert kinds(site) == ["other patient than issued"]


def test_a_batch_begun_without_an_order_carries_a_critical_exception_once_a_master_is_effective(site):
    effective(site, 1)
    site.clock.pass_by(HOUR)
    run_by(site, 1)
    assert kinds(site) == ["not issued"]
    assert any("an order is issued before" in text for text in not_issued(site))


def test_an_order_is_issued_once(site):
    active(site)
    effective(site, 1)
    issue(site)
    assert f"{BATCH} was issued before" in not_issued(site)


def test_a_signature_on_a_master_holds_while_it_becomes_effective_and_is_retired(site):
    effective(site, 1)
    site.do("qa", "master retire", **V1)
    lines = site.books.trail.of_object(f"master {NAME} v1")
    assert [found.valid for found in signatures(site.books, lines)] == [True]


@pytest.mark.requirement("P4-BR2", "P11-10c", "P4-TR")
@pytest.mark.parametrize(
    ("record", "certified", "expires", "until"),
    [
        ("batch record", "2026-01-10", "2026-02-01", "2031-01-10"),
        ("batch record", "2026-01-10", "2030-06-01", "2031-06-01"),
        ("batch record", "2024-02-29", "2024-03-30", "2029-03-01"),
        ("traceability", "2026-01-10", "2026-02-01", "2056-02-01"),
        ("traceability", "2026-01-10", "", ""),
        ("batch record", "", "2026-02-01", ""),
    ],
)
def test_a_record_is_kept_until_the_later_of_its_terms_and_without_end_while_one_is_unknown(
    record, certified, expires, until
):
    kept = next(c for c in shipped_retention().classes if c.record == record)
    assert kept.until(day(certified), day(expires)) == (day(until) if until else FOR_EVER)


@pytest.mark.requirement("P11-10c", "P4-TR")
def test_after_29_years_the_chain_from_donor_to_patient_must_still_be_there(site):
    kept = next(c for c in shipped_retention().classes if c.record == "traceability")
    now = site.clock.wall
    assert kept.kept(now, now, now + 29 * 366 * DAY)
    assert not kept.kept(now, now, now + 31 * 366 * DAY)
