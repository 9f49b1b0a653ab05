"""The ways through a plant's zones: which interfaces an item crosses, inward only past an accepted barrier.

The loop check proves on these routes what the core then walks: there is one route finder.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable
from dataclasses import dataclass

from axenic.asepsis.interlocks import PORT
from axenic.plant.plant import CleanroomGrade, Interface, Plant
from axenic.recipe.recipe import Barrier

_RANK = {grade: rank for rank, grade in enumerate(CleanroomGrade)}  # A is 0, the cleanest


@dataclass(frozen=True, slots=True)
class Crossing:
    """One boundary of a route: any of `interfaces` will do; `proven` if they are chambers with a program."""

    origin: str
    target: str
    inward: bool
    proven: bool
    interfaces: tuple[str, ...]


def inward(plant: Plant, interface: Interface) -> bool:
    """True if outer to inner leads to an equal or cleaner grade, so that a proof is needed that way."""
    grades = {zone.zone: zone.grade for zone in plant.zones}
    return _RANK[grades[interface.inner]] < _RANK[grades[interface.outer]] or bool(interface.program)


def may_enter(interface: Interface, barriers: Iterable[str]) -> bool:
    """True if the interface gives one of the accepted proofs for an item on its way in."""
    return bool(interface.program) and interface.barrier in tuple(barriers)


def _steps(plant: Plant, zone: str, barriers: tuple[str, ...]) -> dict[tuple[str, bool], list[Interface]]:
    found: dict[tuple[str, bool], list[Interface]] = {}
    for interface in plant.interfaces:
        if interface.kind == PORT:  # opens only on a docked container: no way for what a robot or a hand carries
            continue
        if interface.inner == zone and interface.barrier != Barrier.MOIST_HEAT:  # a steriliser is no way out (I19)
            found.setdefault((interface.outer, False), []).append(interface)
        elif interface.outer == zone and (not inward(plant, interface) or may_enter(interface, barriers)):
            found.setdefault((interface.inner, True), []).append(interface)
    return found


def route(plant: Plant, origin: str, target: str, barriers: tuple[str, ...]) -> tuple[Crossing, ...] | None:
    """The shortest way from zone to zone, or None if every way lacks an accepted barrier (ties by plant order).

    Interfaces stand in the order of preference of `barriers`, then of the plant.
    """
    seen: dict[str, tuple[Crossing, ...]] = {origin: ()}
    waiting = deque([origin])
    while waiting and target not in seen:
        zone = waiting.popleft()
        for (onward, goes_in), interfaces in _steps(plant, zone, barriers).items():
            if onward in seen:
                continue
            rank = {barrier: n for n, barrier in enumerate(barriers)}
            ordered = sorted(interfaces, key=lambda i: rank.get(i.barrier, len(rank))) if goes_in else interfaces
            proven = all(i.program for i in ordered)
            same = tuple(i.interface for i in ordered if bool(i.program) == bool(ordered[0].program))
            needs = goes_in and inward(plant, ordered[0])
            seen[onward] = (*seen[zone], Crossing(zone, onward, needs, proven, same))
            waiting.append(onward)
    return seen.get(target)
