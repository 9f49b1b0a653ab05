"""What a module says that it can do: its services, their procedures and parameters, and where each variable lies.

Source: VDI/VDE/NAMUR 2658-1 (2019 and 2022), by files and readers of it; not compared with the text of the guideline.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum


@dataclass(frozen=True, slots=True)
class Variable:
    """A value of a data assembly: at a node of the server, or standing in the manifest.

    namespace: an URI, or the number that the server gives it; `identifier`: `s=…`, `i=…`, `g=…` or `b=…`. Both are
    empty for a value that the manifest itself gives.
    """

    value: str
    namespace: str = ""
    identifier: str = ""


@dataclass(frozen=True, slots=True)
class DataAssembly:
    """Variables that belong together; `kind`: AnaServParam, AnaView, ServiceControl, …"""

    name: str
    kind: str
    variables: Mapping[str, Variable]

    def node(self, name: str) -> Variable | None:
        """The variable of that name if it lies at a node."""
        found = self.variables.get(name)
        return found if found is not None and found.identifier else None

    def value(self, name: str) -> str:
        """What the manifest says it is (at the start); empty if nothing."""
        found = self.variables.get(name)
        return found.value if found is not None else ""


class Use(StrEnum):
    """What a parameter is to its service; the last part of the path of its class."""

    CONFIGURATION = "ConfigurationParameter"
    PROCEDURE = "ProcedureParameter"
    VALUE_IN = "ProcessValueIn"
    REPORT = "ReportValue"
    VALUE_OUT = "ProcessValueOut"


class Type(StrEnum):
    """What a value is."""

    REAL = "real"
    WHOLE = "whole number"
    BINARY = "binary"
    TEXT = "text"


_TYPES = {"Ana": Type.REAL, "DInt": Type.WHOLE, "Bin": Type.BINARY, "String": Type.TEXT}


@dataclass(frozen=True, slots=True)
class ServiceParameter:
    """A value that is given to a service or procedure, or that it reports."""

    name: str
    use: Use
    assembly: DataAssembly

    @property
    def type(self) -> Type | None:
        """What its value is; None if the kind of its data assembly is not known here."""
        return next((t for start, t in _TYPES.items() if self.assembly.kind.startswith(start)), None)

    @property
    def unit(self) -> int:
        """The code of its unit (VUnit); 0 if there is none."""
        code = self.assembly.value("VUnit")
        return int(code) if code.isdecimal() else 0

    @property
    def range(self) -> tuple[str, str]:
        """Least and greatest value as the manifest has them; empty texts if it has none."""
        return self.assembly.value("VMin"), self.assembly.value("VMax")


@dataclass(frozen=True, slots=True)
class Procedure:
    """A way to run a service, chosen by its number."""

    name: str
    number: int
    self_completing: bool
    default: bool
    parameters: tuple[ServiceParameter, ...]

    def named(self, name: str, *uses: Use) -> ServiceParameter | None:
        """Its parameter of that name and use."""
        return next((p for p in self.parameters if p.name == name and p.use in uses), None)


@dataclass(frozen=True, slots=True)
class Service:
    """What a module can do, under one state machine."""

    name: str
    control: DataAssembly
    procedures: tuple[Procedure, ...]
    configuration: tuple[ServiceParameter, ...]

    def named(self, name: str) -> Procedure | None:
        """Its procedure of that name."""
        return next((p for p in self.procedures if p.name == name), None)


@dataclass(frozen=True, slots=True)
class Manifest:
    """A module type; `assemblies`: all, those that belong to no service as well."""

    name: str
    version: str
    file: str
    endpoint: str
    services: tuple[Service, ...]
    assemblies: tuple[DataAssembly, ...]

    def named(self, name: str) -> Service | None:
        """Its service of that name."""
        return next((s for s in self.services if s.name == name), None)
