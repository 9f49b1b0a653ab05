"""Every simulated cycle is a page of the book, and a page is played the same at any time."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from axenic.asepsis.chamber import ChamberParameters
from axenic.asepsis.program import Program
from axenic.control.facts import PhaseCompleted
from axenic.control.orders import RunPhase
from axenic.device.book import PAGES, Book, page_of
from axenic.device.draw import uniform, word
from axenic.library.shelf import shipped
from tests.conftest import START, shelf

CHAMBERS = [shelf(ChamberParameters, name) for name in shipped(ChamberParameters)]


def book_of(name):
    chamber = next((c for c in CHAMBERS if name in c.programs), None)
    return Book(shelf(Program, name), chamber)


def played(book, page, at):
    """Every phase of a page, one after the other, until the chamber gives up."""
    opened, found = book.open(page), []
    for plan in book.program.phases:
        done = opened.play(plan.phase, at)
        found.append(done)
        at += done.lasts
        if done.failed or done.outage:
            break
    return found


def shifted(done, by):
    trace = replace(done.trace, times=tuple(t + by for t in done.trace.times))
    outage = tuple(t + by for t in done.outage) if done.outage else None
    return replace(done, trace=trace, outage=outage)


@pytest.mark.parametrize("name", ["vapour-airlock", "steam-porous", "sporicide-wipe", "leak-vacuum"])
@pytest.mark.parametrize("page", [0, 17, PAGES - 1])
def test_a_page_played_twice_gives_the_same_record_shifted_in_time(name, page):
    book, by = book_of(name), 123_456_789
    first, second = played(book, page, START), played(book, page, START + by)
    assert [shifted(done, by) for done in first] == second


def test_the_pages_of_a_book_differ():
    book = book_of("vapour-airlock")
    lengths = {sum(d.lasts for d in played(book, page, START)) for page in range(12)}
    assert len(lengths) > 3


@given(st.floats(1e-16, 1 - 1e-16))
def test_a_draw_opens_a_page_that_is_there(u):
    assert 0 <= page_of(u) < PAGES


def test_a_program_by_hand_keeps_a_persons_pace_and_no_physics():
    book = book_of("sporicide-wipe")
    for page in range(PAGES):
        for done, plan in zip(played(book, page, START), book.program.phases, strict=True):
            assert 0.96 * plan.lasts <= done.lasts <= 1.06 * plan.lasts
            assert done.lasts <= plan.at_most


@pytest.mark.parametrize("plant", ["robotic-cluster", "manual-suite"])
def test_every_cycle_of_a_run_is_a_page_of_its_programs_book(suite, plant):
    made = suite(plant=plant).run()
    answers = {f.order: f for f in made.facts if isinstance(f, PhaseCompleted)}
    chambers = made.control.floor.chambers
    checked = 0
    for order in made.all(RunPhase):
        program = made.programs.get(order.using.get("program", ""))
        if order.unit not in chambers or program is None or order.phase != program.phases[0].phase:
            continue
        count = int(order.run.rpartition("-")[2])
        page = page_of(uniform(made.seed, 0, word(order.unit), word("cycle"), word("page"), count))
        done = answers.get(order.number)
        if done is None or checked >= 40:
            continue
        begins = done.trace.times[0]
        recorded = book_of(program.program).open(page).play(order.phase, begins)
        assert (recorded.trace, begins + recorded.lasts) == (done.trace, done.at)
        checked += 1
    assert checked == 40
