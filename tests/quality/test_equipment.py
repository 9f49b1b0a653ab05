"""Equipment: its state follows from what was done to it, and nobody can set it, nor a due date."""

from __future__ import annotations

from dataclasses import fields
from datetime import UTC, datetime

import pytest

from axenic.quality.commands import COMMANDS
from axenic.quality.equipment import PRODUCTION, STAGES, TESTING
from tests.quality.doses import BATCH, STEP, begun, closed, kinds
from tests.quality.site import DAY

NAME = "reactor-1"
PIECE = {"name": NAME}


def day_of(site, back: int = 0) -> str:
    return f"{datetime.fromtimestamp((site.clock.wall - back * DAY) / 1000, UTC):%Y-%m-%d}"


def added(site, **changed) -> None:
    told = {"kind": "bioreactor", "serial": "SN-1", "calibrate": 90} | PIECE | changed
    site.do("fitter", "equipment add", **told, second="metro")


def certify(site, number: str = "C-1", back: int = 0, **changed) -> None:
    site.do("metro", "equipment certify", **certificate(site, number, back, **changed), second="qa")


def certificate(site, number: str = "C-1", back: int = 0, **changed):
    file = site.folder / f"{number}.pdf"
    file.write_bytes(number.encode())
    told = {"number": number, "file": str(file), "issued": day_of(site, back), "points": ("37.0=37.1",)}
    return PIECE | told | changed


def passed(site, *stages: str) -> None:
    for stage in stages:
        site.do("fitter", "equipment test", **PIECE, stage=stage, test=f"{stage}-1 v1", result="pass")
        site.do("qa", "equipment qualify", **PIECE, stage=stage)


def qualified(site, **changed) -> None:
    added(site, **changed)
    certify(site)
    passed(site, *STAGES)


def state(site) -> tuple[str, ...]:
    return site.books.equipment.get(NAME).state(site.clock.wall)


@pytest.mark.requirement("A15-1")
def test_a_piece_goes_from_new_through_every_stage_to_qualified(site):
    added(site)
    certify(site)
    assert state(site) == ("new",)
    for stage in STAGES:
        passed(site, stage)
        assert state(site) == (stage if stage != "PQ" else "qualified",)


@pytest.mark.requirement("A15-1", "ATT-18")
def test_a_stage_does_not_begin_before_the_one_before_it_is_approved(site):
    added(site)
    passed(site, "DQ", "FAT", "SAT")
    because = site.refused("fitter", "equipment test", **PIECE, stage="OQ", test="OQ-1", result="pass")
    assert because == (f"IQ of {NAME} is not approved",)


@pytest.mark.requirement("A15-1")
def test_oq_does_not_begin_while_a_critical_discrepancy_of_iq_is_open(site):
    added(site)
    passed(site, "DQ", "FAT", "SAT", "IQ")
    said = {"equipment": NAME, "stage": "IQ", "test": "IQ-1 v1", "text": "wrong firmware"}
    site.do("fitter", "discrepancy open", discrepancy="D-1", **said)
    because = site.refused("fitter", "equipment test", **PIECE, stage="OQ", test="OQ-1", result="pass")
    assert because == ("critical discrepancy D-1 of IQ is open",)
    site.do("qa", "discrepancy close", discrepancy="D-1", conclusion="firmware renewed, IQ-1 repeated")
    site.do("fitter", "equipment test", **PIECE, stage="OQ", test="OQ-1", result="pass")


@pytest.mark.requirement("A15-2")
def test_a_test_that_failed_without_a_discrepancy_keeps_the_report_from_approval(site):
    added(site)
    site.do("fitter", "equipment test", **PIECE, stage="DQ", test="DQ-1", result="fail")
    site.do("fitter", "equipment test", **PIECE, stage="DQ", test="DQ-1", result="pass")
    assert "DQ-1 failed and has no discrepancy" in site.refused("qa", "equipment qualify", **PIECE, stage="DQ")
    said = {"equipment": NAME, "stage": "DQ", "test": "DQ-1", "text": "slope 0.4 degrees"}
    site.do("fitter", "discrepancy open", discrepancy="D-1", **said)
    assert "critical discrepancy D-1 is open" in site.refused("qa", "equipment qualify", **PIECE, stage="DQ")
    site.do("qa", "discrepancy close", discrepancy="D-1", conclusion="re-measured after levelling")
    site.do("qa", "equipment qualify", **PIECE, stage="DQ")


