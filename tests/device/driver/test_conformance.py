"""What a driver of any protocol must do: one suite, and a driver is taken into the engine only by passing it."""

from __future__ import annotations

import asyncio
import time
from dataclasses import replace
from uuid import UUID, uuid4

import pytest

from axenic.control.facts import ItemMoved, PhaseCompleted, PhaseFailed
from axenic.control.packml import Command, UnitState, next_state, settled
from axenic.device.driver.command_record import CommandStatus
from axenic.device.driver.driver import Garbled, LinkError
from axenic.device.driver.event import LinkFound, LinkLost, StateChanged
from axenic.device.instrument.disorder import Disorder, Wrong
from tests.device.driver.bench import EQUIPMENT, HOUR, MODELS, SOON, WIRED, seconds_of

S, C = UnitState, CommandStatus
WAYS = {  # from Idle into each state in which a unit can rest
    S.IDLE: (),
    S.EXECUTE: (Command.START,),
    S.HELD: (Command.START, Command.HOLD),
    S.SUSPENDED: (Command.START, Command.SUSPEND),
    S.STOPPED: (Command.STOP,),
    S.ABORTED: (Command.ABORT,),
    S.COMPLETED: (Command.START, Command.COMPLETE),
}

wired = pytest.mark.parametrize("equipment", WIRED, indirect=True)


def test_it_says_who_it_is_and_which_units_it_has(equipment):
    async def work(visit):
        who = await visit.driver.identity()
        assert (who.equipment, who.units, who.simulated) == (EQUIPMENT, tuple(MODELS), True)
        assert who.boot
        assert who.remembers > 0
        assert {unit: await visit.driver.state(unit) for unit in MODELS} == dict.fromkeys(MODELS, S.IDLE)

    equipment.run(work)


@pytest.mark.parametrize("unit", ["incubator-1", "robot-1", "airlock-1"])
def test_every_cell_of_the_packml_table_is_heeded_as_far_as_the_model_has_it(equipment, unit):
    async def into(visit, state):
        await visit.rest()
        for command in WAYS[state]:
            if command is Command.START:
                assert (await visit.driver.start(visit.phase(unit))).status is C.RUNNING
            else:
                await visit.driver.control(unit, command)
        assert await visit.driver.state(unit) is state

    async def work(visit):
        has, cells = MODELS[unit].states, 0
        for state in WAYS.keys() & has:
            for command in Command:
                await into(visit, state)
                acting = next_state(state, command)
                heeded = command is not Command.START and acting in has
                expected = settled(state, command) if heeded else state
                assert await visit.driver.control(unit, command) is expected, (state, command)
                assert await visit.driver.state(unit) is expected, (state, command)
                cells += 1
        assert cells == 10 * len(WAYS.keys() & has) >= 50

    equipment.run(work)


def test_the_states_that_a_phase_goes_through_are_told_in_their_order(equipment):
    async def work(visit):
        intent = visit.phase(lasts=SOON)
        await visit.driver.start(intent)
        await visit.ended(intent)
        told = [e.state for e in visit.ear.events if isinstance(e, StateChanged) and e.unit == "incubator-1"]
        assert told == [S.STARTING, S.EXECUTE, S.COMPLETING, S.COMPLETED]
        assert await visit.driver.state("incubator-1") is S.COMPLETED
        assert await visit.driver.control("incubator-1", Command.RESET) is S.IDLE

    equipment.run(work)


def test_a_phase_is_running_at_once_and_its_end_comes_with_the_events_and_is_kept(equipment):
    async def work(visit):
        intent = visit.phase(lasts=SOON)
        record = await visit.driver.start(intent)
        assert (record.id, record.unit, record.status) == (intent.id, "incubator-1", C.RUNNING)
        assert record.due == (intent.order.at + SOON if equipment.promises else 0)
        ended = await visit.ended(intent)
        answer = PhaseCompleted(intent.order.at + SOON, intent.order.number, {"cells": "2e8"})
        assert (ended.status, ended.answer, ended.at) == (C.COMPLETED, answer, answer.at)
        assert await visit.driver.record(intent.id) == ended
        assert equipment.acts(intent) == 1

    equipment.run(work)


def test_a_move_ends_with_the_item_moved(equipment):
    async def work(visit):
        intent = visit.move()
        assert (await visit.driver.start(intent)).status is C.RUNNING
        assert isinstance((await visit.ended(intent)).answer, ItemMoved)

    equipment.run(work)


def test_the_records_of_a_command_come_in_their_order_and_none_is_missing(equipment):
    async def work(visit):
        intents = [visit.phase("incubator-1", lasts=1) for _ in range(10)]
        for intent in intents:
            await visit.driver.start(intent)
            await visit.ended(intent)
            await visit.driver.control("incubator-1", Command.RESET)
        for intent in intents:
            told = [e.status for e in visit.ear.events if getattr(e, "id", None) == intent.id]
            assert told == [C.ACCEPTED, C.RUNNING, C.COMPLETED]

    equipment.run(work)


