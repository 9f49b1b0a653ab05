"""Commands on stations: `axenic station …`."""

from __future__ import annotations

from dataclasses import dataclass
from zoneinfo import available_timezones

from axenic.quality.actor import Actor
from axenic.quality.books import Books
from axenic.quality.command import Command, Effect, said
from axenic.quality.station_proof import is_key


def unfit_station(books: Books, name: str, key: str) -> list[str]:
    """Why a station of that name and public key is not enrolled: both must be new, and the key one."""
    found = []
    if not name.strip() or len(name) > 40 or not name.isprintable():
        found.append("a station's name has 1 to 40 characters")
    if any(s.station == name for s in books.stations.all()):
        found.append(f"{name} was enrolled before; choose another name")
    if not is_key(key):
        found.append("give the station's public key (axenic station key, at the station)")
    elif others := [s.station for s in books.stations.all() if s.key == key]:
        found.append(f"that is the key of {others[0]}: every station has its own")
    return found


@dataclass(frozen=True)
class _OnStation(Command):
    station: str = said("The station's name, for example `QA-1`.")

    def about(self) -> str:
        """The station."""
        return f"station {self.station}"


@dataclass(frozen=True)
class AddStation(_OnStation):
    """Enrol a station with its key: only from enrolled ones, which prove it, can anything be done (11.10(h))."""

    NAME = "station add"

    area: str = said("The area it stands in, for example `grade B corridor`.", "")
    zone: str = said("Its time zone by IANA name.", "UTC")
    remote: bool = said("It is outside the site: both components are needed there.", False)

    key: str = said("Its public key, as `axenic station key` shows it there; made here if none is given.", "")

    def refusals(self, books: Books, by: Actor, at: int) -> list[str]:
        """A new name, a known zone, a key of its own."""
        found = unfit_station(books, self.station, self.key)
        if self.zone not in available_timezones():
            found.append(f"{self.zone!r} is no IANA time zone; write it as Europe/Brussels")
        return found

    def effect(self, books: Books, by: Actor, at: int) -> Effect:
        """Enrolled."""
        new = {"area": self.area, "zone": self.zone, "remote": self.remote, "key": self.key}
        return Effect(self.about(), new=new)


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