@pytest.mark.requirement("A15-1")
def test_with_a_minor_discrepancy_open_a_stage_goes_on_only_under_a_condition_on_record(site):
    added(site)
    site.do("fitter", "equipment test", **PIECE, stage="DQ", test="DQ-1", result="pass")
    said = {"equipment": NAME, "stage": "DQ", "test": "DQ-1", "text": "label missing", "severity": "minor"}
    site.do("fitter", "discrepancy open", discrepancy="D-1", **said)
    assert "say on which condition it goes on" in site.refused("qa", "equipment qualify", **PIECE, stage="DQ")[0]
    site.do("qa", "equipment qualify", **PIECE, stage="DQ", conditional="label before SAT")
    assert "conditional: label before SAT" in state(site)


def test_who_tested_does_not_approve_and_who_opened_does_not_close(site):
    added(site)
    site.do("admin", "user grant", user="fitter", role="QA reviewer")
    site.do("fitter", "equipment test", **PIECE, stage="DQ", test="DQ-1", result="pass")
    assert "who tested does not approve" in site.refused("fitter", "equipment qualify", **PIECE, stage="DQ")[0]
    said = {"equipment": NAME, "stage": "DQ", "test": "DQ-1", "text": "x", "severity": "minor"}
    site.do("fitter", "discrepancy open", discrepancy="D-1", **said)
    assert "does not close it" in site.refused("fitter", "discrepancy close", discrepancy="D-1", conclusion="x")[0]


@pytest.mark.requirement("ATT-22", "US-68", "P4-17")
def test_equipment_whose_calibration_expired_yesterday_is_refused(site):
    qualified(site)
    begun(site)
    site.do("op", "equipment use", **PIECE, of_batch=BATCH, step=STEP)
    site.clock.pass_by(91 * DAY)
    because = site.refused("op", "equipment use", **PIECE, of_batch=BATCH, step=STEP)
    assert because == (f"{NAME}: calibration expired",)
    certify(site, "C-2")
    site.do("op", "equipment use", **PIECE, of_batch=BATCH, step=STEP)


@pytest.mark.requirement("ATT-22")
def test_no_command_sets_a_due_date_or_a_state(site):
    told = [f.name for c in COMMANDS.values() if c.NAME.startswith("equipment ") for f in fields(c)]
    assert not {"due", "until", "state", "status", "expires", "qualified"} & set(told)


@pytest.mark.requirement("ATT-22")
def test_the_due_date_follows_from_the_certificate_and_moves_by_a_new_one_with_file_and_second_person_only(site):
    added(site)
    certify(site, "C-1", back=10)
    first = site.books.equipment.get(NAME).calibrated_until()
    again = certificate(site, "C-1", 0)
    assert "none is ever edited" in site.refused("metro", "equipment certify", **again, second="qa")[0]
    assert "a second person" in site.refused("metro", "equipment certify", **certificate(site, "C-2"))[0]
    empty = certificate(site, "C-2") | {"file": ""}
    assert "name the file" in site.refused("metro", "equipment certify", **empty, second="qa")[0]
    certify(site, "C-2")
    assert site.books.equipment.get(NAME).calibrated_until() == first + 10 * DAY


@pytest.mark.requirement("ATT-22", "A11-10")
def test_the_interval_of_a_calibration_moves_under_change_control_only(site):
    added(site)
    told = {**PIECE, "calibrate": 3650, "second": "qa"}
    assert "there is no change" in site.refused("metro", "equipment term", **told)[0]
    site.do("metro", "change open", change="CC-9", of=f"equipment {NAME}", what="longer term, 3 years without drift")
    site.do("qa", "change approve", change="CC-9")
    site.do("metro", "equipment term", **told, change="CC-9")
    assert site.books.equipment.get(NAME).calibrate == 3650


@pytest.mark.requirement("A15-3")
def test_a_qualification_is_due_before_it_expires_and_is_renewed_by_new_tests(site):
    qualified(site, calibrate=0, requalify=365)
    assert state(site) == ("qualified",)
    site.clock.pass_by(340 * DAY)
    assert state(site) == ("qualified", "qualification due")
    assert site.books.equipment.may_use(NAME, PRODUCTION, site.clock.wall) == []
    site.clock.pass_by(30 * DAY)
    assert state(site) == ("qualified", "qualification expired")
    assert site.books.equipment.may_use(NAME, PRODUCTION, site.clock.wall) == [f"{NAME}: qualification expired"]
    assert "since it was last approved" in site.refused("qa", "equipment qualify", **PIECE, stage="PQ")[0]
    passed(site, "PQ")
    assert state(site) == ("qualified",)


