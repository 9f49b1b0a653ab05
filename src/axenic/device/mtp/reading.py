"""From the elements of a CAEX file to a manifest; everything that is missing or contradicts itself is said at once."""

from __future__ import annotations

import re
from collections import Counter
from pathlib import Path

from axenic.device.mtp.caex import Element, read_caex
from axenic.device.mtp.manifest import DataAssembly, Manifest, Procedure, Service, ServiceParameter, Use, Variable
from axenic.device.mtp.unusable import Unusable
from axenic.notation.finding import Finding

MODULE, SERVER = "MTPSUCLib/ModuleTypePackage", "MTPCommunicationSUCLib/ServerAssembly/OPCUAServer"
INSTANCES, SOURCES = "MTPSUCLib/CommunicationSet/InstanceList", "MTPSUCLib/CommunicationSet/SourceList"
SERVICE, PROCEDURE = "MTPServiceSUCLib/Service", "MTPServiceSUCLib/ServiceProcedure"
PARAMETERS = "MTPServiceSUCLib/ServiceParameter/"
CONTROLS = ("StateCur", "CommandEn", "CommandExt", "ProcedureExt", "ProcedureReq", "ProcedureCur")
_WHOLE_ID = re.compile(r"(?:ns=(\d+);)?([sigb]=.*)", re.DOTALL)
_TYPED = {"xs:integer": "i", "xs:int": "i", "xs:id": "g", "xs:base64binary": "b"}  # of Identifier; else a text
_TRUE = ("true", "1")


def read_manifest(path: Path) -> Manifest:
    """The manifest in an `.mtp`, `.aml` or `.xml` file. Raises Unusable with all that is wrong."""
    return _Reading(path, read_caex(path)).manifest()


class _Reading:
    def __init__(self, path: Path, roots: list[Element]) -> None:
        self.path, self.roots = path, roots
        self.findings: list[Finding] = []
        items = [e for root in roots for e in root.within("ExternalInterface") if e.id]
        self.items = {e.id: e for e in items}
        self.instances = self._instances()
        self._once([e.id for e in items], "items of the source list", roots[0])
        self._once([ref for e in self.instances if (ref := e.says("RefID"))], "linked data assemblies", roots[0])
        self.assemblies = {e.id or str(n): self._assembly(e) for n, e in enumerate(self.instances)}
        self.linked = {e.says("RefID"): self.assemblies[e.id or str(n)] for n, e in enumerate(self.instances)}

    def manifest(self) -> Manifest:
        """All of it; raises Unusable."""
        module = self._one(MODULE, "a module (ModuleTypePackage)")
        server = self._one(SERVER, "an OPC UA server in its source list")
        inside = [e for root in self.roots for e in root.within("InternalElement")]
        services = [self._service(e) for e in inside if e.kind == SERVICE]
        found = tuple(s for s in services if s is not None)
        if not services:
            self._miss("it has no service", self.roots[0])
        self._once([s.name for s in found], "services", self.roots[0])
        endpoint = server.says("Endpoint") if server is not None else ""
        if server is not None and not endpoint.startswith("opc.tcp://"):
            self._miss(f"the endpoint of its server is no OPC UA address: {endpoint[:80]!r}", server)
        if self.findings or module is None:
            raise Unusable(self.findings)
        version = next((e.text.strip() for e in module.of("Version")), "")
        assemblies = tuple(self.assemblies.values())
        return Manifest(module.name, version, str(self.path), endpoint, found, assemblies)

    def _instances(self) -> list[Element]:
        lists = [e for root in self.roots for e in root.within("InternalElement") if e.kind == INSTANCES]
        return [e for one in lists for e in one.within("InternalElement")]

    def _one(self, kind: str, what: str) -> Element | None:
        found = [e for root in self.roots for e in root.within("InternalElement") if e.kind == kind]
        if len(found) != 1:
            self._miss(f"it has {len(found)} times {what}, not once", found[1] if found else self.roots[0])
        return found[0] if found else None

    def _assembly(self, element: Element) -> DataAssembly:
        variables = {a.name: self._variable(a) for a in element.of("Attribute") if a.name != "RefID"}
        return DataAssembly(element.name, element.kind.rpartition("/")[2], variables)

    def _variable(self, attribute: Element) -> Variable:
        value = attribute.value()
        item = self.items.get(value)
        if item is None:
            if attribute.attributes.get("AttributeDataType") == "xs:IDREF" and value:
                self._miss(f"{attribute.name} refers to {value[:60]!r}, which is not in its source list", attribute)
            return Variable(value or attribute.value("DefaultValue"))
        return Variable(attribute.value("DefaultValue"), *self._node(item))

    def _node(self, item: Element) -> tuple[str, str]:
        said, identifier = item.says("Namespace"), item.attribute("Identifier")
        text = identifier.value() if identifier is not None else ""
        if identifier is None or not text:
            self._miss(f"the item {item.name[:60]!r} has no identifier", item)
            return "", ""
        whole = _WHOLE_ID.fullmatch(text)
        if whole is not None:
            return said or whole[1] or "0", whole[2]
        kind = _TYPED.get(identifier.attributes.get("AttributeDataType", "").lower(), "s")
        return said, f"{kind}={text}"

    def _service(self, element: Element) -> Service | None:
        control = self._link(element)
        if control is None:
            return None
        missing = [name for name in CONTROLS if control.node(name) is None]
        if missing:
            self._miss(f"the service {element.name} has no node for {', '.join(missing)}", element)
        inside = element.of("InternalElement")
        procedures = tuple(self._procedure(e) for e in inside if e.kind == PROCEDURE)
        if not procedures:
            self._miss(f"the service {element.name} has no procedure", element)
        self._once([p.name for p in procedures], f"procedures of {element.name}", element)
        self._once([str(p.number) for p in procedures], f"procedure numbers of {element.name}", element)
        return Service(element.name, control, procedures, self._parameters(inside))

    def _procedure(self, element: Element) -> Procedure:
        number = element.says("ProcedureID") or element.says("ProcedureId")
        if not number.isdecimal():
            self._miss(f"the procedure {element.name} has no number: {number[:20]!r}", element)
        completes, default = (element.says(n).lower() in _TRUE for n in ("IsSelfCompleting", "IsDefault"))
        parameters = self._parameters(element.of("InternalElement"))
        self._once([p.name for p in parameters], f"parameters of {element.name}", element)
        return Procedure(element.name, int(number) if number.isdecimal() else 0, completes, default, parameters)

    def _parameters(self, elements: list[Element]) -> tuple[ServiceParameter, ...]:
        found = []
        for element in elements:
            use = element.kind.rpartition("/")[2]
            assembly = self._link(element) if element.kind.startswith(PARAMETERS) and use in set(Use) else None
            if assembly is not None:
                found.append(ServiceParameter(element.name, Use(use), assembly))
        return tuple(found)

    def _link(self, element: Element) -> DataAssembly | None:
        found = self.linked.get(element.says("RefID") or " ")
        if found is None:
            self._miss(f"{element.name} is linked to no data assembly of the instance list", element)
        return found

    def _once(self, names: list[str], what: str, element: Element) -> None:
        twice = sorted(name for name, count in Counter(names).items() if count > 1)
        if twice:
            self._miss(f"two {what} are called {', '.join(twice)[:200]}", element)

    def _miss(self, message: str, element: Element) -> None:
        hint = "ask the maker of the module for a manifest that is whole"
        self.findings.append(Finding("AX0922", message, hint, element.file, element.line, 1))
