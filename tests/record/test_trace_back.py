"""Look-back on real simulated runs, each answer held against a search by brute force."""

from __future__ import annotations

import itertools

import pytest

from axenic.control import passages
from axenic.control.facts import PhaseFailed
from axenic.control.orders import JudgeCycle, MoveItem, PermitPassage
from axenic.notation.document import write
from axenic.record.entry import Document, Entry
from axenic.record.trace_back import NotThere, Trail
from axenic.record.whereabouts import stays_of
from axenic.twin.run import run
from tests.conftest import DAY, START

HOUR = 3_600_000


class Watched:
    """A run with what the core itself knew at each step: the zones of each permit, and where every item lay."""

    def __init__(self, suite, plant, seed, monkeypatch):
        self.made = suite(plant=plant, seed=seed)
        self.zones: dict[str, set[str]] = {}
        self.seen: list[tuple[int, str, str]] = []  # time, batch, zone
        plain = passages._shares

        def shares(floor, batch, passage):
            name = f"{batch.name}/passage-{batch.passages}"
            self.zones[name] = {passage.origin_zone, passage.target_zone}
            return plain(floor, batch, passage)

        monkeypatch.setattr(passages, "_shares", shares)
        run(self.made.control, self.made.world, self.made.orders_of(6), self._keep)
        plant_text = Document("plant", plant, write(self.made.plant))
        things = [plant_text, *self.things]
        streams = {True: "order", False: "fact"}
        self.entries = [
            Entry(n, "document" if n == 1 else streams[hasattr(t, "number")], t) for n, t in enumerate(things, 1)
        ]
        self.trail = Trail(self.entries)

    things: list

    def _keep(self, fact, orders):
        if not hasattr(self, "_begun"):
            self.things, self._begun = [], True
        self.things += [fact, *orders]
        self.made.keep(fact, orders)
        floor = self.made.control.floor
        for batch in floor.batches.values():
            units = [batch.unit, *(m.unit for m in batch.materials.values() if m.arrived)] if batch.live else []
            self.seen += [(fact.at, batch.name, floor.layout.stations[u].zone) for u in units if u]

    def permits(self):
        return self.made.all(PermitPassage)


@pytest.fixture(params=[("robotic-cluster", 7), ("robotic-cluster", 3), ("manual-suite", 5)], ids=str)
def watched(request, suite, monkeypatch):
    return Watched(suite, *request.param, monkeypatch)


def names(entries):
    return [e.thing.passage for e in entries]


def _sides(watched, place):
    interface = watched.trail.layout.interfaces.get(place)
    return {interface.outer, interface.inner} if interface else set()


def test_every_passage_that_cites_a_cycle_is_found_and_none_other(watched):
    cycles = watched.made.all(JudgeCycle)
    assert len(cycles) > 40
    for judged in cycles:
        found = watched.trail.of_cycle(judged.cycle)
        brute = [p for p in watched.permits() if judged.cycle in p.evidence]
        assert names(found.passages) == [p.passage for p in brute]
        assert set(found.items) >= {p.item for p in brute} | {judged.item} - {""}
        assert set(found.batches) == {p.batch for p in brute} | {judged.batch}
        assert judged.verdict == "pass" or not brute


def test_from_a_cycle_every_later_passage_of_its_items_is_found_and_every_unit_they_reached(watched):
    stations = watched.trail.layout.stations
    loads = {c.cycle: c.item for c in watched.made.all(JudgeCycle)}
    passed = [c for c in watched.made.all(JudgeCycle) if c.verdict == "pass"]
    assert len(passed) > 30
    for judged in passed:
        found = watched.trail.of_cycle(judged.cycle)
        since: dict[str, int] = {judged.item: judged.at} if judged.item else {}
        for p in watched.permits():  # a later proof of a touched material does not undo where it has been
            used = {loads[e] for e in p.evidence if e in loads} & set(since)
            joins = p.kind in ("connection", "open manipulation") and any(p.at >= since[load] for load in used)
            if judged.cycle in p.evidence or joins:
                since[p.item] = min(since.get(p.item, p.at), p.at)
        assert set(found.items) == set(since)
        brute = [p for p in watched.permits() if p.item in since and p.at >= since[p.item]]
        own = set(names(found.passages))
        assert set(names(found.onward)) | own == {p.passage for p in brute} | own
        reached = {x for p in brute for x in (p.origin, p.target) if x in stations}
        assert set(found.units) == reached


