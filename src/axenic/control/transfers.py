"""Bringing an item from one unit to another: claim every chamber of the way, prove, move, hand over.

All chambers are claimed before the item leaves, so that no two transfers can wait for each other. The outer
side of a chamber counts as opened when the move through it is ordered, not when it is done (fail safe).
"""

from __future__ import annotations

from axenic.asepsis.boundary import Air, Load
from axenic.asepsis.condition import Aseptic, Condition
from axenic.asepsis.interlocks import PassageKind
from axenic.asepsis.route import Crossing
from axenic.control.barriers import (
    PUT_IN,
    PUT_OUT,
    SHUT_INNER,
    SHUT_OUTER,
    TAKE_IN,
    TAKE_OUT,
    air_of,
    happen,
    proven,
    shut_dirty,
    take_away,
)
from axenic.control.cycles import start_cycle, test_due
from axenic.control.floor import Floor
from axenic.control.orders import MoveItem
from axenic.control.passages import Passage, Way, ask
from axenic.control.state import Batch, Material, Outstanding, Transfer, Waits, Want, Work

_MOVE_BOUND = 4  # a move not answered within four times its longest duration is overdue [D]


def start_transfer(
    floor: Floor,
    batch: Batch,
    origin: str,
    target: str,
    crossings: tuple[Crossing, ...],
    material: Material | None = None,
) -> None:
    """Send an item on its way; it waits here until all chambers it needs are free."""
    zone = floor.layout.stations[origin].zone
    item = material.name if material else f"{batch.name}:cells"
    transfer = Transfer(floor.serial(), batch, item, target, origin, zone, crossings, material=material)
    if material is None:
        batch.transfer = transfer
    floor.want(Waits.CHAMBERS, batch.due, batch=batch, transfer=transfer)


def claim_chambers(floor: Floor, want: Want) -> bool:
    """Claim one free chamber for each proven crossing, all or none; then begin."""
    transfer = want.transfer
    if transfer is None:
        return True
    if not transfer.batch.live:
        abandon(floor, transfer)
        return True
    claimed: list[str] = []
    for crossing in transfer.crossings:
        choice = _free_chamber(floor, crossing, claimed) if crossing.proven else ""
        if choice is None:
            return False
        claimed.append(choice)
    for name in filter(None, claimed):
        floor.chambers[name].transfer = transfer
    transfer.chambers = tuple(claimed)
    go_on(floor, transfer)
    return True


def _free_chamber(floor: Floor, crossing: Crossing, claimed: list[str]) -> str | None:
    chambers = floor.chambers
    free = [
        n
        for n in crossing.interfaces
        if chambers[n].transfer is None and n not in claimed and chambers[n].barred <= floor.at
    ]
    clean = [n for n in free if not crossing.inward and proven(floor, n)]
    return next(iter(clean or free), None)


def claim_again(floor: Floor, transfer: Transfer) -> None:
    """The item waits where it is for other interfaces than the one that could not be proven."""
    for name in filter(None, transfer.chambers[transfer.leg :]):
        if floor.chambers[name].transfer is transfer:
            floor.chambers[name].transfer = None
    transfer.chambers = ()
    floor.want(Waits.CHAMBERS, transfer.batch.due, batch=transfer.batch, transfer=transfer)


def go_on(floor: Floor, transfer: Transfer) -> None:
    """Do what the transfer needs next: prove the chamber it is in or before, or queue for a robot or person."""
    if not transfer.batch.live:  # what lies in a chamber is taken out on its dirty side, nothing is proven for it
        abandon(floor, transfer)
        return
    chamber = _chamber_to_prove(floor, transfer)
    if chamber:
        start_cycle(floor, chamber, transfer)
    else:
        floor.want(Waits.CARRIER, transfer.batch.due, batch=transfer.batch, transfer=transfer)


