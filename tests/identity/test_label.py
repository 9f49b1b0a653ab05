"""Labels: what a jurisdiction requires is there, nothing personal is, and what was printed scans as it was written."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from axenic.identity.label import Label, lint
from axenic.identity.label_rules import label_rules, shipped_rules
from axenic.identity.print import print_label
from axenic.identity.symbol import Symbol, check_printed
from axenic.identity.unreadable import Unreadable
from axenic.notation.document import load
from tests.identity.codes import ANNA, BRUNO, hostile

DOSE = Path(__file__).resolve().parents[2] / "examples" / "labels" / "dose.yaml"


@pytest.fixture(scope="module")
def label() -> Label:
    loaded = load(Label, DOSE.read_text("utf-8"), "dose.yaml")
    assert loaded.value is not None, loaded.findings
    return loaded.value


def changed(label: Label, **values: object) -> Label:
    return Label.model_validate(label.model_dump() | values)


def messages(label: Label, patient: dict[str, str] | None = None) -> list[str]:
    return [f.message for f in lint(label, label_rules(label.rules), patient)]


def test_the_example_has_what_its_jurisdiction_requires(label):
    assert messages(label) == []


@pytest.mark.parametrize("name", shipped_rules())
def test_every_rule_names_elements_and_conditions_that_a_label_has(name):
    rules = label_rules(name)
    assert rules.labels == name
    for required in rules.require:
        assert required.element in Label.model_fields
        assert not required.when or Label.model_fields[required.when].annotation is bool
        assert required.clause


@pytest.mark.parametrize("name", shipped_rules())
def test_an_empty_label_is_told_everything_that_its_jurisdiction_requires(name):
    rules = label_rules(name)
    found = lint(Label(label="empty", rules=name), rules)
    wanted = {r.element.replace("_", " ") for r in rules.require if r.when in ("", "autologous")}
    assert {f.message.partition(" is missing")[0] for f in found} == wanted
    assert all(f.hint.startswith(f"{name}: ") for f in found)


@pytest.mark.parametrize(
    ("values", "message"),
    [
        ({"statements": ()}, "statements is missing (it must say 'for autologous use only')"),
        ({"statements": ("Do not irradiate",)}, "statements does not say 'for autologous use only'"),
        ({"active": "T cells"}, "active does not say 'cells of human origin'"),
        ({"autologous": False}, "it says that it is for autologous use only, and is not autologous"),
        ({"storage": ""}, "storage is missing"),
        ({"zone": ""}, "zone is missing"),
        ({"zone": "Mars/Base"}, "the expiry '2026-07-20T18:00+02:00' in 'Mars/Base' is no time in a zone"),
        ({"zone": "../etc/passwd"}, "the expiry '2026-07-20T18:00+02:00' in '../etc/passwd' is no time in a zone"),
        ({"expiry": "2026-07-20T18:00"}, "2026-07-20T18:00 is not the wall time of Europe/Berlin"),
        ({"expiry": "2026-07-20T18:00+01:00"}, "2026-07-20T18:00+01:00 is not the wall time of Europe/Berlin"),
        ({"expiry": "2026-07-20T18:00:30+02:00"}, "is not a whole minute"),
        ({"expiry": "0001-01-01T00:00+00:00"}, "is not the wall time of Europe/Berlin"),
        ({"expiry": "9999-12-31T23:59-10:00"}, "is no time in a zone"),
        ({"coi": "COI-1234"}, "'COI-1234' is no chain-of-identity code"),
        ({"donations": ("A9999 26 000001 9",)}, "9 is not the check character of A999926000001"),
        ({"gtin": "09506000134353"}, "(01)'09506000134353' has a wrong check digit"),
        ({"batch": "AX-0001-AX-0001-AX-0001"}, "is no GS1 element string"),
    ],
)
def test_what_is_missing_or_cannot_be_is_told(label, values, message):
    assert any(message in found for found in messages(changed(label, **values))), messages(changed(label, **values))


def test_a_name_on_a_label_is_told_by_its_field_and_not_repeated(label):
    patient = {"family name": "Überacker", "birth date": "1982-03-04"}
    named = changed(label, product="Exemplocel for Mrs Überacker", batch="B-19820304")
    found = lint(named, label_rules("eu"), patient)
    assert {f.code for f in found} == {"AX0654"}
    assert not any("acker" in str(f).lower() or "1982" in str(f) for f in found)
    assert {name for f in found for name in patient if repr(name) in f.message} == set(patient)
    with pytest.raises(Unreadable):
        print_label(named, "png", patient)


def test_a_code_that_shares_four_characters_with_the_patient_is_refused(label):
    assert any("in common with the field 'name'" in m for m in messages(label, {"name": str(ANNA)[4:8]})) is (
        str(ANNA)[4:8] in label.coi
    )
    assert any("in common with the field 'name'" in m for m in messages(label, {"name": label.coi[4:8]}))


@pytest.mark.parametrize("ending", ["png", "pdf"])
def test_a_label_counts_as_printed_once_its_symbols_were_read_back(label, ending):
    printed = print_label(label, ending)
    assert printed.document.startswith(b"%PDF-" if ending == "pdf" else b"\x89PNG")
    assert {s.identifier for s in printed.symbols} == {"]d2", "]C0"}
    assert Symbol("]C0", "=A99992600000168") in printed.symbols
    assert print_label(label, ending).document == printed.document, "the same bytes for the same label"


def test_the_label_of_another_patient_is_not_the_one_that_was_to_be_printed(label):
    mine = print_label(label, "png")
    other = print_label(changed(label, coi=str(BRUNO)), "png")
    check_printed(mine.document, mine.symbols)
    with pytest.raises(Unreadable, match="not read back as printed"):
        check_printed(other.document, mine.symbols)


@pytest.mark.parametrize("count", [1, 2])
def test_one_or_two_donations_can_be_read(label, count):
    donations = ("A9999 26 000001 8", "A9999 26 000088 *")[:count]
    assert len(print_label(changed(label, donations=donations), "png").symbols) == 1 + count


def test_texts_that_do_not_fit_on_one_label_are_refused(label):
    with pytest.raises(Unreadable, match="do not fit on one label"):
        print_label(changed(label, storage="cold " * 60, transport="cold " * 60, disposal="cold " * 60), "png")


@settings(deadline=None)
@given(st.sampled_from(["product", "batch", "serial", "gtin", "coi", "expiry", "zone", "storage"]), hostile)
def test_no_text_in_a_file_raises(element, text):
    value = load(Label, DOSE.read_text("utf-8"), "dose.yaml").value
    assert value is not None
    try:
        spoiled = changed(value, **{element: text})
    except ValueError:
        return  # refused with its place in the file, as any other file is
    assert isinstance(lint(spoiled, label_rules("eu"), {"name": text}), list)


@settings(deadline=None, max_examples=15)
@given(st.text(st.characters(min_codepoint=32, max_codepoint=0x17F), max_size=60))
def test_whatever_may_be_written_prints_or_is_refused(text):
    value = load(Label, DOSE.read_text("utf-8"), "dose.yaml").value
    assert value is not None
    try:
        print_label(changed(value, product=text, storage=text), "png")
    except (Unreadable, ValueError) as refused:
        assert isinstance(refused, Unreadable) or "1 validation" in str(refused) or "2 validation" in str(refused)
