"""Alarms as acts for the journal: each noted once when it comes and once when it goes."""

from __future__ import annotations

from collections.abc import Iterable

from axenic.quality.alarm.event import cleared, raised, running, stopped
from axenic.quality.alarm.kind import CAME, RUNNING, STOPPED, WENT
from axenic.record.entry import Act, Thing


class Notes:
    """What stands, and what is not yet in the journal; `at` is plant time in milliseconds."""

    def __init__(self) -> None:
        self._standing: set[tuple[str, str]] = set()
        self._stopped: set[str] = set()
        self._acts: list[Act] = []

    def recall(self, things: Iterable[Thing]) -> None:
        """What a journal says that stands, when an engine goes on with it."""
        for thing in things:
            if not isinstance(thing, Act):
                continue
            new = thing.new
            if thing.command == CAME and not new.get("over"):
                self._standing.add((new["alarm"], new["place"]))
            elif thing.command == WENT:
                self._standing.discard((new["alarm"], new["place"]))
            elif thing.command == STOPPED:
                self._stopped.add(new["unit"])
            elif thing.command == RUNNING:
                self._stopped.discard(new["unit"])

    def came(self, alarm: str, place: str, text: str, at: int) -> None:
        """An alarm's condition holds; what stands already is not noted again."""
        if (alarm, place) not in self._standing:
            self._standing.add((alarm, place))
            self._acts.append(raised(alarm, place, text, at))

    def went(self, alarm: str, place: str, at: int, text: str = "") -> None:
        """An alarm's condition holds no more; nothing if it did not stand."""
        if (alarm, place) in self._standing:
            self._standing.discard((alarm, place))
            self._acts.append(cleared(alarm, place, at, text))

    def happened(self, alarm: str, place: str, text: str, at: int) -> None:
        """An alarm that is over at once."""
        self._acts.append(raised(alarm, place, text, at, over=True))

    def holds(self, alarm: str, place: str, why: str, at: int) -> None:
        """An alarm holds for as long as there is a reason."""
        if why:
            self.came(alarm, place, why, at)
        else:
            self.went(alarm, place, at)

    def is_stopped(self, unit: str, whether: bool, at: int) -> None:
        """Whether a unit is stopped: then some of its alarms mean nothing."""
        if whether == (unit in self._stopped):
            return
        (self._stopped.add if whether else self._stopped.discard)(unit)
        self._acts.append(stopped(unit, at) if whether else running(unit, at))

    def __len__(self) -> int:
        return len(self._acts)

    def take(self) -> list[Act]:
        """What is to be appended now, in its order."""
        acts, self._acts = self._acts, []
        return acts
