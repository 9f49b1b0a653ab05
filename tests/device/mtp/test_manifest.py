"""Manifests of two hands are read; what is hostile, broken or not whole is refused with its place."""

from __future__ import annotations

import zipfile

import pytest

from axenic.device.mtp import caex
from axenic.device.mtp.fitting import read_module
from axenic.device.mtp.manifest import Type, Use, Variable
from axenic.device.mtp.reading import read_manifest
from axenic.device.mtp.unusable import Unusable
from tests.device.mtp.written import MANIFEST, SHEET, URI


def refused(path, text):
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    with pytest.raises(Unusable) as error:
        read_manifest(path)
    return error.value.findings


def test_an_archive_without_a_manifest_is_refused(tmp_path):
    with zipfile.ZipFile(tmp_path / "pictures.mtp", "w") as file:
        file.writestr("picture.svg", "<svg/>")
    with pytest.raises(Unusable, match=r"AX0921 .*no \.aml or \.xml in it"):
        read_manifest(tmp_path / "pictures.mtp")


def archive(path, **members):
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as file:
        for name, text in members.items():
            file.writestr(f"{name}.aml", text)
    return path


def test_a_manifest_as_the_guideline_has_it(tmp_path):
    (tmp_path / "warmer.aml").write_text(MANIFEST, "utf-8")
    read = read_manifest(tmp_path / "warmer.aml")
    assert (read.name, read.version, read.endpoint) == ("Warmer", "2.1", "opc.tcp://warmer.site:4840")
    (service,) = read.services
    assert service.control.node("StateCur") == Variable("", URI, "s=Warm.StateCur")
    (gentle,) = service.procedures
    assert (gentle.name, gentle.number, gentle.self_completing, gentle.default) == ("Gentle", 1, True, True)
    point, seen = gentle.parameters
    assert (point.name, point.use, point.type, point.unit) == ("Point", Use.PROCEDURE, Type.REAL, 1001)
    assert point.range == ("4", "40")
    assert (seen.use, seen.assembly.kind) == (Use.REPORT, "AnaView")
    assert {a.name for a in read.assemblies} == {"Warm", "Warm.Gentle", "Warm.Point", "Warm.Seen"}


def test_an_archive_and_a_manifest_of_two_files_are_read_as_one(tmp_path):
    start, services = MANIFEST.split('<InstanceHierarchy Name="Services">')
    head = MANIFEST[: MANIFEST.index("<InstanceHierarchy")]
    one = archive(tmp_path / "one.mtp", manifest=MANIFEST)
    second = f'{head}<InstanceHierarchy Name="Services">{services}'
    two = archive(tmp_path / "two.mtp", manifest=f"{start}</CAEXFile>", services=second)
    assert read_manifest(one).services == read_manifest(two).services


def test_the_manifest_that_a_foreign_module_writes_of_itself(module):
    read = read_manifest(module.folder / "module.aml")
    assert read.endpoint == f"opc.tcp://127.0.0.1:{module.port}/"
    (mixing,) = read.services
    gentle, endless = mixing.procedures
    assert [(p.name, p.type, p.range) for p in gentle.parameters if p.use is Use.PROCEDURE] == [
        ("Temperature", Type.REAL, ("4.0", "40.0")),
        ("Speed", Type.WHOLE, ("0", "500")),
        ("Covered", Type.BINARY, ("", "")),
        ("Remark", Type.TEXT, ("", "")),
    ]
    assert [p.name for p in gentle.parameters if p.use is Use.REPORT] == ["MeanTemperature", "Word"]
    assert (endless.number, endless.self_completing) == (2, False)
    assert mixing.control.node("StateCur") == Variable("16", "3", "s=services.Mixing.state_machine.StateCur")


LAUGHS = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 10))
HOSTILE = {
    "laughs": (f'<!DOCTYPE x [<!ENTITY l0 "ha">{LAUGHS}]><CAEXFile>&l9;</CAEXFile>', "document type"),
    "entity": ('<!DOCTYPE x [<!ENTITY f SYSTEM "file:///etc/passwd">]><CAEXFile>&f;</CAEXFile>', "document type"),
    "remote": ('<!DOCTYPE x SYSTEM "http://127.0.0.1/x.dtd"><CAEXFile/>', "document type"),
    "deep": ("<CAEXFile>" + "<a>" * 200_000, "nested too deeply"),
    "cut": (MANIFEST[:2000], "no XML"),
    "empty": ("", "no XML"),
    "bytes": (b"\xff\xfe\x00\x01" * 50, "no XML"),
    "page": ("<html><body/></html>", "no CAEX file but a html"),
    "no archive": (b"PK\x03\x04" + b"\0" * 100, "archive is broken"),
}


@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_or_broken_file_is_refused_by_its_place(tmp_path, name):
    text, why = HOSTILE[name]
    (finding,) = refused(tmp_path / "m.aml", text)
    assert finding.code == "AX0921"
    assert why in finding.message
    assert "m.aml" in finding.file


