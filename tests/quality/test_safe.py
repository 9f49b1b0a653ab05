"""The safe: a code opens once, however many knock; and no row counts that it did not write itself."""

from __future__ import annotations

import sqlite3
from concurrent.futures import ThreadPoolExecutor
from hashlib import sha256
from threading import Barrier

import pyotp
import pytest
from argon2 import PasswordHasher, extract_parameters
from argon2.exceptions import VerifyMismatchError

from axenic.quality.actor import Claim, Refused
from axenic.quality.commands import COMMANDS
from axenic.quality.safe import Code, Safe
from tests.quality.site import START, STATION, password

CHEAP = PasswordHasher(time_cost=1, memory_cost=64, parallelism=1)


@pytest.fixture
def path(tmp_path):
    """A safe with one person."""
    return tmp_path / "safe"


def at_once(path, does):
    """What two get who do the same to a safe at the same moment."""
    barrier = Barrier(2)

    def one(_):
        safe = Safe(path, CHEAP)
        barrier.wait()
        found = does(safe)
        safe.close()
        return found

    with ThreadPoolExecutor(2) as pool:
        return list(pool.map(one, range(2)))


@pytest.mark.requirement("P11-300d")
def test_of_two_who_present_the_same_code_at_once_one_gets_in(path):
    safe = Safe(path, CHEAP)
    safe.issue("op", START)
    shared = safe.enrol("op", "correct horse", START)
    for n in range(20):
        at = START + n * 60_000
        code = pyotp.TOTP(shared).at(at // 1000)
        found = at_once(path, lambda safe, code=code, at=at: safe.fits_code("op", code, at))
        assert sorted(one.value for one in found) == ["fits", "used"]
    assert safe.fits_code("op", "0", START) is Code.WRONG


def test_a_user_nobody_knows_costs_as_much_as_one_who_is_known_and_never_fits(path):
    """At the cost of the product, which no other test of the safe pays."""
    safe, hasher = Safe(path), PasswordHasher()
    safe.issue("op", START)
    safe.enrol("op", "correct horse", START)
    known = safe._account("op").hash
    assert extract_parameters(safe._nobody) == extract_parameters(known)
    assert not hasher.check_needs_rehash(safe._nobody)
    with pytest.raises(VerifyMismatchError):  # it was computed to the end, not turned away at once
        hasher.verify(safe._nobody, "correct horse")
    assert (safe.fits("op", "correct horse"), safe.fits("nobody", "correct horse")) == (True, False)
    assert safe._nobody != Safe(path)._nobody


@pytest.mark.requirement("P11-300d")
def test_of_two_failures_at_once_each_is_counted(path):
    safe = Safe(path, CHEAP)
    safe.issue("op", START)
    assert sorted(n for _ in range(20) for n in at_once(path, lambda safe: safe.note_failure("op"))) == [*range(1, 41)]


def edit(site, statement, *values):
    """Write into the safe as somebody does who can write the file, and has no key."""
    with sqlite3.connect(site.folder / "safe", isolation_level=None) as db:
        db.execute(statement, values)


def row_of(site, user):
    """The row of a person in the safe, as a thief copies it."""
    with sqlite3.connect(site.folder / "safe", isolation_level=None) as db:
        return db.execute("SELECT * FROM account WHERE user = ?", (user,)).fetchone()


def put_back(site, row):
    """Put a row that the safe wrote itself back, seal and all."""
    edit(site, f"REPLACE INTO account VALUES ({', '.join('?' * len(row))})", *row)


def not_of_record(site, user, **changed):
    """Signing in is refused because the safe is not of the record, with an alarm."""
    with pytest.raises(Refused, match="it was altered, put back or lost") as refused:
        site.terminal.do(COMMANDS["user login"](), site.claim(user, **changed))
    assert refused.value.code == "AX1006"
    assert f"safe altered: person {user}" in [alarm.text for alarm in site.books.alarms.open()]


def fails(site, user, times=1):
    for _ in range(times):
        with pytest.raises(Refused, match="not right"):
            site.terminal.do(COMMANDS["user login"](), site.claim(user, password="a guess of theirs"))


@pytest.mark.requirement("P11-300c", "P11-10d")
def test_the_password_of_before_a_reset_opens_nothing_when_its_row_is_put_back(site):
    stolen, totp = row_of(site, "qp"), site.totp["qp"]
    reset = COMMANDS["user reset"](user="qp", proof="seen by HR")
    shown = site.terminal.do(reset, site.claim("admin", reason="stolen"), site.claim("owner"))[1]
    once = row_of(site, "qp")
    site.clock.pass_by(1)
    site.enrol("qp", shown["one-time secret"])
    site.do("qp", "user login")
    site.totp["qp"] = totp
    for row in (stolen, once):
        put_back(site, row)
        not_of_record(site, "qp")


@pytest.mark.requirement("P11-300c")
def test_a_row_that_was_taken_out_of_the_safe_is_found_and_a_reset_mends_it(site):
    edit(site, "DELETE FROM account WHERE user = 'qp'")
    not_of_record(site, "qp")
    reset = COMMANDS["user reset"](user="qp", proof="seen by HR")
    shown = site.terminal.do(reset, site.claim("admin", reason="lost"), site.claim("owner"))[1]
    site.enrol("qp", shown["one-time secret"])
    site.do("qp", "user login")


@pytest.mark.requirement("P11-300d")
@pytest.mark.parametrize("column", ["failures", "locked", "step"])
def test_a_counter_that_was_wiped_is_found(site, column):
    fails(site, "op", 5)
    edit(site, f"UPDATE account SET {column} = 0 WHERE user = 'op'")
    site.clock.pass_by(3_600_000)
    not_of_record(site, "op")


@pytest.mark.requirement("P11-300d")
def test_a_count_that_was_put_back_is_still_known_by_the_record(site):
    before = row_of(site, "op")
    for _ in range(4):
        fails(site, "op")
        put_back(site, before)
    fails(site, "op")
    put_back(site, before)
    with pytest.raises(Refused, match="locked out"):
        site.terminal.do(COMMANDS["user login"](), site.claim("op"))
    assert "access locked: person op" in [alarm.text for alarm in site.books.alarms.open()]
    site.clock.pass_by(60_000)
    fails(site, "op")
    put_back(site, before)
    site.clock.pass_by(60_000)
    with pytest.raises(Refused, match="locked out"):
        site.terminal.do(COMMANDS["user login"](), site.claim("op"))
    site.clock.pass_by(60_000)
    site.do("op", "user login")
    assert site.books.failures.of("op") == 0


@pytest.mark.requirement("P11-300d")
def test_failures_of_a_second_person_are_counted_by_the_record_too(site):
    grant = COMMANDS["user grant"](user="op", role="supervisor")
    before = row_of(site, "qa")
    for _ in range(6):
        second = site.claim("qa", password="a guess of theirs")
        with pytest.raises(Refused, match="not right"):
            site.terminal.do(grant, site.claim("admin", reason="because"), second)
    put_back(site, before)
    with pytest.raises(Refused, match="qa is locked out"):
        site.terminal.do(grant, site.claim("admin", reason="because"), site.claim("qa"))


@pytest.mark.requirement("D-11d", "ATT-05")
def test_a_session_whose_last_use_was_edited_opens_nothing_and_seals_no_other(site):
    token = site.terminal.do(COMMANDS["user login"](), site.claim("qp"))[1]["session"]
    mine = sha256(b"my token").digest()
    edit(site, "INSERT INTO session SELECT ?, name, user, station, used, whole, mac FROM session", mine)
    site.clock.pass_by(60_000)
    with pytest.raises(Refused, match="declared it already"):
        site.terminal.do(COMMANDS["user declare"](), Claim(session=token, station=STATION))
    with pytest.raises(Refused, match="the session is not open"):
        site.terminal.do(COMMANDS["user declare"](), Claim(session="my token", station=STATION))
    edit(site, "UPDATE session SET used = used + 3600000")
    site.clock.pass_by(3_600_000)
    with pytest.raises(Refused, match="the session is not open"):
        site.terminal.do(COMMANDS["user declare"](), Claim(session=token, station=STATION))


@pytest.mark.requirement("P11-300c", "P11-10d")
def test_the_password_hash_of_somebody_else_opens_nothing(site):
    edit(site, "UPDATE account SET hash = (SELECT hash FROM account WHERE user = 'op') WHERE user = 'qp'")
    not_of_record(site, "qp", password=password("op"))


@pytest.mark.requirement("P11-300c", "P11-10d")
def test_a_session_that_was_written_into_the_safe_opens_nothing(site):
    token = sha256(b"my token").digest()
    edit(site, "INSERT INTO session VALUES (?, ?, ?, ?, ?, 1, ?)", token, "qp@1", "qp", STATION, site.clock.wall, token)
    with pytest.raises(Refused, match="the session is not open"):
        site.terminal.do(COMMANDS["user logout"](), Claim(session="my token", station=STATION))


@pytest.mark.requirement("P11-300c", "P11-10d")
def test_a_session_whose_login_is_not_on_record_opens_nothing(site):
    token = site.safe.open_session("qp@1", "qp", STATION, site.clock.wall, whole=True)
    with pytest.raises(Refused, match="the session is not open"):
        site.terminal.do(COMMANDS["user logout"](), Claim(session=token, station=STATION))


def test_a_key_that_is_none_is_said_to_be_none(path):
    path.with_name("safe.key").write_bytes(b"short")
    with pytest.raises(OSError, match=r"safe\.key holds 5 bytes, and the key of a safe has 32"):
        Safe(path, CHEAP)


@pytest.mark.requirement("P11-300d")
def test_a_code_that_was_used_opens_nothing_and_is_no_failure(site):
    claim = site.claim("op")
    site.terminal.do(COMMANDS["user login"](), claim)
    for _ in range(7):
        with pytest.raises(Refused, match="not right"):
            site.terminal.do(COMMANDS["user login"](), claim)
    site.do("op", "user login")
