"""Review and release: everything in the way is said, to everybody; what is certified stays certified on record."""

from __future__ import annotations

import json
from hashlib import sha256
from pathlib import Path

import pytest

from axenic.control.facts import BatchOrdered, HoldLifted, HoldRequested, OutcomeLost
from axenic.control.orders import RaiseException, RunPhase
from axenic.quality.actor import Refused
from axenic.quality.batches import LATE_FAILURE
from axenic.quality.books import Books
from axenic.quality.commands import COMMANDS
from axenic.quality.exception_rules import rules_digest, shipped_rules
from axenic.quality.papers import checklist, shipped_papers
from axenic.quality.release import NOT_ASKED, blockers, certifications, kept_back, void_certificate
from axenic.quality.review import flags_of, reviews, sample, unanswered, unseen_attempts
from axenic.quality.states import shipped_states
from axenic.record.entry import Act
from tests.quality.bound import ANNAS, bind
from tests.quality.bound import ordered as bound
from tests.quality.issuing import active, effective
from tests.quality.made import BATCH, RECIPE, answered, executed, ordered, out_of_specification, reviewed, state
from tests.quality.site import DAY, HOUR, STAFF, START

OBJECT = f"batch {BATCH}"
STATES = shipped_states("batch")
COMMANDED = [m.by for m in STATES.moves if m.by in COMMANDS]
UNLIKE = {"step": "pack", "place": "", "outcome": "match", "said": [], "batches": []}
PAPER = __file__  # any file will do
WHO = {
    "review answer": "qa",
    "review production": "lead",
    "review quality": "qa",
    "review trail": "qa2",
    "release await": "qc",
    "release result": "qc",
    "release destroy": "lead",
}
GIVEN = {
    "review answer": {"entries": (1,)},
    "release await": {"test": "sterility, 14 d", "limit": "== 0 1", "due": "2026-12-20"},
    "release result": {"test": "sterility, 14 d", "value": "0"},
    "release document": {"paper": "risk evaluation", "reference": "DMS-1", "file": PAPER},
}
LATE = {"test": "sterility, 14 d"}


def inway(site, batch=BATCH):
    return blockers(site.books, site.books.batches.get(batch), site.clock.wall)


def certified(site):
    reviewed(answered(executed(site)))
    site.do("qp", "release certify", of_batch=BATCH)
    return site


def conditional(site):
    executed(site)
    site.do("qc", "release await", of_batch=BATCH, **GIVEN["release await"])
    reviewed(answered(site))
    site.do("qp", "release conditional", of_batch=BATCH)
    return site


def paper(site, name):
    site.do("qa", "release document", of_batch=BATCH, paper=name, reference="DMS-1", file=PAPER)


# the way of a batch -----------------------------------------------------------------------------------------


@pytest.mark.requirement("A11-15")
def test_a_dose_that_the_core_accepted_is_reviewed_and_certified(site):
    assert state(ordered(site, "AX-0009"), "AX-0009") == "ordered"
    executed(site)
    assert state(site) == "executed"
    answered(site)
    site.do("lead", "review production", of_batch=BATCH)
    assert state(site) == "production reviewed"
    site.do("qa", "review quality", of_batch=BATCH)
    assert state(site) == "quality reviewed"
    site.do("qa2", "review trail", of_batch=BATCH)
    assert inway(site) == []
    site.do("qp", "release certify", of_batch=BATCH)
    assert state(site) == "certified"


def test_a_hold_and_its_end_show_in_the_state(site):
    ordered(site, BATCH)
    site.append(RunPhase(5, START, "reactor-1", "grow", f"{BATCH}/expand/grow#1", BATCH))
    assert state(site) == "in process"
    site.append(RaiseException(6, START, BATCH, "batch held", "major", "foam"))
    assert state(site) == "hold"
    site.append(HoldLifted(START, BATCH, "op", "gone"))
    assert state(site) == "in process"


