"""A module with security is reached through it, one without only where the connection says so and why."""

from __future__ import annotations

import asyncio
from contextlib import asynccontextmanager

import pytest
from asyncua import Server, ua
from asyncua.crypto.permission_rules import User
from asyncua.server.user_managers import UserRole

from axenic.cli.on_equipment import run_on
from axenic.cli.ordering import Unfit
from axenic.cli.reaching import Reached
from axenic.control.packml import UnitState
from axenic.device.connection import Connection, Connections, Protocol, driver_of
from axenic.device.driver.driver import Garbled, LinkError
from axenic.device.mtp.reading import read_manifest
from axenic.device.mtp.unusable import Unusable
from axenic.device.opcua.authority import Authority, Peer
from axenic.device.opcua.credentials import Credentials, uri_in
from axenic.live.clock import now_ms
from axenic.record.journal import Journal
from tests.device.driver.bench import free_port
from tests.device.mtp.written import MANIFEST, SHEET, URI

PASSWORD = "a password of the module"


@pytest.fixture
def folder(tmp_path):
    (tmp_path / "warmer.aml").write_text(MANIFEST, "utf-8")
    (tmp_path / "warmer.yaml").write_text(SHEET, "utf-8")
    return tmp_path


def connection(**more):
    known = {"equipment": "warmer", "speaks": Protocol.MTP, "address": f"opc.tcp://127.0.0.1:{free_port()}"}
    return Connection(**known | {"module": "warmer.yaml"} | more)


class Accounts:
    def get_user(self, iserver, username=None, password=None, certificate=None):
        known = (username, password) == ("engine", PASSWORD)
        return User(role=UserRole.Admin, name=username) if known else None


@asynccontextmanager
async def warmer(folder, address, credentials):
    """A module that shows the variables of the manifest, idle, over encryption only."""
    server = Server(user_manager=Accounts())
    await server.init()
    server.set_endpoint(address)
    server.set_security_policy([ua.SecurityPolicyType.Basic256Sha256_SignAndEncrypt])
    server.set_identity_tokens([ua.UserNameIdentityToken])
    await server.set_application_uri(uri_in(credentials.certificate()))
    await server.load_certificate(str(credentials.file))
    await server.load_private_key(str(credentials.key))
    space = await server.register_namespace(URI)
    for assembly in read_manifest(folder / "warmer.aml").assemblies:
        for name, variable in assembly.variables.items():
            if variable.identifier:
                node = ua.NodeId(variable.identifier[2:], space)
                await server.nodes.objects.add_variable(node, name, 16 if name == "StateCur" else 0)
    async with server:
        yield


def credentials_of(folder):
    authority = Authority.create(folder / "authority", "site", now_ms())
    authority.issue(folder / "module", Peer.EQUIPMENT, "warmer", now_ms())
    authority.issue(folder / "engine", Peer.ENGINE, "engine", now_ms())
    Credentials(folder / "engine").keep_login("engine", PASSWORD)
    return Credentials(folder / "module")


def test_a_module_with_security_is_read_through_it_and_no_other_is_taken_for_it(folder):
    credentials = credentials_of(folder)
    (folder / "third.aml").write_text(MANIFEST.replace(URI, "urn:a:third"), "utf-8")
    (folder / "third.yaml").write_text(SHEET.replace("warmer.aml", "third.aml"), "utf-8")
    secure = connection(credentials="engine")

    async def state(**more):
        driver = driver_of(secure.model_copy(update=more), folder, now_ms)
        try:
            return (await driver.identity()).model, await driver.state("warmer-1")
        finally:
            await driver.close()

    async def work():
        async with warmer(folder, secure.address, credentials):
            assert await state() == ("Warmer 2.1", UnitState.IDLE)
            with pytest.raises(LinkError, match="not trusted"):
                await state(equipment="cooler")
            with pytest.raises(Garbled, match="no namespace 'urn:a:third'"):
                await state(module="third.yaml")

    asyncio.run(work())


@pytest.mark.parametrize(
    ("more", "code"),
    [({}, "AX0924"), ({"open": "why not", "credentials": "engine"}, "AX0924"), ({"module": "", "open": "x"}, "AX0006")],
)
def test_a_connection_says_how_it_is_secured_or_why_it_is_not(folder, more, code):
    with pytest.raises(Unusable) as error:
        driver_of(connection(**more), folder, now_ms)
    assert [f.code for f in error.value.findings] == [code]


def test_a_module_without_security_is_not_reached_by_a_secure_connection(mixer):
    credentials_of(mixer.folder)

    async def work():
        driver = driver_of(mixer.connection(open="", credentials="engine"), mixer.folder, now_ms)
        with pytest.raises(LinkError, match="offers no encryption"):
            await driver.identity()

    asyncio.run(work())


def test_an_open_connection_serves_no_journal_of_real_batches(folder):
    journal = Journal.create(folder / "real.db", "site/journal", simulated=False)
    bare = connection(open="the module has no security")
    reached = Reached(Connections(connections="site", plant="p", equipment=(bare,)), folder, {})
    with pytest.raises(Unfit) as error:
        run_on(reached, None, journal, lambda control, entries: [], lambda *_: None)
    assert [f.code for f in error.value.findings] == ["AX0924"]
    journal.close()
