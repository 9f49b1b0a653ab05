"""The command bus: the only way in which a person changes anything (Annex 11 draft 12.1).

Who is it, may they, does the state allow it, is it signed as it must be? Then the act and what goes with it are
appended in one transaction, and only then does anything change. A refused attempt goes on record as well. If the
journal cannot be written, the command fails.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from axenic.quality.actor import SYSTEM, Actor, Claim, Refused
from axenic.quality.books import Books
from axenic.quality.clock import SITE_CLOCK, STEPPED, Clock
from axenic.quality.command import Command, Effect
from axenic.quality.day import written
from axenic.quality.gate import NOT_IDENTIFIED, TRIES, Gate
from axenic.quality.permissions import ANYONE, Apart, Permissions, Rule
from axenic.quality.persons import person_object
from axenic.quality.safe import Safe
from axenic.quality.signature import SIGNATURE, manifest
from axenic.quality.trail import Line, who_did
from axenic.record.entry import Act, Entry, Thing, body_of, decode
from axenic.record.journal import Journal, JournalError

REFUSED = "AX1010"
LOCKED = "access locked"
STEP = 5_000  # milliseconds between wall and monotonic clock; beyond it the clock was set [D]
BACK = 1_000  # milliseconds by which an act may seem to come before the last one
PROVING = 24 * 3_600_000  # milliseconds after a reset in which nobody signs: time to notice a stolen account [D]
_WITHOUT_REVIEW = ("user confirm", "user login", "user logout")
TURNS = 20  # how often a command is decided again because others wrote meanwhile
MOVED_ON = "AX0310"
_LONGEST = 2_000  # characters of a reason or a refusal that go on record


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
        actor = SYSTEM
        try:
            actor = self._actor(command, claim, at)
            rule, role = self._permitted(command, actor, claim)
            other = self._second(rule, actor, second, at)
            self._allowed(command, rule, actor, claim, at)
        except Refused as refused:
            self._note(self._attempt(command, refused, actor, claim, at), *self._locked(refused, at))
            raise
        for left in range(TURNS, -1, -1):
            act, things = self._act(command, rule, role, actor, other, claim, at)
            try:
                self._note(*things, act, alone=True)
                break
            except JournalError as error:
                if error.finding.code != MOVED_ON or not left:
                    raise
            self.catch_up()
            self._still_allowed(command, rule, actor, claim, at)
        return act, command.finish(self._safe, actor, at)

    def catch_up(self) -> None:
        """Read what others appended since; raises JournalError."""
        for entry in self.journal.news():
            self.books.take(entry)

    def _still_allowed(self, command: Command, rule: Rule, actor: Actor, claim: Claim, at: int) -> None:
        try:
            self._allowed(command, rule, actor, claim, at)
        except Refused as refused:
            self._note(self._attempt(command, refused, actor, claim, at))
            raise

    def _actor(self, command: Command, claim: Claim, at: int) -> Actor:
        """Who it is; the first account of a site is added by nobody, as there is nobody yet."""
        if command.NAME == "user add" and not self.books.persons.all():
            return replace(SYSTEM, station=claim.station)
        if (command.NAME == "user enrol") != bool(claim.once):
            raise Refused(
                NOT_IDENTIFIED, ("a one-time secret is good for enrolling, and for nothing else",), claim.user
            )
        return self._gate.admit(claim, at)

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

    def _second(self, rule: Rule, actor: Actor, claim: Claim | None, at: int) -> Actor | None:
        """The second person of a command that needs one."""
        if not rule.second:
            return None
        needs = f"a second person ({' or '.join(rule.second)}) must confirm {rule.command!r}"
        if claim is None or not claim.user:
            raise Refused(REFUSED, (needs,), actor.user)
        other = self._gate.admit(replace(claim, session="", station=actor.station), at)
        if other.user == actor.user:
            raise Refused(REFUSED, (f"{needs}; {actor.user} is the first",), actor.user)
        if overdue := self._unconfirmed(rule.command, other, at):
            raise Refused(REFUSED, tuple(overdue), actor.user)
        if not set(other.roles) & set(rule.second):
            raise Refused(REFUSED, (f"{needs}; {other.user} has: {', '.join(other.roles)}",), actor.user)
        return other

    def _allowed(self, command: Command, rule: Rule, actor: Actor, claim: Claim, at: int) -> None:
        """Raises Refused with every reason there is."""
        because = []
        if rule.reason and not claim.reason.strip():
            because.append("a reason is needed")
        because += self._unconfirmed(command.NAME, actor, at) + self._untrained(rule, actor, at)
        because += [text for apart in self.books.permissions.apart if (text := self._together(apart, command, actor))]
        if rule.signs:
            because += self._unsigned(command, actor, claim, at)
        because += command.refusals(self.books, actor, at) + command.barred(self._safe, actor, at)
        if because:
            raise Refused(REFUSED, tuple(because), actor.user)

    def _unconfirmed(self, command: str, actor: Actor, at: int) -> list[str]:
        """Who was not confirmed in the review of access does nothing but confirm others, so that it can be made up."""
        person = self.books.persons.get(actor.user)
        if person is None or command in _WITHOUT_REVIEW or not person.unconfirmed(at):
            return []
        return [f"the access of {actor.user} was last confirmed on {written(person.confirmed)} (axenic user confirm)"]

    def _untrained(self, rule: Rule, actor: Actor, at: int) -> list[str]:
        person = self.books.persons.get(actor.user)
        if not rule.trained or (person is not None and person.trained_for(rule.trained, at)):
            return []
        return [f"{actor.user} has no training in {rule.trained} that is in date (axenic user train)"]

    def _together(self, apart: Apart, command: Command, actor: Actor) -> str:
        if command.NAME not in apart.then:
            return ""
        lines = self._lines(apart, command)
        return f"{actor.user} took part: {apart.because}" if actor.user in who_did(lines, apart.first) else ""

    def _lines(self, apart: Apart, command: Command) -> list[Line]:
        trail = self.books.trail
        return trail.of_batch(command.batch()) if apart.same == "batch" else trail.of_object(command.about())

    def _unsigned(self, command: Command, actor: Actor, claim: Claim, at: int) -> list[str]:
        """Why this signature cannot be taken."""
        because = []
        person = self.books.persons.get(actor.user)
        if person is None or not person.declared:
            because.append(f"{actor.user} has not declared that their signature binds them (axenic user declare)")
        if person is not None and person.reset and at < person.reset + PROVING:
            because.append(f"{actor.user} was reset less than 24 h ago: no signature until then")
        if not actor.fresh():
            because.append("to sign, give password and code (in a session begun with both: the password)")
        if self.books.clock.suspect:
            because.append("the clock was set: nothing is signed until it is confirmed (axenic clock confirm)")
        digest = self.books.digests.of(command.about())
        if not claim.seen:
            because.append("say which digest was shown to you (--seen): only what was seen can be signed")
        elif claim.seen != digest:
            because.append(f"{command.about()} is not what was shown: its digest is now {digest or 'unknown'}")
        return because

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
        new = {} if actor.user else {"claimed": (refused.user or claim.user)[:80]}
        because = tuple(text[:_LONGEST] for text in refused.because)
        station = actor.station or claim.station[:80]
        who: dict[str, Any] = {"actor": actor.user, "station": station, "zone": actor.zone}
        where: dict[str, Any] = {"object": command.about(), "batch": command.batch(), "new": new}
        return Act(at, command.NAME, **who, **where, reason=claim.reason.strip()[:_LONGEST], refused=because)

    def _locked(self, refused: Refused, at: int) -> list[Act]:
        """That an account was locked is an alarm at once (11.300(d))."""
        failures = self._safe.failures(refused.user)[0] if refused.code == NOT_IDENTIFIED else 0
        return [Act(at, LOCKED, object=person_object(refused.user), new={"failures": failures})] * (failures == TRIES)

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
