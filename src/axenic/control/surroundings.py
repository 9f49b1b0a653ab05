"""What a measured environment, or the word of a person, does to a zone and to the batches in it.

An action level puts the zone AT RISK, an unknown value makes it UNKNOWN; in both the interlocks hold all work, until a
person restores the zone on evidence. A good sample afterwards restores nothing by itself. What lies open in the zone
meanwhile is held at once: its unit stands still until the zone is restored. A closed unit works on.
"""

from __future__ import annotations

from bisect import insort
from dataclasses import dataclass, field

from axenic.asepsis.condition import Aseptic, Condition
from axenic.asepsis.environment import EnvironmentLimits, Level, Reading, trend_of
from axenic.control.facts import EnvironmentMeasured, ZoneAlarmed, ZoneRestored
from axenic.control.floor import Floor

_GOOD_KEPT = 500  # times of good samples kept for one place; an older one counts as none (fail safe)


@dataclass(slots=True)
class Place:
    """What was measured of one thing at one place: the last values, and when they were good."""

    values: list[float] = field(default_factory=list)
    good: list[int] = field(default_factory=list)
    drifting: bool = False


class Surroundings:
    """The memory of what was measured, and the limits it is held against (none: nothing can be judged)."""

    def __init__(self, limits: EnvironmentLimits | None) -> None:
        self.limits = limits
        self.places: dict[tuple[str, str, str], Place] = {}

    def read(self, fact: EnvironmentMeasured, grade: str) -> Reading:
        """What the value says."""
        if self.limits is None:
            return Reading(Level.UNKNOWN, float("nan"), f"{fact.measure}: no limits are loaded")
        return self.limits.judge(fact.measure, grade, fact.value, fact.unit)


def measured(floor: Floor, surroundings: Surroundings, fact: EnvironmentMeasured) -> None:
    """Take a sample of a zone."""
    zone = floor.layout.zones.get(fact.zone)
    if zone is None:
        floor.exception("", "sample of an unknown zone", "minor", f"{fact.zone}: {fact.measure} {fact.value}")
        return
    reading = surroundings.read(fact, zone.grade.value)
    place = surroundings.places.setdefault((fact.zone, fact.measure, fact.location), Place())
    taken = fact.sampled or fact.at
    where = f"{fact.zone}, {fact.location}" if fact.location else fact.zone
    if reading.level is Level.UNKNOWN:
        _unknown(floor, fact, f"{where}: {reading.words}")
        return
    if reading.level is Level.ACTION:
        since = max((good for good in place.good if good <= taken), default=0)
        _excursion(floor, fact, f"{where}: {reading.words}", since)
    else:
        insort(place.good, taken)
        del place.good[:-_GOOD_KEPT]
    if reading.level is Level.ALERT:
        floor.exception("", "environment alert", "minor", f"{where}: {reading.words}")
    elif reading.level is Level.UNLIMITED:
        floor.exception("", "environment without limit", "minor", f"{where}: {reading.words}")
    _trend(floor, surroundings, fact, place, reading, where)


def _unknown(floor: Floor, fact: EnvironmentMeasured, text: str) -> None:
    if floor.zones[fact.zone].state is not Aseptic.AT_RISK:  # worse is not made better
        floor.zones[fact.zone] = Condition(Aseptic.UNKNOWN, evidence=fact.evidence)
    floor.exception("", "environment unknown", "major", f"{text}; nothing passes until the zone is restored")
    _hold_open_work(floor, fact.zone, text)


def _excursion(floor: Floor, fact: EnvironmentMeasured, text: str, since: int) -> None:
    floor.zones[fact.zone] = Condition(Aseptic.AT_RISK, evidence=fact.evidence)
    batches = touched(floor, fact.zone, since)
    for batch in batches or [""]:
        floor.exception(batch, "environment excursion", "major", text)
    _hold_open_work(floor, fact.zone, text)


def _hold_open_work(floor: Floor, zone: str, text: str) -> None:
    for entry in floor.outstanding.values():
        if entry.open_zone == zone and not entry.lost and not entry.held:
            entry.held = True
            floor.hold_unit(entry.unit, f"open product: {text}")


def _trend(
    floor: Floor, surroundings: Surroundings, fact: EnvironmentMeasured, place: Place, reading: Reading, where: str
) -> None:
    limits = surroundings.limits
    limit = limits.limit(fact.measure, floor.layout.zones[fact.zone].grade.value) if limits else None
    if limits is None or limit is None:
        return
    place.values = [*place.values, reading.value][-limits.trend.samples :]
    trend = trend_of(place.values, limit, limits.trend)
    if trend.drifting and not place.drifting:
        floor.exception("", "environment trend", "minor", f"{where}: {fact.measure}: {trend.reason}")
    place.drifting = trend.drifting


def touched(floor: Floor, zone: str, since: int) -> list[str]:
    """The batches with cells or materials in a zone now, or with a passage there at or after `since` (milliseconds)."""
    found = {name for name, last in floor.passed.get(zone, {}).items() if last >= since}
    for batch in floor.batches.values():
        units = [batch.unit, *(m.unit for m in batch.materials.values() if m.arrived)] if batch.live else []
        if any(u in floor.layout.stations and floor.layout.stations[u].zone == zone for u in units):
            found.add(batch.name)
    moving = [entry.transfer for entry in floor.outstanding.values()] + [c.transfer for c in floor.chambers.values()]
    found |= {t.batch.name for t in moving if t is not None and t.zone == zone}
    return [name for name in floor.batches if name in found]


def zone_alarmed(floor: Floor, fact: ZoneAlarmed) -> None:
    """The zone is at risk, and every batch in it is told so."""
    zone = floor.zones.get(fact.zone)
    if zone is not None:
        floor.zones[fact.zone] = Condition(Aseptic.AT_RISK)
        for batch in floor.batches.values():
            if batch.live and batch.unit and floor.layout.stations[batch.unit].zone == fact.zone:
                floor.exception(batch.name, "zone at risk", "major", f"{fact.zone}: {fact.reason}")
        _hold_open_work(floor, fact.zone, f"{fact.zone}: {fact.reason}")


def zone_restored(floor: Floor, fact: ZoneRestored) -> None:
    """The zone is aseptic again, on the evidence named; what was held open in it goes on."""
    if fact.zone in floor.zones and fact.evidence:
        floor.zones[fact.zone] = Condition(Aseptic.ASEPTIC, evidence=fact.evidence)
        for entry in floor.outstanding.values():
            if entry.open_zone == fact.zone and entry.held and not entry.lost:
                entry.held = False
                floor.unhold_unit(entry.unit, f"{fact.zone} is restored: {fact.evidence}")
        floor.stir()
