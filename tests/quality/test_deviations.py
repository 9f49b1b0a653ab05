"""Deviations: opened by anybody, judged by quality, closed by somebody who did not find out, deleted by nobody."""

from __future__ import annotations

import pytest

from axenic.control.facts import BatchOrdered
from axenic.control.orders import DisposeBatch, RaiseException
from axenic.quality.commands import COMMANDS
from axenic.quality.review import flags_of, unanswered
from axenic.quality.states import shipped_states
from axenic.record.entry import Act
from tests.quality.made import BATCH, RECIPE, executed, ordered
from tests.quality.site import DAY, START

DEV = "DEV-0001"
SAID = {"what": "the bag leaked", "contained": "bag set aside, zone wiped"}
SOON, LATER = "2026-12-20", "2027-01-20"


@pytest.fixture
def site(site):
    """A site with one batch on which something is overdue."""
    ordered(site, BATCH)
    site.append(RaiseException(7, START, BATCH, "overdue", "major", "sealing is overdue"))
    return site


def opened(site, **said):
    site.do("op", "deviation open", of_batch=BATCH, **SAID | said)
    return site.books.deviations.get(DEV)


def investigated(site):
    found = opened(site)
    site.do("qa", "deviation assess", deviation=DEV, severity="critical")
    site.do("eng", "deviation investigate", deviation=DEV, cause="worn seal", impact="none: the bag was closed")
    return found


def test_a_deviation_goes_from_opening_to_closing_and_everything_said_stays(site):
    found = investigated(site)
    site.do("qa", "deviation capa", deviation=DEV, action="change the seal each week", owner="fitter", due=SOON)
    site.do("qa2", "deviation close", deviation=DEV, disposition="no effect on the dose")
    assert (found.state, found.severity, found.cause) == ("closed", "critical", "worn seal")
    assert [line.act.command for line in site.books.trail.of_object(f"deviation {DEV}")] == [
        f"deviation {verb}" for verb in ("open", "assess", "investigate", "capa", "close")
    ]


@pytest.mark.requirement("P11-10f")
def test_every_step_out_of_its_order_is_refused_and_on_record(site):
    states = shipped_states("deviation")
    given = {
        "deviation assess": ("qa", {"severity": "major"}),
        "deviation investigate": ("eng", {"cause": "x", "impact": "y"}),
        "deviation capa": ("qa", {"action": "x", "owner": "fitter", "due": SOON}),
        "deviation effective": ("qa", {"capa": "CAPA-1", "evidence": "x"}),
        "deviation close": ("qa2", {"disposition": "x"}),
    }
    opened(site)
    seen = set()
    for step in ("deviation assess", "deviation investigate", "deviation capa", "deviation close", ""):
        state = site.books.deviations.get(DEV).state
        for command, (user, fields) in given.items():
            if states.move(state, command) is None:
                because = site.refused(user, command, deviation=DEV, **fields)
                assert because[0].startswith(f"{command!r} is not possible from {state!r}")
                assert site.last().refused == because
                seen.add((state, command))
        if step:
            user, fields = given[step]
            site.do(user, step, deviation=DEV, **fields)
    assert {("open", "deviation close"), ("closed", "deviation assess"), ("assessed", "deviation close")} <= seen


def test_there_is_no_command_that_deletes_a_deviation():
    assert not [name for name in COMMANDS if "delete" in name or "remove" in name]


def test_a_critical_deviation_is_not_closed_without_a_corrective_action(site):
    investigated(site)
    assert "needs a corrective action" in site.refused("qa2", "deviation close", deviation=DEV, disposition="x")[0]


def test_who_opened_or_investigated_a_deviation_does_not_close_it(site):
    site.do("qa", "deviation open", of_batch=BATCH, **SAID)
    site.do("qa2", "deviation assess", deviation=DEV, severity="minor")
    site.do("qa2", "deviation investigate", deviation=DEV, cause="x", impact="y")
    for user in ("qa", "qa2"):
        assert "does not close it" in site.refused(user, "deviation close", deviation=DEV, disposition="x")[0]


def test_the_closing_signature_binds_the_deviation_as_it_was_shown(site):
    investigated(site)
    seen = site.sees(f"deviation {DEV}")
    site.do("qa", "deviation capa", deviation=DEV, action="x", owner="fitter", due=SOON)
    close = COMMANDS["deviation close"](deviation=DEV, disposition="x")
    with pytest.raises(Exception, match="is not what was shown"):
        site.terminal.do(close, site.claim("qa2", seen=seen))


def test_an_action_has_an_owner_of_the_site_and_a_day_to_come(site):
    opened(site)
    site.do("qa", "deviation assess", deviation=DEV, severity="major")
    because = site.refused("qa", "deviation capa", deviation=DEV, action="x", owner="zz", due="2020-01-01")
    assert len(because) == 2


def test_the_owner_of_an_action_does_not_judge_its_effect(site):
    investigated(site)
    site.do("qa", "deviation capa", deviation=DEV, action="x", owner="qa", due=SOON)
    fields = {"deviation": DEV, "capa": "CAPA-1", "evidence": "no leak in 20 batches"}
    assert "another person judges it" in site.refused("qa", "deviation effective", **fields)[0]
    site.do("qa2", "deviation effective", **fields)
    assert "was judged already" in site.refused("qa2", "deviation effective", **fields)[0]


