"""The vault: who a chain-of-identity code is, apart from the journal, and erasable.

One SQLite file maps a code to personal data sealed with AES-256-GCM under a key of that patient alone; the patients'
keys lie in the same file, wrapped under a key that lies in a file of its own beside it (mode 0600, never in the
vault's backup). Erasing destroys the patient's key: the pseudonym stays, the journal and its proofs stay valid, and
nobody can say any more who it was. Limit: a backup of the vault that was taken before, together with the key file,
still can until it is restored, which erases again (`erase_again`); backups must be destroyed by their own rule.
"""

from __future__ import annotations

import hashlib
import hmac
import json
import os
import secrets
import sqlite3
import stat
from collections.abc import Iterable, Iterator, Mapping
from contextlib import closing, contextmanager
from pathlib import Path
from types import TracebackType

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from axenic.identity.code import Coi
from axenic.identity.unreadable import VAULT, Unreadable, unreadable

_KEY, _NONCE = 32, 12
_TABLE = """CREATE TABLE IF NOT EXISTS person (
  coi TEXT PRIMARY KEY, wrapped BLOB, sealed BLOB,
  CHECK ((wrapped IS NULL) = (sealed IS NULL))) STRICT, WITHOUT ROWID"""


def key_path(vault: Path) -> Path:
    """Where the key of a vault lies: beside it."""
    return vault.with_name(vault.name + ".key")


