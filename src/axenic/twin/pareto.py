"""What cannot be bettered in one objective without losing in another: the Pareto front of a list of candidates."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Generic, TypeVar

import numpy as np

from axenic.twin.experiment import Experiment, Runner, Series, column, run_here
from axenic.twin.interval import Interval, mean_interval

Candidate = TypeVar("Candidate")


class Sense(StrEnum):
    """Which way is better."""

    MIN = "min"
    MAX = "max"


@dataclass(frozen=True, slots=True)
class Objective:
    """A figure and which way is better."""

    figure: str
    sense: Sense = Sense.MIN


@dataclass(frozen=True, slots=True)
class Point(Generic[Candidate]):
    """A candidate with the interval of each objective; `front`: no other candidate dominates it by means."""

    candidate: Candidate
    intervals: tuple[Interval, ...]
    front: bool


def non_dominated(points: Sequence[Sequence[float]], senses: Sequence[Sense]) -> tuple[int, ...]:
    """The places of the points that no other one equals or betters in all objectives and betters in one.

    Equal points stay together. Raises ValueError for NaN, for no objective or for points of another length.
    """
    if not senses:
        raise ValueError("at least one objective is needed")
    if any(len(p) != len(senses) or any(math.isnan(x) for x in p) for p in points):
        raise ValueError(f"each point needs {len(senses)} defined values, one for each objective")
    if not points:
        return ()
    values = np.array(points, dtype=np.float64) * [1.0 if s is Sense.MIN else -1.0 for s in senses]
    dominated = [bool(((values <= own).all(axis=1) & (values < own).any(axis=1)).any()) for own in values]
    return tuple(n for n, lost in enumerate(dominated) if not lost)


def front(
    candidates: Sequence[Candidate],
    make: Callable[[Candidate], Experiment],
    objectives: Sequence[Objective],
    *,
    replications: int,
    seed: int = 1,
    confidence: float = 0.95,
    runner: Runner = run_here,
) -> tuple[Point[Candidate], ...]:
    """All candidates in their order, each with its intervals and whether it is on the front.

    Candidates are compared by their means only, all under the same seeds; where intervals overlap, another seed may
    put a neighbour on the front. A candidate with an objective that is never defined is not on the front.
    """
    experiments = [make(c) for c in candidates]
    rows = runner([Series(e, seed, 0, replications) for e in experiments]) if experiments else []
    intervals = [
        tuple(mean_interval(found[:, column(e, o.figure)], confidence) for o in objectives)
        for e, found in zip(experiments, rows, strict=True)
    ]
    whole = [n for n, some in enumerate(intervals) if not any(math.isnan(i.mean) for i in some)]
    best = non_dominated([[i.mean for i in intervals[n]] for n in whole], [o.sense for o in objectives])
    kept = {whole[n] for n in best}
    return tuple(Point(c, intervals[n], n in kept) for n, c in enumerate(candidates))
