"""The certificate of a SiLA server, signed by itself: a client knows it beforehand, or does not speak to the server."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path
from uuid import UUID

from sila2.server.encryption import generate_self_signed_certificate


@dataclass(frozen=True, slots=True)
class Certificate:
    """PEM texts; only `public` leaves the equipment."""

    private: bytes
    public: bytes


def certificate(folder: Path, server: UUID, address: str) -> Certificate:
    """The certificate that lies in a folder; made for this server and this IP address if there is none (364 days)."""
    key, chain = folder / "server.key", folder / "server.crt"
    if not (key.exists() and chain.exists()):
        folder.mkdir(parents=True, exist_ok=True)
        private, public = generate_self_signed_certificate(server, address)
        with os.fdopen(os.open(key, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as file:
            file.write(private)
        chain.write_bytes(public)
    return Certificate(key.read_bytes(), chain.read_bytes())
