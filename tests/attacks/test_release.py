"""Attacks 20, 21 and 28: to let a dose leave that must not, or to make one where none may be made."""

from __future__ import annotations

import pytest

from axenic.control.facts import BatchOrdered
from axenic.notation.document import load, write
from axenic.quality.review import unanswered
from axenic.recipe.recipe import Recipe
from axenic.record.entry import Document
from tests.quality.issuing import NAME, effective, text
from tests.quality.made import BATCH, answered, executed, out_of_specification, reviewed
from tests.quality.site import STAFF

DOSE = f"batch {BATCH}"
CERTIFY = ("release", "certify", BATCH)


@pytest.mark.requirement("ATT-20", "US-192", "D-12.8")
def test_attack_20_everything_in_the_way_is_said_and_nobody_certifies(inspector, site):
    executed(site)
    site.do("qc", "release await", of_batch=BATCH, test="sterility, 14 d", limit="== 0 1", due="2026-12-20")
    inspector.does("op", "deviation", "open", BATCH, "--what", "a bag fell", "--contained", "set aside")
    said = "\n".join(inspector.show("release", "show", BATCH)["blockers"])
    for what in ("DEV-0001 is open", "review production is missing", "review trail is missing", "sterility, 14 d"):
        assert what in said
    for user in STAFF:
        why = inspector.refused(user, *CERTIFY, sees=DOSE)
        assert "needs the role QP" in why or "is not possible from 'executed'" in why
    assert inspector.show("release", "register")["register"] == []


@pytest.mark.requirement("ATT-20", "A11-15")
@pytest.mark.parametrize("left_out", ["review trail", "review quality"])
def test_attack_20_without_one_of_the_reviews_the_qp_does_not_certify(inspector, site, left_out):
    answered(executed(site))
    for user, review in (("lead", "review production"), ("qa", "review quality"), ("qa2", "review trail")):
        if review != left_out:
            site.do(user, review, of_batch=BATCH)
    why = inspector.refused("qp", *CERTIFY, sees=DOSE)
    assert f"{left_out} is missing" in why or "is not possible from" in why


@pytest.mark.requirement("ATT-20", "D-11c", "D-12.6")
def test_attack_20_one_person_alone_reviews_and_certifies_nothing(inspector, site):
    answered(executed(site))
    for role in ("supervisor", "QA reviewer"):
        inspector.does("admin", "user", "grant", "qp", "--role", role, second="owner")
    inspector.does("qp", "review", "production", BATCH, "--role", "supervisor", sees=DOSE)
    why = inspector.refused("qp", "review", "quality", BATCH, "--role", "QA reviewer", sees=DOSE)
    assert "does not judge for quality" in why
    site.do("lead", "review production", of_batch=BATCH)
    site.do("qa", "review quality", of_batch=BATCH)
    site.do("qa", "review trail", of_batch=BATCH)
    assert "does not judge for quality" in inspector.refused("qp", *CERTIFY, "--role", "QP", sees=DOSE)


@pytest.mark.requirement("ATT-20", "A16-1")
def test_attack_20_the_honest_way_is_open(inspector, site):
    reviewed(answered(executed(site)))
    inspector.does("qp", *CERTIFY, sees=DOSE)
    assert [row["batch"] for row in inspector.show("release", "register")["register"]] == [BATCH]


@pytest.mark.requirement("ATT-16")
def test_attack_16_a_reviewed_dose_whose_raw_data_is_edited_is_not_certified(inspector, site, tmp_path):
    file = tmp_path / "run.csv"
    file.write_text("t,od\n0,0.1\n", "utf-8")
    executed(site)
    inspector.does("lead", "raw", "attach", BATCH, file)
    reviewed(answered(site))
    file.write_text("t,od\n0,0.9\n", "utf-8")
    inspector.does("qa", "raw", "check")
    assert "raw data invalid" in inspector.refused("qp", *CERTIFY, sees=DOSE)


