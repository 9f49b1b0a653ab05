"""What is wrong with assumptions beyond their form, over all the files they stand over."""

from __future__ import annotations

from axenic.assumption.assumption import Assumptions, Row
from axenic.device.check import check_assumptions
from axenic.library.shelf import assumptions, default
from axenic.notation.document import Document
from axenic.notation.finding import Finding
from axenic.recipe.phase_kind import PhaseKinds


def check_believed(given: Assumptions, document: Document) -> list[Finding]:
    """What is wrong with one file; rows of the shipped assumptions keep the units in which they are read."""
    whole = assumptions(document.file) if given.over else None
    if whole is not None and whole.value is None:
        return whole.findings
    known = {r.row: r.unit for r in (*_below(given), *default(Assumptions).rows)}
    over = whole.value if whole is not None and whole.value is not None else given
    return check_assumptions(given, document, default(PhaseKinds), over, known)


def _below(given: Assumptions) -> tuple[Row, ...]:
    under = assumptions(given.over).value if given.over else None
    return under.rows if under is not None else ()
