"""What people record at the steps of a batch: in true time, by whom, and never written over."""

from __future__ import annotations

import sys
from dataclasses import dataclass
from datetime import UTC, datetime

import pytest

from axenic.control.orders import EQUIPMENT_ORDERS
from axenic.quality.actor import Refused
from axenic.quality.command import COMMANDS, Command, Effect
from tests.quality.doses import BATCH, STEP, begun, ended, kinds
from tests.quality.site import HOUR, MINUTE

AT = {"of_batch": BATCH, "step": STEP, "name": "viability"}
SCAN = {"value": "91", "unit": "%", "how": "scanned", "scan": "]Q191"}
NOTE = {"of_batch": BATCH, "step": STEP, "name": "colour"}


def clock_text(site, back: int) -> str:
    return datetime.fromtimestamp((site.clock.wall - back) / 1000, UTC).isoformat()


@pytest.mark.requirement("P11-10e2")
def test_a_value_corrected_three_times_shows_all_four_with_who_and_why(site):
    begun(site)
    site.do("op", "entry add", **AT, **SCAN)
    for n, value in enumerate(("92", "93", "94")):
        site.do("op2", "entry correct", **AT, value=value, how="scanned", scan=f"]Q1{value}", reason=f"misread {n}")
    recorded = site.books.entries.get(BATCH, STEP, "viability")
    assert [v.value for v in recorded.versions] == ["91", "92", "93", "94"]
    assert [v.by for v in recorded.versions] == ["op", "op2", "op2", "op2"]
    assert [v.reason for v in recorded.versions[1:]] == ["misread 0", "misread 1", "misread 2"]
    assert site.last().old["value"] == "93"


@pytest.mark.requirement("A11-8")
def test_a_changed_value_carries_a_mark_and_an_unchanged_one_does_not(site):
    begun(site)
    site.do("op", "entry add", **AT, **SCAN)
    assert not site.books.entries.get(BATCH, STEP, "viability").changed
    site.do("op", "entry correct", **AT, value="92", how="scanned", scan="]Q192")
    assert site.books.entries.get(BATCH, STEP, "viability").changed
    assert kinds(site) == ["corrected entry"]


@pytest.mark.requirement("A11-9")
@pytest.mark.parametrize("reason", ["", "   "])
def test_a_correction_without_a_reason_is_refused(site, reason):
    begun(site)
    site.do("op", "entry add", **AT, **SCAN)
    assert "a reason is needed" in site.refused(
        "op", "entry correct", **AT, value="92", how="scanned", scan="]Q192", reason=reason
    )


@pytest.mark.requirement("P11-10e1", "PI-1")
def test_four_additions_are_four_entries_each_with_its_own_time(site):
    begun(site)
    for n in range(4):
        site.clock.pass_by(MINUTE)
        site.do("op", "entry add", of_batch=BATCH, step=STEP, name=f"dose {n}", value="added")
    times = [recorded.now.at for recorded in site.books.entries.of(BATCH)]
    assert len(set(times)) == 4 and times == sorted(times)


@pytest.mark.requirement("A11-6")
def test_a_critical_value_that_is_typed_needs_a_second_person_and_a_scanned_one_does_not(site):
    begun(site)
    because = site.refused("op", "entry add", **AT, value="91", unit="%", how="typed")
    assert "a second person" in because[0]
    assert "op is the first" in site.refused("op", "entry add", **AT, value="91", unit="%", second="op")[0]
    act = site.do("op", "entry add", **AT, value="91", unit="%", how="typed", second="op2")
    assert act.new["second"]["user"] == "op2"
    site.do(
        "op",
        "entry add",
        of_batch=BATCH,
        step=STEP,
        name="recovery",
        value="80",
        unit="%",
        how="scanned",
        scan="]Q180 %",
    )


@pytest.mark.requirement("A11-6")
def test_a_value_that_can_hardly_be_needs_a_second_person_even_if_scanned(site):
    begun(site)
    assert (
        "a second person"
        in site.refused("op", "entry add", **AT, value="910", unit="%", how="scanned", scan="]Q1910")[0]
    )
    site.do("op", "entry add", **AT, value="910", unit="%", how="scanned", scan="]Q1910", second="op2")
    assert kinds(site) == ["implausible entry"]


