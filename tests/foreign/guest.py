"""Somebody who comes to our equipment with node-opcua, an account and the certificates of a folder."""

from __future__ import annotations

import json

from axenic.device.driver.wire import intent_text
from axenic.device.opcua.credentials import Credentials, uri_in

BEST = "Aes256_Sha256_RsaPss"


class Guest:
    """What it knows of the equipment it found by browsing."""

    def __init__(self, node, bench, who, policy=BEST, folder=None, retries=-1, **more):
        self._node, self.who = node, who
        folder = folder or bench.folder / who
        node.ask(
            "connect",
            address=bench.address,
            folder=str(folder),
            pki=str(folder / "pki"),
            uri=uri_in(Credentials(folder).certificate()),
            policy=policy,
            retries=retries,
            **{"as": who, "user": who, "password": bench.password, **more},
        )
        found = self._ask("browse")
        self._own, (self.device,) = found["own"], found["devices"]
        self.units = self.device["units"]

    def subscribe(self, unit):
        self._ask("subscribe", device=self.device["node"], status=self.units[unit]["status"], own=self._own)

    def call(self, method, *given):
        return self._ask("call", device=self.device["node"], method=self.device["methods"][method], given=given)

    def execute(self, intent):
        return json.loads(self.call("Execute", ("text", intent_text(intent))))

    def record(self, intent):
        return json.loads(self.call("GetCommandRecord", ("guid", str(intent.id))))

    def control(self, unit, command):
        return self.call("Control", ("text", unit), ("whole", int(command)))

    def read(self, unit):
        return self._ask("read", node=self.units[unit]["status"])

    def write(self, unit, value):
        return self._ask("write", node=self.units[unit]["status"], value=value)

    def hears_state(self, state):
        self._told("state", lambda row: row["state"] == state)

    def hears_event(self, wanted):
        """The next event that is wanted, as plain data."""
        told = self._told("event", lambda row: wanted(json.loads(row["text"])))
        return json.loads(told["text"])

    def is_restored(self, within_s):
        self._told("restored", within_s=within_s)

    def leave(self):
        self._ask("leave")

    def _ask(self, what, **given):
        return self._node.ask(what, **{"as": self.who}, **given)

    def _told(self, kind, wanted=lambda row: True, **more):
        return self._node.told(kind, lambda row: row.get("as") == self.who and wanted(row), **more)
