"""All equipment of a plant as OPC UA servers in one other process, over the one world of that process."""

from __future__ import annotations

import asyncio
import gc
import os
import shutil
import signal
import traceback
from contextlib import contextmanager

from axenic.device.instrument.host import Host
from axenic.device.instrument.roster import roster
from axenic.device.opcua.accounts import Duty, enrol
from axenic.device.opcua.authority import Authority, Peer
from axenic.device.opcua.credentials import KEY, USERS, Credentials
from axenic.device.opcua.driver import OpcUaDriver
from axenic.device.opcua.patience import Patience
from axenic.device.opcua.server import OpcUaServer
from axenic.live.clock import now_ms
from tests.device.driver.bench import free_port
from tests.device.driver.rig import instruments, no_power

PASSWORD = "a password of the plant"


@contextmanager
def opcua_plant(suite, clock, folder):
    """Drivers of a plant whose equipment is in another process; that process is ended afterwards."""
    names = sorted(roster(suite.plant))
    authority = Authority.create(folder / "authority", "plant", now_ms())
    engine = Credentials(folder / "engine")
    authority.issue(engine.folder, Peer.ENGINE, "engine", now_ms())
    engine.keep_login("engine", PASSWORD)
    enrol(engine, "engine", PASSWORD, Duty.ENGINE)
    credentials = {name: _credentials(authority, engine, folder / name, name) for name in names}
    addresses = {name: f"opc.tcp://127.0.0.1:{free_port()}" for name in names}
    ready, tell = os.pipe()
    process = os.fork()
    if process == 0:
        try:
            asyncio.run(_serve(suite, clock, folder, credentials, addresses, tell))
        except BaseException:  # pytest must not go on in the child
            traceback.print_exc()
        finally:
            os._exit(1)
    os.close(tell)
    try:
        assert os.read(ready, 1) == b"+", "the equipment did not start"
        patience = Patience(answer_s=60.0, life_s=20.0, publish_s=0.005)
        yield [OpcUaDriver(name, addresses[name], engine, now_ms, patience=patience) for name in names]
    finally:
        os.close(ready)
        os.kill(process, signal.SIGKILL)
        os.waitpid(process, 0)


def _credentials(authority, engine, folder, name):
    """A certificate for each piece, on one key, and one file of accounts: that saves the test its time."""
    folder.mkdir()
    for file in (KEY, USERS):
        shutil.copy(engine.folder / file, folder / file)
    authority.issue(folder, Peer.EQUIPMENT, name, now_ms())
    return Credentials(folder)


async def _serve(suite, clock, folder, credentials, addresses, tell):
    found = instruments(suite, folder / "memory")
    servers = [
        OpcUaServer(Host(instrument, clock, no_power), addresses[name], credentials[name], now_ms)
        for name, instrument in found.items()
    ]
    working = asyncio.gather(*(server.serve() for server in servers))
    await asyncio.wait([working, asyncio.gather(*(s.listening.wait() for s in servers))], return_when="FIRST_COMPLETED")
    gc.freeze()  # a hundred thousand nodes that never go
    os.write(tell, b"+")
    await working
