"""Asking for a passage: the rules that can refuse one when no fact comes from outside, and the risk that it adds."""

from __future__ import annotations

import math
from typing import Any

from axenic.twin.kernel.chance import floats_of
from axenic.twin.kernel.floor import clean, raise_exception
from axenic.twin.kernel.jit import jit
from axenic.twin.kernel.places import *

INWARD, OUTWARD, HAND_OVER, CONNECTION, OPEN = range(5)  # in the order of `PassageKind`
_AIR, _UNCLEAN, _NOT_A, _RAW = 1, 2, 4, 8
_DAY_MS = 86_400_000


@jit
def _chance(expected: float) -> Any:
    """The chance of at least one; the short form is right to 2e-7 of it where little is expected."""
    return expected * (1.0 - 0.5 * expected) if expected < 1e-3 else -math.expm1(-expected)


@jit
def ask(
    m: Any,
    f: Any,
    w: int,
    b: int,
    kind: int,
    count: int,
    refusals: int,
    zone: int,
    person: int,
    chamber: int,
    cells: bool,
) -> Any:
    """True if permitted; then the passages and their risk are the batch's. A refusal is an exception once."""
    if refusals:
        m[w + W_REFUSED] = 1
        if m[w + W_SAID] != refusals:
            m[w + W_SAID] = refusals
            raise_exception(m, b)
        return False
    m[b + B_PASSAGES] += count
    m[m[H_PASSAGES] + kind] += count
    dwell = 0
    if cells:
        since = m[b + B_PASSED] if m[b + B_PASSED] else m[b + B_ORDERED]
        dwell, m[b + B_PASSED] = m[H_AT] - since, m[H_AT]
    k = m[chamber + K_INDEX] + 1 if chamber >= 0 else 0
    rate = m[H_RATES] + 2 * (((kind * m[H_ZONE_COUNT] + m[zone + Z_INDEX]) * 2 + person) * (m[H_CHAMBER_COUNT] + 1) + k)
    f[floats_of(m, b) + F_RISK] += _chance(count * f[rate] + dwell / _DAY_MS * f[rate + 1])
    return True


@jit
def refuses_work(m: Any, u: int) -> Any:
    """What forbids connections at a unit that holds the batch."""
    refused = 0 if m[m[u + U_ZONE] + Z_ASEPTIC] else _AIR
    if not m[u + U_CLOSED] and not m[u + U_GRADE_A]:
        refused |= _NOT_A
    return refused


@jit
def refuses_unit(m: Any, u: int) -> Any:
    """What forbids to hand something over to a unit."""
    return 0 if m[u + U_IN_USE] or clean(m, u) else _UNCLEAN


@jit
def refuses_zone(m: Any, zone: int) -> Any:
    """What forbids work in a zone."""
    return 0 if m[zone + Z_ASEPTIC] else _AIR


@jit
def refuses_load(m: Any, k: int, until: int) -> Any:
    """What forbids to take a load in from a proven chamber: its own proof has run out."""
    return 0 if m[k + K_LOAD] == LOAD_OWN and m[H_AT] <= until else _RAW
