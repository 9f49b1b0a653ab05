"""What assumptions must be beyond their form: rows that are there, effects that can be done, numbers that can be.

A file `over` another one is checked as it stands over it.
"""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Mapping

from axenic.assumption.assumption import Assumptions, Row
from axenic.assumption.distribution import Form
from axenic.device.cells import NAMED, NoEffect, op_of
from axenic.notation.document import Document, Path
from axenic.notation.finding import Finding
from axenic.recipe.phase_kind import PhaseKinds
from axenic.recipe.recipe import Shape

_POSITIVE = ("fold expansion", "expansion days", "cells a reactor carries", "days a lot is used")
_NOT_NEGATIVE = (
    "glucose of fresh medium",
    "glucose that starves",
    "glucose lost without cells",
    "glucose eaten by 1e9 cells",
    "approach of viability",
    "error of a share",
)
SHARES = (
    "frail patients",
    "share of a dose",
    "intrinsic contamination",
    "false signal",
    "receipt failure",
    "remakes offered",
    "likeness of collections",
    "bad lot",
    "operator error",
    "robot error",
    "excursion strikes open work",
    "excursion strikes closed work",
    "growth of the starving",
    "error of a count",
    "error of a count at most",
)
"""Rows that are a share or a chance: from 0 to 1."""


def check_assumptions(
    given: Assumptions,
    document: Document,
    kinds: PhaseKinds,
    whole: Assumptions,
    known: Mapping[str, str],
) -> list[Finding]:
    """Everything wrong with a well-formed file; `whole` is it over all that it stands over.

    `known`: the rows there are without it, each with the unit in which it is read; a file over another one names no
    others.
    """
    names = [r.row for r in whole.rows]
    found = [
        document.finding("AX0701", f"the row {name!r} is missing", "add it, or stand `over: default`")
        for name in NAMED
        if name not in names
    ]
    for n, row in enumerate(given.rows):
        found += _row(row, document, ("rows", n))
        unit = known.get(row.row, row.unit)
        if row.unit != unit:
            text = f"{row.row} is read in {unit}, not in {row.unit}"
            found.append(document.finding("AX0702", text, f"write its value in {unit}", ("rows", n, "unit")))
        if given.over and row.row not in known:
            near = difflib.get_close_matches(row.row, known, 1, 0.5)
            hint = f"did you mean {near[0]!r}?" if near else "a file over another one names rows of that one"
            found.append(document.finding("AX0701", f"no row is named {row.row!r}", hint, ("rows", n, "row")))
    found += _effects(given, document, kinds, {name: n for n, name in enumerate(names)})
    return found + list(_lasting(given, document, kinds))


def _row(row: Row, document: Document, path: Path) -> Iterable[Finding]:
    least = min([row.value, *(d.from_ for d in (row.varies, row.uncertain) if d and d.as_ is not Form.LOGNORMAL)])
    if row.row in _POSITIVE and not (row.value > 0 and _above_0(row)):
        yield document.finding("AX0702", f"{row.row} must be above 0", "write a value, and a `from`, above 0", path)
    if row.row in _NOT_NEGATIVE and least < 0:
        yield document.finding("AX0702", f"{row.row} is below 0", "write 0 or more", path)
    if row.row in SHARES and not (0 <= row.value <= 1 and (row.varies is None or least >= 0)):
        yield document.finding("AX0702", f"{row.row} is a share or a chance", "write 0 to 1", path)


def _above_0(row: Row) -> bool:
    spreads = [d for d in (row.varies, row.uncertain) if d is not None]
    return all(d.as_ in (Form.LOGNORMAL, Form.BETA, Form.FIXED) or d.from_ > 0 for d in spreads)


def _effects(given: Assumptions, document: Document, kinds: PhaseKinds, place: dict[str, int]) -> Iterable[Finding]:
    for n, effect in enumerate(given.effects):
        path: Path = ("effects", n)
        kind = kinds.named(effect.kind)
        if kind is None:
            hint = f"known: {', '.join(k.kind for k in kinds.kinds)}"
            yield document.finding("AX0701", f"no phase kind is named {effect.kind!r}", hint, (*path, "kind"))
            continue
        for m, text in enumerate(effect.does):
            measures: dict[str, int] = {}
            try:
                op_of(text, place, measures)
            except NoEffect as error:
                hint = "the effects of the shipped assumptions show how they are written"
                yield document.finding("AX0701", str(error), hint, (*path, "does", m))
            for measure in measures.keys() - set(kind.results):
                gives = f"it gives {', '.join(kind.results)}" if kind.results else "it gives no results"
                text = f"{effect.kind} gives no result {measure!r}"
                yield document.finding("AX0701", text, gives, (*path, "does", m))


def _lasting(given: Assumptions, document: Document, kinds: PhaseKinds) -> Iterable[Finding]:
    for n, row in enumerate(given.lasting):
        path: Path = ("lasting", n)
        if kinds.named(row.phase) is None:
            names = [k.kind for k in kinds.kinds]
            near = difflib.get_close_matches(row.phase, names, 1, 0.5)
            hint = f"did you mean {near[0]!r}?" if near else f"known: {', '.join(names)}"
            yield document.finding("AX0701", f"no phase kind is named {row.phase!r}", hint, (*path, "phase"))
        if row.shape not in set(Shape):
            text, hint = f"no shape is named {row.shape!r}", f"known: {', '.join(Shape)}"
            yield document.finding("AX0701", text, hint, (*path, "shape"))
        if not row.least <= row.usual <= row.most or (row.shape == Shape.LOGNORMAL and not row.usual):
            text = f"the times of {row.phase!r} are not in order"
            yield document.finding("AX0104", text, "write least <= usual <= most, a lognormal usual above 0", path)
