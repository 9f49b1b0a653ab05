"""Two carriers that are held against the bond of a batch: what was scanned, what was typed, what it comes to.

What can be told is a match or a mismatch. What cannot be told (unreadable, one code twice, no pseudonym) is refused and
moves nothing. Nothing that was read is repeated on record unless it is a code of ours: a wristband may show a name.
"""

from __future__ import annotations

from dataclasses import dataclass
from hashlib import sha256

from axenic.identity.code import Coi
from axenic.identity.din import Din
from axenic.identity.match import Bond, Match, Mismatch, contradicts, match
from axenic.identity.scan import How, Scan, Unread, identifier_of, read
from axenic.identity.unreadable import FORM
from axenic.notation.finding import Finding
from axenic.quality.bonds import Bonds, Value

CONTAINER, OTHER = "container", "other"
ROLES = (CONTAINER, OTHER)


@dataclass(frozen=True, slots=True)
class Pair:
    """The container's carrier and the patient's, kit's or label's; `typed`: which of them, or "" for neither."""

    container: Scan | Unread
    other: Scan | Unread
    typed: str = ""

    @classmethod
    def of(cls, container: str, other: str, typed: str) -> Pair:
        """From two texts as scanner or keyboard gave them."""
        return cls(_read(container, typed == CONTAINER), _read(other, typed == OTHER), typed)

    def refusals(self, bond: Bond) -> list[str]:
        """Why it cannot be told whether they belong together; empty if it can."""
        if self.foreign(bond):
            return []
        unread = [text for role, carrier in self._carriers() for text in _unread(role, carrier)]
        if unread:
            return unread
        verdict = self.verdict(bond)
        return list(verdict.reasons) if isinstance(verdict, Mismatch) else []

    def verdict(self, bond: Bond) -> Match | Mismatch:
        """Match or mismatch; that a second person looked on while a code was typed is the bus's to hold."""
        return match(self.container, self.other, bond, "second person" if self.typed else "")

    def foreign(self, bond: Bond) -> list[tuple[str, Scan]]:
        """The carriers that were read and belong to another."""
        return [(r, c) for r, c in self._carriers() if isinstance(c, Scan) and contradicts(c, bond)]

    def owners(self, bond: Bond, bonds: Bonds) -> list[str]:
        """The other batches that the foreign carriers belong to."""
        return list(dict.fromkeys(b for _, scan in self.foreign(bond) for b in bonds.whose(scan.value)))

    def reasons(self, bond: Bond, bonds: Bonds) -> list[str]:
        """What is wrong with the foreign carriers, as it may go on record."""
        return [
            f"{role}: {_named(scan.value)} is of {', '.join(bonds.whose(scan.value)) or 'no batch here'}"
            for role, scan in self.foreign(bond)
        ]

    def _carriers(self) -> list[tuple[str, Scan | Unread]]:
        return [(CONTAINER, self.container), (OTHER, self.other)]


def _read(text: str, typed: bool) -> Scan | Unread:
    how: How = "typed" if typed else "scanned"
    if not typed and not identifier_of(text):
        hint = "switch symbology identifiers on at the scanner, or say which code was typed (--typed)"
        return Unread((Finding(FORM, "no scanner said what it read", hint),), how)
    return read(text.encode("utf-8", "surrogatepass"), how)


def _unread(role: str, carrier: Scan | Unread) -> list[str]:
    if isinstance(carrier, Scan):
        return []
    return [f"the code of the {role} cannot be taken ({f.code}): {f.hint}" for f in carrier.findings]


def _named(value: Value) -> str:
    if isinstance(value, Coi):
        return f"COI {value}"
    if isinstance(value, Din):
        return f"DIN {value.number}"
    return f"a code (SHA-256 {sha256(str(value).encode()).hexdigest()[:16]})"
