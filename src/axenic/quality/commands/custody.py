"""Chain of custody: `axenic custody collect`, `custody ship`, `custody receive`; the time is the site's."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

from axenic.identity.code import parse_coi
from axenic.identity.custody import Moment, address_of
from axenic.identity.din import Din
from axenic.identity.gs1 import GTIN, Elements
from axenic.identity.match import contradicts
from axenic.identity.scan import Scan, read
from axenic.identity.unreadable import Unreadable
from axenic.quality.actor import Actor
from axenic.quality.batches import MAY_LEAVE, RECALLED
from axenic.quality.books import Books
from axenic.quality.command import Command, Effect, said
from axenic.quality.digests import batch_object
from axenic.quality.legs import COLLECT, RECEIVE, SHIP
from axenic.quality.release import kept_back
from axenic.quality.temperature_log import read_log, shipped_conditions


@dataclass(frozen=True)
class _Leg(Command):
    of_batch: str = said("The batch.")
    container: tuple[str, ...] = said("Each container, as scanned: donation, serial, shipper or asset number.", ())
    place: str = said("The address of the place, as https://example.org/site/berlin.", "")

    def about(self) -> str:
        """The batch as an object."""
        return batch_object(self.of_batch)

    def batch(self) -> str:
        """The batch."""
        return self.of_batch

    def refusals(self, books: Books, by: Actor, at: int) -> list[str]:
        """An ordered batch, its own containers, a place, and the leg before."""
        try:
            parse_coi(books.bonds.ordered(self.of_batch))
        except Unreadable:
            return ["there is no batch of that name that was ordered for a chain-of-identity code"]
        found = self._strange(books)
        try:
            Moment(at, 0, self.place)
        except Unreadable:
            found.append("the place is no https address (--place)")
        legs = books.legs.of(self.of_batch)
        return found + self.out_of_turn(legs[-1].command if legs else "")

    def out_of_turn(self, last: str) -> list[str]:
        """Why this leg does not follow the last one."""
        return []

    def _strange(self, books: Books) -> list[str]:
        bond = books.bonds.get(self.of_batch)
        found = [] if self.container else ["name the containers (--container)"]
        for n, text in enumerate(self.container, 1):
            scan = _scanned(text)
            if scan is None or not _address(scan):
                found.append(f"container {n} is no code that names a single container")
            elif bond is not None and contradicts(scan, bond):
                found.append(f"container {n} is not of {self.of_batch}: match it (axenic handover match)")
        return found if len(set(self.container)) == len(self.container) else [*found, "a container is named twice"]

    def effect(self, books: Books, by: Actor, at: int) -> Effect:
        """One leg more."""
        offset = datetime.fromtimestamp(at / 1000, UTC).astimezone(ZoneInfo(by.zone)).utcoffset()
        things = [_address(scan) for text in self.container if (scan := _scanned(text))]
        new: dict[str, Any] = {"things": things, "place": self.place}
        new["ahead min"] = round(offset.total_seconds() / 60) if offset else 0
        return Effect(self.about(), self.of_batch, new=new | self.cold())

    def cold(self) -> dict[str, Any]:
        """What is known of the temperature."""
        return {"condition": "", "logger": "", "log": {}}


@dataclass(frozen=True)
class Collect(_Leg):
    """Cells were collected: from here on their containers are known."""

    NAME = COLLECT

    def out_of_turn(self, last: str) -> list[str]:
        """The first leg."""
        return ["it was collected before"] if last else []


@dataclass(frozen=True)
class _Logged(_Leg):
    log: str = said("The logger's file: CSV with the columns time and temperature (degC).", "")
    logger: str = said("The logger, as scanned (asset number).", "")
    condition: str = said("How cold it must be: cooled, room or frozen.", "")

    def refusals(self, books: Books, by: Actor, at: int) -> list[str]:
        """A log that can be read, of a known logger, under a known condition."""
        found = super().refusals(books, by, at)
        if not self.log:
            return found
        if shipped_conditions().get(self.condition) is None:
            names = ", ".join(c.condition for c in shipped_conditions().conditions)
            found.append(f"a condition is one of {names} (--condition)")
        scan = _scanned(self.logger)
        if scan is None or not _address(scan):
            found.append("name the logger as scanned (--logger)")
        try:
            log = read_log(self.log)
        except (ValueError, OSError) as error:
            return [*found, error.strerror or "the log cannot be read" if isinstance(error, OSError) else str(error)]
        future = log.readings[-1][0] > at or log.readings[0][0] < 0
        return [*found, "the log holds times that are not past"] if future else found

    def cold(self) -> dict[str, Any]:
        """The summary and digest of the log."""
        condition, scan = shipped_conditions().get(self.condition), _scanned(self.logger)
        if not self.log or condition is None or scan is None:
            return super().cold()
        return {"condition": self.condition, "logger": _address(scan), "log": read_log(self.log).summary(condition)}


@dataclass(frozen=True)
class Ship(_Logged):
    """Containers left a place."""

    NAME = SHIP

    def out_of_turn(self, last: str) -> list[str]:
        """After it was collected or received."""
        return [] if last in (COLLECT, RECEIVE) else ["only what was collected or received is shipped"]

    def refusals(self, books: Books, by: Actor, at: int) -> list[str]:
        """A dose leaves as what it was certified, or comes back recalled; cells on their way here need none."""
        found, batch = super().refusals(books, by, at), books.batches.get(self.of_batch)
        dose = any(_is_dose(text) for text in self.container)
        if batch is None or batch.state == RECALLED or not (dose or batch.state in MAY_LEAVE):
            return found
        return [*found, *kept_back(books, batch, at)]


@dataclass(frozen=True)
class Receive(_Logged):
    """Containers arrived; the log says how cold they were on the way, and without one it is an exception."""

    NAME = RECEIVE

    def out_of_turn(self, last: str) -> list[str]:
        """After it was shipped."""
        return [] if last == SHIP else ["only what was shipped is received"]


def _scanned(text: str) -> Scan | None:
    found = read(text.encode("utf-8", "surrogatepass"), "scanned")
    return found if isinstance(found, Scan) else None


def _is_dose(text: str) -> bool:
    scan = _scanned(text)
    return scan is not None and isinstance(scan.value, Elements) and bool(scan.value.get(GTIN))


def _address(scan: Scan) -> str:
    if not isinstance(scan.value, Din | Elements):
        return ""
    try:
        return address_of(scan.value)
    except Unreadable:
        return ""
