"""Attacks 9, 14, 16 to 19 and 27: on what is recorded of a dose, and on what it is made by."""

from __future__ import annotations

import pytest

from axenic.cli.main import VERBS
from axenic.quality.commands import COMMANDS
from tests.quality.doses import BATCH, STEP, begun
from tests.quality.issuing import NAME, text

AT = (BATCH, STEP, "viability")
COLOUR = (BATCH, STEP, "colour")
DOSE = f"batch {BATCH}"
ERASES_A_PERSON = "patient erase"  # from the vault; no entry of the journal is touched, none names a person
DELETES = ("delete", "remove", "rm", "purge", "erase", "drop", "truncate", "wipe", "forget")


@pytest.fixture
def inspector(inspector, site):
    """While a step of a dose runs, with one value recorded."""
    begun(site)
    inspector.does("op", "entry", "add", *COLOUR, "--value", "clear")
    return inspector


@pytest.mark.requirement("ATT-09", "P11-10e2")
@pytest.mark.parametrize("noun", ["entry", "raw", "user", "master", "deviation", "trail", "order"])
def test_attack_09_nothing_is_deleted(inspector, noun):
    before = inspector.call("entry", "show", BATCH)[1]
    assert "nknown command" in inspector.unknown(noun, "delete", *COLOUR)
    assert inspector.call("entry", "show", BATCH)[1] == before


@pytest.mark.requirement("ATT-09")
def test_attack_09_axenic_has_no_verb_and_no_option_that_deletes(axenic):
    verbs = {word for name in (*VERBS, *COMMANDS) for word in name.split() if name != ERASES_A_PERSON}
    assert not verbs & set(DELETES)
    for name in VERBS:
        code, out, _ = axenic(name, "--help")
        assert code == 0
        words = {word.strip("-│ ") for word in out.split() if word.startswith("--")}
        assert not words & set(DELETES), name


@pytest.mark.requirement("ATT-09")
def test_attack_09_an_entry_is_not_written_over_either(inspector):
    assert "correct it" in inspector.refused("op", "entry", "add", *COLOUR, "--value", "brown")
    inspector.does("op2", "entry", "correct", *COLOUR, "--value", "brown")
    out = inspector.call("entry", "show", BATCH)[1]
    assert "1  clear, typed by op" in out and "2  brown, typed by op2" in out


@pytest.mark.requirement("ATT-14", "D-12.3")
def test_attack_14_no_variable_of_the_environment_turns_the_trail_off(inspector, monkeypatch):
    for name in ("AUDIT", "AUDIT_TRAIL", "NO_AUDIT", "TRAIL", "DEBUG", "DISABLE_TRAIL", "JOURNAL_OFF", "TRACEBACK"):
        for value in ("0", "off", "1"):
            monkeypatch.setenv(f"AXENIC_{name}", value)
    size = len(inspector.trail())
    inspector.does("op", "entry", "comment", *COLOUR, "--text", "as always")
    inspector.refused("op", "user", "add", "zz", "--name", "Z", "--proof", "x")
    assert len(inspector.trail()) == size + 2


@pytest.mark.requirement("ATT-14")
@pytest.mark.parametrize("option", ["--no-audit", "--no-trail", "--trail=off", "--quiet", "--debug", "--dry-run"])
def test_attack_14_no_option_turns_the_trail_off(inspector, option):
    assert "nknown option" in inspector.unknown("entry", "comment", *COLOUR, "--text", "x", option)


@pytest.mark.requirement("ATT-16", "PI-5")
def test_attack_16_raw_data_edited_after_the_run_is_shown_as_invalid_and_keeps_the_dose_here(inspector, tmp_path):
    file = tmp_path / "run.csv"
    file.write_text("t,od\n0,0.1\n", "utf-8")
    inspector.does("op", "raw", "attach", BATCH, file, "--backs", f"entry {BATCH}/{STEP}/colour")
    file.write_text("t,od\n0,0.9\n", "utf-8")
    inspector.does("qa", "raw", "check")
    assert "RAW DATA INVALID" in inspector.call("raw", "show", BATCH)[1]
    assert "raw data invalid" in inspector.call("entry", "show", BATCH)[1]
    assert any("raw data invalid" in text for text in inspector.show("release", "show", BATCH)["blockers"])
    assert "never replaced" in inspector.refused("op", "raw", "attach", BATCH, file)


def limit(inspector, least: str, change: str) -> None:
    what = f"at least {least} %"
    inspector.does("qc", "change", "open", change, "--of", "limit viability", "--what", what)
    inspector.does("qa", "change", "approve", change, sees=f"change {change}")
    told = ("--least", least, "--unit", "%", "--change", change)
    inspector.does("qc", "limit", "set", "viability", *told, second="qa")


