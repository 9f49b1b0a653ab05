"""Signing an object as it was shown: `axenic sign put`."""

from __future__ import annotations

from dataclasses import dataclass

from axenic.quality.actor import Actor
from axenic.quality.books import Books
from axenic.quality.command import Command, Effect, said
from axenic.quality.signature import signatures


@dataclass(frozen=True)
class PutSignature(Command):
    """Sign an object with a meaning; give --seen with the digest that `sign show` printed, password and code."""

    NAME = "sign put"

    object: str = said("What is signed, for example `batch AX-0001`.")
    meaning: str = said("What the signature means: performed, verified, authored, reviewed, approved.", "")

    def about(self) -> str:
        """The object."""
        return self.object

    def batch(self) -> str:
        """The batch, if one is signed or belongs to what is signed."""
        kind, _, name = self.object.partition(" ")
        return name if kind == "batch" else ""

    def means(self) -> str:
        """As chosen."""
        return self.meaning

    def refusals(self, books: Books, by: Actor, at: int) -> list[str]:
        """A meaning that is known, by a role that may say it, not by who said the other one (attack 19)."""
        known = {m.meaning: m for m in books.permissions.meanings}
        chosen = known.get(self.meaning)
        if chosen is None:  # what was given is not repeated: rules read refusals, and anybody may try to sign
            return [f"a signature means one of {', '.join(known)} (--meaning)"]
        found = []
        if not set(by.roles) & set(chosen.roles):
            found.append(f"{self.meaning!r} needs the role {' or '.join(chosen.roles)}")
        for signature in signatures(books, books.trail.of_object(self.object)):
            other = signature.manifest["meaning"]
            if signature.manifest["user"] == by.user and other in chosen.apart:
                found.append(f"{by.user} signed {other!r} (entry {signature.seq}): another person signs this")
        return found

    def effect(self, books: Books, by: Actor, at: int) -> Effect:
        """A signature more; the object stays as it is."""
        lines = books.trail.of_object(self.object)
        batch = self.batch() or next((line.act.batch for line in reversed(lines) if line.act.batch), "")
        return Effect(self.object, batch, new={"meaning": self.meaning})
