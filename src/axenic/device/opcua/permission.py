"""What an account may ask of equipment: asyncua hands over every request, and lets through what this allows."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from asyncua import ua
from asyncua.crypto.permission_rules import SimpleRoleRuleset, User
from asyncua.ua.ua_binary import struct_from_binary

from axenic.device.opcua.accounts import Account, Duty
from axenic.device.opcua.names import numbered

_I = ua.ObjectIds
_CALL = numbered(_I.CallRequest_Encoding_DefaultBinary)
_READING = frozenset(
    numbered(number)
    for number in (
        _I.ReadRequest_Encoding_DefaultBinary,
        _I.BrowseRequest_Encoding_DefaultBinary,
        _I.TranslateBrowsePathsToNodeIdsRequest_Encoding_DefaultBinary,
        _I.CreateSubscriptionRequest_Encoding_DefaultBinary,
        _I.ModifySubscriptionRequest_Encoding_DefaultBinary,
        _I.DeleteSubscriptionsRequest_Encoding_DefaultBinary,
        _I.CreateMonitoredItemsRequest_Encoding_DefaultBinary,
        _I.ModifyMonitoredItemsRequest_Encoding_DefaultBinary,
        _I.DeleteMonitoredItemsRequest_Encoding_DefaultBinary,
        _I.SetMonitoringModeRequest_Encoding_DefaultBinary,
        _I.SetPublishingModeRequest_Encoding_DefaultBinary,
        _I.PublishRequest_Encoding_DefaultBinary,
        _I.RepublishRequest_Encoding_DefaultBinary,
        _I.RegisterNodesRequest_Encoding_DefaultBinary,
        _I.UnregisterNodesRequest_Encoding_DefaultBinary,
    )
)


class Permission(SimpleRoleRuleset):
    """Everybody who is logged in may read and subscribe; nobody may write; each duty calls its own methods only."""

    def __init__(self, methods: Mapping[Duty, frozenset[ua.NodeId]]) -> None:
        super().__init__()  # type: ignore[no-untyped-call]
        self._methods = dict(methods)

    def check_validity(self, user: User, action_type_id: ua.NodeId, body: Any) -> bool:
        """Whether a request is let through; asyncua answers BadUserAccessDenied to the others."""
        if not isinstance(user, Account):
            return False
        if action_type_id != _CALL:
            return action_type_id in _READING
        mine = self._methods.get(user.duty, frozenset())
        called = struct_from_binary(ua.CallParameters, body.copy())
        return all(request.MethodId in mine for request in called.MethodsToCall)
