"""The workplace: one unit in its zone, seen by one batch: whose it is, whether it is clean, what is open beside it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from enum import IntEnum
from typing import NamedTuple

from axenic.asepsis.boundary import Air
from axenic.asepsis.machine import Effect, Invariant, Machine, Rule, events


class Cleanliness(IntEnum):
    """Of the unit since its last batch."""

    DIRTY = 0
    CHANGING = 1
    CLEAN = 2
    IN_USE = 3  # was clean when the batch came


class Whose(IntEnum):
    """Whose a unit is."""

    NOBODY = 0
    OURS = 1
    OTHERS = 2


class Joint(IntEnum):
    """A sterile connector or tube weld, and what is known of it."""

    READY = 0  # connector sterile and in date, welder in its qualified state
    EXPIRED = 1
    MADE = 2
    VERIFIED = 3


class Glove(IntEnum):
    """A glove of an isolator; ABSENT in a gloveless one."""

    ABSENT = 0
    TESTED = 1
    DUE = 2
    FAILED = 3


class Workplace(NamedTuple):
    """State of one unit in its zone, immutable."""

    air: Air = Air.ASEPTIC
    unit: Cleanliness = Cleanliness.DIRTY
    whose: Whose = Whose.NOBODY
    joint: Joint = Joint.READY
    glove: Glove = Glove.ABSENT
    ours_open: bool = False
    others_open: bool = False
    grade_a: bool = True
    flowing: bool = False


def _set(**fields: object) -> Callable[[Workplace], Workplace]:
    return lambda w: w._replace(**fields)  # type: ignore[arg-type]


def _expire(w: Workplace) -> Workplace:
    return w._replace(unit=Cleanliness.DIRTY) if w.unit is Cleanliness.CLEAN else w


def _changed(to: Cleanliness) -> Callable[[Workplace], Workplace]:
    return lambda w: w._replace(unit=to) if w.unit is Cleanliness.CHANGING else w


def _leave(w: Workplace) -> Workplace:
    return w._replace(whose=Whose.NOBODY, ours_open=False, joint=Joint.READY, flowing=False)


def _soil(w: Workplace) -> Workplace:
    return w._replace(unit=Cleanliness.DIRTY)


def _joint(before: Joint, after: Joint) -> Callable[[Workplace], Workplace]:
    return lambda w: w._replace(joint=after) if w.joint is before else w


def _glove(to: Glove) -> Callable[[Workplace], Workplace]:
    return lambda w: w._replace(glove=to) if w.glove is not Glove.ABSENT else w


EFFECTS: tuple[Effect[Workplace], ...] = (
    Effect("ours comes", events("hand over"), _set(whose=Whose.OURS, unit=Cleanliness.IN_USE)),
    Effect("another comes", events("others come"), _set(whose=Whose.OTHERS, unit=Cleanliness.IN_USE)),
    Effect("the batch leaves", events("leave", "others leave"), _leave),
    Effect("a used unit is dirty", events("leave", "others leave"), _soil, ("I9",)),
    Effect("changeover begins", events("change over"), _set(unit=Cleanliness.CHANGING)),
    Effect("changed over", events("changed over"), _changed(Cleanliness.CLEAN)),
    Effect("changeover failed", events("changeover failed"), _changed(Cleanliness.DIRTY)),
    Effect("the clean hold runs out", events("clean hold expired"), _expire, ("I7",)),
    Effect("opened", events("open work"), _set(ours_open=True)),
    Effect("shut", events("end open work"), _set(ours_open=False)),
    Effect("others opened", events("others open"), _set(others_open=True)),
    Effect("others shut", events("others shut"), _set(others_open=False)),
    Effect("connected", events("connect"), _set(joint=Joint.MADE)),
    Effect("verified", events("joint verified"), _joint(Joint.MADE, Joint.VERIFIED)),
    Effect("flow", events("open flow"), _set(flowing=True)),
    Effect("flow ends", events("end flow"), _set(flowing=False, joint=Joint.READY)),
    Effect("connector expired", events("joint expired"), _joint(Joint.READY, Joint.EXPIRED)),
    Effect("connector fetched", events("joint ready"), _joint(Joint.EXPIRED, Joint.READY)),
    Effect("glove tested", events("glove tested"), _glove(Glove.TESTED)),
    Effect("glove test due", events("glove test due"), _glove(Glove.DUE)),
    Effect("glove failed", events("glove failed"), _glove(Glove.FAILED)),
    Effect("zone alarm", events("zone alarm"), lambda w: w._replace(air=max(w.air, Air.AT_RISK))),
    Effect("zone breached", events("zone breached"), _set(air=Air.BREACHED)),
    Effect("zone restored", events("zone restored"), _set(air=Air.ASEPTIC)),
)
WORK = ("hand over", "connect", "open flow", "open work", "glove work")
RULES: tuple[Rule[Workplace], ...] = (
    Rule(
        "IW01",
        events(*WORK),
        lambda w: w.air is Air.ASEPTIC,
        "the zone is not in its qualified state",
        "Annex 1, 4.1-4.3; I10, I11",
    ),
    Rule(
        "IW02",
        events("hand over", "others come"),
        lambda w: w.unit is Cleanliness.CLEAN or (w.unit is Cleanliness.IN_USE and w.whose is Whose.OURS),
        "the unit is not clean since its last batch, or its clean hold ran out",
        "Annex 1, 5.4; I7, I9",
    ),
    Rule(
        "IW03",
        events("connect", "open work"),
        lambda w: w.whose is Whose.OURS,
        "the unit does not belong to this batch",
        "EU GMP Part IV, 9.3; I9",
    ),
    Rule(
        "IW04", events("open work"), lambda w: w.grade_a, "open work needs grade A", "Annex 1, 4.3; EU GMP Part IV, 9.5"
    ),
    Rule(
        "IW05",
        events("open work"),
        lambda w: not w.others_open,
        "another patient's material is open in this zone",
        "EU GMP Part IV, 9.3; I9",
    ),
    Rule(
        "IW06",
        events("others open"),
        lambda w: not w.ours_open,
        "this patient's material is open in this zone",
        "EU GMP Part IV, 9.3; I9",
    ),
    Rule(
        "IW07", events("connect"), lambda w: w.joint is Joint.READY, "no sterile connector in date", "Annex 1, 8.45; I8"
    ),
    Rule("IW08", events("open flow"), lambda w: w.joint is Joint.VERIFIED, "the connection is not verified", "I8"),
    Rule(
        "IW09",
        events("glove work"),
        lambda w: w.glove is Glove.TESTED,
        "the glove is not leak-tested for this batch",
        "Annex 1, 4.21",
    ),
    Rule(
        "IW10",
        events("change over"),
        lambda w: w.whose is Whose.NOBODY,
        "a batch is in the unit",
        "EU GMP Part IV, 9.3; I9",
    ),
)
PHYSICAL: tuple[Rule[Workplace], ...] = (
    Rule("IP11", events("leave", "end open work"), lambda w: w.whose is Whose.OURS, "it is not here", "physical"),
    Rule("IP12", events("others leave"), lambda w: w.whose is Whose.OTHERS, "it is not here", "physical"),
    Rule("IP13", events("glove work"), lambda w: w.glove is not Glove.ABSENT, "there is no glove", "physical"),
    Rule("IP14", events("others come"), lambda w: w.whose is Whose.NOBODY, "the unit is taken", "physical"),
)


def _comes_unclean(w: Workplace, e: str) -> bool:
    ours = w.unit is Cleanliness.IN_USE and w.whose is Whose.OURS
    return e in ("hand over", "others come") and not (w.unit is Cleanliness.CLEAN or ours)


INVARIANTS: tuple[Invariant[Workplace], ...] = (
    Invariant(
        "I7",
        "a unit stays clean past its clean hold",
        lambda b, e, a: e == "clean hold expired" and a.unit is Cleanliness.CLEAN,
    ),
    Invariant(
        "I8", "flow through a joint that is not proven", lambda b, e, a: a.flowing and a.joint is not Joint.VERIFIED
    ),
    Invariant(
        "I9",
        "two patients' materials meet: open together, in one unit, or one after the other without a changeover",
        lambda b, e, a: (
            (a.ours_open and a.others_open)
            or _comes_unclean(b, e)
            or (e in ("connect", "open work") and b.whose is not Whose.OURS)
            or (e in ("leave", "others leave") and a.unit is not Cleanliness.DIRTY)
            or (e == "change over" and b.whose is not Whose.NOBODY)
        ),
    ),
    Invariant("I11", "work goes on in a zone at risk", lambda b, e, a: e in WORK and b.air is not Air.ASEPTIC),
    Invariant("I26", "open work outside grade A", lambda b, e, a: a.ours_open and not a.grade_a),
    Invariant(
        "I27",
        "work through a glove that is not tested",
        lambda b, e, a: e == "glove work" and b.glove is not Glove.TESTED,
    ),
    Invariant("I28", "a connector out of date is used", lambda b, e, a: e == "connect" and b.joint is not Joint.READY),
)
ACTS = (
    *("hand over", "leave", "change over", "connect", "open flow", "end flow", "open work", "end open work"),
    *("glove work", "others come", "others leave", "others open"),
)
HAPPENINGS = (
    *("others shut", "changed over", "changeover failed", "clean hold expired", "joint verified", "joint expired"),
    *("joint ready", "glove tested", "glove test due", "glove failed", "zone alarm", "zone breached", "zone restored"),
)


def workplace_machine(grade_a: bool = True, gloved: bool = False) -> Machine[Workplace]:
    """The machine of a unit; a zone below grade A allows no open work, only a glove isolator has gloves."""
    start = Workplace(grade_a=grade_a, glove=Glove.DUE if gloved else Glove.ABSENT)
    rules = tuple(r for r in RULES if (gloved or r.name != "IW09") and (not grade_a or r.name != "IW04"))
    acts = tuple(a for a in ACTS if gloved or a != "glove work")
    title = ("grade A" if grade_a else "other grade") + (", gloves" if gloved else "")
    rules = tuple(_for(r, acts, grade_a) for r in rules if grade_a or r.name not in ("IW05", "IW06"))
    return Machine(f"workplace, {title}", start, acts, HAPPENINGS, rules, EFFECTS, INVARIANTS, lambda w: True, PHYSICAL)


def _for(rule: Rule[Workplace], acts: tuple[str, ...], grade_a: bool) -> Rule[Workplace]:
    """The rule for the acts this machine has; outside grade A the grade alone decides on open work."""
    decides = rule.acts & set(acts) if grade_a or rule.name == "IW04" else rule.acts & set(acts) - {"open work"}
    return replace(rule, acts=decides)
