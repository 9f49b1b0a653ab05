"""The cost of a released dose as a stack of slices, the last of which is what lost batches have cost.

Spent for each batch: vector (as often as transduced), materials (each started batch), quality control (each batch that
came to its release tests), leukapheresis and the way in (each batch), the way out (each released one). Spent by hours:
labour, and overhead as a share of what the same phases would take by hand, never below the fixed quality staff. Spent
by the year: rooms and equipment. What is spent by hours or by the year falls on released and lost batches in proportion
to the work in them; the batches still in process at the end bear their own hours and materials, but no rooms.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from axenic.assumption.assumption import Assumptions
from axenic.plant.facility import WayOfWorking
from axenic.plant.plant import Plant
from axenic.recipe.recipe import Recipe
from axenic.twin.area import areas, facility_of
from axenic.twin.capital import equipment_a_year, rooms_a_year
from axenic.twin.ends import Ends, ends
from axenic.twin.labour import burden, touch_hours
from axenic.twin.tally import Tally

SLICES = ("vector", "materials", "qc", "labour", "overhead", "facility", "equipment", "leukapheresis", "transport")
CONVERSION = ("labour", "overhead", "facility", "equipment")
BOUGHT = ("vector", "materials", "qc")
_VECTOR = "vector"


@dataclass(frozen=True, slots=True)
class Stack:
    """USD spent by slice on released and on lost batches; `released` doses, `ended` batches: released and lost."""

    on_released: dict[str, float]
    on_lost: dict[str, float]
    released: int
    ended: int

    def slice(self, name: str) -> float:
        """USD for each released dose, without what was lost; `failure` is all that was spent on lost batches."""
        if name == "failure":
            return sum(self.on_lost.values()) / self.released
        return self.on_released[name] / self.released

    def slice_of_started(self, name: str) -> float:
        """USD for each started batch that has ended, released or not; what is still in process has cost no end yet."""
        return (self.on_released[name] + self.on_lost[name]) / self.ended

    @property
    def full(self) -> float:
        """USD for each released dose, all slices and the failure."""
        return sum(self.slice(name) for name in (*SLICES, "failure"))

    @property
    def conversion(self) -> float:
        """USD for each released dose for labour, overhead, facility and equipment."""
        return sum(self.slice(name) for name in CONVERSION)

    @property
    def gate(self) -> float:
        """USD for each released dose at the plant's gate: all but leukapheresis and transport, failures with it."""
        ways = ("leukapheresis", "transport")
        spent = sum(self.on_released[n] + self.on_lost[n] for n in SLICES if n not in ways)
        return spent / self.released

    @property
    def for_started(self) -> float:
        """USD for each started batch that has ended, all slices."""
        return self.full * self.released / self.ended

    @property
    def ceiling(self) -> float:
        """The largest reduction (1) of the cost at the gate that conversion alone can give: its input share is left."""
        bought = sum(self.on_released[n] + self.on_lost[n] for n in BOUGHT)
        return 1 - bought / self.released / self.gate


def stack(tally: Tally, plant: Plant, recipe: Recipe, assumptions: Assumptions) -> Stack:
    """The cost stack of a replication.

    Raises: ValueError without a facility, without a released dose, or without the hours of a phase kind.
    """
    known = {r.row: r.value for r in assumptions.rows}
    end = ends(tally)
    spent = _each_batch(tally, plant, recipe, end, known) | _shared(tally, plant, recipe, end, known)
    return Stack(
        on_released={name: spent[name][0] for name in SLICES},
        on_lost={name: spent[name][1] for name in SLICES},
        released=end.released,
        ended=end.ended,
    )


def _each_batch(
    tally: Tally, plant: Plant, recipe: Recipe, end: Ends, known: Mapping[str, float]
) -> dict[str, tuple[float, float]]:
    """USD spent on released and on lost batches, of what each batch takes for itself."""
    facility = facility_of(plant)
    kits = known["materials"]
    if facility.working is not WayOfWorking.MANUAL:
        kits *= known[f"materials factor {facility.working}"]
    leg = 0.0 if facility.at_the_ward else known["transport leg"]
    given, wasted = _vectors(tally, recipe, end)
    counts = {
        "vector": (known["vector"], given, wasted),
        "materials": (kits, end.released, end.lost),
        "qc": (known["quality control"], end.released, end.lost_filled),
        "leukapheresis": (known["leukapheresis"], end.released, end.lost),
        "transport": (leg, 2 * end.released, end.lost),
    }
    return {name: (price * good, price * bad) for name, (price, good, bad) in counts.items()}


def _vectors(tally: Tally, recipe: Recipe, end: Ends) -> tuple[float, float]:
    """Vectors put into released and into lost batches; the rest lies in batches still in process."""
    step = next((m.for_ for m in recipe.materials if m.material == _VECTOR), "")
    kinds = {p.phase for s in recipe.procedure if s.unit_procedure == step for o in s.operations for p in o.phases}
    done = max((p.done for p in tally.phases if p.kind in kinds), default=0)
    if not done:
        return 0.0, 0.0
    rest, others = max(0, done - end.released), end.lost + end.open
    return float(end.released), float(min(end.lost, rest * end.lost / others)) if others else 0.0


def _shared(
    tally: Tally, plant: Plant, recipe: Recipe, end: Ends, known: Mapping[str, float]
) -> dict[str, tuple[float, float]]:
    """USD spent on released and on lost batches, of what all batches share."""
    facility = facility_of(plant)
    ended, rate = 1 - end.open_share, known["labour rate"]
    hours = touch_hours(tally, recipe, facility.working, known) * burden(facility.working, known)
    by_hand = touch_hours(tally, recipe, WayOfWorking.MANUAL, known) * burden(WayOfWorking.MANUAL, known) * ended * rate
    overhead = known["overhead ratio"] * by_hand
    if facility.working is not WayOfWorking.MANUAL:
        overhead *= known[f"overhead factor {facility.working}"]
    least = known["fixed quality staff"] * known["productive hours"] * rate * end.years
    totals = {
        "labour": hours * ended * rate,
        "overhead": max(overhead, least),
        "facility": rooms_a_year(areas(plant, known), known) * end.years,
        "equipment": equipment_a_year(facility, known) * end.years,
    }
    return {name: (usd * (1 - end.lost_share), usd * end.lost_share) for name, usd in totals.items()}
