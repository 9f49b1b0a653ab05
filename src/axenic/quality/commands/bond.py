"""Binding a batch to its patient: `axenic identity bind`. A bond is made once, at receipt."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from axenic.identity.code import Coi, parse_coi
from axenic.identity.din import Din, parse_symbol, parse_typed
from axenic.identity.gs1 import check_digit
from axenic.identity.unreadable import Unreadable
from axenic.quality.actor import Actor
from axenic.quality.bonds import BIND
from axenic.quality.books import Books
from axenic.quality.command import Command, Effect, said
from axenic.quality.deviations import CLOSED
from axenic.quality.digests import batch_object

_LOT = re.compile(r"[!-~]{1,20}")
_GTIN = re.compile(r"[0-9]{14}")


@dataclass(frozen=True)
class BindIdentity(Command):
    """Bind a batch to its pseudonym, donations, lot, product and containers; seen by a second person."""

    NAME = BIND

    of_batch: str = said("The batch.")
    coi: str = said("The chain-of-identity code, never a name.", "")
    din: tuple[str, ...] = said("Each donation, as scanned or with its check character.", ())
    lot: str = said("The lot that stands on the containers; the batch's name if none is given.", "")
    gtin: str = said("The product's GTIN, as soon as it is labelled.", "")
    serial: tuple[str, ...] = said("The serial number of each container of the dose.", ())
    deviation: str = said("To bind anew: the closed deviation that says why.", "")

    def about(self) -> str:
        """The batch as an object."""
        return batch_object(self.of_batch)

    def batch(self) -> str:
        """The batch."""
        return self.of_batch

    def case(self, books: Books) -> str:
        """A second bond of the same batch."""
        return "again" if books.bonds.get(self.of_batch) else ""

    def refusals(self, books: Books, by: Actor, at: int) -> list[str]:
        """An ordered batch that is not bound yet, its own patient, codes whose checks hold and that are of no other."""
        ordered = books.bonds.ordered(self.of_batch)
        if not ordered:
            return [f"there is no ordered batch {self.of_batch!r}"]
        found = [*_misread(self), *self._misformed(), *self._again(books)]
        return found or [*self._other_patient(books, ordered), *self._taken(books)]

    def effect(self, books: Books, by: Actor, at: int) -> Effect:
        """Bound; what was bound before stays to be seen."""
        former = books.bonds.get(self.of_batch)
        old = _written(former.coi, former.dins, former.lot, former.gtin, former.serials) if former else {}
        new = _written(parse_coi(self.coi), self._dins(), self._lot(), self.gtin, self.serial)
        return Effect(self.about(), self.of_batch, old, new | {"deviation": self.deviation})

    def _lot(self) -> str:
        return self.lot or self.of_batch

    def _dins(self) -> list[Din]:
        return [_donation(text) for text in self.din]

    def _misformed(self) -> Iterator[str]:
        if not self.din:
            yield "name at least one donation (--din)"
        if not _LOT.fullmatch(self._lot()):
            yield "a lot has 1 to 20 printable characters (--lot)"
        if self.gtin and (not _GTIN.fullmatch(self.gtin) or int(self.gtin[-1]) != check_digit(self.gtin[:-1])):
            yield "the GTIN is not fourteen digits with a check digit that holds (--gtin)"
        if self.serial and not self.gtin:
            yield "a serial number is one of a product: give its GTIN (--gtin)"
        if len(set(self.serial)) < len(self.serial) or not all(map(_LOT.fullmatch, self.serial)):
            yield "serial numbers have 1 to 20 printable characters, each once (--serial)"

    def _again(self, books: Books) -> Iterator[str]:
        if not books.bonds.get(self.of_batch):
            return
        found = books.deviations.get(self.deviation)
        if found is None:
            yield f"{self.of_batch} is bound already; it is bound anew only by a deviation (--deviation)"
        elif found.state != CLOSED or not found.concerns(self.of_batch):
            yield f"{self.deviation} is not a closed deviation of {self.of_batch}"
        elif books.bonds.used(self.deviation):
            yield f"{self.deviation} was the ground of another bond already"

    def _other_patient(self, books: Books, ordered: str) -> Iterator[str]:
        if str(parse_coi(self.coi)) != ordered:
            yield f"{self.of_batch} was ordered for another patient than this code's"
        named = books.bonds.donation(self.of_batch)
        if named and named not in {din.number for din in self._dins()}:
            yield f"the order of {self.of_batch} names the donation {named}: is it another patient's bag?"

    def _taken(self, books: Books) -> Iterator[str]:
        coi, bonds = parse_coi(self.coi), books.bonds
        for din in self._dins():
            for other in bonds.of(("DIN", din.number)):
                if (bond := bonds.get(other)) and bond.coi != coi:
                    yield f"DIN {din.number} belongs to another patient ({other})"
        for key in (("lot", self._lot()), *(("serial", self.gtin, serial) for serial in self.serial)):
            yield from (f"{key[0]} {key[-1]} is of {other}" for other in bonds.of(key) if other != self.of_batch)


def _misread(command: BindIdentity) -> Iterator[str]:
    """Codes that cannot be taken; what stands in their place may be a name, so it is not repeated."""
    for option, text in (("--coi", command.coi), *(("--din", din) for din in command.din)):
        try:
            parse_coi(text) if option == "--coi" else _donation(text)
        except Unreadable as error:
            yield from (f"{option} holds no such code ({f.code}): {f.hint}" for f in error.findings)


def _donation(text: str) -> Din:
    scanned = text.removeprefix("]C0")
    return parse_symbol(scanned) if scanned.startswith("=") else parse_typed(text)


def _written(coi: Coi, dins: Any, lot: str, gtin: str, serials: Any) -> dict[str, Any]:
    numbers = sorted(din.number for din in dins)
    return {"coi": str(coi), "dins": numbers, "lot": lot, "gtin": gtin, "serials": sorted(serials)}
