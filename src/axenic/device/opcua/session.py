"""Sessions that dispose of their own things only; asyncua 2.1.0 lets every session dispose of all subscriptions."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

from asyncua import ua
from asyncua.common.utils import ServiceError
from asyncua.crypto.permission_rules import User, UserRole
from asyncua.server.internal_server import InternalServer
from asyncua.server.internal_session import InternalSession

from axenic.device.opcua.names import status
from axenic.device.opcua.republish import Subscriptions
from axenic.device.opcua.standard import furnish

_NOBODY = User(UserRole.Anonymous)
_UNKNOWN = ua.StatusCodes.BadSubscriptionIdInvalid


class ClientSession(InternalSession):
    """A session of a client: the subscriptions of others are unknown to it."""

    def _own(self, subscription: int) -> bool:
        known = self.subscription_service.subscriptions.get(subscription)
        return known is not None and known.session_id == self.session_id

    def _check(self, subscription: int) -> None:
        if not self._own(subscription):
            raise ServiceError(_UNKNOWN)

    async def create_monitored_items(self, params: ua.CreateMonitoredItemsParameters) -> Any:
        """As asyncua, for a subscription of its own."""
        self._check(params.SubscriptionId)
        return await super().create_monitored_items(params)

    async def modify_monitored_items(self, params: ua.ModifyMonitoredItemsParameters) -> Any:
        """As asyncua, for a subscription of its own."""
        self._check(params.SubscriptionId)
        return await super().modify_monitored_items(params)

    async def delete_monitored_items(self, params: ua.DeleteMonitoredItemsParameters) -> Any:
        """As asyncua, for a subscription of its own."""
        self._check(params.SubscriptionId)
        return await super().delete_monitored_items(params)

    async def set_monitoring_mode(self, params: ua.SetMonitoringModeParameters) -> Any:
        """As asyncua, for a subscription of its own."""
        self._check(params.SubscriptionId)
        return await super().set_monitoring_mode(params)

    async def set_publishing_mode(self, params: ua.SetPublishingModeParameters) -> Any:
        """As asyncua, for subscriptions of its own."""
        for subscription in params.SubscriptionIds:
            self._check(subscription)
        return await super().set_publishing_mode(params)

    def modify_subscription(self, params: ua.ModifySubscriptionParameters) -> Any:
        """As asyncua, for a subscription of its own."""
        self._check(params.SubscriptionId)
        return super().modify_subscription(params)

    def republish(self, params: ua.RepublishParameters) -> ua.NotificationMessage:
        """As asyncua, for a subscription of its own."""
        self._check(params.SubscriptionId)
        return super().republish(params)

    def publish(self, acks: Iterable[ua.SubscriptionAcknowledgement] | None = None) -> Any:
        """As asyncua; what it acknowledges of others is not heard."""
        return super().publish([ack for ack in acks or [] if self._own(ack.SubscriptionId)])

    async def delete_subscriptions(self, ids: list[int]) -> list[ua.StatusCode]:
        """As asyncua, for its own; the others are unknown."""
        done = dict(zip(own := [i for i in ids if self._own(i)], await super().delete_subscriptions(own), strict=True))
        return [done.get(i, status(_UNKNOWN)) for i in ids]

    async def transfer_subscriptions(  # type: ignore[override]
        self, params: ua.TransferSubscriptionsParameters, callback: Callable[..., Any]
    ) -> list[ua.TransferResult]:
        """Refused: whoever was cut off subscribes anew and asks what became of its commands."""
        raise ServiceError(ua.StatusCodes.BadServiceUnsupported)


class Core(InternalServer):
    """asyncua's server without what it leaves open.

    A session is not taken up again on another channel: asyncua 2.1.0 binds it to the new channel before it looks at
    who asks, and a session's token is a small number.
    """

    def __init__(self, user_manager: Any) -> None:
        super().__init__(user_manager)
        self.allow_remote_admin = False
        self.disabled_clock = True  # a clock that writes each second is of no use to anybody here
        self.subscription_service = Subscriptions(self.aspace, iserver=self)
        self.isession.subscription_service = self.subscription_service

    def create_session(self, name: str, user: User = _NOBODY, external: bool = False) -> InternalSession:
        """A session; one of a client disposes of its own things only."""
        return ClientSession(self, self.aspace, self.subscription_service, name, user=user, external=external)

    def lookup_external_session(self, auth_token: ua.NodeId) -> InternalSession | None:
        """None: every channel begins a session of its own."""
        return None

    def register_server(self, server: Any, conf: Any = None) -> None:
        """Equipment is no directory of others."""
        raise ServiceError(ua.StatusCodes.BadServiceUnsupported)

    async def load_standard_address_space(self, shelf_file: Path | None = None) -> None:
        """The nodes of the standard."""
        furnish(self.aspace)
