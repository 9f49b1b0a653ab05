"""Floor, four ways: of the reactors, of the suite or cluster, of all classified rooms, of the building."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from axenic.plant.facility import Facility, ZoneFloor
from axenic.plant.plant import CleanroomGrade, Plant

UNCLASSIFIED = "CNC"


@dataclass(frozen=True, slots=True)
class Areas:
    """Square metres; `by_grade` divides the whole building, what is not classified under CNC."""

    reactor: float
    module: float
    classified: float
    building: float
    by_grade: dict[str, float]


def facility_of(plant: Plant) -> Facility:
    """The facility of a plant; raises ValueError if the file gives none."""
    if plant.facility is None:
        raise ValueError(
            f"the plant {plant.plant} has no `facility`: give its floors, building and equipment for costs"
        )
    return plant.facility


def areas(plant: Plant, known: Mapping[str, float]) -> Areas:
    """The areas of a plant as assumed; raises ValueError without a facility, or for a floor of unknown grade."""
    facility = facility_of(plant)
    factor = known[f"area factor {facility.working}"]
    grades = {z.zone: z.grade for z in plant.zones}
    by_grade: dict[str, float] = {}
    for floor in facility.floors:
        grade = _built_as(floor, grades)
        by_grade[grade] = by_grade.get(grade, 0.0) + floor.area_m2 * factor
    plain = by_grade.pop(UNCLASSIFIED, 0.0)
    classified = sum(by_grade.values())
    ratio = max(1.0, facility.building.per_classified * known["building factor"])
    building = max(classified * ratio, classified + plain)
    count = next((u.count for u in plant.units if u.unit == facility.reactor.unit), 0)
    return Areas(
        reactor=count * facility.reactor.footprint_m2,
        module=sum(f.area_m2 for f in facility.floors if f.module) * factor,
        classified=classified,
        building=building,
        by_grade=by_grade | {UNCLASSIFIED: building - classified},
    )


def _built_as(floor: ZoneFloor, grades: Mapping[str, CleanroomGrade]) -> str:
    grade = floor.background or str(grades.get(floor.zone, ""))
    if grade == CleanroomGrade.A and not floor.area_m2:
        return UNCLASSIFIED
    if grade not in ("B", "C", "D", UNCLASSIFIED):
        raise ValueError(f"the floor of {floor.zone} is of grade {grade or 'unknown'}: give its `background`")
    return grade
