"""One trial on both: the core with simulated devices, and the kernel; and the first line where they differ."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from functools import cache

import numpy as np

from axenic.twin.books import books, programs_of
from axenic.twin.kernel import places as at
from axenic.twin.kernel.image import Builder
from axenic.twin.kernel.model import Model, orders_of
from axenic.twin.tally import Tally
from tests.laws.random_plant import Trial, shipped_programs
from tests.laws.witness import CHAMBERS, PASSAGES, RISKS, Line, Row, Witness

TIMES = ("ordered", "due", "begun", "filled", "tested", "disposed", "closed")
FIELDS = (*TIMES, "outcome", "cause", "passages", "handled")
WORKS = ("phase", "test", "review", "cycle", "changeover", "move")
LINES = 100_000


@cache
def pages(name: str):
    """The book of a shipped program; how long a proof lasts changes no rehearsal."""
    return books(shipped_programs(), CHAMBERS, (name,))[name]


def model_of(trial: Trial) -> Model:
    tables = {name: pages(name) for name in programs_of(trial.plant.interfaces)}
    built = Builder(trial.recipe, trial.plant, trial.programs, RISKS, trial.assumptions, tables, trial.remakes)
    return Model(built.image())


def first_difference(trial: Trial, most: int = 3_000) -> str:
    """The first line where core and kernel differ; empty if they are the same. Raises Endless after `most` facts."""
    witness = Witness(trial, most).watch()
    model = model_of(trial)
    names = [o.batch for o in trial.orders]
    orders = orders_of(np.array([o.at for o in trial.orders]), np.array([o.due for o in trial.orders]), names)
    tally, log = model.run(orders, trial.seed, LINES)
    kernel_rows = rows_of(tally, names, trial.orders[0].at)
    asked = (_lines(witness.lines, lines_of(model, log, names)), _rows(witness.rows, kernel_rows))
    return next((said for said in asked if said), "") or _totals(witness.totals, totals_of(tally))


def rows_of(tally: Tally, names: list[str], begin: int) -> dict[str, Row]:
    found = {}
    for b in tally.batches:
        name = names[b["patient"]] + ("/2" if b["attempt"] == 2 else "")
        times = {f: int(b[f]) + begin if b[f] >= 0 else -1 for f in TIMES}
        found[name] = Row(**times, **{f: int(b[f]) for f in FIELDS[len(TIMES) :]}, risk=float(b["risk"]))
    return found


def lines_of(model: Model, log, names: list[str]) -> list[Line]:
    """The log with names for places: units, carriers and chambers of the image, and batches."""
    m, known = model.image.m, {}
    for first, count, called in (
        (at.H_UNITS, at.H_UNIT_COUNT, model.image.names.stations),
        (at.H_CARRIERS, at.H_CARRIER_COUNT, model.image.names.carriers),
        (at.H_CHAMBERS, at.H_CHAMBER_COUNT, model.image.names.chambers),
    ):
        known |= dict(zip(m[m[first] :][: m[count]].tolist(), called, strict=True))
    return sorted((b, e, w, known[place], _name(row, names)) for b, e, w, place, row in log.tolist())


def _name(row: int, names: list[str]) -> str:
    """A batch by its row; the rows of remakes follow in the order in which they were ordered, whosever they are."""
    return "" if row < 0 else names[row] if row < len(names) else "a remake"


def totals_of(tally: Tally) -> Counter[tuple[str, str]]:
    found: Counter[tuple[str, str]] = Counter()
    for p in tally.phases:
        found["phases", p.kind] = p.done
    for u in tally.units:
        found["changeovers", u.unit] = u.changeovers
    for c in tally.carriers:
        found["gownings", ""] += c.gownings
        found["busy", c.mover] = c.busy_ms
    for k in tally.chambers:
        found["cycles", k.interface], found["cycles failed", k.interface] = k.cycles, k.failed
    for kind, n in zip(PASSAGES, tally.passages, strict=True):
        found["passages", kind] = n
    return found


def _lines(core: list[Line], kernel: list[Line]) -> str:
    core = sorted((*line[:4], "a remake" if line[4].endswith("/2") else line[4]) for line in core)
    if core == kernel:
        return ""
    only_core, only_kernel = Counter(core) - Counter(kernel), Counter(kernel) - Counter(core)
    first = min(line[1] for line in (*only_core, *only_kernel))
    sides = (("core", only_core), ("kernel", only_kernel))
    return "\n".join(f"{side}: {_told(x)}" for side, lines in sides for x in sorted(lines, key=lambda x: x[1])[:2]) + (
        f"\nof {len(core)} and {len(kernel)} lines; first at {first}"
    )


def _told(line: Line) -> str:
    begin, end, work, place, batch = line
    return f"{begin} to {end} {WORKS[work]} on {place} for {batch or 'nobody'}"


def _rows(core: dict[str, Row], kernel: dict[str, Row]) -> str:
    if core.keys() != kernel.keys():
        return f"batches: core {sorted(core)}, kernel {sorted(kernel)}"
    for name in sorted(core):
        for f in FIELDS:
            ours, theirs = getattr(core[name], f), getattr(kernel[name], f)
            if ours != theirs and not (f == "cause" and ours < 0):
                return f"{name}: {f} core {ours}, kernel {theirs}"
        if abs(core[name].risk - kernel[name].risk) > 1e-6 * core[name].risk + 1e-14:
            return f"{name}: risk core {core[name].risk!r}, kernel {kernel[name].risk!r}"
    return ""


def _totals(core: Counter[tuple[str, str]], kernel: Counter[tuple[str, str]]) -> str:
    core = _by_line(core, [what[1] for what in kernel if what[0] == "changeovers"])
    for what in sorted({*core, *kernel}):
        if core[what] != kernel[what]:
            return f"total of {' '.join(what)}: core {core[what]}, kernel {kernel[what]}"
    return ""


def _by_line(totals: Counter[tuple[str, str]], lines: Iterable[str]) -> Counter[tuple[str, str]]:
    """Changeovers of single units counted for their line."""
    found: Counter[tuple[str, str]] = Counter()
    for (what, name), n in totals.items():
        own = next((x for x in lines if what == "changeovers" and (name == x or name.rpartition("-")[0] == x)), name)
        found[what, own] += n
    return found
