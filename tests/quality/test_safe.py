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
    safe.issue("op")
    shared = safe.enrol("op", "correct horse")
    for n in range(20):
        at = START + n * 60_000
        code = pyotp.TOTP(shared).at(at // 1000)
        found = at_once(path, lambda safe, code=code, at=at: safe.fits_code("op", code, at))
        assert sorted(one.value for one in found) == ["fits", "used"]
    assert safe.fits_code("op", "0", START) is Code.WRONG


def test_a_user_nobody_knows_costs_as_much_as_one_who_is_known_and_never_fits(path):
    """At the cost of the product, which no other test of the safe pays."""
    safe, hasher = Safe(path), PasswordHasher()
    safe.issue("op")
    safe.enrol("op", "correct horse")
    known = safe._secret("op").hash
    assert extract_parameters(safe._nobody) == extract_parameters(known)
    assert not hasher.check_needs_rehash(safe._nobody)
    with pytest.raises(VerifyMismatchError):  # it was computed to the end, not turned away at once
        hasher.verify(safe._nobody, "correct horse")
    assert (safe.fits("op", "correct horse"), safe.fits("nobody", "correct horse")) == (True, False)
    assert safe._nobody != Safe(path)._nobody


@pytest.mark.requirement("P11-300d")
def test_of_two_failures_at_once_each_is_counted(path):
    safe = Safe(path, CHEAP)
    safe.issue("op")
    assert sorted(n for _ in range(20) for n in at_once(path, lambda safe: safe.note_failure("op"))) == [*range(1, 41)]


def edit(site, statement, *values):
    """Write into the safe as somebody does who can write the file, and has no key."""
    with sqlite3.connect(site.folder / "safe", isolation_level=None) as db:
        db.execute(statement, values)


@pytest.mark.requirement("P11-300c", "P11-10d")
def test_the_password_hash_of_somebody_else_opens_nothing(site):
    edit(site, "UPDATE secret SET hash = (SELECT hash FROM secret WHERE user = 'op') WHERE user = 'qp'")
    with pytest.raises(Refused, match="not right"):
        site.bus.do(COMMANDS["user login"](), site.claim("qp", password=password("op")))


@pytest.mark.requirement("P11-300c", "P11-10d")
def test_a_session_that_was_written_into_the_safe_opens_nothing(site):
    token = sha256(b"my token").digest()
    edit(site, "INSERT INTO session VALUES (?, ?, ?, ?, ?, 1, ?)", token, "qp@1", "qp", STATION, site.clock.wall, token)
    with pytest.raises(Refused, match="the session is not open"):
        site.bus.do(COMMANDS["user logout"](), Claim(session="my token", station=STATION))


@pytest.mark.requirement("P11-300c", "P11-10d")
def test_a_session_whose_login_is_not_on_record_opens_nothing(site):
    token = site.safe.open_session("qp@1", "qp", STATION, site.clock.wall, whole=True)
    with pytest.raises(Refused, match="the session is not open"):
        site.bus.do(COMMANDS["user logout"](), Claim(session=token, station=STATION))


def test_a_key_that_is_none_is_said_to_be_none(path):
    path.with_name("safe.key").write_bytes(b"short")
    with pytest.raises(OSError, match=r"safe\.key holds 5 bytes, and the key of a safe has 32"):
        Safe(path, CHEAP)


@pytest.mark.requirement("P11-300d")
def test_a_code_that_was_used_opens_nothing_and_is_no_failure(site):
    claim = site.claim("op")
    site.bus.do(COMMANDS["user login"](), claim)
    for _ in range(7):
        with pytest.raises(Refused, match="not right"):
            site.bus.do(COMMANDS["user login"](), claim)
    site.do("op", "user login")
