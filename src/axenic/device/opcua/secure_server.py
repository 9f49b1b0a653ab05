"""An OPC UA server that is encrypted, for known clients and accounts only; what it shows is furnished by others."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Coroutine, Mapping
from contextlib import asynccontextmanager, suppress
from typing import Any
from urllib.parse import urlsplit

from asyncua import Server, ua

from axenic.device.connection import Now
from axenic.device.opcua.accounts import Accounts, Duty
from axenic.device.opcua.credentials import Credentials, uri_in
from axenic.device.opcua.permission import Permission
from axenic.device.opcua.session import Core
from axenic.device.opcua.trust import CLIENT, Trust

_LOOKS_EVERY_S = 1.0  # whether its certificate was renewed
EVERYBODY = frozenset(Duty)
POLICIES = [
    ua.SecurityPolicyType.Basic256Sha256_SignAndEncrypt,
    ua.SecurityPolicyType.Aes128Sha256RsaOaep_SignAndEncrypt,
    ua.SecurityPolicyType.Aes256Sha256RsaPss_SignAndEncrypt,
]
Furnish = Callable[[Server], Awaitable[Mapping[Duty, frozenset[ua.NodeId]]]]  # makes nodes: who may call what of them
Work = Callable[[], Coroutine[Any, Any, None]]


class SecureServer:
    """`address`: opc.tcp://host:port; `now`: the time of day by which certificates are judged, ms since 1970.

    duties: whose accounts may log in. `listening` is set when clients can connect; `core` is asyncua's, while it runs.
    """

    def __init__(
        self, name: str, address: str, credentials: Credentials, now: Now, duties: frozenset[Duty] = EVERYBODY
    ) -> None:
        self._name, self._address, self._credentials, self._duties = name, address, credentials, duties
        self._trust = Trust(credentials, now, CLIENT)
        self.core: Core | None = None
        self.listening = asyncio.Event()

    async def serve(self, furnish: Furnish, work: Work) -> None:
        """Hear clients, and work, until cancelled; a certificate that was renewed counts from the next second on.

        Raises OSError if the port is taken or the credentials are not there, and what the work raises.
        """
        while True:
            version = self._credentials.version()
            async with self._listening(furnish):
                working = asyncio.create_task(work())
                try:
                    while self._credentials.version() == version and not working.done():
                        await asyncio.wait([working], timeout=_LOOKS_EVERY_S)
                finally:
                    working.cancel()
                    with suppress(asyncio.CancelledError):
                        await working  # what stopped it stops the server

    @asynccontextmanager
    async def _listening(self, furnish: Furnish) -> AsyncIterator[None]:
        self.core = Core(Accounts(self._credentials, self._trust, self._duties))
        server = Server(self.core)
        await server.init()
        await server.set_application_uri(uri_in(self._credentials.certificate()))
        server.set_endpoint(self._address)
        server.set_server_name(self._name)
        await server.load_certificate(self._credentials.file)
        await server.load_private_key(self._credentials.key)
        server.set_certificate_validator(self._trust)
        server.set_identity_tokens([ua.UserNameIdentityToken])
        server.set_security_policy(POLICIES, Permission(await furnish(server)))
        where = urlsplit(self._address)
        server.socket_address = where.hostname or "127.0.0.1", where.port or 4840
        async with server:
            self.listening.set()
            yield
