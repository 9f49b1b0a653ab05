"""An archive that is not the one on record gives nothing."""

from __future__ import annotations

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from axenic.record.telemetry.error import TelemetryError
from axenic.record.telemetry.proven_file import BLOCK, Altered, ProvenFile, leaves_of, root_of
from tests.record.telemetry.conftest import MONDAY, NAMES, WEDNESDAY, readings_of

GIVEN = readings_of(MONDAY, 50)


@pytest.fixture
def archived(file_site):
    file_site.take(GIVEN)
    (archive,) = file_site.compact(WEDNESDAY)
    return file_site, archive.where(file_site.place)


def refused(site):
    with pytest.raises(TelemetryError) as caught:
        site.kept(NAMES[0])
    assert caught.value.finding.code == "AX0332"
    return str(caught.value)


@pytest.mark.requirement("PI-5", "A11-17")
@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.floats(0, 1, exclude_max=True), st.integers(1, 255))
def test_any_changed_byte_of_an_archive_is_found_before_a_value_is_given(archived, where, by):
    site, path = archived
    data = path.read_bytes()
    altered = bytearray(data)
    altered[int(where * len(data))] ^= by
    path.write_bytes(altered)
    try:
        assert "digest is in the journal" in refused(site)
    finally:
        path.write_bytes(data)
    assert site.kept(NAMES[0]) == [r for r in GIVEN if r.tag == NAMES[0]]


def test_an_archive_cut_off_lengthened_or_gone_gives_nothing(archived):
    site, path = archived
    data = path.read_bytes()
    for wrong in (data[:-1], data + b"\0"):
        path.write_bytes(wrong)
        assert "bytes, not" in refused(site)
    path.unlink()
    assert "is not there" in refused(site)


def test_the_hashes_beside_an_archive_need_no_trust(archived):
    site, path = archived
    beside = path.with_name(path.name + ".leaves")
    beside.write_bytes(bytes(32))
    assert len(site.kept(NAMES[0])) == 50
    beside.unlink()
    assert len(site.kept(NAMES[0])) == 50


def test_only_the_blocks_that_are_read_are_proven_and_they_are(tmp_path):
    path = tmp_path / "file"
    data = bytes(range(256)) * (BLOCK // 64)
    path.write_bytes(data)
    leaves = leaves_of(path)
    path.with_name("file.leaves").write_bytes(b"".join(leaves))
    altered = bytearray(data)
    altered[2 * BLOCK + 5] ^= 1
    path.write_bytes(altered)
    file = ProvenFile(path, len(data), root_of(leaves))
    file.seek(BLOCK - 10)
    assert file.read(20) == data[BLOCK - 10 : BLOCK + 10]
    with pytest.raises(Altered, match="block 2"):
        file.read(2 * BLOCK)
    file.close()