class Vault:
    """Personal data by chain-of-identity code."""

    def __init__(self, path: Path) -> None:
        """Open a vault, or begin one; raises Unreadable if it or its key cannot be used."""
        begun = path.exists()
        try:
            _own_file(path)
            self._db = sqlite3.connect(path, isolation_level=None)
        except (OSError, sqlite3.Error, ValueError) as error:
            raise unreadable(VAULT, f"the vault cannot be opened: {error}", "check path and permissions") from None
        try:
            self._prepare()
            self._wrapping = AESGCM(self._key_of(path, begun))
            self._known()
        except sqlite3.Error as error:
            self._db.close()
            raise unreadable(VAULT, f"this is no vault: {error}", "check the path") from None
        except BaseException:
            self._db.close()
            raise

    def _prepare(self) -> None:
        self._db.execute("PRAGMA journal_mode=WAL")
        self._db.execute("PRAGMA synchronous=FULL")
        self._db.execute("PRAGMA secure_delete=ON")  # what is erased is overwritten, not only unlinked
        self._db.execute("PRAGMA busy_timeout=5000")
        self._db.execute(_TABLE)

    def _key_of(self, path: Path, begun: bool) -> bytes:
        file = key_path(path)
        if not file.exists():
            if begun and self._db.execute("SELECT count(*) FROM person").fetchone()[0]:
                raise unreadable(VAULT, "the vault's key file is missing", f"put {file.name} back beside the vault")
            _new_key(file)
        if stat.S_IMODE(file.stat().st_mode) & 0o077:
            raise unreadable(VAULT, "others can read the vault's key file", f"chmod 600 {file.name}")
        try:
            key = bytes.fromhex(file.read_text("ascii").strip())
        except (OSError, ValueError):
            key = b""
        if len(key) != _KEY:
            raise unreadable(VAULT, "the vault's key file holds no key", f"put the right {file.name} back")
        return key

    def _known(self) -> None:
        """Fail at once under a wrong key, not at the first patient."""
        row = self._db.execute("SELECT coi, wrapped FROM person WHERE wrapped IS NOT NULL LIMIT 1").fetchone()
        if row is not None:
            self._opened(self._wrapping, row[1], row[0])

    def __enter__(self) -> Vault:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Close the file."""
        self._db.close()

    def keep(self, coi: Coi, person: Mapping[str, str]) -> None:
        """Seal personal data under a code; data already kept is replaced (a name was mended).

        Raises Unreadable if the code was erased: a pseudonym is not given twice.
        """
        code = str(coi)
        with self._writing():
            row = self._row(code)
            key = secrets.token_bytes(_KEY) if row is None else self._patient_key(code, row)
            text = json.dumps(dict(person), sort_keys=True, ensure_ascii=False).encode()
            sealed = _sealed(AESGCM(_derived(key, "seal")), text, code)
            if row is None:
                wrapped = _sealed(self._wrapping, key, code)
                self._db.execute("INSERT INTO person VALUES (?, ?, ?)", (code, wrapped, sealed))
            else:
                self._db.execute("UPDATE person SET sealed = ? WHERE coi = ?", (sealed, code))

    def person(self, coi: Coi) -> dict[str, str]:
        """The personal data of a code; raises Unreadable if there is none, or it was erased or altered."""
        code = str(coi)
        row = self._row(code)
        key = self._patient_key(code, row)
        assert row is not None
        found: dict[str, str] = json.loads(self._opened(AESGCM(_derived(key, "seal")), row[1], code))
        return found

    def digest(self, coi: Coi, field: str, value: str) -> str:
        """What stands in the journal for a personal field: HMAC-SHA-256 under the patient's key, in hex.

        Equal values give equal digests for one patient and different ones for two; after erasure nobody can guess
        and compare. Raises Unreadable if the code is not kept.
        """
        code = str(coi)
        key = _derived(self._patient_key(code, self._row(code)), "digest")
        text = json.dumps([field, value], ensure_ascii=False).encode()
        return hmac.new(key, text, hashlib.sha256).hexdigest()

    def erase(self, coi: Coi) -> None:
        """Destroy the key and the data of a code; the pseudonym stays. Raises Unreadable if it is not kept."""
        code = str(coi)
        with self._writing():
            self._patient_key(code, self._row(code))
            self._db.execute("UPDATE person SET wrapped = NULL, sealed = NULL WHERE coi = ?", (code,))
        self.settle()

    def codes(self) -> dict[str, bool]:
        """Every code that was ever kept, and whether there still is a person behind it."""
        return {code: bool(kept) for code, kept in self._db.execute("SELECT coi, wrapped IS NOT NULL FROM person")}

    @contextmanager
    def _writing(self) -> Iterator[None]:
        try:
            self._db.execute("BEGIN IMMEDIATE")
        except sqlite3.Error as error:
            raise unreadable(VAULT, f"the vault cannot be written: {error}", "is another process at it?") from None
        try:
            yield
            self._db.execute("COMMIT")
        except BaseException:
            if self._db.in_transaction:
                self._db.execute("ROLLBACK")
            raise

    def settle(self) -> None:
        """Bring the write-ahead log into the file and cut it off, so that no former key lingers there."""
        busy = self._db.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()[0]
        if busy:
            text = "written, but a reader keeps the former content in the write-ahead log"
            raise unreadable(VAULT, text, "close the other reader and call settle")

    def _row(self, code: str) -> tuple[bytes, bytes] | None:
        found: tuple[bytes, bytes] | None = self._db.execute(
            "SELECT wrapped, sealed FROM person WHERE coi = ?", (code,)
        ).fetchone()
        return found

    def _patient_key(self, code: str, row: tuple[bytes, bytes] | None) -> bytes:
        if row is None:
            raise unreadable(VAULT, f"nobody is kept under {code}", "check the code")
        if row[0] is None:
            raise unreadable(VAULT, f"who {code} was has been erased", "it cannot be brought back; make a new code")
        return self._opened(self._wrapping, row[0], code)

    @staticmethod
    def _opened(cipher: AESGCM, sealed: bytes, code: str) -> bytes:
        try:
            return cipher.decrypt(sealed[:_NONCE], sealed[_NONCE:], code.encode())
        except (InvalidTag, ValueError):
            raise _altered() from None


def erase_again(vault: Path, codes: Iterable[str]) -> int:
    """Destroy keys and data of codes in a vault that came from a backup; how many were there. No key is needed for it.

    Raises Unreadable if it is no vault.
    """
    change = "UPDATE person SET wrapped = NULL, sealed = NULL WHERE coi = ? AND wrapped IS NOT NULL"
    try:
        with closing(sqlite3.connect(vault, isolation_level=None)) as db:
            db.execute("PRAGMA secure_delete=ON")
            return sum(db.execute(change, (code,)).rowcount for code in codes)
    except sqlite3.Error as error:
        raise unreadable(VAULT, f"this is no vault: {error}", "choose another backup") from None


def _altered() -> Unreadable:
    return unreadable(VAULT, "the vault was altered, or this is not its key", "put vault and key back from one backup")


def _sealed(cipher: AESGCM, text: bytes, code: str) -> bytes:
    # The code is authenticated with the data, so rows cannot be swapped between patients
    nonce = secrets.token_bytes(_NONCE)
    return nonce + cipher.encrypt(nonce, text, code.encode())


def _derived(key: bytes, purpose: str) -> bytes:
    """A key for one purpose only, as RFC 5869 expands a key that is already uniform."""
    return hmac.new(key, b"axenic vault " + purpose.encode() + b"\x01", hashlib.sha256).digest()


def _own_file(path: Path) -> None:
    """An empty file that only its owner can read; SQLite gives its log files the same mode."""
    if not path.exists():
        os.close(os.open(path, os.O_CREAT | os.O_RDWR, 0o600))


def _new_key(file: Path) -> None:
    """A new key, whole or not at all, also if two processes begin the vault at once."""
    drafted = file.with_name(f"{file.name}.{secrets.token_hex(8)}")
    handle = os.open(drafted, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600)
    with os.fdopen(handle, "w") as out:
        out.write(secrets.token_hex(_KEY) + "\n")
        out.flush()
        os.fsync(out.fileno())
    try:
        os.link(drafted, file)
    except FileExistsError:
        pass
    finally:
        drafted.unlink()
