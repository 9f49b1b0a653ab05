"""The simulated patient: what a phase does to the cells, and what the instruments then measure.

What each phase kind does is data (`effects` of the assumptions): a few words such as "keep thaw recovery" or "read
viability", compiled to numbers by `compiled`. `act` does one of them. It is scalars and lists only, so that the kernel
compiles the very same lines.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from axenic.assumption.assumption import Assumptions
from axenic.assumption.distribution import normal_quantile, quantile
from axenic.device.draw import bell, uniform, word

_DAY_MS = 86_400_000
# the state of one patient's cells, one number each
CELLS, VIABILITY, PURITY, TRANSDUCED, GROWTH, FINAL, GLUCOSE, SHARE, RISK, STRUCK, LOST, COLLECTED = range(12)
STATE = 12
FIELDS = {"viability": VIABILITY, "purity": PURITY, "CAR+": TRANSDUCED, "glucose": GLUCOSE, "recovery": SHARE}
KEEP, SET, AT_MOST, GROW, READ, COUNT, REPORT, DRAW, DOSE, GROWS, SIGNALS, ACCEPT, RECEIVE = range(13)
VERBS = {
    "keep": KEEP,
    "set": SET,
    "at most": AT_MOST,
    "grow": GROW,
    "read": READ,
    "count": COUNT,
    "report": REPORT,
    "draw": DRAW,
    "dose": DOSE,
    "grows": GROWS,
    "signals": SIGNALS,
    "accept": ACCEPT,
    "arrives": RECEIVE,
}
_ROWS = (KEEP, SET, AT_MOST, DRAW, DOSE, GROWS, SIGNALS, RECEIVE)  # these verbs need a row,
_FIELDS, _ALONE = (SET, READ, REPORT), (GROW, ACCEPT)  # these a field, and these stand alone
# rows that are used beside those the effects name, in the order of their places
NAMED = (
    "CD3 collected",
    "viability collected",
    "purity collected",
    "transduced",
    "fold expansion",
    "expansion days",
    "frail patients",
    "viability of the frail",
    "viability at harvest",
    "likeness of collections",
    "cells a reactor carries",
    "bad lot",
    "days a lot is used",
    "operator error",
    "robot error",
    "zone excursion",
    "excursion strikes open work",
    "excursion strikes closed work",
    "glucose of fresh medium",
    "glucose that starves",
    "growth of the starving",
    "glucose lost without cells",
    "glucose eaten by 1e9 cells",
    "approach of viability",
    "error of a count",
    "error of a count at most",
    "error of a share",
)
(
    R_CD3,
    R_VIABILITY,
    R_PURITY,
    R_TRANSDUCED,
    R_FOLD,
    R_DAYS,
    R_FRAIL,
    R_VIABILITY_FRAIL,
    R_VIABILITY_HARVEST,
    R_LIKENESS,
    R_CARRIES,
    R_LOT,
    R_LOT_DAYS,
    R_OPERATOR,
    R_ROBOT,
    R_EXCURSION,
    R_STRIKES_OPEN,
    R_STRIKES_CLOSED,
    R_GLUCOSE,
    R_STARVES,
    R_GROWTH_STARVING,
    R_GLUCOSE_LOST,
    R_GLUCOSE_EATEN,
    R_APPROACH,
    R_COUNT_ERROR,
    R_COUNT_CUT,
    R_SHARE_ERROR,
) = range(len(NAMED))
(P_NOISE, P_OWN, P_COLLECTION, P_FRAIL, P_LOT) = (word(w) for w in ("noise", "own", "collection", "frail", "bad lot"))
(S_PATIENT, T_LOT) = word("patient"), word("lot")
Numbers = Any  # a sequence of floats here, an array in the kernel
"""Rows as (shape, value, spread, low, high), five numbers each in one flat sequence."""


class NoEffect(ValueError):
    """A text that is no effect."""


@dataclass(frozen=True, slots=True)
class Working:
    """The assumptions as numbers: rows five by five, and for each phase kind its ops (verb, field, row, measure)."""

    names: tuple[str, ...]
    rows: tuple[float, ...]
    words: tuple[int, ...]
    measures: tuple[str, ...]
    ops: Mapping[str, tuple[tuple[int, int, int, int], ...]]


def compiled(assumptions: Assumptions) -> Working:
    """The assumptions as numbers; raises ValueError if an effect or a row that is needed is not there."""
    known = {r.row: r for r in assumptions.rows}
    missing = [name for name in NAMED if name not in known]
    if missing:
        raise ValueError(f"{assumptions.assumptions}: the row {missing[0]!r} is missing")
    names = (*NAMED, *(name for name in known if name not in NAMED))
    place = {name: n for n, name in enumerate(names)}
    measures: dict[str, int] = {}
    ops = {e.kind: tuple(op_of(text, place, measures) for text in e.does) for e in assumptions.effects}
    rows = tuple(float(n) for name in names for n in known[name].numbers())
    return Working(names, rows, tuple(map(word, names)), tuple(measures), ops)


def op_of(text: str, place: Mapping[str, int], measures: dict[str, int]) -> tuple[int, int, int, int]:
    """An effect as numbers; what it measures is numbered in `measures`. Raises NoEffect."""
    verb = next((v for v in VERBS if text == v or text.startswith(f"{v} ")), None)
    if verb is None:
        raise NoEffect(f"{text!r} is no effect; known words: {', '.join(VERBS)}")
    rest, code = text.removeprefix(verb).strip(), VERBS[verb]
    field, row, measure = -1, "", ""
    if code in (KEEP, AT_MOST, RECEIVE):
        row = rest
    elif code == SET:
        name = next((f for f in FIELDS if rest.startswith(f"{f} ")), "")
        field, row = FIELDS.get(name, -1), rest.removeprefix(name).strip()
    elif code in (READ, REPORT):
        field, measure = FIELDS.get(rest, -1), rest
    elif code == COUNT:
        field, measure = CELLS, rest
    elif code == DRAW:
        measure = next((w for w in _heads(rest) if rest.removeprefix(w).strip() in place), "")
        row = rest.removeprefix(measure).strip()
    elif code == DOSE:
        measure, row = "dose", rest
    elif code in (GROWS, SIGNALS):
        measure, row = "growth", rest
    elif code == ACCEPT:
        measure = "accepted"
    if code in _ROWS and row not in place:
        raise NoEffect(f"{text!r} names no row that is known")
    if (code in _FIELDS and field < 0) or (code in (COUNT, DRAW) and not measure) or (code in _ALONE and rest):
        raise NoEffect(f"{text!r} names no field or measure that is known")
    number = measures.setdefault(measure, len(measures)) if measure else -1
    return code, field, place.get(row, -1), number


def _heads(text: str) -> Iterable[str]:
    words = text.split(" ")
    return (" ".join(words[:n]) for n in range(1, len(words)))


def significant(x: float) -> float:
    """The number as an instrument gives it: four significant digits, exactly the decimal that is written down."""
    size, scale = abs(x), 1.0
    if size == 0.0 or size != size or size > 1e22:
        return x
    if size >= 9999.5:
        while size >= 9999.5 * scale:
            scale *= 10.0
        return round(x / scale) * scale
    while size * scale < 999.95 and scale < 1e15:
        scale *= 10.0
    return round(x * scale) / scale


def varied(rows: Numbers, row: int, u: float) -> float:
    """A row's value for one batch."""
    n = 5 * row
    return quantile(int(rows[n]), rows[n + 1], rows[n + 2], rows[n + 3], rows[n + 4], u)


