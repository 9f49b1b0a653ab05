"""Review by exception: every rule finds what it is for, and nothing raised is ever hidden."""

from __future__ import annotations

import time

import pytest
from bench.contest import say
from bench.planted import ANOMALIES, TWENTY, entries_of, planted, sound

from axenic.control.facts import BatchOrdered
from axenic.control.orders import CloseBatch, RaiseException
from axenic.quality.ask import answers, filled
from axenic.quality.exception_rules import RANK, When, shipped_rules
from axenic.quality.raised import Raised
from axenic.quality.review import flags_of
from axenic.quality.screening import Screening
from axenic.record.entry import Act
from tests.quality.site import START

KINDS = (  # the 16 kinds that users of batch systems ask for, as the rules' clauses number them
    *("equipment not ready", "unapproved or expired material", "wrong material", "critical parameter out of limits"),
    *("charge over limits", "expired work in progress", "filter integrity failed", "equipment failure"),
    *("typed instead of scanned or read", "forced or voided instruction", "change in the control system"),
    *("sample out of specification", "deviation from a manual step", "link failure", "comment of an operator"),
    "aborted batch",
)
MORE = {  # and what the issue asks for besides
    *("contamination budget exceeded", "outcome settled by a person", "late entry", "corrected entry"),
    *("scanned again after a mismatch", "alarm", "interlock refused a passage", "decontamination repeated"),
    *("access anomaly", "clock fault", "restore or outage during the batch", "identity mismatch", "missing data"),
    "overdue",
}


def screened(*things):
    screening = Screening()
    for entry in entries_of([BatchOrdered(START, "B-1", "COI-1", "car-t-9-day", START), *things]):
        screening.take(entry)
    return screening


@pytest.mark.requirement("US-192")
@pytest.mark.parametrize("rule", ANOMALIES)
def test_an_exception_of_every_rule_is_found_on_its_batch(rule):
    screening = screened(*ANOMALIES[rule]("B-1", 7, START))
    of_the_site = {r.rule for r in shipped_rules().rules if r.concerns == "site"}
    found = screening.flags("" if rule in of_the_site else "B-1")
    assert rule in {flag.rule for flag in found}
    assert all("{" not in flag.text for flag in found)


def test_there_is_an_anomaly_for_every_rule_and_a_rule_for_every_anomaly():
    assert list(ANOMALIES) == [rule.rule for rule in shipped_rules().rules]


@pytest.mark.parametrize("number", range(1, 17))
def test_each_of_the_sixteen_kinds_has_a_rule_that_finds_it(number):
    rules = [r for r in shipped_rules().rules if r.clause == f"kind {number}"]
    assert KINDS[number - 1] in {r.kind for r in rules}


def test_what_the_record_of_gmp_asks_for_besides_has_rules_too():
    assert {r.kind for r in shipped_rules().rules} >= MORE


def test_a_batch_without_anomaly_shows_nothing_and_every_rule_that_was_run():
    screening = screened()
    assert screening.flags("B-1") == []
    ran = screening.ran("B-1", [])
    assert len(ran) == len(shipped_rules().rules)
    assert not any(row.found for row in ran)


def test_exceptions_come_ranked_the_most_severe_first():
    things = [thing for make in ANOMALIES.values() for thing in make("B-1", 7, START)]
    ranks = [RANK[flag.severity] for flag in screened(*things).flags("B-1")]
    assert ranks == sorted(ranks)
    assert set(ranks) == set(RANK.values())


def test_what_a_register_raised_is_classified_like_what_the_core_raised():
    late = Raised("B-1", "a kind of a register", "major", "seen there", 99, START)
    assert [(f.rule, f.severity, f.text) for f in screened().flags("B-1", [late])] == [
        ("anything-else", "major", "seen there")
    ]


def test_what_the_core_raised_is_not_shown_twice():
    raised = RaiseException(7, START, "B-1", "overdue", "major", "late")
    twin = Raised("B-1", "overdue", "major", "late", 2, START)
    assert len(screened(raised).flags("B-1", [twin])) == 1


def test_a_fault_of_the_clock_concerns_every_batch_under_way_and_no_other():
    second = BatchOrdered(START, "B-2", "COI-2", "car-t-9-day", START)
    screening = screened(Act(START, "clock stepped", new={"by ms": 9}), second)
    assert [f.rule for f in screening.flags("B-1")] == ["clock-set"]
    assert screening.flags("B-2") == []


