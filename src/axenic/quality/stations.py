"""The stations of a site: only from an enrolled one may a command come (11.10(h))."""

from __future__ import annotations

from dataclasses import dataclass

from axenic.quality.persons import RECOVER
from axenic.record.entry import Act, Entry


@dataclass(slots=True)
class Station:
    """A place where people work: its area, its time zone by IANA name, whether it is remote, and its public key.

    A station without a key was enrolled by an earlier form; from it only its successor is enrolled.
    """

    station: str
    area: str
    zone: str
    remote: bool = False
    closed: int = 0
    key: str = ""


class Stations:
    """All stations that ever were."""

    def __init__(self) -> None:
        self._stations: dict[str, Station] = {}

    def get(self, name: str) -> Station | None:
        """The station of that name, if it is open."""
        found = self._stations.get(name)
        return found if found is not None and not found.closed else None

    def all(self) -> list[Station]:
        """Every station, closed ones too."""
        return list(self._stations.values())

    def take(self, entry: Entry) -> None:
        """Fold an act on a station."""
        act = entry.thing
        if not isinstance(act, Act) or act.refused:
            return
        if act.command == RECOVER and "station" in act.new:
            name = act.new["station"]
            self._stations[name] = Station(name, "", "UTC", key=act.new["key"])
        elif act.object.startswith("station "):
            self._take(act)

    def _take(self, act: Act) -> None:
        name = act.object.removeprefix("station ")
        if act.command == "station add":
            where = act.new["area"], act.new["zone"], act.new["remote"]
            self._stations[name] = Station(name, *where, key=act.new.get("key", ""))
        elif act.command == "station close" and name in self._stations:
            self._stations[name].closed = act.at
