"""Who may log in to a piece of equipment and what for; passwords are kept as argon2 hashes in a private file."""

from __future__ import annotations

import json
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from typing import Any

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError
from asyncua.crypto.permission_rules import User, UserRole
from asyncua.server.internal_server import InternalServer
from cryptography import x509

from axenic.device.opcua.credentials import Credentials
from axenic.device.opcua.private_file import keep_private
from axenic.device.opcua.trust import Trust


class Duty(StrEnum):
    """What an account is for: a viewer reads, the engine commands, maintenance makes simulated equipment fail."""

    VIEWER = "viewer"
    ENGINE = "engine"
    MAINTENANCE = "maintenance"


@dataclass
class Account(User):
    """A logged-in account as asyncua carries it through a session."""

    duty: Duty = Duty.VIEWER


def enrol(credentials: Credentials, user: str, password: str, duty: Duty) -> None:
    """Add an account, or give it a new password or duty. Raises ValueError for a short password."""
    if len(password) < 12:
        raise ValueError("a password of equipment has 12 characters or more")
    rows = _rows(credentials) | {user: {"duty": duty.value, "hash": PasswordHasher().hash(password)}}
    keep_private(credentials.users, json.dumps(rows, indent=1).encode())


class Accounts:
    """asyncua asks it at every login; the certificate of the channel itself is judged here once more.

    asyncua 2.1.0 lets its own validator judge only the certificate that a client names in CreateSession, and none if
    it names none; who holds the channel is known here alone.
    """

    def __init__(self, credentials: Credentials, trust: Trust, duties: frozenset[Duty] = frozenset(Duty)) -> None:
        """duties: whose accounts may log in at all."""
        self._credentials, self._trust, self._duties = credentials, trust, duties

    def get_user(
        self,
        iserver: InternalServer,
        username: str | None = None,
        password: str | None = None,
        certificate: Any = None,
    ) -> User | None:
        """The account, or None: no such user, a wrong password, another duty, a channel of who is not trusted."""
        if not username or password is None or not certificate:
            return None
        if self._trust.flaw(x509.load_der_x509_certificate(certificate)):
            return None
        row = _rows(self._credentials).get(username)
        known = row["hash"] if row is not None else _nobody()  # an unknown user costs as much as a wrong password
        try:
            PasswordHasher().verify(known, password)
        except (VerificationError, InvalidHashError):
            return None
        if row is None or row["duty"] not in self._duties:
            return None
        return Account(UserRole.User, username, Duty(row["duty"]))


def _rows(credentials: Credentials) -> dict[str, dict[str, str]]:
    if not credentials.users.exists():
        return {}
    return dict(json.loads(credentials.users.read_text("utf-8")))


@cache
def _nobody() -> str:
    return PasswordHasher().hash("the password of nobody")
