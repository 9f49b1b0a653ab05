"""Equipment: `axenic equipment …`. No command sets a state or a due date: both are computed from what was done."""

from __future__ import annotations

from dataclasses import dataclass

from axenic.quality.actor import Actor
from axenic.quality.books import Books
from axenic.quality.command import Command, Effect, said
from axenic.quality.day import day
from axenic.quality.equipment import DAY, OUT, PRODUCTION, WITHIN, Equipment
from axenic.quality.fingerprint import fingerprint, unreadable
from axenic.quality.register import equipment_object
from axenic.quality.uses import USE

_LONGEST = 3_650  # days between two calibrations or qualifications


@dataclass(frozen=True)
class _OnEquipment(Command):
    name: str = said("The piece, by the name that units and robots have in the plant.")

    def about(self) -> str:
        """The piece."""
        return equipment_object(self.name)

    def _piece(self, books: Books) -> Equipment:
        return books.equipment.get(self.name)  # type: ignore[return-value]

    def refusals(self, books: Books, by: Actor, at: int) -> list[str]:
        """It must be in the register."""
        return [] if books.equipment.get(self.name) else [f"{self.name} is not in the register of equipment"]


def _terms(calibrate: int, requalify: int) -> list[str]:
    fine = 0 <= calibrate <= _LONGEST and 0 <= requalify <= _LONGEST
    return [] if fine else [f"terms are whole days from 0 (never) to {_LONGEST}"]


@dataclass(frozen=True)
class AddEquipment(_OnEquipment):
    """Add a piece of equipment with the terms of its calibration and qualification; it begins as new."""

    NAME = "equipment add"

    kind: str = said("What it is, for example `incubator`.", "")
    serial: str = said("Its serial number.", "")
    calibrate: int = said("Days from one calibration to the next; 0 if there is nothing to calibrate.", 365)
    requalify: int = said("Days from one qualification to the next; 0 if none is planned.", 0)

    def refusals(self, books: Books, by: Actor, at: int) -> list[str]:
        """A new name and a serial number that nothing else has."""
        found = [f"{self.name} is in the register already"] if books.equipment.get(self.name) else []
        if not self.name.strip() or "/" in self.name or not self.serial.strip() or not self.kind.strip():
            found.append("a piece has a name without a slash, a kind and a serial number")
        if any(piece.serial == self.serial.strip() for piece in books.equipment.all()):
            found.append(f"the serial number {self.serial} is in the register already")
        return found + _terms(self.calibrate, self.requalify)

    def effect(self, books: Books, by: Actor, at: int) -> Effect:
        """New."""
        new = {"kind": self.kind.strip(), "serial": self.serial.strip()}
        return Effect(self.about(), new=new | {"calibrate": self.calibrate, "requalify": self.requalify})


@dataclass(frozen=True)
class SetTerm(_OnEquipment):
    """Change the terms of calibration and qualification under an approved change."""

    NAME = "equipment term"

    calibrate: int = said("Days from one calibration to the next.", 365)
    requalify: int = said("Days from one qualification to the next.", 0)
    change: str = said("The approved change.", "")

    def refusals(self, books: Books, by: Actor, at: int) -> list[str]:
        """An approved change of this piece."""
        found = super().refusals(books, by, at) + _terms(self.calibrate, self.requalify)
        return found + books.changes.refusals(self.change, self.about())

    def effect(self, books: Books, by: Actor, at: int) -> Effect:
        """Other terms from now on; due dates follow."""
        piece = self._piece(books)
        old = {"calibrate": piece.calibrate, "requalify": piece.requalify}
        new = {"calibrate": self.calibrate, "requalify": self.requalify, "change": self.change}
        return Effect(self.about(), old=old, new=new)