def put_into(site, wanted):
    """A batch in a state, as the record would have brought it there."""
    paths = {
        "ordered": (),
        "issued": ("core: prepared",),
        "in process": ("core: begun",),
        "hold": ("core: held",),
        "executed": ("core: accepted",),
        "production reviewed": ("core: accepted", "review production"),
        "quality reviewed": ("core: accepted", "review production", "review quality"),
        "certified": ("core: accepted", "review production", "review quality", "release certify"),
        "certified conditional": ("core: accepted", "review production", "review quality", "release conditional"),
        "rejected": ("core: rejected",),
        "terminated": ("core: aborted",),
        "supplied out of specification": ("core: rejected", "release oos"),
        "recalled": ("core: accepted", "review production", "review quality", "release certify", "release recall"),
        "destroyed": ("core: rejected", "release destroy"),
    }
    ordered(site, BATCH)
    batch = site.books.batches.get(BATCH)
    for event in paths[wanted]:
        site.books.batches._go(batch, event, START)
    assert batch.state == wanted
    return batch


@pytest.mark.requirement("P11-10f")
@pytest.mark.parametrize("where", STATES.all)
def test_every_illegal_step_from_every_state_is_refused_and_on_record(site, where):
    put_into(site, where)
    for command in dict.fromkeys(COMMANDED):
        if STATES.move(where, command) is None:
            user = WHO.get(command, "qp")
            because = site.refused(user, command, of_batch=BATCH, second="op", **GIVEN.get(command, {}))
            assert f"{command!r} is not possible from {where!r} ({OBJECT})" in because[0]
            assert (site.last().command, site.last().refused, site.last().batch) == (command, because, BATCH)
            assert state(site) == where


@pytest.mark.parametrize("move", STATES.moves, ids=lambda m: m.by)
def test_every_step_of_the_table_leads_where_the_table_says(site, move):
    for start in move.from_:
        assert STATES.after(start, move.by) == (move.to or start)
        assert start in STATES.all
        assert (move.to or start) in STATES.all


def test_every_state_can_be_reached_and_none_but_the_last_is_a_dead_end_by_mistake():
    reached = {STATES.begins} | {m.to for m in STATES.moves if m.to}
    assert reached == set(STATES.all)
    left = {s for m in STATES.moves if m.to for s in m.from_}
    assert set(STATES.all) - left == {"destroyed"}


def test_every_event_of_the_table_is_a_command_or_something_the_core_says():
    events = {m.by for m in STATES.moves}
    assert {e for e in events if e not in COMMANDS and not e.startswith("core: ")} == {LATE_FAILURE}


# review -----------------------------------------------------------------------------------------------------


def test_a_review_says_which_rules_were_run_and_how_many_found_nothing(site):
    executed(site)
    act = site.do("lead", "review production", of_batch=BATCH)
    rules = shipped_rules()
    assert act.new["rules"] == {"version": rules.version, "digest": rules_digest(), "run": len(rules.rules)}
    assert act.new["exceptions"]["critical"] == 0
    assert 0 < act.new["rules that found nothing"] < len(rules.rules)


@pytest.mark.requirement("D-13")
def test_a_later_entry_makes_every_review_void(site):
    reviewed(answered(executed(site)))
    site.append(Act(site.clock.wall, "note add", actor="op", object="note E-1", batch=BATCH, new={"value": "5"}))
    assert [s.valid for s in reviews(site.books, BATCH).values()] == [False, False, False]
    assert len([text for text in inway(site) if "is void" in text]) == 3
    assert "is void" in site.refused("qp", "release certify", of_batch=BATCH)[0]
    reviewed(site)
    site.do("qp", "release certify", of_batch=BATCH)


@pytest.mark.requirement("US-192", "D-13")
def test_a_deviation_elsewhere_that_affects_a_batch_makes_its_reviews_void(site):
    reviewed(answered(executed(site, 2)))
    site.do("op", "deviation open", of_batch="AX-0002", what="bag leaked", contained="set aside")
    site.do("qa", "deviation assess", deviation="DEV-0001", severity="minor")
    assert all(s.valid for s in reviews(site.books, BATCH).values())
    why = {"cause": "shared line", "impact": "both are wet", "affected": (BATCH,)}
    site.do("eng", "deviation investigate", deviation="DEV-0001", **why)
    site.do("qa2", "deviation close", deviation="DEV-0001", disposition="no effect")
    assert [s.valid for s in reviews(site.books, BATCH).values()] == [False, False, False]