@pytest.mark.requirement("A11-6", "A11-5")
@pytest.mark.parametrize(
    ("scan", "because"),
    [
        ("", "a value that was scanned has its scan (--scan), or say that it was typed"),
        ("91", "the scan cannot be taken (AX0651): switch symbology identifiers on"),
        ("]Q1", "the scan cannot be taken (AX0651)"),
        ("]Q192", "the scan does not say 91"),
        ("]Q1Erika Mustermann", "the scan does not say 91"),
        ("]d291", "the scan cannot be taken"),
    ],
)
def test_a_value_that_is_said_to_be_scanned_has_the_scan_that_says_it(site, scan, because):
    begun(site)
    found = site.refused("op", "entry add", **AT, **SCAN | {"scan": scan})
    assert any(text.startswith(because) for text in found) and "Mustermann" not in str(site.last())
    assert site.books.entries.of(BATCH) == []


@pytest.mark.requirement("A11-6", "PI-1")
def test_the_scan_is_kept_as_it_came_and_a_typed_value_has_none(site):
    begun(site)
    given = {"of_batch": BATCH, "step": STEP, "name": "wash kit lot", "value": "K-7", "how": "scanned"}
    act = site.do("op", "entry add", **given, scan="]d210K-7\x1d21S1")
    assert act.new["scan"] == "]d210K-7\\x1d21S1"
    typed = {"value": "K-8", "how": "typed"}
    assert "a value that was typed has no scan (--scan)" in site.refused(
        "op", "entry correct", **{**given, **typed}, scan="]C0K-8"
    )
    act = site.do("op", "entry correct", **given | {"value": "K-8"}, scan="]C0K-8")
    assert (act.new["how"], act.new["scan"]) == ("scanned", "]C0K-8")


@pytest.mark.requirement("A11-6")
def test_a_measured_value_that_no_table_names_is_taken_as_critical_and_an_observation_is_not(site):
    begun(site)
    because = site.refused("op", "entry add", of_batch=BATCH, step=STEP, name="glucose", value="4.1", unit="mmol/L")
    assert "a second person" in because[0]
    bare = site.refused("op", "entry add", of_batch=BATCH, step=STEP, name="glucose", value="4.1")
    assert "a second person" in bare[0]
    site.do("op", "entry add", **NOTE, value="clear, orange")


@pytest.mark.requirement("ATT-06")
def test_a_time_cannot_be_typed_what_occurred_earlier_is_a_late_entry_of_two_persons_with_a_reason(site):
    begun(site)
    site.clock.pass_by(2 * HOUR)
    told = {**NOTE, "value": "clear", "occurred": clock_text(site, HOUR)}
    assert "a second person" in site.refused("op", "entry add", **told)[0]
    assert "a reason is needed" in site.refused("op", "entry add", **told, second="lead", reason=" ")
    before = site.clock.wall
    act = site.do("op", "entry add", **told, second="lead", reason="the station was down")
    assert act.at >= before and act.new["late"]
    assert site.books.entries.get(BATCH, STEP, "colour").late
    assert kinds(site) == ["late entry"]


@pytest.mark.requirement("ATT-06")
def test_an_entry_long_after_its_step_must_say_that_it_is_late(site):
    number = begun(site)
    ended(site, number)
    site.clock.pass_by(HOUR)
    assert "this is a late entry" in site.refused("op", "entry add", **NOTE, value="clear")[0]


@pytest.mark.requirement("ATT-06")
def test_what_occurred_lies_in_the_past_and_not_before_its_step(site):
    site.clock.pass_by(HOUR)
    number = begun(site)
    told = {**NOTE, "value": "clear", "second": "lead"}
    assert "lies in the past" in site.refused("op", "entry add", **told, occurred=clock_text(site, -HOUR))[0]
    assert "had not begun then" in site.refused("op", "entry add", **told, occurred=clock_text(site, HOUR))[0]
    ended(site, number)
    site.clock.pass_by(4 * HOUR)
    assert f"{STEP} was over then" in site.refused("op", "entry add", **told, occurred=clock_text(site, HOUR))
    assert "no zone" in site.refused("op", "entry add", **told, occurred="2026-11-28T09:00:00")[0]


