"""Persons: on duty by their shifts, gowned before they work, and what waits for them is not forgotten."""

from __future__ import annotations

import pytest

from axenic.control.facts import ClockJumped, PhaseCompleted, Woken, ZoneAlarmed, ZoneRestored
from axenic.control.orders import DisposeBatch, JudgeCycle, MoveItem, RaiseException, RunPhase
from axenic.plant.plant import Gowning, MoverKind, Plant
from axenic.plant.shift import Shift
from tests.conftest import DAY, START, shelf

HOUR, MINUTE = 3_600_000, 60_000
MONDAY = START + 7 * DAY  # 2026-01-12T06:00Z
PEOPLED = ["manual-suite", "point-of-care"]


def changed(plant, **fields):
    """A shipped plant whose persons all have these fields."""
    built = shelf(Plant, plant)
    movers = tuple(m.model_copy(update=fields) if m.kind is MoverKind.PERSON else m for m in built.movers)
    return built.model_copy(update={"movers": movers})


def shifts(begin, end, *days):
    return (Shift.model_validate({"from": begin, "to": end} | ({"days": days} if days else {})),)


def work_of(made):
    """Every order to persons: who, and from when to when."""
    ends = {f.order: f.at for f in made.facts if hasattr(f, "order")}
    for order in made.orders:
        names = order.persons if isinstance(order, RunPhase) else (order.mover,) if isinstance(order, MoveItem) else ()
        for name in names:
            if made.control.floor.layout.carriers[name].kind is MoverKind.PERSON:
                yield name, order, ends[order.number]


@pytest.mark.parametrize("plant", PEOPLED)
def test_nobody_who_is_off_duty_begins_work_and_what_was_begun_is_ended(suite, plant):
    made = suite(plant=plant).run()
    carriers = made.control.floor.layout.carriers
    began_late = 0
    for name, order, end in work_of(made):
        on_duty = carriers[name].on_duty(order.at)
        assert on_duty or getattr(order, "phase", "") == "contact", "who began to wipe stays for the contact time"
        began_late += on_duty and not carriers[name].on_duty(end)
    assert began_late > 3, "work goes on past the end of a shift"
    assert "released" in {o.outcome for o in made.all(DisposeBatch)}


def test_work_waits_for_the_shift_and_begins_with_it(suite):
    made = suite(plant=changed("manual-suite", shifts=shifts("08:00", "20:00"), gowning=None))
    made.run(made.orders_of(2))
    times = [order.at % DAY for _, order, _ in work_of(made) if getattr(order, "phase", "") != "contact"]
    assert min(times) == 8 * HOUR
    assert max(times) < 20 * HOUR


@pytest.mark.parametrize("plant", PEOPLED)
def test_who_has_no_gown_in_date_gowns_first_and_that_takes_its_time(suite, plant):
    made = suite(plant=plant).run()
    carriers = made.control.floor.layout.carriers
    good_until: dict[str, int] = {}
    gowned = []
    for order in made.orders:
        names = order.persons if isinstance(order, RunPhase) else (order.mover,) if isinstance(order, MoveItem) else ()
        people = [n for n in names if carriers[n].gowning is not None]
        first = [n for n in people if good_until.get(n, -1) < order.at]
        if getattr(order, "phase", "") == "contact":
            first = []
        if people:
            assert order.gowns == len(first), "again when it ran out, and not before"
        good_until |= {n: order.at + carriers[n].gowning.good_for for n in first}
        gowned += [order] if first else []
    ends = {f.order: f.at for f in made.facts if hasattr(f, "order")}
    moves = [o for o in gowned if isinstance(o, MoveItem)]
    most = max(c.move.most for c in carriers.values())
    assert len(moves) > 3
    assert all(15 * MINUTE <= ends[o.number] - o.at <= 40 * MINUTE + most for o in moves)


def test_a_wipe_is_done_by_one_person_from_its_first_phase_to_its_last_and_gowning_does_not_fail_it(suite):
    made = suite(plant="manual-suite").run()
    by: dict[str, set[tuple[str, ...]]] = {}
    for order in made.all(RunPhase):
        if order.using.get("program") == "sporicide-wipe":
            by.setdefault(order.run, set()).add(order.persons)
    assert len(by) > 50
    assert all(len(persons) == 1 for persons in by.values())
    assert any(o.gowns and o.run in by for o in made.all(RunPhase))
    assert {o.verdict for o in made.all(JudgeCycle)} == {"pass"}


