"""Asking for a passage: every machine it concerns is walked through its acts, the answer goes on record."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from axenic.asepsis.condition import UNKNOWN, Condition
from axenic.asepsis.interlocks import GLOVE_BOX, GRADE_A, OTHER_GRADE, PassageKind
from axenic.asepsis.machine import Rule
from axenic.asepsis.risk import Circumstance, Share, batch_risk
from axenic.asepsis.workplace import Glove
from axenic.control.barriers import ask_boundary, workplace_of
from axenic.control.floor import Floor
from axenic.control.orders import PermitPassage, RefusePassage
from axenic.control.state import Batch, Want
from axenic.plant.plant import MoverKind

_WORK: dict[PassageKind, tuple[str, ...]] = {
    PassageKind.CONNECTION: ("connect", "joint verified", "open flow"),
    PassageKind.OPEN: ("open work",),
}
_MOVE = ("hand over",)
Way = tuple[str, tuple[str, ...]]


@dataclass(frozen=True, slots=True)
class Passage:
    """What asks to pass: kind, item, from where to where, how often, and who or what carries it.

    `ways`: the acts on each chamber it leaves or enters; `chamber` is the one whose proof it rests on.
    """

    kind: PassageKind
    item: str
    origin: str
    target: str
    origin_zone: str
    target_zone: str
    count: int = 1
    condition: Condition = UNKNOWN
    chamber: str = ""
    ways: tuple[Way, ...] = ()
    unit: str = ""
    by: MoverKind = MoverKind.ROBOT
    evidence: tuple[str, ...] = ()
    in_date: bool = True


def ask(floor: Floor, batch: Batch, passage: Passage, want: Want) -> str:
    """The name of the permit, or empty if refused; a refusal is put on record once for each set of reasons."""
    forbids = refusals(floor, batch, passage)
    if forbids:
        _refuse(floor, batch, passage, want, tuple(f"{r.name}: {r.reason} ({r.clause})" for r in forbids))
        return ""
    batch.passages += passage.count
    for zone in (passage.origin_zone, passage.target_zone):
        floor.passed[zone][batch.name] = floor.at
    name = f"{batch.name}/passage-{batch.passages}"
    shares = _shares(floor, batch, passage)
    mean, upper = batch_risk((s.mean, s.upper95) for s in shares)
    batch.risk += mean
    floor.give(
        PermitPassage,
        batch.name,
        name,
        passage.kind.value,
        passage.item,
        passage.origin,
        passage.target,
        passage.count,
        _evidence(floor, passage),
        max(shares, key=lambda s: s.mean).mechanism,
        f"{mean:.3e}",
        f"{upper:.3e}",
        tuple(s.strings() for s in shares),
    )
    return name


def refusals(floor: Floor, batch: Batch, passage: Passage) -> tuple[Rule[Any], ...]:
    """Every rule of every machine that forbids a passage now; empty means permitted."""
    zones = (passage.origin_zone, passage.target_zone)
    place = workplace_of(floor, batch, passage.unit, zones, passage.in_date)
    gloved = place.glove is not Glove.ABSENT and place.grade_a  # gloves make no grade A of another one
    machine = GLOVE_BOX if gloved else GRADE_A if place.grade_a else OTHER_GRADE
    acts = _WORK.get(passage.kind, _MOVE)
    if gloved and passage.kind in _WORK:
        acts = ("glove work", *acts)
    found: list[Rule[Any]] = list(machine.walk(place, acts)[1])
    for chamber, acts in passage.ways:
        found += ask_boundary(floor, chamber, acts, passage.item, passage.condition)
    return tuple(found)


def _refuse(floor: Floor, batch: Batch, passage: Passage, want: Want, reasons: tuple[str, ...]) -> None:
    want.refused = True
    if want.said == reasons:
        return
    want.said = reasons
    where = (passage.origin, passage.target)
    floor.give(RefusePassage, batch.name, "", passage.kind.value, passage.item, *where, reasons)
    text = f"{passage.item} from {passage.origin} to {passage.target} was refused: {'; '.join(reasons)}"
    floor.exception(batch.name, "passage refused", "minor", text)


def _shares(floor: Floor, batch: Batch, passage: Passage) -> tuple[Share, ...]:
    """The risk of the passage by mechanism; the cells' dwell time counts from their last passage."""
    interface = floor.layout.interfaces.get(passage.chamber)
    program = floor.programs.get(interface.program) if interface else None
    dwell = 0
    if passage.item == f"{batch.name}:cells":
        dwell, batch.passed = floor.at - (batch.passed or batch.ordered), floor.at
    case = Circumstance(
        passage.kind.value,
        floor.layout.zones[passage.target_zone].grade.value,
        passage.by.value,
        interface.barrier if interface else "",
        program.proves.log_reduction if program else 0.0,
        passage.count,
    )
    return tuple(rate.share(dwell) for rate in floor.risk(case) if dwell or not rate.by_day)


def _evidence(floor: Floor, passage: Passage) -> tuple[str, ...]:
    found = [floor.zones[passage.target_zone].evidence, *passage.evidence]
    if passage.chamber:
        found.append(floor.chambers[passage.chamber].evidence)
    if passage.unit:
        found.append(floor.units[passage.unit].condition.evidence)
    return tuple(dict.fromkeys(e for e in found if e))