@pytest.mark.requirement("ATT-17", "A11-10")
def test_attack_17_a_test_run_again_until_it_passes_shows_every_run_and_no_limit_moves_without_a_change(inspector):
    limit(inspector, "70", "CC-1")
    run = ("analysis", "run", BATCH, "viability", "--value")
    inspector.does("qc", *run, "65", "--parameters", "gate=A")
    assert "a second person" in inspector.refused("qc", *run, "72", "--parameters", "gate=B")
    inspector.does("qc", *run, "72", "--parameters", "gate=B", "--reason", "another gate", second="qa")
    shown = inspector.show("analysis", "show", BATCH)["runs"]
    assert [(r["number"], r["value"], r["passes"], r["parameters"]) for r in shown] == [
        (1, "65", False, {"gate": "A"}),
        (2, "72", True, {"gate": "B"}),
    ]
    kinds = [flag["text"] for flag in inspector.show("review", "show", BATCH)["exceptions"]]
    assert any("earlier runs: 65 (out)" in text for text in kinds)
    lower = ("limit", "set", "viability", "--least", "60", "--unit", "%")
    assert "there is no change" in inspector.refused("qc", *lower, second="qa")
    assert "carried out already" in inspector.refused("qc", *lower, "--change", "CC-1", second="qa")


@pytest.mark.requirement("ATT-18", "P11-10f")
def test_attack_18_a_step_is_not_skipped_and_no_order_goes_to_equipment(inspector, site):
    orders = sum(entry.stream == "order" for entry in site.journal.entries())
    tried = ("entry", "add", BATCH, "fill/fill#1", "colour", "--value", "clear")
    assert "has not begun" in inspector.refused("op", *tried)
    assert "is not possible from" in inspector.refused("lead", "review", "production", BATCH, sees=DOSE)
    assert "is not possible from" in inspector.refused("qp", "release", "certify", BATCH, sees=DOSE)
    assert sum(entry.stream == "order" for entry in site.journal.entries()) == orders
    attempts = [row for row in inspector.trail("--batch", BATCH) if row["refused because"]]
    assert [row["who"] for row in attempts] == ["op", "lead", "qp"]


@pytest.mark.requirement("ATT-19", "US-188b11")
def test_attack_19_who_performed_does_not_verify_in_any_role(inspector):
    assert "does not verify it" in inspector.refused("op", "entry", "verify", *COLOUR)
    inspector.does("admin", "user", "grant", "op", "--role", "supervisor", second="owner")
    assert "does not verify it" in inspector.refused(
        "op", "entry", "verify", *COLOUR, "--role", "supervisor", second="owner"
    )
    inspector.does("op", "sign", "put", DOSE, "--meaning", "performed", "--role", "operator", sees=DOSE)
    verify = ("sign", "put", DOSE, "--meaning", "verified")
    assert "another person signs this" in inspector.refused("op", *verify, "--role", "supervisor", sees=DOSE)
    inspector.does("op2", "entry", "verify", *COLOUR)


@pytest.mark.requirement("ATT-19", "A11-6")
def test_attack_19_the_second_person_is_another_one(inspector):
    critical = ("entry", "add", *AT, "--value", "91", "--unit", "%")
    assert "op is the first" in inspector.refused("op", *critical, second="op")
    inspector.does("op", *critical, second="op2")


def drafted(inspector, site, version: int = 1) -> str:
    file = site.folder / f"v{version}.yaml"
    file.write_text(text(version), "utf-8")
    inspector.does("eng", "master", "draft", file)
    return f"master {NAME} v{version}"


@pytest.mark.requirement("ATT-27", "P11-10k")
def test_attack_27_nobody_approves_their_own_recipe_and_an_effective_one_is_never_edited(inspector, site):
    master = drafted(inspector, site)
    inspector.does("admin", "user", "grant", "eng", "--role", "QA reviewer", second="owner")
    approve = ("master", "approve", NAME, "1")
    assert "does not approve it" in inspector.refused("eng", *approve, "--role", "QA reviewer", sees=master)
    inspector.does("qa", *approve, sees=master)
    inspector.does("eng2", "change", "open", "CC-1", "--of", master, "--what", "first version")
    inspector.does("qa", "change", "approve", "CC-1", sees="change CC-1")
    inspector.does("qa", "master", "effective", NAME, "1", "--change", "CC-1")
    before = inspector.show("master", "show", NAME)["versions"]
    (site.folder / "v1.yaml").write_text(text(1).replace("least: 20 min", "least: 19 min", 1), "utf-8")
    assert "never changed" in inspector.refused("eng", "master", "draft", site.folder / "v1.yaml")
    assert inspector.show("master", "show", NAME)["versions"] == before