def test_the_time_to_gown_makes_no_order_overdue(suite):
    span = shelf(Plant, "point-of-care").movers[0].gowning.lasts
    slow = Gowning(lasts=span.model_copy(update={"least": 3 * HOUR, "usual": 4 * HOUR, "most": 5 * HOUR}), good_for=DAY)
    for plant in PEOPLED:
        made = suite(plant=changed(plant, gowning=slow, shifts=()))
        made.run(made.orders_of(2))
        assert not [o.text for o in made.all(RaiseException) if o.kind in ("overdue", "outcome in doubt")]


def test_a_clock_that_jumped_ends_every_gown(suite):
    made = suite(plant="manual-suite").run()
    floor = made.control.floor
    assert floor.gowned
    made.control.take(ClockJumped(floor.at, 60))
    assert not floor.gowned
    assert floor.take_carriers(("operator-1", "operator-2", "logistics-1")) == 2, "both gown anew before they work"


def test_a_suite_with_nobody_on_duty_for_a_week_goes_on_on_monday(suite):
    made = suite(plant=changed("manual-suite", shifts=shifts("06:00", "22:00", "mon"), gowning=None))
    first = made.orders_of(1)[0]
    tuesday = type(first)(START + DAY, first.batch, first.patient, first.recipe, first.due)
    made.run([tuesday])
    begins = [order.at for _, order, _ in work_of(made)]
    assert min(begins) == MONDAY
    assert made.control.idle


def test_a_batch_that_nobody_can_help_does_not_make_the_run_endless(suite):
    made = suite(plant="manual-suite")
    made.run([*made.orders_of(1), ZoneAlarmed(START + DAY // 2, "room", "particles")])
    assert made.world.agenda.next_time() is None, "nothing more will happen by itself"
    assert made.all(DisposeBatch)[0].at > START + 800 * DAY, "it waits as long as its recipe allows"
    assert sum(isinstance(f, Woken) for f in made.facts) < 90, "and nobody is asked for it at each shift for years"


@pytest.mark.parametrize(
    ("plant", "zone", "day"),
    [
        ("manual-suite", "room", 5),
        ("manual-suite", "room", 12),
        ("manual-suite", "corridor", 12),
        ("manual-suite", "cabinet-b", 1),
        ("point-of-care", "isolator", 5),
    ],
)
def test_what_a_zone_at_risk_refuses_is_not_prepared_anew_at_every_shift_for_ever(suite, plant, zone, day):
    made = suite(plant=plant, seed=3)
    keep = made.keep

    def counted(fact, orders):
        assert len(made.facts) < 3000, "this plant is not quiet"
        keep(fact, orders)

    made.keep = counted
    made.run([*made.orders_of(4), ZoneAlarmed(START + day * DAY, zone, "particles")])
    assert made.control.idle or made.world.agenda.next_time() is None


def test_a_batch_that_waited_through_many_quiet_shifts_goes_on_at_the_next_shift_once_something_happens(suite):
    made = suite(plant=changed("manual-suite", shifts=shifts("06:00", "22:00"), gowning=None))
    night = START + 200 * DAY + 20 * HOUR  # 02:00
    alarm, restored = (
        ZoneAlarmed(START + DAY // 2, "room", "particles"),
        ZoneRestored(night, "room", "EM-1"),
    )
    made.run([*made.orders_of(1), alarm, restored])
    after = [order.at for _, order, _ in work_of(made) if order.at > alarm.at + 5 * DAY]
    assert min(after) == night + 4 * HOUR
    assert made.all(DisposeBatch)[0].at < night + 40 * DAY


def test_replaying_the_facts_of_a_suite_with_shifts_gives_the_same_orders(suite):
    done = suite(plant="manual-suite").run()
    fresh = done.new_control()
    assert [o for f in done.facts for o in fresh.take(f)] == done.orders


@pytest.mark.parametrize("cut", [0.1, 0.5, 0.9])
def test_a_simulation_cut_off_anywhere_goes_on_with_the_same_world(suite, cut):
    done = suite(plant="manual-suite").run()
    count = round(cut * len(done.facts))
    fresh = suite(plant="manual-suite")
    given, answered = [], set()
    for fact in done.facts[:count]:
        given += fresh.control.take(fact)
        answered.add(getattr(fact, "order", 0))
    fresh.world.resume(given, answered, fresh.control.floor.at)
    fresh.run()
    assert done.facts[count:] == fresh.facts
    assert any(isinstance(f, PhaseCompleted) for f in fresh.facts)