@pytest.mark.requirement("ATT-19", "US-188b11")
def test_who_recorded_a_value_does_not_verify_it_nor_does_who_corrected_it(site):
    begun(site)
    site.do("op", "entry add", **AT, **SCAN)
    assert "does not verify it" in site.refused("op", "entry verify", **AT)[0]
    site.do("admin", "user grant", user="op", role="supervisor")
    assert "does not verify it" in site.refused("op", "entry verify", **AT)[0]
    site.do("lead", "entry correct", **AT, value="92", how="scanned", scan="]Q192")
    assert "does not verify it" in site.refused("lead", "entry verify", **AT)[0]
    site.do("op2", "entry verify", **AT)
    assert site.books.entries.get(BATCH, STEP, "viability").checked_by == "op2"


def test_a_correction_takes_the_verification_away(site):
    begun(site)
    site.do("op", "entry add", **AT, **SCAN)
    site.do("op2", "entry verify", **AT)
    site.do("op", "entry correct", **AT, value="92", how="scanned", scan="]Q192")
    assert site.books.entries.get(BATCH, STEP, "viability").checked_by == ""


def test_a_comment_that_tells_of_a_mishap_is_seen_by_the_reviewer_and_another_is_not(site):
    begun(site)
    site.do("op", "entry add", **NOTE, value="clear")
    site.do("op", "entry comment", **NOTE, text="as always")
    assert kinds(site) == []
    site.do("op2", "entry comment", **NOTE, text="A small spill at the port")
    assert kinds(site) == ["comment"]


@pytest.mark.requirement("ATT-18", "P11-10f")
def test_a_step_that_has_not_begun_takes_no_entry_and_the_attempt_is_on_record(site):
    begun(site)
    size = site.journal.size
    because = site.refused("op", "entry add", of_batch=BATCH, step="fill/fill#1", name="colour", value="clear")
    assert "has not begun" in because[0]
    assert site.last().refused == because and site.last().batch == BATCH
    assert site.journal.size == size + 1


@pytest.mark.requirement("ATT-18")
def test_no_command_of_a_person_is_an_order_to_equipment(site):
    names = {kind.__name__ for kind in EQUIPMENT_ORDERS}
    assert not [c.NAME for c in COMMANDS.values() if names & set(vars(sys.modules[c.__module__]))]


def test_a_value_is_written_once_and_in_its_unit(site):
    begun(site)
    site.do("op", "entry add", **AT, **SCAN)
    assert "correct it" in site.refused("op", "entry add", **AT, **SCAN)[0]
    wrong = site.refused(
        "op", "entry add", of_batch=BATCH, step=STEP, name="pH", value="7.1", unit="bar", second="lead"
    )
    assert wrong == ("pH is entered in pH, not in bar",)
    text = site.refused("op", "entry add", of_batch=BATCH, step=STEP, name="pH", value="7,1", unit="pH", second="lead")
    assert "is no number" in text[0]


@pytest.mark.requirement("P11-70", "D-13")
def test_whatever_is_recorded_of_a_batch_changes_what_a_signature_on_it_binds(site):
    begun(site)
    before = site.sees(f"batch {BATCH}")
    site.do("op", "entry add", **NOTE, value="clear")
    assert site.sees(f"batch {BATCH}") != before


@pytest.mark.requirement("ATT-09")
def test_there_is_no_command_that_deletes_and_one_that_pretends_is_refused_and_on_record(site):
    words = ("delete", "remove", "purge", "erase", "overwrite", "edit")
    found = [name for name in COMMANDS if any(word in name for word in words)]
    assert found == ["patient erase"], "it destroys a key of the vault; the journal keeps every act"

    @dataclass(frozen=True)
    class Delete(Command):
        NAME = "entry delete"

        def refusals(self, books, by, at):
            return []

        def effect(self, books, by, at):
            return Effect("entry")

    try:
        with pytest.raises(Refused, match="nobody may do 'entry delete'"):
            site.terminal.do(Delete(), site.claim("op"))
    finally:
        del COMMANDS["entry delete"]
    assert (site.last().command, site.last().actor) == ("entry delete", "op")