@dataclass(frozen=True)
class Certify(_OnEquipment):
    """Record a calibration certificate; the due date follows from its day. It is never edited: the next replaces it."""

    NAME = "equipment certify"

    number: str = said("The certificate's number.", "")
    file: str = said("The file of the certificate.", "")
    issued: str = said("The day of the calibration, as 2027-11-28.", "")
    points: tuple[str, ...] = said("What was measured, each as `reference=reading`.", ())
    found: str = said("As found: `within` tolerance or `out`.", WITHIN)
    left: str = said("As left: `within` tolerance or `out`.", WITHIN)

    def refusals(self, books: Books, by: Actor, at: int) -> list[str]:
        """A new number, a file, a day that has come and is not before the last, points."""
        found = super().refusals(books, by, at) + unreadable(self.file)
        if not self.number.strip() or books.equipment.certificate_known(self.number.strip()):
            found.append(f"certificate {self.number!r} is on record already, or has no number; none is ever edited")
        issued, piece = day(self.issued), books.equipment.get(self.name)
        if not issued or issued > at:
            found.append(f"{self.issued!r} is no day that has come; write it as 2027-11-28")
        if piece and piece.certificates and issued < piece.certificates[-1].issued:
            found.append("a later certificate is on record")
        if not self.points or not all("=" in point for point in self.points):
            found.append("give the points as reference=reading (--points)")
        return found if {self.found, self.left} <= {WITHIN, OUT} else [*found, f"found and left are {WITHIN} or {OUT}"]

    def effect(self, books: Books, by: Actor, at: int) -> Effect:
        """The certificate, when the next one is due, and the batches in doubt if it was found out of tolerance."""
        piece, issued = self._piece(books), day(self.issued)
        new = {
            "number": self.number.strip(),
            "issued": issued,
            "points": list(self.points),
            "found": self.found,
            "left": self.left,
            "due": issued + piece.calibrate * DAY,
            "batches": books.equipment.in_doubt(self.name, at) if self.found == OUT else [],
        }
        return Effect(self.about(), old={"due": piece.calibrated_until()}, new=new | fingerprint(self.file).to_data())


@dataclass(frozen=True)
class UseEquipment(_OnEquipment):
    """Record that a piece is used at a step of a batch; refused if it may not be used now."""

    NAME = USE

    of_batch: str = said("The batch.", "")
    step: str = said("The step.", "")

    def batch(self) -> str:
        """The batch."""
        return self.of_batch

    def refusals(self, books: Books, by: Actor, at: int) -> list[str]:
        """Qualified, calibrated, not blocked; at a step that has begun (21 CFR 211.68)."""
        found = books.equipment.may_use(self.name, PRODUCTION, at)
        if books.steps.get(self.of_batch, self.step) is None:
            found.append(f"the step {self.step!r} of {self.of_batch} has not begun")
        return found

    def effect(self, books: Books, by: Actor, at: int) -> Effect:
        """Used, in the state it is in."""
        state = list(self._piece(books).state(at))
        return Effect(self.about(), self.of_batch, new={"equipment": self.name, "step": self.step, "state": state})


@dataclass(frozen=True)
class BlockEquipment(_OnEquipment):
    """Block a piece: it may not be used until somebody else lifts it."""

    NAME = "equipment block"

    why: str = said("What is wrong with it.", "")

    def refusals(self, books: Books, by: Actor, at: int) -> list[str]:
        """Something must be wrong."""
        found = super().refusals(books, by, at)
        return found if self.why.strip() else [*found, "say what is wrong with it (--why)"]

    def effect(self, books: Books, by: Actor, at: int) -> Effect:
        """Blocked."""
        return Effect(self.about(), old={"blocked": self._piece(books).blocked}, new={"blocked": self.why.strip()})


@dataclass(frozen=True)
class UnblockEquipment(_OnEquipment):
    """Lift the block of a piece; its state is computed anew."""

    NAME = "equipment unblock"

    def refusals(self, books: Books, by: Actor, at: int) -> list[str]:
        """It must be blocked."""
        found = super().refusals(books, by, at)
        return found if found or self._piece(books).blocked else [f"{self.name} is not blocked"]

    def effect(self, books: Books, by: Actor, at: int) -> Effect:
        """Not blocked."""
        return Effect(self.about(), old={"blocked": self._piece(books).blocked}, new={"blocked": ""})
