"""What must never be at one interface (I1 to I29 of the sterility reference, as they apply)."""

from __future__ import annotations

from collections.abc import Callable

from axenic.asepsis.boundary import (
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
from axenic.asepsis.machine import Invariant

_OPEN = ("open outer", "open inner")
_PROOF_ENDS = (
    *("open outer", "outer contradicts", "inner contradicts", "chain lost", "hold expired", "clock jump"),
    "load misidentified",
)


def _becomes_clean(b: Boundary, a: Boundary) -> bool:
    return a.stage is Stage.CLEAN and b.stage is not Stage.CLEAN


def _never(name: str, text: str, broken: Callable[[Boundary, str, Boundary], bool]) -> Invariant[Boundary]:
    return Invariant(name, text, broken)


def _earned(b: Boundary, event: str) -> bool:
    return event == "verdict pass" and b.stage is Stage.CLEARING and b.chains and b.load is not Load.STRANGE


INVARIANTS: tuple[Invariant[Boundary], ...] = (
    _never(
        "I29",
        "a load in a chamber whose tests are not passed in date",
        lambda b, e, a: e == "start cycle" and b.load is not Load.EMPTY and not b.tested,
    ),
    _never(
        "I1",
        "both doors unsealed on an aseptic zone",
        lambda b, e, a: (
            a.outer is not Door.SEALED and a.inner is not Door.SEALED and (a.air is Air.ASEPTIC or e in _OPEN)
        ),
    ),
    _never(
        "I2",
        "a door opened, or the inner one open on an aseptic zone, while the chamber is not known to be safe",
        lambda b, e, a: (
            (e in _OPEN and b.reading is not Reading.SAFE)
            or (a.inner is not Door.SEALED and a.reading is not Reading.SAFE and a.air is Air.ASEPTIC)
        ),
    ),
    _never(
        "I3",
        "a door unsealed in a cycle, or opened before a void one is purged",
        lambda b, e, a: (active(a) and not sealed(a)) or (e in _OPEN and b.stage in UNPURGED),
    ),
    _never(
        "I4",
        "sterilant flows with someone inside, a door unsealed, a failed exhaust, or outside its phases",
        lambda b, e, a: (
            a.energised
            and (
                a.reach is Reach.INSIDE
                or not sealed(a)
                or a.supply is Supply.EXHAUST_FAILED
                or a.stage not in (Stage.PREPARING, Stage.EXPOSING)
            )
        ),
    ),
    _never(
        "I5",
        "the inner door opened without a proof in date of this load, or without the pressure difference",
        lambda b, e, a: e == "open inner" and not (b.stage is Stage.CLEAN and b.cascade is Cascade.KEPT),
    ),
    _never(
        "I6",
        "clean without a passing verdict of this load and program",
        lambda b, e, a: _becomes_clean(b, a) and not _earned(b, e),
    ),
    _never(
        "I7",
        "a proof, or a cycle, outlives what ends it",
        lambda b, e, a: (
            (a.stage is Stage.CLEAN and (e in _PROOF_ENDS or a.outer is not Door.SEALED))
            or (e in ("power loss", "chain lost", "clock jump") and active(a))
        ),
    ),
    _never("I8", "an item in the core without evidence", lambda b, e, a: a.stray),
    _never(
        "I10",
        "an aseptic zone without its pressure difference",
        lambda b, e, a: a.air is Air.ASEPTIC and a.cascade is Cascade.LOST,
    ),
    _never(
        "I11",
        "work goes on in a zone at risk, or a breached zone comes back without decontamination",
        lambda b, e, a: (
            (e in ("open inner", "take in", "put out") and b.air is not Air.ASEPTIC)
            or (b.air is Air.BREACHED and a.air is not Air.BREACHED and e != "decontaminate zone")
        ),
    ),
    _never("I12", "someone is inside while a door moves", lambda b, e, a: a.reach is Reach.INSIDE and moving(a)),
    _never(
        "I14",
        "a void result becomes a pass, or an interrupted cycle goes on",
        lambda b, e, a: b.stage is Stage.VOID and (_becomes_clean(b, a) or active(a)),
    ),
    _never(
        "I15",
        "a cycle or a verdict without both chains",
        lambda b, e, a: not a.chains and (active(a) or a.stage is Stage.CLEAN),
    ),
    _never(
        "I18",
        "an emergency stop or the return of power sets something going",
        lambda b, e, a: (
            (a.energised and a.supply is Supply.OFF)
            or (
                e in ("power return", "emergency stop", "chain back")
                and (a.energised > b.energised or (active(a) and not active(b)))
            )
            or (e == "emergency stop" and (active(a) or a.energised))
        ),
    ),
    _never(
        "I19",
        "a sterilised load unloaded on the dirty side",
        lambda b, e, a: e == "open outer" and sterile_inside(b),
    ),
    _never("I20", "a phase without an end", lambda b, e, a: e == "time-out" and active(a)),
    _never("I21", "the program changed while it ran", lambda b, e, a: e == "change program" and active(b)),
    _never("I22", "exhaust and sterilant open together", lambda b, e, a: a.energised and a.supply is Supply.VENTING),
    _never(
        "I23",
        "a cycle begun on a load whose identity is not known",
        lambda b, e, a: e == "start cycle" and b.load is Load.STRANGE,
    ),
    _never(
        "I24",
        "a hold time extended after the fact",
        lambda b, e, a: e == "extend hold" and _becomes_clean(b, a),
    ),
)
