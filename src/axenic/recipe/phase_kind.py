"""The kinds of phases: which parameters a kind takes, within which range, and which results it gives. They are data."""

from __future__ import annotations

from axenic.notation.sheet import Grade, Sheet
from axenic.units import QuantityText


class Measure(Sheet):
    """A quantity that phases measure; its results are decimal strings in this unit, and so are the limits on it."""

    measure: str
    unit: str
    means: str


class Parameter(Sheet):
    """A set point of a phase, allowed from `from_` to `to`."""

    parameter: str
    from_: QuantityText
    to: QuantityText
    grade: Grade
    source: str


class PhaseKind(Sheet):
    """One kind of phase."""

    kind: str
    parameters: tuple[Parameter, ...] = ()
    results: tuple[str, ...] = ()


class PhaseKinds(Sheet):
    """The kinds known, versioned."""

    phase_kinds: str
    version: int
    measures: tuple[Measure, ...]
    kinds: tuple[PhaseKind, ...]

    def unit_of(self, measure: str) -> str:
        """The unit of a measure; empty if it is not known."""
        return next((m.unit for m in self.measures if m.measure == measure), "")

    def named(self, kind: str) -> PhaseKind | None:
        """The kind of that name, or None."""
        return next((k for k in self.kinds if k.kind == kind), None)
