"""Archives that earlier versions wrote are opened and proven by the current code; none of them is ever written anew."""

from __future__ import annotations

from pathlib import Path

import pytest

from axenic.record.verify import verify

ARCHIVES = sorted((Path(__file__).parent / "archives").glob("*.jsonl"))


@pytest.mark.requirement("A11-17", "P11-10c")
@pytest.mark.parametrize("archive", ARCHIVES, ids=lambda path: path.stem)
def test_an_archive_of_an_earlier_version_is_proven_entry_by_entry(archive):
    verdict = verify(archive, archive.with_suffix(".vkey").read_text("utf-8").strip())
    assert (verdict.ok, verdict.events) == (True, 12)


@pytest.mark.requirement("A11-17")
@pytest.mark.parametrize("archive", ARCHIVES, ids=lambda path: path.stem)
def test_an_archive_that_decayed_is_named(archive, tmp_path):
    data = bytearray(archive.read_bytes())
    data[len(data) // 2] ^= 1
    (tmp_path / "decayed.jsonl").write_bytes(data)
    assert not verify(tmp_path / "decayed.jsonl", archive.with_suffix(".vkey").read_text("utf-8").strip()).ok