@pytest.mark.requirement("ATT-07")
def test_a_clock_set_after_the_core_closed_a_batch_concerns_it_until_it_is_certified():
    stepped = Act(START, "clock stepped", new={"by ms": 9})
    closed = CloseBatch(7, START, "B-1")
    assert [f.rule for f in screened(closed, stepped).flags("B-1")] == ["clock-set"]
    certified = Act(START, "release certify", "qp", batch="B-1")
    assert screened(closed, certified, stepped).flags("B-1") == []


def test_who_was_not_identified_puts_nothing_on_the_batch_they_name():
    act = Act(START, "review quality", batch="B-1", new={"claimed": "qp"}, refused=("wrong lot, out of sequence",))
    screening = screened(*[act] * 3)
    assert screening.flags("B-1") == []
    assert "access-repeated" in {f.rule for f in screening.flags("")}


@pytest.mark.parametrize("command", ["review quality", "review production", "release certify"])
def test_a_refused_judgement_is_no_exception_that_quotes_others(command):
    because = ("'review quality' is not possible from 'executed'", "wrong lot: mismatch")
    assert screened(Act(START, command, "qa", batch="B-1", refused=because)).flags("B-1") == []


def test_what_a_rule_looked_at_is_counted_by_batch():
    act = Act(START, "bypass force", "op", batch="B-2", reason="x")
    looked = {batch: {r.rule: r.looked for r in screened(act).ran(batch, [])}["bypassed"] for batch in ("B-1", "B-2")}
    assert looked == {"B-1": 0, "B-2": 1}


def test_two_failures_to_log_in_are_no_anomaly_and_three_in_two_hours_are_none_either():
    because = ("user or password are not right",)
    hour = 3_600_000
    times = (0, hour + 1, 2 * hour + 2)
    screening = screened(*(Act(START + t, "user login", new={"claimed": "qp"}, refused=because) for t in times))
    assert screening.flags("B-1") == []


@pytest.mark.parametrize(
    ("when", "yes", "no"),
    [
        (When(field="reason", holds=("leak",)), {"reason": "leaking bag"}, {"reason": "bleak day"}),
        (When(field="new.v", above=5), {"new": {"v": "5.1"}}, {"new": {"v": "5"}}),
        (When(field="new.v", below=5), {"new": {"v": "4"}}, {"new": {"v": "none"}}),
        (When(field="a", above_field="b"), {"a": "2", "b": "1"}, {"a": "2"}),
        (When(field="a", later_than="b", by="1 s"), {"a": 2001, "b": 1000}, {"a": 2000, "b": 1000}),
        (When(field="a", is_not=("x",)), {"a": "y"}, {}),
        (When(field="a", is_=("X",)), {"a": "x"}, {"a": "xx"}),
        (When(field="a", given=False), {}, {"a": "1"}),
    ],
)
def test_the_vocabulary_means_what_it_says(when, yes, no):
    assert answers(when, yes)
    assert not answers(when, no)


def test_a_text_shows_fields_and_nothing_where_there_is_none():
    assert filled("{a}: {b.c}{d}", {"a": ("x", "y"), "b": {"c": 3}}) == "x; y: 3"


@pytest.mark.requirement("D-12.7")
def test_twenty_anomalies_among_fifty_thousand_events_are_all_surfaced_and_nothing_else(capsys):
    log = sound(50_000)
    before = _flags(log)[0]
    mixed, seqs = planted(log)
    found, seconds = _flags(mixed)
    surfaced = {rule for rule, there in seqs.items() if any(f.rule == rule and f.seq in there for f in found)}
    everything_planted = set().union(*seqs.values())
    said_before = {(f.rule, f.batch, f.at, f.text) for f in before}
    others = [f for f in found if f.seq not in everything_planted]
    false = [f for f in others if (f.rule, f.batch, f.at, f.text) not in said_before]
    with capsys.disabled():
        say(f"\n{len(mixed)} events, {len(surfaced)} of {len(TWENTY)} surfaced, {len(false)} false, {seconds:.2f} s")
    assert len(mixed) > 50_000
    assert surfaced == set(TWENTY)
    assert false == []
    assert len(others) == len(before)
    assert seconds < 10


def _flags(things):
    entries = entries_of(things)
    screening = Screening()
    start = time.perf_counter()
    for entry in entries:
        screening.take(entry)
    flags = [flag for batch in screening.batches() for flag in screening.flags(batch)]
    return flags, time.perf_counter() - start


def test_the_books_show_what_any_register_raised(site):
    site.append(BatchOrdered(START, "B-1", "COI-1", "car-t-9-day", START))
    site.append(RaiseException(7, START, "B-1", "overdue", "major", "late"))
    assert [(f.rule, f.seq) for f in flags_of(site.books, "B-1")] == [("overdue", site.books.size)]
