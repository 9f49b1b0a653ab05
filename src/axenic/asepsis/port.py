"""The rapid transfer port: an alpha door in the wall, a beta container that docks on it, a lock between them."""

from __future__ import annotations

from collections.abc import Callable
from enum import IntEnum
from typing import NamedTuple

from axenic.asepsis.machine import Effect, Invariant, Machine, Rule, events


class Dock(IntEnum):
    """How far the beta container is joined to the alpha door."""

    UNDOCKED = 0
    DOCKED = 1
    LOCKED = 2
    OPEN = 3


class Beta(IntEnum):
    """What is known of the inside of the beta container."""

    DECONTAMINATED = 0
    USED = 1
    EXPIRED = 2


class Port(NamedTuple):
    """State of one port, immutable."""

    dock: Dock = Dock.UNDOCKED
    beta: Beta = Beta.DECONTAMINATED
    matching: bool = True
    locked_fed_back: bool = False
    seals_in_life: bool = True


def _dock(to: Dock) -> Callable[[Port], Port]:
    return lambda p: p._replace(dock=to, locked_fed_back=p.locked_fed_back and to in (Dock.LOCKED, Dock.OPEN))


def _expire(p: Port) -> Port:
    return p._replace(beta=Beta.EXPIRED) if p.beta is Beta.DECONTAMINATED else p


EFFECTS: tuple[Effect[Port], ...] = (
    Effect("docked", events("dock"), _dock(Dock.DOCKED)),
    Effect("locked", events("lock"), _dock(Dock.LOCKED)),
    Effect("lock fed back", events("lock fed back"), lambda p: p._replace(locked_fed_back=p.dock is Dock.LOCKED)),
    Effect("opened", events("open port"), lambda p: p._replace(dock=Dock.OPEN, beta=p.beta)),
    Effect("shut", events("shut port"), _dock(Dock.LOCKED)),
    Effect("undocked", events("undock"), _dock(Dock.UNDOCKED)),
    Effect("an undocked container is used", events("undock"), lambda p: p._replace(beta=Beta.USED), ("I13",)),
    Effect(
        "another container", events("bring container"), lambda p: p._replace(beta=Beta.DECONTAMINATED, matching=True)
    ),
    Effect("a strange container", events("bring strange container"), lambda p: p._replace(matching=False)),
    Effect("the container runs out", events("beta expired"), _expire, ("I13",)),
    Effect("seals worn", events("seals worn"), lambda p: p._replace(seals_in_life=False)),
    Effect("seals renewed", events("renew seals"), lambda p: p._replace(seals_in_life=True)),
)
RULES: tuple[Rule[Port], ...] = (
    Rule(
        "IR01",
        events("open port"),
        lambda p: p.beta is Beta.DECONTAMINATED,
        "the beta container is not decontaminated in date",
        "Annex 1, 4.11; I13",
    ),
    Rule("IR02", events("open port"), lambda p: p.matching, "alpha and beta do not match", "ISO 13408-6; I13"),
    Rule("IR03", events("open port"), lambda p: p.locked_fed_back, "the lock is not fed back", "ISO 13408-6; I13"),
    Rule("IR04", events("open port"), lambda p: p.seals_in_life, "the seals are past their cycles", "ISO 13408-6; I13"),
    Rule("IR05", events("undock"), lambda p: p.dock is not Dock.OPEN, "the port is open", "ISO 13408-6; I13"),
)
PHYSICAL: tuple[Rule[Port], ...] = (
    Rule("IP21", events("dock"), lambda p: p.dock is Dock.UNDOCKED, "a container is docked", "physical"),
    Rule("IP22", events("lock"), lambda p: p.dock is Dock.DOCKED, "nothing is docked", "physical"),
    Rule("IP23", events("open port"), lambda p: p.dock is Dock.LOCKED, "nothing is locked", "physical"),
    Rule("IP24", events("shut port"), lambda p: p.dock is Dock.OPEN, "the port is shut", "physical"),
    Rule("IP25", events("undock"), lambda p: p.dock is not Dock.UNDOCKED, "nothing is docked", "physical"),
    Rule(
        "IP26",
        events("bring container", "renew seals"),
        lambda p: p.dock is Dock.UNDOCKED,
        "a container is docked",
        "physical",
    ),
)


def _fit(p: Port) -> bool:
    return p.beta is Beta.DECONTAMINATED and p.matching and p.locked_fed_back and p.seals_in_life


INVARIANTS: tuple[Invariant[Port], ...] = (
    Invariant(
        "I13",
        "the port opened without a matching container in date and the lock's feedback, or torn off open",
        lambda b, e, a: (e == "open port" and not _fit(b)) or (e == "undock" and b.dock is Dock.OPEN),
    ),
    Invariant(
        "I13",
        "a container used or run out counts as decontaminated",
        lambda b, e, a: e in ("undock", "beta expired") and a.beta is Beta.DECONTAMINATED,
    ),
)


def port_machine() -> Machine[Port]:
    """The machine of a rapid transfer port."""
    acts = ("dock", "lock", "open port", "shut port", "undock", "bring container", "renew seals")
    happenings = ("lock fed back", "bring strange container", "beta expired", "seals worn")
    return Machine("port", Port(), acts, happenings, RULES, EFFECTS, INVARIANTS, lambda p: True, PHYSICAL)
