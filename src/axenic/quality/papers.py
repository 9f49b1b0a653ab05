"""The papers a batch must have when it leaves otherwise than certified: which, whether they are there, by when."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

from axenic.notation.sheet import Sheet
from axenic.quality.batches import Batch
from axenic.quality.books import Books
from axenic.quality.sheets import shipped_sheet
from axenic.units import Duration


class Paper(Sheet):
    """One paper: what it says, for which state of the batch, and within which time after that (0: before it)."""

    paper: str
    for_: str
    says: str
    within: Duration = 0
    clause: str = ""


class Credentials(Sheet):
    """The checklist of a site."""

    papers: str
    version: int
    source: str
    list: tuple[Paper, ...]


@cache
def shipped_papers() -> Credentials:
    """The checklist shipped with the package; raises ValueError if it cannot be read."""
    return shipped_sheet(Credentials, "papers.yaml")


@dataclass(frozen=True, slots=True)
class Line:
    """One line of a batch's checklist: the entry of the paper (0: it is not there), and when it is due (0: before)."""

    paper: Paper
    seq: int
    due: int

    def overdue(self, at: int) -> bool:
        """Whether its time is over and it is not there."""
        return not self.seq and 0 < self.due < at


def checklist(books: Books, batch: Batch, state: str) -> list[Line]:
    """The papers for a state of a batch; times count from when the batch got there."""
    there = {act.new["paper"]: seq for seq, act in batch.acts if act.command == "release document"}
    start = batch.since if batch.state == state else 0
    return [
        Line(p, there.get(p.paper, 0), start + p.within if p.within and start else 0)
        for p in shipped_papers().list
        if p.for_ == state
    ]
