"""Who is let in: nobody without proof of who they are, nobody untrained, nobody whose secrets were taken away."""

from __future__ import annotations

import dataclasses
import json

import pytest

from axenic.quality.actor import Claim, Refused
from axenic.quality.commands import COMMANDS
from axenic.quality.permissions import shipped
from tests.quality.doses import BATCH, STEP, begun
from tests.quality.site import DAY, STAFF, STATION, password
from tests.quality.test_no_way_around import dummy

NOTE = {"of_batch": BATCH, "step": STEP, "value": "clear"}
TRAINED = [
    *("entry add", "entry correct", "review production", "review quality", "review trail"),
    *("release certify", "release conditional", "release oos"),
]
NOBODY = [
    Claim(station=STATION),
    Claim(user="op", station=STATION),
    Claim(user="op", station=STATION, password="a guess of theirs"),
    Claim(user="nobody", station=STATION, password=password("op")),
    Claim(user="op", station=STATION, session="a token that was never given"),
]


@pytest.mark.requirement("P11-10d")
@pytest.mark.parametrize("claim", NOBODY)
def test_no_command_is_carried_out_for_somebody_who_is_not_identified(site, claim):
    for name in COMMANDS:
        before = site.books.persons.all(), site.books.batches.all()
        with pytest.raises(Refused):
            site.terminal.do(dummy(name), claim)
        assert (site.books.persons.all(), site.books.batches.all()) == before
        attempt = next(line.act for line in reversed(site.books.trail.lines) if line.act.refused)
        assert (attempt.command, attempt.actor) == (name, "")


@pytest.mark.requirement("D-11b")
def test_from_a_remote_station_a_password_alone_opens_nothing(site):
    site.do("admin", "station add", station="HOME", zone="Europe/Brussels", remote=True)
    with pytest.raises(Refused, match="from a remote station both components are needed"):
        site.terminal.do(COMMANDS["user declare"](), site.claim("qp", station="HOME", code=""))
    site.terminal.do(COMMANDS["user login"](), site.claim("qp", station="HOME"))


@pytest.mark.requirement("P11-10i")
def test_who_is_not_trained_in_the_procedure_or_no_longer_is_does_nothing_by_it(site):
    begun(site)
    rules = tuple(
        rule.model_copy(update={"trained": "SOP-12 v3"}) if rule.command in ("entry add", "sign put") else rule
        for rule in shipped().commands
    )
    site.books.permissions = shipped().model_copy(update={"commands": rules})
    why = "op has no training in SOP-12 v3 that is in date (axenic user train)"
    assert why in site.refused("op", "entry add", **NOTE, name="colour")
    site.do("lead", "user train", user="op", procedure="SOP-12 v2", until="2027-11-28")
    assert why in site.refused("op", "entry add", **NOTE, name="colour")
    site.do("lead", "user train", user="op", procedure="SOP-12 v3", until="2026-12-28")
    site.do("op", "entry add", **NOTE, name="colour")
    site.clock.pass_by(40 * DAY)
    assert why in site.refused("op", "sign put", object=f"batch {BATCH}", meaning="performed")


@pytest.mark.requirement("P11-10i")
def test_the_second_person_is_trained_in_the_procedure_too(site):
    begun(site)
    given = {"of_batch": BATCH, "step": STEP, "name": "viability", "value": "91", "unit": "%"}
    site.bring("op3", "operator")
    why = "op3 has no training in SOP-RECORDS v1 that is in date (axenic user train)"
    assert site.refused("op", "entry add", **given, second="op3") == (why,)
    site.do("lead", "user train", user="op3", procedure="SOP-RECORDS v1", until="2027-11-28")
    assert site.do("op", "entry add", **given, second="op3").new["second"]["user"] == "op3"


@pytest.mark.requirement("P11-100b")
def test_no_account_is_added_without_saying_how_the_identity_was_verified(site):
    told = {"user": "new", "name": "New Person", "roles": ("operator",), "identity": "HR new"}
    for proof in ("", "  "):
        assert "say how the identity was verified (--proof)" in site.refused("admin", "user add", **told, proof=proof)
    site.do("admin", "user add", **told, proof="passport")
    assert site.books.persons.get("new").proof == "passport"
    assert not site.books.persons.get("new").active()


@pytest.mark.requirement("P11-300a")
@pytest.mark.parametrize("user", ["op", "OP", "Op", "оp", "op ", "o\u200bp"])
def test_an_id_that_is_or_looks_like_another_is_refused(site, user):
    told = {"user": user, "name": "Other", "roles": ("operator",), "proof": "passport"}
    because = site.refused("admin", "user add", **told)
    assert any("never used again" in text or "an id is 2 to 32 of a-z" in text for text in because)


@pytest.mark.requirement("P11-300c")
@pytest.mark.parametrize("command", ["user disable", "user reset"])
def test_secrets_that_were_taken_away_open_nothing_at_once_and_end_every_session(site, command):
    token = site.terminal.do(COMMANDS["user login"](), site.claim("op"))[1]["session"]
    site.do("admin", command, user="op", **({"proof": "seen by HR"} if command == "user reset" else {}))
    for claim in (Claim(session=token, station=STATION, password=password("op")), site.claim("op")):
        with pytest.raises(Refused):
            site.terminal.do(COMMANDS["user declare"](), claim)
    assert site.safe.sessions_of("op") == []


@pytest.mark.requirement("P11-300c")
def test_a_token_in_use_elsewhere_sees_the_loss_at_once(site, axenic):
    code, out, _ = axenic("user", "list", "--journal", site.folder / "journal.db", "--json")
    before = {holder["user"] for holder in json.loads(out)["holders"]}
    site.do("admin", "user disable", user="op")
    code, out, _ = axenic("user", "list", "--journal", site.folder / "journal.db", "--json")
    assert code == 0 and before - {holder["user"] for holder in json.loads(out)["holders"]} == {"op"}


@pytest.mark.requirement("P11-10i")
@pytest.mark.parametrize("name", TRAINED)
def test_nobody_records_corrects_reviews_certifies_or_supplies_untrained(bare, name):
    for user in ("admin", "owner"):
        bare.bring(user, *STAFF[user])
        if user == "admin":
            bare.do("admin", "station add", station=STATION)
    role = shipped().rule(name).roles[0]
    bare.bring("new", role)
    fields = {f.name: "x" for f in dataclasses.fields(COMMANDS[name]) if f.default is dataclasses.MISSING}
    assert any("new has no training in SOP-" in text for text in bare.refused("new", name, **fields))
