"""One secure connection to equipment, from its opening to its loss: it is never mended, a new one is opened.

So every connection looks anew at the credentials of both sides, and nothing of an old session can be taken for news.
"""

from __future__ import annotations

import asyncio
import struct
from collections.abc import Awaitable, Callable
from contextlib import suppress
from dataclasses import dataclass
from typing import Any, TypeVar

from asyncua import Client, ua
from asyncua.common.subscription import Subscription
from asyncua.crypto.security_policies import (
    SecurityPolicy,
    SecurityPolicyAes128Sha256RsaOaep,
    SecurityPolicyAes256Sha256RsaPss,
    SecurityPolicyBasic256Sha256,
)
from asyncua.crypto.uacrypto import CertProperties
from asyncua.ua.uaerrors import UaError, UaStatusCodeError
from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding

from axenic.device.connection import Now
from axenic.device.driver.driver import Distrusted, Garbled, LinkError
from axenic.device.driver.event import Event, LinkEnding, LinkLost, Nonsense, ValueRead
from axenic.device.driver.wire import event_from
from axenic.device.opcua import names
from axenic.device.opcua.credentials import Credentials, uri_in
from axenic.device.opcua.trust import SERVER, Trust, ends_at

_T = TypeVar("_T")
_S = ua.StatusCodes
_POLICIES: tuple[type[SecurityPolicy], ...] = (  # the strongest first
    SecurityPolicyAes256Sha256RsaPss,
    SecurityPolicyAes128Sha256RsaOaep,
    SecurityPolicyBasic256Sha256,
)
_NO_SENSE = frozenset(
    {
        int(_S.BadArgumentsMissing),
        int(_S.BadTooManyArguments),
        int(_S.BadTypeMismatch),
        int(_S.BadInvalidArgument),
        int(_S.BadMethodInvalid),
        int(_S.BadNodeIdInvalid),
        int(_S.BadNodeIdUnknown),
        int(_S.BadNothingToDo),
        int(_S.BadDecodingError),
    }
)
_QUEUE = 10_000  # events and values that the server keeps for us between two publications
_DAY_MS = 86_400_000
_WARNS_MS = 30 * _DAY_MS  # before a certificate ends [D]


@dataclass(frozen=True, slots=True)
class Patience:
    """How long the engine waits, in seconds: for an answer, a sign of life, between two tries (least and most)."""

    answer_s: float = 10.0
    life_s: float = 4.0
    least_s: float = 0.1
    most_s: float = 5.0
    publish_s: float = 0.05


PATIENT = Patience()


def unheard(event: Event) -> None:
    """Nobody listens."""