def _like(rows: Numbers, row: int, k0: int, k1: int, thing: int, origin: int) -> float:
    """A trait that two collections of one patient share in part: z = sqrt(r) own + sqrt(1 - r) of this collection."""
    likeness = rows[5 * R_LIKENESS + 1]
    own = normal_quantile(uniform(k0, k1, origin, S_PATIENT, P_OWN, row))
    new = normal_quantile(uniform(k0, k1, thing, S_PATIENT, P_COLLECTION, row))
    z = math.sqrt(likeness) * own + math.sqrt(1.0 - likeness) * new
    return varied(rows, row, 0.5 * math.erfc(-z / math.sqrt(2.0)))


def collect(cells: Numbers, rows: Numbers, k0: int, k1: int, thing: int, origin: int) -> None:
    """The starting material of a batch; `origin` is the word of the patient's first batch (itself, or a remake's)."""
    cells[COLLECTED] = 1.0
    cells[CELLS] = varied(rows, R_CD3, uniform(k0, k1, thing, S_PATIENT, P_COLLECTION, R_CD3))
    cells[VIABILITY] = varied(rows, R_VIABILITY, uniform(k0, k1, thing, S_PATIENT, P_COLLECTION, R_VIABILITY))
    cells[PURITY] = varied(rows, R_PURITY, uniform(k0, k1, thing, S_PATIENT, P_COLLECTION, R_PURITY))
    cells[TRANSDUCED] = _like(rows, R_TRANSDUCED, k0, k1, thing, origin)
    fold = _like(rows, R_FOLD, k0, k1, thing, origin)
    cells[GROWTH] = max(0.0, math.log(fold) / rows[5 * R_DAYS + 1])
    frail = uniform(k0, k1, origin, S_PATIENT, P_FRAIL, 0) < rows[5 * R_FRAIL + 1]
    final = R_VIABILITY_FRAIL if frail else R_VIABILITY_HARVEST
    cells[FINAL] = varied(rows, final, uniform(k0, k1, thing, S_PATIENT, P_COLLECTION, final))
    cells[GLUCOSE] = rows[5 * R_GLUCOSE + 1]


