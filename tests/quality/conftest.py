"""A site for every test, on a journal of its own; the staff is enrolled once and copied."""

from __future__ import annotations

import shutil
from dataclasses import replace

import pytest

from axenic.record.journal import Journal
from tests.quality.site import Site


@pytest.fixture
def bare(tmp_path):
    """A site on which nobody is yet."""
    journal = Journal.create(tmp_path / "journal.db", "axenic.example/site")
    site = Site(journal, tmp_path)
    yield site
    site.bus.close()


@pytest.fixture(scope="session")
def staffed(tmp_path_factory):
    """A site with its staff, closed: what every other begins as."""
    folder = tmp_path_factory.mktemp("staffed")
    site = Site(Journal.create(folder / "journal.db", "axenic.example/site"), folder).staffed()
    site.bus.close()
    return site


@pytest.fixture
def site(staffed, tmp_path):
    """A site with its staff."""
    shutil.copytree(staffed.folder, tmp_path, dirs_exist_ok=True)
    journal = Journal.open(tmp_path / "journal.db")
    made = Site(journal, tmp_path, clock=replace(staffed.clock), totp=dict(staffed.totp))
    yield made
    made.bus.close()
