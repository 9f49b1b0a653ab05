"""Our equipment with a foreign client, kept for the session."""

from __future__ import annotations

import pytest

from tests.device.driver.bench import OpcUaBench
from tests.foreign.guest import Guest
from tests.foreign.node import Node


@pytest.fixture(scope="session")
def bench(tmp_path_factory):
    made = OpcUaBench(tmp_path_factory.mktemp("ours"))
    made.run(lambda visit: visit.driver.identity())  # it is up
    yield made
    made.stop()


@pytest.fixture(scope="session")
def node():
    made = Node("client.mjs")
    yield made
    made.kill()


@pytest.fixture
def enter(bench, node):
    """Lets somebody in: `enter("viewer")`; whoever is in leaves at the end of the test."""
    inside = []

    def entered(who, **more):
        guest = Guest(node, bench, who, **more)
        inside.append(guest)
        return guest

    yield entered
    for guest in inside:
        guest.leave()
