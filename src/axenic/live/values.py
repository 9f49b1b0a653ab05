"""Which values of the equipment can be believed: of good quality, and not older than twice their longest interval."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from axenic.device.driver.event import ValueRead
from axenic.record.telemetry.reading import BAD_NO_COMMUNICATION, quality_name
from axenic.record.telemetry.tags import Tag

NO_LINK = quality_name(BAD_NO_COMMUNICATION)
STATE = "state"  # told when it changes, not again and again


@dataclass(slots=True)
class Value:
    """`bound`: for how long (s) none may come, 0: for ever; `since`: when a good one came (s); `why` it is bad."""

    unit: str
    item: str
    bound: float
    since: float
    why: str = ""


class Values:
    """The values of connected equipment; times are seconds of a clock that nobody can set."""

    def __init__(self, tags: Iterable[Tag], least_s: float = 0.0) -> None:
        self._least = least_s
        self._tags = {tag.name: tag for tag in tags}
        self._values: dict[tuple[str, str], Value] = {}

    def expect(self, units: Iterable[str], now: float) -> None:
        """From now on the values of these units are awaited: the declared ones, and all that they have told before."""
        names = set(units)
        for value in self._values.values():
            if value.unit in names:
                value.since, value.why = now, ""
        for tag in self._tags.values():
            item = tag.name.removeprefix(f"{tag.place}.")
            if tag.place in names and item != STATE:
                self._value(tag.place, item, now).since = now

    def read(self, event: ValueRead, now: float) -> Value | None:
        """Take a value; it is given back if it is now bad and was good, or the other way round."""
        value = self._value(event.unit, event.item, now)
        before = value.why
        value.why = "" if event.good else quality_name(event.quality)
        if event.good:
            value.since = now
        return value if bool(before) != bool(value.why) else None

    def stale(self, now: float) -> list[Value]:
        """The values that are too old from now on."""
        found = [v for v in self._values.values() if not v.why and v.bound and now - v.since > v.bound]
        for value in found:
            value.why = f"no good value for {value.bound:g} s"
        return found

    def lost(self, units: Iterable[str]) -> list[Value]:
        """The values of units that cannot be heard any more."""
        names = set(units)
        found = [v for v in self._values.values() if v.unit in names and v.why != NO_LINK]
        for value in found:
            value.why = NO_LINK
        return found

    def why(self, unit: str) -> str:
        """What is wrong with the values of a unit; empty if they are good."""
        return "; ".join(f"{v.item}: {v.why}" for v in self._values.values() if v.unit == unit and v.why)

    def _bound(self, tag: Tag | None) -> float:
        return max(2 * tag.longest_us / 1e6, self._least) if tag is not None and tag.longest_us else 0.0

    def _value(self, unit: str, item: str, now: float) -> Value:
        if (unit, item) not in self._values:
            tag = self._tags.get(f"{unit}.{item}")
            self._values[unit, item] = Value(unit, item, self._bound(tag), now)
        return self._values[unit, item]
