"""What the engine believes of a move after a crash, and what the sites do to it."""

from __future__ import annotations

import asyncio
from dataclasses import replace

import pytest

from axenic.control.facts import ItemMoved, OutcomeLost
from axenic.control.orders import MoveItem, StopPhase
from axenic.device.driver.command_record import CommandRecord, CommandStatus
from axenic.device.driver.intent import Intent, command_id
from axenic.device.driver.site import NotReady
from axenic.device.handoff.ask import Ask
from axenic.device.handoff.handoff import End
from axenic.device.handoff.transfer import Transfer
from axenic.device.instrument.disorder import Disorder, Wrong
from axenic.live.clock import SpeedClock
from tests.conftest import START
from tests.device.driver.rig import JOURNAL, direct, field_of

LIMITS = dict.fromkeys(Ask, 5.0)


@pytest.fixture
def clock():
    return SpeedClock(START, 1e12)


@pytest.fixture
def drivers(suite, clock):
    found, work = direct(suite(), clock)
    return {unit: d for d in found for unit in d._host.nameplate.units}, work


MOVE = MoveItem(7, START, "robot-support", "AX-1:bag", "AX-1", "material-store", "airlock-1", "")
INTENT = Intent(command_id(JOURNAL, MOVE.number), MOVE, JOURNAL, 1)


def answer(field, clock):
    while (fact := field.agenda.pop()) is None:
        field.wait(clock)
    return fact


def moved(drivers, clock, sites):
    """The answer to the move, by a field that knows of these sites."""
    field = field_of(set(drivers.values()), sites=sites)
    try:
        field.perform(MOVE)
        return answer(field, clock)
    finally:
        field.close()


def resumed(drivers, clock):
    """The answer of an engine that begins anew with the move on its journal."""
    field = field_of(set(drivers.values()), sites={d.equipment: d for d in drivers.values()})
    try:
        field.resume([MOVE], set(), MOVE.at)
        return answer(field, clock)
    finally:
        field.close()


def test_a_move_that_ended_before_a_crash_is_confirmed_after_it(drivers, clock):
    drivers, work = drivers
    first = moved(drivers, clock, {})
    assert isinstance(first, ItemMoved)
    assert isinstance(resumed(drivers, clock), ItemMoved)
    assert work.acts[MOVE.number] == 1


def test_a_liar_is_found_out_after_a_crash(drivers, clock):
    drivers, work = drivers
    drivers[MOVE.mover]._host.inject(Disorder(Wrong.LIE))
    assert isinstance(moved(drivers, clock, {}), ItemMoved)  # believed as long as nobody asks the sites
    lost = resumed(drivers, clock)
    assert isinstance(lost, OutcomeLost)
    assert "neither the origin nor the target sees AX-1:bag" in lost.reason
    assert work.acts[MOVE.number] == 0


def judged(drivers, status, limits=LIMITS, prepare=True):
    transfer = Transfer(INTENT, MOVE, drivers[MOVE.origin], drivers[MOVE.target], limits)
    record = CommandRecord(INTENT.id, MOVE.mover, status, START, reason="it stood still")

    async def go():
        if prepare:
            assert (await transfer.prepare()).end is None
        return await transfer.judge(record)

    return asyncio.run(go())


def test_a_mover_that_lost_its_power_is_judged_by_the_sensors(drivers):
    drivers, work = drivers
    end = judged(drivers, CommandStatus.INDETERMINATE)
    assert (end.end, end.reason) == (End.NOT_MOVED, "AX-1:bag was not moved: it stood still")
    work.done(MOVE)
    assert judged(drivers, CommandStatus.INDETERMINATE, prepare=False).end is End.MOVED


def test_a_mover_that_failed_after_it_had_put_the_carrier_contradicts_the_sensor(drivers):
    drivers, work = drivers
    work.done(MOVE)
    end = judged(drivers, CommandStatus.FAILED, prepare=False)
    assert (end.end, end.reason) == (End.UNKNOWN, "the mover says 'it stood still', but the target sees AX-1:bag")


def test_a_site_that_is_silent_leaves_the_outcome_unknown(drivers):
    drivers, work = drivers
    work.done(MOVE)
    drivers[MOVE.target]._host.inject(Disorder(Wrong.LAG, 2.0))
    end = judged(drivers, CommandStatus.COMPLETED, LIMITS | {Ask.DELIVERED: 0.1}, prepare=False)
    assert end.end is End.UNKNOWN
    assert end.reason == "the target cannot say what it holds: nothing was heard in time after LabwareDelivered"


def test_the_carrier_of_another_patient_at_the_target_is_not_this_one(drivers):
    drivers, work = drivers
    work.done(replace(MOVE, item="AX-2:bag"))
    end = judged(drivers, CommandStatus.COMPLETED)
    assert end.end is End.UNKNOWN
    assert "the target does not see AX-1:bag" in end.reason


def test_a_site_does_not_open_for_an_engine_that_was_deposed(drivers, clock):
    drivers, _ = drivers
    origin = drivers[MOVE.origin]

    async def go():
        await origin.stop(Intent(command_id(JOURNAL, 8), StopPhase(8, START, MOVE.origin, 1), JOURNAL, 2))
        with pytest.raises(NotReady, match="fence 2 has taken over from fence 1"):
            await origin.prepare_for_output(INTENT)
        with pytest.raises(NotReady, match="obeys the journal"):
            await origin.prepare_for_output(replace(INTENT, journal=INTENT.id))

    asyncio.run(go())
