"""The command bus: the only way in which a person changes anything (Annex 11 draft 12.1).

Who is it, may they, does the state allow it, is it signed as it must be? Then the act and what goes with it are
appended in one transaction, and only then does anything change. A refused attempt goes on record as well. If the
journal cannot be written, the command fails.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

from axenic.quality.actor import SYSTEM, Actor, Claim, Refused
from axenic.quality.books import Books
from axenic.quality.clock import SITE_CLOCK, STEPPED, Clock
from axenic.quality.command import Command, Effect
from axenic.quality.failures import COUNT, FAILED, TRIES
from axenic.quality.gate import NOT_IDENTIFIED, NOT_OF_RECORD, Gate
from axenic.quality.objections import Objections
from axenic.quality.permissions import ANYONE, Permissions, Rule
from axenic.quality.persons import person_object
from axenic.quality.recovery import Recovery
from axenic.quality.safe import Safe
from axenic.quality.signature import SIGNATURE, manifest
from axenic.quality.station_proof import unproven
from axenic.quality.wording import fit, unfit_claim, unfit_fields
from axenic.record.entry import Act, Entry, Thing, body_of, decode
from axenic.record.journal import Journal, JournalError

REFUSED, UNPROVEN = "AX1010", "AX1007"
LOCKED, ALTERED = "access locked", "safe altered"
STEP = 5_000  # milliseconds between wall and monotonic clock; beyond it the clock was set [D]
BACK = 1_000  # milliseconds by which an act may seem to come before the last one [D]
TURNS = 20  # how often a command is decided again because others wrote meanwhile
MOVED_ON = "AX0310"
_BEFORE_STATIONS = ("user add", "user enrol", "user login", "user declare", "station add")
_LONGEST = 2_000  # characters of a reason or a refusal that go on record


@dataclass(frozen=True, slots=True)
class Known:
    """Who proved themselves for a command: the actor, and the second person if it needs one."""

    actor: Actor = SYSTEM
    second: Actor | None = None


_NOBODY = Known()


class Bus:
    """Carries commands to the journal of one site."""

    def __init__(
        self,
        journal: Journal,
        safe: Safe,
        permissions: Permissions,
        clock: Clock,
        used: Callable[[], int] | None = None,
    ) -> None:
        """used: per cent in use of the disk that the record lies on; not watched, if nobody tells."""
        self.journal = journal
        self.books = Books(permissions, journal.simulated)
        for entry in journal.entries():
            self.books.take(entry)
        self._safe, self._clock, self._used = safe, clock, used
        self._gate = Gate(self.books, safe)
        self._objections = Objections(self.books, safe)

    def close(self) -> None:
        """Leave journal and safe alone."""
        self.journal.close()
        self._safe.close()

    def do(self, command: Command, claim: Claim, second: Claim | None = None) -> tuple[Act, dict[str, Any]]:
        """Carry a command out: the act on record, and what is shown once. Raises Refused, JournalError.

        What was decided on is what is in the journal: if others wrote meanwhile, it is decided again.
        """
        self.catch_up()
        at = self._clock.now()
        self._watch_clock(at)
        if self._used is not None and (noted := self.books.room.noted(at, self._used())):
            self._note(*noted)
        known = _NOBODY
        for left in range(TURNS, -1, -1):
            known, act, things = self._decided(command, claim, second, known, at)
            try:
                self._note(*things, act, alone=True)
            except JournalError as error:
                if error.finding.code != MOVED_ON or not left:
                    raise
                self.catch_up()
            else:
                break
        return act, command.finish(self._safe, known.actor, at)

    def recover(self, wanted: Recovery) -> tuple[Act, str]:
        """Let a security admin enrol anew as the safe was lost: act, one-time secret. Raises Refused, JournalError."""
        self.catch_up()
        at = self._clock.now()
        self._watch_clock(at)
        if because := tuple(wanted.refusals(self.books, self._safe)):
            self._note(wanted.act(at, because))
            raise Refused(REFUSED, because)
        self._note(act := wanted.act(at))
        return act, self._safe.issue(wanted.user, at)

    def catch_up(self) -> None:
        """Read what others appended since; raises JournalError."""
        for entry in self.journal.news():
            self.books.take(entry)

    def _decided(
        self, command: Command, claim: Claim, second: Claim | None, known: Known, at: int
    ) -> tuple[Known, Act, tuple[Thing, ...]]:
        """Who does it, with whom, and the act, as the books stand now; a refusal goes on record.

        known: who was identified in an earlier turn. Their codes are spent, so they prove nothing twice; but that they
        are still there, with which roles, and everything else is looked at again.
        """
        actor, other = known.actor, known.second
        try:
            if because := unfit_claim(claim) + unfit_claim(second):
                raise Refused(REFUSED, tuple(because))
            self._at_station(command, claim, second, at)
            actor = self._actor(command, claim, actor, at)
            if because := unfit_fields(command) + self._without_station(command):
                raise Refused(REFUSED, tuple(because), actor.user)
            rule, role = self._permitted(command, actor, claim)
            other = self._second(command, rule, actor, second, other, at)
            if because := self._objections.against(command, rule, actor, claim, at):
                raise Refused(REFUSED, tuple(because), actor.user)
        except Refused as refused:
            self._note(self._attempt(command, refused, actor, claim, at), *self._alarmed(refused, at))
            raise
        return Known(actor, other), *self._act(command, rule, role, actor, other, claim, at)

    def _without_station(self, command: Command) -> list[str]:
        """Before the first station is enrolled nothing is done but what leads to one (11.10(h))."""
        if self.books.stations.all() or command.NAME in _BEFORE_STATIONS:
            return []
        return ["no station is enrolled yet: axenic station add"]

    def _at_station(self, command: Command, claim: Claim, second: Claim | None, at: int) -> None:
        """The station named is where the command comes from: it signed it (11.10(h)). Raises Refused."""
        station = self.books.stations.get(claim.station)
        if station is None or (not station.key and command.NAME == "station add"):
            return  # the gate says that it is not enrolled
        other = second.user if second is not None else ""
        if because := unproven(station.key, self.journal.origin, command, claim, other, at):
            raise Refused(UNPROVEN, (f"{claim.station} did not prove itself: {because}",), claim.user)

    def _actor(self, command: Command, claim: Claim, known: Actor, at: int) -> Actor:
        """Who it is; the first account of a site is added by nobody, as there is nobody yet."""
        if command.NAME == "user add" and not self.books.persons.all():
            return replace(SYSTEM, station=claim.station)
        if (command.NAME == "user enrol") != bool(claim.once):
            raise Refused(
                NOT_IDENTIFIED, ("a one-time secret is good for enrolling, and for nothing else",), claim.user
            )
        return self._gate.still(known, claim, at) if known.user else self._gate.admit(claim, at)

    def _permitted(self, command: Command, actor: Actor, claim: Claim) -> tuple[Rule, str]:
        """The rule, and the role in which the person acts."""
        case = command.case(self.books)
        rule = self.books.permissions.rule(command.NAME, case)
        if rule is None:
            what = f"{command.NAME!r}" + (f" ({case})" if case else "")
            raise Refused(REFUSED, (f"nobody may do {what} on this site",), actor.user)
        if ANYONE in rule.roles or not self.books.persons.all():
            return rule, claim.role if claim.role in actor.roles else next(iter(actor.roles), "")
        roles = [r for r in actor.roles if r in rule.roles and claim.role in ("", r)]
        if not roles:
            held = ", ".join(actor.roles) or "none"
            text = f"{command.NAME!r} needs the role {' or '.join(rule.roles)}; {actor.user} has: {held}"
            raise Refused(REFUSED, (text,), actor.user)
        return rule, roles[0]

    def _second(
        self, command: Command, rule: Rule, actor: Actor, claim: Claim | None, known: Actor | None, at: int
    ) -> Actor | None:
        """The second person of a command that needs one."""
        if not rule.second:
            return None
        needs = f"a second person ({' or '.join(rule.second)}) must confirm {rule.command!r}"
        if claim is None or not claim.user:
            raise Refused(REFUSED, (needs,), actor.user)
        claim = replace(claim, session="", station=actor.station)
        other = self._gate.still(known, claim, at) if known else self._gate.admit(claim, at)
        if other.user == actor.user:
            raise Refused(REFUSED, (f"{needs}; {actor.user} is the first",), actor.user)
        if person_object(other.user) == command.about():
            raise Refused(REFUSED, (f"{needs}; it is {other.user} whom it is done to",), actor.user)
        against = self._objections
        if doubts := against.unconfirmed(rule.command, other, at) + against.just_reset(other, at):
            raise Refused(REFUSED, tuple(doubts), actor.user)
        if not set(other.roles) & set(rule.second):
            raise Refused(REFUSED, (f"{needs}; {other.user} has: {', '.join(other.roles)}",), actor.user)
        if untrained := against.untrained(rule, other, at):
            raise Refused(REFUSED, tuple(untrained), actor.user)
        return other

    def _act(
        self, command: Command, rule: Rule, role: str, actor: Actor, other: Actor | None, claim: Claim, at: int
    ) -> tuple[Act, tuple[Thing, ...]]:
        effect: Effect = command.effect(self.books, actor, at)
        new: dict[str, Any] = dict(effect.new)
        if other is not None:
            new["second"] = {"user": other.user, "name": other.name}
        if rule.signs:
            ledger = (self.journal.size, self.journal.root())
            digest = self.books.digests.of(effect.object)
            new[SIGNATURE] = manifest(actor, command.means() or rule.signs, role, effect.object, digest, ledger, at)
        old, reason = dict(effect.old), claim.reason.strip()[:_LONGEST]
        said: dict[str, Any] = {"batch": effect.batch, "old": old, "new": new, "reason": reason}
        who: dict[str, Any] = {"actor": actor.user, "role": role, "station": actor.station, "zone": actor.zone}
        return Act(at, command.NAME, **who, session=actor.session, object=effect.object, **said), effect.things

    def _attempt(self, command: Command, refused: Refused, actor: Actor, claim: Claim, at: int) -> Act:
        """A refused attempt, for the trail; who was not identified is only claimed."""
        new: dict[str, Any] = {} if actor.user else {"claimed": fit(refused.user or claim.user)[:80]}
        new |= {FAILED: refused.user, COUNT: refused.failures} if refused.failures else {}
        because = tuple(text[:_LONGEST] for text in refused.because)
        station = actor.station or fit(claim.station)[:80]
        who: dict[str, Any] = {"actor": actor.user, "station": station, "zone": actor.zone, "session": actor.session}
        where: dict[str, Any] = {"object": fit(command.about()), "batch": fit(command.batch()), "new": new}
        return Act(at, command.NAME, **who, **where, reason=fit(claim.reason, True).strip()[:_LONGEST], refused=because)

    def _alarmed(self, refused: Refused, at: int) -> list[Act]:
        """That an account was locked, or its row in the safe is not of the record, is an alarm at once (11.300(d))."""
        name = person_object(refused.user)
        if refused.code == NOT_OF_RECORD:
            return [Act(at, ALTERED, object=name)]
        locked = refused.failures == TRIES
        return [Act(at, LOCKED, object=name, new={COUNT: refused.failures})] if locked else []

    def _watch_clock(self, at: int) -> None:
        """A clock that was set goes on record, and stops signing (gmp: attack 7)."""
        boot, offset = self._clock.boot(), at - self._clock.monotonic()
        before = self._safe.offset(boot)
        stepped = before is not None and abs(offset - before) > STEP
        if not stepped and at + BACK >= self.books.clock.latest:
            if before is None:
                self._safe.note_offset(boot, offset)
            return
        self._safe.note_offset(boot, offset)
        by = offset - before if before is not None else at - self.books.clock.latest
        self._note(Act(at, STEPPED, object=SITE_CLOCK, new={"by ms": by}))

    def _note(self, *things: Thing, alone: bool = False) -> None:
        """Append in one transaction, then fold it, after what others appended before; raises JournalError."""
        last = self.journal.append(things, alone)
        self.catch_up()
        for n, thing in enumerate(things, last - len(things) + 1):
            self.books.take(_entry(n, thing, self.journal.simulated))


def _entry(seq: int, thing: Thing, simulated: bool) -> Entry:
    return decode(body_of(seq, thing, simulated))
