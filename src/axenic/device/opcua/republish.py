"""Republish as OPC UA Part 4 (5.13.6) has it; asyncua 2.1.0 answers Good and nothing where it has nothing to send.

A client that follows Part 4 (6.7) after a loss republishes until it gets an error: without one it never stops.
"""

from __future__ import annotations

from asyncua import ua
from asyncua.server.subscription_service import SubscriptionService


class Subscriptions(SubscriptionService):
    """The subscriptions of one server, which says so when there is nothing to publish again."""

    def republish(self, params: ua.RepublishParameters) -> ua.NotificationMessage:
        """The message again; raises BadSubscriptionIdInvalid or BadMessageNotAvailable."""
        if params.SubscriptionId not in self.subscriptions:
            raise ua.uaerrors.BadSubscriptionIdInvalid
        message = super().republish(params)
        if not message.NotificationData:
            raise ua.uaerrors.BadMessageNotAvailable
        return message
