"""The boundary at one interface: two doors, a chamber with its cycle, what lies in it, who reaches in, the air beside.

It is the state that the interlocks look at and that every order and every feedback steps. Doors count as open from
the order to open until the feedback that they are sealed (fail safe). The pressure and the inner zone are inputs.
"""

from __future__ import annotations

from collections.abc import Callable
from enum import IntEnum
from typing import NamedTuple

from axenic.asepsis.machine import Effect, events


class Door(IntEnum):
    """A door; only SEALED proves anything, and a door whose feedback contradicts its command counts as OPEN."""

    SEALED = 0
    OPENING = 1
    OPEN = 2
    CLOSING = 3


class Stage(IntEnum):
    """Where the chamber's cycle stands; CLEAN is entered by a passing verdict alone."""

    DIRTY = 0
    TESTING = 1
    PREPARING = 2
    EXPOSING = 3
    CLEARING = 4
    CLEAN = 5
    VOID = 6
    PURGING = 7


class Reading(IntEnum):
    """What is known of gas, heat and pressure in the chamber."""

    SAFE = 0
    NOT_SAFE = 1  # above its limit, or a reading that cannot be believed


class Load(IntEnum):
    """What lies in the chamber."""

    EMPTY = 0
    RAW = 1  # put in from outside, in no cycle yet
    OWN = 2  # registered with the running or passed cycle
    OUTGOING = 3  # put in from the inner side
    STRANGE = 4  # its identity is not the one registered


class Reach(IntEnum):
    """A robot or a person's arm in the chamber."""

    AWAY = 0
    INSIDE = 1


class Air(IntEnum):
    """The zone on the inner side."""

    ASEPTIC = 0
    AT_RISK = 1
    BREACHED = 2


class Cascade(IntEnum):
    """The pressure difference to the outer side."""

    KEPT = 0
    LOW = 1
    LOST = 2  # below its limit for longer than the qualified excursion


class Supply(IntEnum):
    """What the chamber is driven by: power, and the exhaust that must be shut while sterilant flows."""

    READY = 0
    VENTING = 1
    EXHAUST_FAILED = 2
    OFF = 3


class Boundary(NamedTuple):
    """State at one interface, immutable."""

    outer: Door = Door.SEALED
    inner: Door = Door.SEALED
    stage: Stage = Stage.DIRTY
    reading: Reading = Reading.SAFE
    load: Load = Load.EMPTY
    reach: Reach = Reach.AWAY
    air: Air = Air.ASEPTIC
    cascade: Cascade = Cascade.KEPT
    supply: Supply = Supply.READY
    energised: bool = False
    chains: bool = True
    tested: bool = True  # its own tests (steam penetration, leak) are in date
    stray: bool = False  # something lies in the core without evidence
    steriliser: bool = False


ACTIVE = (Stage.TESTING, Stage.PREPARING, Stage.EXPOSING, Stage.CLEARING)
_NEXT = {Stage.TESTING: Stage.PREPARING, Stage.PREPARING: Stage.EXPOSING, Stage.EXPOSING: Stage.CLEARING}
_MOVES = {Door.OPENING: Door.OPEN, Door.CLOSING: Door.SEALED}
UNPURGED = (Stage.VOID, Stage.PURGING)


def active(b: Boundary) -> bool:
    """True while a cycle runs."""
    return b.stage in ACTIVE


def sealed(b: Boundary) -> bool:
    """Both doors are proven shut."""
    return b.outer is Door.SEALED and b.inner is Door.SEALED


def moving(b: Boundary) -> bool:
    """A door opens or closes."""
    return bool({b.outer, b.inner} & {Door.OPENING, Door.CLOSING})


def sterile_inside(b: Boundary) -> bool:
    """A load of its own, sterilised, waits in the steriliser."""
    return b.steriliser and b.stage is Stage.CLEAN and b.load is Load.OWN


def _dirty(b: Boundary) -> Boundary:
    """The chamber is no longer proven; what was registered is just a load again."""
    load = Load.RAW if b.load is Load.OWN else b.load
    return b._replace(stage=Stage.DIRTY, load=load) if b.stage is Stage.CLEAN else b


def _void(b: Boundary) -> Boundary:
    return b._replace(stage=Stage.VOID) if active(b) else b


def _still(b: Boundary) -> Boundary:
    return b._replace(energised=False) if b.stage is Stage.VOID else b


def _exposed(b: Boundary) -> Boundary:
    """Both sides unsealed, or gas at an open inner door: the zone is at risk."""
    both = b.outer is not Door.SEALED and b.inner is not Door.SEALED
    gas = b.inner is not Door.SEALED and b.reading is not Reading.SAFE
    return _to_risk(b) if both or gas else b


