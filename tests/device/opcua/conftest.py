"""The OPC UA equipment of the bench, kept for the session, and foreign clients of it."""

from __future__ import annotations

from contextlib import asynccontextmanager

import pytest
from asyncua import Client
from asyncua.crypto.security_policies import SecurityPolicyBasic256Sha256

from axenic.device.opcua import names
from axenic.device.opcua.accounts import Duty
from axenic.device.opcua.credentials import Credentials, uri_in
from tests.device.driver.bench import EQUIPMENT, OpcUaBench


@pytest.fixture(scope="session")
def bench(tmp_path_factory):
    made = OpcUaBench(tmp_path_factory.mktemp("opcua"))
    made.run(lambda visit: visit.driver.identity())  # it is up
    yield made
    made.stop()


class Foreign:
    """A client that is not ours: asyncua's own, with whatever it is given."""

    def __init__(self, client, namespace):
        self.client, self._namespace = client, namespace

    def node(self, *path):
        return self.client.get_node(names.node_id(self._namespace, EQUIPMENT, *path))

    async def call(self, method, *given):
        return await self.node().call_method(names.node_id(self._namespace, EQUIPMENT, method), *given)


@asynccontextmanager
async def foreign(bench, duty=Duty.ENGINE, policy=SecurityPolicyBasic256Sha256, credentials=None, **login):
    """Connected as an account of the bench, or with other credentials and another login."""
    credentials = credentials or Credentials(bench.folder / duty.value)
    client = Client(bench.address, timeout=30)
    client.application_uri = uri_in(credentials.certificate())
    client.set_user(login.get("user", duty.value))
    client.set_password(login.get("password", bench.password))
    await client.set_security(policy, credentials.file, credentials.key)
    async with client:
        yield Foreign(client, await client.get_namespace_index(names.OWN))
