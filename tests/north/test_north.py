"""The verb `north` as its users call it: credentials made, a journal shown, killed, begun again; what is refused."""

from __future__ import annotations

import asyncio
import json
import signal
import subprocess
import sys
from contextlib import contextmanager

import pytest

from axenic.cli import main as cli
from axenic.cli import north
from axenic.device.opcua.credentials import Credentials
from axenic.record.entry import Act
from axenic.record.following import Following
from axenic.record.journal import Journal
from tests.cli.conftest import axenic  # noqa: F401  the command as its users call it
from tests.device.driver.bench import free_port
from tests.north.conftest import everything, looking
from tests.north.test_sparkplug import Subscriber

ORDERS = """orders:
  - {batch: AX-1, patient: COI-26-1, ordered: 2026-01-05T06:00:00Z, due: 2026-02-04T06:00:00Z}
"""
TOPIC = "spBv1.0/point-of-care/{}/axenic.example_site"


@pytest.fixture(scope="module")
def site(tmp_path_factory):
    """A journal of one batch, and credentials."""
    folder = tmp_path_factory.mktemp("site")
    (folder / "orders.yaml").write_text(ORDERS)
    run = ("run", "car-t-9-day", "--plant", "point-of-care", "--orders", folder / "orders.yaml", "--no-records")
    for words in ((*run, "--journal", folder / "site.db"), ("north", "credentials", folder / "c", "--user", "ann")):
        assert not cli.app([str(word) for word in words], result_action="return_value")
    assert Credentials(folder / "c" / "viewer").login()[0] == "ann"
    return folder


@contextmanager
def shown(site, port, *more):
    command = (sys.executable, "-m", "axenic", "north", "--journal", site / "site.db", "--credentials")
    command += (site / "c" / "server", "--port", str(port), "--json", *more)
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as process:
        said = json.loads(process.stdout.readline())
        assert said["simulated"] is True and said["serves"] == f"opc.tcp://127.0.0.1:{port}"
        yield process
        process.kill()


def seen(site, port):
    async def work():
        viewer = Credentials(site / "c" / "viewer")
        async with looking(f"opc.tcp://127.0.0.1:{port}", viewer, *viewer.login()) as view:
            return {p: d.Value for p, d in (await everything(view)).items()}

    return asyncio.run(work())


def test_a_view_that_was_killed_shows_the_same_when_it_is_begun_again_and_a_broker_says_that_it_died(site, broker):
    port, subscriber = free_port(), Subscriber(broker.port, TOPIC)
    with shown(site, port, "--sparkplug", f"mqtt://127.0.0.1:{broker.port}") as process:
        first = seen(site, port)
        subscriber.until("NBIRTH")
        process.send_signal(signal.SIGKILL)
        assert subscriber.until("NDEATH")[-1][0] == "NDEATH"
    subscriber.stop()
    with shown(site, port) as process:
        assert seen(site, port) == first
        process.send_signal(signal.SIGTERM)
        assert process.wait(20) == 0 and "the view is closed" in process.stderr.read()
    assert first["Batches/AX-1/Outcome"].Value == "released"


def test_what_cannot_be_shown_is_refused_with_its_reason(axenic, site):  # noqa: F811
    known = ("north", "--journal", site / "site.db", "--credentials", site / "c" / "server")
    Journal.create(site / "no job.db", "axenic.example/x").close()
    for code, word, words in (
        (3, "AX0501", ("north", "--journal", site / "none.db", "--credentials", site)),
        (2, "AX0303", ("north", "--journal", site / "no job.db", "--credentials", site)),
        (2, "AX0007", (*known, "--sparkplug", "http://broker")),
        (5, "AX0914", ("north", "--journal", site / "site.db", "--credentials", site / "nowhere")),
    ):
        found, _, err = axenic(*words)
        assert (found, word in err) == (code, True), err


def test_a_real_journal_is_published_encrypted_or_on_this_machine_only(axenic, site):  # noqa: F811
    entries = [entry.thing for entry in Following(site / "site.db").news()]
    documents = [thing for thing in entries if type(thing).__name__ == "Document"]
    Journal.create(site / "real.db", "axenic.example/real", simulated=False, things=documents).close()
    words = ("north", "--journal", site / "real.db", "--credentials", site / "c" / "server")
    code, _, err = axenic(*words, "--sparkplug", "mqtt://broker.site:1883")
    assert (code, "not encrypted" in err) == (2, True)


def test_a_journal_in_postgresql_is_followed_too(database):
    journal = Journal.create(database, "axenic.example/pg")
    following = Following(database)
    assert following.news() == []
    journal.append([Act(1, "note", actor="system")])
    assert [entry.seq for entry in following.news()] == [1]
    journal.append([Act(2, "note", actor="system")])
    assert [entry.thing.at for entry in following.news()] == [2] and following.head == journal.head()
    following.close()
    journal.close()


def test_the_verb_loads_no_opc_ua_before_it_is_called():
    text = f"import sys, {north.__name__}; print(any(m.startswith('asyncua') for m in sys.modules))"
    done = subprocess.run((sys.executable, "-c", text), capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "False"
