"""The interlocks: one table of guards over a situation, answered with a permit or a refusal.

A passage is permitted when every guard that applies to its kind holds. The table runs live, in replay and in
the twin, and is printed in the docs. It is the second, permissive layer: hard safety stays in the PLC.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum

from axenic.asepsis.condition import UNKNOWN, Aseptic, Condition


class PassageKind(StrEnum):
    """The ways something passes the aseptic boundary."""

    INWARD = "crossing inward"
    OUTWARD = "crossing outward"
    HAND_OVER = "hand-over"
    CONNECTION = "connection"
    OPEN = "open manipulation"


@dataclass(frozen=True, slots=True)
class Situation:
    """All that the guards look at, for one passage asked for at one time (milliseconds).

    origin, target: condition of the two zones; chamber: of the interface crossed, with the item it holds;
    item: of what passes; unit: of the unit it goes to or is worked on; `unit_batch`, `open_batch`: whose it is.
    """

    at: int
    kind: PassageKind
    batch: str
    item_name: str
    origin: Condition = UNKNOWN
    target: Condition = UNKNOWN
    item: Condition = UNKNOWN
    chamber: Condition = UNKNOWN
    chamber_load: str = ""
    unit: Condition = UNKNOWN
    unit_batch: str = ""
    grade: str = ""
    open_batch: str = ""


@dataclass(frozen=True, slots=True)
class Guard:
    """One line of the table: for these kinds, `holds` must be true, or the passage is refused for `reason`."""

    name: str
    kinds: frozenset[PassageKind]
    holds: Callable[[Situation], bool]
    reason: str
    clause: str


_ALL = frozenset(PassageKind)
_MOVES = frozenset({PassageKind.INWARD, PassageKind.OUTWARD, PassageKind.HAND_OVER})
_WORK = frozenset({PassageKind.CONNECTION, PassageKind.OPEN})
_IN = frozenset({PassageKind.INWARD})
_OUT = frozenset({PassageKind.OUTWARD})
_OPEN = frozenset({PassageKind.OPEN})


def _origin_known(s: Situation) -> bool:
    return s.origin.holds(s.at, Aseptic.ASEPTIC)


def _target_known(s: Situation) -> bool:
    return s.target.holds(s.at, Aseptic.ASEPTIC)


def _chamber_proven(s: Situation) -> bool:
    return s.chamber.holds(s.at, Aseptic.CLEAN)


def _load_proven(s: Situation) -> bool:
    return s.chamber_load == s.item_name


def _chamber_empty(s: Situation) -> bool:
    return not s.chamber_load


def _item_fit(s: Situation) -> bool:
    return s.item.holds(s.at, Aseptic.STERILE, Aseptic.DECONTAMINATED)


def _unit_fit(s: Situation) -> bool:
    if s.unit.state is Aseptic.IN_USE:
        return s.unit_batch == s.batch
    return s.unit.holds(s.at, Aseptic.CLEAN)


def _unit_own(s: Situation) -> bool:
    return s.unit_batch == s.batch


def _grade_a(s: Situation) -> bool:
    return s.grade == "A"


def _alone_open(s: Situation) -> bool:
    return s.open_batch in ("", s.batch)


GUARDS: tuple[Guard, ...] = (
    Guard(
        "AG01",
        _ALL,
        _origin_known,
        "the zone it comes from is not in its qualified state",
        "Annex 1, 4.1-4.3; I10, I11",
    ),
    Guard(
        "AG02", _MOVES, _target_known, "the zone it goes to is not in its qualified state", "Annex 1, 4.1-4.3; I10, I11"
    ),
    Guard("AG03", _IN, _chamber_proven, "the interface has no passed cycle in date", "Annex 1, 4.10-4.12; I5, I6"),
    Guard("AG04", _IN, _load_proven, "the passed cycle was not of this load", "Annex 1, 4.11; I5"),
    Guard("AG05", _IN, _item_fit, "the item is neither sterile nor decontaminated in date", "Annex 1, 4.11, 8.45; I8"),
    Guard(
        "AG06",
        _OUT,
        _chamber_proven,
        "the interface was opened outside since its last passed cycle",
        "Annex 1, 4.12; I5, I7",
    ),
    Guard("AG07", _OUT, _chamber_empty, "the interface is not empty", "Annex 1, 4.12; I1"),
    Guard(
        "AG08",
        _ALL,
        _unit_fit,
        "the unit is not clean since its last batch, or its clean hold ran out",
        "Annex 1, 5.4; I7",
    ),
    Guard("AG09", _WORK, _unit_own, "the unit does not belong to this batch", "EU GMP Part IV, 9.3; I9"),
    Guard("AG10", _OPEN, _grade_a, "open work needs grade A", "Annex 1, 4.3, 8.10; EU GMP Part IV, 9.5"),
    Guard("AG11", _OPEN, _alone_open, "another patient's material is open in this zone", "EU GMP Part IV, 9.3; I9"),
)
_BY_KIND = {kind: tuple(g for g in GUARDS if kind in g.kinds) for kind in PassageKind}


def refusals(situation: Situation) -> tuple[Guard, ...]:
    """The guards that forbid this passage; empty means permitted."""
    return tuple([guard for guard in _BY_KIND[situation.kind] if not guard.holds(situation)])
