"""What is special about SiLA 2: certificates, wrong arguments, definitions, a stream that is taken up again."""

from __future__ import annotations

import asyncio
import json
from contextlib import contextmanager
from dataclasses import replace
from functools import partial
from uuid import uuid4

import pytest
from lxml.etree import XMLSyntaxError, fromstring
from sila2.client import SilaClient
from sila2.framework import DefinedExecutionError, Feature, ValidationError

from axenic.control.orders import EQUIPMENT_ORDERS, MoveItem
from axenic.control.packml import Command, UnitState
from axenic.device.driver.command_record import CommandStatus
from axenic.device.driver.driver import Garbled, LinkError
from axenic.device.driver.event import LinkFound, LinkLost, StateChanged
from axenic.device.driver.intent import Intent
from axenic.device.driver.site import NotReady
from axenic.device.driver.wire import event_from
from axenic.device.instrument.disorder import Disorder, Wrong
from axenic.device.instrument.work import InWorld
from axenic.device.sila.certificate import certificate
from axenic.device.sila.definition import DISORDER, SITE, UNIT, definition
from axenic.device.sila.driver import SilaDriver
from axenic.device.sila.server import server_id
from axenic.live.clock import SpeedClock
from axenic.live.shell import run as run_live
from axenic.record.journal import Journal
from tests.conftest import START
from tests.device.driver.rig import JOURNAL, field_of, instruments
from tests.device.sila.rig import LOCAL, free_port, served, sila, spawned
from tests.live.test_field import kept


def named(identity):
    """An identity without whom it obeys, which changes with the first command."""
    return replace(identity, obeys="", fence=0)


def a_move(robot, number=1):
    return Intent(uuid4(), MoveItem(number, START, robot, "B-1:bag", "B-1", "a", "b", ""), JOURNAL, 1)


@pytest.fixture
def robot(suite, tmp_path):
    """The first mover of the plant behind a SiLA server, in slow plant time, and its driver."""
    made = suite()
    mover = made.plant.movers[0].mover
    found = instruments(made, only=[mover])
    with sila(found, SpeedClock(START, 1.0), tmp_path) as (driver,):
        yield driver


def asked(driver, work):
    """The answer of a driver, which is left alone then."""

    async def go():
        try:
            return await work(driver)
        finally:
            await driver.close()

    return asyncio.run(go())


@contextmanager
def foreign(driver, folder):
    """A client of sila2 itself, as anybody may write one."""
    address, _, port = driver.target.partition(":")
    with SilaClient(address, int(port), root_certs=next(folder.glob("*/server.crt")).read_bytes()) as client:
        yield client


@pytest.mark.parametrize("name", [UNIT, SITE, DISORDER])
def test_definitions_are_valid_and_an_invalid_one_is_refused(name):
    text = definition(name)
    assert Feature(text).fully_qualified_identifier.endswith(f"/{name}/v1")
    with pytest.raises(XMLSyntaxError):
        Feature(text.replace("<Observable>No</Observable>", "<Observable>Perhaps</Observable>", 1))


def test_the_disorders_of_the_definition_are_those_of_the_instruments():
    values = [node.text for node in fromstring(definition(DISORDER).encode()).iter("{*}Value")]
    assert values == [wrong.value for wrong in Wrong]


def test_a_server_without_the_known_certificate_is_not_spoken_to(robot, tmp_path):
    other = certificate(tmp_path / "other", server_id("other"), LOCAL)
    with pytest.raises(LinkError, match="CERTIFICATE_VERIFY_FAILED"):
        asked(SilaDriver(robot.equipment, robot.target, other.public, 3), lambda d: d.identity())
    assert asked(robot, lambda d: d.identity()).equipment == robot.equipment


def test_the_private_key_is_readable_by_its_owner_only_and_kept(tmp_path):
    first = certificate(tmp_path, server_id("x"), LOCAL)
    assert (tmp_path / "server.key").stat().st_mode & 0o077 == 0
    assert certificate(tmp_path, server_id("x"), LOCAL) == first


def test_two_servers_do_not_share_a_port(robot, suite, tmp_path):
    mover = suite().plant.movers[1].mover
    found = instruments(suite(), only=[mover])
    port = int(robot.target.rpartition(":")[2])
    server, _, _ = served(found[mover], SpeedClock(START, 1.0), tmp_path / "other", port=port)
    with pytest.raises(OSError, match="in use"):
        asyncio.run(server.serve())


def test_nothing_listens_at_the_address():
    with pytest.raises(LinkError):
        asked(SilaDriver("nobody", f"{LOCAL}:{free_port()}", b"", 3), lambda d: d.identity())


def test_a_foreign_client_reads_the_definitions_and_is_told_what_is_wrong_with_its_arguments(robot, tmp_path, capfd):
    with foreign(robot, tmp_path) as client:
        names = {name.split("/")[2] for name in client.SiLAService.ImplementedFeatures.get()}
        assert names == {"SiLAService", UNIT, SITE, DISORDER}
        assert json.loads(client.UnitController.Identity.get())["equipment"] == robot.equipment
        with pytest.raises(DefinedExecutionError, match="NotUnderstood"):
            client.UnitController.Execute("{}")
        with pytest.raises(ValidationError):
            client.UnitController.Control(robot.equipment, 99)
        with pytest.raises(ValidationError):
            client.UnitController.GetCommandRecord("no id")
        assert client.UnitController.GetState("nothing").State == UnitState.UNDEFINED
        assert client.UnitController.GetCommandRecord(str(uuid4())).Record == "null"
    assert "Traceback" not in "".join(capfd.readouterr())


