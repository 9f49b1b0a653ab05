"""The link itself: values with their quality, silence, gaps, and certificates that end and are renewed."""

from __future__ import annotations

import asyncio
from types import SimpleNamespace
from uuid import uuid4

import pytest
from asyncua import ua

from axenic.control.packml import UnitState
from axenic.device.driver.driver import LinkError
from axenic.device.driver.event import LinkEnding, LinkFound, LinkLost, StateChanged, ValueRead
from axenic.device.driver.identity import Identity
from axenic.device.driver.wire import event_text
from axenic.device.instrument.host import Host
from axenic.device.instrument.instrument import Instrument
from axenic.device.instrument.memory import Memory
from axenic.device.instrument.model import ALL, Model
from axenic.device.opcua import names
from axenic.device.opcua.accounts import Duty, enrol
from axenic.device.opcua.authority import Authority, Peer
from axenic.device.opcua.channel import Channel
from axenic.device.opcua.credentials import Credentials
from axenic.device.opcua.driver import OpcUaDriver
from axenic.device.opcua.patience import PATIENT, Patience
from axenic.device.opcua.server import OpcUaServer
from axenic.live.clock import SpeedClock, now_ms
from tests.conftest import START
from tests.device.driver.bench import Acts, Ear, free_port
from tests.device.opcua.conftest import foreign

DAY = 86_400_000
PASSWORD = "a password of this site"


def is_value(event, good):
    return isinstance(event, ValueRead) and event.good is good


def test_values_come_with_time_and_quality_and_an_uncertain_one_is_no_value(bench):
    async def work(visit):
        good = await visit.ear.until(lambda e: is_value(e, True))
        assert (good.unit, good.item, good.value, good.quality) == ("incubator-1", "Temperature", 37.0, 0)
        assert START <= good.at <= bench.clock.now()
        assert (await visit.ear.until(lambda e: is_value(e, False))).quality >> 30 == 1

    bench.run(work)


def test_the_range_and_the_unit_of_a_value_can_be_read(bench):
    async def work():
        async with foreign(bench, Duty.VIEWER) as client:
            path = "incubator-1", names.PARAMETERS, "Temperature"
            extent = await client.node(*path, "EURange").read_value()
            assert (extent.Low, extent.High) == (0.0, 60.0)
            assert (await client.node(*path, "EngineeringUnits").read_value()).DisplayName.Text == "degC"

    asyncio.run(work())


def test_equipment_is_found_by_browsing_under_the_names_of_di_and_packml(bench):
    """Ids and browse names of Opc.Ua.Di.NodeSet2.xml and Opc.Ua.PackML.NodeSet2.xml of the OPC Foundation."""

    async def work():
        async with foreign(bench, Duty.VIEWER) as client:
            di, packml = [await client.client.get_namespace_index(uri) for uri in (names.DI, names.PACKML)]
            path = [f"{di}:DeviceSet", f"{client.node().nodeid.NamespaceIndex}:station"]
            device = await client.client.nodes.objects.get_child(path)
            assert (await device.get_parent()).nodeid == ua.NodeId(5001, di)
            assert await device.read_type_definition() == ua.NodeId(1002, di)
            plate = {n: await (await device.get_child(f"{di}:{n}")).read_value() for n in ("SerialNumber", "AssetId")}
            assert plate == {"SerialNumber": "SIM-1", "AssetId": "station"}
            for name in ("Manufacturer", "Model", "SoftwareRevision"):
                assert await (await device.get_child(f"{di}:{name}")).read_value()
            unit = client.node("incubator-1")
            assert await unit.read_type_definition() == ua.NodeId(6, packml)
            status = await unit.get_child(f"{packml}:Status")
            assert await status.read_type_definition() == ua.NodeId(4, packml)
            state = await (await status.get_child(f"{packml}:{names.STATE}")).read_value()
            assert state == UnitState.IDLE

    asyncio.run(work())


def test_equipment_that_falls_silent_is_lost_its_values_go_bad_and_it_is_found_again(bench):
    async def work(visit):
        await visit.ear.until(lambda e: is_value(e, True))
        bench.frozen(True)
        try:
            lost = await visit.ear.until(lambda e: isinstance(e, LinkLost))
        finally:
            bench.frozen(False)
        before = visit.ear.events[: visit.ear.events.index(lost)]
        last = [e for e in before if isinstance(e, ValueRead)][-1]
        assert (last.value, last.quality) == ("", names.NO_COMMUNICATION)
        await visit.ear.until(lambda e: isinstance(e, LinkFound))

    bench.run(work)