def test_an_archive_that_unpacks_to_more_than_it_may_is_refused_unread(tmp_path, monkeypatch):
    monkeypatch.setattr(caex, "MOST_BYTES", 1_000_000)
    half = "<CAEXFile/>" + " " * 700_000
    bomb = archive(tmp_path / "bomb.mtp", a=half, b=half)
    assert bomb.stat().st_size < 5_000
    with pytest.raises(Unusable, match="unpacks to over"):
        read_manifest(bomb)
    with pytest.raises(Unusable, match="unpacks to over"):
        read_manifest(archive(tmp_path / "one.mtp", a=" " * 2_000_000))
    assert "more than" in refused(tmp_path / "big.aml", "<a/>" + " " * 1_000_001)[0].message


LACKS = {
    "no module": ("MTPSUCLib/ModuleTypePackage", "x", "0 times a module"),
    "no server": ("MTPCommunicationSUCLib/ServerAssembly/OPCUAServer", "x", "0 times an OPC UA server"),
    "no service": ('MTPServiceSUCLib/Service"', 'x"', "no service"),
    "no procedure": ("MTPServiceSUCLib/ServiceProcedure", "x", "no procedure"),
    "no link": (
        "<Value>l-warm</Value></Attribute></InternalElement>",
        "</Attribute></InternalElement>",
        "linked to no",
    ),
    "no state": ('Name="StateCur"', 'Name="x"', "no node for StateCur"),
    "dangling": ('ID="id-Warm.CommandExt"', 'ID="x"', "not in its source list"),
    "no address": ("opc.tcp://", "x", "no OPC UA address"),
    "no number": ('Name="ProcedureID"', 'Name="x"', "no number"),
    "no identifier": ('Name="Identifier"', 'Name="x"', "has no identifier"),
}


@pytest.mark.parametrize("name", LACKS)
def test_a_manifest_that_is_not_whole_says_what_it_lacks_and_where(tmp_path, name):
    there, instead, why = LACKS[name]
    assert there in MANIFEST
    findings = refused(tmp_path / "m.aml", MANIFEST.replace(there, instead))
    assert any(why in f.message and f.code == "AX0922" and f.line > 0 for f in findings), findings


def test_what_is_there_twice_is_refused(tmp_path):
    for twice in ('ID="id-Warm.CommandExt"', "<Value>l-point</Value>"):
        other = twice.replace("CommandExt", "StateCur").replace("l-point", "l-seen")
        findings = refused(tmp_path / "m.aml", MANIFEST.replace(twice, other, 1))
        assert any("are called" in f.message for f in findings), findings


FAULTS = {
    "service": ("service: Warm", "service: Cool", "no service 'Cool'; it has Warm"),
    "procedure": ("procedure: Gentle", "procedure: Rough", "no procedure 'Rough'"),
    "parameter": ("parameter: Point", "parameter: Spot", "no parameter 'Spot'"),
    "report": ("report: Seen", "report: Heard", "no report value 'Heard'"),
    "unit": ("using: temperature, unit: degC", "using: temperature, unit: K", "in degC by the manifest, not in K"),
    "unset": ("set: [{parameter: Point, using: temperature, unit: degC}]", "set: []", "nobody says what Point"),
    "range": ("using: temperature, unit: degC", 'always: "90", unit: degC', "from 4 to 40, not 90"),
    "both": ("using: temperature, unit", 'using: temperature, always: "5", unit', "either `using`"),
    "told as": ("report: Seen, unit: degC", "report: Seen, unit: degC, as: mL", "cannot be told as"),
}


@pytest.mark.parametrize("name", FAULTS)
def test_a_sheet_that_does_not_fit_its_manifest_is_refused_with_its_line(tmp_path, name):
    (tmp_path / "warmer.aml").write_text(MANIFEST, "utf-8")
    sheet = tmp_path / "warmer.yaml"
    sheet.write_text(SHEET, "utf-8")
    assert list(read_module(sheet).assignments) == [("warmer-1", "thaw")]
    there, instead, why = FAULTS[name]
    assert there in SHEET
    sheet.write_text(SHEET.replace(there, instead), "utf-8")
    with pytest.raises(Unusable) as error:
        read_module(sheet)
    assert any(why in f.message and f.line > 1 and f.file == str(sheet) for f in error.value.findings)


def test_a_procedure_that_does_not_end_by_itself_does_no_phase(tmp_path):
    endless = MANIFEST.replace('Name="IsSelfCompleting"><Value>true', 'Name="IsSelfCompleting"><Value>false')
    (tmp_path / "warmer.aml").write_text(endless, "utf-8")
    (tmp_path / "warmer.yaml").write_text(SHEET, "utf-8")
    with pytest.raises(Unusable, match="never ends by itself"):
        read_module(tmp_path / "warmer.yaml")
