"""What is due at the same moment comes in one order: from outside, then by the equipment's name, the alarm last."""

from __future__ import annotations

from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st

from axenic.control.facts import BatchOrdered, ClockJumped, ItemMoved, PhaseCompleted, Woken
from axenic.control.orders import MoveItem, RunPhase, StopPhase
from axenic.device.agenda import FIRST, Agenda, rank_of
from axenic.live.clock import SpeedClock
from axenic.live.shell import run as run_live
from axenic.plant.plant import Plant
from axenic.recipe.recipe import Recipe
from axenic.record.journal import Journal
from tests.conftest import START, Suite, shelf

ORDERED = BatchOrdered(5, "AX-1", "COI-1", "r", 9)


def drained(agenda):
    found = []
    while (fact := agenda.pop()) is not None:
        found.append(fact)
    return found


def answer(number, unit, at=5):
    return PhaseCompleted(at, number), rank_of(RunPhase(number, 0, unit, "wash", "r"))


def test_the_alarm_comes_after_every_answer_of_its_moment_and_what_is_outside_before_them():
    agenda = Agenda()
    agenda.alarm(5, 1)
    agenda.add(*answer(2, "wash-1"))
    agenda.add(ORDERED)
    agenda.add(ClockJumped(5, 60), FIRST)
    assert drained(agenda) == [ClockJumped(5, 60), ORDERED, PhaseCompleted(5, 2), Woken(5, 1)]


@given(st.permutations(["wash-1", "wash-2", "robot", "reactor-1", "reactor-2"]))
def test_answers_of_one_moment_come_by_the_name_of_their_equipment_not_by_the_number_of_their_order(names):
    agenda = Agenda()
    for number, name in enumerate(names, 1):
        agenda.add(*answer(number, name))
    came = [names[f.order - 1] for f in drained(agenda)]
    assert came == sorted(names, key=lambda n: rank_of(RunPhase(1, 0, n, "wash", "r")))


def test_an_order_to_stop_is_answered_in_the_place_of_the_unit_it_stops():
    assert rank_of(StopPhase(9, 0, "wash-1", 3)) == rank_of(RunPhase(3, 0, "wash-1", "wash", "r"))
    assert rank_of(MoveItem(4, 0, "robot", "i", "b", "o", "t", "p")) > 0


def test_a_later_alarm_replaces_an_earlier_one_and_a_withdrawn_answer_does_not_come():
    agenda = Agenda()
    agenda.alarm(5, 1)
    agenda.alarm(7, 2)
    agenda.add(*answer(3, "wash-1"))
    agenda.withdraw(3)
    assert agenda.next_time() == 7
    assert drained(agenda) == [Woken(7, 2)]


def test_only_what_comes_from_outside_is_waited_for():
    agenda = Agenda()
    agenda.add(ItemMoved(5, 3), 1)
    agenda.alarm(6, 4)
    assert not agenda.waits_outside()
    agenda.add(ORDERED)
    assert agenda.waits_outside()


def test_live_and_virtual_runs_agree_when_machines_answer_in_the_same_millisecond(tmp_path):
    files = Path(__file__).resolve().parents[2] / "bench" / "data"
    recipe, plant = shelf(Recipe, str(files / "small-recipe.yaml")), shelf(Plant, str(files / "small-plant.yaml"))
    virtual, live = Suite(recipe, plant), Suite(recipe, plant)
    virtual.run(virtual.orders_of(4, 0))
    journal = Journal.create(tmp_path / "ties.db", "axenic.example/ties")
    run_live(live.control, live.world, journal, SpeedClock(START, 1e12), live.orders_of(4, 0), live.keep)
    journal.close()
    times = [f.at for f in virtual.facts if isinstance(f, PhaseCompleted)]
    assert len(times) - len(set(times)) > 10, "every phase has the same length for every batch"
    assert live.facts == virtual.facts
    assert live.orders == virtual.orders
