"""A person of the tests: looks at what is in doubt, says whether it was done; ends a batch whose result is missing."""

from __future__ import annotations

from axenic.control.facts import AbortRequested, OutcomeSettled
from axenic.control.orders import RaiseException
from axenic.control.state import Hold

LOOK_MS = 1_800_000


class ShiftLead:
    """`done(number)`: whether the act of an order was really done, as one sees at the unit."""

    def __init__(self, field, control, done):
        self.field, self.control, self.done = field, control, done

    def watch(self, fact, orders):
        for order in orders:
            if isinstance(order, RaiseException) and order.kind in ("outcome in doubt", "order refused"):
                self.settle(order.at, order.concerns)
            elif isinstance(order, RaiseException) and order.kind == "batch held" and self.lacks_result(order.batch):
                self.end(order.at, order.batch)

    def look_round(self):
        """After a restart of the engine: everything that waits for a person."""
        floor = self.control.floor
        for entry in floor.outstanding.values():
            if entry.lost:
                self.settle(floor.at, entry.number)
        for batch in floor.batches.values():
            if batch.live and self.lacks_result(batch.name):
                self.end(floor.at, batch.name)

    def settle(self, at, number):
        said = OutcomeSettled(at + LOOK_MS, number, self.done(number), "shift-lead", "looked at the unit")
        self.field.agenda.add(said)

    def end(self, at, batch):
        self.field.agenda.add(AbortRequested(at + LOOK_MS, batch, "shift-lead", "no result, no dose"))

    def lacks_result(self, batch):
        return Hold.CONTROL in self.control.floor.batches[batch].holds