@pytest.mark.requirement("ATT-21", "P4-OOS1")
def test_attack_21_a_dose_out_of_specification_is_never_certified(inspector, site):
    out_of_specification(site)
    for verb in ("certify", "conditional"):
        why = inspector.refused("qp", "release", verb, BATCH, sees=DOSE)
        assert "is not possible from 'rejected'" in why
    assert any("the core rejected" in text for text in inspector.show("release", "show", BATCH)["blockers"])
    assert inspector.show("release", "show", BATCH)["state"] == "rejected"


@pytest.mark.requirement("ATT-21", "P4-OOS2")
def test_attack_21_only_the_exceptional_way_is_open_and_it_asks_for_every_paper(inspector, site):
    out_of_specification(site)
    supply = ("release", "oos", BATCH)
    entries = tuple(flag.seq for flag in unanswered(site.books, BATCH))
    site.do("qa", "deviation open", of_batch=BATCH, what="too few live cells", contained="kept", entries=entries)
    why = inspector.refused("qp", *supply, sees=DOSE)
    papers = [p["paper"] for p in inspector.show("release", "show", BATCH)["papers"]]
    assert sum(name in why for name in papers) >= 4
    for name in papers:
        given = ("--paper", name, "--reference", "DMS-1", "--file", __file__)
        inspector.does("qa", "release", "document", BATCH, *given)
    site.do("lead", "review production", of_batch=BATCH)
    site.do("qa2", "review quality", of_batch=BATCH)
    inspector.does("qp", *supply, sees=DOSE)
    assert inspector.show("release", "show", BATCH)["state"] == "supplied out of specification"
    assert inspector.show("release", "register")["register"] == []


ISSUE = ("order", "issue", "AX-9", "--patient", "COI-9", "--master", NAME, "--version", "1", "--site")


@pytest.fixture
def network(inspector, site):
    """A central site and a decentralised one, of which the Master File knows only the first."""
    effective(site, 1)
    for name, more in (("central", ("--central",)), ("spoke", ("--rule", "finish"))):
        words = ("site", "register", name, "--reference", "MIA 1", "--begins", "2026-11-01")
        inspector.does("owner", *words, *more)
    inspector.does("owner", "site", "file", "MF-1", "--sites", "central", second="qp")
    return inspector


@pytest.mark.requirement("ATT-28", "UK-1", "EU-DEC")
def test_attack_28_nothing_is_issued_at_a_site_that_is_not_in_the_master_file(network):
    assert "spoke is not in the Master File version MF-1" in network.refused("lead", *ISSUE, "spoke")
    assert "is not registered" in network.refused("lead", *ISSUE, "garage")
    network.does("lead", *ISSUE, "central")


@pytest.mark.requirement("ATT-28", "UK-3", "P4-DEC")
def test_attack_28_a_site_that_is_suspended_begins_nothing_and_its_running_dose_follows_the_declared_rule(
    network, site
):
    agreement = site.folder / "agreement.pdf"
    agreement.write_bytes(b"agreed")
    network.does("owner", "site", "file", "MF-2", "--sites", "central", "--sites", "spoke", second="qp")
    assert "no agreement" in network.refused("lead", *ISSUE, "spoke")
    network.does("qp", "site", "agree", "spoke", "--document", agreement, "--until", "2027-11-01")
    network.does("lead", *ISSUE, "spoke")
    begin(site)
    network.does("qa", "site", "suspend", "spoke")
    told = [flag["text"] for flag in network.show("review", "show", "AX-9")["exceptions"]]
    assert any("declared rule: finish" in words for words in told)
    again = ("order", "issue", "AX-10", *ISSUE[3:])
    assert "spoke is suspended" in network.refused("lead", *again, "spoke")


def begin(site) -> None:
    """The core is given the recipe and begins the dose."""
    at = site.clock.wall
    frozen = write(load(Recipe, text(1), "recipe").value)
    site.append(Document("recipe", NAME, frozen, at), BatchOrdered(at, "AX-9", "COI-9", NAME, at + 1))
