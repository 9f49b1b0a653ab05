"""What the core remembers: batches, units, chambers, transfers, cycles, and the wants that wait for something free.

Only the modules of `control` change it, and only while a fact is taken.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import IntEnum, StrEnum

from axenic.asepsis.boundary import Boundary
from axenic.asepsis.condition import UNKNOWN, Condition
from axenic.asepsis.ledger import Ledger
from axenic.asepsis.machine import Machine
from axenic.asepsis.program import Program
from axenic.asepsis.route import Crossing
from axenic.asepsis.trace import Trace
from axenic.control.packml import UnitState
from axenic.recipe.recipe import Recipe


class Status(StrEnum):
    """The state of a batch."""

    IN_PROCESS = "in process"
    RELEASED = "released"
    REJECTED = "rejected"
    CLOSED = "closed"


class Hold(StrEnum):
    """Who holds a batch; each reason is lifted on its own."""

    PERSON = "person"
    CONTROL = "in-process control"
    DOUBT = "doubt"


@dataclass(slots=True)
class Material:
    """A single-use item of a batch on its way to the rack, and its aseptic condition."""

    name: str
    want: str
    for_step: int
    condition: Condition = UNKNOWN
    unit: str = ""
    asked: int = 0
    arrived: bool = False


@dataclass(slots=True)
class Batch:
    """One patient's dose in the making: where it stands in the procedure and where its cells are."""

    name: str
    number: int
    patient: str
    recipe: Recipe
    ordered: int
    due: int
    status: Status = Status.IN_PROCESS
    step: int = -1
    operation: int = 0
    round: int = 1
    phase: int = 0
    feeding: bool = False
    entered: int = 0
    unit: str = ""
    reserved: str = ""
    condition: Condition = UNKNOWN
    ledger: Ledger = field(default_factory=Ledger)
    holds: dict[Hold, str] = field(default_factory=dict)
    transfer: Transfer | None = None
    results: dict[str, str] = field(default_factory=dict)
    done: set[str] = field(default_factory=set)
    tests: set[str] = field(default_factory=set)
    reviewed: bool = False
    reviews: int = 0
    waits_review: bool = False
    doubts: set[int] = field(default_factory=set)
    materials: dict[str, Material] = field(default_factory=dict)
    passages: int = 0
    risk: float = 0.0  # expected extrinsic contaminations so far
    passed: int = 0  # when the cells last passed anything
    deadline: int = 0
    hold_deadline: int = 0

    @property
    def held(self) -> str:
        """Why it is held; empty if it is not."""
        return "; ".join(self.holds.values())

    @property
    def live(self) -> bool:
        """True until it is rejected or closed."""
        return self.status in (Status.IN_PROCESS, Status.RELEASED)


@dataclass(slots=True)
class Unit:
    """A station's state: PackML, aseptic condition, and whose it is (`batch` claims it before the cells come)."""

    name: str
    condition: Condition = UNKNOWN
    packml: UnitState = UnitState.IDLE
    batch: str = ""
    loaded: bool = False
    changing: bool = False


@dataclass(slots=True)
class Chamber:
    """An interface with a program: its boundary, the proof (until when, which cycle), its load, who has claimed it."""

    name: str
    machine: Machine[Boundary]
    boundary: Boundary
    until: int = 0
    evidence: str = ""
    load: str = ""
    transfer: Transfer | None = None
    tested: dict[str, int] = field(default_factory=dict)
    barred: int = 0


@dataclass(slots=True)
class Transfer:
    """An item on its way: the crossings before it, the chambers claimed for them, where it is now."""

    number: int
    batch: Batch
    item: str
    target: str
    at_place: str
    zone: str
    crossings: tuple[Crossing, ...]
    chambers: tuple[str, ...] = ()
    leg: int = 0
    in_chamber: bool = False
    material: Material | None = None


@dataclass(slots=True)
class Cycle:
    """A run of a chamber's program, phase by phase."""

    name: str
    chamber: Chamber
    program: Program
    transfer: Transfer
    load: str
    attempt: int
    phase: int = 0
    spans: list[tuple[str, int, int]] = field(default_factory=list)
    traces: list[Trace] = field(default_factory=list)
    results: dict[str, str] = field(default_factory=dict)
    failed: str = ""
    test: bool = False
    persons: tuple[str, ...] = ()  # who does a program by hand, from its first phase to its last


class Waits(IntEnum):
    """What a want waits for: the number of its queue."""

    CARRIER = 0  # a robot or person to carry
    PERSONS = 1  # persons to attend
    CHAMBERS = 2  # an interface
    UNIT = 3  # a unit
    LABORATORY = 4  # a laboratory unit
    CHANGEOVER = 5  # persons for a changeover


@dataclass(slots=True)
class Want:
    """Something that waits for a free resource; served by due date, then in order of asking."""

    due: int
    serial: int
    waits: Waits
    batch: Batch | None = None
    transfer: Transfer | None = None
    cycle: Cycle | None = None
    unit: str = ""
    step: int = 0
    test: str = ""
    said: tuple[str, ...] = ()  # the reasons it was last refused for
    refused: bool = False  # it waits for what refused it, not for somebody to come

    def __lt__(self, other: Want) -> bool:
        return (self.due, self.serial) < (other.due, other.serial)


class Work(StrEnum):
    """What an order to equipment belongs to, so that its answer finds the way home."""

    PHASE = "phase of a batch"
    TEST = "release test"
    REVIEW = "review"
    CYCLE = "phase of a cycle"
    CHANGEOVER = "changeover"
    MOVE = "move"


@dataclass(slots=True)
class Outstanding:
    """An order to equipment that has no answer yet, with what must be freed when it comes."""

    number: int
    work: Work
    unit: str
    batch: Batch | None = None
    cycle: Cycle | None = None
    transfer: Transfer | None = None
    test: str = ""
    persons: tuple[str, ...] = ()
    target: str = ""
    open_zone: str = ""
    overdue: bool = False
    lost: bool = False  # nobody knows what became of it, or it was refused: a person decides
    refused: bool = False  # it is certain that nothing was done
    stopping: bool = False
    held: bool = False  # its product lies open in a zone that protects it no more
    at_most: int = 0
