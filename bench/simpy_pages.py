"""The book of cycles as SimPy's peer takes it: for each page the length of every phase and the verdict, made once.

A user of SimPy would take such a table from the runs of the real chambers; here it comes from the same rehearsals
that the simulated chambers play. It is made once for each program and kept, and is no part of a measured run.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from axenic.asepsis.chamber import ChamberParameters
from axenic.asepsis.judge import judge
from axenic.asepsis.program import Program
from axenic.asepsis.trace import Trace
from axenic.device.book import PAGES, Book, Page
from axenic.recipe.recipe import Barrier


@dataclass(frozen=True, slots=True)
class Cycle:
    """One page: milliseconds of its phases and of all of them, and whether it was passed."""

    phases: tuple[int, ...]
    lasts: int
    passed: bool


@dataclass(frozen=True, slots=True)
class Cycles:
    """The pages of one program; `by_hand`: a person does each phase; `proof`: how long a pass is good for."""

    program: str
    pages: tuple[Cycle, ...]
    by_hand: bool
    proof: int
    log_reduction: float


_KEPT: dict[tuple[str, ...], Cycles] = {}


def cycles_of(programs: Mapping[str, Program], chambers: Iterable[ChamberParameters]) -> dict[str, Cycles]:
    """The pages of every program."""
    by_program = {name: chamber for chamber in chambers for name in chamber.programs}
    return {name: _kept(program, by_program.get(name)) for name, program in programs.items()}


def _kept(program: Program, chamber: ChamberParameters | None) -> Cycles:
    key = (program.model_dump_json(), chamber.model_dump_json() if chamber else "")
    if key not in _KEPT:
        book = Book(program, chamber)
        pages = tuple(_cycle(program, book.open(page)) for page in range(PAGES))
        by_hand = program.kind is Barrier.SPORICIDE
        _KEPT[key] = Cycles(program.program, pages, by_hand, program.proves.lasts, program.proves.log_reduction)
    return _KEPT[key]


def _cycle(program: Program, page: Page) -> Cycle:
    at, spans, traces, sound = 0, [], [], True
    for phase in program.phases:
        done = page.play(phase.phase, at)
        sound = not done.failed and done.outage is None
        end = done.outage[1] if done.outage is not None and not done.failed else at + done.lasts
        spans.append((phase.phase, at, end))
        at = end
        if not sound:
            break
        traces.append(done.trace)
    lengths = tuple(end - begin for _, begin, end in spans)
    if not sound:
        return Cycle(lengths, at, False)
    verdict = judge(program, program.calibration_at_issue(), Trace.joined(traces), spans)
    return Cycle(lengths, at, verdict.result == "pass")
