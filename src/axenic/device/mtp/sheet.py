"""Which phase of a recipe is which procedure of a module: the one thing that a manifest cannot say."""

from __future__ import annotations

from collections.abc import Mapping

from axenic.notation.sheet import Sheet


class Setting(Sheet):
    """A parameter of the procedure: from what the phase is run `using`, or `always` the same, as the module takes it.

    unit: that of the module; empty for a text or a binary value.
    """

    parameter: str
    using: str = ""
    always: str = ""
    unit: str = ""

    def text(self, using: Mapping[str, str]) -> str | None:
        """What it is set to when a phase is run `using` these; None if they lack it."""
        if self.using:
            return using.get(self.using)
        return f"{self.always} {self.unit}" if self.unit else self.always


class Result(Sheet):
    """A result of the phase, from a report value; `unit`: that of the module, `as_`: that of the recipe if other."""

    result: str
    report: str
    unit: str = ""
    as_: str = ""


class PhaseByProcedure(Sheet):
    """One kind of phase."""

    phase: str
    service: str
    procedure: str
    set: tuple[Setting, ...] = ()
    results: tuple[Result, ...] = ()


class UnitOfModule(Sheet):
    """A unit of the plant that lies in the module."""

    unit: str
    phases: tuple[PhaseByProcedure, ...]

    def named(self, phase: str) -> PhaseByProcedure | None:
        """How it does a kind of phase."""
        return next((p for p in self.phases if p.phase == phase), None)


class ModuleSheet(Sheet):
    """A module as this plant uses it; `manifest`: a file, seen from this one; `uri`: what its certificate must say."""

    module: str
    manifest: str
    units: tuple[UnitOfModule, ...]
    uri: str = ""
