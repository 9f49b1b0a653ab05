"""Public claims held against computed figures: a verdict for each denominator, and one for the claim."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from axenic.assumption.claim import Claim, ClaimReading, Claims, Compare

Estimate = tuple[float, float, float]
"""Mean, low end and high end of a figure."""


class Standing(StrEnum):
    """What the figures say of one reading.

    `assumed`: within the claimed range, but only because a row was set to it. `undecided`: the interval reaches over an
    end of the range.
    """

    HOLDS = "holds"
    ASSUMED = "assumed"
    FAILS = "does not hold"
    UNDECIDED = "undecided"
    MISSING = "not computed"


@dataclass(frozen=True, slots=True)
class Weighed:
    """A reading with its verdict and the computed value (None: not computed)."""

    reading: ClaimReading
    standing: Standing
    value: Estimate | None


@dataclass(frozen=True, slots=True)
class WeighedClaim:
    """A claim with its judged readings; `words` is the verdict of the claim."""

    claim: Claim
    readings: tuple[Weighed, ...]

    @property
    def words(self) -> str:
        """`holds`, `assumed`, `does not hold`, `undecided`, `not computed`; or which of its readings are the former."""
        held, assumed = (self._of(standing) for standing in (Standing.HOLDS, Standing.ASSUMED))
        told = [j for j in self.readings if j.standing is not Standing.MISSING]
        if not told:
            return str(Standing.MISSING)
        for standing, some in ((Standing.HOLDS, held), (Standing.ASSUMED, assumed)):
            if len(some) == len(told):
                return str(standing)
        said = [f"holds only for {'; '.join(held)}"] if held else []
        said += [f"assumed for {'; '.join(assumed)}"] if assumed else []
        if said:
            return "; ".join(said)
        undecided = any(j.standing is Standing.UNDECIDED for j in told)
        return str(Standing.UNDECIDED if undecided else Standing.FAILS)

    def _of(self, standing: Standing) -> list[str]:
        return [_named(j.reading) for j in self.readings if j.standing is standing]


def weigh_claims(
    claims: Claims, baseline: Mapping[str, Estimate], proposed: Mapping[str, Estimate]
) -> tuple[WeighedClaim, ...]:
    """The verdicts on all claims from the figures of two plants.

    A ratio's interval takes the two plants' ends crosswise: wider than that of paired replications. To use a paired
    one, give it under the reading's key (`key_of`) in `proposed`.
    """
    return tuple(
        WeighedClaim(claim, tuple(_weighed(r, baseline, proposed) for r in claim.readings)) for claim in claims.rows
    )


def key_of(reading: ClaimReading) -> str:
    """The name under which a reading's value may be given ready-made: `reduction:cost.full`."""
    return f"{reading.compare}:{_under(reading)}" + (f"/{reading.against}" if reading.against else "")


def _under(reading: ClaimReading) -> str:
    """The name of the figure, with the regime it is taken under: `time_to_vein.qc@compendial`."""
    return f"{reading.figure}@{reading.regime}" if reading.regime else reading.figure


def _weighed(reading: ClaimReading, baseline: Mapping[str, Estimate], proposed: Mapping[str, Estimate]) -> Weighed:
    value = _value(reading, baseline, proposed)
    if value is None:
        return Weighed(reading, Standing.MISSING, None)
    _, low, high = value
    if reading.from_ <= low and high <= reading.to:
        return Weighed(reading, Standing.ASSUMED if reading.assumes else Standing.HOLDS, value)
    outside = high < reading.from_ or low > reading.to
    return Weighed(reading, Standing.FAILS if outside else Standing.UNDECIDED, value)


def _value(
    reading: ClaimReading, baseline: Mapping[str, Estimate], proposed: Mapping[str, Estimate]
) -> Estimate | None:
    if (ready := proposed.get(key_of(reading))) is not None:
        return ready
    old = baseline.get(reading.against or _under(reading))
    new = proposed.get(_under(reading))
    if reading.compare is Compare.BASELINE:
        return old
    if reading.compare is Compare.PROPOSED:
        return new
    if old is None or new is None or old[0] <= 0:
        return None
    ratio = (new[0] / old[0], new[1] / old[2], new[2] / old[1] if old[1] > 0 else math.inf)
    return ratio if reading.compare is Compare.RATIO else (1 - ratio[0], 1 - ratio[2], 1 - ratio[1])


def _named(reading: ClaimReading) -> str:
    return reading.denominator + (" (unlike sides)" if reading.unlike else "")
