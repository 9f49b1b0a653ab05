"""The printed record of a dose that people made: names, times with zone, meanings, old and new values, refusals."""

from __future__ import annotations

import io
import json
import re
from dataclasses import replace

import pypdf
import pytest

from axenic.quality.judged import books_of, judged
from axenic.quality.review import flags_of
from axenic.record.audit import signatures_of
from axenic.record.bundle_verdict import judge_bundle
from axenic.record.carry import carried, sealed_record
from axenic.record.entry import Act, Entry
from axenic.record.journal import Journal, read_journal
from axenic.record.judgement import said_in
from axenic.record.print import print_bundle
from tests.quality.finished import BATCH, STEP, VALUES, finished
from tests.quality.site import STATION, Site


class Printed:
    """A site whose first dose is finished, and the sealed record of it as text."""

    def __init__(self, folder):
        self.path = folder / "journal.db"
        site = Site(Journal.create(self.path, "axenic.example/site"), folder).staffed()
        finished(site)
        self.flags = flags_of(site.books, BATCH)
        self.rules = site.books.screening.rules
        site.bus.close()
        self.reading = read_journal(self.path)
        self.said = judged(books_of(self.reading.entries, True), BATCH)
        self.bundle = carried(BATCH, self.reading, self.path, self.said)
        self.pdf = sealed_record(self.bundle, self.reading, self.path)
        self.pages = [page.extract_text() for page in pypdf.PdfReader(io.BytesIO(self.pdf)).pages]
        self.text = " ".join(" ".join(self.pages).split())
        self.acts = [e for e in self.bundle.entries() if isinstance(e.thing, Act) and e.thing.batch == BATCH]


@pytest.fixture(scope="module")
def printed(tmp_path_factory):
    return Printed(tmp_path_factory.mktemp("printed"))


def section(printed, name, following):
    """The text between two headings."""
    begin = printed.text.index(name)
    return printed.text[begin : printed.text.index(following, begin)]


@pytest.mark.requirement("P11-50b", "P11-50a")
def test_every_signature_is_printed_with_name_time_with_zone_meaning_and_whether_it_holds(printed):
    signed = section(printed, "Signatures printed name", "Corrected values")
    for name, meaning in (
        ("Lead Person", "reviewed by production"),
        ("Qa Person", "reviewed by quality"),
        ("Qa2 Person", "audit trail reviewed"),
        ("Qp Person", "certified for release"),
        ("Qa3 Person", "closed"),
    ):
        assert re.search(rf"{name} {meaning} (batch|deviation) [\w-]+ [-\d]+ [:\d]+ \+0100 Europe/Brussels", signed), (
            name
        )
    assert len(re.findall(r" holds #\d", signed)) == 6
    assert signed.count("VOID: batch AX-0001 was changed after it was signed") == 1


@pytest.mark.requirement("A11-8", "P11-10e2")
def test_a_value_corrected_three_times_shows_all_four_with_a_mark_beside_what_holds(printed):
    first, second, third, now = VALUES
    assert f"c1 viability {STEP} {first} → {second} → {third} → {now}" in printed.text
    by_hand = section(printed, "Values recorded by persons", "Release tests")
    assert f"viability {STEP} {now} % c1" in by_hand
    assert "typed, Op2 Person (op2) and Lead Person (lead)" in by_hand
    assert "Qc Person (qc), 2026-" in by_hand, "who verified it"
    assert "comment Op Person (op): as yesterday" in by_hand
    assert f"value {first} → {second}" in printed.text, "in the trail as well"


@pytest.mark.requirement("P11-10e3")
def test_every_act_on_the_batch_stands_in_the_trail_with_name_role_station_zone_and_reason(printed):
    trail = printed.text[printed.text.index("Audit trail time") :]
    assert len(printed.acts) >= 18
    for entry in printed.acts:
        act = entry.thing
        assert f"#{entry.seq} {act.zone} {act.actor}, {act.actor.title()} Person" in trail, act.command
        assert act.command in trail
    assert f"QA reviewer, {STATION}" in trail
    assert re.search(r"2026-12-\d\d \d\d:\d\d:\d\d\+01:00 #\d+ Europe/Brussels", trail)
    assert "due 2027-03-01" in printed.text


