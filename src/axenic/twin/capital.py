"""What rooms and equipment cost in a year: capital as an annuity, and what it takes to keep them running."""

from __future__ import annotations

from collections.abc import Mapping

from axenic.plant.facility import Facility
from axenic.twin.area import Areas


def annuity(percent: float, years: float) -> float:
    """The share of a capital to be paid each year, interest included; percent a year, real."""
    rate = percent / 100
    return rate / (1 - (1 + rate) ** -years) if rate > 0 else 1 / years


def rooms_capital(areas: Areas, known: Mapping[str, float]) -> float:
    """USD to build all floors, each at the price of its grade."""
    return sum(m2 * known[f"room capital {grade}"] for grade, m2 in areas.by_grade.items())


def rooms_a_year(areas: Areas, known: Mapping[str, float]) -> float:
    """USD a year for all floors: annuity of the building and running cost of each grade."""
    running = sum(m2 * known[f"room running {grade}"] for grade, m2 in areas.by_grade.items())
    return rooms_capital(areas, known) * annuity(known["discount rate"], known["building life"]) + running


def purchase(facility: Facility, known: Mapping[str, float]) -> float:
    """USD for all equipment as delivered."""
    listed = sum(m.count * m.price_usd for m in facility.equipment)
    return listed * known[f"equipment price factor {facility.working}"]


def equipment_a_year(facility: Facility, known: Mapping[str, float]) -> float:
    """USD a year for the equipment: annuity of price and installation, and maintenance of the price."""
    price = purchase(facility, known)
    installed = price * known["installation factor"]
    return installed * annuity(known["discount rate"], known["equipment life"]) + price * known["maintenance"] / 100