def _start(b: Boundary) -> Boundary:
    load = Load.OWN if b.load is Load.RAW else b.load
    return b._replace(stage=Stage.TESTING, load=load)


def _advance(b: Boundary) -> Boundary:
    stage = _NEXT.get(b.stage, b.stage)
    return b._replace(stage=stage, energised=b.energised and stage is not Stage.CLEARING)


def _inject(b: Boundary) -> Boundary:
    return b._replace(energised=True, reading=Reading.NOT_SAFE)


def _pass(b: Boundary) -> Boundary:
    fit = b.stage is Stage.CLEARING and b.chains and b.load is not Load.STRANGE
    return b._replace(stage=Stage.CLEAN) if fit else _void(b)


def _take_in(b: Boundary) -> Boundary:
    proven = b.stage is Stage.CLEAN and b.load is Load.OWN
    return b._replace(load=Load.EMPTY, stray=b.stray or not proven)


def _purge(b: Boundary) -> Boundary:
    if active(b):
        return b
    return b._replace(stage=Stage.PURGING, energised=False, supply=max(b.supply, Supply.VENTING))


def _purged(b: Boundary) -> Boundary:
    done = b.stage is Stage.PURGING and b.reading is Reading.SAFE
    load = Load.RAW if b.load is Load.OWN else b.load
    return b._replace(stage=Stage.DIRTY, load=load) if done else b


def _if(b: Boundary, now: Supply, then: Supply) -> Supply:
    return then if b.supply is now else b.supply


def _exhaust_fails(b: Boundary) -> Boundary:
    return b._replace(supply=max(b.supply, Supply.EXHAUST_FAILED))


def _exhaust_mended(b: Boundary) -> Boundary:
    return b._replace(supply=_if(b, Supply.EXHAUST_FAILED, Supply.READY))


def _outer(door: Door) -> Callable[[Boundary], Boundary]:
    return lambda b: b._replace(outer=door)


def _inner(door: Door) -> Callable[[Boundary], Boundary]:
    return lambda b: b._replace(inner=door)


def _to_risk(b: Boundary) -> Boundary:
    return b._replace(air=max(b.air, Air.AT_RISK))


