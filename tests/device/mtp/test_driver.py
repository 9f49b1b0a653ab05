"""The driver against a module of another stack, in a process of its own: what the engine asks of any driver."""

from __future__ import annotations

import asyncio
import os
import signal
from contextlib import suppress
from dataclasses import replace
from uuid import uuid4

import pytest

from axenic.control.facts import OrderRefused, OutcomeLost, PhaseCompleted, PhaseFailed
from axenic.control.packml import Command, UnitState, next_state, settled
from axenic.device.contract import Contract
from axenic.device.driver.command_record import CommandStatus
from axenic.device.driver.event import LinkFound, LinkLost, StateChanged
from axenic.device.field import Field
from axenic.device.mtp.in_packml import UNIT_STATE
from axenic.device.mtp.service_state import ServiceState, command_enabled
from axenic.live.clock import SpeedClock, now_ms
from tests.device.driver.bench import Ear
from tests.device.driver.rig import JOURNAL
from tests.device.mtp.conftest import UNIT

S, C = UnitState, CommandStatus
WAYS = {  # from Idle into each state in which a service can rest
    S.IDLE: (),
    S.EXECUTE: (Command.START,),
    S.HELD: (Command.START, Command.HOLD),
    S.SUSPENDED: (Command.START, Command.SUSPEND),
    S.STOPPED: (Command.STOP,),
    S.ABORTED: (Command.ABORT,),
    S.COMPLETED: (Command.START, Command.COMPLETE),
}


class Visit:
    def __init__(self, mixer, driver, ear):
        self.mixer, self.driver, self.ear = mixer, driver, ear

    async def ended(self, intent):
        return await self.ear.until(lambda e: getattr(e, "id", None) == intent.id and e.status.ended)

    async def rest(self):
        for command in (Command.ABORT, Command.CLEAR):
            await self.driver.control(UNIT, command)
        assert await self.driver.state(UNIT) is S.IDLE

    async def service(self, name):
        service = self.driver.module.manifest.named("Mixing")
        return (await (await self.driver._open()).read(service.control.node(name)))[0]

    async def by_hand(self, name):
        """Somebody else writes a variable of the service."""
        service = self.driver.module.manifest.named("Mixing")
        await (await self.driver._open()).tell({service.control.node(name): True})


def run(mixer, work):
    async def visited():
        driver = mixer.driver()
        ear = Ear(driver)
        visit = Visit(mixer, driver, ear)
        await driver.identity()
        listening = asyncio.create_task(ear.listen())
        try:
            await visit.rest()
            await work(visit)
        finally:
            mixer.tell("enough")
            listening.cancel()
            with suppress(asyncio.CancelledError):
                await listening
            await driver.close()

    mixer.fresh()
    asyncio.run(visited())


def test_it_says_who_it_is_and_promises_to_remember_nothing(mixer):
    async def work(visit):
        who = await visit.driver.identity()
        assert (who.equipment, who.units, who.model) == ("mixer", (UNIT,), "mtp_test 1.0.0")
        assert (who.contract, who.simulated) == (Contract.NEITHER, False)
        assert who.boot
        assert await visit.driver.record(uuid4()) is None

    run(mixer, work)


def test_a_procedure_is_begun_with_its_parameters_and_its_report_is_the_result(mixer):
    async def work(visit):
        intent = mixer.phase(using={"temperature": "310.15 K"})
        assert (await visit.driver.start(intent)).status is C.RUNNING
        assert await visit.driver.state(UNIT) is S.EXECUTE
        gentle = visit.driver.module.manifest.named("Mixing").named("Gentle")
        nodes = [p.assembly.node("VOut") for p in gentle.parameters[:4]]
        assert await (await visit.driver._open()).read(*nodes) == [37.0, 120, True, "for cells"]
        mixer.tell("enough")
        ended = await visit.ended(intent)
        results = {"mean": "309.65", "word": "well mixed"}
        assert (ended.status, ended.answer) == (C.COMPLETED, PhaseCompleted(ended.at, intent.order.number, results))
        assert await visit.driver.record(intent.id) == ended
        told = [e.state for e in visit.ear.events if isinstance(e, StateChanged)]
        assert told[-4:] == [S.STARTING, S.EXECUTE, S.COMPLETING, S.COMPLETED]
        assert await visit.driver.control(UNIT, Command.RESET) is S.IDLE
        assert await visit.service("CommandExt") == 0
        assert mixer.acts() == 1

    run(mixer, work)


