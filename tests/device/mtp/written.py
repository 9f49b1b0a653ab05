"""A manifest as the guideline has it: URIs of namespaces, bare identifiers, values that stand in the manifest."""

from __future__ import annotations

ITEM = "MTPCommunicationICLib/DataItem/OPCUAItem"
OBJECTS = "MTPDataObjectSUCLib/DataAssembly"
URI = "urn:another:module"
MODES = ("StateOpAct", "StateAutAct", "StateAutOp", "StateChannel", "SrcExtAct", "SrcExtOp", "SrcChannel")
CONTROL = ("StateCur", "CommandEn", "CommandExt", "ProcedureExt", "ProcedureReq", "ProcedureCur")


def item(name: str) -> str:
    return f"""<ExternalInterface Name="{name}" ID="id-{name}" RefBaseClassPath="{ITEM}">
<Attribute Name="Identifier" AttributeDataType="xs:string"><Value>{name}</Value></Attribute>
<Attribute Name="Namespace" AttributeDataType="xs:string"><Value>{URI}</Value></Attribute>
<Attribute Name="Access" AttributeDataType="xs:unsignedByte"><Value>3</Value></Attribute></ExternalInterface>"""


def assembly(name: str, kind: str, nodes, values, link: str) -> str:
    refers = "".join(
        f'<Attribute Name="{n}" AttributeDataType="xs:IDREF"><Value>id-{name}.{n}</Value></Attribute>' for n in nodes
    )
    says = "".join(
        f'<Attribute Name="{n}" AttributeDataType="xs:string"><Value>{v}</Value></Attribute>' for n, v in values
    )
    return f"""<InternalElement Name="{name}" ID="da-{name}" RefBaseSystemUnitPath="{OBJECTS}/{kind}">
{refers}{says}<Attribute Name="RefID" AttributeDataType="xs:ID"><Value>{link}</Value></Attribute></InternalElement>"""


def part(name: str, kind: str, link: str, inside: str = "", **says: str) -> str:
    told = "".join(f'<Attribute Name="{n}"><Value>{v}</Value></Attribute>' for n, v in says.items())
    return f"""<InternalElement Name="{name}" ID="se-{name}" RefBaseSystemUnitPath="MTPServiceSUCLib/{kind}">
<Attribute Name="RefID" AttributeDataType="xs:ID"><Value>{link}</Value></Attribute>{told}{inside}</InternalElement>"""


NODES = {"Warm": (*CONTROL, *MODES), "Warm.Point": ("VExt", "VReq"), "Warm.Seen": ("V",), "Warm.Gentle": ("WQC",)}
RANGE = (("VMin", "4"), ("VMax", "40"), ("VUnit", "1001"))
PROCEDURE = part(
    "Gentle",
    "ServiceProcedure",
    "l-gentle",
    part("Point", "ServiceParameter/ProcedureParameter", "l-point")
    + part("Seen", "ServiceParameter/ReportValue", "l-seen"),
    ProcedureID="1",
    IsSelfCompleting="true",
    IsDefault="true",
)
MANIFEST = f"""<?xml version="1.0" encoding="utf-8"?>
<CAEXFile xmlns="http://www.dke.de/CAEX" SchemaVersion="3.0" FileName="warmer.aml">
<InstanceHierarchy Name="ModuleTypePackage">
<InternalElement Name="Warmer" ID="w" RefBaseSystemUnitPath="MTPSUCLib/ModuleTypePackage"><Version>2.1</Version>
<InternalElement Name="CommunicationSet" ID="c" RefBaseSystemUnitPath="MTPSUCLib/CommunicationSet">
<InternalElement Name="InstanceList" ID="il" RefBaseSystemUnitPath="MTPSUCLib/CommunicationSet/InstanceList">
{assembly("Warm", "ServiceControl", NODES["Warm"], (), "l-warm")}
{assembly("Warm.Gentle", "DiagnosticElement/HealthStateView", NODES["Warm.Gentle"], (), "l-gentle")}
{assembly("Warm.Point", "OperationElement/AnaServParam", NODES["Warm.Point"], RANGE, "l-point")}
{assembly("Warm.Seen", "IndicatorElement/AnaView", NODES["Warm.Seen"], RANGE[2:], "l-seen")}
</InternalElement>
<InternalElement Name="SourceList" ID="sl" RefBaseSystemUnitPath="MTPSUCLib/CommunicationSet/SourceList">
<InternalElement Name="OPCUAServer" ID="os" RefBaseSystemUnitPath="MTPCommunicationSUCLib/ServerAssembly/OPCUAServer">
<Attribute Name="Endpoint" AttributeDataType="xs:string"><Value>opc.tcp://warmer.site:4840</Value></Attribute>
{"".join(item(f"{a}.{n}") for a, nodes in NODES.items() for n in nodes)}
</InternalElement></InternalElement></InternalElement></InternalElement></InstanceHierarchy>
<InstanceHierarchy Name="Services">
{part("Warm", "Service", "l-warm", PROCEDURE)}
</InstanceHierarchy></CAEXFile>
"""
SHEET = """\
module: warmer
manifest: warmer.aml
units:
  - unit: warmer-1
    phases:
      - phase: thaw
        service: Warm
        procedure: Gentle
        set: [{parameter: Point, using: temperature, unit: degC}]
        results: [{result: seen, report: Seen, unit: degC}]
"""