_VOIDING = events(
    *("outer contradicts", "inner contradicts", "verdict fail", "time-out", "power loss", "emergency stop"),
    *("chain lost", "clock jump", "verdict pass"),
)
_OPENINGS = events("outer contradicts", "inner contradicts", "open outer", "open inner")
_GAS = events("unsafe reading", "invalid reading")
EFFECTS: tuple[Effect[Boundary], ...] = (
    Effect("the outer door begins to open", events("open outer"), _outer(Door.OPENING)),
    Effect("the inner door begins to open", events("open inner"), _inner(Door.OPENING)),
    Effect("the outer door begins to close", events("close outer"), _outer(Door.CLOSING)),
    Effect("the inner door begins to close", events("close inner"), _inner(Door.CLOSING)),
    Effect("the outer door follows", events("outer follows"), lambda b: b._replace(outer=_MOVES.get(b.outer, b.outer))),
    Effect("the inner door follows", events("inner follows"), lambda b: b._replace(inner=_MOVES.get(b.inner, b.inner))),
    Effect("the outer door contradicts", events("outer contradicts"), _outer(Door.OPEN)),
    Effect("the inner door contradicts", events("inner contradicts"), _inner(Door.OPEN)),
    Effect("an outer opening ends the proof", events("open outer", "outer contradicts"), _dirty, ("I7",)),
    Effect("a lost seal ends the proof", events("inner contradicts"), _dirty, ("I7",)),
    Effect("a door that gives way voids the cycle", events("outer contradicts", "inner contradicts"), _void, ("I3",)),
    Effect("an open way puts the zone at risk", _OPENINGS, _exposed, ("I1",)),
    Effect("a test is due", events("test due"), lambda b: b._replace(tested=False)),
    Effect("its tests are passed", events("test passed"), lambda b: b._replace(tested=True)),
    Effect("put in", events("put in"), lambda b: b._replace(load=Load.RAW)),
    Effect("put out", events("put out"), lambda b: b._replace(load=Load.OUTGOING)),
    Effect("taken in", events("take in"), _take_in),
    Effect("taken out", events("take out", "take away"), lambda b: b._replace(load=Load.EMPTY)),
    Effect("reach in", events("reach in"), lambda b: b._replace(reach=Reach.INSIDE)),
    Effect("withdraw", events("withdraw"), lambda b: b._replace(reach=Reach.AWAY)),
    Effect("begin", events("start cycle"), _start),
    Effect("next phase", events("next phase"), _advance),
    Effect("restart", events("restart cycle"), lambda b: b._replace(stage=Stage.EXPOSING)),
    Effect("inject", events("inject"), _inject),
    Effect("stop injecting", events("stop injecting"), lambda b: b._replace(energised=False)),
    Effect("passed", events("verdict pass"), _pass),
    Effect("not passed", events("verdict fail"), _void),
    Effect("edited to pass", events("edit verdict", "extend hold"), lambda b: b._replace(stage=Stage.CLEAN)),
    Effect("a time-out voids the cycle", events("time-out"), _void, ("I20",)),
    Effect("power loss voids the cycle", events("power loss"), _void, ("I7",)),
    Effect("power loss", events("power loss"), lambda b: b._replace(supply=Supply.OFF)),
    Effect("power return", events("power return"), lambda b: b._replace(supply=_if(b, Supply.OFF, Supply.READY))),
    Effect("emergency stop voids the cycle", events("emergency stop"), _void, ("I18",)),
    Effect("a lost chain", events("chain lost"), lambda b: b._replace(chains=False)),
    Effect("a lost chain ends the proof", events("chain lost"), _dirty, ("I7",)),
    Effect("a lost chain voids the cycle", events("chain lost"), _void, ("I15",)),
    Effect("the chain is back", events("chain back"), lambda b: b._replace(chains=True)),
    Effect("not safe", _GAS, lambda b: b._replace(reading=Reading.NOT_SAFE)),
    Effect("safe", events("safe reading"), lambda b: b._replace(reading=Reading(int(b.energised)))),
    Effect("gas at an open door puts the zone at risk", _GAS, _exposed, ("I2",)),
    Effect("the hold runs out", events("hold expired", "clock jump"), _dirty, ("I7",)),
    Effect("a clock jump voids the cycle", events("clock jump"), _void, ("I6",)),
    Effect("a void cycle injects nothing", _VOIDING, _still, ("I4",)),
    Effect("purge", events("purge"), _purge),
    Effect("purged", events("purged"), _purged),
    Effect("exhaust opens", events("open exhaust"), lambda b: b._replace(supply=max(b.supply, Supply.VENTING))),
    Effect("exhaust shuts", events("shut exhaust"), lambda b: b._replace(supply=_if(b, Supply.VENTING, Supply.READY))),
    Effect(
        "exhaust fails", events("exhaust failed"), lambda b: b._replace(supply=max(b.supply, Supply.EXHAUST_FAILED))
    ),
    Effect("a failed exhaust ends injection", events("exhaust failed"), lambda b: b._replace(energised=False), ("I4",)),
    Effect(
        "exhaust mended",
        events("exhaust mended"),
        lambda b: b._replace(supply=_if(b, Supply.EXHAUST_FAILED, Supply.READY)),
    ),
    Effect("another load", events("load misidentified"), lambda b: b._replace(load=Load.STRANGE if b.load else b.load)),
    Effect("another load ends the proof", events("load misidentified"), _dirty, ("I5",)),
    Effect("pressure low", events("pressure low"), lambda b: b._replace(cascade=max(b.cascade, Cascade.LOW))),
    Effect("pressure lost", events("pressure lost"), lambda b: b._replace(cascade=Cascade.LOST)),
    Effect("lost pressure puts the zone at risk", events("pressure lost"), _to_risk, ("I10",)),
    Effect("pressure back", events("pressure back"), lambda b: b._replace(cascade=Cascade.KEPT)),
    Effect("zone alarm", events("zone alarm"), _to_risk),
    Effect("zone breached", events("zone breached"), lambda b: b._replace(air=Air.BREACHED)),
    Effect("zone restored", events("restore zone", "decontaminate zone"), lambda b: b._replace(air=Air.ASEPTIC)),
)
ACTS = (
    *(
        "open outer",
        "close outer",
        "open inner",
        "close inner",
        "put in",
        "take in",
        "put out",
        "take out",
        "take away",
    ),
    *("reach in", "withdraw", "start cycle", "next phase", "restart cycle", "inject", "stop injecting", "purge"),
    *("open exhaust", "shut exhaust", "change program", "edit verdict", "extend hold", "restore zone"),
    "decontaminate zone",
)
HAPPENINGS = (
    *("outer follows", "inner follows", "outer contradicts", "inner contradicts", "verdict pass", "verdict fail"),
    *("time-out", "power loss", "power return", "emergency stop", "chain lost", "chain back", "unsafe reading"),
    *("invalid reading", "safe reading", "hold expired", "clock jump", "purged", "exhaust failed", "exhaust mended"),
    *("load misidentified", "pressure low", "pressure lost", "pressure back", "zone alarm", "zone breached"),
)
