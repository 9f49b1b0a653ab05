"""The vault goes with the backup, sealed; who was erased by the record does not come back with it."""

from __future__ import annotations

import shutil

import pytest

from axenic.identity.unreadable import Unreadable
from axenic.identity.vault import Vault, key_path
from axenic.quality.restored_vault import bring_vault
from axenic.record.backup import VAULT, back_up, drill
from axenic.record.place import Place
from axenic.record.restore import restore
from tests.identity.codes import ANNA, BRUNO

PERSONS = {
    ANNA: {"family name": "Grantham", "given name": "Annabelle"},
    BRUNO: {"family name": "Oberhuber", "given name": "Bruno"},
}
WHO = {"at": 1_795_960_000_000, "reason": "the disk broke", "persons": ("sys", "qa")}


@pytest.fixture
def place(site):
    """The site's journal, with two patients in the vault beside it."""
    place = site.journal.place
    site.safe._path = place.beside(".safe")  # where the command line has it, and so the vault
    with Vault(site.safe.vault) as vault:
        for coi, person in PERSONS.items():
            vault.keep(coi, person)
    return place


def erase(site, coi=ANNA):
    site.do("qa", "patient erase", coi=str(coi), second="qp")


def restored(folder, tmp_path, lost=None):
    to = Place.of(tmp_path / "new" / "journal.db")
    to.folder.mkdir()
    restore(folder, to, **WHO, lost=lost)
    return to, bring_vault(folder, to, lost)


@pytest.mark.requirement("US-1271c", "ATT-11")
def test_the_vault_is_in_the_backup_sealed_and_without_its_key(site, place, tmp_path):
    folder = tmp_path / "backup"
    assert back_up(place, folder).ok
    assert sorted(p.name for p in folder.iterdir() if "vault" in p.name) == [VAULT]
    key = bytes.fromhex(key_path(place.beside(".vault")).read_text())
    kept = b"".join(p.read_bytes() for p in folder.iterdir())
    assert not [text for text in (b"Grantham", b"Bruno", key, key.hex().encode()) if text in kept]
    to, vault = restored(folder, tmp_path)
    assert (vault.there, vault.key, vault.erased) == (True, False, 0)
    shutil.copy(key_path(place.beside(".vault")), key_path(to.beside(".vault")))
    with Vault(to.beside(".vault")) as again:
        assert {coi: again.person(coi) for coi in PERSONS} == PERSONS


@pytest.mark.requirement("US-1271c")
def test_who_was_erased_does_not_come_back_by_the_vault_of_an_older_backup(site, place, tmp_path):
    back_up(place, tmp_path / "before")
    erase(site)
    back_up(place, tmp_path / "after")
    shutil.copy(tmp_path / "before" / VAULT, tmp_path / "after" / VAULT)
    assert drill(tmp_path / "after").reasons == ("vault is not as it was written",)
    to = Place.of(tmp_path / "after" / "journal.db")
    shutil.copytree(tmp_path / "after", tmp_path / "new")
    to = Place.of(tmp_path / "new" / "journal.db")
    vault = bring_vault(tmp_path / "before", to)
    assert (vault.there, vault.erased) == (True, 1)
    shutil.copy(key_path(place.beside(".vault")), key_path(to.beside(".vault")))
    with Vault(to.beside(".vault")) as again:
        assert again.codes() == {str(ANNA): False, str(BRUNO): True}
        with pytest.raises(Unreadable, match="has been erased"):
            again.person(ANNA)


@pytest.mark.requirement("US-1271c")
def test_an_erasure_after_the_backup_holds_if_the_vault_itself_was_not_lost(site, place, tmp_path):
    back_up(place, tmp_path / "backup")
    erase(site)
    to, vault = restored(tmp_path / "backup", tmp_path, place)
    assert (vault.there, vault.key, vault.erased) == (True, True, 0)
    with Vault(to.beside(".vault")) as again:
        assert again.codes() == {str(ANNA): False, str(BRUNO): True}
    assert not bring_vault(tmp_path / "backup", to, place).there


def test_a_backup_whose_vault_was_taken_out_is_not_whole(site, place, tmp_path):
    back_up(place, tmp_path / "backup")
    (tmp_path / "backup" / VAULT).unlink()
    assert drill(tmp_path / "backup").reasons == ("vault is missing",)
