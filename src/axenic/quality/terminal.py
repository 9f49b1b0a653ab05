"""A terminal: the bus as people at a station use it; it signs every command with the key that only the station has.

The private key is made at the station and stays there; the record holds its public part since the station was enrolled.
"""

from __future__ import annotations

import re
import stat
from collections.abc import Callable
from dataclasses import dataclass, replace
from hashlib import sha256
from pathlib import Path
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from axenic.quality.actor import Claim
from axenic.quality.bus import Bus
from axenic.quality.command import Command
from axenic.quality.station_proof import signed
from axenic.record.entry import Act
from axenic.record.files import keep_private

_LENGTH = 32  # bytes of a key
_PLAIN = re.compile(r"[A-Za-z0-9._-]{1,40}")


@dataclass(frozen=True, slots=True)
class StationKeys:
    """The private keys of the stations that stand here, a file each in a folder; `only`: the file of the only one."""

    folder: Path
    only: Path | None = None

    def file(self, station: str) -> Path:
        """Where the key of a station lies: under its name or, if that is no plain one, under a digest of it."""
        name = station if _PLAIN.fullmatch(station) else sha256(station.encode("utf-8", "surrogatepass")).hexdigest()
        return self.only or self.folder / f"{name}.station.key"

    def of(self, station: str) -> Ed25519PrivateKey | None:
        """The key of a station; None if it is not here. Raises OSError if it cannot be used."""
        file = self.file(station)
        if not station or not file.exists():
            return None
        if stat.S_IMODE(file.stat().st_mode) & 0o077:
            raise OSError(f"{file} can be read by others: chmod 600 it, or enrol another station")
        key = file.read_bytes()
        if len(key) != _LENGTH:
            raise OSError(f"{file} holds {len(key)} bytes, and the key of a station has {_LENGTH}")
        return Ed25519PrivateKey.from_private_bytes(key)

    def public(self, station: str) -> str:
        """The public part in hexadecimal; a key is made if there is none yet. Raises OSError."""
        key = self.of(station)
        if key is None:
            key = Ed25519PrivateKey.generate()
            keep_private(self.file(station), key.private_bytes_raw())
        return key.public_key().public_bytes_raw().hex()


class Terminal:
    """Where a person gives commands; `now` is the station's clock, in milliseconds UTC."""

    def __init__(self, bus: Bus, keys: StationKeys, now: Callable[[], int]) -> None:
        self.bus = bus
        self._keys, self._now = keys, now

    def do(self, command: Command, claim: Claim, second: Claim | None = None) -> tuple[Act, dict[str, Any]]:
        """Carry a command out, as `Bus.do`. Raises Refused, JournalError, OSError."""
        return self.bus.do(command, self.signed(command, claim, second), second)

    def signed(self, command: Command, claim: Claim, second: Claim | None = None) -> Claim:
        """The claim with the station's proof; as it is if the station's key is not here. Raises OSError."""
        key = self._keys.of(claim.station)
        if key is None:
            return claim
        other = second.user if second is not None else ""
        return replace(claim, proof=signed(key, self.bus.journal.origin, command, claim, other, self._now()))
