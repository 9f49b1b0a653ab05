"""Custody events: EPCIS 2.0 as the standard has it, with the identifier that others compute too."""

from __future__ import annotations

import json
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from axenic.identity import custody
from axenic.identity.custody import NAMESPACES, LoggedTemperature, Moment, address_of
from axenic.identity.event_hash import event_id, number, said
from axenic.identity.gs1 import Elements
from axenic.identity.unreadable import Unreadable
from tests.identity.codes import ANNA, ANNAS_CELLS, GTIN, hostile

MOMENT = Moment(1_767_592_800_123, 60, "https://axenic.example/site/berlin")
CELLS = address_of(ANNAS_CELLS)
BAG = address_of(Elements((("01", GTIN), ("21", "A/1 b"))))
SHIPPER = address_of(Elements((("00", "106141412345678908"),)))
LOGGER = address_of(Elements((("8004", "4012345LOG7"),)))
COLD = [
    LoggedTemperature(MOMENT.at + n * 60_000, Decimal(t), LOGGER) for n, t in enumerate(("-150.500", "-150", "-0.001"))
]
EVENTS = {
    "collected": custody.collected(MOMENT, [CELLS], ANNA),
    "shipped": custody.shipped(MOMENT, [SHIPPER, BAG], ANNA),
    "received": custody.received(MOMENT, [BAG], ANNA, COLD),
    "transformed": custody.transformed(MOMENT, [CELLS], [BAG], ANNA, "AX-0001"),
    "packed": custody.packed(MOMENT, SHIPPER, [BAG, CELLS], ANNA),
    "unpacked": custody.unpacked(MOMENT, SHIPPER, [BAG], ANNA),
    "joined": custody.joined(MOMENT, SHIPPER, [LOGGER], ANNA),
}
# As epcis-event-hash-generator 1.9.3 computes them too (the last test holds the two against each other)
KNOWN = {
    "collected": "ni:///sha-256;64d1dd9e5abd07caecfb8ed6aa8661d634a17c71cbf0a41735b017e3848a6dcd?ver=CBV2.0",
    "shipped": "ni:///sha-256;0829112cd95e6f0ea9d0aa97b4eb8aae2551c02d3d067797467a78bb715bae20?ver=CBV2.0",
    "received": "ni:///sha-256;f0cbed8052cab6fa863f216459316c7e8a000873c8cef7f138adf911572a7321?ver=CBV2.0",
    "transformed": "ni:///sha-256;e8bd8811c72383b1e5351a9e11ce4337c29bc7fea35b2076506173ce48a78cd9?ver=CBV2.0",
    "packed": "ni:///sha-256;9c2872c3908ad1c1917015d7edbf1282bab305c6104edf18fdb55a087dc4031b?ver=CBV2.0",
    "unpacked": "ni:///sha-256;3a410a65914c6cd19418027763fc97a4e3a7b4d57bb5be800aedebcd14b9ee7e?ver=CBV2.0",
    "joined": "ni:///sha-256;40ca6504e33315df9bb088a40fe03381e7ea3a23d0492e0044690cdf2de2cd12?ver=CBV2.0",
}


def others_id(event):
    oracle = pytest.importorskip("epcis_event_hash_generator.hash_generator")
    from epcis_event_hash_generator import json_to_py

    text = json.dumps(custody.document([event], MOMENT))
    return oracle.epcis_hashes_from_events(json_to_py.event_list_from_epcis_document_json(json.loads(text)))[0]


@pytest.mark.parametrize("name", EVENTS)
def test_the_identifier_of_each_event_is_the_known_one(name):
    assert EVENTS[name]["eventID"] == KNOWN[name]


def test_a_receipt_says_what_where_when_and_how_cold():
    event = EVENTS["received"]
    assert event["eventTime"] == "2026-01-05T07:00:00.123+01:00"
    assert (event["type"], event["action"], event["bizStep"]) == ("ObjectEvent", "OBSERVE", "receiving")
    assert event["epcList"] == [f"https://id.gs1.org/01/{GTIN}/21/A%2F1%20b"]
    assert event["sensorElementList"][0] == {
        "sensorMetadata": {"time": "2026-01-05T06:00:00.123+00:00", "deviceID": LOGGER},
        "sensorReport": [{"type": "Temperature", "value": -150.5, "uom": "CEL"}],
    }


def test_what_an_event_says_is_written_out_in_the_order_of_the_standard():
    assert said(EVENTS["joined"], NAMESPACES) == (
        "eventType=AssociationEventeventTime=2026-01-05T06:00:00.123ZeventTimeZoneOffset=+01:00"
        "parentID=https://id.gs1.org/00/106141412345678908childEPCsepc=https://id.gs1.org/8004/4012345LOG7action=ADD"
        "bizStep=https://ref.gs1.org/cbv/BizStep-assemblingreadPointid=https://axenic.example/site/berlin"
        f"{{https://axenic.example/voc/}}coi={ANNA}"
    )