@pytest.mark.requirement("US-192", "D-13")
def test_an_exception_after_the_signing_makes_it_void(site):
    reviewed(answered(executed(site)))
    site.append(RaiseException(9_999_999, START, BATCH, "overdue", "minor", "sealing is overdue"))
    assert len([text for text in inway(site) if "is void" in text]) == 3


@pytest.mark.requirement("US-192", "D-13", "A16-1")
@pytest.mark.parametrize("user", ["looks", "op", "admin", "qa"])
def test_an_attempt_of_somebody_who_may_not_voids_no_review_and_who_certifies_sees_it_and_signs_for_it(site, user):
    reviewed(answered(executed(site)))
    seen = site.sees(OBJECT)
    site.refused(user, "release certify", of_batch=BATCH)
    assert inway(site) == []
    (attempt,) = unseen_attempts(site.books, BATCH)
    assert (attempt.kind, attempt.seq) == ("access anomaly", site.books.trail.lines[-1].seq)
    with pytest.raises(Refused) as refused:  # who did not see the attempt signs nothing
        site.terminal.do(COMMANDS["release certify"](of_batch=BATCH), site.claim("qp", seen=seen))
    assert f"{OBJECT} is not what was shown" in refused.value.because[0]
    assert site.do("qp", "release certify", of_batch=BATCH).new["attempts seen"] == [attempt.seq]


@pytest.mark.requirement("US-192", "D-13")
def test_an_attempt_after_the_certificate_shows_and_keeps_no_dose_from_its_patient(site):
    certified(site)
    site.refused("looks", "release recall", of_batch=BATCH)
    batch = site.books.batches.get(BATCH)
    assert kept_back(site.books, batch, site.clock.wall) == []
    assert [flag.seq for flag in unseen_attempts(site.books, BATCH)] == [site.books.trail.lines[-1].seq]
    assert flags_of(site.books, BATCH)[-1].text == "looks tried release recall: " + site.last().refused[0]


@pytest.mark.requirement("US-192", "D-13")
def test_an_attempt_that_asks_for_an_answer_makes_every_review_void(site):
    """Who may do a thing, and tries it out of its order, has made something happen that quality must judge."""
    reviewed(answered(executed(site)))
    given = {"of_batch": BATCH, "test": "x", "limit": ">= 1 %", "due": "2026-12-20"}
    site.do("qp", "release certify", of_batch=BATCH)
    site.refused("qc", "release await", **given)
    batch = site.books.batches.get(BATCH)
    assert [flag.severity for flag in unanswered(site.books, BATCH)] == ["major"]
    assert any("certificate of entry" in text for text in kept_back(site.books, batch, site.clock.wall))


def test_a_simulated_batch_is_certified_by_name_of_the_guards_that_were_not_asked(site):
    reviewed(answered(executed(site)))
    act = site.do("qp", "release certify", of_batch=BATCH)
    assert act.new["not asked"] == [
        "issued by an effective master at an active site",
        "bound to its patient",
        "matched at every hand-over",
    ]
    assert COMMANDS["release certify"](BATCH).notes(act)[1] == f"{NOT_ASKED}: bound to its patient"


def test_a_simulated_site_that_works_by_masters_and_bonds_is_asked_for_them(site):
    effective(site, 1)
    assert site.books.unasked() == ["bound to its patient", "matched at every hand-over"]
    bind(bound(site, ANNAS), ANNAS)
    assert site.books.unasked() == []
    assert Books(site.permissions, simulated=False).unasked() == []


@pytest.mark.requirement("US-192")
@pytest.mark.parametrize("meaning", ["wrong lot", "is not possible from", "mismatch", "needs the role"])
def test_nobody_writes_an_exception_onto_a_batch_by_what_they_give_for_a_meaning(site, meaning):
    reviewed(answered(executed(site)))
    before = len(flags_of(site.books, BATCH))
    assert meaning not in site.refused("looks", "sign put", object=OBJECT, meaning=meaning)[0]
    assert len(flags_of(site.books, BATCH)) == before


