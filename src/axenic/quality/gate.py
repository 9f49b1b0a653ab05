"""The gate: who is it? Identification with lock-out, one session for each person, idle lock, enrolled stations.

Nothing here looks at what is wanted; that comes after, and only for somebody who was identified.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from axenic.quality.actor import Actor, Claim, Refused
from axenic.quality.books import Books
from axenic.quality.failures import locked_until
from axenic.quality.persons import SERVICE, Person
from axenic.quality.safe import Code, Safe, Session
from axenic.quality.stations import Station

IDLE = 10 * 60_000  # milliseconds without a command, then the session is locked [D: policy]
NOT_IDENTIFIED, NOT_OF_RECORD = "AX1001", "AX1006"


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
        self._of_record(person)
        if person is None or person.disabled or not self.safe.fits_once(claim.user, claim.once):
            why = ("user or one-time secret are not right",)
            raise Refused(NOT_IDENTIFIED, why, claim.user, self._count(claim.user, at))
        return Actor(person.user, person.name, (), station.station, station.zone, components=("once",))

    def _of_record(self, person: Person | None) -> None:
        """The safe's row is that of the newest act on the account: an older one, put back, opens nothing."""
        if person is None or person.disabled or person.kind == SERVICE:
            return
        if self.safe.made(person.user) != person.secrets:
            because = f"the safe does not hold what the record says of {person.user}: it was altered, put back or lost"
            raise Refused(NOT_OF_RECORD, (because,), person.user)

    def _not_locked(self, user: str, at: int) -> None:
        until = max(self.safe.failures(user)[1], self.books.failures.locked(user))
        if at < until:
            seconds = (until - at) // 1000 + 1
            raise Refused("AX1005", (f"{user} is locked out for {seconds} s after repeated failures",), user)

    def _proven(self, claim: Claim, user: str, at: int) -> tuple[str, ...]:
        """The components that fit; raises Refused if one that was given does not, and counts it."""
        self._not_locked(user, at)
        person = self.books.persons.get(user)
        self._of_record(person)
        known = person is not None and person.active()
        known = (not claim.password or self.safe.fits(user, claim.password)) and known
        code = self.safe.fits_code(user, claim.code, at) if known and claim.code else Code.FITS
        if not known or code is not Code.FITS:
            counts = not known or code is Code.WRONG  # a code that was used is somebody in a hurry, and opens nothing
            failures = self._count(user, at) if counts else 0
            raise Refused(NOT_IDENTIFIED, ("user or password are not right",), user, failures)
        self.safe.note_success(user)
        return tuple(name for name in ("password", "code") if getattr(claim, name))

    def _count(self, user: str, at: int) -> int:
        """One failure more, by safe and record; from the fifth on the account is locked for a while, longer each time.

        The safe counts each of several at a time; the record is what remains if somebody puts the safe's row back.
        """
        if self.books.persons.get(user) is None:
            return 0
        failures = max(self.safe.note_failure(user), self.books.failures.of(user) + 1)
        self.safe.lock(user, locked_until(failures, at))
        return failures


def _actor(person: Person, station: Station, session: str, components: tuple[str, ...], whole: bool) -> Actor:
    roles = tuple(person.roles)
    return Actor(person.user, person.name, roles, station.station, station.zone, session, components, whole)
