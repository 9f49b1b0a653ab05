"""`axenic export BATCH` and `axenic verify` of what was carried out, as their users call them."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys

import pypdf
import pytest

from axenic.control.facts import ClockJumped
from axenic.record.bundle import read_bundle
from axenic.record.carry import carried as carried_out
from axenic.record.extract import batches_of
from axenic.record.journal import read_journal
from axenic.record.judgement import said_in
from tests.record.kept import BATCH, small_journal, whole_journal


@pytest.fixture(scope="module")
def journal(tmp_path_factory):
    path = tmp_path_factory.mktemp("journal") / "j.db"
    whole_journal(path).close()
    return path


def carried(axenic, journal, out, *more):
    code, said, err = axenic("export", BATCH, "--journal", journal, "--out", out, "--json", *more)
    assert code == 0, err
    return json.loads(said)


def test_a_batch_is_carried_out_as_json_and_proves_itself(axenic, journal, tmp_path):
    said = carried(axenic, journal, tmp_path / "b.json")
    code, out, _ = axenic("verify", tmp_path / "b.json", "--json")
    found = json.loads(out)
    assert (code, found["ok"], found["copy"]) == (0, True, "whole")
    assert (found["events"], found["in_journal"]) == (said["events"], said["in_journal"])
    assert f"{said['events']} of {said['of_batch']} entries of {BATCH}" in axenic("verify", tmp_path / "b.json")[1]


def test_a_batch_is_carried_out_as_sealed_pdf_and_proves_itself(axenic, journal, tmp_path):
    carried(axenic, journal, tmp_path / "b.pdf")
    code, out, _ = axenic("verify", tmp_path / "b.pdf", "--json")
    found = json.loads(out)
    assert (code, found["ok"], found["seal"]["state"], found["pages"]) == (0, True, "intact", "as laid out again")
    again = tmp_path / "again.pdf"
    carried(axenic, journal, again)
    assert again.read_bytes() == (tmp_path / "b.pdf").read_bytes()


def test_a_changed_byte_of_what_was_carried_out_is_found(axenic, journal, tmp_path):
    for name in ("b.json", "b.pdf"):
        carried(axenic, journal, tmp_path / name)
        data = bytearray((tmp_path / name).read_bytes())
        data[len(data) // 3] ^= 1
        (tmp_path / name).write_bytes(data)
        code, out, _ = axenic("verify", tmp_path / name, "--json")
        assert (code, json.loads(out)["ok"]) == (1, False)
        assert "NOT as written" in axenic("verify", tmp_path / name)[1]


def test_a_pdf_that_carries_nothing_is_not_taken_for_a_record(axenic, tmp_path):
    (tmp_path / "x.pdf").write_bytes(b"%PDF-1.7\nnothing\n")
    code, out, _ = axenic("verify", tmp_path / "x.pdf", "--json")
    assert (code, json.loads(out)["ok"]) == (1, False)


def test_the_verifier_is_laid_beside_it_and_agrees(axenic, journal, tmp_path):
    for name in ("b.json", "b.pdf"):
        verifier = carried(axenic, journal, tmp_path / name, "--with-verifier")["verifier"]
        done = subprocess.run(
            [sys.executable, "-I", verifier, tmp_path / name], capture_output=True, text=True, check=False
        )
        assert (done.returncode, done.stdout[:6]) == (0, "PROVED")
    assert axenic("export", journal, "--out", tmp_path / "j.jsonl", "--with-verifier")[0] == 0


def test_the_key_can_be_pinned(axenic, journal, tmp_path):
    carried(axenic, journal, tmp_path / "b.pdf")
    small_journal(tmp_path / "o.db").close()
    key, other = read_journal(journal).head.vkey, read_journal(tmp_path / "o.db").head.vkey
    assert axenic("verify", tmp_path / "b.pdf", "--key", key)[0] == 0
    assert axenic("verify", tmp_path / "b.pdf", "--key", other)[0] == 1


def test_a_batch_that_is_not_there_is_told_with_those_that_are(axenic, journal, tmp_path):
    code, _, err = axenic("export", "AX-77", "--journal", journal, "--out", tmp_path / "b.pdf")
    assert (code, "AX0501" in err) == (3, True)
    assert all(batch in err for batch in batches_of(read_journal(journal).entries))
    assert not (tmp_path / "b.pdf").exists()


def test_a_batch_is_never_written_over_the_journal_nor_without_a_form(axenic, tmp_path):
    journal = tmp_path / "j.json"
    small_journal(journal).close()
    (tmp_path / "link.json").symlink_to(journal)
    for name in ("j.json", "link.json", "b.txt", "b"):
        code, _, err = axenic("export", BATCH, "--journal", journal, "--out", tmp_path / name)
        assert (code, "AX0402" in err) == (2, True), name
    assert axenic("verify", journal)[0] == 0


def test_without_its_key_a_journal_gives_a_partial_copy_and_no_sealed_record(axenic, tmp_path):
    journal = tmp_path / "j.db"
    small_journal(journal).close()
    (tmp_path / "j.db.key").unlink()
    assert carried(axenic, journal, tmp_path / "b.json")["copy"] == "partial copy"
    assert "PARTIAL COPY" in axenic("verify", tmp_path / "b.json")[1]
    assert axenic("export", BATCH, "--journal", journal, "--out", tmp_path / "b.pdf")[0] == 2


def test_a_journal_without_documents_has_a_bundle_but_no_printed_record(axenic, tmp_path):
    small_journal(tmp_path / "j.db").close()
    carried(axenic, tmp_path / "j.db", tmp_path / "b.json")
    code, _, err = axenic("export", BATCH, "--journal", tmp_path / "j.db", "--out", tmp_path / "b.pdf")
    assert (code, "master documents" in err) == (2, True)
    assert not list(tmp_path.glob("*.half"))


def test_a_batch_of_a_journal_in_postgresql_is_carried_out_as_that_of_a_file(axenic, database, tmp_path):
    whole_journal(database).close()
    for name in ("b.json", "b.pdf"):
        carried(axenic, database, tmp_path / name, "--with-verifier")
        assert axenic("verify", tmp_path / name)[0] == 0
        done = subprocess.run(
            [sys.executable, "-I", tmp_path / "verify_record.py", tmp_path / name], capture_output=True, check=False
        )
        assert done.returncode == 0
    own = tmp_path / "keys"
    assert [p for p in own.iterdir() if p.suffix == ".seal"], "its seal lies beside its keys"
    seal = next(p for p in own.iterdir() if p.suffix == ".seal")
    (tmp_path / "link.pdf").symlink_to(seal)
    assert axenic("export", BATCH, "--journal", database, "--out", tmp_path / "link.pdf")[0] == 2
    code, _, err = axenic(
        "export",
        BATCH,
        "--journal",
        "postgresql://ann:secret@localhost:1/s?connect_timeout=2",
        "--out",
        tmp_path / "c.pdf",
    )
    assert (code in (2, 3), "secret" in err) == (True, False)


def test_nothing_is_carried_out_of_a_journal_under_the_integrity_lock(axenic, tmp_path):
    path, older = tmp_path / "j.db", tmp_path / "older.db"
    journal = small_journal(path)
    shutil.copy(path, older)
    journal.append([ClockJumped(9_000, 10)])
    journal.anchor()
    journal.close()
    shutil.copy(older, path)
    for left in (*tmp_path.glob("j.db-wal"), *tmp_path.glob("j.db-shm")):
        left.unlink()
    for name in ("b.json", "b.pdf"):
        code, _, err = axenic("export", BATCH, "--journal", path, "--out", tmp_path / name)
        assert (code != 0, "AX0305" in err, (tmp_path / name).exists()) == (True, True, False)
    locked = read_journal(path, inspect=True)
    with pytest.raises(ValueError, match="integrity lock"):
        carried_out(BATCH, locked, path)


def test_what_quality_says_goes_with_the_batch_into_both_forms_and_the_working_copy(axenic, journal, tmp_path):
    carried(axenic, journal, tmp_path / "b.json")
    said = said_in(read_bundle((tmp_path / "b.json").read_bytes()).judgement)
    shown = json.loads(axenic("review", "show", BATCH, "--journal", journal, "--json")[1])
    assert [(f["entry"], f["severity"], f["answer"]) for f in said["flags"]] == [
        (f["seq"], f["severity"], f["answer"]) for f in shown["exceptions"]
    ]
    assert said["ran"] == shown["rules"]["run"]
    printed = json.loads(axenic("record", journal, BATCH, "--json")[1])["records"][BATCH]
    carried(axenic, journal, tmp_path / "b.pdf")
    for path in (printed, tmp_path / "b.pdf"):
        text = " ".join(" ".join(page.extract_text() for page in pypdf.PdfReader(path).pages).split())
        assert shown["rules"]["digest"] in text
