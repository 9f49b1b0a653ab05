"""Electronic signatures: whose they are, what they bind, and that they cannot be had, copied or moved by others."""

from __future__ import annotations

from dataclasses import replace

import pytest

from axenic.quality.actor import Claim, Refused
from axenic.quality.commands import COMMANDS
from axenic.quality.judged import books_of
from axenic.quality.review import flags_of
from axenic.quality.signature import SIGNATURE, signatures
from axenic.record.backup import back_up
from axenic.record.entry import Act
from axenic.record.journal import read_entries
from axenic.record.restore import restore
from tests.quality.made import BATCH, ordered
from tests.quality.site import DAY, HOUR, MINUTE, STATION, newcomer, password

OBJECT = f"batch {BATCH}"


@pytest.fixture
def site(site):
    """A site with one batch that is ordered."""
    return ordered(site, BATCH, "AX-0002")


def put(site, user, meaning="performed", name=OBJECT, **claim):
    """Sign as it stands; `claim` changes what the person presents."""
    given = site.claim(user, **{"seen": site.sees(name)} | claim)
    return site.terminal.do(COMMANDS["sign put"](object=name, meaning=meaning), given)[0]


def session_of(site, user):
    return site.terminal.do(COMMANDS["user login"](), site.claim(user))[1]["session"]


def found(site, name=OBJECT):
    return signatures(site.books, site.books.trail.of_object(name))


@pytest.mark.requirement("P11-50a", "P11-50b")
def test_a_signature_shows_printed_name_time_with_zone_and_meaning(site):
    put(site, "op")
    manifest = found(site)[0].manifest
    assert (manifest["name"], manifest["meaning"], manifest["role"]) == ("Op Person", "performed", "operator")
    assert manifest["at"].endswith("+0100 Europe/Brussels")


@pytest.mark.requirement("P11-200a1")
def test_one_component_is_not_enough_to_sign(site):
    with pytest.raises(Refused, match="give password and code"):
        put(site, "op", code="")


@pytest.mark.requirement("P11-200a1")
def test_a_colleagues_session_without_their_password_signs_nothing(site):
    token = session_of(site, "op")
    with pytest.raises(Refused, match="to sign, give password and code"):
        put(site, "op", session=token, password="", code="")


@pytest.mark.requirement("P11-200a2")
def test_in_one_session_begun_with_both_the_password_does_and_the_record_says_which_it_was(site):
    token = session_of(site, "op")
    put(site, "op", session=token, code="")
    put(site, "op2")
    assert [s.manifest["components"] for s in found(site)] == [["password"], ["password", "code"]]
    assert [s.manifest["first in session"] for s in found(site)] == [False, True]


@pytest.mark.requirement("P11-200a3")
def test_after_an_idle_lock_the_full_set_is_needed_again(site):
    token = session_of(site, "op")
    site.clock.pass_by(11 * MINUTE)
    with pytest.raises(Refused, match="locked after 10 minutes"):
        put(site, "op", session=token, code="")
    with pytest.raises(Refused, match="give password and code"):
        put(site, "op", code="")


@pytest.mark.requirement("P11-200a3")
def test_at_another_station_the_session_signs_nothing(site):
    site.do("admin", "station add", station="S-2", zone="Europe/Brussels")
    token = session_of(site, "op")
    with pytest.raises(Refused, match="belongs to S-1"):
        put(site, "op", session=token, code="", station="S-2")


@pytest.mark.requirement("P11-200a4")
def test_who_was_reset_signs_nothing_for_a_day_even_after_enrolling_anew(site):
    act = COMMANDS["user reset"](user="op", proof="seen by HR")
    shown = site.terminal.do(act, site.claim("admin", reason="lost"), site.claim("qa"))[1]
    site.enrol("op", shown["one-time secret"])
    with pytest.raises(Refused, match="reset less than 24 h ago"):
        put(site, "op")
    site.clock.pass_by(DAY)
    put(site, "op")


@pytest.mark.requirement("P11-200a4")
def test_signatures_from_before_a_reset_stay_what_they_were(site):
    put(site, "op")
    site.do("admin", "user reset", user="op", proof="seen by HR")
    assert found(site)[0].valid


@pytest.mark.requirement("D-15b")
def test_while_the_clock_is_suspect_nothing_is_signed(site):
    site.clock.set(HOUR)
    with pytest.raises(Refused, match="the clock was set"):
        put(site, "op")
    site.do("sys", "clock confirm", against="time.example.org")
    put(site, "op")


@pytest.mark.requirement("D-15b")
def test_a_clock_set_back_an_hour_and_forward_again_signs_nothing_and_shows_on_the_batch(site):
    numbers = site.books.size
    site.clock.set(-HOUR)
    with pytest.raises(Refused):  # the code of an hour ago was used, and no session began in the future
        put(site, "op")
    site.clock.set(HOUR)
    with pytest.raises(Refused, match="the clock was set"):
        put(site, "op")
    assert [f.rule for f in flags_of(site.books, BATCH)].count("clock-set") == 2
    assert site.books.size > numbers


