"""The book of a chamber's cycles: so many rehearsals of each program, from which every simulated cycle is one.

A rehearsal is a whole run of the chamber's physics with its own draws. Which one a cycle is, is drawn for that cycle;
so the devices can play it sample by sample, and the kernel can take its length and verdict from a table.
"""

from __future__ import annotations

from axenic.asepsis.chamber import ChamberParameters
from axenic.asepsis.program import Program
from axenic.device.chambers import Load, Recorded, enter, run_phase, wiped
from axenic.device.draw import Draw
from axenic.recipe.recipe import Barrier

PAGES = 256  # rehearsals of a program; a share of faults is met to 1/256
_SEED = 0


def page_of(u: float) -> int:
    """The page that a draw in (0, 1) opens."""
    return int(u * PAGES)


class Book:
    """The rehearsals of one program; `chamber` is None for a program done by hand."""

    def __init__(self, program: Program, chamber: ChamberParameters | None) -> None:
        self.program = program
        self._chamber = chamber
        self._draw = Draw(_SEED, program.program)

    def open(self, page: int) -> Page:
        """One rehearsal, to be played from its first phase."""
        if self.program.kind is Barrier.SPORICIDE or self._chamber is None:
            return Page(self.program, page, self._draw, None)
        run = f"page {page}"
        return Page(self.program, page, self._draw, enter(self.program, self._chamber, run, self._draw))


class Page:
    """One rehearsal while it is played."""

    def __init__(self, program: Program, page: int, draw: Draw, load: Load | None) -> None:
        self._program, self._page, self._draw, self._load = program, page, draw, load

    def play(self, phase: str, at: int) -> Recorded:
        """The next phase from a time on, with the same record for the same page but for its time."""
        if self._load is not None:
            return run_phase(self._load, phase, at)
        plan = next(p for p in self._program.phases if p.phase == phase)
        share = 0.97 + 0.08 * self._draw.uniform(phase, "by hand", self._page)  # a person's pace [D]
        return wiped(self._program, phase, round(plan.lasts * share / 1000) * 1000, at)