class Channel:
    """`uri`: what the certificate of the equipment must say; `hear` is told of events, of values, and of the loss."""

    def __init__(
        self, equipment: str, address: str, credentials: Credentials, uri: str, now: Now, patience: Patience
    ) -> None:
        self.lost = False
        self.hear: Callable[[Event], None] = unheard
        self._equipment, self._address, self._credentials, self._uri = equipment, address, credentials, uri
        self._now, self._patience = now, patience
        self._client = Client(address, patience.answer_s, patience.life_s)
        self._namespace = 0
        self._subscription: Subscription | None = None
        self._tasks: set[asyncio.Task[None]] = set()
        self._certificates: dict[str, x509.Certificate] = {}
        self._last: dict[tuple[str, str], int] = {}
        self._sequence = 0

    async def open(self) -> None:
        """Connect, log in and subscribe; raises LinkError with the reason."""
        try:
            await self._connect()
        except (LinkError, Garbled):
            await self._leave()
            raise
        self._keep(self._watch())

    async def call(self, method: str, *given: ua.Variant) -> Any:
        """The one thing that a method gives; raises LinkError or Garbled."""
        device = self._client.get_node(names.node_id(self._namespace, self._equipment))
        node = names.node_id(self._namespace, self._equipment, method)
        return await self._asked(device.call_method(node, *given), method)

    async def read_state(self, unit: str) -> Any:
        """The number of a unit's state, 0 if it is not there; raises LinkError, or Garbled if it is not good."""
        node = self._client.get_node(names.node_id(self._namespace, self._equipment, unit, names.STATE))
        found = await self._asked(node.read_data_value(raise_on_bad_status=False), names.STATE)
        code = _code(found)
        if code in (_S.BadNodeIdUnknown, _S.BadNodeIdInvalid):
            return 0
        if code or found.Value is None:
            raise Garbled(f"{self._equipment} has no good state of {unit}: {names.status(code).name}")
        return found.Value.Value

    async def close(self) -> None:
        """Leave; nothing is heard of it any more."""
        self.lost = True
        for task in list(self._tasks):
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        await self._leave()

    # what a subscription hears --------------------------------------------------------------------------------------

    def event_notification(self, event: Any) -> None:
        """An event of the equipment."""
        number, self._sequence = self._sequence, int(getattr(event, names.SEQUENCE, 0) or 0)
        if number and self._sequence != number + 1:
            self._lose(f"events {number + 1} to {self._sequence - 1} were lost")
        try:
            self.hear(event_from(str(getattr(event, names.TEXT, ""))))
        except Garbled as error:  # what cannot be read is asked for: nothing follows from it
            self.hear(Nonsense(self._equipment, str(error)))

    def datachange_notification(self, node: Any, value: Any, data: Any) -> None:
        """A value of a unit, good or not."""
        _, unit, _, item = str(node.nodeid.Identifier).split("/")
        found = data.monitored_item.Value
        at, quality = names.milliseconds(found.SourceTimestamp), _code(found)
        if quality >> 31 or not isinstance(value, int | float | str):
            value, quality = "", quality or int(_S.BadNoData)  # a bad value is no value at all
        self._last[unit, item] = at
        self.hear(ValueRead(unit, item, value, at, quality))

    def status_change_notification(self, status: Any) -> None:
        """The server ends the subscription."""
        self._lose("it ended its subscription")

    # how ------------------------------------------------------------------------------------------------------------

    async def _connect(self) -> None:
        policy, certificate = await self._endpoint()
        own = self._own()
        self._certificates = {f"the certificate of {self._equipment}": certificate, "our certificate": own}
        if code := Trust(self._credentials, self._now, SERVER).flaw(certificate, self._uri):
            raise Distrusted(self._distrust(code, certificate))
        if ends_at(own) <= self._now():
            raise Distrusted(f"our certificate for {self._equipment} ended on {_day(own)}: renew it")
        client = self._client
        client.application_uri = uri_in(own)
        user, password = self._login()
        client.set_user(user)
        client.set_password(password)
        client.connection_lost_callback = self._gone
        files = self._credentials.file, self._credentials.key
        theirs = CertProperties(certificate.public_bytes(Encoding.DER), "der")
        await self._asked(client.set_security(policy, *files, server_certificate=theirs), "security")
        await self._asked(client.connect(), "connect")
        self._namespace = await self._asked(client.get_namespace_index(names.OWN), "its namespaces")
        await self._asked(self._subscribe(), "subscribe")

    async def _endpoint(self) -> tuple[type[SecurityPolicy], x509.Certificate]:
        """The best policy that is offered with encryption, and the certificate that the equipment shows."""
        asking = Client(self._address, self._patience.answer_s)
        found = await self._asked(asking.connect_and_get_server_endpoints(), "its endpoints")
        offered = {e.SecurityPolicyUri: e for e in found if e.SecurityMode == ua.MessageSecurityMode.SignAndEncrypt}
        for policy in _POLICIES:
            if policy.URI in offered:
                shown = offered[policy.URI].ServerCertificate or b""
                try:
                    return policy, x509.load_der_x509_certificate(_first(shown))
                except ValueError as error:
                    raise LinkError(f"{self._equipment} shows no certificate: {error}") from error
        raise LinkError(f"{self._equipment} at {self._address} offers no encryption that we take")

    def _own(self) -> x509.Certificate:
        try:
            return self._credentials.certificate()
        except (OSError, ValueError) as error:
            raise LinkError(f"our certificate for {self._equipment} cannot be read: {error}") from error

    def _login(self) -> tuple[str, str]:
        try:
            return self._credentials.login()
        except (OSError, ValueError, KeyError) as error:
            raise LinkError(f"our account at {self._equipment} cannot be read: {error}") from error

    def _distrust(self, code: int, certificate: x509.Certificate) -> str:
        if code == _S.BadCertificateTimeInvalid:
            return f"the certificate of {self._equipment} holds until {_day(certificate)} only: renew it"
        return f"the certificate of {self._equipment} is not trusted ({names.status(code).name})"

    async def _subscribe(self) -> None:
        period = self._patience.publish_s * 1000
        subscription = await self._client.create_subscription(period, self)
        device = self._client.get_node(names.node_id(self._namespace, self._equipment))
        await subscription.subscribe_events(device, evfilter=self._filter(), queuesize=_QUEUE)
        gauges = await self._gauges(device)
        if gauges:
            await subscription.subscribe_data_change(gauges, queuesize=_QUEUE)
        self._subscription = subscription

    def _filter(self) -> ua.EventFilter:
        kind = names.node_id(self._namespace, names.EVENT_TYPE)
        clauses = [
            ua.SimpleAttributeOperand(kind, [names.named(name, self._namespace)], ua.AttributeIds.Value)
            for name in (names.SEQUENCE, names.TEXT)
        ]
        return ua.EventFilter(SelectClauses=clauses)

    async def _gauges(self, device: Any) -> list[Any]:
        units = await device.get_children(ua.ObjectIds.HasComponent, ua.NodeClass.Object)
        found: list[Any] = []
        for unit in units:
            path = f"{unit.nodeid.Identifier}/{names.PARAMETERS}"
            held = self._client.get_node(names.node_id(self._namespace, path))
            found.extend(await held.get_children(ua.ObjectIds.HasComponent, ua.NodeClass.Variable))
        return found

    async def _watch(self) -> None:
        """Whether the subscription is still the one that was made, and whether the certificates hold."""
        made = self._subscription.subscription_id if self._subscription is not None else None
        warned: set[str] = set()
        while not self.lost:
            if self._subscription is None or self._subscription.subscription_id != made:
                self._lose("its subscription was made anew: events may be missing")
            for whose, certificate in self._certificates.items():
                left = ends_at(certificate) - self._now()
                if left <= 0:
                    self._lose(f"{whose} ended on {_day(certificate)}: renew it", distrusted=True)
                elif left <= _WARNS_MS and whose not in warned:
                    warned.add(whose)
                    self.hear(LinkEnding(self._equipment, f"{whose} ends on {_day(certificate)}: renew it"))
            await asyncio.sleep(self._patience.life_s)

    async def _gone(self, error: Exception) -> None:
        self._lose(f"nothing is heard of it: {error!r}")

    def _lose(self, reason: str, distrusted: bool = False) -> None:
        if self.lost:
            return
        self.lost = True
        for (unit, item), at in self._last.items():
            self.hear(ValueRead(unit, item, "", at, names.NO_COMMUNICATION))
        self.hear(LinkLost(self._equipment, reason, distrusted))
        self._keep(self._leave())

    async def _leave(self) -> None:
        with suppress(UaError, OSError, TimeoutError, asyncio.CancelledError):
            await asyncio.wait_for(self._client.disconnect(), self._patience.life_s)

    async def _asked(self, answer: Awaitable[_T], what: str) -> _T:
        """An answer in time, or why there is none."""
        try:
            return await asyncio.wait_for(answer, self._patience.answer_s)
        except UaStatusCodeError as error:
            said = f"{self._equipment} answers {names.status(error.code).name} to {what}"
            raise (Garbled if error.code in _NO_SENSE else LinkError)(said) from error
        except (UaError, OSError, TimeoutError, EOFError) as error:
            raise LinkError(f"{self._equipment} at {self._address} does not answer to {what}: {error!r}") from error
        except (ValueError, TypeError, KeyError, AttributeError, struct.error) as error:
            raise Garbled(f"{self._equipment} answers what cannot be read to {what}: {error!r}") from error
        except asyncio.CancelledError:
            task = asyncio.current_task()
            if task is not None and task.cancelling():
                raise
            raise LinkError(f"{self._equipment} hung up on {what}") from None

    def _keep(self, work: Any) -> None:
        task = asyncio.get_running_loop().create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)


def _code(found: ua.DataValue) -> int:
    return int(found.StatusCode.value) if found.StatusCode is not None else 0


def _day(certificate: x509.Certificate) -> str:
    return f"{certificate.not_valid_after_utc:%Y-%m-%d %H:%M} UTC"


def _first(chain: bytes) -> bytes:
    """The first certificate of a chain: it says itself how long it is."""
    return chain[: int.from_bytes(chain[2:4], "big") + 4]
