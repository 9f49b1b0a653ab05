"""Sparkplug B as a real subscriber sees it, over a real broker: birth, data, death, rebirth; nothing else is obeyed."""

from __future__ import annotations

import asyncio
import queue
import subprocess
import time

import pytest
from cryptography.hazmat.primitives.serialization import Encoding
from paho.mqtt.client import Client
from pysparkplug import DataType, DBirth, DData, DDeath, Metric, NBirth, NCmd, NData, NDeath

from axenic.device.opcua import names
from axenic.device.opcua.authority import Authority, Peer
from axenic.device.opcua.credentials import Credentials
from axenic.live.clock import now_ms
from axenic.north.seen import Moment, Path, Seen
from axenic.north.sparkplug import publisher
from axenic.north.sparkplug.edge import REBIRTH, Edge
from axenic.north.sparkplug.publisher import Broker, Publisher
from axenic.record.journal import Journal
from tests.north.conftest import Broker as RealBroker
from tests.north.conftest import looking, served, write

NODE = "spBv1.0/point-of-care/{}/axenic.example_north"
ASKS = Metric(None, REBIRTH, DataType.BOOLEAN, value=True)
PAYLOADS = {"NBIRTH": NBirth, "DBIRTH": DBirth, "NDATA": NData, "DDATA": DData, "NDEATH": NDeath, "DDEATH": DDeath}


class Subscriber:
    """A host application: it hears everything under the namespace, in order, and may send commands."""

    def __init__(self, port, topic=NODE):
        self._topic = topic
        self._heard, self._births = queue.Queue(), {}
        self._client = Client("host", clean_session=True)
        self._client.on_connect = lambda *said: self._client.subscribe("spBv1.0/#", qos=1)
        self._client.on_message = lambda *said: self._heard.put(said[2])
        self._ready = queue.Queue()
        self._client.on_subscribe = lambda *said: self._ready.put(True)
        _connected(self._client, port)
        self._client.loop_start()
        assert self._ready.get(timeout=10)

    def next(self, within=10.0):
        """Kind, device, payload and QoS of the next message; none is retained. Commands are not for us."""
        ends = time.monotonic() + within
        while True:
            message = self._heard.get(timeout=max(ends - time.monotonic(), 0.001))
            kind, device = self._parts(message.topic)
            if kind in PAYLOADS:
                assert not message.retain
                return kind, device, self._payload(kind, device, message.payload), message.qos

    def _parts(self, topic):
        """The kind of a message and its device; it must be of our node."""
        _, _, kind, _, *device = topic.split("/")
        assert topic.startswith(self._topic.format(kind))
        return kind, "".join(device)

    def _payload(self, kind, device, raw):
        payload = PAYLOADS[kind].decode(raw, birth=self._births.get(device))  # data need not say their types
        if kind in ("NBIRTH", "DBIRTH"):
            self._births[device] = payload
        return payload

    def until(self, kind, within=10.0):
        """All messages up to the first of a kind."""
        ends, found = time.monotonic() + within, []
        while not found or found[-1][0] != kind:
            found.append(self.next(ends - time.monotonic()))
        return found

    def each(self, kind, devices, within=10.0):
        """All messages up to the last of these devices' first one of a kind."""
        ends, found, left = time.monotonic() + within, [], set(devices)
        while left:
            found.append(self.next(ends - time.monotonic()))
            if found[-1][0] == kind:
                left.discard(found[-1][1])
        return found

    def command(self, topic, *metrics, typed=True):
        self.send(topic, NCmd(now_ms(), metrics).encode(include_dtypes=typed))

    def asked(self):
        """The birth of the node, asked for until it is there: a link may be opened just now."""
        while True:
            self.command(NODE.format("NCMD"), ASKS)
            try:
                return next(m for m in self.until("NBIRTH", within=1.0) if m[0] == "NBIRTH")
            except queue.Empty:
                continue

    def send(self, topic, payload):
        self._client.publish(topic, payload, qos=1).wait_for_publish(10)

    def stop(self):
        self._client.disconnect()
        self._client.loop_stop()


def _connected(client, port):
    """A broker that was just begun may need a moment."""
    ends = time.monotonic() + 10
    while True:
        try:
            return client.connect("127.0.0.1", port)
        except OSError:
            assert time.monotonic() < ends, "the broker does not answer"


@pytest.fixture
def subscriber(broker):
    made = Subscriber(broker.port)
    yield made
    made.stop()


def publishing(broker, told):
    def onlookers(following):
        edge = Edge("point-of-care", following.head.origin)
        return (
            Publisher(Broker(f"mqtt://127.0.0.1:{broker.port}", following.place.folder), edge, now_ms, told.append),
        )

    return onlookers


def metrics_of(message):
    return {metric.name: metric for metric in message[2].metrics}


