"""Public claims as data: their words, and the figures under each denominator that would bear them out."""

from __future__ import annotations

from enum import StrEnum
from typing import Self

from pydantic import model_validator

from axenic.notation.sheet import Grade, Sheet


class Compare(StrEnum):
    """What is held against the range of a reading: one plant's figure, or both plants' together."""

    BASELINE = "baseline"
    PROPOSED = "proposed"
    REDUCTION = "reduction"  # 1 - proposed / baseline
    RATIO = "ratio"  # proposed / baseline


class ClaimReading(Sheet):
    """One way to read a claim: under which denominator, which figure, and the range in which it would hold.

    `against`: the baseline's figure if it is another one, which makes the two sides unlike; `note` says what of it.
    `regime`: the testing regime under which the figure is taken; empty: the recipe's own release tests. `assumes`: the
    row of the assumptions that was set to this very claim, so that the figure gives back what was put in.
    """

    denominator: str
    compare: Compare
    figure: str
    against: str = ""
    regime: str = ""
    from_: float = -1e300
    to: float = 1e300
    unit: str
    note: str = ""
    assumes: str = ""

    @model_validator(mode="after")
    def _bounded(self) -> Self:
        if self.from_ > self.to or (self.from_ < -1e299 and self.to > 1e299):
            raise ValueError("a reading needs `from` or `to`, from <= to")
        if self.against and self.compare not in (Compare.REDUCTION, Compare.RATIO):
            raise ValueError("only a reduction or a ratio has a figure it stands `against`")
        return self

    @property
    def unlike(self) -> bool:
        """Whether the two sides are not the same figure."""
        return bool(self.against) and self.against != self.figure


class Claim(Sheet):
    """A claim with its readings."""

    claim: str
    text: str
    readings: tuple[ClaimReading, ...]
    grade: Grade
    source: str


class Claims(Sheet):
    """The claims of a file."""

    claims: str
    version: int
    rows: tuple[Claim, ...]
