"""Why a batch was lost: the five causes that failure is counted by."""

from __future__ import annotations

from enum import IntEnum

from axenic.notation.document import Document
from axenic.notation.finding import Finding
from axenic.recipe.recipe import Recipe


class Cause(IntEnum):
    """The cause of a rejection (process model 4.2)."""

    NONE = 0
    PATIENT_MATERIAL = 1
    OPERATION = 2  # process or operator
    EQUIPMENT = 3
    CONTAMINATION = 4
    LOGISTICS = 5

    @property
    def title(self) -> str:
        """As it is written."""
        return "process or operator" if self is Cause.OPERATION else self.name.lower().replace("_", " ")

    @classmethod
    def titled(cls, title: str) -> Cause:
        """The cause of that title; EQUIPMENT if there is none, as for every failure nobody explains."""
        return next((c for c in cls if c.title == title and c is not cls.NONE), cls.EQUIPMENT)


def check_causes(recipe: Recipe, document: Document) -> list[Finding]:
    """Every release test whose failing result would count for no cause."""
    titles = [c.title for c in Cause if c is not Cause.NONE]
    return [
        document.finding("AX0101", f"no cause is named {t.finds!r}", f"known: {', '.join(titles)}", path)
        for n, t in enumerate(recipe.release.tests)
        if t.finds not in titles and (path := ("release", "tests", n, "finds"))
    ]