@pytest.mark.requirement("US-192")
def test_quality_does_not_review_while_a_major_exception_has_no_answer(site):
    executed(site)
    site.append(RaiseException(9_999_999, START, BATCH, "overdue", "major", "sealing is overdue"))
    site.do("lead", "review production", of_batch=BATCH)
    assert "has no answer: sealing is overdue" in site.refused("qa", "review quality", of_batch=BATCH)[0]


def test_an_answer_needs_a_reason_and_an_exception_that_is_there(site):
    executed(site)
    assert site.refused("qa", "review answer", of_batch=BATCH, entries=(1,)) == (
        f"no exception of {BATCH} stands at entry 1",
    )
    site.append(RaiseException(9_999_999, START, BATCH, "overdue", "major", "sealing is overdue"))
    (flag,) = unanswered(site.books, BATCH)
    assert site.refused("qa", "review answer", of_batch=BATCH, entries=(flag.seq,), reason=" ") == (
        "a reason is needed",
    )
    site.do("qa", "review answer", of_batch=BATCH, entries=(flag.seq,), reason="the sealer was busy")
    assert unanswered(site.books, BATCH) == []


@pytest.mark.requirement("D-12.6")
def test_who_acted_on_a_batch_does_not_review_its_trail(site):
    executed(site)
    site.append(Act(site.clock.wall, "note add", actor="qa2", object="note E-1", batch=BATCH))
    site.do("lead", "review production", of_batch=BATCH)
    assert "by somebody who did not" in site.refused("qa2", "review trail", of_batch=BATCH)[0]
    site.do("qa", "review trail", of_batch=BATCH)


@pytest.mark.requirement("D-11c")
def test_who_made_a_batch_neither_reviews_it_for_quality_nor_certifies_it(site):
    executed(site)
    for user in ("qa", "qp"):
        site.append(Act(site.clock.wall, "note add", actor=user, object="note E-1", batch=BATCH))
    site.do("lead", "review production", of_batch=BATCH)
    assert f"qa took part in making {BATCH}" in site.refused("qa", "review quality", of_batch=BATCH)
    site.do("qa2", "review quality", of_batch=BATCH)
    assert f"qp took part in making {BATCH}" in site.refused("qp", "release certify", of_batch=BATCH)


def test_to_hold_to_comment_and_to_look_on_is_not_to_make_but_to_record_is(site):
    ordered(site, BATCH)
    site.do("qp", "order hold", of_batch=BATCH)
    site.append(Act(site.clock.wall, "entry comment", actor="qa", object="entry E-1", batch=BATCH))
    looked_on = {"second": {"user": "qa", "name": "Qa Person"}}
    site.append(Act(site.clock.wall, "handover match", actor="op", batch=BATCH, new=looked_on | UNLIKE))
    assert site.books.batches.get(BATCH).actors == {"op"}
    site.append(HoldRequested(site.clock.wall, BATCH, "qp", "a leak"))
    assert site.books.batches.get(BATCH).actors == {"op"}


def test_to_look_is_not_to_make_but_to_sign_that_one_performed_it_is(site):
    executed(site)
    site.do("qa", "sign put", object=OBJECT, meaning="reviewed")
    site.append(Act(site.clock.wall, "raw check", actor="qa", object="raw data", batch=BATCH))
    assert site.books.batches.get(BATCH).actors == set()
    site.do("lead", "sign put", object=OBJECT, meaning="performed")
    assert site.books.batches.get(BATCH).actors == {"lead"}


def test_one_person_does_not_review_for_production_and_for_quality(site):
    executed(site)
    site.do("admin", "user grant", user="lead", role="QA reviewer")
    site.do("lead", "review production", of_batch=BATCH)
    assert "does not judge for quality" in site.refused("lead", "review quality", of_batch=BATCH)[0]


def test_one_person_does_not_review_for_quality_and_certify(site):
    site.do("admin", "user grant", user="qa", role="QP")
    reviewed(answered(executed(site)))
    assert "does not certify" in site.refused("qa", "release certify", of_batch=BATCH)[0]


