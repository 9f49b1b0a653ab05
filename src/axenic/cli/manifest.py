"""A module's manifest as rows and as text."""

from __future__ import annotations

from typing import Any

from axenic.device.mtp.manifest import Manifest, ServiceParameter
from axenic.device.mtp.unit_code import UNIT


def manifest_row(manifest: Manifest) -> dict[str, Any]:
    """As plain data."""
    services = [
        {
            "service": service.name,
            "configuration": [_parameter(p) for p in service.configuration],
            "procedures": [
                {
                    "procedure": procedure.name,
                    "number": procedure.number,
                    "self-completing": procedure.self_completing,
                    "default": procedure.default,
                    "parameters": [_parameter(p) for p in procedure.parameters],
                }
                for procedure in service.procedures
            ],
        }
        for service in manifest.services
    ]
    assemblies = [{"name": a.name, "kind": a.kind} for a in manifest.assemblies]
    known = {"module": manifest.name, "version": manifest.version, "endpoint": manifest.endpoint}
    return known | {"services": services, "data assemblies": assemblies}


def manifest_text(row: dict[str, Any]) -> str:
    """As lines."""
    lines = [f"{row['module']} {row['version']} at {row['endpoint']}, {len(row['data assemblies'])} data assemblies"]
    for service in row["services"]:
        lines.append(f"service {service['service']}")
        lines += [_line(p) for p in service["configuration"]]
        for procedure in service["procedures"]:
            ends = "ends by itself" if procedure["self-completing"] else "goes on until it is told to complete"
            lines.append(f"  procedure {procedure['procedure']} ({procedure['number']}), {ends}")
            lines += [f"  {_line(p)}" for p in procedure["parameters"]]
    return "\n".join(lines)


def _parameter(parameter: ServiceParameter) -> dict[str, Any]:
    least, most = parameter.range
    unit = UNIT.get(parameter.unit, str(parameter.unit or ""))
    kind = parameter.type.value if parameter.type is not None else parameter.assembly.kind
    return {"name": parameter.name, "use": parameter.use.value, "type": kind, "unit": unit, "from": least, "to": most}


def _line(row: dict[str, Any]) -> str:
    within = f" from {row['from']} to {row['to']}" if row["from"] or row["to"] else ""
    unit = f" {row['unit']}" if row["unit"] else ""
    return f"  {row['use']} {row['name']}: {row['type']}{within}{unit}"
