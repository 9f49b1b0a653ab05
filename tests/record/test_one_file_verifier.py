"""The one-file verifier: it runs where Axenic is not, agrees with `axenic verify`, and finds every flipped byte."""

from __future__ import annotations

import ast
import importlib.util
import re
import shutil
import subprocess
import sys

import pytest

from axenic.record.bundle import bundle_of
from axenic.record.bundle_verdict import judge_bundle
from axenic.record.carry import sealed_record
from axenic.record.journal import read_journal
from axenic.record.statement import signer_of
from axenic.record.verifier import VERIFIER, put_verifier
from axenic.record.verify import export
from tests.record.kept import BATCH, small_journal, whole_journal


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """A folder as it is handed out: the bundle, the printed record, the export, and the verifier."""
    made = tmp_path_factory.mktemp("handed out")
    path = made / "j.db"
    whole_journal(path).close()
    reading = read_journal(path)
    bundle = bundle_of(BATCH, reading.entries, reading.head, signer_of(path, reading))
    (made / "batch.json").write_bytes(bundle.to_bytes())
    (made / "batch.pdf").write_bytes(sealed_record(bundle, reading, path))
    export(path, made / "journal.jsonl")
    put_verifier(made)
    (made / "vkey").write_text(reading.head.vkey)
    return made


@pytest.fixture(scope="module")
def verifier(folder):
    spec = importlib.util.spec_from_file_location("verify_record", folder / VERIFIER)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture(scope="module")
def small(tmp_path_factory):
    path = tmp_path_factory.mktemp("small") / "j.db"
    small_journal(path).close()
    reading = read_journal(path)
    return bundle_of(BATCH, reading.entries, reading.head, signer_of(path, reading)).to_bytes()


def run(folder, *words):
    """The verifier in a process of its own, that sees neither our packages nor our folder."""
    command = [sys.executable, "-I", folder / VERIFIER, *words]
    return subprocess.run(command, capture_output=True, text=True, cwd=folder, check=False)


@pytest.mark.requirement("ATT-30", "P11-10a2", "P11-10b2")
def test_it_proves_a_bundle_a_record_and_an_export_where_axenic_cannot_be_imported(folder):
    hidden = "import sys; sys.modules['axenic'] = None\nimport runpy; sys.argv = sys.argv[1:]\n"
    for name in ("batch.json", "batch.pdf", "journal.jsonl"):
        command = [sys.executable, "-I", "-c", f"{hidden}runpy.run_path({VERIFIER!r}, run_name='__main__')"]
        done = subprocess.run(
            [*command, VERIFIER, name], capture_output=True, text=True, cwd=folder, check=False, timeout=60
        )
        assert done.returncode == 0, done.stdout + done.stderr
        assert done.stdout.startswith("PROVED\n")
        assert "NOT PROVED\n" in done.stdout


def test_it_needs_nothing_but_python_and_cryptography(folder):
    text = (folder / VERIFIER).read_text("utf-8")
    lines = [line.split() for line in text.splitlines() if line.startswith(("import ", "from "))]
    imported = {words[1].partition(".")[0] for words in lines}
    assert imported - {"cryptography"} <= set(sys.stdlib_module_names)


def test_it_is_python_of_3_9(folder):
    ast.parse((folder / VERIFIER).read_text("utf-8"), feature_version=(3, 9))


def test_it_says_what_it_did_not_prove(folder):
    without, pinned = run(folder, "batch.pdf"), run(folder, "batch.pdf", "--key", (folder / "vkey").read_text())
    assert "whose key it is" in without.stdout
    assert "whose key it is" not in pinned.stdout
    assert "that the pages show what the attachment holds" in pinned.stdout


def test_another_key_is_refused(folder, tmp_path):
    small_journal(tmp_path / "o.db").close()
    other = read_journal(tmp_path / "o.db").head.vkey
    for name in ("batch.json", "batch.pdf", "journal.jsonl"):
        done = run(folder, name, "--key", other)
        assert (done.returncode, "another key" in done.stdout) == (1, True)