@pytest.mark.requirement("PI-4")
def test_the_same_seed_draws_the_same_lines_and_another_one_others(site):
    ordered(site, BATCH)
    site.append(*(Act(START, "note add", actor="op", object=f"note {n}", batch=BATCH) for n in range(200)))
    site.append(Act(START, "note correct", actor="op", object="note 3", batch=BATCH, old={"v": "1"}, new={"v": "2"}))
    first = sample(site.books, BATCH, 7)
    assert first == sample(site.books, BATCH, 7)
    assert first.drawn != sample(site.books, BATCH, 8).drawn
    assert len(first.drawn) == 20
    assert first.targeted == (site.books.size,)


@pytest.mark.requirement("PI-4")
def test_the_seed_and_the_lines_read_are_on_record(site):
    executed(site)
    site.do("lead", "review production", of_batch=BATCH)
    act = site.do("qa", "review trail", of_batch=BATCH, seed=42)
    assert act.new["sample"] == {"seed": 42, "of": 1, "targeted": [], "drawn": [site.books.size - 1]}


# release ----------------------------------------------------------------------------------------------------


@pytest.mark.requirement("D-12.8")
def test_without_a_review_of_the_trail_nothing_is_certified(site):
    executed(site)
    site.do("lead", "review production", of_batch=BATCH)
    site.do("qa", "review quality", of_batch=BATCH)
    assert site.refused("qp", "release certify", of_batch=BATCH) == ("review trail is missing",)


@pytest.mark.requirement("US-192", "A16-2")
def test_every_blocker_is_said_at_once(site):
    ordered(site, BATCH)
    site.append(RaiseException(7, START, BATCH, "outcome in doubt", "critical", "did it seal?", 5))
    site.append(RunPhase(5, START, "sealer-1", "seal", f"{BATCH}/fill/seal#1", BATCH), OutcomeLost(START, 5, "cut"))
    site.do("op", "deviation open", of_batch=BATCH, what="a bag fell", contained="set aside")
    said = "\n".join(inway(site))
    for what in (
        *("the result of sterility (== 0 1) is missing", "order 5 is in doubt", "critical exception at entry"),
        *("DEV-0001 is open: a bag fell", "review production is missing", "review trail is missing"),
    ):
        assert what in said


@pytest.mark.requirement("A11-15", "P11-10g")
@pytest.mark.parametrize("user", [user for user in STAFF if user != "qp"])
def test_nobody_but_a_qualified_person_certifies(site, user):
    reviewed(answered(executed(site)))
    assert "'release certify' needs the role QP" in site.refused(user, "release certify", of_batch=BATCH)[0]


@pytest.mark.requirement("US-192")
@pytest.mark.parametrize("user", list(STAFF))
def test_a_batch_with_something_in_its_way_is_certified_by_nobody(site, user):
    executed(site)
    site.do("op", "deviation open", of_batch=BATCH, what="a bag fell", contained="set aside")
    site.do("lead", "review production", of_batch=BATCH)
    site.do("qa", "review quality", of_batch=BATCH)
    site.do("qa2", "review trail", of_batch=BATCH)
    site.refused(user, "release certify", of_batch=BATCH)
    assert state(site) == "quality reviewed"


def test_an_open_deviation_alone_keeps_a_batch_from_its_certificate(site):
    reviewed(answered(executed(site)))
    site.do("op", "deviation open", of_batch=BATCH, what="a bag fell", contained="set aside")
    reviewed(site)
    assert site.refused("qp", "release certify", of_batch=BATCH) == ("DEV-0001 is open: a bag fell",)


def test_a_signature_that_holds_no_more_is_in_the_way_until_it_is_put_anew(site):
    executed(site)
    site.do("op", "sign put", object=OBJECT, meaning="performed")
    site.append(Act(site.clock.wall, "note add", actor="op2", object="note E-1", batch=BATCH))
    assert any("the signature of op (performed)" in text for text in inway(site))
    site.do("op", "sign put", object=OBJECT, meaning="performed")
    assert not any("the signature of op" in text for text in inway(site))


