"""Changeovers: between two batches a unit is made clean again, by a person or by itself."""

from __future__ import annotations

from axenic.asepsis.condition import Aseptic, Condition
from axenic.control.facts import PhaseCompleted, PhaseFailed
from axenic.control.floor import Floor
from axenic.control.packml import Command
from axenic.control.state import Outstanding, Waits, Want, Work
from axenic.plant.plant import MoverKind

_BOUND = 4  # a changeover not answered within four times its longest duration is overdue [D]


def change_over(floor: Floor, want: Want) -> bool:
    """Order the changeover of a unit if its person is free; False to wait."""
    station = floor.layout.stations[want.unit]
    persons = floor.free_carriers(station.zone, MoverKind.PERSON)[: min(1, station.attended_by)]
    if len(persons) < min(1, station.attended_by):
        return False
    changeover = station.changeover
    if changeover is None:
        return True
    names = tuple(p.name for p in persons)
    gowns = floor.take_carriers(names)
    run, lasts = floor.next_run("K"), changeover.lasts
    spread = {"least": lasts.least, "usual": lasts.usual, "most": lasts.most}
    number = floor.run_phase(want.unit, "changeover", run, persons=names, gowns=gowns, **spread)
    bound = lasts.most * _BOUND
    floor.track(number, Work.CHANGEOVER, want.unit, bound, names, gowns, test=run)
    return True


def changed_over(floor: Floor, entry: Outstanding, fact: PhaseCompleted | PhaseFailed) -> None:
    """The unit is clean for as long as its changeover says; after a failure it is changed over again."""
    floor.release_carriers(entry.persons)
    unit = floor.units[entry.unit]
    unit.changing = False
    changeover = floor.layout.stations[entry.unit].changeover
    if isinstance(fact, PhaseFailed) or changeover is None:
        floor.finish(entry.unit, Command.STOP)
        floor.exception("", "changeover failed", "minor", f"{entry.unit}: {getattr(fact, 'reason', '')}", entry.number)
        floor.change_over(entry.unit)
        return
    floor.finish(entry.unit, Command.COMPLETE)
    unit.condition = Condition(Aseptic.CLEAN, floor.at + changeover.clean_for, entry.test)
    floor.stir(Waits.UNIT, Waits.CARRIER, Waits.PERSONS, Waits.LABORATORY)
