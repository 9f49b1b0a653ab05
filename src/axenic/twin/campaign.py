"""A campaign: many replications of experiments, done by many workers, with the same result as done by one.

All replications are counted through in one line and cut into parts. A part is a pure function of what it contains, so
it can be done anywhere, twice, or again after a crash. The results are put together in the order of the line.
"""

from __future__ import annotations

import itertools
import math
import time
from bisect import bisect_right
from collections import Counter, deque
from collections.abc import Callable, Iterable, Mapping, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, wait
from dataclasses import dataclass, field
from hashlib import sha256
from pathlib import Path
from typing import Any

import numpy as np
import rfc8785

from axenic.twin.crew import Crew
from axenic.twin.experiment import Figures, Runner, Series, run_series
from axenic.twin.ledger import Ledger, Part
from axenic.twin.results import Provenance, Results, split

Progress = Callable[[int, int, float], None]  # replications done, of how many, seconds left

Done = tuple[bytes, float]  # a part's figures, and how many seconds they took

_PART_S = 2.0  # long beside the cost of handing out a part (milliseconds), short beside the loss when a worker dies
_TRIES = 3
_NUMBER = np.dtype("<f8")


class WorkersLost(RuntimeError):
    """Workers died again and again over the same part; what was done is in the ledger."""


def run_campaign(
    series: Sequence[Series],
    crew: Crew | None = None,
    *,
    ledger: Path | None = None,
    part: int | None = None,
    progress: Progress | None = None,
    assumptions: Mapping[str, str] | None = None,
) -> Results:
    """Runs all series; the result is the same bit for bit for any crew, any `part` and any interruption.

    With a `ledger` file a campaign that was stopped or killed goes on where it was. `part` is how many replications a
    worker gets at a time; by default so many that they last about 2 s, as measured on the way. A worker that dies loses
    its part, which is done again, three times at most. Without a crew all is done in this process.
    Raises ValueError for series that do not fit together, ReplicationError (a ValueError) if an experiment fails,
    LedgerError (a ValueError), WorkersLost.
    """
    names = _names_of(series)
    if part is not None and part < 1:
        raise ValueError(f"a part has at least one replication, not {part}")
    total = sum(s.count for s in series)
    with Ledger(ledger, campaign_digest(series), total) as book:
        _Work(series, book, crew or Crew.here(), progress, part).run()
        whole = np.frombuffer(book.result(), _NUMBER).reshape(total, len(names)).astype(np.float64)
    rows = split(whole, [s.count for s in series])
    return Results(names, tuple(Provenance.of(s) for s in series), rows, dict(assumptions or {}))


def runner(crew: Crew, block: int = 512, part: int | None = None) -> Runner:
    """A crew as the studies want it: series in, figures out, `block` series at a time in memory."""

    def run(series: Iterable[Series]) -> list[Figures]:
        line, rows = iter(series), list[Figures]()
        while some := list(itertools.islice(line, block)):
            rows.extend(run_campaign(some, crew, part=part).rows)
        return rows

    return run


def campaign_digest(series: Sequence[Series]) -> str:
    """Hexadecimal SHA-256 of what the result of a campaign depends on."""
    about: Any = [[s.experiment.digest, list(s.experiment.names), str(s.seed), s.first, s.count] for s in series]
    return sha256(rfc8785.dumps(about)).hexdigest()


def _names_of(series: Sequence[Series]) -> tuple[str, ...]:
    if not series:
        raise ValueError("a campaign needs at least one series")
    names = series[0].experiment.names
    if not names or len(set(names)) < len(names):
        raise ValueError(f"an experiment needs figures with different names, not {names}")
    if any(s.experiment.names != names for s in series):
        raise ValueError("all experiments of a campaign must have the same figures in the same order")
    return names


def _do(pieces: Sequence[Series]) -> Done:
    """What a worker does with a part: the figures of its pieces, row after row, as little-endian doubles."""
    begun = time.perf_counter()
    result = b"".join(run_series(piece).astype(_NUMBER).tobytes() for piece in pieces)
    return result, time.perf_counter() - begun