def test_hold_and_unhold_and_the_phase_goes_on(mixer):
    async def work(visit):
        intent = mixer.phase()
        await visit.driver.start(intent)
        assert await visit.driver.control(UNIT, Command.HOLD) is S.HELD
        assert (await visit.driver.record(intent.id)).status is C.RUNNING
        assert await visit.driver.control(UNIT, Command.UNHOLD) is S.EXECUTE
        mixer.tell("enough")
        assert (await visit.ended(intent)).status is C.COMPLETED

    run(mixer, work)


def test_a_stop_ends_the_command_as_failed_and_so_does_an_abort_of_the_module_itself(mixer):
    async def work(visit):
        intent = mixer.phase()
        await visit.driver.start(intent)
        stop = mixer.stop(intent)
        stopped = await visit.driver.stop(stop)
        assert (stopped.status, await visit.driver.stop(stop)) == (C.COMPLETED, stopped)
        ended = await visit.ended(intent)
        assert (ended.status, ended.answer.reason) == (C.FAILED, "it was stopped")
        assert await visit.driver.control(UNIT, Command.RESET) is S.IDLE
        other = mixer.phase()
        await visit.driver.start(other)
        mixer.tell("broken")
        ended = await visit.ended(other)
        assert isinstance(ended.answer, PhaseFailed)
        assert await visit.driver.control(UNIT, Command.RESET) is S.ABORTED, "a person has to clear first"
        assert await visit.driver.control(UNIT, Command.CLEAR) is S.IDLE

    run(mixer, work)


@pytest.mark.requirement("A11-16")
def test_the_same_id_is_acted_on_once_and_another_order_under_it_is_refused(mixer):
    async def work(visit):
        intent = mixer.phase()
        first = await visit.driver.start(intent)
        assert [await visit.driver.start(intent) for _ in range(3)] == [first] * 3
        other = replace(mixer.phase(), id=intent.id)
        assert (await visit.driver.start(other)).status is C.REJECTED
        assert (await visit.driver.record(intent.id)) == first
        assert mixer.acts() == 1

    run(mixer, work)


REFUSED = {
    "another kind of phase": ("freeze", {}, "no procedure for freeze"),
    "too warm": ("culture", {"temperature": "41 degC"}, "from 4.0 to 40.0, not 41"),
    "no unit": ("culture", {"temperature": "37"}, "37 has no unit"),
    "another quantity": ("culture", {"temperature": "37 mL"}, "is a volume, not in degC"),
    "what nobody sets": ("culture", {"temperature": "37 degC", "gas": "5 %"}, "nothing to set for gas"),
    "what the recipe lacks": ("culture", {}, "does not say temperature"),
}


@pytest.mark.parametrize("name", REFUSED)
def test_what_cannot_be_done_is_refused_before_anything_moves(mixer, name):
    phase, using, why = REFUSED[name]

    async def work(visit):
        record = await visit.driver.start(mixer.phase(phase, using))
        assert record.status is C.REJECTED
        assert why in record.reason
        assert (await visit.driver.state(UNIT), mixer.acts()) == (S.IDLE, 0)

    run(mixer, work)


def test_a_unit_that_it_does_not_have_or_that_is_busy_takes_nothing(mixer):
    async def work(visit):
        nowhere = mixer.phase()
        nowhere = replace(nowhere, order=replace(nowhere.order, unit="nowhere"))
        assert "no unit nowhere" in (await visit.driver.start(nowhere)).reason
        assert await visit.driver.control("nowhere", Command.HOLD) is S.UNDEFINED
        await visit.driver.start(mixer.phase())
        busy = await visit.driver.start(mixer.phase())
        assert (busy.status, "busy with Mixing" in busy.reason) == (C.REJECTED, True)
        assert mixer.acts() == 1

    run(mixer, work)


def test_a_module_that_a_person_has_in_hand_is_left_to_them(mixer):
    async def work(visit):
        await visit.by_hand("StateOpOp")
        try:
            async with asyncio.timeout(5):
                while not await visit.service("StateOpAct"):
                    await asyncio.sleep(0.01)
            record = await visit.driver.start(mixer.phase())
            assert (record.status, "a person has" in record.reason) == (C.REJECTED, True)
            assert await visit.driver.control(UNIT, Command.STOP) is S.IDLE
            assert mixer.acts() == 0
        finally:
            await visit.by_hand("StateAutOp")
            async with asyncio.timeout(5):
                while not await visit.service("StateAutAct"):
                    await asyncio.sleep(0.01)

    run(mixer, work)


