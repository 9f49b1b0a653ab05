"""Republish: a foreign client asks again until it hears an error, so it must hear one."""

from __future__ import annotations

import asyncio

import pytest
from asyncua import ua
from asyncua.server.address_space import AddressSpace
from asyncua.server.subscription_service import SubscriptionService
from asyncua.ua.uaerrors import BadMessageNotAvailable, BadSubscriptionIdInvalid

from axenic.device.opcua import names
from axenic.device.opcua.republish import Subscriptions
from tests.device.opcua.conftest import foreign

_LOST = ua.RepublishParameters(SubscriptionId=4711, RetransmitSequenceNumber=1)


def rounds(service, most=1000):
    """How often a client that follows Part 4 (6.7) asks again after a restart, up to a most."""
    for number in range(1, most):
        try:
            service.republish(ua.RepublishParameters(SubscriptionId=4711, RetransmitSequenceNumber=number))
        except (BadSubscriptionIdInvalid, BadMessageNotAvailable):
            return number
    return most


def test_a_client_asks_for_ever_where_asyncua_has_its_way_and_once_here():
    assert rounds(SubscriptionService(AddressSpace())) == 1000, "mended upstream? then republish.py can go"
    assert rounds(Subscriptions(AddressSpace())) == 1


def test_a_client_over_the_wire_hears_which_of_both_is_not_there(bench):
    class Deaf:
        def datachange_notification(self, node, value, data):
            pass

    async def work():
        async with foreign(bench) as client:
            session = client.client.uaclient.session
            with pytest.raises(BadSubscriptionIdInvalid):
                await session.republish(_LOST.SubscriptionId, _LOST.RetransmitSequenceNumber)
            subscription = await client.client.create_subscription(20, Deaf())
            await subscription.subscribe_data_change(client.node("incubator-1", names.STATE))
            with pytest.raises(BadMessageNotAvailable):
                await session.republish(subscription.subscription_id, 999_999)

    asyncio.run(work())
