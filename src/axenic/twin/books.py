"""The books of cycles as tables: for each page whether it passes, how long it is, and how long its phases are.

Rehearsing a program takes a second or so; what was rehearsed is kept under the digest of program, chamber and sources.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from pathlib import Path

import numpy as np

from axenic.asepsis import judge as judging
from axenic.asepsis.chamber import ChamberParameters
from axenic.asepsis.program import Program
from axenic.asepsis.trace import Trace
from axenic.device import book as booking
from axenic.device import chambers as playing
from axenic.device.book import PAGES, Book
from axenic.notation.document import write
from axenic.twin.kernel.image import Ints
from axenic.twin.kernel.jit import cache_folder

_SOURCES = tuple(Path(str(m.__file__)).parent for m in (judging, playing))


def _source_digest() -> bytes:
    found = hashlib.sha256(str(booking.PAGES).encode())
    for folder in _SOURCES:
        for source in sorted(folder.glob("*.py")):
            found.update(source.read_bytes())
    return found.digest()


def table(program: Program, chamber: ChamberParameters | None) -> Ints:
    """The pages of a program: rows of (passed, milliseconds, milliseconds of each phase)."""
    book = Book(program, chamber)
    rows = np.zeros((PAGES, 2 + len(program.phases)), dtype=np.int64)
    for number in range(PAGES):
        rows[number] = _rehearsed(book, program, number)
    return rows


def _rehearsed(book: Book, program: Program, number: int) -> list[int]:
    page, at = book.open(number), 0
    lengths = [0] * len(program.phases)
    traces: list[Trace] = []
    spans: list[tuple[str, int, int]] = []
    for n, plan in enumerate(program.phases):
        done = page.play(plan.phase, at)
        if done.failed or done.outage is not None:
            end = at + done.lasts if done.failed or done.outage is None else done.outage[1]
            lengths[n] = end - at
            return [0, end, *lengths]
        lengths[n] = done.lasts
        traces.append(done.trace)
        spans.append((plan.phase, at, at + done.lasts))
        at += done.lasts
    verdict = judging.judge(program, program.calibration_at_issue(), Trace.joined(traces), tuple(spans))
    return [int(verdict.result == "pass"), at, *lengths]


def books(
    programs: Mapping[str, Program], chambers: Iterable[ChamberParameters], wanted: Iterable[str]
) -> dict[str, Ints]:
    """The tables of the programs wanted, from the cache where they are there; raises KeyError for an unknown one."""
    by_program = {name: c for c in chambers for name in c.programs}
    sources, found = _source_digest(), {}
    for name in wanted:
        program, chamber = programs[name], by_program.get(name)
        text = write(program) + (write(chamber) if chamber is not None else "")
        key = hashlib.sha256(sources + text.encode()).hexdigest()[:24]
        path = cache_folder() / f"book-{key}.npy"
        found[name] = _kept(path, program, chamber)
    return found


def _kept(path: Path, program: Program, chamber: ChamberParameters | None) -> Ints:
    shape = (PAGES, 2 + len(program.phases))
    try:
        rows: Ints = np.load(path, allow_pickle=False)
        if rows.shape == shape and rows.dtype == np.int64:
            return rows
    except (OSError, ValueError):
        pass  # not there, or not whole: it is made again
    rows = table(program, chamber)
    try:
        scratch = path.with_suffix(f".{hash(path) & 0xFFFF}.tmp.npy")
        np.save(scratch, rows)
        scratch.replace(path)
    except OSError:
        pass  # a cache that cannot be written costs time, nothing else
    return rows


def programs_of(interfaces: Iterable[object]) -> list[str]:
    """The names of the programs that a plant's interfaces run."""
    names: dict[str, None] = {}
    for i in interfaces:
        for name in (getattr(i, "program", ""), *getattr(i, "tests", ())):
            if name:
                names[name] = None
    return list(names)
