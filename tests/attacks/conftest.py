"""A site with its staff on either database, and its command line as an inspector uses it who means no good."""

from __future__ import annotations

import shutil
from dataclasses import dataclass, replace
from pathlib import Path
from urllib.parse import urlsplit

import psycopg
import pytest
from argon2 import PasswordHasher

from axenic.quality.safe import Safe
from axenic.record.journal import Journal
from tests.attacks.inspector import Inspector
from tests.cli.conftest import axenic  # noqa: F401  the command as its users call it
from tests.quality.site import Site
from tests.record.conftest import owner  # noqa: F401  whoever owns the database

ORIGIN = "axenic.example/site/1"


@dataclass
class Guarded(Site):
    """A site whose safe lies where the command line looks for it."""

    def __post_init__(self) -> None:
        cheap = PasswordHasher(time_cost=1, memory_cost=64, parallelism=1)
        self.safe = Safe(self.journal.place.beside(".safe"), cheap)
        self._stands()


@pytest.fixture(scope="session")
def staffed_file(tmp_path_factory):
    """A site with its staff in a file, closed."""
    folder = tmp_path_factory.mktemp("staffed")
    site = Guarded(Journal.create(folder / "site.db", ORIGIN, witness=""), folder).staffed()
    site.bus.close()
    return site


@pytest.fixture(scope="session")
def staffed_database(postgres, tmp_path_factory):
    """The same in PostgreSQL: a database that others are copies of."""
    folder = tmp_path_factory.mktemp("staffed")
    with pytest.MonkeyPatch.context() as environment:
        environment.setenv("AXENIC_KEYS", str(folder))
        _do(postgres, "CREATE DATABASE staffed")
        url = urlsplit(postgres)._replace(path="/staffed").geturl()
        site = Guarded(Journal.create(url, ORIGIN, witness=""), folder).staffed()
        site.bus.close()
    return site


def _do(url: str, statement: str) -> None:
    with psycopg.connect(url, autocommit=True) as db:
        db.execute(statement)  # type: ignore[arg-type]


@pytest.fixture(params=["file", "postgresql"])
def site(request, tmp_path, monkeypatch):
    """A site with its staff, which a test may bring into any state before the inspector comes."""
    made = _file(request, tmp_path) if request.param == "file" else _database(request, tmp_path, monkeypatch)
    yield made
    made.bus.close()


def _file(request, tmp_path):
    kept = request.getfixturevalue("staffed_file")
    shutil.copytree(kept.folder, tmp_path, dirs_exist_ok=True)
    return _again(kept, tmp_path / "site.db", tmp_path)


def _database(request, tmp_path, monkeypatch):
    kept, url = request.getfixturevalue("staffed_database"), request.getfixturevalue("database")
    name = urlsplit(url).path.strip("/")
    server = request.getfixturevalue("postgres")
    _do(server, f"DROP DATABASE {name}")
    _do(server, f"CREATE DATABASE {name} TEMPLATE staffed")
    keys = tmp_path / "keys"
    keys.mkdir()
    for file in kept.folder.iterdir():
        shutil.copy(file, keys / file.name.replace("staffed", name, 1))
    monkeypatch.setenv("AXENIC_KEYS", str(keys))
    return _again(kept, url, tmp_path)


def _again(kept: Site, where: str | Path, folder: Path) -> Site:
    return Guarded(Journal.open(where, witness=""), folder, clock=replace(kept.clock), totp=dict(kept.totp))


@pytest.fixture
def inspector(site, axenic, monkeypatch):  # noqa: F811
    """Somebody at the command line of the site."""
    return Inspector(site, axenic, monkeypatch)
