"""The gate: who is it? Identification with lock-out, one session for each person, idle lock, enrolled stations.

Nothing here looks at what is wanted; that comes after, and only for somebody who was identified.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from axenic.quality.actor import Actor, Claim, Refused
from axenic.quality.books import Books
from axenic.quality.persons import SERVICE, Person
from axenic.quality.safe import Code, Safe, Session
from axenic.quality.stations import Station

IDLE = 10 * 60_000  # milliseconds without a command, then the session is locked [D: policy]
TRIES = 5  # failures before the first lock-out
FIRST_LOCK = 60_000  # milliseconds, doubled with every failure more [D: policy]
LONGEST_LOCK = 60 * 60_000  # never for ever: the last QP must come in again [D: policy]
NOT_IDENTIFIED = "AX1001"


@dataclass(slots=True)
class Gate:
    """Identifies persons against books and safe."""

    books: Books
    safe: Safe

    def admit(self, claim: Claim, at: int) -> Actor:
        """The person, with what they proved it by just now; raises Refused."""
        station = self._station(claim)
        if claim.once:
            return self._by_once(claim, station, at)
        if claim.session:
            return self._by_session(claim, station, at)
        return self._by_secrets(claim, station, at)

    def still(self, known: Actor, claim: Claim, at: int) -> Actor:
        """Somebody who was admitted before others wrote, as they are now; what they proved stands. Raises Refused."""
        station = self._station(claim)
        if claim.once:
            return self._by_once(claim, station, at)
        person = self._person(known.user)
        if person.enrolled > at:  # they were reset meanwhile: what was proven belongs to a former password
            raise Refused(NOT_IDENTIFIED, ("user or password are not right",), known.user)
        if known.session:
            self._open_session(claim, station, at)
        else:
            self._not_elsewhere(known.user, station, at)
        return replace(known, roles=tuple(person.roles), station=station.station, zone=station.zone)

    def _station(self, claim: Claim) -> Station:
        station = self.books.stations.get(claim.station)
        if station is None and not self.books.stations.all():
            return Station(claim.station, "", "UTC")  # before the first station is enrolled
        if station is None:
            why = f"the station {claim.station!r} is not enrolled" if claim.station else "no station is named"
            raise Refused("AX1002", (why,), claim.user)
        return station

    def _person(self, user: str) -> Person:
        person = self.books.persons.get(user)
        if person is None or not person.active():
            raise Refused(NOT_IDENTIFIED, ("user or password are not right",), user)
        return person

    def _open_session(self, claim: Claim, station: Station, at: int) -> Session:
        session = self.safe.session(claim.session)
        if session is None or not self.books.sessions.open(session.name, session.user, session.station):
            raise Refused(NOT_IDENTIFIED, ("the session is not open: log in",), claim.user)
        if at - session.used > IDLE or at < session.used:
            self.safe.end_session(session.name)
            raise Refused("AX1003", ("the session is locked after 10 minutes without a command: log in",), session.user)
        if session.station != station.station:
            self.safe.end_session(session.name)
            text = f"the session belongs to {session.station}; it was ended"
            raise Refused("AX1003", (text,), session.user)
        if claim.user and claim.user != session.user:
            raise Refused("AX1003", (f"the session belongs to {session.user}",), claim.user)
        return session

    def _by_session(self, claim: Claim, station: Station, at: int) -> Actor:
        session = self._open_session(claim, station, at)
        person = self._person(session.user)
        components = self._proven(claim, person.user, at) if claim.password or claim.code else ()
        self.safe.touch(session.name, at)
        return _actor(person, station, session.name, components, session.whole)

    def _by_secrets(self, claim: Claim, station: Station, at: int) -> Actor:
        if not claim.user:
            raise Refused(NOT_IDENTIFIED, ("nobody is named",))
        self._not_locked(claim.user, at)
        person = self.books.persons.get(claim.user)
        if person is not None and person.kind == SERVICE:
            raise Refused("AX1004", (f"{claim.user} is a service account: it cannot act as a person",), claim.user)
        components = self._proven(claim, claim.user, at)
        self._not_elsewhere(claim.user, station, at)
        if "password" not in components:
            raise Refused(NOT_IDENTIFIED, ("a password is missing",), claim.user)
        if station.remote and "code" not in components:
            raise Refused(NOT_IDENTIFIED, ("from a remote station both components are needed",), claim.user)
        return _actor(self._person(claim.user), station, "", components, False)

    def _not_elsewhere(self, user: str, station: Station, at: int) -> None:
        """One person is at one station: with a session open elsewhere they act there, or log out there first."""
        for session in self.safe.sessions_of(user):
            here = session.station == station.station
            on_record = self.books.sessions.open(session.name, session.user, session.station)
            if on_record and at - session.used <= IDLE and not here:
                text = f"{user} is logged in at {session.station}; log out there, not here at {station.station}"
                raise Refused("AX1003", (text,), user)

    def _by_once(self, claim: Claim, station: Station, at: int) -> Actor:
        """Somebody who enrols; raises Refused."""
        self._not_locked(claim.user, at)
        person = self.books.persons.get(claim.user)
        if person is None or person.disabled or not self.safe.fits_once(claim.user, claim.once):
            self._count(claim.user, at)
            raise Refused(NOT_IDENTIFIED, ("user or one-time secret are not right",), claim.user)
        return Actor(person.user, person.name, (), station.station, station.zone, components=("once",))

    def _not_locked(self, user: str, at: int) -> None:
        until = self.safe.failures(user)[1]
        if at < until:
            seconds = (until - at) // 1000 + 1
            raise Refused("AX1005", (f"{user} is locked out for {seconds} s after repeated failures",), user)

    def _proven(self, claim: Claim, user: str, at: int) -> tuple[str, ...]:
        """The components that fit; raises Refused if one that was given does not, and counts it."""
        self._not_locked(user, at)
        person = self.books.persons.get(user)
        known = person is not None and person.active()
        known = (not claim.password or self.safe.fits(user, claim.password)) and known
        code = self.safe.fits_code(user, claim.code, at) if known and claim.code else Code.FITS
        if not known or code is not Code.FITS:
            if not known or code is Code.WRONG:  # a code that was used is somebody in a hurry, and opens nothing
                self._count(user, at)
            raise Refused(NOT_IDENTIFIED, ("user or password are not right",), user)
        self.safe.note_success(user)
        return tuple(name for name in ("password", "code") if getattr(claim, name))

    def _count(self, user: str, at: int) -> None:
        """One failure more; from the fifth on the account is locked for a while, longer each time."""
        failures = self.safe.note_failure(user)
        if failures >= TRIES:
            self.safe.lock(user, at + min(LONGEST_LOCK, FIRST_LOCK << min(failures - TRIES, 10)))


def _actor(person: Person, station: Station, session: str, components: tuple[str, ...], whole: bool) -> Actor:
    roles = tuple(person.roles)
    return Actor(person.user, person.name, roles, station.station, station.zone, session, components, whole)
