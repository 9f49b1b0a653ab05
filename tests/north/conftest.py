"""A view of a journal that grows, its viewer, and a broker of MQTT."""

from __future__ import annotations

import asyncio
import shutil
import subprocess
import time
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest
from asyncua import Client, ua
from asyncua.crypto.security_policies import SecurityPolicyBasic256Sha256

from axenic.device.opcua import names
from axenic.device.opcua.accounts import Duty, enrol
from axenic.device.opcua.authority import Authority, Peer
from axenic.device.opcua.credentials import Credentials, uri_in
from axenic.live.clock import now_ms
from axenic.north.service import North
from axenic.north.space import ROOT, VIEW
from axenic.north.view import View
from axenic.plant.plant import Plant as SitePlan
from axenic.quality.books import Books
from axenic.quality.permissions import shipped
from axenic.recipe.recipe import Recipe
from axenic.record.following import Following
from axenic.record.journal import Journal
from axenic.twin.run import run
from tests.conftest import Suite, shelf
from tests.device.driver.bench import free_port

PASSWORD = "a password of the view"


@dataclass(frozen=True)
class Papers:
    """The credentials of the server and of those who come to it."""

    server: Credentials
    viewer: Credentials
    stranger: Credentials


@pytest.fixture(scope="session")
def papers(tmp_path_factory):
    folder = tmp_path_factory.mktemp("north")
    authority = Authority.create(folder / "authority", "north", now_ms())
    authority.issue(folder / "server", Peer.EQUIPMENT, "north", now_ms())
    authority.issue(folder / "viewer", Peer.ENGINE, "historian", now_ms())
    other = Authority.create(folder / "other", "another site", now_ms())
    other.issue(folder / "stranger", Peer.ENGINE, "historian", now_ms())
    server = Credentials(folder / "server")
    for duty in Duty:
        enrol(server, duty.value, PASSWORD, duty)
    return Papers(server, Credentials(folder / "viewer"), Credentials(folder / "stranger"))


@dataclass
class Plant:
    """A journal of two batches at a point of care that is written in two parts, and the core that wrote it."""

    suite: object
    path: Path
    things: list

    def part(self, begins, ends):
        size = len(self.things)
        return self.things[int(size * begins) : int(size * ends)]

    def view(self, head):
        return View(self.suite.new_control(), Books(shipped(), head.simulated))


@pytest.fixture(scope="session")
def happened():
    """What happens to two batches at a point of care: a core and its world, every fact with its orders."""
    made, steps = Suite(shelf(Recipe, "car-t-9-day"), shelf(SitePlan, "point-of-care")), []
    run(made.control, made.world, made.orders_of(2), lambda fact, orders: steps.append((fact, *orders)))
    return made, steps


@pytest.fixture
def plant(happened, tmp_path):
    """The journal lies there, empty; `things` is what is to be written, fact and orders together."""
    path = tmp_path / "site.db"
    Journal.create(path, "axenic.example/north").close()
    return Plant(happened[0], path, happened[1])


def write(journal, steps):
    journal.append([thing for step in steps for thing in step])


class Eye:
    """What a viewer reads."""

    def __init__(self, client, namespace):
        self.client, self._namespace = client, namespace

    def node(self, *path):
        return self.client.get_node(names.node_id(self._namespace, *path))

    async def data(self, *path):
        return await self.node(*path).read_data_value(raise_on_bad_status=False)

    async def value(self, *path):
        return (await self.data(*path)).Value.Value

    async def until(self, wanted, *path, within=5.0):
        """Subscribe, and come back when the value is as wanted: after how many seconds; raises TimeoutError."""
        begun, heard = time.monotonic(), Heard()
        subscription = await self.client.create_subscription(20, heard)
        await subscription.subscribe_data_change(self.node(*path))
        try:
            async with asyncio.timeout(within):
                while await heard.values.get() != wanted:
                    pass
        finally:
            await subscription.delete()
        return time.monotonic() - begun


class Heard:
    """What a subscription tells."""

    def __init__(self):
        self.values = asyncio.Queue()

    def datachange_notification(self, node, value, data):
        self.values.put_nowait(value)


@asynccontextmanager
async def looking(address, credentials, user="viewer", password=PASSWORD):
    client = Client(address, timeout=30)
    client.application_uri = uri_in(credentials.certificate())
    client.set_user(user)
    client.set_password(password)
    await client.set_security(SecurityPolicyBasic256Sha256, credentials.file, credentials.key)
    async with client:
        yield Eye(client, await client.get_namespace_index(VIEW))


@asynccontextmanager
async def served(plant, papers, onlookers=lambda following: ()):
    """The view of a plant's journal; its address."""
    following = Following(plant.path)
    address = f"opc.tcp://127.0.0.1:{free_port()}"
    north = North(following, plant.view(following.head), address, papers.server, now_ms)
    north.onlookers = onlookers(following)
    serving = asyncio.create_task(north.serve())
    listening = asyncio.create_task(north.listening.wait())
    await asyncio.wait([serving, listening], return_when=asyncio.FIRST_COMPLETED)
    try:
        if serving.done():
            serving.result()
        yield address
    finally:
        listening.cancel()
        serving.cancel()
        await asyncio.wait([serving])


async def everything(eye):
    """Every value of the view by its path, with status and source time."""
    found, left = [], [eye.node(ROOT)]
    while left:
        for child in await left.pop().get_children_descriptions():
            node = eye.client.get_node(child.NodeId)
            (found if child.NodeClass is ua.NodeClass.Variable else left).append(node)
    read = await eye.client.read_attributes(found, ua.AttributeIds.Value)
    return {node.nodeid.Identifier: data for node, data in zip(found, read, strict=True)}


@pytest.fixture(scope="session")
def mosquitto():
    found = shutil.which("mosquitto", path="/usr/local/bin:/usr/bin:/usr/sbin:/usr/local/sbin")
    if found is None:
        pytest.skip("there is no broker here: apt-get install mosquitto")
    return found


class Broker:
    """A real broker on a port of its own, which can be ended and begun again."""

    def __init__(self, program, folder, settings="allow_anonymous true\n"):
        self.port = free_port()
        self._file = folder / "mosquitto.conf"
        # it keeps the rights it was begun with, so that it can read what lies in a folder of the test
        self._file.write_text(f"listener {self.port} 127.0.0.1\npersistence false\nuser root\n{settings}")
        self._program = program
        self._process = None

    def start(self):
        command = [self._program, "-c", str(self._file)]
        self._process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)

    def stop(self):
        self._process.kill()
        self._process.wait(20)


@pytest.fixture
def broker(mosquitto, tmp_path):
    made = Broker(mosquitto, tmp_path)
    made.start()
    yield made
    made.stop()
