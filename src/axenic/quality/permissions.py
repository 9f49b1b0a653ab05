"""Who may do what: roles, the permission of every command, and what one person must not do twice over; as data."""

from __future__ import annotations

from functools import cached_property
from importlib import resources
from typing import Literal

from axenic.notation.document import load
from axenic.notation.sheet import Sheet

ANYONE = "anyone"  # every account that is identified; the command looks at the rest itself


class Role(Sheet):
    """What a person is on this site; `gmp`: takes part in making, testing or releasing doses."""

    role: str
    does: str
    gmp: bool = True


class Rule(Sheet):
    """What one command needs.

    roles: one of these, or `anyone`. reason: a reason must be given. signs: the meaning of the signature it takes
    (21 CFR 11.50); it binds what was shown. second: one of these roles must confirm as another person. keeps: the
    command leaves the record as it is, so that signatures on it stay valid. clause: where this comes from.
    """

    command: str
    roles: tuple[str, ...]
    reason: bool = False
    signs: str = ""
    second: tuple[str, ...] = ()
    keeps: bool = False
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
    def _rules(self) -> dict[str, Rule]:
        return {rule.command: rule for rule in self.commands}

    def rule(self, command: str) -> Rule | None:
        """What a command needs; None if nobody may do it."""
        return self._rules.get(command)

    def keeps(self, command: str) -> bool:
        """Whether a command leaves the record as it is."""
        rule = self.rule(command)
        return rule is not None and rule.keeps

    def known(self, role: str) -> bool:
        """Whether there is a role of that name."""
        return any(r.role == role for r in self.roles)


def shipped() -> Permissions:
    """The table shipped with the package; raises ValueError if it cannot be read."""
    name = "permissions.yaml"
    loaded = load(Permissions, (resources.files("axenic") / "data" / "quality" / name).read_text("utf-8"), name)
    if loaded.value is None:
        raise ValueError("; ".join(str(f) for f in loaded.findings))
    return loaded.value
