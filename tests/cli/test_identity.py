"""The verb `identity` as its users call it."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings

from axenic.identity.symbol import read_symbols
from tests.identity.codes import ANNA, GTIN, SEC, hostile

DOSE = Path(__file__).resolve().parents[2] / "examples" / "labels" / "dose.yaml"


@pytest.mark.parametrize(
    ("code", "kind"),
    [
        ("A9999 26 000001 8", "DIN"),
        ("=A99992600000168", "DIN"),
        (str(ANNA), "COI"),
        (SEC, "SEC"),
        (f"(01){GTIN}(10)AX-1", "GS1"),
        (f"]d201{GTIN}10AX-1", "GS1"),
    ],
)
def test_a_code_is_said_to_be_what_it_is(axenic, code, kind):
    exit_code, out, err = axenic("identity", "check", code, "--json")
    assert (exit_code, err) == (0, "")
    assert json.loads(out)["kind"] == kind
    assert axenic("identity", "check", code)[1].startswith(kind)


@pytest.mark.parametrize(
    ("words", "code"),
    [
        (("A9999 26 000001 9",), "AX0652"),
        (("A9999 26 000001",), "AX0652"),
        (("(01)09506000134353",), "AX0652"),
        ((SEC, "--typed"), "AX0652"),
        ((f"(01){GTIN}(10)AX-1", "--typed"), "AX0652"),
        (("АX-0001",), "AX0651"),
        (("",), "AX0651"),
    ],
)
def test_a_code_whose_check_does_not_hold_is_not_good(axenic, words, code):
    exit_code, out, err = axenic("identity", "check", *words, "--json")
    assert exit_code == 1
    assert {e["code"] for e in json.loads(out)["errors"]} == {code}
    assert code in err


@settings(deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=60)
@given(hostile)
def test_no_code_ever_leads_to_a_traceback(axenic, text):
    assert axenic("identity", "check", "--json", "--", text)[0] in (0, 1, 2)


@pytest.mark.parametrize("name", ["label.png", "label.PDF"])
def test_a_label_is_printed_and_says_what_was_read_back(axenic, tmp_path, name):
    code, out, _ = axenic("identity", "label", DOSE, "--out", tmp_path / name, "--json")
    result = json.loads(out)
    assert (code, result["ok"]) == (0, True)
    assert {s["identifier"] for s in result["read_back"]} == {"]C0", "]d2"}
    if name.endswith("png"):
        found = read_symbols((tmp_path / name).read_bytes())
        assert {s.content for s in found} == {s["content"] for s in result["read_back"]}
    assert "read back ]d2" in axenic("identity", "label", DOSE, "--out", tmp_path / name)[1]


@pytest.mark.parametrize(
    ("old", "new", "code", "exit_code"),
    [
        ("  - For autologous use only\n", "", "AX0653", 1),
        ("EVNZ-Z", "EVNZ-X", "AX0652", 1),
        ("rules: eu", "rules: atlantis", "AX0653", 1),
        ("storage:", "storag:", "AX0005", 2),
        ("Exemplocel", "Exemplocel \u200b", "AX0007", 2),
        ("donations: [A9999 26 000001 8]", "donations: [a, b, c]", "AX0007", 2),
    ],
)
def test_a_label_that_must_not_be_printed_is_not(axenic, tmp_path, old, new, code, exit_code):
    text = DOSE.read_text("utf-8")
    assert old in text
    (tmp_path / "label.yaml").write_text(text.replace(old, new), "utf-8")
    out = tmp_path / "label.png"
    found, said, _ = axenic("identity", "label", tmp_path / "label.yaml", "--out", out, "--json")
    assert (found, json.loads(said)["errors"][0]["code"]) == (exit_code, code)
    assert not out.exists()


def test_a_label_that_cannot_be_written_or_read_is_refused(axenic, tmp_path):
    assert axenic("identity", "label", DOSE, "--out", tmp_path / "label.gif")[0] == 2
    assert "AX0851" in axenic("identity", "label", DOSE, "--out", tmp_path / "no" / "label.png")[2]
    assert axenic("identity", "label", tmp_path / "none.yaml", "--out", tmp_path / "label.png")[0] == 3