def _chamber_to_prove(floor: Floor, transfer: Transfer) -> str:
    here = transfer.chambers[transfer.leg] if transfer.leg < len(transfer.chambers) else ""
    inside = transfer.in_chamber and transfer.crossings[transfer.leg].inward
    if inside and not proven(floor, here):
        return here
    onward = _next_crossing(transfer)
    if onward is not None:
        name = transfer.chambers[onward]
        unproven = not transfer.crossings[onward].inward and not proven(floor, name)
        if unproven or test_due(floor, name):
            return name
    return ""


def _next_crossing(transfer: Transfer) -> int | None:
    """The index of the next crossing with a chamber; plain openings are walked through on the way."""
    start = transfer.leg + 1 if transfer.in_chamber else transfer.leg
    return next((n for n in range(start, len(transfer.chambers)) if transfer.chambers[n]), None)


def carry(floor: Floor, want: Want) -> bool:
    """Ask for the passages of the next move and order it from a free robot or person; False if it must wait."""
    transfer = want.transfer
    if transfer is None:
        return True
    if not transfer.batch.live:
        abandon(floor, transfer)
        return True
    onward = _next_crossing(transfer)
    if _chamber_to_prove(floor, transfer):  # its proof ran out while it waited
        if want.said and air_of(floor, transfer.zone, _zone_of(floor, transfer, onward)) is not Air.ASEPTIC:
            return False  # nothing is proven anew for a zone that would refuse it
        go_on(floor, transfer)
        return True
    batch = transfer.batch
    target = transfer.target if onward is None else transfer.chambers[onward]
    zone = transfer.crossings[transfer.leg].target if transfer.in_chamber else transfer.zone
    carriers = floor.free_carriers(zone)
    if not carriers:
        want.refused = False
        return False
    carrier = carriers[0]
    permit = ""
    for kind, chamber in _kinds(transfer, onward):
        passage = Passage(
            kind,
            transfer.item,
            transfer.at_place,
            target,
            transfer.zone,
            _zone_of(floor, transfer, onward),
            condition=transfer.material.condition if transfer.material else batch.condition,
            chamber=chamber,
            ways=_ways(transfer, onward),
            unit=transfer.target if onward is None else "",
            by=carrier.kind,
        )
        permit = ask(floor, batch, passage, want)
        if not permit:
            _mend(floor, transfer)
            return False
    _order_move(floor, transfer, carrier.name, target, permit)
    return True


def _kinds(transfer: Transfer, onward: int | None) -> list[tuple[PassageKind, str]]:
    found = []
    if transfer.in_chamber and transfer.crossings[transfer.leg].inward:
        found.append((PassageKind.INWARD, transfer.chambers[transfer.leg]))
    if onward is not None and not transfer.crossings[onward].inward:
        found.append((PassageKind.OUTWARD, transfer.chambers[onward]))
    return found or [(PassageKind.HAND_OVER, "")]


def _ways(transfer: Transfer, onward: int | None) -> tuple[Way, ...]:
    """The acts of the next move on the chamber it leaves and on the one it enters."""
    found: list[Way] = []
    if transfer.in_chamber:
        leaves = TAKE_IN if transfer.crossings[transfer.leg].inward else TAKE_OUT
        found.append((transfer.chambers[transfer.leg], leaves))
    if onward is not None:
        enters = PUT_IN if transfer.crossings[onward].inward else PUT_OUT
        found.append((transfer.chambers[onward], enters))
    return tuple(found)


def _zone_of(floor: Floor, transfer: Transfer, onward: int | None) -> str:
    """The zone on whose side the move ends."""
    if onward is None:
        return floor.layout.stations[transfer.target].zone
    return transfer.crossings[onward].origin


def _mend(floor: Floor, transfer: Transfer) -> None:
    """A refused unit whose clean hold ran out is changed over again; everything else waits for its cause to end."""
    unit = floor.units[transfer.target]
    if not unit.loaded and not unit.condition.holds(floor.at, Aseptic.CLEAN, Aseptic.IN_USE):
        floor.change_over(transfer.target)