def values_of(messages):
    """The newest value of each metric, as a host application keeps it, by device and name."""
    found = {}
    for _, device, payload, _ in messages:
        for metric in getattr(payload, "metrics", ()):
            found[device, metric.name] = metric
    return found


async def there(work, *given):
    return await asyncio.to_thread(work, *given)


def devices_of(plant):
    """Those that are there before anything happened."""
    floor = plant.suite.new_control().floor
    groups = {"Units": floor.units, "Zones": floor.zones, "Chambers": floor.chambers, "Movers": floor.layout.carriers}
    return {f"{group}:{name}" for group, found in groups.items() for name in found}


def test_a_host_sees_birth_data_rebirth_and_death_and_its_values_are_those_of_the_view(
    plant, papers, broker, subscriber
):
    async def work():
        journal, units = Journal.open(plant.path), list(plant.suite.control.floor.units)
        write(journal, plant.part(0, 0.3))
        async with served(plant, papers, publishing(broker, [])) as address, looking(address, papers.viewer) as view:
            heard = await there(subscriber.each, "DBIRTH", devices_of(plant))
            (kind, device, birth, qos), session = heard[0], metrics_of(heard[0])["bdSeq"].value
            assert (kind, device, qos, birth.seq) == ("NBIRTH", "", 0, 0)
            assert metrics_of(heard[0])[REBIRTH].value is False
            assert metrics_of(heard[0])["Site/Simulated"].value is True
            for begins, ends in ((0.3, 0.5), (0.5, 0.7)):
                write(journal, plant.part(begins, ends))
                await view.until(journal.size, "Journal", "Size")
                heard += await there(subscriber.until, "NDATA")
            subscriber.command(NODE.format("NCMD"), ASKS, typed=False)
            *data, again = await there(subscriber.until, "NBIRTH")
            heard += data
            assert {k for k, *_ in heard} == {"NBIRTH", "DBIRTH", "NDATA", "DDATA"}
            assert [p.seq for _, _, p, _ in heard] == [n % 256 for n in range(len(heard))]
            found = values_of(heard)
            for unit, name in [(u, n) for u in units for n in ("StateCurrent", "Batch", "Condition", "Evidence")]:
                assert found[f"Units:{unit}", name].value == await view.value("Units", unit, name)
                at = names.milliseconds((await view.data("Units", unit, name)).SourceTimestamp)
                assert found[f"Units:{unit}", name].timestamp == at
            assert found["", "Journal/Size"].value == journal.size
            assert (again[2].seq, metrics_of(again)["bdSeq"].value) == (0, session)
            newest = values_of(await there(subscriber.each, "DBIRTH", {device for device, _ in found if device}))
            assert {k: m.value for k, m in newest.items()} == {k: m.value for k, m in found.items() if k[0]}
        death = (await there(subscriber.until, "NDEATH"))[-1]
        assert (death[2].bd_seq_metric.value, death[3]) == (session, 1)
        journal.close()

    asyncio.run(work())


def test_no_other_command_changes_or_answers_anything(plant, papers, broker, subscriber):
    async def work():
        async with served(plant, papers, publishing(broker, [])):
            await there(subscriber.each, "DBIRTH", devices_of(plant))
            state = Metric(None, "StateCurrent", DataType.INT64, value=6)
            for topic, metric in (
                (NODE.format("NCMD"), state),
                (NODE.format("NCMD"), Metric(None, REBIRTH, DataType.BOOLEAN, value=False)),
                (NODE.format("NCMD"), Metric(None, "Node Control/Reboot", DataType.BOOLEAN, value=True)),
                (NODE.format("DCMD") + "/Units:cell-processor", state),
            ):
                subscriber.command(topic, metric)
            subscriber.send(NODE.format("NCMD"), b"\xff\x00 no payload")
            subscriber.command(NODE.format("NCMD"), ASKS)  # the one that is obeyed: what the others bring comes first
            heard = await there(subscriber.each, "DBIRTH", devices_of(plant))
        heard += await there(subscriber.until, "NDEATH")
        assert [kind for kind, *_ in heard if kind != "DBIRTH"] == ["NBIRTH", "NDEATH"]

    asyncio.run(work())


def test_a_broker_that_was_lost_gets_all_births_under_a_new_session(plant, papers, broker, monkeypatch):
    monkeypatch.setattr(publisher, "_MOST_S", 1.0)

    async def work():
        told, sessions = [], []
        async with served(plant, papers, publishing(broker, told)):
            for _ in range(2):
                subscriber = await there(Subscriber, broker.port)
                heard = await there(subscriber.asked)
                await there(subscriber.each, "DBIRTH", devices_of(plant))
                sessions.append(metrics_of(heard)["bdSeq"].value)
                subscriber.stop()
                broker.stop()
                broker.start()
            assert sessions[1] > sessions[0]
        assert told[0].endswith(": connected") and told[1].endswith(": the link is lost")

    asyncio.run(work())


