"""The way back in when the safe is lost: two persons at the machine of the journal let one security admin enrol anew.

No account can be proven then, so it is an act of the site, under the key of its journal. It brings no password back and
touches no signature: every account must be reset and enrolled, and nobody signs for a day. It is a newer act on every
account than any row of the safe is of, so no earlier row opens anything afterwards. Where the keys of the stations were
lost, too, it enrols the one at which the admin comes in again.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from axenic.quality.books import Books
from axenic.quality.commands.station import unfit_station
from axenic.quality.persons import PERSONAL, RECOVER, person_object
from axenic.quality.safe import Safe
from axenic.quality.wording import fit
from axenic.record.entry import Act

ADMIN = "security admin"


@dataclass(frozen=True, slots=True)
class Recovery:
    """Who is to come in again, who recovers (named, not proven), how the identity was verified, and why.

    station, key: the station to enrol with it and its public key; "" where the stations still have theirs.
    """

    user: str
    persons: tuple[str, str]
    proof: str
    reason: str
    station: str = ""
    key: str = ""

    def refusals(self, books: Books, safe: Safe) -> list[str]:
        """Every reason why not: above all that somebody can still prove who they are, and resets the others."""
        said = (*self.persons, self.proof, self.reason)
        found = [] if all(fit(text).strip() for text in said) else ["say who (--by, --and), --proof and --reason"]
        if len({text.strip().casefold() for text in self.persons}) < 2:
            found.append("two persons recover (--by, --and)")
        person = books.persons.get(self.user)
        if person is None or person.disabled or person.kind != PERSONAL or ADMIN not in person.roles:
            found.append(f"{fit(self.user)[:80]!r} is no {ADMIN} whose account can be used")
        if self.station:
            found += unfit_station(books, self.station, self.key)
        admins = [p for p in books.persons.all() if p.active() and ADMIN in p.roles]
        able = [p.user for p in admins if safe.made(p.user) == p.secrets]
        return found + [f"{user} can still prove who they are: they reset others (axenic user reset)" for user in able]

    def act(self, at: int, refused: tuple[str, ...] = ()) -> Act:
        """What goes on record."""
        by, other = (fit(text).strip()[:80] for text in self.persons)
        new: dict[str, Any] = {"by": by, "and": other, "proof": fit(self.proof).strip()[:2_000], "enrolled": False}
        if self.station:
            new |= {"station": fit(self.station)[:80], "key": self.key}
        about, why = person_object(fit(self.user)[:80]), fit(self.reason).strip()[:2_000]
        return Act(at, RECOVER, object=about, new=new, reason=why, refused=refused)
