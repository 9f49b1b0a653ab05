"""The link of an edge node to a broker: it is never mended, a new one is opened and begins with its births."""

from __future__ import annotations

import asyncio
import ssl
from collections.abc import Callable, Iterable
from contextlib import suppress
from functools import partial
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from paho.mqtt.client import MQTT_ERR_SUCCESS, Client

from axenic.device.connection import Now
from axenic.device.opcua.credentials import LOGIN, Credentials
from axenic.north.seen import Changes
from axenic.north.sparkplug.edge import Edge, Message

AUTHORITY = "authority.pem"  # whom the broker's certificate is of
_PORTS = {"mqtt": 1883, "mqtts": 8883}
_KEEPALIVE_S = 10  # after one and a half of it the broker says that the node is dead
_LEAST_S, _MOST_S = 0.2, 10.0  # between two tries


class Broker:
    """mqtt://host:port or mqtts://host:port, and the folder of what it is asked with; raises ValueError."""

    def __init__(self, url: str, folder: Path) -> None:
        parts = urlsplit(url)
        if parts.scheme not in _PORTS or not parts.hostname or parts.username or parts.path.strip("/"):
            raise ValueError(f"{parts.scheme}://{parts.hostname or ''} is no broker: write mqtts://host:port")
        self.host, self.port = parts.hostname, parts.port or _PORTS[parts.scheme]
        self.secure = parts.scheme == "mqtts"
        self._folder = folder

    def __str__(self) -> str:
        return f"{'mqtts' if self.secure else 'mqtt'}://{self.host}:{self.port}"

    def client(self, name: str) -> Any:
        """A client that is not connected yet; raises OSError if what it needs cannot be read."""
        client = Client(name, clean_session=True, reconnect_on_failure=False)
        if self.secure:
            own = self._folder / AUTHORITY
            client.tls_set_context(ssl.create_default_context(cafile=str(own) if own.exists() else None))
        if (self._folder / LOGIN).exists():
            client.username_pw_set(*Credentials(self._folder).login())
        return client


class Publisher:
    """Publishes what it is shown; what nobody took while there was no link is not kept: the births say how it is now.

    tell: told in words when the link is found or lost.
    """

    def __init__(self, broker: Broker, edge: Edge, now: Now, tell: Callable[[str], None]) -> None:
        self._broker, self._edge, self._now, self._tell = broker, edge, now, tell
        self._values: Changes = {}
        self._followed = True
        self._client: Any = None
        self._ended = asyncio.Event()

    def show(self, changes: Changes, values: Changes, followed: bool) -> None:
        """What has changed, and all there is; followed: whether it is known how things are."""
        was, self._followed, self._values = self._followed, followed, values
        if self._client is None:
            return
        node = {path: seen for path, seen in changes.items() if not path.thing}
        if not followed:
            self._say([*self._edge.data(node, values, self._now()), *(self._edge.deaths(self._now()) if was else [])])
        else:
            self._say(self._edge.data(changes, values, self._now()) if was else self._births())

    async def run(self) -> None:
        """Keep a link until cancelled, then say farewell."""
        said, wait = "", _LEAST_S
        while True:
            try:
                await self._live()
                said, wait = f"{self._broker}: the link is lost", _LEAST_S
                self._tell(said)
            except (OSError, ValueError) as error:
                if str(error) != said:
                    self._tell(f"{self._broker}: {error}")
                said = str(error)
            await asyncio.sleep(wait)
            wait = min(2 * wait, _MOST_S)

    async def _live(self) -> None:
        """One connection, from its opening to its loss; raises OSError if there is none."""
        loop = asyncio.get_running_loop()
        self._ended = asyncio.Event()
        client, joined = self._broker.client(""), loop.create_future()
        will = self._edge.death()
        client.will_set(will.topic, will.payload, will.qos, retain=False)
        client.on_connect = lambda *said: loop.call_soon_threadsafe(_settle, joined, said[3])
        client.on_disconnect = lambda *said: loop.call_soon_threadsafe(self._lost, joined)
        client.on_message = lambda *said: loop.call_soon_threadsafe(self._asked, said[2].payload)
        await asyncio.to_thread(client.connect, self._broker.host, self._broker.port, _KEEPALIVE_S)
        client.loop_start()
        try:
            if code := await asyncio.wait_for(joined, _MOST_S):
                raise OSError(f"the broker refuses us (code {code})")
            client.subscribe(self._edge.commands, qos=1)
            self._client = client
            self._tell(f"{self._broker}: connected")
            self._say(self._births())
            await self._ended.wait()
        except TimeoutError as error:
            raise OSError("the broker does not answer") from error
        finally:
            await self._leave(client)

    async def _leave(self, client: Any) -> None:
        live, self._client = self._client is client and not self._ended.is_set(), None
        if live:
            last = self._edge.farewell()
            sent = client.publish(last.topic, last.payload, last.qos)
            with suppress(RuntimeError, ValueError):  # the link went meanwhile: then the broker says it
                await asyncio.to_thread(partial(sent.wait_for_publish, timeout=2.0))
        client.disconnect()
        await asyncio.to_thread(client.loop_stop)

    def _births(self) -> list[Message]:
        """The births; of the node alone while it is not known how things are."""
        node = {path: seen for path, seen in self._values.items() if self._followed or not path.thing}
        return self._edge.births(node, self._now())

    def _say(self, messages: Iterable[Message]) -> None:
        for message in messages:
            done = self._client.publish(message.topic, message.payload, message.qos, retain=False)
            if done.rc != MQTT_ERR_SUCCESS:
                self._ended.set()
                return

    def _asked(self, payload: bytes) -> None:
        if self._client is not None and self._edge.asks_rebirth(payload):
            self._say(self._births())

    def _lost(self, joined: asyncio.Future[int]) -> None:
        self._ended.set()
        if not joined.done():
            joined.set_exception(OSError("the broker ended the connection"))


def _settle(joined: asyncio.Future[int], code: int) -> None:
    if not joined.done():
        joined.set_result(code)
