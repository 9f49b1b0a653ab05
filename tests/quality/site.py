"""A site with people on it, for tests: the real bus, journal and safe, and a clock that the test sets."""

from __future__ import annotations

from dataclasses import dataclass, field
from itertools import product
from pathlib import Path
from typing import Any

import pyotp
from argon2 import PasswordHasher

from axenic.quality.actor import Claim, Refused
from axenic.quality.bus import Bus
from axenic.quality.commands import COMMANDS
from axenic.quality.permissions import Permissions, Rule, shipped
from axenic.quality.safe import Safe
from axenic.quality.terminal import StationKeys, Terminal
from axenic.record.entry import Act, Thing
from axenic.record.journal import Journal

START = 1_795_860_000_000  # 2026-11-28T10:00Z
MINUTE, HOUR, DAY = 60_000, 3_600_000, 86_400_000
STAFF = {
    "admin": ("security admin",),
    "op": ("operator",),
    "op2": ("operator",),
    "lead": ("supervisor",),
    "eng": ("process engineer",),
    "eng2": ("process engineer",),
    "qc": ("QC analyst",),
    "qa": ("QA reviewer",),
    "qa2": ("QA reviewer",),
    "qa3": ("QA reviewer",),
    "qp": ("QP",),
    "metro": ("metrology",),
    "fitter": ("maintenance",),
    "owner": ("site owner",),
    "sys": ("system admin",),
    "looks": ("inspector",),
}
STATION = "S-1"


@dataclass
class SetClock:
    """A clock that goes when the test says so; `set` sets the wall clock alone, as somebody would who cheats."""

    wall: int = START
    steady: int = 1_000_000

    def now(self) -> int:
        return self.wall

    def monotonic(self) -> int:
        return self.steady

    def boot(self) -> str:
        return "test"

    def pass_by(self, milliseconds: int) -> None:
        self.wall += milliseconds
        self.steady += milliseconds

    def set(self, milliseconds: int) -> None:
        self.wall += milliseconds


@dataclass
class Site:
    """Everybody of STAFF is enrolled and has declared; `do` acts as one of them with password and code."""

    journal: Journal
    folder: Path
    permissions: Permissions = field(default_factory=shipped)
    clock: SetClock = field(default_factory=SetClock)
    totp: dict[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.safe = Safe(self.folder / "safe", PasswordHasher(time_cost=1, memory_cost=64, parallelism=1))
        self._stands()

    def _stands(self) -> None:
        """The bus, and the terminal of every station: the tests are at all of them."""
        self.bus = Bus(self.journal, self.safe, self.permissions, self.clock)
        self.keys = StationKeys(self.journal.place.folder)
        self.terminal = Terminal(self.bus, self.keys, self.clock.now)

    @property
    def books(self):
        return self.bus.books

    def staffed(self) -> Site:
        self.bring("admin", *STAFF["admin"])
        self.do("admin", "station add", station=STATION, area="suite", zone="Europe/Brussels")
        for user in ("owner", *(user for user in STAFF if user not in ("admin", "owner"))):
            self.bring(user, *STAFF[user])
        self.trained()
        return self

    def trained(self) -> None:
        """Whoever takes part is trained in what the permissions ask; nobody records their own training."""
        rules = [rule for rule in shipped().commands if rule.trained]
        people = sorted({user for rule in rules for user in who(rule)})
        for user, procedure in product(people, sorted({rule.trained for rule in rules})):
            by = "qa2" if user == "qa" else "qa"
            self.do(by, "user train", user=user, procedure=procedure, until="2099-12-31")

    def bring(self, user: str, *roles: str) -> None:
        """Add, enrol and declare a person; the owner confirms."""
        command = COMMANDS["user add"](**newcomer(user, *roles))
        second = self.claim("owner") if self.books.persons.get("owner") else None
        _, shown = self.terminal.do(command, self.claim("admin" if self.totp else ""), second)
        self.enrol(user, shown["one-time secret"])
        self.do(user, "user declare")

    def enrol(self, user: str, once: str) -> None:
        claim = Claim(user=user, once=once, station=STATION)
        _, shown = self.terminal.do(COMMANDS["user enrol"](chosen=password(user)), claim)
        self.totp[user] = shown["totp"]

    def claim(self, user: str, **changed: Any) -> Claim:
        """What the person presents: password and a code that was not used yet."""
        if not user:
            return Claim(station=STATION)
        self.clock.pass_by(30_000)
        code = pyotp.TOTP(self.totp[user]).at(self.clock.wall // 1000)
        return Claim(**{"user": user, "password": password(user), "code": code, "station": STATION} | changed)

    def do(self, user: str, name: str, /, *, reason: str = "because", second: str = "", **fields: Any) -> Act:
        """Carry out a command as somebody; it is signed as it stands, if it is to be signed.

        What an administrator does to accounts is confirmed by the owner, unless by somebody else.
        """
        if user == "admin" and name in ("user add", "user reset", "user grant"):
            second = second or "owner"
        if name == "station add":
            fields = {"key": self.keys.public(fields["station"])} | fields
        command = COMMANDS[name](**fields)
        claim = self.claim(user, reason=reason, seen=self.books.digests.of(command.about()))
        return self.terminal.do(command, claim, self.claim(second) if second else None)[0]

    def refused(self, user: str, name: str, /, **fields: Any) -> tuple[str, ...]:
        """The reasons for which a command is refused; it must be."""
        try:
            self.do(user, name, **fields)
        except Refused as refused:
            return refused.because
        raise AssertionError(f"{name} was not refused")

    def append(self, *things: Thing) -> None:
        """Put something into the journal as the engine would, and let the books read it."""
        self.bus._note(*things)

    def sees(self, name: str) -> str:
        return self.books.digests.of(name)

    def last(self) -> Act:
        return self.books.trail.lines[-1].act


def password(user: str) -> str:
    return f"correct horse battery {sum(map(ord, user))}"


def newcomer(user: str, *roles: str) -> dict[str, Any]:
    """What is said of somebody to add them."""
    named = {"user": user, "name": f"{user.title()} Person", "roles": roles}
    return named | {"proof": "passport", "identity": f"HR {user}"}


def who(rule: Rule) -> list[str]:
    """Who of the staff may do or confirm it."""
    return [user for user, roles in STAFF.items() if set(roles) & {*rule.roles, *rule.second}]