@pytest.mark.requirement("P4-17")
def test_equipment_that_is_not_qualified_may_be_tested_and_not_used(site):
    added(site)
    certify(site)
    assert site.books.equipment.may_use(NAME, TESTING, site.clock.wall) == []
    assert site.books.equipment.may_use(NAME, PRODUCTION, site.clock.wall) == [
        f"{NAME} is not qualified (reached: new)"
    ]
    assert site.books.equipment.may_use("other", TESTING, site.clock.wall) == [
        "other is not in the register of equipment"
    ]


@pytest.mark.requirement("US-68")
def test_as_found_out_of_tolerance_names_every_batch_since_the_last_good_calibration_and_no_other(site):
    added(site)
    begun(site, "AX-0", unit=NAME)
    site.clock.pass_by(2 * DAY)
    certify(site, "C-1")
    site.clock.pass_by(2 * DAY)
    begun(site, "AX-1", unit=NAME)
    begun(site, "AX-2", unit="reactor-2")
    begun(site, "AX-3", unit=NAME)
    site.clock.pass_by(DAY)
    act = site.do("metro", "equipment certify", **certificate(site, "C-2", found="out"), second="qa")
    assert act.new["batches"] == ["AX-1", "AX-3"]
    assert "calibration out of tolerance" in kinds(site, "AX-3")
    assert "calibration out of tolerance" not in kinds(site, "AX-0") + kinds(site, "AX-2")


@pytest.mark.requirement("US-68")
def test_an_instrument_that_was_left_out_of_tolerance_is_not_calibrated(site):
    added(site)
    certify(site, "C-1", found="out", left="out")
    assert "calibration missing" in state(site)


@pytest.mark.requirement("P4-17", "ATT-22")
def test_a_batch_that_the_core_ran_on_equipment_that_was_not_fit_carries_one_critical_exception(site):
    added(site)
    begun(site, unit=NAME)
    begun(site, unit=NAME)
    raised = [r for r in site.books.exceptions(BATCH) if r.kind == "equipment not fit"]
    assert [r.severity for r in raised] == ["critical"]


def test_a_blocked_piece_is_not_used_until_another_person_lifts_it(site):
    qualified(site)
    site.do("qa", "equipment block", **PIECE, why="noise in the stirrer")
    assert "blocked: noise in the stirrer" in state(site)
    assert "another person lifts a block" in site.refused("qa", "equipment unblock", **PIECE)[0]
    site.do("qa2", "equipment unblock", **PIECE)
    assert state(site) == ("qualified",)


@pytest.mark.requirement("ATT-25", "D-12.7")
def test_an_interlock_is_not_forced_without_a_permit_and_the_attempt_is_on_record(site):
    at = {"interlock": "IB05", "place": "airlock-1"}
    assert site.refused("fitter", "bypass force", **at) == ("no permit holds for IB05 at airlock-1",)
    assert site.last().command == "bypass force" and site.last().refused


@pytest.mark.requirement("ATT-25")
def test_a_permit_is_of_two_persons_with_a_reason_for_a_short_time_on_a_known_interlock(site):
    at = {"interlock": "IB05", "place": "airlock-1"}
    assert "a second person (QA reviewer)" in site.refused("fitter", "bypass permit", **at, minutes=30)[0]
    assert "a reason is needed" in site.refused("fitter", "bypass permit", **at, minutes=30, second="qa", reason="")
    assert "1 to 240 minutes" in site.refused("fitter", "bypass permit", **at, minutes=1000, second="qa")[0]
    wrong = {"interlock": "all", "place": "airlock-1", "minutes": 5}
    assert "there is no interlock 'all'" in site.refused("fitter", "bypass permit", **wrong, second="qa")[0]
    site.do("fitter", "bypass permit", **at, minutes=30, second="qa")
    site.do("fitter", "bypass force", **at)
    site.clock.pass_by(31 * 60_000)
    assert "no permit holds" in site.refused("fitter", "bypass force", **at)[0]


@pytest.mark.requirement("ATT-25")
def test_every_batch_in_process_while_a_permit_holds_carries_a_critical_exception_and_no_other_does(site):
    begun(site, "AX-0")
    closed(site, "AX-0")
    begun(site, "AX-1")
    site.clock.pass_by(DAY)
    site.do("fitter", "bypass permit", interlock="IB05", place="airlock-1", minutes=30, second="qa", reason="sensor")
    begun(site, "AX-2")
    site.do("fitter", "bypass end", interlock="IB05", place="airlock-1")
    site.clock.pass_by(DAY)
    begun(site, "AX-3")
    told = {name: kinds(site, name) for name in ("AX-0", "AX-1", "AX-2", "AX-3")}
    assert told == {"AX-0": [], "AX-1": ["interlock bypass"], "AX-2": ["interlock bypass"], "AX-3": []}
