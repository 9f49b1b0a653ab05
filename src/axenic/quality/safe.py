"""The safe: secrets of accounts and open sessions, beside the journal and never in it.

Passwords as Argon2id (RFC 9106), TOTP secrets under AES-GCM with a key file of its own, one-time secrets and session
tokens as SHA-256. A row carries a seal under the key over all of it, counters too: one that was written by another
hand, or copied from another person, is not there. It names the time of the act that made it, so that the gate sees one
that was put back. Losing the safe loses no record: everybody proves themselves anew.
"""

from __future__ import annotations

import hmac
import os
import secrets
import sqlite3
from base64 import b64encode
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import astuple, dataclass, replace
from enum import Enum
from hashlib import sha256
from pathlib import Path

import pyotp
from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError
from argon2.low_level import ARGON2_VERSION
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

TIMES = 30_000  # milliseconds of one TOTP step (RFC 6238)
_TABLES = """
CREATE TABLE IF NOT EXISTS account(user TEXT PRIMARY KEY, hash TEXT NOT NULL, totp BLOB NOT NULL, once BLOB NOT NULL,
  made INTEGER NOT NULL, step INTEGER NOT NULL, failures INTEGER NOT NULL, locked INTEGER NOT NULL,
  mac BLOB NOT NULL) STRICT;
CREATE TABLE IF NOT EXISTS session(token BLOB PRIMARY KEY, name TEXT NOT NULL, user TEXT NOT NULL,
  station TEXT NOT NULL, used INTEGER NOT NULL, whole INTEGER NOT NULL,
  mac BLOB NOT NULL) STRICT;
CREATE TABLE IF NOT EXISTS clock(boot TEXT PRIMARY KEY, offset INTEGER NOT NULL) STRICT;
"""
_NONCE = 12


@dataclass(frozen=True, slots=True)
class Session:
    """An open session: its name in the record, whose, where, last used when, whether it began with both components."""

    name: str
    user: str
    station: str
    used: int
    whole: bool


@dataclass(frozen=True, slots=True)
class _Account:
    """What a person proves themselves with, as it is kept, and how they fared.

    made: the time of the act that made the secrets. step: the last TOTP step used. locked: until when. Milliseconds.
    """

    user: str
    hash: str
    totp: bytes
    once: bytes
    made: int
    step: int = 0
    failures: int = 0
    locked: int = 0


class Code(Enum):
    """What a TOTP code turned out to be."""

    FITS = "fits"
    USED = "used"
    WRONG = "wrong"


