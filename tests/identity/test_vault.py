"""The vault: no name can be read in its files, and what was erased nobody can bring back."""

from __future__ import annotations

import os
import sqlite3
import stat
import subprocess
import sys

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from axenic.identity.unreadable import Unreadable
from axenic.identity.vault import Vault, key_path
from tests.identity.codes import ANNA, BRUNO

PERSON = {"family name": "Überacker-Grantham", "given name": "Annabelle", "birth date": "1982-03-04"}


@pytest.fixture
def path(tmp_path):
    return tmp_path / "vault.db"


def raw(path):
    """Every byte of every file of the vault."""
    return b"".join(p.read_bytes() for p in sorted(path.parent.iterdir()))


def wrapped_key(path, coi):
    with sqlite3.connect(path) as db:
        found = db.execute("SELECT wrapped FROM person WHERE coi = ?", (str(coi),)).fetchone()[0]
    db.close()
    return found


def test_a_person_comes_back_under_their_code_also_after_closing(path):
    with Vault(path) as vault:
        vault.keep(ANNA, PERSON)
        assert vault.person(ANNA) == PERSON
    with Vault(path) as vault:
        assert vault.person(ANNA) == PERSON
        assert vault.codes() == {str(ANNA): True}


def test_no_file_of_the_vault_shows_a_name_while_it_is_open_nor_after(path):
    words = [w.encode(e) for w in PERSON.values() for e in ("utf-8", "utf-16-le", "latin-1")]
    with Vault(path) as vault:
        vault.keep(ANNA, PERSON)
        vault.digest(ANNA, "family name", PERSON["family name"])
        assert path.with_name("vault.db-wal").stat().st_size > 0, "the log is looked into as well"
        assert not any(word in raw(path) for word in words)
    assert not any(word in raw(path) for word in words)


def test_every_file_is_readable_by_its_owner_only(path):
    with Vault(path) as vault:
        vault.keep(ANNA, PERSON)
        modes = {p.name: stat.S_IMODE(p.stat().st_mode) for p in path.parent.iterdir()}
    assert set(modes) == {"vault.db", "vault.db-wal", "vault.db-shm", "vault.db.key"}
    assert set(modes.values()) == {0o600}


def test_erasing_leaves_the_pseudonym_and_nothing_else(path):
    with Vault(path) as vault:
        vault.keep(ANNA, PERSON)
        vault.keep(BRUNO, {"family name": "Bruno"})
        key = wrapped_key(path, ANNA)
        assert key in raw(path)
        vault.erase(ANNA)
        assert key not in raw(path), "the key is neither in the file nor in the log"
        assert vault.codes() == {str(ANNA): False, str(BRUNO): True}
        for ask in (lambda: vault.person(ANNA), lambda: vault.digest(ANNA, "a", "b"), lambda: vault.erase(ANNA)):
            with pytest.raises(Unreadable, match="erased"):
                ask()
        with pytest.raises(Unreadable, match="erased"):
            vault.keep(ANNA, PERSON)  # a pseudonym is not given twice
        assert vault.person(BRUNO) == {"family name": "Bruno"}


def test_erasing_is_not_claimed_done_while_a_reader_keeps_the_former_content(path):
    with Vault(path) as vault:
        vault.keep(ANNA, PERSON)
        vault._db.execute("PRAGMA busy_timeout=50")
        reader = sqlite3.connect(path, isolation_level=None)
        reader.execute("BEGIN")
        reader.execute("SELECT count(*) FROM person").fetchone()
        with pytest.raises(Unreadable, match="a reader keeps the former content"):
            vault.erase(ANNA)
        reader.close()
        vault.settle()
        assert vault.codes() == {str(ANNA): False}


def test_a_mended_name_replaces_the_former_one(path):
    with Vault(path) as vault:
        vault.keep(ANNA, PERSON)
        before = vault.digest(ANNA, "given name", "Annabelle")
        vault.keep(ANNA, PERSON | {"given name": "Anabelle"})
        assert vault.person(ANNA)["given name"] == "Anabelle"
        assert vault.digest(ANNA, "given name", "Annabelle") == before, "the patient's key stays"