def test_a_foreign_client_hears_what_happens(robot, tmp_path):
    unit = asked(robot, lambda d: d.identity()).units[0]
    with foreign(robot, tmp_path) as client, client.UnitController.Happening.subscribe() as heard:
        assert next(heard) == ""
        assert client.UnitController.Control(unit, int(Command.ABORT)).State == UnitState.ABORTED
        said = [event_from(text) for text in (next(heard), next(heard))]
    assert [(e.unit, e.state) for e in said] == [(unit, UnitState.ABORTING), (unit, UnitState.ABORTED)]


def test_garbage_is_garbled_and_one_answer_later_it_is_well(robot):
    async def go(driver):
        unit = (await driver.identity()).units[0]
        for ask in (driver.identity, partial(driver.state, unit), partial(driver.record, uuid4())):
            await driver.inject(Disorder(Wrong.GARBAGE))
            with pytest.raises(Garbled):
                await ask()
        return await driver.state(unit)

    assert asked(robot, go) is UnitState.IDLE


def test_an_answer_that_comes_too_late_is_a_link_error(robot):
    async def go(driver):
        await driver.identity()
        await driver.inject(Disorder(Wrong.LAG, 1.0))
        driver.timeout_s = 0.2
        with pytest.raises(LinkError, match="deadline"):
            await driver.identity()

    asked(robot, go)


def test_a_site_follows_the_sequence_of_the_passive_side(robot):
    async def go(driver):
        unit = (await driver.identity()).units[0]
        sent = a_move(robot="somebody")
        taken, given = (replace(sent, order=replace(sent.order, **end)) for end in ({"target": unit}, {"origin": unit}))
        with pytest.raises(NotReady, match="InvalidCommandSequence"):
            await driver.delivered(taken)
        await driver.prepare_for_input(taken)
        await driver.delivered(taken)
        assert await driver.holds(unit) == frozenset()
        await driver.prepare_for_output(given)
        assert await driver.holds(unit) == {sent.order.item}
        await driver.removed(given)
        with pytest.raises(NotReady, match="has no place for this"):
            await driver.prepare_for_input(given)

    asked(robot, go)


async def until(events, kind):
    async for event in events:
        if isinstance(event, kind):
            return event
    raise AssertionError("the events ended")


def test_a_stream_that_was_lost_is_taken_up_again(robot):
    async def go(driver):
        who = await driver.identity()
        events = driver.events()
        first = asyncio.ensure_future(until(events, StateChanged))
        await driver.control(who.units[0], Command.ABORT)
        assert (await first).state is UnitState.ABORTING
        await driver.inject(Disorder(Wrong.DISCONNECT, 0.3))
        with pytest.raises(LinkError):
            await driver.start(a_move(who.units[0]))
        await until(events, LinkLost)
        assert named((await until(events, LinkFound)).identity) == named(who)
        await driver.control(who.units[0], Command.CLEAR)
        assert (await until(events, StateChanged)).state is UnitState.CLEARING
        await events.aclose()

    asked(robot, go)


def test_a_server_that_is_killed_comes_back_as_another_run_with_the_same_records(suite, tmp_path):
    mover = suite().plant.movers[0].mover
    port = free_port()

    async def go(driver, process):
        who = await driver.identity()
        events = driver.events()
        listening = asyncio.ensure_future(until(events, LinkLost))
        intent = a_move(who.units[0])
        assert (await driver.start(intent)).status is CommandStatus.RUNNING
        process.kill()
        await asyncio.to_thread(process.join)
        await listening
        with pytest.raises(LinkError):
            await driver.state(who.units[0])
        with spawned(mover, port, tmp_path):
            found = (await until(events, LinkFound)).identity
            assert found.boot != who.boot
            assert named(found) == named(replace(who, boot=found.boot))
            assert (await driver.record(intent.id)).status is CommandStatus.INDETERMINATE
            assert await driver.start(intent) == await driver.record(intent.id)
            await events.aclose()

    with spawned(mover, port, tmp_path) as process:
        keys = certificate(tmp_path, server_id("SIM-robotic-cluster-" + mover), LOCAL)
        asked(SilaDriver(mover, f"{LOCAL}:{port}", keys.public, 5), lambda driver: go(driver, process))


def test_a_whole_run_behind_sila_servers_with_confirmed_moves_gives_the_same_facts_in_the_same_order(suite, tmp_path):
    made = suite()
    clock = SpeedClock(START, 2e6)
    made = suite()
    work = InWorld(made.world)
    found = instruments(made, work=work)
    journal = Journal.create(tmp_path / "j.db", "axenic.example/x")
    with sila(found, clock, tmp_path) as drivers:
        field = field_of(drivers, sites={d.equipment: d for d in drivers})
        try:
            run_live(made.control, field, journal, clock, made.orders_of(1))
        finally:
            field.close()
    whole = suite()
    whole.run(whole.orders_of(1))
    assert kept(journal) == (whole.facts, whole.orders)
    asked = [o.number for o in whole.orders if isinstance(o, EQUIPMENT_ORDERS)]
    assert work.acts == dict.fromkeys(asked, 1)