@pytest.mark.parametrize("hours", [(0, 6), (20, 30), (96, 97), (200, 260)])
def test_nothing_in_a_zone_is_missed_and_nothing_else_is_named(watched, hours):
    start, end = (START + h * HOUR for h in hours)
    for zone in watched.trail.layout.zones:
        found = watched.trail.of_zone(zone, start, end)
        brute = {n for n, zones in watched.zones.items() if zone in zones}
        inside = {p.passage for p in watched.permits() if start <= p.at <= end}
        assert brute & inside <= set(names(found.passages)) <= inside
        more = [p for p in watched.permits() if p.passage in set(names(found.passages)) - brute]
        assert all(zone in _sides(watched, p.origin) for p in more), "only an opened door adds a side the core left out"
        before = [t for t, _, _ in watched.seen if t <= start]
        last = max(before, default=START)
        lay = {b for t, b, z in watched.seen if z == zone and last <= t <= end}
        passed = {p.batch for p in watched.permits() if p.passage in brute & inside}
        assert lay | passed <= set(found.batches)
        for batch in set(found.batches) - lay - passed:
            lies = [s for s in found.stays if s.batch == batch]
            ordered = watched.made.control.floor.batches[batch].ordered
            assert lies and ordered <= end, f"{batch} is named for {zone} without a reason"


def test_an_item_is_followed_into_the_cells_it_was_used_on(watched):
    found = watched.trail.of_item("AX-0002:vector")
    own = [p for p in watched.permits() if p.item == "AX-0002:vector"]
    assert names(found.passages) == [p.passage for p in own]
    assert list(found.batches) == ["AX-0002"]
    cycles = {c.cycle for c in watched.made.all(JudgeCycle) if c.item == "AX-0002:vector"}
    joins = [p for p in watched.permits() if p.item == "AX-0002:cells" and cycles & set(p.evidence)]
    assert joins
    later = [p for p in watched.permits() if p.item == "AX-0002:cells" and p.at >= joins[0].at]
    assert {p.passage for p in later} <= set(names(found.onward))
    before = [p for p in watched.permits() if p.item == "AX-0002:cells" and p.at < joins[0].at]
    assert not {p.passage for p in before} & set(names(found.onward)), "the cells before the vector are not concerned"


def test_back_from_the_cells_every_material_they_rest_on_is_named(watched):
    found = watched.trail.of_item("AX-0003:cells")
    cited = {e for p in watched.permits() if p.item == "AX-0003:cells" for e in p.evidence}
    loads = {c.item for c in watched.made.all(JudgeCycle) if c.cycle in cited and c.item}
    assert set(found.evidence) == cited
    assert set(found.sources) == loads
    assert len(loads) > 3


def test_between_last_good_and_first_bad_every_batch_that_used_an_interface_is_found(watched):
    for interface in watched.trail.layout.interfaces:
        start, end = START + 10 * HOUR, START + 3 * DAY
        found = watched.trail.of_interface(interface, start, end)
        cycles = [c for c in watched.made.all(JudgeCycle) if c.unit == interface and start <= c.at <= end]
        proofs = {c.cycle for c in cycles}
        brute = [
            p
            for p in watched.permits()
            if (interface in (p.origin, p.target) and start <= p.at <= end) or proofs & set(p.evidence)
        ]
        assert names(found.passages) == [p.passage for p in brute]
        assert {p.batch for p in brute} | {c.batch for c in cycles} <= set(found.batches)


def test_what_was_on_a_unit_is_whoever_the_core_had_there(watched):
    units = [u for u in watched.trail.layout.stations if u.startswith(("reactor", "culture-bench"))]
    for unit in units:
        found = watched.trail.of_unit(unit)
        brute = {p.batch for p in watched.permits() if unit in (p.origin, p.target)}
        assert set(found.batches) == brute


def test_an_item_is_always_somewhere_and_its_stays_follow_one_another(watched):
    for item in {s.item for s in stays_of(watched.entries)}:
        own = sorted((s for s in stays_of(watched.entries) if s.item == item), key=lambda s: s.start)
        for one, two in itertools.pairwise(own):
            assert two.start <= one.end, "no gap: it has reached the next place before it has left the last one"


@pytest.mark.parametrize(
    ("ask", "name", "near"),
    [
        ("of_cycle", "C-0", ""),
        ("of_zone", "corr", "core"),
        ("of_item", "AX-0002:vectr", "AX-0002:vector"),
        ("of_unit", "reactr-1", "reactor-1"),
        ("of_interface", "airlok-1", "airlock-1"),
    ],
)
def test_what_is_not_there_is_said_with_what_may_have_been_meant(suite, monkeypatch, ask, name, near):
    watched = Watched(suite, "robotic-cluster", 7, monkeypatch)
    with pytest.raises(NotThere) as caught:
        getattr(watched.trail, ask)(name)
    assert near in caught.value.near


def test_a_journal_that_ends_in_the_middle_has_its_items_on_the_way_at_both_ends(watched):
    cut = next(n for n, e in enumerate(watched.entries) if isinstance(e.thing, MoveItem) and e.seq > 500)
    move = watched.entries[cut].thing
    stays = [s for s in stays_of(watched.entries[: cut + 1]) if s.item == move.item]
    assert {move.origin, move.target} <= {s.place for s in stays}


def test_a_journal_without_its_plant_cannot_be_asked():
    with pytest.raises(ValueError, match="does not hold its plant"):
        Trail([Entry(1, "fact", PhaseFailed(1, 1, "x"))])