def test_an_action_past_its_day_is_an_exception_and_keeps_the_deviation_open(site):
    investigated(site)
    site.do("qa", "deviation capa", deviation=DEV, action="x", owner="fitter", due=SOON)
    site.clock.pass_by(40 * DAY)
    assert "past its day" in site.refused("qa2", "deviation close", deviation=DEV, disposition="x")[0]
    assert f"CAPA-1 of {DEV} (fitter) was due {SOON}" in [flag.text for flag in flags_of(site.books, BATCH)]


@pytest.mark.requirement("US-192")
def test_a_major_exception_is_open_until_a_deviation_takes_it_up(site):
    (flag,) = unanswered(site.books, BATCH)
    opened(site, entries=(flag.seq,))
    assert unanswered(site.books, BATCH) == []
    assert site.books.blockers(BATCH) == [f"{DEV} is open: {SAID['what']}"]


def test_an_exception_that_is_not_there_cannot_be_taken_up(site):
    assert "stands at entry 3" in site.refused("op", "deviation open", of_batch=BATCH, entries=(3,), **SAID)[0]


@pytest.mark.requirement("US-192")
def test_related_batches_are_found_by_what_they_shared_and_each_must_be_named(bare):
    site = executed(bare.staffed(), 3)
    related = site.books.relations.of(BATCH)
    assert set(related) == {"AX-0002", "AX-0003"}
    site.do("op", "deviation open", of_batch=BATCH, **SAID)
    site.do("qa", "deviation assess", deviation=DEV, severity="major")
    said = {"deviation": DEV, "cause": "worn seal", "impact": "AX-0003 was not on that unit"}
    because = site.refused("eng", "deviation investigate", affected=("AX-0002",), **said)
    assert [text.split()[0] for text in because] == ["AX-0003"]
    site.do("eng", "deviation investigate", affected=("AX-0002",), cleared=("AX-0003",), **said)
    assert site.last().new["related"].keys() == related.keys()


def test_a_batch_that_is_affected_waits_for_the_deviation_of_another(site):
    site.append(BatchOrdered(START, "AX-0002", "COI-2", RECIPE, START))
    opened(site)
    site.do("qa", "deviation assess", deviation=DEV, severity="major")
    site.do("eng", "deviation investigate", deviation=DEV, cause="x", impact="y", affected=("AX-0002",))
    assert site.books.blockers("AX-0002") == [f"{DEV} is investigated: {SAID['what']}"]


def test_what_is_missing_in_a_deviation_is_said_at_once(site):
    assert len(site.refused("op", "deviation open", of_batch=BATCH)) == 2
    assert site.refused("op", "deviation open", of_batch="AX-9999", **SAID) == ("there is no batch 'AX-9999'",)
    assert site.refused("qa", "deviation assess", deviation="DEV-9", severity="major")[0].startswith("there is no")


@pytest.mark.requirement("US-192")
def test_an_answer_takes_up_what_stands_at_an_entry_and_nothing_that_comes_later(site):
    site.append(DisposeBatch(8, START, BATCH, "released", "", "patient material"))
    site.do("qa", "review answer", of_batch=BATCH, entries=(unanswered(site.books, BATCH)[0].seq,))
    investigated(site)
    for due in (SOON, LATER):
        site.do("qa", "deviation capa", deviation=DEV, action="x", owner="fitter", due=due)
    site.clock.pass_by(40 * DAY)
    assert "stands at entry 0" in site.refused("qa2", "review answer", of_batch=BATCH, entries=(0,))[0]
    (first,) = [f for f in unanswered(site.books, BATCH) if f.rule == "overdue"]
    assert first.seq == site.books.deviations.get(DEV).actions["CAPA-1"].seq > 0
    site.do("qa2", "review answer", of_batch=BATCH, entries=(first.seq,))
    assert "overdue" not in {f.rule for f in unanswered(site.books, BATCH)}
    site.clock.pass_by(30 * DAY)
    site.refused("qa2", "review answer", of_batch=BATCH, entries=(0,))
    assert [f.text for f in unanswered(site.books, BATCH) if f.rule == "overdue"] == [
        f"CAPA-2 of {DEV} (fitter) was due {LATER}"
    ]


def test_an_answer_to_one_rule_leaves_what_another_found_at_the_same_entry(site):
    site.append(DisposeBatch(8, START, BATCH, "released", "", "patient material"))
    (flag,) = unanswered(site.books, BATCH)
    site.append(Act(site.clock.wall, "review answer", "qa", batch=BATCH, new={"entries": [flag.seq], "answers": []}))
    assert unanswered(site.books, BATCH) == [flag]
    told = {"entries": [flag.seq], "answers": [[flag.seq, "another rule"]]}
    site.append(Act(site.clock.wall, "review answer", "qa", batch=BATCH, new=told))
    assert unanswered(site.books, BATCH) == [flag]
    site.do("qa2", "review answer", of_batch=BATCH, entries=(flag.seq,))
    assert unanswered(site.books, BATCH) == []