def test_attempts_that_were_refused_are_printed_with_their_reasons(printed):
    refused = [e for e in printed.acts if e.thing.refused]
    assert len(refused) == 2
    assert "shift ends refused: 'release certify' needs the role QP; op has: operator" in printed.text
    assert f"refused: colour is recorded at {STEP} already" in printed.text


def test_the_rules_of_quality_are_printed_with_what_they_looked_at_those_that_found_nothing_too(printed):
    assert (printed.said["rules"]["version"], len(printed.said["ran"])) == (
        printed.rules.version,
        len(printed.rules.rules),
    )
    assert printed.said["rules"]["digest"] in printed.text
    part = section(printed, "Rules that were run", "Deviations DEV-0001")
    for ran in printed.said["ran"]:
        assert (f"{ran['rule']} {ran['looked']} {ran['found']}" if ran["looked"] else ran["rule"]) in part.replace(
            "- ", "-"
        )
    for flag in printed.flags:
        assert f"#{flag.seq} {flag.severity} {flag.kind}" in printed.text


def test_a_deviation_is_printed_from_opening_to_closing_with_its_action(printed):
    part = section(printed, "Deviations DEV-0001", "Signatures printed name")
    for said in (
        "closed, major, opened by op",
        "a drop at the port",
        "port clamped",
        "worn clamp",
        "new clamps, by fitter",
    ):
        assert said in part
    assert "no effect on the dose" in part


@pytest.mark.requirement("US-188", "P4-BR1")
def test_each_clause_of_211_188_is_answered_by_a_section_or_said_to_have_nothing_on_record(printed):
    part = section(printed, "What 21 CFR 211.188 asks", "Proof This record")
    for clause in ("(a)", *(f"(b)({n})" for n in range(1, 14))):
        assert f"{clause} " in part
    assert part.count("nothing on record") == 4, "labels, their area, containers, examinations: this run records none"
    for heading in ("Steps", "In-process controls", "Release tests", "Materials, equipment, persons", "Deviations"):
        assert printed.text.count(heading) >= 2
    assert re.search(r"by the core: released", printed.text, re.IGNORECASE)
    assert f"{BATCH} certified" in printed.text


def test_every_page_says_simulated_and_its_number(printed):
    for number, page in enumerate(printed.pages, 1):
        assert "SIMULATED" in page
        assert f"page {number} of {len(printed.pages)}" in " ".join(page.split())


@pytest.mark.requirement("P11-10b1")
def test_it_is_laid_out_from_the_bundle_alone_and_what_quality_says_is_signed_in_it(printed):
    data = printed.bundle.to_bytes()
    assert judge_bundle(data).ok
    assert said_in(printed.bundle.judgement) == printed.said == json.loads(json.dumps(printed.said))
    assert printed.pdf.startswith(print_bundle(printed.bundle))
    changed = data.replace(b"a drop at the port", b"a drip at the port")
    assert not judge_bundle(changed).ok


def test_what_it_prints_is_what_the_journal_says_to_a_reviewer(printed):
    assert [(f["entry"], f["kind"], f["severity"]) for f in printed.said["flags"]] == [
        (f.seq, f.kind, f.severity) for f in printed.flags
    ]
    assert printed.said["state"] == "certified"


@pytest.mark.requirement("ATT-24")
def test_a_signature_copied_to_another_act_is_printed_as_void(printed):
    signed = next(e for e in printed.acts if e.thing.command == "release certify" and not e.thing.refused)
    copied = replace(signed.thing, at=signed.thing.at + 60_000, object=f"batch {BATCH}", reason="copied")
    said = judged(books_of([*printed.reading.entries, Entry(signed.seq + 1, "act", copied)], True), BATCH)
    assert said["void"][str(signed.seq + 1)] == "it was made for another act: a signature cannot be moved"
    (row,) = signatures_of([Entry(signed.seq + 1, "act", copied)], said["void"])
    assert row["standing"].startswith("VOID: it was made for another act")
