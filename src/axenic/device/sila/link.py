"""The engine's end of a SiLA connection: every call has a deadline, and none of them blocks a thread.

The client of sila2 blocks without a deadline; so calls go straight to gRPC, with the messages of the definition.
"""

from __future__ import annotations

import asyncio
from base64 import b64decode
from binascii import Error as NotBase64
from typing import Any

import grpc
from google.protobuf.message import DecodeError

from axenic.device.driver.driver import Garbled, LinkError
from axenic.device.driver.site import NotReady
from axenic.device.sila.definition import wire

_WRONG = (grpc.StatusCode.UNIMPLEMENTED, grpc.StatusCode.INTERNAL, grpc.StatusCode.RESOURCE_EXHAUSTED)
_TELLS = 600  # characters of what gRPC says that are worth reading
_OPTIONS = (
    ("grpc.use_local_subchannel_pool", 1),
    ("grpc.initial_reconnect_backoff_ms", 50),
    ("grpc.min_reconnect_backoff_ms", 500),
    ("grpc.max_reconnect_backoff_ms", 1000),
    ("grpc.keepalive_time_ms", 10_000),
)


class Link:
    """A channel to one server, which must show a certificate that is known here."""

    def __init__(self, equipment: str, target: str, trusted: bytes) -> None:
        self._equipment = equipment
        credentials = grpc.ssl_channel_credentials(root_certificates=trusted)
        self._channel = grpc.secure_channel(target, credentials, options=_OPTIONS)
        self._stubs: dict[str, Any] = {}

    def close(self) -> None:
        """End it, and every call that is under way."""
        self._channel.close()

    def stream(self, feature: str, name: str) -> Any:
        """The messages of an observable property, for one thread to read; it can be cancelled from another."""
        messages, _ = wire(feature)
        return getattr(self._stub(feature), f"Subscribe_{name}")(getattr(messages, f"Subscribe_{name}_Parameters")())

    async def property(self, feature: str, name: str, timeout_s: float) -> Any:
        """The value of a property; raises LinkError or Garbled."""
        answer = await self._asked(feature, f"Get_{name}", {}, timeout_s)
        return getattr(answer, name).value

    async def command(self, feature: str, name: str, timeout_s: float, **values: Any) -> Any:
        """Give a command and take its responses; raises LinkError, Garbled or NotReady."""
        return await self._asked(feature, name, values, timeout_s)

    def error(self, error: Any, call: str) -> LinkError | Garbled | NotReady:
        """What a gRPC error means: it did not answer, it answered what cannot be, or it is not ready."""
        code, details = error.code(), error.details() or ""
        if code is grpc.StatusCode.ABORTED:
            kind, message = _sila_error(details)
            if kind == "NotKept":
                return LinkError(f"{self._equipment} cannot keep its command journal: {message}")
            if kind == "NotReady":
                return NotReady(message)
            return Garbled(f"{self._equipment} answers to {call}: {kind}: {message}")
        if code in _WRONG:
            return Garbled(f"{self._equipment} answers to {call}: {code.name.lower()}: {details[:_TELLS]}")
        return LinkError(f"{self._equipment} did not answer to {call}: {code.name.lower()}: {details[:_TELLS]}")

    def _stub(self, feature: str) -> Any:
        if feature not in self._stubs:
            _, services = wire(feature)
            self._stubs[feature] = getattr(services, f"{feature}Stub")(self._channel)
        return self._stubs[feature]

    async def _asked(self, feature: str, call: str, values: dict[str, Any], timeout_s: float) -> Any:
        messages, _ = wire(feature)
        parameters = getattr(messages, f"{call}_Parameters")()
        for name, value in values.items():
            getattr(parameters, name).value = value
        asked = getattr(self._stub(feature), call).future(parameters, timeout=timeout_s)
        try:
            return await _awaited(asked)
        except grpc.RpcError as error:
            raise self.error(error, f"{feature}.{call}") from error


async def _awaited(asked: Any) -> Any:
    """The end of a gRPC call, without a thread that waits for it."""
    loop = asyncio.get_running_loop()
    ended = asyncio.Event()

    def end(call: Any) -> None:
        if not loop.is_closed():
            loop.call_soon_threadsafe(ended.set)

    asked.add_done_callback(end)
    try:
        await ended.wait()
    except asyncio.CancelledError:
        asked.cancel()
        raise
    if asked.cancelled():
        raise asked
    return asked.result()


def _sila_error(details: str) -> tuple[str, str]:
    """What kind of SiLA error it is and what it says."""
    messages, _ = wire("UnitController")
    try:
        error = messages.SiLAFramework__pb2.SiLAError.FromString(b64decode(details, validate=True))
    except (NotBase64, ValueError, DecodeError):
        return "an error that is none of SiLA", details[:_TELLS]
    kind = error.WhichOneof("error")
    if kind is None:
        return "an error without anything in it", ""
    said = getattr(error, kind)
    name = getattr(said, "errorIdentifier", "").rpartition("/")[2] or getattr(said, "parameter", "") or kind
    return name, said.message