def test_a_gap_in_the_events_is_a_loss_of_the_link(bench):
    text = event_text(StateChanged("incubator-1", UnitState.IDLE, START))

    async def work():
        heard = []
        shown = Credentials(bench.folder / "engine"), "", now_ms
        connection = Channel("station", bench.address, *shown, PATIENT, heard.append)
        for number in (5, 6, 9):
            connection.event_notification(SimpleNamespace(Sequence=number, Text=text))
        await connection.close()
        lost = [e for e in heard if isinstance(e, LinkLost)]
        assert [e.reason for e in lost] == ["events 7 to 8 were lost"]

    asyncio.run(work())


class Site:
    """Equipment and an engine in this process, whose time of day can be put forward."""

    def __init__(self, folder):
        self.ahead = 0
        self.authority = Authority.create(folder / "authority", "site", self.now())
        self.equipment, self.engine = Credentials(folder / "reactor"), Credentials(folder / "engine")
        self.renew_equipment()
        self.renew_engine()
        enrol(self.equipment, "engine", PASSWORD, Duty.ENGINE)
        self.engine.keep_login("engine", PASSWORD)
        self.address = f"opc.tcp://127.0.0.1:{free_port()}"
        models = {"reactor": Model("reactor", ALL)}
        who = Identity("reactor", ("reactor",), "Axenic", "reactor", "1", "1", uuid4().hex, 0, simulated=True)
        instrument = Instrument(who, models, Memory(None, 0), Acts(folder / "acts"))
        host = Host(instrument, SpeedClock(START), lambda seconds: None)
        self.server = OpcUaServer(host, self.address, self.equipment, self.now)
        patience = Patience(life_s=1.0, most_s=0.5)
        self.driver = OpcUaDriver("reactor", self.address, self.engine, self.now, patience=patience)

    def now(self):
        return now_ms() + self.ahead

    def renew_equipment(self):
        self.authority.issue(self.equipment.folder, Peer.EQUIPMENT, "reactor", self.now())

    def renew_engine(self):
        self.authority.issue(self.engine.folder, Peer.ENGINE, "engine", self.now())

    def run(self, work):
        async def visited():
            serving = asyncio.create_task(self.server.serve())
            await asyncio.wait(
                [serving, asyncio.create_task(self.server.listening.wait())], return_when="FIRST_COMPLETED"
            )
            ear = Ear(self.driver)
            await self.driver.identity()
            listening = asyncio.create_task(ear.listen())
            try:
                await work(ear)
            finally:
                await self.driver.close()
                for task in (listening, serving):
                    task.cancel()
                await asyncio.gather(listening, serving, return_exceptions=True)

        asyncio.run(visited())


@pytest.mark.parametrize("whose", ["the certificate of reactor", "our certificate"])
def test_a_certificate_is_warned_of_ends_the_link_and_is_renewed_without_a_restart(tmp_path, whose):
    site = Site(tmp_path)

    async def work(ear):
        site.ahead = 340 * DAY
        first, then = (site.renew_engine, site.renew_equipment)
        if whose == "our certificate":
            first, then = then, first
        first()
        warned = await ear.until(lambda e: isinstance(e, LinkEnding) and e.reason.startswith(whose))
        assert "renew it" in warned.reason
        site.ahead = 366 * DAY
        lost = await ear.until(lambda e: isinstance(e, LinkLost) and " ended on " in e.reason)
        assert lost.reason.startswith(whose)
        with pytest.raises(LinkError, match="renew it"):
            await site.driver.identity()
        then()
        await ear.until(lambda e: isinstance(e, LinkFound), ear.events.index(lost))
        assert await site.driver.state("reactor") is UnitState.IDLE

    site.run(work)


def test_an_engine_that_comes_after_the_end_of_a_certificate_is_told_so(tmp_path):
    site = Site(tmp_path)

    async def work(ear):
        site.ahead = 366 * DAY
        late = OpcUaDriver("reactor", site.address, site.engine, site.now)
        with pytest.raises(LinkError, match="the certificate of reactor holds until"):
            await late.identity()

    site.run(work)
