"""Analyses of batches: every run is kept, numbered, with its parameters and the limit of its day; none replaces one."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from axenic.quality.raised import CRITICAL, MAJOR, Raised
from axenic.record.entry import Act, Entry

RUN = "analysis run"


def analysis_object(batch: str, test: str) -> str:
    """All runs of a test of a batch as an object of acts."""
    return f"analysis {batch}/{test}"


@dataclass(frozen=True, slots=True)
class AnalysisRun:
    """One run: its number from 1, the result, the limit it was held against, and with which parameters it was made."""

    batch: str
    test: str
    number: int
    value: str
    unit: str
    passes: bool
    limit: str
    parameters: Mapping[str, str]
    by: str
    reason: str
    seq: int
    at: int


class Analyses:
    """Every run of every analysis."""

    def __init__(self) -> None:
        self._runs: dict[str, list[AnalysisRun]] = {}

    def runs(self, batch: str, test: str) -> list[AnalysisRun]:
        """All runs of a test of a batch; a reviewer sees all of them."""
        return list(self._runs.get(analysis_object(batch, test), []))

    def of(self, batch: str) -> list[AnalysisRun]:
        """All runs of a batch."""
        return [run for runs in self._runs.values() for run in runs if run.batch == batch]

    def exceptions(self) -> list[Raised]:
        """Results out of their limits, and tests that were run again."""
        return [raised for runs in self._runs.values() for n, run in enumerate(runs) for raised in _seen(run, runs[:n])]

    def take(self, entry: Entry) -> None:
        """Fold a run."""
        act = entry.thing
        if not isinstance(act, Act) or act.refused or act.command != RUN:
            return
        new = dict(act.new)
        said = {name: new[name] for name in ("test", "number", "value", "unit", "passes", "limit", "parameters")}
        run = AnalysisRun(act.batch, **said, by=act.actor, reason=act.reason, seq=entry.seq, at=act.at)
        self._runs.setdefault(act.object, []).append(run)


def _seen(run: AnalysisRun, before: list[AnalysisRun]) -> list[Raised]:
    found = []
    what = f"{run.test}, run {run.number}: {run.value} {run.unit}".rstrip()
    if not run.passes:
        found.append(Raised(run.batch, "result out of limits", CRITICAL, f"{what}, limit {run.limit}", run.seq, run.at))
    if before:
        earlier = ", ".join(f"{r.value}{'' if r.passes else ' (out)'}" for r in before)
        other = "other" if run.parameters != before[-1].parameters else "the same"
        text = f"{what}, with {other} parameters; earlier runs: {earlier}; {run.reason}"
        found.append(Raised(run.batch, "analysis run again", MAJOR, text, run.seq, run.at))
    return found