def test_a_void_signature_on_a_value_of_the_batch_is_in_the_way_as_well(site):
    executed(site)
    noted = Act(site.clock.wall, "note add", actor="op", object="note E-1", batch=BATCH, new={"value": "5"})
    site.append(noted)
    site.do("op", "sign put", object="note E-1", meaning="performed")
    site.append(noted)
    assert any("the signature of op (performed)" in text for text in inway(site))


@pytest.mark.requirement("A16-2")
def test_in_a_real_journal_nothing_is_certified_that_was_not_issued_and_bound(site):
    site.bus.books = site.bus._gate.books = site.bus._objections.books = Books(site.permissions, simulated=False)
    for entry in site.journal.entries():
        site.books.take(entry)
    reviewed(answered(executed(site)))
    because = site.refused("qp", "release certify", of_batch=BATCH)
    assert because == (
        f"{BATCH} was not issued by an effective master at an active site (axenic order issue)",
        f"{BATCH} is not bound to its patient (axenic identity bind)",
    )


@pytest.mark.requirement("A16-2")
def test_a_site_that_works_by_masters_certifies_nothing_that_was_not_issued(site):
    executed(site)
    assert not any("was not issued" in text for text in inway(site))
    active(site)
    effective(site, 1)
    assert any("was not issued" in text for text in inway(site))


def test_a_recipe_that_is_not_in_the_record_leaves_the_tests_unknown(site):
    site.append(BatchOrdered(START, BATCH, "COI-1", RECIPE, START))
    assert "its tests are not known" in inway(site)[0]


def test_any_register_may_block_a_batch(site):
    class Quarantine:
        def take(self, entry):
            pass

        def blockers(self, batch):
            return [f"{batch} is in quarantine"]

    reviewed(answered(executed(site)))
    site.books._registers += (Quarantine(),)
    assert site.refused("qp", "release certify", of_batch=BATCH) == (f"{BATCH} is in quarantine",)


@pytest.mark.requirement("A16-1")
def test_the_register_names_every_certified_batch_exactly_once(site):
    conditional(site)
    site.do("qc", "release result", of_batch=BATCH, **LATE, value="0")
    reviewed(site)
    site.do("qp", "release certify", of_batch=BATCH)
    rows = certifications(site.books)
    assert [name for name, _ in rows] == [BATCH]
    assert [line.act.command for line in rows[0][1]] == ["release conditional", "release certify"]


@pytest.mark.requirement("A16-1")
def test_a_certificate_is_given_once_and_never_taken_back(site):
    certified(site)
    because = site.refused("qp", "release certify", of_batch=BATCH)
    assert because == (f"the certificate of {BATCH} holds: it is given once",)
    site.do("qp", "release recall", of_batch=BATCH)
    assert [name for name, _ in certifications(site.books)] == [BATCH]


def test_a_batch_that_the_core_rejected_is_never_certified(site):
    out_of_specification(site)
    assert state(site) == "rejected"
    because = site.refused("qp", "release certify", of_batch=BATCH)
    assert any("the core rejected" in text for text in because)


def test_a_failure_after_the_disposition_rejects_what_is_here_and_recalls_what_has_left(site):
    late = RaiseException(9_999_999, START, BATCH, "recalled", "critical", "growth in the sterility test")
    certified(site)
    site.append(late)
    assert state(site) == "recalled"


def test_a_failure_before_the_certificate_rejects(site):
    reviewed(answered(executed(site)))
    site.append(RaiseException(9_999_999, START, BATCH, "recalled", "critical", "growth"))
    assert state(site) == "rejected"


def test_what_is_rejected_is_destroyed_before_two_pairs_of_eyes(site):
    executed(site)
    site.do("qp", "release reject", of_batch=BATCH)
    assert "a second person" in site.refused("lead", "release destroy", of_batch=BATCH)[0]
    site.do("lead", "release destroy", of_batch=BATCH, second="op")
    assert state(site) == "destroyed"


# out of specification ---------------------------------------------------------------------------------------


@pytest.mark.requirement("P4-OOS1")
@pytest.mark.parametrize("where", ["rejected", "production reviewed", "quality reviewed"])
def test_a_batch_out_of_specification_never_becomes_certified(site, where):
    out_of_specification(site)
    site.books.batches.get(BATCH).state = where
    for command in ("release certify", "release conditional"):
        site.refused("qp", command, of_batch=BATCH)
    assert state(site) == where


