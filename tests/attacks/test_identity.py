"""Attack 23: to give one patient what belongs to another, by a bag, a wristband or a label."""

from __future__ import annotations

import pytest

from axenic.quality.commands import COMMANDS
from tests.identity.codes import ANNA, ANNAS_CELLS, BRUNO, BRUNOS_CELLS
from tests.quality.bound import ANNAS, BRUNOS, bag, both, cleared, dose, label_file, wrist

STOPPED = 1  # taken, on record, and to be heeded
MATCH = ("handover", "match", ANNAS, "--at", "receipt")
ACCEPTS = ("accept", "anyway", "override", "ignore", "reassign", "skip")


@pytest.fixture
def inspector(inspector, site):
    """At a site with the batches of two patients, Anna and Bruno, each bound to their own."""
    both(site)
    return inspector


def scanned(container: str = bag(ANNAS_CELLS), other: str = wrist(ANNA)) -> tuple[str, ...]:
    return (*MATCH, "--container", container, "--other", other)


def stopped(inspector, user: str, *words: str, **given: str) -> str:
    """A command that is taken and stops what it concerns; what it says to do."""
    code, out, err = inspector.act(user, *words, **given)
    assert code == STOPPED, err
    inspector.site.bus.catch_up()
    return out


def holds(inspector, batch: str) -> list[str]:
    return [t for t in inspector.show("release", "show", batch)["blockers"] if "whose it is is in doubt" in t]


def kinds(inspector, batch: str) -> list[tuple[str, str]]:
    return [(flag["kind"], flag["severity"]) for flag in inspector.show("review", "show", batch)["exceptions"]]


@pytest.mark.requirement("ATT-23", "P4-AUT")
@pytest.mark.parametrize(
    "swap",
    [
        {"container": bag(BRUNOS_CELLS)},
        {"other": wrist(BRUNO)},
        {"container": dose(BRUNOS, "2", BRUNO)},
    ],
    ids=["bag", "wristband", "label"],
)
def test_attack_23_two_patients_swapped_are_stopped_before_contact_and_both_batches_hold(inspector, swap):
    assert "do not touch" in stopped(inspector, "op", *scanned(**swap))
    for batch in (ANNAS, BRUNOS):
        assert holds(inspector, batch)
        assert ("identity mismatch", "critical") in kinds(inspector, batch)
        for user in ("lead", "qa"):
            assert "whose it is is in doubt" in inspector.refused(user, "order", "lift", batch)


@pytest.mark.requirement("ATT-23")
def test_attack_23_neither_the_right_bag_afterwards_nor_a_typed_code_undoes_it_but_quality_does(inspector, site):
    stopped(inspector, "op", *scanned(container=bag(BRUNOS_CELLS)))
    (doubt,) = holds(inspector, ANNAS)
    typed = (*scanned(container=str(BRUNOS_CELLS)), "--typed", "container")
    assert "a second person" in inspector.refused("op", *typed)
    stopped(inspector, "op", *typed, second="op2")
    assert "quality decides" in stopped(inspector, "op", *scanned())
    assert doubt in holds(inspector, ANNAS)
    assert ("scanned again after a mismatch", "major") in kinds(inspector, ANNAS)
    for seq in site.books.handovers.stopped_by(ANNAS):
        cleared(site, seq)
    assert holds(inspector, ANNAS) == holds(inspector, BRUNOS) == []
    inspector.does("lead", "order", "lift", ANNAS)


@pytest.mark.requirement("ATT-23")
def test_attack_23_a_label_of_one_patient_is_not_put_on_the_bag_of_the_other(inspector, site):
    for batch in (ANNAS, BRUNOS):
        out = str(site.folder / f"{batch}.pdf")
        inspector.does("op", "label", "print", batch, "--file", label_file(site.folder, batch), "--out", out)
    put = ("label", "apply", ANNAS, "--container", bag(BRUNOS_CELLS), "--other", dose(ANNAS, "1", ANNA))
    assert "do not touch" in stopped(inspector, "op", *put)
    assert holds(inspector, ANNAS) and holds(inspector, BRUNOS)


@pytest.mark.requirement("ATT-23")
def test_attack_23_there_is_no_word_for_going_on_anyway(inspector, axenic):
    for name in (name for name in COMMANDS if name.split()[0] in ("handover", "identity", "label")):
        options = {word for word in axenic(*name.split(), "--help")[1].split() if word.startswith("--")}
        assert "--journal" in options
        assert not {words for words in (*options, name) if any(word in words for word in ACCEPTS)}
    assert "nknown option" in inspector.unknown(*scanned(container=bag(BRUNOS_CELLS)), "--accept")
