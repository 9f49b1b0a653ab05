"""The risk ledger's arithmetic: mean and 95 % upper bound of extrinsic contamination of each passage, by mechanism.

A term is a product of factors (air x velocity x area x time; positive before x surviving share x …), each log-normal
about its value with an error factor p95/p50, so the term is log-normal too. Passages of one mechanism share the same
unknown rate, so upper bounds add up (comonotone); means add up as probabilities. Adding upper bounds of different
mechanisms overstates the bound of their sum, on the safe side. Intrinsic contamination (the patient's own blood) is
kept apart and never enters a term.
"""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Self

from pydantic import Field, model_validator

from axenic.asepsis.media_fill import interval
from axenic.notation.sheet import Grade, Sheet

_Z95 = 1.6448536269514722  # standard normal quantile 0.95
_DAY_MS = 86_400_000
UNITS = {  # powers of metre, second and organism
    "1": (0, 0, 0),
    "CFU": (0, 0, 1),
    "m/s": (1, -1, 0),
    "m2": (2, 0, 0),
    "s": (0, 1, 0),
    "d": (0, 1, 0),
    "1/d": (0, -1, 0),
    "CFU/m3": (-3, 0, 1),
    "CFU/m2": (-2, 0, 1),
}
LOG_REDUCTION, DWELL = "surviving share", "dwell time"  # not in the table: from the cycle, and from the clock


class Factor(Sheet):
    """One number of a term: `value` in `unit` is its median, the error factor is p95/p50. `of`: what it is true of.

    of: a cleanroom grade, a kind of mover or a barrier; empty: everything.
    """

    factor: str
    of: str = ""
    value: float = Field(gt=0)
    unit: str
    error_factor: float = Field(ge=1, le=50)
    grade: Grade
    source: str

    @property
    def variance(self) -> float:
        """Variance of the natural logarithm."""
        return (math.log(self.error_factor) / _Z95) ** 2


class Term(Sheet):
    """How a passage can contaminate: for these kinds of passages (and movers, barriers), the product of its factors."""

    mechanism: str
    passages: tuple[str, ...]
    by: tuple[str, ...] = ()
    factors: tuple[str, ...]


class Intrinsic(Sheet):
    """Contamination that comes with the patient's own blood: counted, kept apart, no cycle removes it."""

    positives: int
    batches: int
    grade: Grade
    source: str

    def bounds(self) -> tuple[float, float, float]:
        """Share of batches, with its exact two-sided 95 % interval."""
        return self.positives / self.batches, *interval(self.positives, self.batches)


@dataclass(frozen=True, slots=True)
class Circumstance:
    """What the terms of a passage depend on.

    grade: of the cleaner zone's air it is in; barrier: of the interface crossed; log_reduction_lower: credited to its
    cycle. The dwell time is given apart, because it differs at every passage.
    """

    passage: str
    grade: str
    by: str
    barrier: str = ""
    log_reduction_lower: float = 0.0
    count: int = 1


@dataclass(frozen=True, slots=True)
class Share:
    """One mechanism's part in a passage or batch: probabilities (mean, 95 % upper)."""

    mechanism: str
    mean: float
    upper95: float

    def strings(self) -> tuple[str, str, str]:
        """As the journal keeps it."""
        return self.mechanism, f"{self.mean:.3e}", f"{self.upper95:.3e}"


@dataclass(frozen=True, slots=True)
class Rate:
    """Expected contaminations by one mechanism (mean, 95 % upper); `by_day`: for each day of dwell time."""

    mechanism: str
    mean: float
    upper95: float
    by_day: bool

    def share(self, dwell_ms: int) -> Share:
        """As a probability after that dwell time."""
        times = dwell_ms / _DAY_MS if self.by_day else 1.0
        mean, upper = -math.expm1(-times * self.mean), -math.expm1(-times * self.upper95)
        return Share(self.mechanism, mean, max(mean, upper))