@pytest.mark.requirement("P4-OOS2")
def test_it_is_supplied_only_with_every_paper_and_then_the_notice_has_its_time(site):
    out_of_specification(site)
    because = site.refused("qp", "release oos", of_batch=BATCH)
    assert any("has no answer: release test viability" in text for text in because)
    taken = tuple(flag.seq for flag in unanswered(site.books, BATCH))
    site.do("qa", "deviation open", of_batch=BATCH, what="too few live cells", contained="kept", entries=taken)
    before = [p.paper for p in shipped_papers().list if p.for_ == "supplied out of specification" and not p.within]
    assert len(before) == 4
    for n, name in enumerate(before):
        assert len([x for x in site.refused("qp", "release oos", of_batch=BATCH) if "is missing: " in x]) == 4 - n
        paper(site, name)
    assert site.refused("qp", "release oos", of_batch=BATCH) == ("review quality is missing",)
    site.do("lead", "review production", of_batch=BATCH)
    site.do("qa2", "review quality", of_batch=BATCH)
    site.do("qp", "release oos", of_batch=BATCH)
    assert state(site) == "supplied out of specification"
    (notice,) = [x for x in checklist(site.books, site.books.batches.get(BATCH), state(site)) if x.paper.within]
    assert notice.due == site.last().at + 48 * HOUR
    site.clock.pass_by(49 * HOUR)
    assert any(text.startswith("notice to the authority was due") for text in inway(site))
    paper(site, "notice to the authority")
    assert not any(text.startswith("notice to the authority") for text in inway(site))


def supplied(site):
    out_of_specification(site)
    taken = tuple(flag.seq for flag in unanswered(site.books, BATCH))
    site.do("qa", "deviation open", of_batch=BATCH, what="too few live cells", contained="kept", entries=taken)
    for known in shipped_papers().list:
        if known.for_ == "supplied out of specification":
            paper(site, known.paper)
    site.do("lead", "review production", of_batch=BATCH)
    site.do("qa2", "review quality", of_batch=BATCH)
    site.do("qp", "release oos", of_batch=BATCH)


@pytest.mark.requirement("P4-OOS2")
def test_what_comes_after_the_supply_makes_its_signature_void_and_it_is_reviewed_and_signed_anew(site):
    supplied(site)
    assert any("holds: it is given once" in text for text in site.refused("qp", "release oos", of_batch=BATCH))
    site.append(RaiseException(9_999_999, START, BATCH, "overdue", "major", "sealing is overdue"))
    assert len(void_certificate(site.books, site.books.batches.get(BATCH))) == 1
    assert any("has no answer: sealing is overdue" in x for x in site.refused("qp", "release oos", of_batch=BATCH))
    site.do("qa", "review answer", of_batch=BATCH, entries=tuple(f.seq for f in unanswered(site.books, BATCH)))
    assert any("is void" in text for text in site.refused("qp", "release oos", of_batch=BATCH))
    site.do("lead", "review production", of_batch=BATCH)
    site.do("qa2", "review quality", of_batch=BATCH)
    site.do("qp", "release oos", of_batch=BATCH)
    assert void_certificate(site.books, site.books.batches.get(BATCH)) == []
    assert state(site) == "supplied out of specification"


@pytest.mark.requirement("P4-OOS2")
def test_who_filed_a_paper_does_not_supply_on_it_and_its_digest_is_that_of_the_file(site):
    out_of_specification(site)
    given = {"paper": "request of the physician", "reference": "DMS-1", "file": PAPER}
    act = site.do("qp", "release document", of_batch=BATCH, **given)
    assert act.new["sha256"] == sha256(Path(PAPER).read_bytes()).hexdigest()
    assert any("who filed a paper does not supply" in x for x in site.refused("qp", "release oos", of_batch=BATCH))


def test_who_read_the_trail_does_not_certify(site):
    answered(executed(site))
    site.do("admin", "user grant", user="qp", role="QA reviewer")
    site.do("lead", "review production", of_batch=BATCH)
    site.do("qa", "review quality", of_batch=BATCH)
    site.do("qp", "review trail", of_batch=BATCH)
    assert "read the trail does not certify" in site.refused("qp", "release certify", of_batch=BATCH)[0]


