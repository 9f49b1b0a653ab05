"""The whole state space of a hand-off, beside the carrier's true place."""

from __future__ import annotations

from collections import Counter

import pytest

from axenic.device.handoff.ask import Ask, Done, Failed, Late, Lost, Side
from axenic.device.handoff.handoff import End, Handoff, InvalidCommandSequence, carried

ITEM = "B-1:bag"
HERE, NOTHING = frozenset({ITEM}), frozenset()
ACTS = {Ask.GET: (Side.ORIGIN, Side.MOVER), Ask.PUT: (Side.MOVER, Side.TARGET)}


def replies(ask, place):
    """Every reply to an ask, with where the carrier truly is then; sensors are true, movers may lie."""
    if ask in ACTS:
        before, after = ACTS[ask]
        there = after if place is before else place
        yield Done(ask), there
        yield Done(ask), place  # a lie
        yield Failed(ask, "it slipped"), place
        for true in {place, there}:
            yield Lost(ask, "its power went"), true
            yield Late(ask), true
        return
    yield Done(ask, HERE if place is ask.side else NOTHING), place
    yield Failed(ask, "its door is stuck"), place
    yield Lost(ask, "its power went"), place
    yield Late(ask), place


def explored(first, places):
    """All states that can be reached, each with a true place and the replies that led to it first."""
    known = {(first, place): () for place in places}
    todo = list(known)
    while todo:
        state = todo.pop()
        handoff, place = state
        for ask in handoff.waits:
            for reply, then in replies(ask, place):
                after, asked = handoff.take(reply)
                assert asked <= after.waits
                if (after, then) not in known:
                    known[after, then] = (*known[state], reply)
                    todo.append((after, then))
    return known


@pytest.mark.parametrize("first", [Handoff(ITEM), carried(ITEM)])
def test_no_end_says_that_the_carrier_is_where_it_is_not(first):
    truth = {End.MOVED: Side.TARGET, End.NOT_MOVED: Side.ORIGIN}
    ends = Counter()
    known = explored(first, [Side.ORIGIN])
    for (handoff, place), path in known.items():
        assert handoff.place in (None, place), path
        if handoff.end is not None:
            ends[handoff.end] += 1
            assert truth.get(handoff.end, place) is place, path
            assert bool(handoff.reason) == (handoff.end is not End.MOVED), path
    assert set(ends) == set(End)


@pytest.mark.parametrize("place", [Side.TARGET, Side.MOVER])
def test_a_carrier_that_is_not_at_the_origin_is_never_moved_nor_said_to_be_there(place):
    for (handoff, _), path in explored(Handoff(ITEM), [place]).items():
        saw = any(isinstance(r, Done) and r.ask is Ask.PREPARE_FOR_OUTPUT for r in path)
        assert Ask.GET not in handoff.waits, path
        assert not (saw and handoff.end is End.MOVED), path


def test_every_path_comes_to_an_end_and_nothing_is_asked_twice():
    for (handoff, _), path in explored(Handoff(ITEM), [Side.ORIGIN]).items():
        assert handoff.waits or handoff.end, path
        assert max(Counter(reply.ask for reply in path).values(), default=0) <= 1, path


def test_the_state_space_is_as_large_as_the_docs_say():
    known = explored(Handoff(ITEM), [Side.ORIGIN])
    assert (len({handoff for handoff, _ in known}), len(known)) == (165, 271)


def test_what_was_not_asked_is_an_invalid_command_sequence_in_every_state():
    for handoff, _ in explored(Handoff(ITEM), [Side.ORIGIN]):
        for ask in set(Ask) - handoff.waits:
            with pytest.raises(InvalidCommandSequence, match=ask):
                handoff.take(Done(ask))


def test_no_site_is_told_to_close_while_the_mover_may_still_act():
    for (handoff, _), path in explored(Handoff(ITEM), [Side.ORIGIN]).items():
        if any(isinstance(r, Late) and r.ask in ACTS for r in path):
            assert not handoff.waits & {Ask.REMOVED, Ask.DELIVERED}, path


def test_every_site_that_was_ready_is_told_the_end_unless_the_mover_may_still_act():
    closes = {Ask.PREPARE_FOR_OUTPUT: Ask.REMOVED, Ask.PREPARE_FOR_INPUT: Ask.DELIVERED}
    for (handoff, _), path in explored(Handoff(ITEM), [Side.ORIGIN]).items():
        if handoff.end is None or handoff.waits or any(isinstance(r, Late) and r.ask in ACTS for r in path):
            continue
        answered = {r.ask for r in path}
        assert all(closes[r.ask] in answered for r in path if isinstance(r, Done) and r.ask in closes), path


def played(*given):
    handoff = Handoff(ITEM)
    for reply in given:
        handoff, _ = handoff.take(reply)
    return handoff


READY = (Done(Ask.PREPARE_FOR_INPUT), Done(Ask.PREPARE_FOR_OUTPUT, HERE))
CARRIED = (*READY, Done(Ask.GET), Done(Ask.PUT))


def test_a_carrier_moves():
    assert played(*CARRIED, Done(Ask.DELIVERED, HERE), Done(Ask.REMOVED)).end is End.MOVED


@pytest.mark.parametrize("origin, says", [(HERE, "the origin does"), (NOTHING, "neither")])
def test_a_liar_that_put_nothing_leaves_the_outcome_unknown(origin, says):
    end = played(*CARRIED, Done(Ask.DELIVERED), Done(Ask.REMOVED, origin))
    assert end.end is End.UNKNOWN
    assert says in end.reason


def test_a_carrier_that_was_not_taken_is_not_moved():
    end = played(*READY, Failed(Ask.GET, "it slipped"), Done(Ask.REMOVED, HERE), Done(Ask.DELIVERED))
    assert (end.end, end.place, end.reason) == (End.NOT_MOVED, Side.ORIGIN, f"{ITEM} was not moved: it slipped")


def test_two_that_claim_the_carrier_leave_it_unknown():
    assert played(*CARRIED, Done(Ask.DELIVERED, HERE), Done(Ask.REMOVED, HERE)).end is End.UNKNOWN


def test_another_carrier_at_the_target_is_not_this_one():
    other = frozenset({"B-2:bag"})
    assert played(*CARRIED, Done(Ask.DELIVERED, other), Done(Ask.REMOVED)).end is End.UNKNOWN
    assert played(Done(Ask.PREPARE_FOR_OUTPUT, other)).end is End.UNKNOWN
