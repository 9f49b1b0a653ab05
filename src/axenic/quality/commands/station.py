"""Commands on stations: `axenic station …`."""

from __future__ import annotations

from dataclasses import dataclass
from zoneinfo import available_timezones

from axenic.quality.actor import Actor
from axenic.quality.books import Books
from axenic.quality.command import Command, Effect, said


@dataclass(frozen=True)
class _OnStation(Command):
    station: str = said("The station's name, for example `QA-1`.")

    def about(self) -> str:
        """The station."""
        return f"station {self.station}"


@dataclass(frozen=True)
class AddStation(_OnStation):
    """Enrol a station: only from enrolled ones can anything be done (11.10(h))."""

    NAME = "station add"

    area: str = said("The area it stands in, for example `grade B corridor`.", "")
    zone: str = said("Its time zone by IANA name.", "UTC")
    remote: bool = said("It is outside the site: both components are needed there.", False)

    def refusals(self, books: Books, by: Actor, at: int) -> list[str]:
        """A new name, a known zone."""
        found = []
        if not self.station.strip() or len(self.station) > 40 or not self.station.isprintable():
            found.append("a station's name has 1 to 40 characters")
        if any(s.station == self.station for s in books.stations.all()):
            found.append(f"{self.station} was enrolled before; choose another name")
        if self.zone not in available_timezones():
            found.append(f"{self.zone!r} is no IANA time zone; write it as Europe/Brussels")
        return found

    def effect(self, books: Books, by: Actor, at: int) -> Effect:
        """Enrolled."""
        return Effect(self.about(), new={"area": self.area, "zone": self.zone, "remote": self.remote})


@dataclass(frozen=True)
class CloseStation(_OnStation):
    """Close a station: nothing can be done from it any more."""

    NAME = "station close"

    def refusals(self, books: Books, by: Actor, at: int) -> list[str]:
        """It must be open."""
        return [] if books.stations.get(self.station) else [f"no open station is named {self.station!r}"]

    def effect(self, books: Books, by: Actor, at: int) -> Effect:
        """Closed."""
        return Effect(self.about(), old={"open": True}, new={"open": False})