@pytest.mark.requirement("P11-10j")
def test_who_has_not_declared_that_their_signature_binds_them_does_not_sign(site):
    add = COMMANDS["user add"](**newcomer("new", "operator"))
    shown = site.terminal.do(add, site.claim("admin"), site.claim("qa"))[1]
    site.enrol("new", shown["one-time secret"])
    with pytest.raises(Refused, match="has not declared"):
        put(site, "new")


def test_only_what_was_shown_can_be_signed(site):
    with pytest.raises(Refused, match="say which digest"):
        put(site, "op", seen="")
    with pytest.raises(Refused, match="is not what was shown"):
        put(site, "op", seen=site.sees("batch AX-0002"))


@pytest.mark.requirement("D-13")
def test_a_record_changed_after_signing_voids_the_signature_and_says_so(site):
    put(site, "op")
    site.append(Act(site.clock.wall, "note add", actor="op2", object="note E-1", batch=BATCH, new={"value": "5"}))
    assert [(s.valid, s.why) for s in found(site)] == [(False, f"{OBJECT} was changed after it was signed")]


def test_a_signature_more_does_not_void_the_one_before(site):
    put(site, "op")
    put(site, "lead", "verified")
    assert [s.valid for s in found(site)] == [True, True]


@pytest.mark.requirement("P11-70", "A11-14", "ATT-24")
def test_a_signature_copied_to_another_record_is_invalid(site):
    put(site, "op")
    copied = site.last()
    site.append(replace(copied, object="batch AX-0002", batch="AX-0002"))
    assert [(s.valid, s.why) for s in found(site, "batch AX-0002")] == [
        (False, "it was made for another act: a signature cannot be moved")
    ]


@pytest.mark.requirement("P11-70", "ATT-24")
def test_a_signature_copied_to_another_person_or_another_time_is_invalid(site):
    put(site, "op")
    copied = site.last()
    site.append(replace(copied, actor="qp"), replace(copied, at=copied.at + DAY))
    assert [s.valid for s in found(site)] == [True, False, False]


@pytest.mark.requirement("P11-70", "ATT-24")
def test_a_manifest_pasted_over_the_digest_of_another_version_is_invalid(site):
    put(site, "op")
    manifest = dict(site.last().new[SIGNATURE]) | {"digest": "0" * 64}
    site.append(replace(site.last(), new={"meaning": "performed", SIGNATURE: manifest}))
    assert [s.valid for s in found(site)] == [True, False]


@pytest.mark.requirement("US-188b11")
def test_who_performed_does_not_verify_whatever_role_they_take(site):
    site.do("admin", "user grant", user="op", role="supervisor")
    put(site, "op")
    with pytest.raises(Refused, match="another person signs this"):
        put(site, "op", "verified", role="supervisor")
    put(site, "lead", "verified")


def test_a_meaning_that_nobody_knows_or_that_is_not_the_persons_is_refused(site):
    with pytest.raises(Refused, match="means one of performed, verified"):
        put(site, "op", "seen")
    with pytest.raises(Refused, match="needs the role QA reviewer or QP or site owner"):
        put(site, "op", "approved")


def test_what_is_not_there_cannot_be_signed(site):
    with pytest.raises(Refused, match="say which digest"):
        put(site, "op", name="batch AX-9999")


def test_a_refused_signature_is_on_record_as_an_attempt_and_signs_nothing(site):
    with pytest.raises(Refused):
        put(site, "op", "approved")
    assert site.last().refused
    assert found(site) == []


def test_a_session_cannot_be_used_to_sign_as_somebody_else(site):
    token = session_of(site, "op")
    claim = Claim(user="qa", password=password("qa"), session=token, station=STATION, seen=site.sees(OBJECT))
    with pytest.raises(Refused, match="belongs to op"):
        site.terminal.do(COMMANDS["sign put"](object=OBJECT, meaning="approved"), claim)


@pytest.mark.requirement("A11-16", "P11-70")
def test_signatures_hold_in_the_epoch_that_two_persons_restored(site, tmp_path):
    """But for those on a batch that is undecided: the restore is an exception of it, which must be looked at."""
    put(site, "op")
    put(site, "op", name=f"station {STATION}")
    back_up(site.journal.place, tmp_path / "backup")
    restore(tmp_path / "backup", tmp_path / "next.db", at=site.clock.wall, reason="disk", persons=("ann", "bob"))
    books = books_of(read_entries(tmp_path / "next.db"), True)
    assert [s.valid for s in signatures(books, books.trail.of_object(f"station {STATION}"))] == [True]
    assert [s.why for s in signatures(books, books.trail.of_object(OBJECT))] == [
        f"{OBJECT} was changed after it was signed"
    ]
    assert books.trail.lines[-1].act.command == "restore"
