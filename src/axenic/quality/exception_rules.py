"""The rules of review by exception: versioned data over a small closed vocabulary, so that each can be tested.

A rule looks at one kind of thing (what the core or a register raised, a fact, an order, an act, a refused act, a
document), by name, and asks a few questions about its fields. What no rule names is shown by the rule that says
`otherwise`: nothing raised is ever hidden.
"""

from __future__ import annotations

from enum import StrEnum
from functools import cache
from hashlib import sha256
from typing import Literal

from axenic.notation.sheet import Sheet
from axenic.quality.raised import CRITICAL, INFO, MAJOR, MINOR
from axenic.quality.sheets import sheet_text, shipped_sheet
from axenic.units import Duration

RANK = {CRITICAL: 0, MAJOR: 1, MINOR: 2, INFO: 3}
AS_RAISED = "as raised"


class Source(StrEnum):
    """What a rule looks at."""

    RAISED = "raised"
    FACT = "fact"
    ORDER = "order"
    ACT = "act"
    REFUSED = "refused act"
    DOCUMENT = "document"


class When(Sheet):
    """One question about one field, written as a path (`new.value`); every key given must hold.

    is, is_not: the value is one of these, or is there and none of them. holds: one of these words stands in it.
    above, below: a number in the field's own unit. above_field: a number above that of another field. later_than, by: a
    time later than that of another field, by more than this. given: whether there is a value at all
    (a time of 0 is none).
    """

    field: str
    is_: tuple[str, ...] = ()
    is_not: tuple[str, ...] = ()
    holds: tuple[str, ...] = ()
    above: float | None = None
    below: float | None = None
    above_field: str = ""
    later_than: str = ""
    by: Duration = 0
    given: bool | None = None


class Sum(Sheet):
    """A field added up over a batch; the entry at which the sum first exceeds `above` is the exception."""

    field: str
    above: float


class Repeat(Sheet):
    """So many entries with the same value of a field within a time; the last of them is the exception."""

    field: str
    times: int
    within: Duration


class ExceptionRule(Sheet):
    """One rule. `severity` is critical, major, minor, info or `as raised`.

    concerns: the batch the entry names (`own`), every batch under way (`open`), every one not yet certified, supplied
    or destroyed (`undecided`), or no batch, whatever the entry names (`site`). after: another rule found something on
    the batch before. otherwise: for what no other rule of the same source found. text: with {paths}.
    """

    rule: str
    kind: str
    severity: Literal["critical", "major", "minor", "info", "as raised"]
    looks_at: Source
    named: tuple[str, ...] = ()
    when: tuple[When, ...] = ()
    sum: Sum | None = None
    repeat: Repeat | None = None
    after: str = ""
    otherwise: bool = False
    concerns: Literal["own", "open", "undecided", "site"] = "own"
    text: str
    clause: str = ""


_FILE = "exceptions.yaml"


class ExceptionRules(Sheet):
    """The table of a site."""

    exceptions: str
    version: int
    source: str
    rules: tuple[ExceptionRule, ...]


@cache
def shipped_rules() -> ExceptionRules:
    """The rules shipped with the package; raises ValueError if they cannot be read."""
    return shipped_sheet(ExceptionRules, _FILE)


@cache
def rules_digest() -> str:
    """SHA-256 of the file the rules were read from, hexadecimal."""
    return sha256(sheet_text(_FILE).encode()).hexdigest()
