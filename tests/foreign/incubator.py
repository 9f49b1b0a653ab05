"""The incubator of another maker (node-opcua), which can lose its power, and our engine's side of it."""

from __future__ import annotations

import shutil
from itertools import count

from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding

from axenic.control.orders import RunPhase
from axenic.device.driver.event import LinkLost
from axenic.device.field import Field
from axenic.device.opcua.authority import Authority, Peer
from axenic.device.opcua.channel import Patience
from axenic.device.opcua.credentials import TRUSTED, Credentials
from axenic.device.opcua.driver import OpcUaDriver
from axenic.live.clock import SpeedClock, now_ms
from tests.device.driver.bench import JOURNAL, free_port
from tests.foreign.node import Node

EQUIPMENT, UNIT, URI = "incubator-9", "chamber-1", "urn:elsewhere:incubator:E-1"
USER, PASSWORD = "engine", "a password of the maker"


class Incubator:
    """It has a certificate of its own: the site puts that into the engine's trust, and our authority into its own."""

    def __init__(self, folder):
        self._folder, self._port = folder / EQUIPMENT, free_port()
        self.engine = Credentials(folder / "engine")
        Authority.create(folder / "authority", "site", now_ms()).issue(
            self.engine.folder, Peer.ENGINE, "engine", now_ms()
        )
        self.engine.keep_login(USER, PASSWORD)
        shutil.copytree(self.engine.folder / TRUSTED, self._folder / TRUSTED)
        self._clock, self._numbers = SpeedClock(now_ms(), 1.0), count(1)
        self.power_on()
        own = x509.load_pem_x509_certificate((self._folder / "pki/own/certs/certificate.pem").read_bytes())
        (self.engine.folder / TRUSTED / f"{EQUIPMENT}.der").write_bytes(own.public_bytes(Encoding.DER))

    def power_on(self):
        self._node = Node("server.mjs", str(self._port), str(self._folder), URI, EQUIPMENT, UNIT, USER, PASSWORD)

    def loses_power(self, at):
        """Its process is ended by itself at this place: before the act, in it, or after it."""
        self._node.ask("dies", at=at)

    def comes_back(self):
        self._node.ended()
        self.power_on()

    def stop(self):
        self._node.kill()

    def driver(self, **more):
        patience = Patience(life_s=2.0, most_s=0.5, publish_s=0.01)
        address = f"opc.tcp://127.0.0.1:{self._port}"
        return OpcUaDriver(EQUIPMENT, address, self.engine, now_ms, **{"uri": URI, "patience": patience, **more})

    def acts(self, order):
        file = self._folder / "acts"
        return file.read_text().split().count(str(order.number)) if file.exists() else 0

    def phase(self, lasts):
        return RunPhase(next(self._numbers), self._clock.now(), UNIT, "grow", "AX-1/grow", usual=lasts)

    def outcome(self, order, meanwhile):
        """The fact that the engine gets for an order; `meanwhile` is done when it was handed over."""
        heard = []
        field = Field([self.driver()], JOURNAL, 1, listen=heard.append)
        try:
            field.perform(order)
            meanwhile()
            field.wait(self._clock)
            fact = field.agenda.pop()
            assert any(isinstance(event, LinkLost) for event in heard)
            return fact
        finally:
            field.close()
