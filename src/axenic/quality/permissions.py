"""Who may do what: roles, the permission of every command, and what one person must not do twice over; as data."""

from __future__ import annotations

from collections.abc import Collection
from functools import cached_property
from typing import Literal

from axenic.notation.sheet import Sheet
from axenic.quality.sheets import shipped_sheet

ANYONE = "anyone"  # every account that is identified; the command looks at the rest itself


class Role(Sheet):
    """What a person is on this site; `gmp`: takes part in making, testing or releasing doses."""

    role: str
    does: str
    gmp: bool = True


class Rule(Sheet):
    """What one command needs.

    when: the case this line is for, as the command tells it from what it was given; "" for every other.
    roles: one of these, or `anyone`. reason: a reason must be given. trained: the procedure with its version in which
    the person and the second one must be trained, in date (11.10(i)); the site names it. signs: the meaning of the
    signature it takes (21 CFR 11.50); it binds what was shown. second: one of these roles must confirm as another
    person. keeps: the command leaves the record as it is, so that signatures on it stay valid. travels: it does so
    once the batch may leave (`batches.LEAVES`): a dose on its way is not another dose. makes: who does it took part in
    making the batch, and judges it no more; witness: the second person only looked on. clause: where this comes from.
    """

    command: str
    when: str = ""
    roles: tuple[str, ...]
    reason: bool = False
    trained: str = ""
    signs: str = ""
    second: tuple[str, ...] = ()
    keeps: bool = False
    travels: bool = False
    makes: bool = False
    witness: bool = False
    clause: str = ""


class Apart(Sheet):
    """Who did one of `first` may not do one of `then`, on the same batch or the same object."""

    first: tuple[str, ...]
    then: tuple[str, ...]
    same: Literal["batch", "object"]
    because: str


class Forbidden(Sheet):
    """Two roles that one person must not hold together."""

    roles: tuple[str, str]
    because: str


class Meaning(Sheet):
    """What a signature can mean where the person chooses: who may say it, and which meanings of theirs exclude it."""

    meaning: str
    roles: tuple[str, ...]
    apart: tuple[str, ...] = ()
    clause: str = ""


class Permissions(Sheet):
    """The table of a site; versioned, so that what was allowed on a day can be told."""

    permissions: str
    version: int
    source: str
    roles: tuple[Role, ...]
    commands: tuple[Rule, ...]
    meanings: tuple[Meaning, ...] = ()
    apart: tuple[Apart, ...] = ()
    forbidden: tuple[Forbidden, ...] = ()

    @cached_property
    def _rules(self) -> dict[tuple[str, str], Rule]:
        return {(rule.command, rule.when): rule for rule in self.commands}

    def rule(self, command: str, when: str = "") -> Rule | None:
        """What a command needs in a case; None if nobody may do it."""
        return self._rules.get((command, when))

    def keeps(self, command: str, left: bool = False) -> bool:
        """Whether a command leaves the record as it is; left: of a batch that was certified or supplied."""
        rule = self.rule(command)
        return rule is not None and (rule.keeps or (left and rule.travels))

    def clashes(self, roles: Collection[str]) -> list[tuple[tuple[str, str], str]]:
        """Pairs of roles that one person must not hold, and why: those forbidden, and any with and without GMP."""
        held = [role for role in self.roles if role.role in roles]
        apart = "administrators have no GMP commands (Annex 11 draft 12.3)"
        mixed = [((a.role, b.role), apart) for a in held if not a.gmp for b in held if b.gmp]
        return mixed + [(rule.roles, rule.because) for rule in self.forbidden if set(rule.roles) <= set(roles)]

    def makes(self, command: str) -> bool:
        """Whether a command makes a batch; one that is not in the table does."""
        rules = [rule for rule in self.commands if rule.command == command]
        return not rules or any(rule.makes for rule in rules)

    def witnessed(self, command: str) -> bool:
        """Whether the second person of a command only looks on."""
        return any(rule.witness for rule in self.commands if rule.command == command)

    def known(self, role: str) -> bool:
        """Whether there is a role of that name."""
        return any(r.role == role for r in self.roles)


def shipped() -> Permissions:
    """The table shipped with the package; raises ValueError if it cannot be read."""
    return shipped_sheet(Permissions, "permissions.yaml")
