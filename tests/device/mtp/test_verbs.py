"""What the verbs show of a module: its manifest from a file, and its states while it runs."""

from __future__ import annotations

import json

import yaml

from tests.cli.conftest import axenic  # noqa: F401  the command as its users call it
from tests.device.mtp.conftest import UNIT
from tests.device.mtp.written import MANIFEST


def test_a_manifest_is_shown_with_its_services_procedures_and_parameters(axenic, tmp_path):  # noqa: F811
    file = tmp_path / "warmer.aml"
    file.write_text(MANIFEST, "utf-8")
    code, out, _ = axenic("device", "manifest", file, "--json")
    row = json.loads(out)
    assert (code, row["module"], row["endpoint"]) == (0, "Warmer", "opc.tcp://warmer.site:4840")
    (gentle,) = row["services"][0]["procedures"]
    assert (gentle["procedure"], gentle["number"], gentle["self-completing"]) == ("Gentle", 1, True)
    point = {"name": "Point", "use": "ProcedureParameter", "type": "real", "unit": "degC", "from": "4", "to": "40"}
    assert gentle["parameters"][0] == point
    assert "ProcedureParameter Point: real from 4 to 40 degC" in axenic("device", "manifest", file)[1]


def test_a_manifest_that_cannot_be_read_is_refused_with_its_place(axenic, tmp_path):  # noqa: F811
    file = tmp_path / "warmer.aml"
    file.write_text("<CAEXFile>\n<a></b></CAEXFile>", "utf-8")
    code, _, err = axenic("device", "manifest", file)
    assert code == 2
    assert "AX0921" in err
    assert "warmer.aml:2:" in err
    assert axenic("device", "manifest", tmp_path / "none.mtp")[0] == 2


def test_a_probe_shows_the_states_and_the_services_of_a_module_that_runs(axenic, mixer):  # noqa: F811
    where = mixer.folder / "connections.yaml"
    line = mixer.connection().model_dump(mode="json", by_alias=True)
    where.write_text(yaml.safe_dump({"connections": "c", "plant": "p", "equipment": [line]}), "utf-8")
    code, out, _ = axenic("device", "probe", "mixer", "--plant-at", where, "--json")
    row = json.loads(out)
    assert (code, row["contract"], list(row["states"])) == (0, "neither", [UNIT])
    assert [s["service"] for s in row["module"]["services"]] == ["Mixing"]
    (mixer.folder / "mixer.yaml").rename(mixer.folder / "kept")
    try:
        code, _, err = axenic("device", "probe", "mixer", "--plant-at", where)
    finally:
        (mixer.folder / "kept").rename(mixer.folder / "mixer.yaml")
    assert (code, "AX0001" in err) == (2, True)
