"""The rules at one interface (I1 to I29 of the sterility reference, as they apply), and the machine they make."""

from __future__ import annotations

from collections.abc import Callable

from axenic.asepsis.boundary import (
    ACTS,
    EFFECTS,
    HAPPENINGS,
    UNPURGED,
    Air,
    Boundary,
    Cascade,
    Door,
    Load,
    Reach,
    Reading,
    Stage,
    Supply,
    active,
    moving,
    sealed,
    sterile_inside,
)
from axenic.asepsis.boundary_invariants import INVARIANTS
from axenic.asepsis.machine import Machine, Rule, events

Holds = Callable[[Boundary], bool]


def _rule(name: str, acts: str, holds: Holds, reason: str, clause: str) -> Rule[Boundary]:
    return Rule(name, events(*acts.split(", ")), holds, reason, clause)


RULES: tuple[Rule[Boundary], ...] = (
    _rule(
        "IB01",
        "open outer",
        lambda b: b.inner is Door.SEALED,
        "the inner door is not proven sealed",
        "Annex 1, 4.12; I1",
    ),
    _rule(
        "IB03",
        "open outer, open inner",
        lambda b: b.reading is Reading.SAFE,
        "gas, heat or pressure in the chamber is not known to be safe",
        "ISO 22441; EN 285; I2",
    ),
    _rule(
        "IB04",
        "open outer",
        lambda b: not active(b) and b.stage not in UNPURGED,
        "a cycle runs, or a void one is not purged",
        "EN 285; I3",
    ),
    _rule(
        "IB05",
        "open inner, take in",
        lambda b: b.stage is Stage.CLEAN,
        "the interface has no passed cycle in date, kept by a sealed outer door",
        "Annex 1, 4.10-4.12; I1, I5, I6, I8",
    ),
    _rule(
        "IB06",
        "take in",
        lambda b: b.load is Load.OWN,
        "the passed cycle was not of this load",
        "Annex 1, 4.11; I8",
    ),
    _rule(
        "IB07",
        "open inner",
        lambda b: b.cascade is Cascade.KEPT,
        "the pressure difference to the outer side is not kept",
        "Annex 1, 4.14; I5",
    ),
    _rule(
        "IB08",
        "open inner, take in, put out",
        lambda b: b.air is Air.ASEPTIC,
        "the zone on the inner side is not in its qualified state",
        "Annex 1, 4.1-4.3; I10, I11",
    ),
    _rule(
        "IB09",
        "close outer, close inner",
        lambda b: b.reach is Reach.AWAY,
        "a robot or an arm is in the chamber",
        "ISO 10218; I12",
    ),
    _rule("IB10", "reach in", lambda b: not moving(b), "a door moves", "ISO 10218; I12"),
    _rule(
        "IB11",
        "open outer",
        lambda b: not sterile_inside(b),
        "a sterilised load leaves on the clean side only",
        "EN 285; I19",
    ),
    _rule("IB12", "start cycle", sealed, "both doors must be proven sealed", "EN 285; ISO 22441; I3"),
    _rule(
        "IB13",
        "start cycle",
        lambda b: b.stage is Stage.DIRTY,
        "a cycle starts on a purged chamber only",
        "I6",
    ),
    _rule("IB14", "start cycle", lambda b: b.chains, "both measuring chains must be in date", "EN 285; I15, I16"),
    _rule(
        "IB15",
        "start cycle",
        lambda b: b.load is not Load.STRANGE,
        "the load is not the one that was registered",
        "EU GMP Part IV, 9.3; I23",
    ),
    _rule(
        "IB16",
        "inject",
        lambda b: b.stage in (Stage.PREPARING, Stage.EXPOSING),
        "sterilant belongs to conditioning and exposure of a sealed chamber",
        "ISO 22441; I4",
    ),
    _rule(
        "IB17",
        "inject",
        lambda b: b.supply is Supply.READY,
        "the power is off, or the exhaust is open or has failed",
        "ISO 22441; I4, I18, I22",
    ),
    _rule(
        "IB29",
        "start cycle",
        lambda b: b.load is Load.EMPTY or b.tested,
        "a test of the chamber is not passed in date",
        "EN 285; ISO 17665; I29",
    ),
    _rule("IB19", "open exhaust", lambda b: not b.energised, "sterilant flows", "I22"),
    _rule("IB20", "change program", lambda b: not active(b), "a cycle runs under it", "Annex 11; I21"),
    _rule(
        "IB21",
        "restart cycle",
        lambda b: False,
        "an interrupted cycle is void",
        "EN 285; I6, I14",
    ),
    _rule("IB22", "edit verdict", lambda b: False, "only a new cycle can pass", "Annex 11; I14"),
    _rule("IB23", "extend hold", lambda b: False, "a hold time is never extended after the fact", "Annex 1, 4.12; I24"),
    _rule(
        "IB24",
        "restore zone",
        lambda b: b.cascade is not Cascade.LOST,
        "the pressure difference is lost",
        "Annex 1, 4.14; I10",
    ),
    _rule(
        "IB25",
        "restore zone",
        lambda b: b.air is not Air.BREACHED,
        "a breached zone comes back by decontamination only",
        "Annex 1, 4.22; I11",
    ),
    _rule(
        "IB26",
        "restore zone, decontaminate zone",
        lambda b: b.inner is Door.SEALED,
        "the inner door is not proven sealed",
        "Annex 1, 4.12; I1, I2",
    ),
    _rule(
        "IB27",
        "decontaminate zone",
        lambda b: b.cascade is not Cascade.LOST,
        "the pressure difference is lost",
        "Annex 1, 4.14; I10",
    ),
)
# what hands and machines cannot do in a state; no weakening of these is a weakening of a guard
_PHYSICAL: tuple[Rule[Boundary], ...] = (
    _rule(
        "IP01", "put in, take out, take away", lambda b: b.outer is Door.OPEN, "the outer door is not open", "physical"
    ),
    _rule("IP02", "take in, put out", lambda b: b.inner is Door.OPEN, "the inner door is not open", "physical"),
    _rule("IP03", "put in, put out", lambda b: b.load is Load.EMPTY, "the chamber is not empty", "physical"),
    _rule("IP04", "reach in", lambda b: Door.OPEN in (b.outer, b.inner), "no door is open", "physical"),
    _rule("IP05", "close outer", lambda b: b.outer is Door.OPEN, "the outer door is not open", "physical"),
    _rule("IP06", "close inner", lambda b: b.inner is Door.OPEN, "the inner door is not open", "physical"),
    _rule("IP07", "open outer", lambda b: b.outer is Door.SEALED, "the outer door is not shut", "physical"),
    _rule("IP08", "open inner", lambda b: b.inner is Door.SEALED, "the inner door is not shut", "physical"),
    _rule("IP09", "next phase", active, "no cycle runs", "physical"),
)