def _grow(cells: Numbers, rows: Numbers, lasted: int) -> None:
    days = lasted / _DAY_MS
    starving = cells[GLUCOSE] < rows[5 * R_STARVES + 1]
    rate = cells[GROWTH] * (rows[5 * R_GROWTH_STARVING + 1] if starving else 1.0)
    grown = cells[CELLS] * math.exp(rate * days)
    cells[CELLS] = grown / (1.0 + grown / rows[5 * R_CARRIES + 1])
    used = rows[5 * R_GLUCOSE_LOST + 1] + rows[5 * R_GLUCOSE_EATEN + 1] * cells[CELLS] / 1e9
    cells[GLUCOSE] = max(0.0, cells[GLUCOSE] - days * used)
    cells[VIABILITY] += (cells[FINAL] - cells[VIABILITY]) * min(1.0, rows[5 * R_APPROACH + 1] * days)


def _infected(cells: Numbers, rows: Numbers, row: int, k0: int, k1: int, u: float, at: int) -> float:
    """Growth in the sterility test: from the blood, from the passages, from a zone's excursion, or from a bad lot."""
    clean = (1.0 - rows[5 * row + 1]) * math.exp(-cells[RISK])
    lot = int(at / (rows[5 * R_LOT_DAYS + 1] * _DAY_MS))
    bad = uniform(k0, k1, T_LOT, S_PATIENT, P_LOT, lot) < rows[5 * R_LOT + 1]
    return 1.0 if u >= clean or cells[STRUCK] > 0 or bad else 0.0


def _look(verb: int, field: int, cells: Numbers, rows: Numbers, z: float) -> float:
    """What an instrument shows: a count with a relative error that is cut, a share with one in points."""
    if verb == COUNT:
        most = rows[5 * R_COUNT_CUT + 1]
        error = min(most, max(-most, rows[5 * R_COUNT_ERROR + 1] * z))
        return significant(cells[CELLS] * (1.0 + error))
    if verb == READ and field != GLUCOSE:
        return significant(min(100.0, max(0.0, cells[field] + rows[5 * R_SHARE_ERROR + 1] * z)))
    return significant(cells[field])


def _change(verb: int, field: int, row: int, cells: Numbers, rows: Numbers, u: float) -> None:
    """What a phase does to the cells."""
    value = varied(rows, row, u)
    if verb == KEEP:
        cells[SHARE] = value
        cells[CELLS] *= value / 100.0
    elif verb == SET:
        cells[field] = value
    elif verb == AT_MOST:
        cells[CELLS] = min(cells[CELLS], rows[5 * row + 1])
    elif verb == RECEIVE and u < rows[5 * row + 1]:
        cells[LOST] = 1.0


def act(
    op: Sequence[int],
    cells: Numbers,
    rows: Numbers,
    words: Numbers,
    key: tuple[int, int, int, int, int],
    lasted: int,
    at: int,
) -> float:
    """Do one op on the cells; what is measured by it (NaN if nothing is).

    `key`: the words k0, k1, thing, step, count of its draws.
    """
    verb, field, row = op[0], op[1], op[2]
    k0, k1, thing, step, count = key
    if verb == ACCEPT:
        return 1.0  # a simulated reviewer; a person decides in production
    if verb == GROW:
        _grow(cells, rows, lasted)
        return math.nan
    if row < 0:
        return _look(verb, field, cells, rows, bell(k0, k1, thing, step, P_NOISE, count * 16 + field))
    u = uniform(k0, k1, thing, step, words[row], count)
    if verb == DRAW:
        return significant(varied(rows, row, u))
    if verb == DOSE:
        share = cells[VIABILITY] / 100.0 * cells[TRANSDUCED] / 100.0
        return significant(cells[CELLS] * rows[5 * row + 1] * share)
    if verb == GROWS:
        return _infected(cells, rows, row, k0, k1, u, at)
    if verb == SIGNALS:
        return 1.0 if u < rows[5 * row + 1] else 0.0
    _change(verb, field, row, cells, rows, u)
    return math.nan
