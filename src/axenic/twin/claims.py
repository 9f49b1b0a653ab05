"""Public claims held against computed figures: a verdict for each denominator, and one for the claim."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from axenic.assumption.claim import Claim, Claims, Compare, Reading

Interval = tuple[float, float, float]
"""Mean, low end and high end of a figure."""


class Verdict(StrEnum):
    """What the figures say of one reading; `undecided`: its interval reaches over an end of the claimed range."""

    HOLDS = "holds"
    FAILS = "does not hold"
    UNDECIDED = "undecided"
    MISSING = "not computed"


@dataclass(frozen=True, slots=True)
class Judged:
    """A reading with its verdict and the computed value (None: not computed)."""

    reading: Reading
    verdict: Verdict
    value: Interval | None


@dataclass(frozen=True, slots=True)
class ClaimVerdict:
    """A claim with its judged readings; `words` is the verdict of the claim."""

    claim: Claim
    readings: tuple[Judged, ...]

    @property
    def words(self) -> str:
        """`holds`, `does not hold`, `holds only for …`, `undecided` or `not computed`."""
        held = [j.reading for j in self.readings if j.verdict is Verdict.HOLDS]
        told = [j for j in self.readings if j.verdict is not Verdict.MISSING]
        if not told:
            return str(Verdict.MISSING)
        if len(held) == len(told):
            return str(Verdict.HOLDS)
        if held:
            return f"holds only for {'; '.join(_named(r) for r in held)}"
        undecided = any(j.verdict is Verdict.UNDECIDED for j in told)
        return str(Verdict.UNDECIDED if undecided else Verdict.FAILS)


def judge_claims(
    claims: Claims, baseline: Mapping[str, Interval], proposed: Mapping[str, Interval]
) -> tuple[ClaimVerdict, ...]:
    """The verdicts on all claims from the figures of two plants.

    A ratio's interval takes the two plants' ends crosswise: wider than that of paired replications. To use a paired
    one, give it under the reading's key (`key_of`) in `proposed`.
    """
    return tuple(
        ClaimVerdict(claim, tuple(_judged(r, baseline, proposed) for r in claim.readings)) for claim in claims.rows
    )


def key_of(reading: Reading) -> str:
    """The name under which a reading's value may be given ready-made: `reduction:cost.full`."""
    return f"{reading.compare}:{reading.figure}" + (f"/{reading.against}" if reading.against else "")


def _judged(reading: Reading, baseline: Mapping[str, Interval], proposed: Mapping[str, Interval]) -> Judged:
    value = _value(reading, baseline, proposed)
    if value is None:
        return Judged(reading, Verdict.MISSING, None)
    _, low, high = value
    if reading.from_ <= low and high <= reading.to:
        return Judged(reading, Verdict.HOLDS, value)
    outside = high < reading.from_ or low > reading.to
    return Judged(reading, Verdict.FAILS if outside else Verdict.UNDECIDED, value)


def _value(reading: Reading, baseline: Mapping[str, Interval], proposed: Mapping[str, Interval]) -> Interval | None:
    if (ready := proposed.get(key_of(reading))) is not None:
        return ready
    old = baseline.get(reading.against or reading.figure)
    new = proposed.get(reading.figure)
    if reading.compare is Compare.BASELINE:
        return old
    if reading.compare is Compare.PROPOSED:
        return new
    if old is None or new is None or old[0] <= 0:
        return None
    ratio = (new[0] / old[0], new[1] / old[2], new[2] / old[1] if old[1] > 0 else math.inf)
    return ratio if reading.compare is Compare.RATIO else (1 - ratio[0], 1 - ratio[2], 1 - ratio[1])


def _named(reading: Reading) -> str:
    return reading.denominator + (" (unlike sides)" if reading.unlike else "")
