"""The signed checkpoint: origin, size and root of a journal as a C2SP signed note, with cosignatures of witnesses.

A note may carry several signatures; those of unknown keys are ignored, a wrong one of a known key is an error. Source:
C2SP signed-note v1.0.0, tlog-checkpoint v1.0.0, tlog-cosignature (Ed25519, `cosignature/v1`).
"""

from __future__ import annotations

import base64
import binascii
from dataclasses import dataclass
from hashlib import sha256

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from nacl.signing import SigningKey

_ED25519, _COSIGNED = b"\x01", b"\x04"
_MOST = 100  # signatures of one note
_DASH = "\u2014 "
_LATEST = (1 << 63) - 1  # seconds since 1970


def strict_base64(text: str) -> bytes:
    """Base64 that is exactly what its bytes would be written as; raises ValueError."""
    try:
        data = base64.b64decode(text, validate=True)
    except binascii.Error as error:
        raise ValueError(f"not base64: {error}") from error
    if base64.b64encode(data).decode() != text:
        raise ValueError("base64 with stray bits")
    return data


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """A journal's state: which journal, how many entries, which root."""

    origin: str
    size: int
    root: bytes

    def text(self) -> str:
        """The three lines that are signed."""
        return f"{self.origin}\n{self.size}\n{base64.b64encode(self.root).decode()}\n"


def opened(note: str) -> tuple[str, list[tuple[str, bytes]]]:
    """The text of a note and its signatures by name (key id and signature), unchecked; raises ValueError."""
    text, gap, signatures = note.rpartition("\n\n")
    lines = signatures.split("\n")
    if not gap or lines.pop() or not 1 <= len(lines) <= _MOST:
        raise ValueError("not a signed note")
    found = []
    for line in lines:
        name, space, data = line.removeprefix(_DASH).partition(" ")
        if not line.startswith(_DASH) or not name or not space or len(signature := strict_base64(data)) < 5:
            raise ValueError("a line of signature is not one")
        found.append((name, signature))
    return text + "\n", found


@dataclass(frozen=True, slots=True)
class Verifier:
    """The public half of a signer or a witness: name and key, written as a C2SP verifier key."""

    name: str
    key: bytes
    kind: bytes = _ED25519

    def key_id(self) -> bytes:
        """The first four bytes of SHA-256(name, newline, algorithm, key)."""
        return sha256(self.name.encode() + b"\n" + self.kind + self.key).digest()[:4]

    def vkey(self) -> str:
        """The text form `name+id+key`."""
        return f"{self.name}+{self.key_id().hex()}+{base64.b64encode(self.kind + self.key).decode()}"

    @classmethod
    def parse(cls, vkey: str) -> Verifier:
        """From its text form; raises ValueError."""
        parts = vkey.strip().split("+", 2)
        if len(parts) != 3:
            raise ValueError("a verifier key is name+id+key")
        data = strict_base64(parts[2])
        if data[:1] not in (_ED25519, _COSIGNED) or len(data) != 33:
            raise ValueError("not an Ed25519 verifier key")
        found = cls(parts[0], data[1:], data[:1])
        if found.key_id().hex() != parts[1]:
            raise ValueError("the key does not have the id it names")
        return found

    def signature_in(self, note: str) -> tuple[str, bytes]:
        """The text of a note and this key's signature, unchecked; raises ValueError if it has none."""
        text, signatures = opened(note)
        mine = [data[4:] for name, data in signatures if name == self.name and data[:4] == self.key_id()]
        if not mine:
            raise ValueError(f"not signed by {self.name} with this key")
        return text, mine[0]

    def open(self, note: str) -> str:
        """The text of a signed note; raises ValueError if this key did not sign it."""
        text, signature = self.signature_in(note)
        self._check(signature, text.encode())
        return text

    def cosigned_at(self, note: str) -> int:
        """When this witness cosigned a note, seconds since 1970; raises ValueError if it did not."""
        text, data = self.signature_in(note)
        time = int.from_bytes(data[:8], "big")
        if len(data) != 72 or time > _LATEST:
            raise ValueError("not a cosignature")
        self._check(data[8:], _cosigned(text, time))
        return time

    def _check(self, signature: bytes, message: bytes) -> None:
        try:
            Ed25519PublicKey.from_public_bytes(self.key).verify(signature, message)
        except InvalidSignature as error:
            raise ValueError("the signature does not fit the checkpoint") from error


def _cosigned(text: str, time: int) -> bytes:
    return f"cosignature/v1\ntime {time}\n{text}".encode()


class Signer:
    """Signs checkpoints; its 32 private bytes are kept outside the journal.

    libsodium signs in half the time of OpenSSL, which then verifies: the two check each other.
    """

    def __init__(self, name: str, private: bytes) -> None:
        self._key = SigningKey(private)
        self.verifier = Verifier(name, bytes(self._key.verify_key))
        self._id = self.verifier.key_id()

    def note(self, checkpoint: Checkpoint) -> str:
        """The checkpoint as a signed note."""
        return self.signed(checkpoint.text())

    def signed(self, text: str) -> str:
        """Any text of whole lines as a signed note."""
        signature = base64.b64encode(self._id + self._key.sign(text.encode()).signature).decode()
        return f"{text}\n{_DASH}{self.verifier.name} {signature}\n"


class Cosigner:
    """Cosigns checkpoints as a witness."""

    def __init__(self, name: str, private: bytes) -> None:
        self._key = Ed25519PrivateKey.from_private_bytes(private)
        self.verifier = Verifier(name, self._key.public_key().public_bytes_raw(), _COSIGNED)

    def line(self, note: str, time: int) -> str:
        """The line of signature to put under a note; `time` in seconds since 1970."""
        text, _ = opened(note)
        signature = self._key.sign(_cosigned(text, time))
        data = self.verifier.key_id() + time.to_bytes(8, "big") + signature
        return f"{_DASH}{self.verifier.name} {base64.b64encode(data).decode()}\n"


def parse_checkpoint(text: str) -> Checkpoint:
    """The checkpoint of a note's text; raises ValueError."""
    lines = text.split("\n")
    if len(lines) != 4 or lines[3] or not lines[1].isdecimal() or str(int(lines[1])) != lines[1]:
        raise ValueError("not a checkpoint")
    root = strict_base64(lines[2])
    if len(root) != 32:
        raise ValueError("not a checkpoint")
    return Checkpoint(lines[0], int(lines[1]), root)
