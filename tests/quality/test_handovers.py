"""At every hand-over two scans belong together, or everything that they concern stands still until quality decides."""

from __future__ import annotations

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from axenic.quality.commands import COMMANDS
from axenic.quality.release import blockers
from axenic.quality.requests import requests
from axenic.quality.review import flags_of, unanswered
from axenic.record.entry import Act
from tests.identity.codes import ANNA, ANNAS_CELLS, BRUNO, BRUNOS_CELLS, GTIN, hostile
from tests.quality.bound import (
    ANNAS,
    BRUNOS,
    STEPS,
    bag,
    both,
    cleared,
    dose,
    hand_over,
    scans,
    swapped,
    tried,
    wrist,
)
from tests.quality.made import answered, executed, out_of_specification
from tests.quality.site import Site

ANNA_TYPED = str(ANNA)


@pytest.fixture
def site(site):
    """A site with Anna's and Bruno's batches bound."""
    return both(site)


def held(site: Site) -> list[str]:
    """The batches that the core is asked to hold."""
    return [fact.batch for fact in requests(site.journal.entries(), site.clock.wall)]


def kinds(site: Site, batch: str) -> list[tuple[str, str]]:
    return [(f.kind, f.severity) for f in flags_of(site.books, batch)]


@pytest.mark.requirement("P4-AUT")
def test_the_right_bag_for_the_right_patient_is_a_match_on_record(site):
    act = hand_over(site, place="suite 3")
    assert (act.new["outcome"], act.new["place"], act.new["batches"]) == ("match", "suite 3", [ANNAS])
    assert [h.matched for h in site.books.handovers.of(ANNAS)] == [True]
    assert (held(site), kinds(site, ANNAS)) == ([], [])
    assert COMMANDS["handover match"](ANNAS).alerts(act) == []


@pytest.mark.requirement("ATT-23", "P4-AUT")
@pytest.mark.parametrize(
    "scanned",
    [
        {"container": bag(BRUNOS_CELLS)},
        {"other": wrist(BRUNO)},
        {"container": bag(BRUNOS_CELLS), "other": wrist(BRUNO)},
        {"container": dose(BRUNOS, "2", BRUNO)},
        {"container": dose(ANNAS, "2", ANNA)},
        {"container": dose(ANNAS, "1", BRUNO)},
        {"container": f"]d201{GTIN}10{BRUNOS}"},
        {"container": bag(BRUNOS_CELLS), "other": "Müller, Anna"},
    ],
)
def test_two_patients_swapped_hold_both_batches_whatever_of_them_was_swapped(site, scanned):
    act = hand_over(site, **scanned)
    assert (act.new["outcome"], set(act.new["batches"])) == ("mismatch", {ANNAS, BRUNOS})
    assert sorted(held(site)) == [ANNAS, BRUNOS]
    for batch in (ANNAS, BRUNOS):
        assert ("identity mismatch", "critical") in kinds(site, batch)
        assert "in doubt since entry" in site.books.handovers.blockers(batch)[0]
    assert "do not touch" in COMMANDS["handover match"](ANNAS).alerts(act)[0]


@pytest.mark.requirement("ATT-23")
def test_a_swap_tried_again_with_a_typed_code_is_stopped_again_and_shows_as_scanned_again(site):
    swapped(site)
    typed = {"container": str(BRUNOS_CELLS), "typed": "container"}
    assert (
        "a second person"
        in site.refused("op", "handover match", of_batch=ANNAS, at="receipt", **scans(ANNAS) | typed)[0]
    )
    act = hand_over(site, **typed, second="op2")
    assert (act.new["outcome"], act.new["how"], act.new["second"]["user"]) == ("mismatch", "typed", "op2")
    assert sorted(held(site)) == [ANNAS, ANNAS, BRUNOS, BRUNOS]
    assert ("scanned again after a mismatch", "major") in kinds(site, ANNAS)
    assert ("scanned again after a mismatch", "major") in kinds(site, BRUNOS)
    assert len(site.books.handovers.stopped_by(BRUNOS)) == 2


@pytest.mark.requirement("ATT-23")
def test_a_right_scan_after_a_mismatch_is_on_record_and_moves_nothing(site):
    seq = seq_of(site, swapped(site))
    act = hand_over(site)
    assert (act.new["outcome"], act.new["held by"]) == ("match", [seq])
    assert COMMANDS["handover match"](ANNAS).alerts(act) == [f"held since the mismatch at entry {seq}: quality decides"]
    assert ("scanned again after a mismatch", "major") in kinds(site, ANNAS)
    assert site.books.handovers.stopped_by(ANNAS) == [seq]


def seq_of(site: Site, act: Act) -> int:
    return next(line.seq for line in site.books.trail.lines if line.act == act)


@pytest.mark.requirement("ATT-23")
def test_nobody_lets_a_batch_go_on_before_quality_has_closed_a_deviation(site):
    seq = seq_of(site, swapped(site))
    for batch in (ANNAS, BRUNOS):
        for user in ("lead", "qa"):
            because = site.refused(user, "order lift", of_batch=batch)
            assert because == (
                f"whose it is is in doubt since entry {seq}: quality must close a deviation that answers it",
            )
    cleared(site, seq)
    for batch in (ANNAS, BRUNOS):
        assert site.books.handovers.stopped_by(batch) == []
        site.do("lead", "order lift", of_batch=batch)