def test_every_state_in_which_the_service_rests_heeds_what_the_tables_say(mixer):
    async def into(visit, state):
        await visit.rest()
        for command in WAYS[state]:
            if command is Command.START:
                assert (await visit.driver.start(mixer.phase())).status is C.RUNNING
            else:
                await visit.driver.control(UNIT, command)
        assert await visit.driver.state(UNIT) is state

    async def work(visit):
        cells = 0
        for state in WAYS:
            await into(visit, state)
            code = ServiceState(await visit.service("StateCur"))
            assert UNIT_STATE[code] is state
            assert await visit.service("CommandEn") == command_enabled(code)
            for command in Command:
                heeded = command is not Command.START and next_state(state, command) is not None
                if (state, command) in {(S.HELD, Command.COMPLETE)}:
                    heeded = False  # a service that is held heeds no Complete
                expected = settled(state, command) if heeded else state
                if command is Command.CLEAR and heeded:
                    expected = S.IDLE  # a service has no Clear: it is reset
                assert await visit.driver.control(UNIT, command) is expected, (state, command)
                cells += 1
                if expected is not state:
                    await into(visit, state)
        assert cells == 70

    run(mixer, work)


@pytest.mark.requirement("A11-16", "A11-13")
def test_power_that_goes_in_the_middle_of_an_act_leaves_it_in_doubt(mixer):
    async def work(visit):
        intent = mixer.phase()
        await visit.driver.start(intent)
        before = await visit.driver.identity()
        mixer.restart()
        await visit.ear.until(lambda e: isinstance(e, LinkLost))
        found = await visit.ear.until(lambda e: isinstance(e, LinkFound))
        assert found.identity.boot != before.boot
        lost = await visit.driver.record(intent.id)
        assert (lost.status, "restarted" in lost.reason) == (C.INDETERMINATE, True)
        assert await visit.driver.start(intent) == lost
        assert mixer.acts() == 1

    run(mixer, work)


def test_a_link_that_is_silent_for_a_while_is_found_again_and_the_command_goes_on(mixer):
    async def work(visit):
        intent = mixer.phase()
        await visit.driver.start(intent)
        os.kill(mixer.process.pid, signal.SIGSTOP)
        try:
            await visit.ear.until(lambda e: isinstance(e, LinkLost))
        finally:
            os.kill(mixer.process.pid, signal.SIGCONT)
        await visit.ear.until(lambda e: isinstance(e, LinkFound))
        assert (await visit.driver.record(intent.id)).status is C.RUNNING
        mixer.tell("enough")
        assert (await visit.ended(intent)).status is C.COMPLETED
        assert mixer.acts() == 1

    run(mixer, work)


class Engine:
    """The field of an engine with the one module."""

    def __init__(self, mixer):
        self.field = Field([mixer.driver()], JOURNAL, 1)

    def first(self):
        self.field.wait(SpeedClock(now_ms()), lambda: False)
        return self.field.agenda.pop()


def test_the_engine_does_two_phases_one_after_the_other(mixer):
    engine = Engine(mixer)
    try:
        mixer.tell("enough")
        for _ in range(2):
            order = mixer.phase().order
            engine.field.perform(order)
            fact = engine.first()
            assert isinstance(fact, PhaseCompleted), fact
            assert (fact.order, fact.results["word"]) == (order.number, "well mixed")
        assert mixer.acts() == 2
        refused = mixer.phase("freeze").order
        engine.field.perform(refused)
        assert isinstance(engine.first(), OrderRefused)
    finally:
        engine.field.close()


@pytest.mark.requirement("A11-16", "A11-13")
def test_after_a_crash_of_the_engine_nothing_is_repeated_and_a_person_is_asked(mixer):
    order = mixer.phase().order
    first = Engine(mixer)
    first.field.perform(order)
    while mixer.acts() == 0:
        os.sched_yield()
    first.field.close()
    second = Engine(mixer)
    try:
        second.field.resume([order], set(), now_ms())
        fact = second.first()
        assert isinstance(fact, OutcomeLost)
        assert "cannot say what became of it" in fact.reason
        assert mixer.acts() == 1
        mixer.tell("enough")
    finally:
        second.field.close()


@pytest.mark.requirement("A11-16", "A11-13")
def test_a_module_that_is_restarted_under_an_engine_costs_a_decision_and_no_second_act(mixer):
    mixer.restart()  # it may still be at what another test began
    engine = Engine(mixer)
    try:
        order = mixer.phase().order
        engine.field.perform(order)
        while mixer.acts() == 0:
            os.sched_yield()
        mixer.restart()
        fact = engine.first()
        assert isinstance(fact, OutcomeLost)
        assert fact.order == order.number
        assert "restarted" in fact.reason or "the link broke when it was started" in fact.reason
        assert mixer.acts() == 1
    finally:
        engine.field.close()
