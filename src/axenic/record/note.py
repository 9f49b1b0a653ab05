"""The signed checkpoint: origin, size and root of a journal as a C2SP signed note under an Ed25519 key."""

from __future__ import annotations

import base64
import binascii
from dataclasses import dataclass
from hashlib import sha256
from typing import Protocol

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

_ED25519 = b"\x01"


def strict_base64(text: str) -> bytes:
    """Base64 that is exactly what its bytes would be written as; raises ValueError."""
    try:
        data = base64.b64decode(text, validate=True)
    except binascii.Error as error:
        raise ValueError(f"not base64: {error}") from error
    if base64.b64encode(data).decode() != text:
        raise ValueError("base64 with stray bits")
    return data


class Said(Protocol):
    """What can be signed: its text, which no other kind of it could have."""

    def text(self) -> str:
        """The lines that are signed."""


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """A journal's state: which journal, how many entries, which root."""

    origin: str
    size: int
    root: bytes

    def text(self) -> str:
        """The three lines that are signed."""
        return f"{self.origin}\n{self.size}\n{base64.b64encode(self.root).decode()}\n"


@dataclass(frozen=True, slots=True)
class Verifier:
    """The public half of a signer: name and key, written as a C2SP verifier key."""

    name: str
    key: bytes

    def key_id(self) -> bytes:
        """The first four bytes of SHA-256(name, newline, algorithm, key)."""
        return sha256(self.name.encode() + b"\n" + _ED25519 + self.key).digest()[:4]

    def vkey(self) -> str:
        """The text form `name+id+key`."""
        return f"{self.name}+{self.key_id().hex()}+{base64.b64encode(_ED25519 + self.key).decode()}"

    @classmethod
    def parse(cls, vkey: str) -> Verifier:
        """From its text form; raises ValueError."""
        parts = vkey.strip().split("+", 2)
        if len(parts) != 3:
            raise ValueError("a verifier key is name+id+key")
        data = strict_base64(parts[2])
        if data[:1] != _ED25519 or len(data) != 33:
            raise ValueError("not an Ed25519 verifier key")
        found = cls(parts[0], data[1:])
        if found.key_id().hex() != parts[1]:
            raise ValueError("the key does not have the id it names")
        return found

    def open(self, note: str) -> str:
        """The text of a signed note; raises ValueError if this key did not sign it."""
        text, _, signatures = note.rpartition("\n\n")
        text += "\n"
        lines = signatures.splitlines()
        if not note.endswith("\n") or len(lines) != 1 or signatures != lines[0] + "\n":
            raise ValueError("not a note with one signature")
        prefix = f"\u2014 {self.name} "
        if not lines[0].startswith(prefix):
            raise ValueError(f"not signed by {self.name}")
        data = strict_base64(lines[0].removeprefix(prefix))
        if data[:4] != self.key_id():
            raise ValueError("signed by another key of that name")
        try:
            Ed25519PublicKey.from_public_bytes(self.key).verify(data[4:], text.encode())
        except InvalidSignature as error:
            raise ValueError("the signature does not fit the checkpoint") from error
        return text


class Signer:
    """Signs checkpoints; its 32 private bytes are kept outside the journal."""

    def __init__(self, name: str, private: bytes) -> None:
        self._key = Ed25519PrivateKey.from_private_bytes(private)
        self.verifier = Verifier(name, self._key.public_key().public_bytes_raw())

    def note(self, said: Said) -> str:
        """A checkpoint, or whatever else has a text to be signed, as a signed note."""
        text = said.text()
        signed = base64.b64encode(self.verifier.key_id() + self._key.sign(text.encode())).decode()
        return f"{text}\n\u2014 {self.verifier.name} {signed}\n"


def parse_checkpoint(text: str) -> Checkpoint:
    """The checkpoint of a note's text; raises ValueError."""
    lines = text.split("\n")
    if len(lines) != 4 or lines[3] or not lines[1].isdigit() or str(int(lines[1])) != lines[1]:
        raise ValueError("not a checkpoint")
    return Checkpoint(lines[0], int(lines[1]), strict_base64(lines[2]))
