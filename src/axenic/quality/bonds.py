"""The bonds: which pseudonym, donations, lot and containers belong to which batch by the record.

A bond is made once, at receipt. It is made anew only on a deviation that quality has closed; the former one stays in
the trail. Whose a carrier is, is looked up over all bonds and all orders.
"""

from __future__ import annotations

from collections.abc import Iterator

from axenic.control.facts import BatchOrdered
from axenic.identity.code import Coi, parse_coi
from axenic.identity.din import Din
from axenic.identity.gs1 import COI, GTIN, LOT, SERIAL, Elements
from axenic.identity.match import Bond
from axenic.identity.sec import Sec
from axenic.identity.unreadable import Unreadable
from axenic.quality.requests import FACT
from axenic.record.entry import Act, Entry

BIND = "identity bind"
Value = Din | Elements | Coi | Sec
Key = tuple[str, ...]


class Bonds:
    """Every bond, and whose a code is."""

    def __init__(self, always: bool = False) -> None:
        """always: nothing leaves without a bond, though the site has none yet (not in a simulated journal)."""
        self._always = always
        self._bonds: dict[str, Bond] = {}
        self._entries: dict[str, int] = {}
        self._ordered: dict[str, str] = {}  # batch -> patient's code, from the order
        self._donations: dict[str, str] = {}
        self._batches: dict[Key, dict[str, None]] = {}
        self._used: set[str] = set()

    def get(self, batch: str) -> Bond | None:
        """The bond of a batch."""
        return self._bonds.get(batch)

    def all(self) -> list[tuple[str, Bond]]:
        """Every batch that is bound, with its bond."""
        return list(self._bonds.items())

    def entry(self, batch: str) -> int:
        """The entry at which a batch was bound; 0 if it is not."""
        return self._entries.get(batch, 0)

    def ordered(self, batch: str) -> str:
        """For which code a batch was ordered; "" if it was not."""
        return self._ordered.get(batch, "")

    def donation(self, batch: str) -> str:
        """The donation that the order of a batch named; "" if it named none."""
        return self._donations.get(batch, "")

    def used(self, deviation: str) -> bool:
        """Whether a deviation was the ground of a new bond already: it is good for one."""
        return deviation in self._used

    def whose(self, value: Value) -> list[str]:
        """The batches that anything on a carrier belongs to."""
        return self.of(*keys_of(value))

    def of(self, *keys: Key) -> list[str]:
        """The batches under some keys, each once."""
        return list(dict.fromkeys(batch for key in keys for batch in self._batches.get(key, ())))

    def blockers(self, batch: str) -> list[str]:
        """Where a site binds its batches, and on every real one, a batch that is not bound must not leave."""
        missing = not self.unasked() and batch not in self._bonds
        return [f"{batch} is not bound to its patient (axenic identity bind)"] if missing else []

    def unasked(self) -> list[str]:
        """Which guards do not stand: in a simulated journal that binds no batch to its patient."""
        return [] if self._always or self._bonds else ["bound to its patient", "matched at every hand-over"]

    def take(self, entry: Entry) -> None:
        """Fold an order or a bond."""
        match entry.thing:
            case BatchOrdered(batch=batch, patient=patient):
                self._order(batch, patient)
            case Act(command="identity bind", refused=()) as act:
                self._bind(entry.seq, act)
            case Act(refused=()) as act if act.new.get(FACT, {}).get("type") == "BatchOrdered":
                self._order(act.batch, act.new[FACT]["data"]["patient"], act.new.get("din", ""))
            case _:
                pass

    def _order(self, batch: str, patient: str, donation: str = "") -> None:
        code = _written(patient)
        self._ordered.setdefault(batch, code)
        self._donations.setdefault(batch, donation)
        self._batches.setdefault(("COI", code), {})[batch] = None

    def _bind(self, seq: int, act: Act) -> None:
        former = self._bonds.get(act.batch)
        for key in keys_of_bond(former) if former else ():
            self._batches[key].pop(act.batch, None)
        bond = self._bonds[act.batch] = bond_from(act.new)
        self._entries[act.batch] = seq
        self._used.add(act.new.get("deviation", ""))
        for key in keys_of_bond(bond):
            self._batches.setdefault(key, {})[act.batch] = None


def _written(patient: str) -> str:
    """A patient's code as it is written, however it was typed; older pseudonyms stay as they are."""
    try:
        return str(parse_coi(patient))
    except Unreadable:
        return patient


def bond_from(said: object) -> Bond:
    """A bond as it stands on record."""
    new = dict(said)  # type: ignore[call-overload]
    dins = frozenset(map(Din, new["dins"]))
    return Bond(parse_coi(new["coi"]), dins, new["lot"], new["gtin"], frozenset(new["serials"]))


def keys_of_bond(bond: Bond) -> Iterator[Key]:
    """Everything by which a bond is found."""
    yield "COI", str(bond.coi)
    yield from (("DIN", din.number) for din in bond.dins)
    yield from (("serial", bond.gtin, serial) for serial in bond.serials)
    if bond.lot:
        yield "lot", bond.lot


def keys_of(value: Value) -> list[Key]:
    """Everything by which a carrier is found."""
    if isinstance(value, Coi):
        return [("COI", str(value))]
    if isinstance(value, Din):
        return [("DIN", value.number)]
    if isinstance(value, Sec):
        return [("DIN", value.donation)]
    found: list[Key] = [("lot", value.get(LOT)), ("serial", value.get(GTIN), value.get(SERIAL))]
    try:
        return [*found, ("COI", str(parse_coi(value.get(COI))))]
    except Unreadable:
        return found
