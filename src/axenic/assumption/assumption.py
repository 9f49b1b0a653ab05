"""The assumptions of a prediction: one versioned file of rows, each with value, unit, distribution, source and grade.

A row may vary from batch to batch (`varies`), and its own value may not be known well (`uncertain`). What a phase kind
does to the cells is data as well (`effects`), in terms of the rows.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, Self

from pydantic import Field, field_serializer, field_validator, model_validator

from axenic.assumption.distribution import Form, quantile
from axenic.notation.sheet import Grade, Sheet
from axenic.units import Duration


class Distribution(Sheet):
    """A shape with what it needs beside the row's value: sd, error factor (p95/p50), from, to, hits and misses."""

    as_: Form
    sd: float = Field(default=0.0, ge=0)
    error_factor: float = Field(default=1.0, ge=1, le=1000)
    from_: float = -1e300
    to: float = 1e300
    hits: float = Field(default=0.0, ge=0)
    misses: float = Field(default=0.0, ge=0)

    @field_validator("as_", mode="before")
    @classmethod
    def _named(cls, value: object) -> object:
        return Form[value.upper()] if isinstance(value, str) and value.upper() in Form.__members__ else value

    @field_serializer("as_")
    def _name(self, value: Form) -> str:
        return value.name.lower()

    @model_validator(mode="after")
    def _complete(self) -> Self:
        bounded = -1e299 < self.from_ <= self.to < 1e299
        if self.as_ in (Form.UNIFORM, Form.TRIANGULAR) and not bounded:
            raise ValueError(f"a {self.as_.name.lower()} distribution needs `from` and `to`, from <= to")
        if self.as_ is Form.BETA and not (self.hits and self.misses):
            raise ValueError("a beta distribution needs `hits` and `misses`")
        if self.from_ > self.to:
            raise ValueError(f"from {self.from_:g} is above to {self.to:g}")
        return self

    def numbers(self, value: float) -> tuple[int, float, float, float, float]:
        """Its form, value, spread, low, high: what `quantile` takes."""
        spread = self.error_factor if self.as_ is Form.LOGNORMAL else self.sd
        return int(self.as_), value, spread, self.from_, self.to


class Row(Sheet):
    """One number: `varies` from batch to batch around it, `uncertain` is how well it is known."""

    row: str
    value: float
    unit: str
    varies: Distribution | None = None
    uncertain: Distribution | None = None
    grade: Grade
    source: str

    @model_validator(mode="after")
    def _inside(self) -> Self:
        for what in (self.varies, self.uncertain):
            if what is None or what.as_ is Form.BETA:
                continue
            if not what.from_ <= self.value <= what.to:
                raise ValueError(f"the value {self.value:g} is not within {what.from_:g} to {what.to:g}")
        if self.varies is not None and self.varies.as_ is Form.BETA:
            raise ValueError("what varies from batch to batch cannot be a beta distribution; give a normal one")
        return self

    def numbers(self) -> tuple[int, float, float, float, float]:
        """How it varies from batch to batch, as `quantile` takes it; fixed if it does not."""
        fixed = (int(Form.FIXED), self.value, 0.0, self.value, self.value)
        return self.varies.numbers(self.value) if self.varies else fixed


class Effect(Sheet):
    """What a phase kind does to the cells and what is measured then: words of `device.cells`, in their order."""

    kind: str
    does: tuple[str, ...]


class Lasting(Sheet):
    """A duration found in records, in place of the recipe's for that phase kind."""

    phase: str
    least: Duration
    usual: Duration
    most: Duration
    shape: str = "triangular"
    grade: Grade
    source: str


class Assumptions(Sheet):
    """The rows known by name; a file that stands `over` another one replaces only the rows it names."""

    assumptions: str
    version: int
    over: str = ""
    rows: tuple[Row, ...] = ()
    effects: tuple[Effect, ...] = ()
    lasting: tuple[Lasting, ...] = ()

    @model_validator(mode="after")
    def _once(self) -> Self:
        for names, what in (
            ([r.row for r in self.rows], "row"),
            ([e.kind for e in self.effects], "effect"),
            ([x.phase for x in self.lasting], "lasting"),
        ):
            twice = next((n for n in names if names.count(n) > 1), "")
            if twice:
                raise ValueError(f"the {what} {twice!r} is given twice")
        return self

    def row(self, name: str) -> Row:
        """The row of that name; raises KeyError."""
        found = next((r for r in self.rows if r.row == name), None)
        if found is None:
            raise KeyError(name)
        return found

    def value(self, name: str) -> float:
        """The value of a row; raises KeyError."""
        return self.row(name).value

    def placed_over(self, below: Assumptions) -> Assumptions:
        """These rows, and those of the file below that these do not replace."""
        return Assumptions(
            assumptions=self.assumptions,
            version=self.version,
            rows=_merged(below.rows, self.rows, "row"),
            effects=_merged(below.effects, self.effects, "kind"),
            lasting=_merged(below.lasting, self.lasting, "phase"),
        )

    def at(self, values: Mapping[str, float]) -> Assumptions:
        """The same rows with other values (a sweep, a draw); raises KeyError for an unknown row."""
        known = {r.row for r in self.rows}
        strange = next((name for name in values if name not in known), None)
        if strange is not None:
            raise KeyError(strange)
        rows = tuple(r.model_copy(update={"value": values[r.row]}) if r.row in values else r for r in self.rows)
        return self.model_copy(update={"rows": rows})


def _merged(below: Iterable[Any], above: Iterable[Any], key: str) -> tuple[Any, ...]:
    rows = {getattr(r, key): r for r in below}
    rows |= {getattr(r, key): r for r in above}
    return tuple(rows.values())


def quantile_of(row: Row, u: float) -> float:
    """The value of a row below which a share u of what is not known lies; BETA is the caller's (it needs scipy)."""
    return quantile(*row.uncertain.numbers(row.value), u) if row.uncertain else row.value
