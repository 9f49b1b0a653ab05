"""What assumptions must be beyond their form: rows, phases and shapes that exist, times in order."""

from __future__ import annotations

import difflib
from collections.abc import Collection, Iterable

from axenic.assumption.assumption import Assumptions
from axenic.notation.document import Document, Path
from axenic.notation.finding import Finding

SHAPES = ("triangular", "lognormal", "exponential")


def check_assumptions(
    assumptions: Assumptions, document: Document, rows: Collection[str], phases: Collection[str]
) -> list[Finding]:
    """Everything wrong with well-formed assumptions, at its place; `rows` and `phases` are the names that are known."""
    found: list[Finding] = []
    for n, row in enumerate(assumptions.rows):
        found += _known("row", row.row, rows, document, ("rows", n, "row"))
    for n, effect in enumerate(assumptions.effects):
        found += _known("phase kind", effect.kind, phases, document, ("effects", n, "kind"))
    for n, lasting in enumerate(assumptions.lasting):
        path: Path = ("lasting", n)
        found += _known("phase kind", lasting.phase, phases, document, (*path, "phase"))
        found += _known("shape of a duration", lasting.shape, SHAPES, document, (*path, "shape"))
        if not lasting.least <= lasting.usual <= lasting.most or lasting.usual <= 0:
            found.append(
                document.finding(
                    "AX0104", "the times are not in order", "write least <= usual <= most, usual above 0", path
                )
            )
    return found


def _known(what: str, name: str, known: Collection[str], document: Document, path: Path) -> Iterable[Finding]:
    if name in known:
        return []
    near = difflib.get_close_matches(name, known, 1, 0.5)
    hint = f"did you mean {near[0]!r}?" if near else f"known: {', '.join(sorted(known))}"
    return [document.finding("AX0101", f"no {what} is named {name!r}", hint, path)]