def _order_move(floor: Floor, transfer: Transfer, carrier: str, target: str, permit: str) -> None:
    gowns = floor.take_carriers((carrier,))
    for name, acts in _ways(transfer, transfer.chambers.index(target) if target in floor.chambers else None):
        happen(floor.chambers[name], *acts)
    if target in floor.chambers:
        floor.chambers[target].load = transfer.item
    number = floor.give(MoveItem, carrier, transfer.item, transfer.batch.name, transfer.at_place, target, permit, gowns)
    bound = floor.layout.carriers[carrier].move.most * _MOVE_BOUND
    batch = transfer.batch
    floor.track(number, Work.MOVE, carrier, bound, (carrier,), gowns, batch=batch, transfer=transfer, target=target)


def moved(floor: Floor, entry: Outstanding) -> None:
    """The item lies at its next place: free what it left, and go on or arrive."""
    transfer = entry.transfer
    if transfer is None:
        return
    floor.release_carriers(entry.persons)
    left = transfer.at_place
    transfer.at_place = entry.target
    if entry.target in floor.chambers:
        inward = transfer.crossings[transfer.chambers.index(entry.target)].inward
        happen(floor.chambers[entry.target], *(SHUT_OUTER if inward else SHUT_INNER))
    if transfer.in_chamber:
        _leave_chamber(floor, transfer)
    elif transfer.material is None:
        leave_unit(floor, transfer.batch, left)
    onward = next(
        (n for n in range(transfer.leg, len(transfer.chambers)) if transfer.chambers[n] == entry.target), None
    )
    if onward is None:
        transfer.zone = floor.layout.stations[transfer.target].zone
        floor.post("arrived", transfer)
        return
    transfer.leg, transfer.in_chamber = onward, True
    transfer.zone = transfer.crossings[onward].origin
    go_on(floor, transfer)


def not_moved(floor: Floor, entry: Outstanding, transfer: Transfer) -> None:
    """A person saw that the item still lies where it was: doors shut, chambers dirty, a fresh order follows."""
    floor.release_carriers(entry.persons)
    if entry.target in floor.chambers:
        shut_dirty(floor.chambers[entry.target], Load.EMPTY)
        floor.chambers[entry.target].load = ""
    if transfer.in_chamber:
        inward = transfer.crossings[transfer.leg].inward
        shut_dirty(floor.chambers[transfer.chambers[transfer.leg]], Load.RAW if inward else Load.OUTGOING)
    go_on(floor, transfer)


def _leave_chamber(floor: Floor, transfer: Transfer) -> None:
    chamber = floor.chambers[transfer.chambers[transfer.leg]]
    happen(chamber, *(SHUT_INNER if transfer.crossings[transfer.leg].inward else SHUT_OUTER))
    chamber.load = ""
    chamber.transfer = None
    transfer.zone = transfer.crossings[transfer.leg].target
    transfer.leg += 1
    transfer.in_chamber = False
    floor.stir(Waits.CHAMBERS)


def leave_unit(floor: Floor, batch: Batch, unit: str) -> None:
    """The cells left a unit: it is freed, unless the recipe keeps it reserved for their return."""
    if unit in floor.units and unit != batch.reserved:
        floor.free_unit(unit)


def abandon(floor: Floor, transfer: Transfer) -> None:
    """Give back everything a transfer has claimed (its batch was rejected)."""
    for name in filter(None, transfer.chambers):
        chamber = floor.chambers[name]
        if chamber.transfer is transfer:
            chamber.transfer = None
            if chamber.load:
                take_away(chamber)
    unit = floor.units[transfer.target]
    if not floor.layout.stations[transfer.target].shared and unit.batch == transfer.batch.name:
        floor.free_unit(transfer.target)
    if transfer.material is None:
        transfer.batch.transfer = None
    floor.stir(Waits.CHAMBERS)
    floor.post("wind up", transfer.batch)


def in_use(condition: Condition) -> Condition:
    """A unit that was clean when its batch came."""
    return Condition(Aseptic.IN_USE, evidence=condition.evidence)
