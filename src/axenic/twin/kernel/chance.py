"""What the simulated devices answer: the shared draws of `device`, asked from the image."""

from __future__ import annotations

from typing import Any

from axenic.device import draw
from axenic.twin.kernel.calendar import set_slot
from axenic.twin.kernel.floor import answer_at, gowning, gowning_at_most, token
from axenic.twin.kernel.jit import SHARED, jit
from axenic.twin.kernel.memory import onward
from axenic.twin.kernel.places import *

_duration, _uniform, _pair, _act = SHARED["duration"], SHARED["uniform"], SHARED["pair"], SHARED["act"]
_collect, _breakdown, _mishap = SHARED["collect"], SHARED["breakdown"], SHARED["mishap"]
_varied, _excursion_of = SHARED["varied"], SHARED["excursion_of"]
_LASTS, _GOWN, _MOVE, _CHANGEOVER, _CYCLE, _PAGE, _CLINIC, _REMAKE, _DAYS = (
    draw.word(w) for w in ("lasts", "gown", "move cells", "changeover", "cycle", "page", "clinic", "remake", "days")
)
_EQUIPMENT, _OPERATION, _LOGISTICS = 3, 2, 5
_LOST, _RISK, _COLLECTED = 10, 8, 11
_PAGES, _DAY_MS = 256, 86_400_000


@jit
def floats_of(m: Any, b: int) -> Any:
    """Where the floats of a batch begin in f."""
    return m[H_FLOATS] + m[b + B_INDEX] * m[H_FLOAT_SIZE]


@jit
def _gown(m: Any, c: int, thing: int, step: int, count: int) -> Any:
    return gowning(m, c, _uniform(m[H_K0], m[H_K1], thing, step, _GOWN, count)) if c >= 0 else 0


@jit
def _answers(m: Any, e: int, u: int, lasts: int, bound: int) -> None:
    """The answer, and the moment before it at which it is overdue."""
    m[e + E_BOUND] = bound
    answer_at(m, e, m[u + U_WORD], m[H_AT] + lasts)
    if lasts > bound and not m[u + U_SHARED]:
        set_slot(m, m[H_SLOT_OVERDUE] + m[u + U_INDEX], m[H_AT] + bound, token(m))


@jit
def _effects(m: Any, f: Any, b: int, kind: int, key: Any, lasts: int, out: int, exposure: float, only: int) -> None:
    floats = floats_of(m, b)
    cells = onward(f, floats)
    words = onward(m, m[H_OPS])
    cells[_RISK] = exposure
    k = m[H_KINDS] + 4 * kind
    for n in range(m[k + 1]):
        o = m[k] + 4 * n
        if only >= 0 and m[o + 3] >= 0 and m[o + 3] != only:
            continue  # what is measured beside the test's own measure changes nothing and is asked by nobody
        value = _act((m[o], m[o + 1], m[o + 2], m[o + 3]), cells, f, words, key, lasts, m[H_AT])
        if m[o + 3] >= 0:
            f[out + m[o + 3]] = value


@jit
def _strikes(m: Any, f: Any, u: int) -> Any:
    """True if the unit's zone has an excursion today; looked up once a day."""
    zone, day = m[u + U_ZONE], m[H_AT] // _DAY_MS
    if m[zone + Z_DAY] != day:
        m[zone + Z_DAY] = day
        m[zone + Z_STRIKES] = _excursion_of(f, m[H_K0], m[H_K1], m[u + U_ZONE_WORD], day)
    return m[zone + Z_STRIKES] != 0