_TESTS = ("test due", "test passed")  # a steriliser is tested with its own programs; others carry it in theirs
_GASSED = (
    *("IB16", "IB17", "IB19", "a void cycle injects nothing", "a failed exhaust ends injection"),
)  # there is no sterilant to feed in


def safe(b: Boundary) -> bool:
    """The dirty side may be opened: nothing runs, nothing is unsafe, the inner door is sealed."""
    return not active(b) and b.reading is Reading.SAFE and b.inner is Door.SEALED and not b.energised


def boundary_machine(steriliser: bool = False, gassed: bool = True) -> Machine[Boundary]:
    """The machine of an interface with a program; a steriliser has no way out on its dirty side (I19)."""
    return Machine(
        "steriliser" if steriliser else "airlock" if gassed else "pass-through",
        Boundary(steriliser=steriliser),
        ACTS if gassed else tuple(a for a in ACTS if a not in ("inject", "stop injecting")),
        (*HAPPENINGS, *_TESTS) if steriliser else HAPPENINGS,
        tuple(r for r in RULES if (steriliser or r.name not in ("IB11", "IB29")) and (gassed or r.name not in _GASSED)),
        EFFECTS if gassed else tuple(e for e in EFFECTS if e.name not in _GASSED),
        INVARIANTS,
        safe,
        _PHYSICAL,
    )
