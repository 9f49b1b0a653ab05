"""Attacks 1 to 5: to act or sign as somebody else."""

from __future__ import annotations

import pytest

from tests.quality.made import BATCH, ordered
from tests.quality.site import MINUTE, STATION

DOSE = f"batch {BATCH}"
PERFORMED = ("sign", "put", DOSE, "--meaning", "performed")


@pytest.fixture
def inspector(inspector, site):
    """At a site with a second station and one dose that is ordered."""
    site.do("admin", "station add", station="S-2", zone="Europe/Brussels")
    ordered(site, BATCH)
    return inspector


def signatures(inspector) -> list[str]:
    return [s["user"] for s in inspector.show("sign", "show", DOSE)["signatures"]]


@pytest.mark.requirement("ATT-01", "D-11a")
def test_attack_01_one_login_at_two_stations_is_refused_and_both_stations_are_on_record(inspector):
    token = inspector.session("op")
    assert f"logged in at {STATION}" in inspector.refused("op", "user", "login", "--station", "S-2")
    assert f"logged in at {STATION}" in inspector.refused("op", "user", "declare", "--station", "S-2")
    assert "belongs to S-1" in inspector.refused("op", "user", "declare", "--station", "S-2", session=token)
    rows = inspector.trail("--who", "op", "--what", "user login")
    assert [(row["station"], bool(row["refused because"])) for row in rows] == [(STATION, False), ("S-2", True)]


@pytest.mark.requirement("ATT-02", "P11-200a1")
@pytest.mark.parametrize("badge", [{"code": ""}, {"password": ""}])
def test_attack_02_a_colleagues_badge_alone_signs_nothing(inspector, badge):
    token = inspector.session("op2")
    why = inspector.refused("op2", *PERFORMED, sees=DOSE, session="", **badge)
    assert "give password and code" in why or "a password is missing" in why
    why = inspector.refused("op2", *PERFORMED, sees=DOSE, session=token, password="", code="")
    assert "to sign, give password and code" in why
    assert signatures(inspector) == []


@pytest.mark.requirement("ATT-02", "P11-300d")
def test_attack_02_who_tries_a_colleagues_password_again_and_again_is_locked_out_and_raises_an_alarm(inspector):
    token = inspector.session("op2")
    for n in range(6):
        why = inspector.refused("op2", *PERFORMED, sees=DOSE, session=token, password=f"a guess, number {n}", code="")
    assert "locked out" in why
    rows = inspector.trail("--what", "sign put")
    assert [row["who"] for row in rows] == [""] * 6  # nobody was identified
    assert all("op2" in row["new"] for row in rows)
    assert "access locked: person op2" in inspector.call("alarm", "list")[1]
    assert signatures(inspector) == []


@pytest.mark.requirement("ATT-03", "P11-200a4")
def test_attack_03_an_admin_who_resets_the_qp_does_not_sign_as_the_qp(inspector, site):
    once = inspector.does("admin", "user", "reset", "qp", "--proof", "says so", second="qa")["one-time secret"]
    approve = ("sign", "put", DOSE, "--meaning", "approved")
    assert "enrolling, and for nothing else" in inspector.refused("qp", *approve, once=once, password="", code="")
    shown = inspector.does("qp", "user", "enrol", once=once, chosen="the admins own choice", password="", code="")
    site.totp["qp"] = shown["totp"]
    why = inspector.refused("qp", *approve, sees=DOSE, password="the admins own choice")
    assert "reset less than 24 h ago" in why
    rows = inspector.trail("--what", "person qp")
    assert [(row["who"], row["what"]) for row in rows][-2:] == [("admin", "user reset"), ("qp", "user enrol")]
    assert signatures(inspector) == []


@pytest.mark.requirement("ATT-03", "D-12.3")
def test_attack_03_an_admin_gives_themselves_no_role_and_nobody_qp_and_admin(inspector):
    assert "nobody grants a role to themselves" in inspector.refused(
        "admin", "user", "grant", "admin", "--role", "QP", second="qa"
    )
    assert "must not be one person" in inspector.refused(
        *("admin", "user", "grant", "qp", "--role", "security admin"),
    )


@pytest.mark.requirement("ATT-04", "D-11a")
def test_attack_04_a_service_account_neither_enrols_nor_acts(inspector):
    said = ("--name", "Line", "--roles", "operator", "--proof", "order 7", "--identity", "asset 7", "--service")
    once = inspector.does("admin", "user", "add", "line", *said, second="qa")["one-time secret"]
    inspector.site.totp["line"] = inspector.site.totp["op"]  # whatever it may present
    why = inspector.refused("line", "user", "enrol", once=once, chosen="correct horse battery", password="", code="")
    assert "a service account does not enrol" in why
    for words in (("user", "login"), ("user", "declare"), PERFORMED):
        assert "it cannot act as a person" in inspector.refused("line", *words)


@pytest.mark.requirement("ATT-05", "D-11d", "P11-200a3")
def test_attack_05_a_station_that_was_left_is_locked_and_signing_needs_everything_again(inspector, site):
    token = inspector.session("op")
    site.clock.pass_by(11 * MINUTE)
    why = inspector.refused("op", *PERFORMED, sees=DOSE, session=token, code="")
    assert "locked after 10 minutes" in why
    assert "the session is not open" in inspector.refused("op", "user", "declare", session=token, password="", code="")
    assert "give password and code" in inspector.refused("op", *PERFORMED, sees=DOSE, code="")
    assert signatures(inspector) == []
    inspector.does("op", *PERFORMED, sees=DOSE)
    assert signatures(inspector) == ["op"]


@pytest.mark.requirement("ATT-05")
def test_attack_05_another_person_does_not_continue_in_an_open_session(inspector):
    token = inspector.session("op")
    assert "belongs to op" in inspector.refused("op2", *PERFORMED, sees=DOSE, session=token)