@jit
def perform(
    m: Any,
    f: Any,
    e: int,
    b: int,
    u: int,
    plan: int,
    count: int,
    gown: int,
    opens: int,
    exposure: float,
    out: int,
    only: int,
) -> None:
    """A unit does a phase (or test) for a batch: how long, what goes wrong, what is measured into `out`.

    `plan`: kind, shape, least, usual, most, at most, word of the step, as a phase and a test have them both. `only`:
    the one measure a test is for, or -1.
    """
    thing, step = m[b + B_THING], m[plan + 6]
    key = (m[H_K0], m[H_K1], thing, step, count)
    u01, fault = _pair(m[H_K0], m[H_K1], thing, step, _LASTS, count)
    lasts = _duration(m[plan + 1], m[plan + 2], m[plan + 3], m[plan + 4], u01)
    begins = _gown(m, gown, thing, step, count)
    bound = m[plan + 5] + (gowning_at_most(m, e) if gown >= 0 else 0)
    kind = m[H_KINDS] + 4 * m[plan]
    m[kind + 2] += 1
    if not m[u + U_SHARED]:
        r = H_REPAIR
        more = _breakdown(key, fault, lasts, m[H_MTBF], m[H_DESTROYS], m[r], m[r + 1], m[r + 2])
        if more < 0:
            m[e + E_FAILED] = _EQUIPMENT
            m[kind + 3] += lasts
            _answers(m, e, u, begins + lasts, bound)
            return
        if more > 0:
            m[e + E_FAULT] = 1
            lasts += more
    floats = floats_of(m, b)
    cells = onward(f, floats)
    if cells[_COLLECTED] == 0:
        _collect(cells, f, m[H_K0], m[H_K1], thing, m[b + B_ORIGIN])
    m[kind + 3] += lasts
    wrong = False
    if opens:
        by_person, closed = m[u + U_ATTENDED] > 0, m[u + U_CLOSED] > 0
        wrong = _mishap(key, cells, f, opens, by_person, closed, _strikes(m, f, u))
    if wrong:
        m[e + E_FAILED] = _OPERATION
    else:
        _effects(m, f, b, m[plan], key, lasts, out, exposure, only)
        if cells[_LOST] != 0:
            m[e + E_FAILED] = _LOGISTICS
    _answers(m, e, u, begins + lasts, bound)


@jit
def move_lasts(m: Any, c: int, b: int, item: int, gown: int) -> Any:
    """Milliseconds of the next move of a material (its number) or of the cells (-1)."""
    thing, step, place = m[b + B_THING], _MOVE, b + B_MOVES
    if item >= 0:
        step, place = m[m[H_MATERIALS] + item * MATERIAL_SIZE + I_WORD], b + B_MATERIALS + item * ITEM_SIZE + Y_MOVES
    m[place] += 1
    u01 = _uniform(m[H_K0], m[H_K1], thing, step, _LASTS, m[place])
    return _duration(4, m[c + C_LEAST], m[c + C_USUAL], m[c + C_MOST], u01) + _gown(m, gown, thing, step, m[place])


@jit
def changeover_lasts(m: Any, u: int, run: int, gown: int) -> Any:
    """Milliseconds of a unit's changeover."""
    thing = m[u + U_WORD]
    u01 = _uniform(m[H_K0], m[H_K1], thing, _CHANGEOVER, _LASTS, run)
    return _duration(4, m[u + U_LEAST], m[u + U_USUAL], m[u + U_MOST], u01) + _gown(m, gown, thing, _CHANGEOVER, run)


@jit
def page_of(m: Any, k: int, program: int, run: int) -> Any:
    """The page of the book that a cycle is."""
    u01 = _uniform(m[H_K0], m[H_K1], m[k + K_WORD], _CYCLE, _PAGE, run)
    return m[program + G_PAGES] + int(u01 * _PAGES) * m[program + G_PAGE_SIZE]


@jit
def gown_before(m: Any, k: int, gown: int) -> Any:
    """Milliseconds for which the person who begins a program by hand gowns."""
    program = m[k + K_RUNS_PROGRAM]
    return _gown(m, gown, m[k + K_WORD], m[m[program + G_WORDS]], m[k + K_RUN])


@jit
def remake_after(m: Any, f: Any, thing: int) -> Any:
    """Milliseconds until the clinic orders a remake; -1 if it orders none."""
    if _uniform(m[H_K0], m[H_K1], thing, _CLINIC, _REMAKE, 0) >= f[5 * m[H_ROW_REMAKE] + 1]:
        return -1
    u01 = _uniform(m[H_K0], m[H_K1], thing, _CLINIC, _DAYS, 0)
    return int(_varied(f, m[H_ROW_DAYS], u01) * _DAY_MS)