def test_who_reported_a_result_does_not_decide_on_it(site):
    conditional_rules = [a for a in site.permissions.apart if "release result" in a.first]
    assert {"release certify", "release conditional", "release oos"} <= set(conditional_rules[0].then)


def test_that_the_core_rejected_it_is_listed(site):
    out_of_specification(site)
    assert any(text.startswith("the core rejected it: release test viability") for text in inway(site))


def test_a_batch_within_its_specification_cannot_take_that_way(site):
    executed(site)
    for name in ("hazard and alternatives", "request of the physician", "risk evaluation"):
        paper(site, name)
    paper(site, "acceptance of the physician")
    assert "is not out of specification" in site.refused("qp", "release oos", of_batch=BATCH)[0]


def test_a_paper_is_of_the_list_and_has_the_digest_of_its_file(site):
    executed(site)
    given = {"of_batch": BATCH, "paper": "a letter", "reference": " ", "file": "not there"}
    assert len(site.refused("qa", "release document", **given)) == 3


# results that come later ------------------------------------------------------------------------------------


@pytest.mark.requirement("P4-REL2")
def test_with_a_result_still_out_a_batch_is_certified_conditionally_or_not_at_all(site):
    executed(site)
    site.do("qc", "release await", of_batch=BATCH, **GIVEN["release await"])
    reviewed(answered(site))
    assert "sterility, 14 d" in site.refused("qp", "release certify", of_batch=BATCH)[0]
    site.do("qp", "release conditional", of_batch=BATCH)
    assert state(site) == "certified conditional"


@pytest.mark.requirement("P4-REL2")
def test_a_late_bad_result_recalls_the_dose_and_the_physician_is_told_in_time(site):
    conditional(site)
    site.do("qc", "release result", of_batch=BATCH, **LATE, value="1")
    assert state(site) == "recalled"
    (notice,) = checklist(site.books, site.books.batches.get(BATCH), "recalled")
    assert (notice.paper.paper, notice.due) == ("notice to the physician", site.last().at + 24 * HOUR)
    site.clock.pass_by(DAY + HOUR)
    assert any(text.startswith("notice to the physician was due") for text in inway(site))
    paper(site, "notice to the physician")
    assert not any(text.startswith("notice to the physician") for text in inway(site))


@pytest.mark.requirement("P4-REL2")
def test_a_late_good_result_leads_to_the_full_certificate_after_a_new_review(site):
    conditional(site)
    site.do("qc", "release result", of_batch=BATCH, **LATE, value="0")
    assert "is void" in site.refused("qp", "release certify", of_batch=BATCH)[0]
    reviewed(site)
    site.do("qp", "release certify", of_batch=BATCH)
    assert state(site) == "certified"


def test_without_a_missing_result_there_is_nothing_to_certify_conditionally(site):
    reviewed(answered(executed(site)))
    assert site.refused("qp", "release conditional", of_batch=BATCH) == ("no result is missing: certify it",)


def test_a_result_is_given_once_and_a_test_of_the_recipe_keeps_its_limit(site):
    conditional(site)
    site.do("qc", "release result", of_batch=BATCH, **LATE, value="0")
    assert "does not wait for" in site.refused("qc", "release result", of_batch=BATCH, **LATE, value="0")[0]


def test_a_limit_is_not_changed_by_naming_its_test_anew(site):
    executed(site)
    given = {"test": "viability", "limit": ">= 10 %", "due": "2026-12-20"}
    assert "is not changed by naming it anew" in site.refused("qc", "release await", of_batch=BATCH, **given)[0]


def test_what_is_awaited_has_a_limit_that_can_be_read_and_a_day_to_come(site):
    executed(site)
    assert len(site.refused("qc", "release await", of_batch=BATCH, test="", limit="low", due="soon")) == 3


def test_everything_signed_on_a_batch_can_be_written_as_canonical_json(site):
    certified(site)
    assert json.dumps(dict(site.last().new))
