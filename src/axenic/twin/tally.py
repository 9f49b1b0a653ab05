"""What one replication comes to: a row for each batch, and totals of phases, units, persons, chambers and passages."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

Rows = np.ndarray[Any, np.dtype[Any]]
BATCH = np.dtype(
    [
        ("ordered", "i8"),  # milliseconds from the begin of the replication, as every time here; -1: not reached
        ("due", "i8"),
        ("begun", "i8"),  # its first phase was ordered
        ("filled", "i8"),  # the first release test was asked for
        ("tested", "i8"),  # the last release test was done
        ("disposed", "i8"),
        ("closed", "i8"),
        ("outcome", "i8"),  # 0 in process, 1 released, 2 rejected (or recalled)
        ("cause", "i8"),  # of a rejection, control.cause.Cause; 0 none
        ("attempt", "i8"),  # 1, or 2 for a remake
        ("patient", "i8"),  # the row of the patient's first batch
        ("passages", "i8"),
        ("worked", "i8"),  # milliseconds in phases
        ("handled", "i8"),  # milliseconds before it was filled in phases, moves and cycles of its cells
        ("risk", "f8"),  # mean probability of extrinsic contamination
    ]
)


@dataclass(frozen=True, slots=True)
class Phases:
    """One phase kind: how often it was done, and milliseconds in it."""

    kind: str
    done: int
    worked_ms: int


@dataclass(frozen=True, slots=True)
class Units:
    """One line of units of the plant: how many stand there, milliseconds taken by batches, changeovers done."""

    unit: str
    count: int
    taken_ms: int
    changeovers: int


@dataclass(frozen=True, slots=True)
class Carriers:
    """One line of robots or persons: how many, milliseconds at work, gownings."""

    mover: str
    person: bool
    count: int
    busy_ms: int
    gownings: int


@dataclass(frozen=True, slots=True)
class Chambers:
    """One interface with a program: cycles run, cycles not passed, milliseconds in cycles."""

    interface: str
    cycles: int
    failed: int
    busy_ms: int


@dataclass(frozen=True, slots=True)
class Tally:
    """One replication; `span_ms` is its length, `passages` by kind in the order of `PassageKind`."""

    batches: Rows
    phases: tuple[Phases, ...]
    units: tuple[Units, ...]
    carriers: tuple[Carriers, ...]
    chambers: tuple[Chambers, ...]
    passages: tuple[int, ...]
    span_ms: int
