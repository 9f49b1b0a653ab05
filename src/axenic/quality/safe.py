"""The safe: secrets of accounts and open sessions, beside the journal and never in it.

Passwords as Argon2id (RFC 9106), TOTP secrets under AES-GCM with a key file of its own, one-time secrets and session
tokens as SHA-256. A row carries a seal under the key: one that was written by another hand, or copied from another
person, is not there. Losing the safe loses no record: everybody proves themselves anew.
"""

from __future__ import annotations

import hmac
import os
import secrets
import sqlite3
from dataclasses import dataclass
from enum import Enum
from hashlib import sha256
from pathlib import Path

import pyotp
from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

TIMES = 30_000  # milliseconds of one TOTP step (RFC 6238)
_TABLES = """
CREATE TABLE IF NOT EXISTS secret(user TEXT PRIMARY KEY, hash TEXT NOT NULL DEFAULT '', totp BLOB NOT NULL DEFAULT x'',
  once BLOB NOT NULL DEFAULT x'', mac BLOB NOT NULL, step INTEGER NOT NULL DEFAULT 0,
  failures INTEGER NOT NULL DEFAULT 0, locked INTEGER NOT NULL DEFAULT 0) STRICT;
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
class _Secret:
    """What a person proves themselves with, as it is kept."""

    hash: str
    totp: bytes
    once: bytes


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

    def close(self) -> None:
        """Leave the file alone."""
        self._db.close()

    @property
    def vault(self) -> Path:
        """Where the vault of this site's patients lies: beside the safe."""
        return self._path.with_name(self._path.name.removesuffix("safe") + "vault")

    def issue(self, user: str) -> str:
        """A one-time secret with which the person enrols; it takes the place of every secret there was."""
        once = secrets.token_urlsafe(18)
        self._db.execute("DELETE FROM secret WHERE user = ?", (user,))
        row = (user, _hash(once), self._mac(user, "", b"", _hash(once)))
        self._db.execute("INSERT INTO secret(user, once, mac) VALUES (?, ?, ?)", row)
        self._db.execute("DELETE FROM session WHERE user = ?", (user,))
        return once

    def knows(self, user: str) -> bool:
        """Whether the person can prove themselves by anything that lies here."""
        return self._secret(user) is not None

    def fits_once(self, user: str, once: str) -> bool:
        """Whether a one-time secret is the one issued."""
        row = self._secret(user)
        return row is not None and len(row.once) > 0 and secrets.compare_digest(row.once, _hash(once))

    def enrol(self, user: str, password: str) -> str:
        """Keep a password; the TOTP secret to be put into the person's authenticator, shown once."""
        shared = pyotp.random_base32()
        nonce = os.urandom(_NONCE)
        sealed = nonce + self._key.encrypt(nonce, shared.encode(), user.encode())
        hashed = self._hasher.hash(password)
        change = "UPDATE secret SET hash = ?, totp = ?, mac = ?, once = x'', step = 0, failures = 0, locked = 0"
        self._db.execute(change + " WHERE user = ?", (hashed, sealed, self._mac(user, hashed, sealed, b""), user))
        return shared

    def forget(self, user: str) -> None:
        """Take away every secret and session of a person."""
        self._db.execute("DELETE FROM secret WHERE user = ?", (user,))
        self._db.execute("DELETE FROM session WHERE user = ?", (user,))

    def fits(self, user: str, password: str) -> bool:
        """Whether the password is the person's; takes as long for a user nobody knows."""
        row = self._secret(user)
        try:
            if row is not None and row.hash:
                return self._hasher.verify(row.hash, password)
            self._hasher.hash(password)  # as much work as to verify one
            return False
        except (VerificationError, InvalidHashError):
            return False

    def fits_code(self, user: str, code: str, at: int) -> Code:
        """Whether the TOTP code is that of now or of the step before, and whether it was used (RFC 6238 5.2).

        The step is taken in one statement: of two who present the same code at once, one gets in.
        """
        row = self._secret(user)
        if row is None or not row.totp:
            return Code.WRONG
        try:
            shared = self._key.decrypt(row.totp[:_NONCE], row.totp[_NONCE:], user.encode()).decode()
        except InvalidTag:
            return Code.WRONG
        now = at // TIMES
        for step in (now, now - 1):
            if secrets.compare_digest(pyotp.TOTP(shared).at(step * 30).encode(), code.encode()):
                change = "UPDATE secret SET step = ? WHERE user = ? AND step < ?"
                return Code.FITS if self._db.execute(change, (step, user, step)).rowcount else Code.USED
        return Code.WRONG

    def failures(self, user: str) -> tuple[int, int]:
        """How often the person failed since they last succeeded, and until when they are locked out."""
        row = self._db.execute("SELECT failures, locked FROM secret WHERE user = ?", (user,)).fetchone()
        return (row[0], row[1]) if row else (0, 0)

    def note_failure(self, user: str) -> int:
        """Count a failure; how many there are now, each number given once however many fail at a time."""
        change = "UPDATE secret SET failures = failures + 1 WHERE user = ? RETURNING failures"
        row = self._db.execute(change, (user,)).fetchone()
        return row[0] if row else 0

    def lock(self, user: str, until: int) -> None:
        """Lock the person out until then, or longer if they are."""
        self._db.execute("UPDATE secret SET locked = max(locked, ?) WHERE user = ?", (until, user))

    def note_success(self, user: str) -> None:
        """Failures are forgotten."""
        self._db.execute("UPDATE secret SET failures = 0, locked = 0 WHERE user = ?", (user,))

    def open_session(self, name: str, user: str, station: str, at: int, whole: bool) -> str:
        """A new session; its token, which is shown once."""
        token = secrets.token_urlsafe(24)
        row = (_hash(token), name, user, station, at, int(whole))
        self._db.execute("INSERT INTO session VALUES (?, ?, ?, ?, ?, ?, ?)", (*row, self._mac(*row[:4], row[5])))
        return token

    def session(self, token: str) -> Session | None:
        """The session of a token."""
        return next(iter(self._sessions("token", _hash(token))), None)

    def sessions_of(self, user: str) -> list[Session]:
        """The open sessions of a person."""
        return self._sessions("user", user)

    def _sessions(self, column: str, value: str | bytes) -> list[Session]:
        """Those sessions that the safe made itself; a row without its seal is not there."""
        read = f"SELECT token, name, user, station, whole, used, mac FROM session WHERE {column} = ?"
        rows = self._db.execute(read, (value,)).fetchall()
        sealed = [row for row in rows if hmac.compare_digest(row[-1], self._mac(*row[:5]))]
        return [Session(name, user, station, used, bool(whole)) for _, name, user, station, whole, used, _ in sealed]

    def _secret(self, user: str) -> _Secret | None:
        """The secrets of a person as the safe wrote them; a row without its seal is not there."""
        read = "SELECT user, hash, totp, once, mac FROM secret WHERE user = ?"
        row = self._db.execute(read, (user,)).fetchone()
        sealed = row is not None and hmac.compare_digest(row[-1], self._mac(*row[:4]))
        return _Secret(*row[1:4]) if sealed else None

    def _mac(self, *values: str | bytes | int) -> bytes:
        """The seal of a row: who can write the file, but has no key, makes none and moves none."""
        parts = [value if isinstance(value, bytes) else str(value).encode() for value in values]
        return hmac.digest(
            self._seal, b"".join(len(part).to_bytes(4) + part for part in (bytes([len(parts)]), *parts)), "sha256"
        )

    def touch(self, name: str, at: int) -> None:
        """The session was used."""
        self._db.execute("UPDATE session SET used = ? WHERE name = ?", (at, name))

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