class Safe:
    """The secrets of one journal; `hasher` sets the cost of a guess (argon2-cffi: 3 passes over 64 MiB)."""

    def __init__(self, path: Path, hasher: PasswordHasher | None = None) -> None:
        self._path = path
        key = _key(path.with_name(path.name + ".key"))
        self._key, self._seal = AESGCM(key), hmac.digest(key, b"axenic safe: rows", "sha256")
        self._db = sqlite3.connect(path, isolation_level=None, timeout=10.0)
        path.chmod(0o600)
        self._db.executescript(_TABLES)
        self._hasher = hasher or PasswordHasher()
        self._nobody = _nobody(self._hasher)

    def close(self) -> None:
        """Leave the file alone."""
        self._db.close()

    @property
    def vault(self) -> Path:
        """Where the vault of this site's patients lies: beside the safe."""
        return self._path.with_name(self._path.name.removesuffix("safe") + "vault")

    def issue(self, user: str, at: int) -> str:
        """A one-time secret with which the person enrols; it takes the place of every secret there was."""
        once = secrets.token_urlsafe(18)
        with self._writing():
            self._keep(_Account(user, "", b"", _hash(once), at))
            self._db.execute("DELETE FROM session WHERE user = ?", (user,))
        return once

    def fits_once(self, user: str, once: str) -> bool:
        """Whether a one-time secret is the one issued."""
        row = self._account(user)
        return row is not None and len(row.once) > 0 and secrets.compare_digest(row.once, _hash(once))

    def enrol(self, user: str, password: str, at: int) -> str:
        """Keep a password; the TOTP secret to be put into the person's authenticator, shown once."""
        shared = pyotp.random_base32()
        nonce = os.urandom(_NONCE)
        sealed = nonce + self._key.encrypt(nonce, shared.encode(), user.encode())
        hashed = self._hasher.hash(password)
        with self._writing():
            self._keep(_Account(user, hashed, sealed, b"", at))
        return shared

    def forget(self, user: str) -> None:
        """Take away every secret and session of a person."""
        self._db.execute("DELETE FROM account WHERE user = ?", (user,))
        self._db.execute("DELETE FROM session WHERE user = ?", (user,))

    def made(self, user: str) -> int:
        """The time of the act that made the person's secrets; 0 if there are none that the safe wrote itself."""
        row = self._account(user)
        return row.made if row is not None else 0

    def fits(self, user: str, password: str) -> bool:
        """Whether the password is the person's; takes as long for a user nobody knows."""
        row = self._account(user)
        try:
            return self._hasher.verify(row.hash if row is not None and row.hash else self._nobody, password)
        except (VerificationError, InvalidHashError):
            return False

    def fits_code(self, user: str, code: str, at: int) -> Code:
        """Whether the TOTP code is that of now or of the step before, and whether it was used (RFC 6238 5.2).

        The step is taken under a lock: of two who present the same code at once, one gets in.
        """
        with self._writing():
            row = self._account(user)
            if row is None or not row.totp:
                return Code.WRONG
            try:
                shared = self._key.decrypt(row.totp[:_NONCE], row.totp[_NONCE:], user.encode()).decode()
            except InvalidTag:
                return Code.WRONG
            now = at // TIMES
            for step in (now, now - 1):
                if secrets.compare_digest(pyotp.TOTP(shared).at(step * 30).encode(), code.encode()):
                    if step <= row.step:
                        return Code.USED
                    self._keep(replace(row, step=step))
                    return Code.FITS
        return Code.WRONG

    def failures(self, user: str) -> tuple[int, int]:
        """How often the person failed since they last succeeded, and until when they are locked out."""
        row = self._account(user)
        return (row.failures, row.locked) if row is not None else (0, 0)

    def note_failure(self, user: str) -> int:
        """Count a failure; how many there are now, each number given once however many fail at a time."""
        with self._writing():
            row = self._account(user)
            if row is None:
                return 0
            self._keep(replace(row, failures=row.failures + 1))
            return row.failures + 1

    def lock(self, user: str, until: int) -> None:
        """Lock the person out until then, or longer if they are."""
        with self._writing():
            row = self._account(user)
            if row is not None and until > row.locked:
                self._keep(replace(row, locked=until))

    def note_success(self, user: str) -> None:
        """Failures are forgotten."""
        with self._writing():
            row = self._account(user)
            if row is not None and (row.failures or row.locked):
                self._keep(replace(row, failures=0, locked=0))

    def open_session(self, name: str, user: str, station: str, at: int, whole: bool) -> str:
        """A new session; its token, which is shown once."""
        token = secrets.token_urlsafe(24)
        row = (_hash(token), name, user, station, at, int(whole))
        self._db.execute("INSERT INTO session VALUES (?, ?, ?, ?, ?, ?, ?)", (*row, self._mac(*row)))
        return token

    def session(self, token: str) -> Session | None:
        """The session of a token."""
        return next(iter(self._sessions("token", _hash(token))), None)

    def sessions_of(self, user: str) -> list[Session]:
        """The open sessions of a person."""
        return self._sessions("user", user)

    def _sessions(self, column: str, value: str | bytes) -> list[Session]:
        rows = self._session_rows(column, value)
        return [Session(name, user, station, used, bool(whole)) for _, name, user, station, used, whole in rows]

    def _session_rows(self, column: str, value: str | bytes) -> list[tuple[bytes, str, str, str, int, int]]:
        """Those sessions that the safe made itself; a row without its seal is not there."""
        rows = self._db.execute(f"SELECT * FROM session WHERE {column} = ?", (value,)).fetchall()
        return [row[:-1] for row in rows if hmac.compare_digest(row[-1], self._mac(*row[:-1]))]

    def _account(self, user: str) -> _Account | None:
        """The row of a person as the safe wrote it; one without its seal is not there."""
        row = self._db.execute("SELECT * FROM account WHERE user = ?", (user,)).fetchone()
        sealed = row is not None and hmac.compare_digest(row[-1], self._mac(*row[:-1]))
        return _Account(*row[:-1]) if sealed else None

    def _keep(self, account: _Account) -> None:
        row = astuple(account)
        self._db.execute("INSERT OR REPLACE INTO account VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)", (*row, self._mac(*row)))

    @contextmanager
    def _writing(self) -> Iterator[None]:
        """One change at a time, wholly or not at all."""
        self._db.execute("BEGIN IMMEDIATE")
        try:
            yield
        except BaseException:
            self._db.execute("ROLLBACK")
            raise
        self._db.execute("COMMIT")

    def _mac(self, *values: str | bytes | int) -> bytes:
        """The seal of a row: who can write the file, but has no key, makes none and moves none."""
        parts = [value if isinstance(value, bytes) else str(value).encode() for value in values]
        return hmac.digest(
            self._seal, b"".join(len(part).to_bytes(4) + part for part in (bytes([len(parts)]), *parts)), "sha256"
        )

    def touch(self, name: str, at: int) -> None:
        """The session was used."""
        with self._writing():
            for token, _, user, station, _, whole in self._session_rows("name", name):
                row = (token, name, user, station, at, whole)
                self._db.execute("REPLACE INTO session VALUES (?, ?, ?, ?, ?, ?, ?)", (*row, self._mac(*row)))

    def end_session(self, name: str) -> None:
        """The session is over."""
        self._db.execute("DELETE FROM session WHERE name = ?", (name,))

    def offset(self, boot: str) -> int | None:
        """Wall clock minus monotonic clock, in milliseconds, as first seen since the machine started."""
        row = self._db.execute("SELECT offset FROM clock WHERE boot = ?", (boot,)).fetchone()
        return row[0] if row else None

    def note_offset(self, boot: str, offset: int) -> None:
        """Keep it."""
        self._db.execute("INSERT OR REPLACE INTO clock VALUES (?, ?)", (boot, offset))


def _nobody(hasher: PasswordHasher) -> str:
    """The hash of a password that nobody has: chance in the form of RFC 9106, as dear to look at as a real one."""
    salt, digest = (b64encode(os.urandom(n)).decode().rstrip("=") for n in (hasher.salt_len, hasher.hash_len))
    cost = f"m={hasher.memory_cost},t={hasher.time_cost},p={hasher.parallelism}"
    return f"$argon2id$v={ARGON2_VERSION}${cost}${salt}${digest}"


def _hash(secret: str) -> bytes:
    return sha256(secret.encode()).digest()


def _key(path: Path) -> bytes:
    """The key of the safe, made when it is first wanted; raises OSError."""
    if not path.exists():
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "wb") as file:
            file.write(AESGCM.generate_key(256))
    key = path.read_bytes()
    if len(key) != 32:
        raise OSError(f"{path} holds {len(key)} bytes, and the key of a safe has 32: restore it from the backup")
    return key
