"""The chain of identity through the command line alone: what is done, what is stopped, what is refused."""

from __future__ import annotations

import json
import shutil

import pytest

from tests.identity.codes import ANNA, ANNAS_CELLS, BRUNO, BRUNOS_CELLS, GTIN
from tests.quality.bound import ANNAS, BRUNOS, bag, label_file, ordered, wrist
from tests.quality.site import password
from tests.quality.test_patients import PERSON, file_of

BIND = {ANNAS: (ANNA, ANNAS_CELLS, "1"), BRUNOS: (BRUNO, BRUNOS_CELLS, "2")}


@pytest.fixture
def call(site, axenic, monkeypatch):
    """Call a verb as somebody of the staff, on a site where Anna's and Bruno's batches are ordered."""
    ordered(site, ANNAS, BRUNOS)
    site.journal.anchor()
    for ending in ("", ".key"):  # where the command line has its safe
        shutil.copy(site.folder / f"safe{ending}", site.journal.place.beside(f".safe{ending}"))

    def call(user: str, *words: object, second: str = ""):
        monkeypatch.setenv("AXENIC_STATION", "S-1")
        monkeypatch.setenv("AXENIC_PASSWORD", password(user))
        monkeypatch.setenv("AXENIC_SECOND_PASSWORD", password(second))
        more = ["--second", second] if second else []
        return axenic(*words, "--journal", site.journal.place, "--as", user, *more)

    call.show = lambda *words: axenic(*words, "--journal", site.journal.place)
    call.site = site
    return call


def bind(call, batch):
    coi, din, serial = BIND[batch]
    words = ("--coi", coi, "--din", bag(din), "--gtin", GTIN, "--serial", serial)
    return call("op", "identity", "bind", batch, *words, second="op2")


def match(call, container, other, *more, second=""):
    words = ("--at", "receipt", "--container", container, "--other", other, *more)
    return call("op", "handover", "match", ANNAS, *words, second=second)


@pytest.mark.requirement("ATT-23", "P4-AUT")
def test_a_match_ends_with_0_a_mismatch_with_1_and_what_cannot_be_told_with_4(call):
    assert [bind(call, batch)[::2] for batch in (ANNAS, BRUNOS)] == [(0, "")] * 2
    assert match(call, bag(ANNAS_CELLS), wrist(ANNA))[0] == 0
    code, _, err = match(call, "Müller, Anna", wrist(ANNA))
    assert (code, "ller" in err) == (4, False)
    code, out, _ = match(call, bag(BRUNOS_CELLS), wrist(ANNA))
    assert (code, f"MISMATCH: do not touch {ANNAS}, {BRUNOS}; all are held" in out) == (1, True)
    typed = (bag(ANNAS_CELLS), str(ANNA), "--typed", "other")
    assert match(call, *typed)[0] == 4
    code, out, _ = match(call, *typed, second="op2")
    assert (code, "held since the mismatch" in out) == (1, True)
    code, out, _ = call.show("handover", "show", BRUNOS, "--json")
    shown = json.loads(out)
    assert [h["outcome"] for h in shown["handovers"]] == ["mismatch"]
    assert any("in doubt" in text for text in shown["blockers"])
    assert "receipt: mismatch" in call.show("handover", "show", ANNAS)[1]
    assert call.show("handover", "show", "AX-9")[0] == 3


def test_a_label_and_a_leg_of_the_way_are_done_from_the_command_line(call):
    bind(call, ANNAS)
    folder = call.site.folder
    words = ("--file", label_file(folder), "--out", folder / "label.pdf", "--count", 2)
    assert call("op", "label", "print", ANNAS, *words)[0] == 0
    assert (folder / "label.pdf").read_bytes().startswith(b"%PDF-")
    assert call("op", "label", "destroy", ANNAS, "--serial", "1", "--count", 3, "--reason", "x", second="op2")[0] == 4
    place = ("--place", "https://axenic.example/site/hospital")
    containers = ("--container", bag(ANNAS_CELLS), "--container", "]d200106141412345678908")
    assert call("op", "custody", "collect", ANNAS, *containers, *place)[0] == 0
    assert call("op", "custody", "receive", ANNAS, *containers, *place)[0] == 4
    assert call("op", "custody", "ship", ANNAS, *containers, *place)[0] == 0


def test_a_person_is_kept_shown_and_erased_from_the_command_line(call):
    words = ("--file", file_of(call.site, PERSON))
    assert call("lead", "patient", "keep", ANNA, *words)[0] == 0
    code, out, _ = call("qp", "patient", "show", ANNA, "--reason", "adverse event", "--json")
    assert (code, json.loads(out)["family name"]) == (0, PERSON["family name"])
    assert call("qa", "patient", "erase", ANNA, "--reason", "asked for", second="qp")[0] == 0
    assert call("qp", "patient", "show", ANNA, "--reason", "again")[0] == 4
    assert call("lead", "order", "take", "none.json")[0] == 4
