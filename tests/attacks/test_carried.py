"""Attacks 24, 26 and 30: on signatures and on what is printed or carried out of the journal, now and in eight years."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pypdf
import pytest

from axenic.cli.job import new_job
from axenic.record.entry import canonical
from axenic.record.merkle import leaf_hash
from axenic.record.verifier import VERIFIER
from tests.quality.made import BATCH, PLANT, RECIPE, answered, reviewed, run_of
from tests.quality.site import DAY

OTHER = "AX-0002"
DOSE, OTHERS = f"batch {BATCH}", f"batch {OTHER}"
YEARS = 8 * 365 * DAY
WRONG, NOT_GOOD = 2, 1
_SEAL = re.compile(rb"/ByteRange\s*\[\s*0 (\d+) (\d+)")
MOVED = "it was made for another act: a signature cannot be moved"


@pytest.fixture
def inspector(inspector, site):
    """At a site with two finished doses, of which one is certified, after somebody had tried who may not."""
    site.append(*new_job(RECIPE, PLANT, 7).documents(), *run_of(2))
    inspector.refused("op", "release", "certify", BATCH, "--reason", "shift ends")
    reviewed(answered(site))
    inspector.does("qp", "release", "certify", BATCH, sees=DOSE)
    return inspector


def carried(inspector, batch: str, out: Path) -> dict[str, object]:
    """A batch exported to a file; what the command says of it."""
    code, text, err = inspector.call("export", batch, "--out", out, "--json")
    assert code == 0, err
    return json.loads(text)


def verified(inspector, file: Path | str) -> tuple[int, str]:
    return inspector._axenic("verify", file)[:2]


def pages(file: Path) -> list[str]:
    """The text of each page, on one line."""
    return [" ".join(page.extract_text().split()) for page in pypdf.PdfReader(file).pages]


def certificate(site) -> tuple[int, object]:
    """The act by which the dose was certified, with its entry."""
    line = next(line for line in site.books.trail.lines if line.act.command == "release certify" and line.act.new)
    return line.seq, line.act


@pytest.mark.requirement("ATT-24", "P11-70")
def test_attack_24_a_row_with_a_signature_copied_to_the_end_of_the_table_is_found(inspector, site, owner):
    by = owner(site.journal)
    seq, _ = certificate(site)
    by.drop_triggers()
    size = by.ask("SELECT max(seq) FROM entry")[0][0]
    ((body,),) = by.ask("SELECT body FROM entry WHERE seq = ?", (seq,))
    copy = bytes(body).replace(BATCH.encode(), OTHER.encode())
    by.do("INSERT INTO entry(seq, body, leaf) VALUES (?, ?, ?)", (size + 1, copy, leaf_hash(copy)))
    code, said = verified(inspector, inspector.where)
    assert (code, "NOT as written" in said) == (NOT_GOOD, True)
    code, _, err = inspector.call("release", "register")
    assert (code, "AX030" in err) == (WRONG, True)


@pytest.mark.requirement("ATT-24", "P11-70", "A11-14")
def test_attack_24_a_signature_that_the_owner_of_the_key_appends_to_another_dose_is_void_wherever_it_is_shown(
    inspector, site, tmp_path
):
    _, act = certificate(site)
    site.append(replace(act, at=site.clock.wall, batch=OTHER, object=OTHERS))  # past every command
    (signature,) = inspector.show("sign", "show", OTHERS)["signatures"]
    assert (signature["valid"], signature["why"]) == (False, MOVED)
    rows = {row["batch"]: row["certified"] for row in inspector.show("release", "register")["register"]}
    assert [s["valid"] for s in rows[OTHER]] == [False]
    assert inspector.show("release", "show", OTHER)["state"] == "executed"
    carried(inspector, OTHER, tmp_path / "other.pdf")
    assert f"VOID: {MOVED}" in " ".join(pages(tmp_path / "other.pdf"))


@pytest.mark.requirement("ATT-24")
def test_attack_24_the_seal_of_one_printed_record_copied_to_another_is_broken_there(inspector, tmp_path):
    files = [tmp_path / f"{batch}.pdf" for batch in (BATCH, OTHER)]
    for batch, file in zip((BATCH, OTHER), files, strict=True):
        carried(inspector, batch, file)
        assert verified(inspector, file)[0] == 0
    pdfs = [file.read_bytes() for file in files]
    (begin, end), (start, stop) = (tuple(map(int, _SEAL.findall(pdf)[0])) for pdf in pdfs)
    moved = pdfs[1][:start] + pdfs[0][begin:end] + pdfs[1][stop:]
    assert len(moved) == len(pdfs[1])
    files[1].write_bytes(moved)
    code, said = verified(inspector, files[1])
    assert (code, "NOT as written: seal broken" in said) == (NOT_GOOD, True)


@pytest.mark.requirement("ATT-26", "US-188")
@pytest.mark.parametrize("verb", ["record", "export"])
def test_attack_26_a_printed_record_holds_the_failed_attempt_and_counts_pages_and_entries(
    inspector, site, tmp_path, verb
):
    if verb == "record":
        code, out, err = inspector._axenic("record", inspector.where, BATCH)
        assert code == 0, err
        file = Path(out.strip())
    else:
        file = tmp_path / "batch.pdf"
        said = carried(inspector, BATCH, file)
        assert (said["copy"], said["events"]) == ("whole", said["of_batch"])
    found = pages(file)
    attempts = [line for line in site.books.trail.of_batch(BATCH) if line.act.refused]
    assert attempts and f"refused: {attempts[0].act.refused[0]}" in " ".join(found)
    for number, page in enumerate(found, 1):
        assert f"page {number} of {len(found)}" in page
        assert re.search(r"(\d+) of \1 entries of this batch", page)
        assert site.journal.root() in page


@pytest.mark.requirement("ATT-26")
def test_attack_26_there_is_no_option_to_leave_something_out_and_a_bundle_without_the_attempt_is_not_proved(
    inspector, site, tmp_path
):
    for words in (("export", BATCH, "--out", tmp_path / "x.pdf"), ("record",)):
        assert "nknown option" in inspector.unknown(*words, "--without", "refused")
    file = tmp_path / "batch.json"
    carried(inspector, BATCH, file)
    bundle = json.loads(file.read_bytes())
    kept = [entry for entry in bundle["entries"] if not entry["body"]["data"].get("refused")]
    assert len(kept) < len(bundle["entries"])
    bundle["entries"] = kept
    bundle["counts"] |= {"here": len(kept), "batch": len(kept)}
    file.write_bytes(canonical(bundle) + b"\n")
    code, said = verified(inspector, file)
    assert (code, "NOT as written" in said) == (NOT_GOOD, True)


@pytest.mark.requirement("ATT-30", "P11-10b2", "P11-10c")
def test_attack_30_a_record_eight_years_old_opens_and_is_proved_where_there_is_no_axenic(inspector, site, tmp_path):
    site.clock.pass_by(YEARS)
    folder = tmp_path / "handed out"
    folder.mkdir()
    code, _, err = inspector.call("export", BATCH, "--out", folder / "record.pdf", "--with-verifier")
    assert code == 0, err
    assert BATCH in pages(folder / "record.pdf")[0]
    metadata = pypdf.PdfReader(folder / "record.pdf").trailer["/Root"]["/Metadata"].get_object().get_data().decode()
    assert re.search(r"pdfaid:part(>|=\")3", metadata)
    done = alone(folder, "record.pdf", site.journal.place.vkey.read_text().strip())
    assert done.returncode == 0, done.stdout + done.stderr
    assert done.stdout.startswith("PROVED\n") and BATCH in done.stdout and "whose key it is" not in done.stdout
    pdf = bytearray((folder / "record.pdf").read_bytes())
    pdf[len(pdf) // 2] ^= 1
    (folder / "record.pdf").write_bytes(pdf)
    assert "NOT AS WRITTEN" in alone(folder, "record.pdf", "").stdout


def alone(folder: Path, file: str, key: str) -> subprocess.CompletedProcess[str]:
    """The one-file verifier in a process that cannot import Axenic."""
    hidden = f"import sys, runpy; sys.modules['axenic'] = None; runpy.run_path({VERIFIER!r}, run_name='__main__')"
    command = [sys.executable, "-I", "-c", hidden, file, *(["--key", key] if key else [])]
    return subprocess.run(command, capture_output=True, text=True, cwd=folder, check=False)