@pytest.mark.requirement("ATT-23")
def test_an_answer_without_a_deviation_does_not_clear_a_mismatch(site):
    executed(site)
    swapped(site)
    answered(site)
    assert unanswered(site.books, ANNAS) == []
    inway = blockers(site.books, site.books.batches.get(ANNAS), site.clock.wall)
    assert any("in doubt since entry" in text for text in inway)


@pytest.mark.requirement("ATT-23")
def test_a_deviation_that_is_only_opened_clears_nothing(site):
    seq = seq_of(site, swapped(site))
    site.do("op", "deviation open", of_batch=ANNAS, what="swapped", contained="set aside", entries=(seq,))
    assert site.books.handovers.stopped_by(ANNAS) == [seq]
    assert site.refused("lead", "order lift", of_batch=ANNAS)


@pytest.mark.requirement("ATT-23")
def test_a_dose_out_of_specification_is_not_supplied_while_it_is_in_doubt_whose_it_is(site):
    out_of_specification(site)
    swapped(site)
    answered(site)
    assert any("in doubt since" in text for text in site.refused("qp", "release oos", of_batch=ANNAS))


@pytest.mark.requirement("ATT-23")
def test_there_is_no_command_and_no_field_that_accepts_a_mismatch():
    words = ("accept", "anyway", "override", "force", "ignore", "reassign")
    names = [n for n in COMMANDS if n.split()[0] in ("identity", "handover", "label", "custody", "order", "patient")]
    fields = [f for name in names for f in COMMANDS[name].__dataclass_fields__]
    assert not [x for x in (*names, *fields) if any(word in x for word in words)]


@pytest.mark.parametrize(
    ("changed", "because"),
    [
        ({"container": "Müller, Anna"}, "the code of the container cannot be taken (AX0651)"),
        ({"container": ""}, "the code of the container cannot be taken"),
        ({"container": wrist(ANNA)}, "both scans are of the same code"),
        ({"other": f"]d201{GTIN}10{ANNAS}"}, "neither code names the patient"),
        ({"container": f"]d201{GTIN}"}, "names neither patient, donation nor batch"),
        ({"at": "cellar"}, "a hand-over is one of receipt"),
        ({"at": "ship"}, "ship is after certified"),
        ({"of_batch": "AX-9"}, "not bound"),
    ],
)
def test_what_cannot_be_told_is_refused_holds_nothing_and_repeats_no_name(site, changed, because):
    found = site.refused("op", "handover match", **{"of_batch": ANNAS, "at": "receipt", **scans(ANNAS)} | changed)
    assert any(because in text for text in found), found
    assert not any("ller" in text for text in found)
    assert held(site) == []


@pytest.mark.parametrize(
    ("typed", "because"),
    [
        ({"other": ANNA_TYPED, "typed": "other"}, ""),
        ({"other": ANNA_TYPED[:-1], "typed": "other"}, "cannot be taken"),
        ({"container": ANNAS_CELLS.number, "typed": "container"}, "(AX0652)"),
        ({"other": ANNA_TYPED, "typed": "both"}, "container or other"),
    ],
)
def test_a_typed_code_has_its_check_character_and_two_persons(site, typed, because):
    given = {"of_batch": ANNAS, "at": "receipt", **scans(ANNAS)} | typed
    assert "a second person" in site.refused("op", "handover match", **given)[0]
    if because:
        assert because in site.refused("op", "handover match", second="op2", **given)[0]
    else:
        site.do("op", "handover match", second="op2", **given)
        assert ("typed instead of scanned or read", "minor") in kinds(site, ANNAS)


@pytest.mark.requirement("P4-AUT", "A11-6")
@pytest.mark.parametrize("carrier", ["container", "other"])
def test_a_code_without_the_word_of_a_scanner_is_not_scanned_whatever_is_said_of_it(site, carrier):
    given = {"of_batch": ANNAS, "at": "receipt", **scans(ANNAS)}
    bare = given | {carrier: given[carrier][3:]}
    because = site.refused("op", "handover match", **bare)
    assert f"the code of the {carrier} cannot be taken (AX0651): switch symbology identifiers on" in because[0]
    assert site.books.handovers.of(ANNAS) == []
    site.do("op", "handover match", **given)


@pytest.mark.requirement("P4-AUT")
def test_a_bound_batch_leaves_only_after_a_match_at_every_step_before_release(site):
    assert site.books.handovers.blockers(ANNAS) == [f"no match on record at: {', '.join(STEPS)}"]
    for step in STEPS:
        hand_over(site, at=step)
    assert site.books.handovers.blockers(ANNAS) == []


def test_a_foreign_bag_of_nobody_here_holds_the_batch_and_its_code_is_not_repeated(site):
    act = hand_over(site, container=f"]d201{GTIN}10MUELLER")
    assert (act.new["outcome"], act.new["batches"]) == ("mismatch", [ANNAS])
    assert "is of no batch here" in act.new["said"][0]
    assert "MUELLER" not in str(act)


@pytest.mark.requirement("ATT-23")
@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(one=hostile, two=hostile, typed=st.sampled_from(["", "container", "other", "x"]))
def test_no_scan_whatsoever_raises_or_matches(site, one, two, typed):
    given_ = {"of_batch": ANNAS, "container": one, "other": two, "typed": typed, "at": "receipt"}
    before = len(site.books.handovers.of(ANNAS))
    if tried(site, "op", "handover match", second="op2", **given_):
        matched = [h for h in site.books.handovers.of(ANNAS)[before:] if h.matched]
        assert not matched or {str(ANNA), ANNAS_CELLS.symbol, str(ANNAS_CELLS)} & {one.strip(), two.strip()}
