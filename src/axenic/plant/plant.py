"""The plant: zones with their grade, the interfaces between them, units, and who or what moves items.

A person is equipment like a robot: a manual suite and a robotic cluster are two plants for one recipe.
"""

from __future__ import annotations

from enum import StrEnum

from axenic.notation.sheet import Grade, Sheet
from axenic.plant.facility import Facility
from axenic.plant.shift import Shift
from axenic.units import Duration


class CleanroomGrade(StrEnum):
    """Annex 1 (2022) grade of a zone; CNC is controlled, not classified."""

    A = "A"
    B = "B"
    C = "C"
    D = "D"
    CNC = "CNC"


class Span(Sheet):
    """A triangular distribution of a duration (milliseconds), with where its numbers come from."""

    least: Duration
    usual: Duration
    most: Duration
    grade: Grade
    source: str


class Zone(Sheet):
    """A volume of air under one grade; `qualification` names the record that says so (empty: unknown)."""

    zone: str
    grade: CleanroomGrade
    title: str = ""
    qualification: str = ""


class Interface(Sheet):
    """A way through the boundary of two zones. Inward (outer to inner) it needs its program's proof.

    `barrier` and `program` are empty for a plain opening, which gives no proof.
    `clean_for`: how long the closed chamber stays proven after a passed program.
    `attempts`: how often a failed program may be run again before the interface is barred.
    `tests`: programs that must have passed in date, on the empty chamber, before it takes a load.
    """

    interface: str
    kind: str
    outer: str
    inner: str
    barrier: str = ""
    program: str = ""
    clean_for: Duration = 0
    attempts: int = 2
    tests: tuple[str, ...] = ()
    grade: Grade = Grade.D
    source: str = ""


class Changeover(Sheet):
    """Line clearance and decontamination of a unit between two batches; its proof lasts `clean_for`."""

    lasts: Span
    clean_for: Duration


class Unit(Sheet):
    """A piece of equipment that can do some phase kinds for one batch at a time; `count` makes a stack of them.

    With `count` n > 1 the units are named `name-1` to `name-n`. `attended_by`: persons needed for each phase.
    `closed`: its connections are sterile welds or connectors; otherwise they are open manipulations.
    `shared`: takes samples of several batches at once (laboratory), never the cells themselves.
    `gloves`: persons work through gloves, which are leak-tested for each batch. `alarms`: what its equipment tells
    besides the alarms of its kind; each has a type in the alarm table.
    """

    unit: str
    kind: str
    zone: str
    can: tuple[str, ...]
    count: int = 1
    attended_by: int = 0
    closed: bool = True
    shared: bool = False
    gloves: bool = False
    changeover: Changeover | None = None
    alarms: tuple[str, ...] = ()


class MoverKind(StrEnum):
    """What carries items."""

    ROBOT = "robot"
    PERSON = "person"


class Gowning(Sheet):
    """How long a person takes to gown, and for how long the gown is good."""

    lasts: Span
    good_for: Duration


class Mover(Sheet):
    """A robot or a person that carries items, or attends phases, in its zones; `count` makes several of them.

    `shifts`: when they are on duty (always, if none is given); what was begun on duty is ended.
    """

    mover: str
    kind: MoverKind
    zones: tuple[str, ...]
    count: int = 1
    move: Span
    shifts: tuple[Shift, ...] = ()
    gowning: Gowning | None = None


class Equipment(Sheet):
    """Failure of units: mean time between failures, to repair, and the share of faults that destroy the batch."""

    mtbf: Duration
    repair: Span
    destroys_percent: int
    grade: Grade
    source: str


class Plant(Sheet):
    """One site's cluster or suite; without a `facility` its cost and its throughput for each m2 cannot be told."""

    plant: str
    version: int
    title: str
    zones: tuple[Zone, ...]
    interfaces: tuple[Interface, ...] = ()
    units: tuple[Unit, ...]
    movers: tuple[Mover, ...]
    faults: Equipment
    facility: Facility | None = None
