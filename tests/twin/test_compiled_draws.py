"""What the kernel compiles of the devices gives the same numbers as the devices, bit by bit."""

from __future__ import annotations

import math
from random import Random

import numba
import numpy as np
import pytest

from axenic.assumption import distribution
from axenic.assumption.assumption import Assumptions
from axenic.device import cells as patient
from axenic.device import draw
from axenic.library.shelf import default
from axenic.twin.kernel.jit import SHARED

FULL = 0xFFFFFFFF
COUNT = 5_000
_philox, _uniform, _duration = SHARED["philox"], SHARED["uniform"], SHARED["duration"]
_quantile, _significant, _act = SHARED["quantile"], SHARED["significant"], SHARED["act"]


@numba.njit(error_model="numpy")
def philox_of(a, b, c, d, k0, k1):
    return _philox(a, b, c, d, k0, k1)


@numba.njit(error_model="numpy")
def uniforms(keys, found):
    for n in range(len(keys)):
        found[n] = _uniform(keys[n, 0], keys[n, 1], keys[n, 2], keys[n, 3], keys[n, 4], keys[n, 5])


@numba.njit(error_model="numpy")
def durations(spans, shares, found):
    for n in range(len(spans)):
        found[n] = _duration(spans[n, 0], spans[n, 1], spans[n, 2], spans[n, 3], shares[n])


@numba.njit(error_model="numpy")
def quantiles(shapes, numbers, found):
    for n in range(len(shapes)):
        v = numbers[n]
        found[n] = _quantile(shapes[n], v[0], v[1], v[2], v[3], v[4])


@numba.njit(error_model="numpy")
def significants(values, found):
    for n in range(len(values)):
        found[n] = _significant(values[n])


@numba.njit(error_model="numpy")
def acts(op, cells, rows, words, keys, times, found):
    for n in range(len(keys)):
        o = (op[0], op[1], op[2], op[3])
        key = (keys[n, 0], keys[n, 1], keys[n, 2], keys[n, 3], keys[n, 4])
        found[n] = _act(o, cells[n], rows, words, key, times[n, 0], times[n, 1])


def words(chance: Random, count: int, width: int) -> np.ndarray:
    return np.array([[chance.getrandbits(32) for _ in range(width)] for _ in range(count)], dtype=np.int64)


def same(ours, theirs) -> bool:
    """Equal to the last bit, a missing number too."""
    return np.asarray(ours, dtype=np.float64).tobytes() == np.asarray(theirs, dtype=np.float64).tobytes()


@pytest.mark.parametrize(
    ("counter", "key", "words"),
    [
        ((0, 0, 0, 0), (0, 0), (0x6627E8D5, 0xE169C58D, 0xBC57AC4C, 0x9B00DBD8)),
        ((FULL,) * 4, (FULL, FULL), (0x408F276D, 0x41C83B0E, 0xA20BC7C6, 0x6D5451FD)),
        (
            (0x243F6A88, 0x85A308D3, 0x13198A2E, 0x03707344),
            (0xA4093822, 0x299F31D0),
            (0xD16CFE09, 0x94FDCCEB, 0x5001E420, 0x24126EA1),
        ),
    ],
)
def test_the_compiled_philox_gives_the_published_known_answers(counter, key, words):
    assert tuple(philox_of(*counter, *key)) == words == draw.philox(*counter, *key)


def test_compiled_uniform_numbers_are_the_same():
    keys, found = words(Random(1), COUNT, 6), np.zeros(COUNT)
    uniforms(keys, found)
    assert same(found, [draw.uniform(*row) for row in keys.tolist()])


@pytest.mark.parametrize("shape", [2, 4, 5])
def test_compiled_durations_are_the_same(shape):
    chance, spans = Random(shape), []
    for _ in range(COUNT):
        usual = chance.randint(1, 10 ** chance.randint(1, 10))
        least = chance.choice((0, usual, usual // 2, usual - 1))
        spans.append((shape, least, usual, chance.choice((usual, usual + 1, 3 * usual, 1 << 52))))
    shares = [chance.random() * 0.999999 + 5e-7 for _ in spans]
    found = np.zeros(COUNT, dtype=np.int64)
    durations(np.array(spans, dtype=np.int64), np.array(shares), found)
    assert found.tolist() == [distribution.duration(*s, u) for s, u in zip(spans, shares, strict=True)]


def test_compiled_quantiles_are_the_same():
    chance, shapes, numbers = Random(2), [], []
    for _ in range(COUNT):
        low, high = chance.uniform(0, 5), chance.uniform(5, 100)
        shapes.append(chance.randrange(6))
        tail = chance.choice((chance.random(), 1e-12, 1 - 1e-12, 0.5, 0.075, 0.925))
        numbers.append((chance.uniform(low, high), chance.uniform(1.01, 20), low, high, tail or 0.5))
    found = np.zeros(COUNT)
    quantiles(np.array(shapes), np.array(numbers), found)
    assert same(found, [distribution.quantile(s, *v) for s, v in zip(shapes, numbers, strict=True)])


def test_compiled_readings_have_the_same_digits_and_are_the_decimals_that_are_written_down():
    chance = Random(3)
    values = [chance.uniform(-1, 1) * 10 ** chance.uniform(-14, 21) for _ in range(COUNT)]
    values += [float(f"{chance.randint(1000, 9999)}5e{chance.randint(-9, 12)}") for _ in range(COUNT)]
    values += [0.0, math.nan, math.inf, -math.inf, 9999.5, 999.95, 1e23]
    found = np.zeros(len(values))
    significants(np.array(values), found)
    assert same(found, [patient.significant(v) for v in values])
    assert all(float(f"{x:.4g}") == x for x in found.tolist() if abs(x) < 1e22)


def test_compiled_acts_on_the_cells_measure_the_same_and_leave_the_same_cells():
    working, chance = patient.compiled(default(Assumptions)), Random(4)
    rows, named = np.array(working.rows), np.array(working.words, dtype=np.int64)
    for op in dict.fromkeys(op for ops in working.ops.values() for op in ops):
        keys, found = words(chance, 400, 5), np.zeros(400)
        keys[:, 4] = [chance.randint(0, 12) for _ in range(400)]
        times = np.array([(chance.randint(0, 10**8), chance.randint(0, 10**12)) for _ in range(400)])
        size = (1e9, 100, 100, 100, 1, 100, 5, 100, 1e-3, 0, 0, 1)
        cells = np.array([[x * chance.random() for x in size] for _ in range(400)])
        ours = cells.tolist()
        told = [
            patient.act(op, own, working.rows, working.words, tuple(key), *time)
            for own, key, time in zip(ours, keys.tolist(), times.tolist(), strict=True)
        ]
        acts(np.array(op), cells, rows, named, keys, times, found)
        assert same(found, told), op
        assert same(cells, ours), op
