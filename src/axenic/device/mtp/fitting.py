"""A sheet held against the manifest of its module: every name there, every parameter set, every unit the same."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from axenic.device.mtp.manifest import Manifest, Procedure, Service, ServiceParameter, Type, Use
from axenic.device.mtp.reading import read_manifest
from axenic.device.mtp.sheet import ModuleSheet, PhaseByProcedure, Result, Setting, UnitOfModule
from axenic.device.mtp.unit_code import UNIT
from axenic.device.mtp.unusable import Unusable
from axenic.device.mtp.value import to_module
from axenic.notation.document import Document, load
from axenic.notation.document import Path as Key
from axenic.notation.finding import Finding
from axenic.units import UNITS

_REPORTS = (Use.REPORT, Use.VALUE_OUT)
_NUMBERS = (Type.REAL, Type.WHOLE)


@dataclass(frozen=True, slots=True)
class Assignment:
    """How a unit does a kind of phase: the line of the sheet with what it names in the manifest."""

    line: PhaseByProcedure
    service: Service
    procedure: Procedure

    def settings(self) -> Iterator[tuple[Setting, ServiceParameter]]:
        """What is set before it begins."""
        for setting in self.line.set:
            parameter = self.procedure.named(setting.parameter, Use.PROCEDURE)
            if parameter is not None:
                yield setting, parameter

    def reports(self) -> Iterator[tuple[Result, ServiceParameter]]:
        """What is read at its end."""
        for result in self.line.results:
            parameter = self.procedure.named(result.report, *_REPORTS)
            if parameter is not None:
                yield result, parameter


@dataclass(frozen=True, slots=True)
class Module:
    """A sheet and the manifest that it fits; `assignments`: by unit and kind of phase."""

    sheet: ModuleSheet
    manifest: Manifest
    assignments: dict[tuple[str, str], Assignment]

    def services(self, unit: str) -> list[Service]:
        """Those that a unit uses, each once, in the order of the sheet."""
        found = [assignment.service for (u, _), assignment in self.assignments.items() if u == unit]
        return list({service.name: service for service in found}.values())


def read_module(path: Path) -> Module:
    """The module of a sheet, with the manifest that it names. Raises Unusable with all that does not fit."""
    try:
        text = path.read_text("utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise Unusable.of("AX0001", f"the sheet cannot be read: {error}", "check the path", str(path)) from error
    loaded = load(ModuleSheet, text, str(path))
    if loaded.value is None:
        raise Unusable(loaded.findings)
    manifest = read_manifest(path.parent / loaded.value.manifest)
    fitting = _Fitting(loaded.document, manifest)
    assignments = fitting.assignments(loaded.value)
    if fitting.findings:
        raise Unusable(fitting.findings)
    return Module(loaded.value, manifest, assignments)


class _Fitting:
    def __init__(self, document: Document, manifest: Manifest) -> None:
        self.document, self.manifest = document, manifest
        self.findings: list[Finding] = []
        self.users: dict[str, str] = {}

    def assignments(self, sheet: ModuleSheet) -> dict[tuple[str, str], Assignment]:
        found: dict[tuple[str, str], Assignment] = {}
        for u, unit in enumerate(sheet.units):
            for p, line in enumerate(unit.phases):
                place: Key = ("units", u, "phases", p)
                if (unit.unit, line.phase) in found:
                    self._wrong(f"{unit.unit} has two ways to do {line.phase}", (*place, "phase"))
                assignment = self._assignment(unit, line, place)
                if assignment is not None:
                    found[unit.unit, line.phase] = assignment
        return found

    def _assignment(self, unit: UnitOfModule, line: PhaseByProcedure, place: Key) -> Assignment | None:
        service = self.manifest.named(line.service)
        if service is None:
            names = [s.name for s in self.manifest.services]
            self._unknown("service", line.service, names, (*place, "service"))
            return None
        if self.users.setdefault(service.name, unit.unit) != unit.unit:
            self._wrong(f"{service.name} is of {self.users[service.name]} already", (*place, "service"))
        procedure = service.named(line.procedure)
        if procedure is None:
            names = [p.name for p in service.procedures]
            self._unknown("procedure", line.procedure, names, (*place, "procedure"))
            return None
        if not procedure.self_completing:
            self._wrong(f"{procedure.name} never ends by itself, so a phase of it would not", (*place, "procedure"))
        self._set(line, procedure, place)
        for r, result in enumerate(line.results):
            self._reported(result, procedure, (*place, "results", r))
        return Assignment(line, service, procedure)

    def _set(self, line: PhaseByProcedure, procedure: Procedure, place: Key) -> None:
        wanted = {p.name: p for p in procedure.parameters if p.use is Use.PROCEDURE}
        left = set(wanted)
        for s, setting in enumerate(line.set):
            here: Key = (*place, "set", s)
            parameter = wanted.get(setting.parameter)
            if parameter is None:
                self._unknown("parameter", setting.parameter, list(wanted), (*here, "parameter"))
                continue
            if setting.parameter not in left:
                self._wrong(f"{setting.parameter} is set twice", (*here, "parameter"))
            left.discard(setting.parameter)
            self._setting(setting, parameter, here)
        if left:
            told = f"nobody says what {', '.join(sorted(left))} shall be: what was set last would count"
            self._wrong(told, place)
        values = [p.name for p in procedure.parameters if p.use is Use.VALUE_IN]
        if values:
            self._wrong(f"{procedure.name} wants process values from outside: {', '.join(values)}", place)

    def _setting(self, setting: Setting, parameter: ServiceParameter, here: Key) -> None:
        if bool(setting.using) == bool(setting.always):
            self._wrong(f"{setting.parameter} is either `using` something or `always` the same", here)
        lacks = [name for name in ("VExt", "VReq") if parameter.assembly.node(name) is None]
        if lacks or parameter.type is None:
            why = f"no node for {', '.join(lacks)}" if lacks else f"the kind {parameter.assembly.kind}"
            self._wrong(f"{parameter.name} cannot be set: the manifest has {why}", (*here, "parameter"))
            return
        self._unit(setting.unit, parameter, (*here, "unit"))
        if setting.always:
            try:
                to_module(setting.text({}) or "", setting.unit, parameter)
            except ValueError as error:
                self._wrong(str(error), (*here, "always"))

    def _reported(self, result: Result, procedure: Procedure, here: Key) -> None:
        parameter = procedure.named(result.report, *_REPORTS)
        if parameter is None:
            names = [p.name for p in procedure.parameters if p.use in _REPORTS]
            self._unknown("report value", result.report, names, (*here, "report"))
            return
        if parameter.assembly.node("V") is None:
            self._wrong(f"{parameter.name} cannot be read: the manifest has no node for V", (*here, "report"))
        self._unit(result.unit, parameter, (*here, "unit"))
        other = result.as_ or result.unit
        if other != result.unit and UNITS.get(other, ("",))[0] != UNITS.get(result.unit, ("?",))[0]:
            self._wrong(f"{result.unit!r} cannot be told as {other!r}", (*here, "as"))

    def _unit(self, unit: str, parameter: ServiceParameter, here: Key) -> None:
        if unit and unit not in UNITS:
            self._wrong(f"unknown unit {unit!r}", here)
        if unit and parameter.type not in _NUMBERS:
            self._wrong(f"{parameter.name} is a {parameter.type}: it has no unit", here)
        said = UNIT.get(parameter.unit, "")
        if said and parameter.type in _NUMBERS and unit != said:
            self._wrong(f"{parameter.name} is in {said} by the manifest, not in {unit or 'no unit'}", here)

    def _unknown(self, what: str, name: str, known: list[str], here: Key) -> None:
        self._wrong(f"the module has no {what} {name!r}; it has {', '.join(known) or 'none'}", here)

    def _wrong(self, message: str, here: Key) -> None:
        hint = "axenic device manifest shows what the module has"
        self.findings.append(self.document.finding("AX0923", message, hint, here))
