"""Qualification of equipment, stage by stage: `axenic equipment test`, `equipment qualify`, `discrepancy …`."""

from __future__ import annotations

from dataclasses import dataclass

from axenic.quality.actor import Actor
from axenic.quality.books import Books
from axenic.quality.command import Command, Effect, said
from axenic.quality.equipment import CRITICAL, MINOR
from axenic.quality.register import stage_object


@dataclass(frozen=True)
class _OnStage(Command):
    name: str = said("The piece of equipment.")
    stage: str = said("The stage: DQ, FAT, SAT, IQ, OQ or PQ.")

    def about(self) -> str:
        """The stage."""
        return stage_object(self.name, self.stage)

    def refusals(self, books: Books, by: Actor, at: int) -> list[str]:
        """A known piece, and every stage before approved without an open critical discrepancy."""
        piece = books.equipment.get(self.name)
        return piece.stage_refusals(self.stage) if piece else [f"{self.name} is not in the register of equipment"]


@dataclass(frozen=True)
class TestEquipment(_OnStage):
    """Record a test of a stage as it was done; a test that failed needs a discrepancy before the report."""

    __test__ = False  # no test of ours: pytest looks at the name
    NAME = "equipment test"

    test: str = said("The test, with its protocol and version.", "")
    result: str = said("`pass` or `fail`.", "")

    def refusals(self, books: Books, by: Actor, at: int) -> list[str]:
        """A test and its result."""
        found = super().refusals(books, by, at)
        if not self.test.strip():
            found.append("name the test (--test)")
        return found if self.result in ("pass", "fail") else [*found, "the result is pass or fail (--result)"]

    def effect(self, books: Books, by: Actor, at: int) -> Effect:
        """Done."""
        return Effect(self.about(), new={"test": self.test.strip(), "passed": self.result == "pass"})


@dataclass(frozen=True)
class QualifyEquipment(_OnStage):
    """Approve the report of a stage, as another person than those who tested; signed. PQ makes the piece qualified."""

    NAME = "equipment qualify"

    conditional: str = said("With minor discrepancies open: on which condition it goes on.", "")

    def refusals(self, books: Books, by: Actor, at: int) -> list[str]:
        """Tests done, every failed one with a discrepancy, none critical open (Annex 15 sections 2 and 3)."""
        piece = books.equipment.get(self.name)
        return piece.report_refusals(self.stage, self.conditional) if piece else super().refusals(books, by, at)

    def effect(self, books: Books, by: Actor, at: int) -> Effect:
        """Approved."""
        return Effect(self.about(), new={"approved": True, "conditional": self.conditional.strip()})


@dataclass(frozen=True)
class _OnDiscrepancy(Command):
    discrepancy: str = said("The discrepancy's number.")

    def about(self) -> str:
        """The discrepancy."""
        return f"discrepancy {self.discrepancy}"


@dataclass(frozen=True)
class OpenDiscrepancy(_OnDiscrepancy):
    """Open a discrepancy from a protocol."""

    NAME = "discrepancy open"

    equipment: str = said("The piece.", "")
    stage: str = said("The stage.", "")
    test: str = said("The test.", "")
    severity: str = said("`critical` (the next stage waits) or `minor`.", CRITICAL)
    text: str = said("What was found.", "")

    def refusals(self, books: Books, by: Actor, at: int) -> list[str]:
        """A new number, on a test that was done."""
        found = [f"{self.discrepancy} was opened before"] if books.equipment.with_discrepancy(self.discrepancy) else []
        piece = books.equipment.get(self.equipment)
        stage = piece.stages.get(self.stage) if piece else None
        if stage is None or self.test not in {test.test for test in stage.tests}:
            found.append(f"no test {self.test!r} of {self.stage} was done on {self.equipment}")
        if self.severity not in (CRITICAL, MINOR):
            found.append(f"a discrepancy is {CRITICAL} or {MINOR}")
        return found if self.text.strip() else [*found, "say what was found (--text)"]

    def effect(self, books: Books, by: Actor, at: int) -> Effect:
        """Open."""
        new = {"equipment": self.equipment, "stage": self.stage, "test": self.test, "severity": self.severity}
        return Effect(self.about(), new=new | {"text": self.text.strip()})


@dataclass(frozen=True)
class CloseDiscrepancy(_OnDiscrepancy):
    """Close a discrepancy with its conclusion, as another person than the one who opened it."""

    NAME = "discrepancy close"

    conclusion: str = said("What it was, and why it is settled.", "")

    def refusals(self, books: Books, by: Actor, at: int) -> list[str]:
        """Open, and a conclusion."""
        piece = books.equipment.with_discrepancy(self.discrepancy)
        if piece is None:
            return [f"there is no discrepancy {self.discrepancy!r}"]
        found = [f"{self.discrepancy} is closed"] if piece.discrepancies[self.discrepancy].closed_by else []
        return found if self.conclusion.strip() else [*found, "give the conclusion (--conclusion)"]

    def effect(self, books: Books, by: Actor, at: int) -> Effect:
        """Closed."""
        return Effect(self.about(), old={"open": True}, new={"open": False, "conclusion": self.conclusion.strip()})