def test_devices_are_dead_while_the_journal_cannot_be_read_and_born_again_after(plant, papers, broker, subscriber):
    async def work():
        followed = []

        def onlookers(following):
            followed.append(following)
            return publishing(broker, [])(following)

        async with served(plant, papers, onlookers):
            await there(subscriber.each, "DBIRTH", devices_of(plant))
            followed[0].close()
            away = plant.path.rename(plant.path.with_suffix(".away"))
            gone = await there(subscriber.each, "DDEATH", devices_of(plant))
            assert values_of(gone)["", "Journal/Followed"].value is False
            away.rename(plant.path)
            back = await there(subscriber.each, "DBIRTH", devices_of(plant))
            assert metrics_of(back[0])["Journal/Followed"].value is True

    asyncio.run(work())


@pytest.mark.filterwarnings("ignore:Exception ignored in. <ssl.SSLSocket")  # paho 1.6 leaves it to the collector
def test_a_broker_is_spoken_to_encrypted_under_a_login_and_only_if_its_certificate_is_known(mosquitto, tmp_path):
    authority = Authority.create(tmp_path / "authority", "broker", now_ms())
    authority.issue(tmp_path / "host", Peer.EQUIPMENT, "broker", now_ms(), hosts=("127.0.0.1",))
    for name, der in (("ca", authority.certificate), ("host", Credentials(tmp_path / "host").certificate())):
        (tmp_path / f"{name}.pem").write_bytes(der.public_bytes(Encoding.PEM))
    users = tmp_path / "users"
    subprocess.run(("mosquitto_passwd", "-b", "-c", users, "north", "a password of it"), check=True)
    settings = f"password_file {users}\ncafile {tmp_path}/ca.pem\ncertfile {tmp_path}/host.pem\n"
    broker = RealBroker(mosquitto, tmp_path, settings + f"keyfile {tmp_path}/host/key.pem\nallow_anonymous false\n")
    broker.start()

    async def told_of(folder, within=10.0):
        """The first thing that a publisher says of a link that the broker has decided on."""
        told = asyncio.Queue()
        url = f"mqtts://127.0.0.1:{broker.port}"
        publishing = Publisher(Broker(url, folder), Edge("plant", "node"), now_ms, told.put_nowait)
        running = asyncio.create_task(publishing.run())
        try:
            async with asyncio.timeout(within):
                while "Connection refused" in (text := await told.get()):
                    pass  # it is not up yet
                return text
        finally:
            running.cancel()
            await asyncio.wait([running])

    known, guesses, strange = (tmp_path / name for name in ("known", "guesses", "strange"))
    for folder, password in ((known, "a password of it"), (guesses, "a guess of it")):
        folder.mkdir()
        (folder / publisher.AUTHORITY).write_bytes((tmp_path / "ca.pem").read_bytes())
        Credentials(folder).keep_login("north", password)
    try:
        assert asyncio.run(told_of(known)).endswith(": connected")
        assert "refuses us" in asyncio.run(told_of(guesses))
        assert "CERTIFICATE_VERIFY_FAILED" in asyncio.run(told_of(strange))
    finally:
        broker.stop()


def test_numbers_go_round_and_a_time_loses_no_millisecond():
    edge, path = Edge("a/plant", "a journal"), Path("Units", "reactor+1", "ValidUntil")
    assert edge.death().topic == "spBv1.0/a_plant/NDEATH/a journal"
    values = {path: Seen(Moment(1_767_592_800_123), 5)}
    births = edge.births(values, 1)
    assert births[-1].topic == "spBv1.0/a_plant/DBIRTH/a journal/Units:reactor_1"
    born = DBirth.decode(births[-1].payload)
    times = [1_767_592_800_000 + n for n in range(300)]
    changes = [edge.data({path: Seen(Moment(at), at)}, values, 1)[0].payload for at in times]
    said = [DData.decode(payload, birth=born) for payload in changes]
    assert [payload.seq for payload in said] == [n % 256 for n in range(2, 302)]
    assert [payload.metrics[0].timestamp for payload in said] == times
    assert [round(payload.metrics[0].value.timestamp() * 1000) for payload in said] == times
    assert [edge.death() and edge.session for _ in range(257)] == [*range(1, 256), 0, 1]


NONE = ("http://broker", "mqtt://", "mqtt://me:secret@broker", "mqtts://broker/topic", "broker")


@pytest.mark.parametrize("url", NONE)
def test_what_is_no_broker_is_refused(url, tmp_path):
    with pytest.raises(ValueError, match="no broker") as refused:
        Broker(url, tmp_path)
    assert "secret" not in str(refused.value)