def test_a_digest_tells_equal_values_of_one_patient_and_joins_no_two_patients(path):
    with Vault(path) as vault:
        vault.keep(ANNA, PERSON)
        vault.keep(BRUNO, PERSON)
        digest = vault.digest(ANNA, "birth date", "1982-03-04")
        assert len(digest) == 64
        assert digest == vault.digest(ANNA, "birth date", "1982-03-04")
        others = [
            vault.digest(ANNA, "birth date", "1982-03-05"),
            vault.digest(ANNA, "death date", "1982-03-04"),
            vault.digest(BRUNO, "birth date", "1982-03-04"),
            vault.digest(ANNA, "birth date1982", "-03-04"),
        ]
        assert digest not in others and len(set(others)) == 4


def test_rows_swapped_between_patients_are_told(path):
    with Vault(path) as vault:
        vault.keep(ANNA, PERSON)
        vault.keep(BRUNO, {"family name": "Bruno"})
    with sqlite3.connect(path) as db:
        rows = dict(db.execute("SELECT coi, sealed FROM person"))
        db.execute("UPDATE person SET sealed = ? WHERE coi = ?", (rows[str(BRUNO)], str(ANNA)))
    db.close()
    with Vault(path) as vault, pytest.raises(Unreadable, match="altered"):
        vault.person(ANNA)


def test_a_wrong_missing_or_open_key_file_is_refused(path):
    with Vault(path) as vault:
        vault.keep(ANNA, PERSON)
    good = key_path(path).read_text()
    key_path(path).write_text("00" * 32)
    with pytest.raises(Unreadable, match="not its key"):
        Vault(path)
    for nonsense in ("", "00" * 31, "no hex", "é"):
        key_path(path).write_text(nonsense, "utf-8")
        with pytest.raises(Unreadable, match="holds no key"):
            Vault(path)
    key_path(path).write_text(good)
    key_path(path).chmod(0o640)
    with pytest.raises(Unreadable, match="others can read"):
        Vault(path)
    key_path(path).unlink()
    with pytest.raises(Unreadable, match="key file is missing"):
        Vault(path)
    assert not key_path(path).exists(), "no new key is made over data that it could not open"


@pytest.mark.parametrize("content", [b"no database at all, but long enough to be looked at" * 40, b"short"])
def test_a_file_that_is_no_vault_is_refused(path, content):
    path.write_bytes(content)
    with pytest.raises(Unreadable, match="no vault"):
        Vault(path)


def test_another_database_is_refused(path):
    with sqlite3.connect(path) as db:
        db.execute("CREATE TABLE person (name TEXT)")
    db.close()
    with pytest.raises(Unreadable, match="no vault"):
        Vault(path)


def test_a_folder_that_is_not_there_is_refused(tmp_path):
    with pytest.raises(Unreadable, match="cannot be opened"):
        Vault(tmp_path / "nowhere" / "vault.db")


def test_nobody_is_kept_under_an_unknown_code(path):
    with Vault(path) as vault, pytest.raises(Unreadable, match="nobody is kept"):
        vault.person(ANNA)


def test_two_processes_that_begin_a_vault_at_once_share_one_key(path):
    code = "import sys; from pathlib import Path; from axenic.identity.vault import Vault; Vault(Path(sys.argv[1]))"
    both = [subprocess.Popen([sys.executable, "-c", code, str(path)], env=os.environ) for _ in range(2)]
    assert [p.wait() for p in both] == [0, 0]
    assert {p.name for p in path.parent.iterdir()} <= {"vault.db", "vault.db.key", "vault.db-wal", "vault.db-shm"}
    Vault(path).close()


@settings(deadline=None, max_examples=25)
@given(st.dictionaries(st.text(st.characters(codec="utf-8")), st.text(st.characters(codec="utf-8")), max_size=4))
def test_whatever_a_person_is_called_comes_back(tmp_path_factory, person):
    with Vault(tmp_path_factory.mktemp("v") / "vault.db") as vault:
        vault.keep(ANNA, person)
        assert vault.person(ANNA) == person
