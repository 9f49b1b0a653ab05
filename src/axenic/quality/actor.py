"""Who does something: what is claimed at the door, and who it turned out to be."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Claim:
    """What somebody presents with a command; nothing of it is believed before it is checked.

    session: the token of an open session, instead of or beside a password. seen: the digest of what was shown to be
    signed. once: a one-time secret, good for enrolling only. role: as which of their roles the person acts ("" for the
    first that may). proof: the station's signature over the command.
    """

    user: str = ""
    password: str = ""
    code: str = ""
    session: str = ""
    station: str = ""
    role: str = ""
    reason: str = ""
    seen: str = ""
    once: str = ""
    proof: str = ""


@dataclass(frozen=True, slots=True)
class Actor:
    """A person who was identified; components: what they proved it with just now (password, code)."""

    user: str
    name: str
    roles: tuple[str, ...]
    station: str
    zone: str
    session: str = ""
    components: tuple[str, ...] = ()
    full_before: bool = False

    def fresh(self) -> bool:
        """Whether this is enough to sign: both components, or one in a session that began with both (11.200(a)(1))."""
        return {"password", "code"} <= set(self.components) or (self.full_before and "password" in self.components)


SYSTEM = Actor("", "Axenic", (), "", "UTC")


class Refused(Exception):
    """A command was not carried out; `because` names every reason, `code` what `axenic explain` knows.

    failures: how often the user failed to prove themselves by now, if this was such a failure.
    """

    def __init__(self, code: str, because: tuple[str, ...], user: str = "", failures: int = 0) -> None:
        super().__init__("; ".join(because))
        self.code, self.because, self.user, self.failures = code, because, user, failures