def test_a_file_that_is_not_there_or_is_none_of_ours_is_told(folder):
    assert run(folder, "nothing.json").returncode == 2
    assert run(folder).returncode == 2
    assert run(folder, "vkey").returncode == 1


@pytest.mark.requirement("P11-10a2")
@pytest.mark.parametrize("bit", [0x01, 0x20])
def test_every_flipped_byte_of_a_bundle_is_found_by_both_verifiers(small, verifier, bit):
    assert judge_bundle(small).ok
    assert verifier.verify(small)
    for place in range(len(small)):
        changed = small[:place] + bytes([small[place] ^ bit]) + small[place + 1 :]
        assert not judge_bundle(changed).ok, place
        with pytest.raises(verifier.Wrong):
            verifier.verify(changed)


def test_every_cut_and_every_added_byte_of_a_bundle_is_found_by_both(small, verifier):
    for changed in (*(small[:n] for n in range(0, len(small), 97)), small + b"\n", small + b" ", b" " + small):
        assert not judge_bundle(changed).ok
        with pytest.raises(verifier.Wrong):
            verifier.verify(changed)


@pytest.mark.requirement("P11-10a2")
def test_flipped_bytes_all_over_a_printed_record_are_found(folder, verifier):
    pdf = (folder / "batch.pdf").read_bytes()
    for place in range(0, len(pdf), len(pdf) // 60):
        changed = pdf[:place] + bytes([pdf[place] ^ 1]) + pdf[place + 1 :]
        with pytest.raises(verifier.Wrong):
            verifier.verify(changed)


@pytest.mark.requirement("P11-10a2")
def test_every_flipped_byte_of_a_seal_is_found(folder, verifier):
    pdf = (folder / "batch.pdf").read_bytes()
    key = [verifier.key_of((folder / "vkey").read_text())[2]]
    begin, end = (int(n) for n in re.findall(rb"/ByteRange\s*\[\s*0 (\d+) (\d+)", pdf)[0])
    digest = verifier.sha256(pdf[:begin] + pdf[end:]).digest()
    seal = bytes.fromhex(pdf[begin + 1 : end - 1].decode())
    seal = seal[: verifier.der(seal, 0)[2]]
    assert verifier.check_signature(seal, digest, key)
    for place in range(len(seal)):
        changed = seal[:place] + bytes([seal[place] ^ 1]) + seal[place + 1 :]
        with pytest.raises((verifier.Wrong, ValueError, IndexError)):
            verifier.check_signature(changed, digest, key)


@pytest.mark.requirement("ATT-24")
def test_a_bundle_of_another_batch_cannot_be_put_behind_the_pages_of_this_one(folder, verifier):
    pdf = (folder / "batch.pdf").read_bytes()
    bundle = (folder / "batch.json").read_bytes()
    extra = b"\n99 0 obj\n<</Type/EmbeddedFile>>\nstream\n" + bundle + b"endstream\nendobj\n"
    with pytest.raises(verifier.Wrong):
        verifier.verify(pdf + extra)
    with pytest.raises(verifier.Wrong, match="0 bundles"):
        verifier.verify(pdf.replace(b"/EmbeddedFile", b"/EmbeddedFilm"))


@pytest.mark.requirement("P11-10a2")
def test_a_flipped_byte_of_an_export_is_found(folder, verifier):
    data = (folder / "journal.jsonl").read_bytes()
    for place in range(0, len(data), len(data) // 40):
        with pytest.raises(verifier.Wrong):
            verifier.verify(data[:place] + bytes([data[place] ^ 1]) + data[place + 1 :])


def test_it_is_handed_out_as_it_is_shipped(folder, tmp_path):
    shutil.copy(folder / VERIFIER, tmp_path / "first")
    assert put_verifier(tmp_path).read_bytes() == (tmp_path / "first").read_bytes()