@settings(deadline=None)
@given(st.permutations(list(EVENTS["received"])), st.permutations([0, 1, 2]))
def test_the_order_of_fields_and_lists_does_not_change_the_identifier(names, order):
    event = {name: EVENTS["received"][name] for name in names}
    event["sensorElementList"] = [event["sensorElementList"][n] for n in order]
    assert event_id(event, NAMESPACES) == EVENTS["received"]["eventID"]


def test_the_same_moment_told_in_another_zone_is_another_event_only_by_its_offset():
    here, there = (
        said(EVENTS["packed"], NAMESPACES),
        said(custody.packed(Moment(MOMENT.at, -330, MOMENT.place), SHIPPER, [BAG, CELLS], ANNA), NAMESPACES),
    )
    assert here.replace("+01:00", "-05:30") == there


@pytest.mark.parametrize("field", [f for f in EVENTS["received"] if f not in ("eventID", "type")])
def test_every_field_is_under_the_identifier(field):
    event = EVENTS["received"]
    without = {name: value for name, value in event.items() if name != field}
    assert event_id(without, NAMESPACES) != event["eventID"]


def test_a_field_that_is_not_ours_is_an_error_and_not_left_out_of_the_hash():
    with pytest.raises(ValueError, match="ilmd"):
        event_id(EVENTS["packed"] | {"ilmd": {}}, NAMESPACES)


@settings(deadline=None)
@given(st.decimals(-273, 200, places=3))
def test_numbers_are_written_without_superfluous_zeros(value):
    text = number(float(value))
    assert Decimal(text) == value
    assert "e" not in text.lower() and not (("." in text) and text.endswith("0"))


@pytest.mark.parametrize(
    "make",
    [
        lambda: Moment(-1, 0, MOMENT.place),
        lambda: Moment(0, 900, MOMENT.place),
        lambda: Moment(0, 0, "Berlin"),
        lambda: custody.collected(MOMENT, [], ANNA),
        lambda: custody.collected(MOMENT, [BAG, BAG], ANNA),
        lambda: custody.packed(MOMENT, "the blue shipper", [BAG], ANNA),
        lambda: custody.received(MOMENT, [BAG], ANNA, [LoggedTemperature(0, Decimal("-274"), LOGGER)]),
        lambda: custody.received(MOMENT, [BAG], ANNA, [LoggedTemperature(0, Decimal("NaN"), LOGGER)]),
        lambda: custody.received(MOMENT, [BAG], ANNA, [LoggedTemperature(0, Decimal("1.0001"), LOGGER)]),
        lambda: address_of(Elements((("01", GTIN), ("10", "AX-1")))),  # a lot is many bags
    ],
)
def test_an_event_that_cannot_be_is_refused(make):
    with pytest.raises(Unreadable) as refused:
        make()
    assert refused.value.findings[0].code == "AX0658"


@settings(deadline=None)
@given(hostile)
def test_no_text_raises_anything_but_a_finding(text):
    for make in (
        lambda: custody.collected(MOMENT, [text], ANNA),
        lambda: custody.transformed(MOMENT, [CELLS], [BAG], ANNA, text),
        lambda: address_of(Elements((("8004", text),))),
    ):
        try:
            make()
        except Unreadable as refused:
            assert all(f.message.isascii() for f in refused.findings)


@pytest.mark.filterwarnings("ignore::DeprecationWarning")  # how the oracle opens its own files
@pytest.mark.parametrize("name", EVENTS)
def test_the_reference_implementation_has_the_same_identifier(name):
    assert EVENTS[name]["eventID"] == others_id(EVENTS[name])


@pytest.mark.filterwarnings("ignore::DeprecationWarning")
@settings(deadline=None)
@given(
    st.integers(0, 4_000_000_000_000),
    st.integers(-720, 840),
    st.lists(st.decimals(-200, 50, places=3), max_size=4),
    st.sets(st.from_regex(r"[A-Z0-9]{1,8}", fullmatch=True), min_size=1, max_size=4),
)
def test_the_reference_implementation_agrees_on_events_nobody_wrote(at, ahead, temperatures, serials):
    things = [address_of(Elements((("01", GTIN), ("21", s)))) for s in sorted(serials, reverse=True)]
    readings = [LoggedTemperature(at // 2 + n, t, LOGGER) for n, t in enumerate(temperatures)]
    event = custody.shipped(Moment(at, ahead, MOMENT.place), things, ANNA, readings)
    assert event["eventID"] == others_id(event)