def _pieces(series: Sequence[Series], ends: Sequence[int], part: Part) -> list[Series]:
    """A part of the line as pieces of series; `ends` is where in the line each series ends."""
    found, at = list[Series](), part.begin
    for n in range(bisect_right(ends, part.begin), len(series)):
        if at == part.stop:
            break
        whole, upto = series[n], min(part.stop, ends[n])
        begin = ends[n] - whole.count
        found.append(Series(whole.experiment, whole.seed, whole.first + at - begin, upto - at))
        at = upto
    return found


@dataclass(slots=True)
class _Work:
    """The parts not done yet: handed out, taken back, handed out again when a worker dies."""

    series: Sequence[Series]
    book: Ledger
    crew: Crew
    progress: Progress | None
    fixed: int | None
    each: float | None = None  # seconds for one replication, in the part done last
    waiting: deque[Part] = field(default_factory=deque)
    flying: dict[Future[Done], Part] = field(default_factory=dict)
    tries: Counter[Part] = field(default_factory=Counter)

    def run(self) -> None:
        ends = list(itertools.accumulate(s.count for s in self.series))
        self.waiting.extend(self.book.pending())
        begun, at_first = time.monotonic(), self._left()
        try:
            while self.waiting or self.flying:
                try:
                    self._hand_out(ends)
                    self._take(wait(self.flying, return_when=FIRST_COMPLETED).done)
                except self.crew.lost as error:
                    self._take_back(error)
                left = self._left()
                if self.progress and left < at_first:
                    seconds = (time.monotonic() - begun) / (at_first - left) * left
                    self.progress(ends[-1] - left, ends[-1], seconds)
        finally:
            self._keep()

    def _left(self) -> int:
        return sum(p.count for p in self.waiting) + sum(p.count for p in self.flying.values())

    def _hand_out(self, ends: Sequence[int]) -> None:
        while self.waiting and len(self.flying) < self._window():
            self._cut()
            self.book.start(self.waiting[0])
            future = self.crew.submit(_do, _pieces(self.series, ends, self.waiting[0]))
            self.flying[future] = self.waiting.popleft()

    def _cut(self) -> None:
        """The first part waiting gets the right size; but what a worker has died over stays as it is."""
        first, size = self.waiting[0], self._size()
        if first.count > size and self.tries[first] == 0:
            self.waiting.popleft()
            self.waiting.extendleft((Part(first.begin + size, first.stop), Part(first.begin, first.begin + size)))

    def _size(self) -> int:
        """So many replications as last about `_PART_S`, but no more than a fair share of what is left."""
        if self.fixed is not None or self.each is None:
            return self.fixed or 1  # one, to measure
        fair = math.ceil(sum(p.count for p in self.waiting) / self.crew.window)
        return max(1, min(fair, int(_PART_S / max(self.each, 1e-7))))

    def _window(self) -> int:
        """A part at its last try is done alone, so that no other part is blamed for a death."""
        last = any(self.tries[p] == _TRIES - 1 for p in (self.waiting[0], *self.flying.values()))
        return 1 if last else self.crew.window

    def _take(self, done: Iterable[Future[Done]]) -> None:
        for future in done:
            result, seconds = future.result()  # if it raises, the part still counts as flying
            part = self.flying.pop(future)
            self.book.finish(part, result)
            self.each = seconds / part.count

    def _take_back(self, error: BaseException) -> None:
        """A worker died and the whole crew with it: keeps what is done, the rest is done again by a new crew."""
        self.crew.dismiss(at_once=True)
        self._take(_good(self.flying))
        back = sorted(self.flying.values())
        self.flying.clear()
        self.waiting.extendleft(reversed(back))
        self.tries.update(back or list(self.waiting)[:1])
        part, often = self.tries.most_common(1)[0]
        if often >= _TRIES:
            where = f"replications {part.begin} to {part.stop - 1}, counted through all series"
            raise WorkersLost(f"a worker died {often} times over {where}; what was done is in the ledger") from error

    def _keep(self) -> None:
        """However the campaign ends: what is done by now is kept, what is not begun is called off."""
        self._take(_good(self.flying))
        for future in self.flying:
            future.cancel()


def _good(futures: Iterable[Future[Done]]) -> list[Future[Done]]:
    return [f for f in futures if f.done() and not f.cancelled() and not f.exception()]
