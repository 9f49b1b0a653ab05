"""What speaks against a command: every reason there is in its rule, its person, its signature and its own books."""

from __future__ import annotations

from dataclasses import dataclass

from axenic.quality.actor import Actor, Claim
from axenic.quality.books import Books
from axenic.quality.command import Command
from axenic.quality.day import written
from axenic.quality.permissions import Apart, Rule
from axenic.quality.safe import Safe
from axenic.quality.trail import Line, who_did

PROVING = 24 * 3_600_000  # milliseconds after a reset in which nobody signs: time to notice a stolen account [D]
_WITHOUT_REVIEW = ("user confirm", "user login", "user logout")


@dataclass(slots=True)
class Objections:
    """Looks for reasons in books and safe; it changes nothing."""

    books: Books
    safe: Safe

    def against(self, command: Command, rule: Rule, actor: Actor, claim: Claim, at: int) -> list[str]:
        """Every reason against a command; empty if it may be carried out."""
        because = []
        if rule.reason and not claim.reason.strip():
            because.append("a reason is needed")
        because += self.unconfirmed(command.NAME, actor, at) + self.untrained(rule, actor, at)
        because += [text for apart in self.books.permissions.apart if (text := self._together(apart, command, actor))]
        if rule.signs:
            because += self._unsigned(command, actor, claim, at)
        return because + command.refusals(self.books, actor, at) + command.barred(self.safe, actor, at)

    def unconfirmed(self, command: str, actor: Actor, at: int) -> list[str]:
        """Who was not confirmed in the review of access does nothing but confirm others, so that it can be made up."""
        person = self.books.persons.get(actor.user)
        if person is None or command in _WITHOUT_REVIEW or not person.unconfirmed(at):
            return []
        return [f"the access of {actor.user} was last confirmed on {written(person.confirmed)} (axenic user confirm)"]

    def just_reset(self, actor: Actor, at: int) -> list[str]:
        """Who was reset neither signs nor confirms for a day, so that a stolen account is noticed before it counts."""
        person = self.books.persons.get(actor.user)
        if person is None or not person.reset or at >= person.reset + PROVING:
            return []
        return [f"{actor.user} was reset less than 24 h ago: no signature until then"]

    def untrained(self, rule: Rule, actor: Actor, at: int) -> list[str]:
        """Who does it or confirms it is trained in its procedure, and the training is in date (11.10(i))."""
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
        because += self.just_reset(actor, at)
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