class RiskTable(Sheet):
    """The mechanisms known to a plant, versioned. Raises ValueError if a term is no count of organisms."""

    risk: str
    version: int
    intrinsic: Intrinsic
    factors: tuple[Factor, ...]
    terms: tuple[Term, ...]

    @model_validator(mode="after")
    def _terms_count_organisms(self) -> Self:
        for factor in self.factors:
            if factor.unit not in UNITS:
                raise ValueError(f"{factor.factor}: the unit {factor.unit!r} is not one of {', '.join(UNITS)}")
        units = {f.factor: UNITS[f.unit] for f in self.factors}
        units |= {LOG_REDUCTION: UNITS["1"], DWELL: UNITS["d"]}
        for term in self.terms:
            strange = [name for name in term.factors if name not in units]
            if strange:
                raise ValueError(f"{term.mechanism}: no factor is named {strange[0]!r}")
            total = [sum(units[name][n] for name in term.factors) for n in range(3)]
            if total[:2] != [0, 0]:
                raise ValueError(f"{term.mechanism}: the units of its factors do not cancel to a number of organisms")
        return self

    def factor(self, name: str, case: Circumstance) -> Factor:
        """The factor of that name that is true of the circumstance; raises KeyError."""
        for row in self.factors:
            if row.factor == name and row.of in ("", case.grade, case.by, case.barrier):
                return row
        raise KeyError(f"{name} of {case.grade}, {case.by}, {case.barrier or 'no barrier'}")

    def rates(self, case: Circumstance) -> tuple[Rate, ...]:
        """What each mechanism is expected to add for all `count` passages of a circumstance; raises KeyError."""
        applying = [t for t in self.terms if case.passage in t.passages and (not t.by or case.by in t.by)]
        if not applying:
            raise KeyError(f"{self.risk} has no term for a passage by {case.passage!r}: no passage is without risk")
        return tuple(self._rate(term, case) for term in applying)

    def shares(self, case: Circumstance, dwell_ms: int = 0) -> tuple[Share, ...]:
        """What each mechanism adds, as probabilities; `dwell_ms`: since the item's last passage. Raises KeyError."""
        return tuple(rate.share(dwell_ms) for rate in self.rates(case))

    def _rate(self, term: Term, case: Circumstance) -> Rate:
        median, variance, by_day = 1.0, 0.0, DWELL in term.factors
        for name in term.factors:
            if name == LOG_REDUCTION:
                median *= 10.0**-case.log_reduction_lower
            elif name != DWELL:
                factor = self.factor(name, case)
                median *= factor.value
                variance += factor.variance
        median *= 1 if by_day else case.count  # a time is waited once, however many passages end it
        mean, upper = math.exp(variance / 2), math.exp(_Z95 * math.sqrt(variance))
        return Rate(term.mechanism, median * mean, median * upper, by_day)

    def assumed(self, mechanism: str) -> tuple[tuple[str, ...], float]:
        """The grade D factors of a mechanism, and their share of the variance of its logarithm (0 to 1)."""
        names = {n for t in self.terms if t.mechanism == mechanism for n in t.factors}
        rows: dict[str, Factor] = {}
        for factor in self.factors:
            if factor.factor in names:
                rows.setdefault(factor.factor, factor)  # one row for each name, whatever it is true of
        variance = math.fsum(f.variance for f in rows.values())
        guessed = [f for f in rows.values() if f.grade is Grade.D]
        share = math.fsum(f.variance for f in guessed) / variance if variance else 0.0
        return tuple(f.factor for f in guessed), share


def added(shares: Iterable[Share]) -> tuple[Share, ...]:
    """The shares of many passages, one for each mechanism: means as probabilities, upper bounds comonotone."""
    rows: dict[str, list[tuple[float, float]]] = {}
    for share in shares:
        rows.setdefault(share.mechanism, []).append((share.mean, share.upper95))
    return tuple(Share(mechanism, *batch_risk(risks)) for mechanism, risks in rows.items())


def batch_risk(passages: Iterable[tuple[float, float]]) -> tuple[float, float]:
    """Mean and upper bound of a batch from those of its passages: 1 - prod(1 - mean), sum of the uppers."""
    survives, upper = 0.0, 0.0
    for mean, high in passages:
        survives += math.log1p(-mean) if mean < 1 else -math.inf
        upper += high
    return -math.expm1(survives), min(1.0, upper)


def assumed_share(shares: Iterable[Share], table: RiskTable) -> float:
    """The part of a batch's mean that comes from terms with at least one grade D factor (0 to 1)."""
    rows = list(shares)
    whole = math.fsum(s.mean for s in rows)
    return math.fsum(s.mean for s in rows if table.assumed(s.mechanism)[0]) / whole if whole else 0.0
