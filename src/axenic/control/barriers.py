"""The aseptic machines as the core drives them: every order to a chamber and every answer of it steps its boundary.

Doors count as open from the order of a move until its answer. Zone and proof of the item are inputs, looked at when
an act is asked for.
"""

from __future__ import annotations

from axenic.asepsis.boundary import Air, Boundary, Load, Stage, Supply
from axenic.asepsis.condition import FOREVER, UNKNOWN, Aseptic, Condition
from axenic.asepsis.machine import Rule
from axenic.asepsis.program import Program
from axenic.asepsis.workplace import Cleanliness, Glove, Joint, Whose, Workplace
from axenic.control.floor import Floor
from axenic.control.state import Batch, Chamber
from axenic.recipe.recipe import Barrier

PUT_IN = ("open outer", "outer follows", "reach in", "put in")
TAKE_IN = ("open inner", "inner follows", "reach in", "take in")
PUT_OUT = ("open inner", "inner follows", "reach in", "put out")
TAKE_OUT = ("open outer", "outer follows", "reach in", "take out")
SHUT_OUTER = ("withdraw", "close outer", "outer follows")
SHUT_INNER = ("withdraw", "close inner", "inner follows")
Refusing = tuple[Rule[Boundary], ...]


def proven(floor: Floor, name: str) -> bool:
    """True if the chamber's last passed cycle is in date; a hold that ran out is stepped into its boundary here."""
    chamber = floor.chambers[name]
    if chamber.boundary.stage is Stage.CLEAN and floor.at > chamber.until:
        happen(chamber, "hold expired")
    return chamber.boundary.stage is Stage.CLEAN


def happen(chamber: Chamber, *events: str) -> None:
    """Step a chamber's boundary by what happened."""
    for event in events:
        chamber.boundary = chamber.machine.step(chamber.boundary, event)


def air_of(floor: Floor, *zones: str) -> Air:
    """The worst of these zones; a zone of which nothing is known counts as breached (UNKNOWN permits nothing)."""
    worst = Air.ASEPTIC
    for zone in zones:
        condition = floor.zones[zone]
        if not condition.holds(floor.at, Aseptic.ASEPTIC):
            worst = max(worst, Air.AT_RISK if condition.state is Aseptic.AT_RISK else Air.BREACHED)
    return worst


def ask_boundary(floor: Floor, name: str, events: tuple[str, ...], item: str, condition: Condition) -> Refusing:
    """The rules that forbid these acts on a chamber now; empty means permitted. Nothing is changed."""
    proven(floor, name)
    chamber = floor.chambers[name]
    inner = floor.layout.interfaces[name].inner
    seen = chamber.boundary._replace(air=air_of(floor, inner))
    if seen.load is Load.OWN:
        if chamber.load != item:
            seen = seen._replace(load=Load.STRANGE)
        elif not condition.holds(floor.at, Aseptic.STERILE, Aseptic.DECONTAMINATED):
            seen = seen._replace(load=Load.RAW)
    return chamber.machine.walk(seen, events)[1]


def workplace_of(floor: Floor, batch: Batch, unit: str, zones: tuple[str, ...], in_date: bool) -> Workplace:
    """A unit in its zone as the interlocks see it; without a unit (a chamber is the goal) only the zones count."""
    air = air_of(floor, *zones)
    grade_a = floor.layout.zones[zones[-1]].grade.value == "A"
    others = floor.open_in.get(zones[-1], "") not in ("", batch.name)
    joint = Joint.READY if in_date else Joint.EXPIRED
    if not unit:
        return Workplace(air, Cleanliness.CLEAN, Whose.NOBODY, joint, grade_a=grade_a)
    state = floor.units[unit]
    whose = Whose.OURS if state.batch == batch.name else Whose.OTHERS if state.batch else Whose.NOBODY
    if state.condition.state is Aseptic.IN_USE:
        clean = Cleanliness.IN_USE
    else:
        clean = Cleanliness.CLEAN if state.condition.holds(floor.at, Aseptic.CLEAN) else Cleanliness.DIRTY
    tested = clean is not Cleanliness.DIRTY  # the changeover before a batch tests the gloves of its unit
    gloves = floor.layout.stations[unit].gloves
    glove = Glove.ABSENT if not gloves else Glove.TESTED if tested else Glove.DUE
    return Workplace(air, clean, whose, joint, glove, others_open=others, grade_a=grade_a)


def begin_cycle(chamber: Chamber) -> Refusing:
    """Start the program on what the chamber holds; the rules that forbid it, if any."""
    happen(chamber, *(("shut exhaust",) if chamber.boundary.supply is Supply.VENTING else ()))
    if chamber.boundary.stage is Stage.CLEAN:
        happen(chamber, "hold expired")  # a new run ends the proof of the one before it
    after, forbids = chamber.machine.walk(chamber.boundary, ("start cycle",))
    chamber.boundary = after
    return forbids


def enter_phase(chamber: Chamber, program: Program, phase: int) -> None:
    """Step the boundary to the stage that a program's phase belongs to; sterilant flows from conditioning on."""
    exposure = next(n for n, p in enumerate(program.phases) if p.phase == program.exposure)
    wanted = Stage.CLEARING if phase > exposure else Stage.EXPOSING if phase == exposure else Stage.TESTING
    if phase == exposure - 1:
        wanted = Stage.PREPARING
    while chamber.boundary.stage < wanted:
        happen(chamber, "next phase")
        if chamber.boundary.stage is Stage.PREPARING and program.kind != Barrier.SPORICIDE:
            chamber.boundary = chamber.machine.walk(chamber.boundary, ("inject",))[0]


def end_cycle(chamber: Chamber, passed: bool) -> None:
    """Step the verdict into the boundary; a void chamber is purged by the phases that follow its exposure."""
    while passed and chamber.boundary.stage in (Stage.TESTING, Stage.PREPARING, Stage.EXPOSING):
        happen(chamber, "next phase")
    if passed:
        happen(chamber, "safe reading", "verdict pass")
    else:
        happen(chamber, "verdict fail", "purge", "safe reading", "purged", "shut exhaust")


def distrust_times(floor: Floor) -> None:
    """The clock jumped: every proof that rests on a time ends, every running cycle is void (fail safe)."""
    for chamber in floor.chambers.values():
        happen(chamber, "clock jump")
    for unit in floor.units.values():
        if unit.condition.until < FOREVER:
            unit.condition = UNKNOWN
    for batch in floor.batches.values():
        batch.condition = UNKNOWN
        for item in batch.materials.values():
            item.condition = UNKNOWN
    floor.gowned.clear()
    floor.stir()


def shut_dirty(chamber: Chamber, load: Load) -> None:
    """A person looked into the chamber and shut it: nothing of an earlier proof is left."""
    start = chamber.machine.start
    chamber.boundary, chamber.evidence = start._replace(load=load), ""


def take_away(chamber: Chamber) -> None:
    """The load of a given-up transfer is removed on the dirty side: the chamber is dirty and empty."""
    shut_dirty(chamber, Load.EMPTY)
    chamber.load = ""
