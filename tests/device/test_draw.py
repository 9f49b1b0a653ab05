"""Chance is keyed by what it decides."""

from __future__ import annotations

import pytest

from axenic.control.orders import RunPhase
from axenic.device.draw import Draw, philox, word

FULL = 0xFFFFFFFF


@pytest.mark.parametrize(
    ("counter", "key", "words"),
    [
        ((0, 0, 0, 0), (0, 0), (0x6627E8D5, 0xE169C58D, 0xBC57AC4C, 0x9B00DBD8)),
        ((FULL,) * 4, (FULL, FULL), (0x408F276D, 0x41C83B0E, 0xA20BC7C6, 0x6D5451FD)),
    ],
)
def test_philox_gives_its_published_known_answers(counter, key, words):
    assert philox(*counter, *key) == words


def test_a_draw_depends_on_its_key_only():
    first, second = Draw(7, "AX-1"), Draw(7, "AX-1")
    second.uniform("another step", "asked before")
    assert first.uniform("thaw", "duration") == second.uniform("thaw", "duration")
    assert first.uniform("thaw", "duration") != Draw(8, "AX-1").uniform("thaw", "duration")


def test_draws_are_uniform_and_triangular_draws_stay_inside():
    draw = Draw(1, "x")
    values = [draw.uniform(str(n), "u") for n in range(4000)]
    assert sum(values) / 4000 == pytest.approx(0.5, abs=0.02)
    spans = [draw.lasts(str(n), "t", (4, 10, 20, 60)) for n in range(4000)]
    assert min(spans) >= 10
    assert max(spans) <= 60
    assert sum(spans) / 4000 == pytest.approx(30, abs=0.8)


@pytest.mark.parametrize(
    ("run", "step", "count"),
    [
        ("AX-1/expand/grow#2", "expand/grow/culture", 2),
        ("AX-1/ex#pand/grow#12", "ex#pand/grow/culture", 12),
        ("AX-1/test/sterility", "test/sterility/culture", 0),
        ("AX-1/test/no. #a", "test/no. #a/culture", 0),
        ("AX-1/review", "review/culture", 0),
    ],
)
def test_a_phase_draws_under_its_step_and_its_round_whatever_the_names_are(suite, run, step, count):
    world = suite().world
    key = world._key_of(RunPhase(1, 0, "reactor-1", "culture", run, "AX-1"))
    assert key == (7, 0, word("AX-1"), word(step), count)


def test_a_phase_kind_that_comes_again_in_its_operation_draws_anew(suite):
    world = suite().world
    keys = [
        world._key_of(RunPhase(1, 0, "reactor-1", "wash", "AX-1/prepare/wash#1", "AX-1", again=n)) for n in range(3)
    ]
    assert keys[0] == (7, 0, word("AX-1"), word("prepare/wash/wash"), 1)
    assert len(set(keys)) == 3