@pytest.mark.requirement("A11-16")
def test_the_same_id_is_acted_on_once_however_often_it_comes(equipment):
    async def work(visit):
        intent = visit.phase()
        first = await visit.driver.start(intent)
        again = await asyncio.gather(*(visit.driver.start(intent) for _ in range(5)))
        assert again == [first] * 5
        assert equipment.acts(intent) == 1

    equipment.run(work)


def test_another_order_under_a_known_id_is_refused_and_changes_nothing(equipment):
    async def work(visit):
        first = visit.phase()
        await visit.driver.start(first)
        other = visit.phase("robot-1", id=first.id)
        refused = await visit.driver.start(other)
        assert (refused.status, equipment.acts(other)) == (C.REJECTED, 0)
        assert (await visit.driver.record(first.id)).status is C.RUNNING

    equipment.run(work)


def test_a_unit_that_it_does_not_have_has_no_state_and_takes_no_command(equipment):
    async def work(visit):
        assert await visit.driver.state("nowhere") is S.UNDEFINED
        assert await visit.driver.control("nowhere", Command.HOLD) is S.UNDEFINED
        intent = visit.phase("nowhere")
        record = await visit.driver.start(intent)
        assert record.status is C.REJECTED
        assert "nowhere" in record.reason

    equipment.run(work)


def test_a_unit_that_is_not_idle_refuses_and_a_store_takes_many(equipment):
    async def work(visit):
        for unit, second in (("incubator-1", C.REJECTED), ("store-1", C.RUNNING)):
            assert (await visit.driver.start(visit.phase(unit))).status is C.RUNNING
            intent = visit.phase(unit)
            assert (await visit.driver.start(intent)).status is second
            assert equipment.acts(intent) == (second is C.RUNNING)

    equipment.run(work)


def test_a_unit_that_takes_many_is_idle_again_by_itself(equipment):
    """Between a look at its state and the next command its last one may end: it must not be refused for that."""

    async def work(visit):
        intent = visit.phase("store-1", lasts=SOON)
        await visit.driver.start(intent)
        await visit.ended(intent)
        assert await visit.driver.state("store-1") is S.IDLE
        assert (await visit.driver.start(visit.phase("store-1"))).status is C.RUNNING

    equipment.run(work)


@pytest.mark.requirement("A11-16")
def test_an_engine_that_was_taken_over_from_and_one_of_another_journal_are_refused(equipment):
    async def work(visit):
        equipment.fence += 1
        await visit.driver.start(visit.phase("store-1"))
        for intent in (
            visit.phase("robot-1", fence=equipment.fence - 1),
            visit.phase("robot-1", journal=uuid4()),
        ):
            assert (await visit.driver.start(intent)).status is C.REJECTED
            assert equipment.acts(intent) == 0
        stop = replace(visit.stop(visit.phase("store-1")), fence=equipment.fence - 1)
        assert (await visit.driver.stop(stop)).status is C.REJECTED

    equipment.run(work)


def test_a_stop_ends_the_command_as_failed(equipment):
    async def work(visit):
        intent = visit.phase()
        await visit.driver.start(intent)
        assert (await visit.driver.stop(visit.stop(intent))).status is C.COMPLETED
        ended = await visit.ended(intent)
        assert ended.status is C.FAILED
        assert isinstance(ended.answer, PhaseFailed)
        assert await visit.driver.state("incubator-1") is S.STOPPED

    equipment.run(work)


def test_a_hold_moves_the_end_by_as_long_as_it_lasts(equipment):
    async def work(visit):
        intent = visit.phase()
        first = await visit.driver.start(intent)
        assert await visit.driver.control("incubator-1", Command.HOLD) is S.HELD
        held = equipment.clock.now()
        while equipment.clock.now() < held + 30:
            await asyncio.sleep(0.01)
        assert await visit.driver.control("incubator-1", Command.UNHOLD) is S.EXECUTE
        moved = await visit.driver.record(intent.id)
        assert moved.status is C.RUNNING
        assert moved.due >= first.due + 30 if equipment.promises else not moved.due

    equipment.run(work)


def test_a_chamber_cannot_be_held(equipment):
    async def work(visit):
        intent = visit.phase("airlock-1")
        first = await visit.driver.start(intent)
        assert await visit.driver.control("airlock-1", Command.HOLD) is S.EXECUTE
        assert await visit.driver.record(intent.id) == first

    equipment.run(work)


def test_of_a_command_that_never_came_there_is_no_record(equipment):
    async def work(visit):
        assert await visit.driver.record(uuid4()) is None
        assert await visit.driver.record(UUID(int=0)) is None

    equipment.run(work)


