"""The virtual clock: take the next fact due, at once, until nothing is left to happen."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from axenic.control.control import Control
from axenic.control.facts import BatchOrdered, Fact
from axenic.control.orders import Order
from axenic.device.world import World
from axenic.twin.clinic import Clinic

Keep = Callable[[Fact, list[Order]], None]


def run(control: Control, world: World, facts: Iterable[Fact], keep: Keep, clinic: Clinic | None = None) -> None:
    """Run the facts from outside, and all that follows from them, in virtual time; `keep` gets each step.

    A clinic, if there is one, orders remakes for rejected batches. It ends as well where only persons are awaited.
    """
    known = set(control.floor.batches)
    for fact in facts:
        if not (isinstance(fact, BatchOrdered) and fact.batch in known):
            world.agenda.add(fact)
    while not control.idle or not control.floor.batches or world.agenda.waits_outside():
        due = None if world.rests() else world.agenda.pop()
        if due is None:
            return
        orders = control.take(due)
        keep(due, orders)
        for order in orders:
            world.perform(order)
            again = clinic.answer(order) if clinic is not None else None
            if again is not None:
                world.agenda.add(again)
