"""The verb `backup` as its users call it."""

from __future__ import annotations

import json

import pytest

from axenic.identity.vault import Vault
from axenic.record.entry import Act
from axenic.record.journal import Journal
from tests.identity.codes import ANNA
from tests.record.conftest import facts


@pytest.fixture
def journal(tmp_path):
    made = Journal.create(tmp_path / "site" / "j.db", "axenic.example/site/1")
    made.append(facts(6))
    made.anchor()
    yield made
    made.close()


def test_a_journal_is_backed_up_drilled_lost_and_gone_on_with(axenic, journal, tmp_path):
    folder = tmp_path / "tape" / "monday"
    code, out, _ = axenic("backup", "--journal", journal.place, "--to", folder, "--json")
    assert (code, json.loads(out)["events"]) == (0, 6)
    code, out, _ = axenic("backup", "drill", folder)
    assert (code, out.split("\n")[0]) == (0, f"6 events restored, all as backed up; root {journal.root()}")
    journal.append(facts(2))
    journal.anchor()
    words = ("backup", "restore", folder, "--journal", tmp_path / "new.db", "--lost", journal.place)
    code, out, _ = axenic(*words, "--reason", "disk", "--by", "ann", "--and", "bob")
    assert (code, "entries 7 to 8 are lost" in out, "axenic.example/site/2" in out) == (0, True, True)
    assert "nobody can prove who they are" in out and "axenic user recover" in out
    assert axenic("verify", tmp_path / "new.db")[0] == 0


def test_each_way_it_cannot_be_done_has_its_exit_code(axenic, journal, tmp_path):
    folder = tmp_path / "backup"
    assert axenic("backup", "--journal", tmp_path / "no.db", "--to", folder)[0] == 3
    assert axenic("backup", "--journal", journal.place, "--to", journal.place.folder)[0] == 2
    assert axenic("backup", "drill", folder)[0] == 3
    assert axenic("backup", "--journal", journal.place, "--to", folder)[0] == 0
    words = ("backup", "restore", folder, "--reason", "disk", "--by", "ann", "--and")
    assert axenic(*words, "ann", "--journal", tmp_path / "new.db")[0] == 4
    assert axenic(*words, "bob", "--journal", journal.place)[0] == 2
    (folder / "journal.db").write_bytes(b"noise")
    code, out, _ = axenic("backup", "drill", folder, "--json")
    assert (code, json.loads(out)["ok"]) == (1, False)


def test_a_journal_without_its_checkpoint_verifies_and_says_that_nothing_outside_was_compared(axenic, journal):
    assert json.loads(axenic("verify", journal.place, "--json")[1])["anchored"] is True
    journal.place.checkpoint.unlink()
    assert json.loads(axenic("verify", journal.place, "--json")[1])["anchored"] is False
    code, out, _ = axenic("verify", journal.place)
    assert (code, "nothing outside was compared" in out) == (0, True)


def test_the_vault_comes_back_without_whom_the_record_erased_and_its_key_is_asked_for(axenic, journal, tmp_path):
    with Vault(journal.place.beside(".vault")) as vault:
        vault.keep(ANNA, {"family name": "Grantham"})
    journal.append([Act(9_000, "patient erase", "qa", object=f"patient {ANNA}")])
    folder, new = tmp_path / "backup", tmp_path / "new.db"
    assert axenic("backup", "--journal", journal.place, "--to", folder)[0] == 0
    words = ("backup", "restore", folder, "--reason", "disk", "--by", "ann", "--and", "bob", "--journal", new)
    code, out, _ = axenic(*words)
    assert code == 0 and "the vault of patients is there, 1 erased again" in out
    assert "its key file is in no backup" in out and b"Grantham" not in (tmp_path / "new.db.vault").read_bytes()
