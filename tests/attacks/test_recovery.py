"""The safe of the accounts is lost: who comes in again, and what an inspector sees of it; or whoever only says so."""

from __future__ import annotations

import pytest

from axenic.quality.safe import Safe
from tests.quality.finished import finished
from tests.quality.made import ordered
from tests.quality.site import DAY

OTHER = "AX-0002"
TOLD = ("--by", "Ann Owner", "--and", "Bob Quality", "--proof", "passport seen by both", "--reason", "the disk burnt")
RECOVER = ("user", "recover", "admin", *TOLD)


@pytest.fixture
def inspector(inspector, site):
    """At a site with one certified dose and one that is ordered, whose safe is lost."""
    finished(site)
    ordered(site, OTHER)
    place = site.journal.place
    site.safe.close()
    for ending in (".safe", ".safe-wal", ".safe-shm", ".safe.key"):
        place.beside(ending).unlink(missing_ok=True)
    return inspector


def enrols(inspector, user: str, once: str) -> None:
    shown = inspector.does(user, "user", "enrol", once=once, chosen=inspector.password(user), password="", code="")
    inspector.site.totp[user] = shown["totp"]


@pytest.mark.requirement("P11-300c", "A11-16")
def test_without_the_safe_nobody_acts_and_two_persons_let_one_admin_in_by_an_act_that_all_see(inspector, site):
    for user in ("admin", "qa", "op"):
        assert "the safe does not hold what the record says" in inspector.refused(user, "user", "login")
    certificate = inspector.show("release", "register")["register"]
    once = inspector.show(*RECOVER)["one-time secret"]
    (row,) = inspector.trail("--what", "user recover")
    assert (row["who"], "Ann Owner" in row["new"], "Bob Quality" in row["new"]) == ("", True, True)
    assert "user recover: person admin" in inspector.call("alarm", "list")[1]
    flags = inspector.show("review", "show", OTHER)["exceptions"]
    assert ("access anomaly", "critical") in [(f["kind"], f["severity"]) for f in flags]
    assert inspector.show("release", "register")["register"] == certificate  # what was signed stays as it was
    assert inspector.show("user", "list")["holders"] == []
    enrols(inspector, "admin", once)
    assert [h["user"] for h in inspector.show("user", "list")["holders"]] == ["admin"]


@pytest.mark.requirement("P11-300c", "ATT-03")
def test_who_comes_back_first_confirms_the_others_after_a_day_and_nobody_signs_before(inspector, site):
    enrols(inspector, "admin", inspector.show(*RECOVER)["one-time secret"])
    reset = ("user", "reset", "--proof", "passport")
    assert "the first to come back is" in inspector.refused("admin", *reset, "qp")
    enrols(inspector, "qa", inspector.does("admin", *reset, "qa")["one-time secret"])
    assert "reset less than 24 h ago" in inspector.refused("admin", *reset, "qp", second="qa")
    sign = ("sign", "put", f"batch {OTHER}", "--meaning", "reviewed")
    assert "reset less than 24 h ago" in inspector.refused("qa", *sign, sees=f"batch {OTHER}")
    site.clock.pass_by(DAY)
    enrols(inspector, "qp", inspector.does("admin", *reset, "qp", second="qa")["one-time secret"])
    inspector.does("qa", *sign, sees=f"batch {OTHER}")


@pytest.mark.requirement("P11-300c", "ATT-03")
@pytest.mark.parametrize(
    ("words", "because"),
    [
        (("user", "recover", "qp", *TOLD), "is no security admin"),
        (("user", "recover", "nobody", *TOLD), "is no security admin"),
        ((*RECOVER[:6], "Ann Owner", *RECOVER[7:]), "two persons recover"),
        ((*RECOVER[:-1], " "), "--reason"),
    ],
)
def test_nobody_else_is_let_in_and_the_attempt_is_on_record(inspector, words, because):
    code, _, err = inspector.call(*words)
    assert (code, because in err) == (4, True), err
    (row,) = inspector.trail("--what", "user recover")
    assert because in row["refused because"]


@pytest.mark.requirement("P11-300c", "ATT-03")
def test_while_an_admin_can_prove_who_they_are_nothing_is_recovered(inspector):
    enrols(inspector, "admin", inspector.show(*RECOVER)["one-time secret"])
    code, _, err = inspector.call(*RECOVER)
    assert (code, "can still prove who they are" in err) == (4, True)


@pytest.mark.requirement("P11-300c", "ATT-03")
def test_a_safe_of_before_the_recovery_put_back_opens_nothing(inspector, site):
    """Recovery is the newest act on every account, so no earlier row of the safe is of the record."""
    once = inspector.show(*RECOVER)["one-time secret"]
    place = site.journal.place
    kept = {end: place.beside(end).read_bytes() for end in (".safe", ".safe.key")}
    site.clock.pass_by(1)
    second = inspector.show(*RECOVER)["one-time secret"]
    for ending, data in kept.items():
        place.beside(ending).write_bytes(data)
    lost = {"chosen": "correct horse battery", "password": "", "code": ""}
    for secret in (once, second):
        assert "AX1006" in inspector.refused("admin", "user", "enrol", once=secret, **lost)


@pytest.mark.requirement("P11-300c", "P11-10h")
def test_with_the_keys_of_the_stations_lost_too_a_recovery_enrols_the_one_to_come_in_at(inspector, site, monkeypatch):
    site.keys.file("S-1").unlink()
    assert "was enrolled before" in inspector.call(*RECOVER, "--station", "S-1")[2]
    site.keys.file("S-1").unlink()  # made to be enrolled
    once = inspector.show(*RECOVER, "--station", "S-2")["one-time secret"]
    lost = {"once": once, "chosen": inspector.password("admin"), "password": "", "code": ""}
    assert "AX1007" in inspector.refused("admin", "user", "enrol", **lost)
    monkeypatch.setenv("AXENIC_STATION", "S-2")
    enrols(inspector, "admin", once)
    inspector.does("admin", "station", "add", "S-3")
    inspector.does("admin", "station", "close", "S-1")


def test_a_secret_that_was_lost_before_it_was_used_is_issued_again(inspector):
    first, second = (inspector.show(*RECOVER)["one-time secret"] for _ in range(2))
    lost = {"once": first, "chosen": "correct horse battery", "password": "", "code": ""}
    assert "one-time secret are not right" in inspector.refused("admin", "user", "enrol", **lost)
    enrols(inspector, "admin", second)


def test_a_safe_whose_key_is_lost_opens_nothing(inspector, site):
    inspector.show(*RECOVER)
    place = site.journal.place
    place.beside(".safe.key").unlink()
    safe = Safe(place.beside(".safe"))
    assert not safe.made("admin")
    safe.close()