@pytest.mark.requirement("A11-16", "A11-13")
def test_records_survive_a_loss_of_power_and_what_was_under_way_is_indeterminate(equipment):
    async def work(visit):
        done, going = visit.phase("robot-1", lasts=SOON), visit.phase()
        await visit.driver.start(done)
        kept = await visit.ended(done)
        await visit.driver.start(going)
        before = await visit.driver.identity()
        await equipment.restart(visit)
        after = await visit.driver.identity()
        assert after.boot != before.boot
        assert after.remembers == before.remembers
        assert await visit.driver.record(done.id) == kept
        lost = await visit.driver.record(going.id)
        assert (lost.status, lost.unit) == (C.INDETERMINATE, "incubator-1")
        assert (await visit.driver.start(going)) == lost
        assert equipment.acts(going) == equipment.acts(done) == 1

    equipment.run(work)


@pytest.mark.parametrize(
    ("wrong", "status", "acts"), [(Wrong.REJECT, C.REJECTED, 0), (Wrong.HANG, C.RUNNING, 1), (Wrong.LIE, C.RUNNING, 0)]
)
def test_equipment_that_refuses_hangs_or_lies(equipment, wrong, status, acts):
    async def work(visit):
        await visit.inject(Disorder(wrong))
        intent = visit.phase(lasts=HOUR)
        record = await visit.driver.start(intent)
        assert record.status is status
        assert record.due == (intent.order.at + HOUR // 2 if wrong is Wrong.LIE else 0)
        assert equipment.acts(intent) == acts

    equipment.run(work)


def test_equipment_whose_clock_drifts_says_so_with_every_record(equipment):
    async def work(visit):
        await visit.inject(Disorder(Wrong.DRIFT, 3600.0))
        intent = visit.phase()
        record = await visit.driver.start(intent)
        assert HOUR <= record.at - intent.order.at < 2 * HOUR

    equipment.run(work)


def test_equipment_that_lags_answers_late(equipment):
    async def work(visit):
        await visit.inject(Disorder(Wrong.LAG, 0.3))
        began = time.monotonic()
        assert (await visit.driver.identity()).equipment == EQUIPMENT
        assert seconds_of(began) >= 0.3

    equipment.run(work)


@wired
def test_an_answer_that_does_not_come_in_time_is_a_link_error_and_the_command_can_be_asked_for(equipment):
    async def work(visit):
        intent = visit.phase()
        impatient = equipment.driver(timeout_s=1.0)
        await equipment.reached(impatient)
        await visit.inject(Disorder(Wrong.LAG, 1.5))
        with pytest.raises(LinkError):
            await impatient.start(intent)
        await visit.inject(Disorder(Wrong.LAG, 0.0, 0))
        await impatient.close()
        assert (await visit.driver.record(intent.id)).status is C.RUNNING
        assert equipment.acts(intent) == 1

    equipment.run(work)


@wired
def test_garbage_is_garbled_and_what_was_begun_can_be_asked_for(equipment):
    async def work(visit):
        await visit.inject(Disorder(Wrong.GARBAGE))
        intent = visit.phase()
        with pytest.raises(Garbled):
            await visit.driver.start(intent)
        assert (await visit.driver.record(intent.id)).status is C.RUNNING
        await visit.inject(Disorder(Wrong.GARBAGE))
        with pytest.raises(Garbled):
            await visit.driver.control("incubator-1", Command.HOLD)
        assert equipment.acts(intent) == 1

    equipment.run(work)


@wired
def test_a_link_that_is_dropped_is_lost_and_found_and_the_command_goes_on(equipment):
    async def work(visit):
        await visit.inject(Disorder(Wrong.DISCONNECT, 0.5))
        intent = visit.phase()
        with pytest.raises(LinkError):
            await visit.driver.start(intent)
        lost = await visit.ear.until(lambda e: isinstance(e, LinkLost))
        assert lost.equipment == EQUIPMENT
        assert lost.reason
        found = await visit.ear.until(lambda e: isinstance(e, LinkFound))
        assert found.identity == await visit.driver.identity()
        assert (await visit.driver.record(intent.id)).status is C.RUNNING
        assert equipment.acts(intent) == 1
        last = visit.phase("robot-1", lasts=SOON)
        await visit.driver.start(last)
        assert (await visit.ended(last)).status is C.COMPLETED

    equipment.run(work)


@wired
@pytest.mark.requirement("A11-16", "A11-13")
def test_power_that_goes_in_the_middle_of_an_act_leaves_one_act_and_no_certainty(equipment):
    async def work(visit):
        before = await visit.driver.identity()
        await visit.inject(Disorder(Wrong.LOSE_POWER, 0.1))
        intent = visit.phase()
        with pytest.raises(LinkError):
            await visit.driver.start(intent)
        await equipment.restart(visit)
        found = await visit.ear.until(lambda e: isinstance(e, LinkFound))
        assert found.identity.boot != before.boot
        assert (await visit.driver.record(intent.id)).status is C.INDETERMINATE
        assert equipment.acts(intent) == 1

    equipment.run(work)
