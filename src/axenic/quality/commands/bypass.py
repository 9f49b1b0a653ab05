"""Bypasses of interlocks: `axenic bypass …`."""

from __future__ import annotations

from dataclasses import dataclass

from axenic.asepsis.interlocks import TABLE
from axenic.quality.actor import Actor
from axenic.quality.books import Books
from axenic.quality.bypasses import END, FORCE, PERMIT, bypass_object
from axenic.quality.command import Command, Effect, said

_LONGEST = 240  # minutes that a bypass lasts at most [D: policy]


def _known(interlock: str) -> bool:
    return any(rule.name == interlock for machine in TABLE for rule in machine.rules)


@dataclass(frozen=True)
class _OnBypass(Command):
    interlock: str = said("The interlock by its name in the table (axenic explain interlocks), for example `IB01`.")
    place: str = said("Where: the interface, zone or unit.")

    def about(self) -> str:
        """The interlock at its place."""
        return bypass_object(self.interlock, self.place)

    def refusals(self, books: Books, by: Actor, at: int) -> list[str]:
        """A permit must hold now."""
        held = books.bypasses.permit(self.interlock, self.place, at)
        return [] if held else [f"no permit holds for {self.interlock} at {self.place}"]


@dataclass(frozen=True)
class PermitBypass(_OnBypass):
    """Permit, as two persons, that an interlock is bypassed for a time; it marks every batch in process."""

    NAME = PERMIT

    minutes: int = said("For how many minutes.", 0)

    def refusals(self, books: Books, by: Actor, at: int) -> list[str]:
        """A known interlock, a short time, one permit at once."""
        found = [] if _known(self.interlock) else [f"there is no interlock {self.interlock!r} in the table"]
        if not 0 < self.minutes <= _LONGEST:
            found.append(f"a bypass lasts 1 to {_LONGEST} minutes (--minutes)")
        if books.bypasses.permit(self.interlock, self.place, at):
            found.append("a permit holds already")
        return found if self.place.strip() else [*found, "say where"]

    def effect(self, books: Books, by: Actor, at: int) -> Effect:
        """Permitted until then."""
        return Effect(self.about(), new={"until": at + self.minutes * 60_000, "minutes": self.minutes})


@dataclass(frozen=True)
class ForceBypass(_OnBypass):
    """Record that an interlock is forced, under a permit that holds; without one it is refused."""

    NAME = FORCE

    def effect(self, books: Books, by: Actor, at: int) -> Effect:
        """Forced."""
        return Effect(self.about(), new={"forced": True})


@dataclass(frozen=True)
class EndBypass(_OnBypass):
    """End a permit before its time."""

    NAME = END

    def effect(self, books: Books, by: Actor, at: int) -> Effect:
        """Ended."""
        return Effect(self.about(), old={"permitted": True}, new={"permitted": False})
