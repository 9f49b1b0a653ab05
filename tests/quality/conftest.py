"""A site for every test, on a journal of its own."""

from __future__ import annotations

import pytest

from axenic.record.journal import Journal
from tests.cli.conftest import axenic  # noqa: F401  the command as its users call it
from tests.quality.site import Site


@pytest.fixture
def bare(tmp_path):
    """A site on which nobody is yet."""
    journal = Journal.create(tmp_path / "journal.db", "axenic.example/site")
    site = Site(journal, tmp_path)
    yield site
    site.bus.close()


@pytest.fixture
def site(bare):
    """A site with its staff."""
    return bare.staffed()
