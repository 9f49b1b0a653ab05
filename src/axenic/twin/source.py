"""How a number made of records names its source."""

from __future__ import annotations

from axenic.notation.sheet import Grade
from axenic.twin.fit import Fit

ALL_EQUAL = "all data are equal"


def said_of(found: Fit) -> str:
    """The verdict on a fit in words."""
    g = found.goodness
    verdict = f"{found.law.name} fits" if g.fits else f"no law fits, not even the nearest, {found.law.name}"
    tested = f" of {g.tested} drawn from them" if g.tested < len(found.data) else ""
    return f"{verdict} (KS {g.ks:.3f}, p {g.ks_p:.3f}; AD {g.ad:.2f}, p {g.ad_p:.3f}{tested})"


def source_of(cited: str, grade: Grade, words: str) -> str:
    """The source of a row: which records, what of them, and SIMULATED if they are."""
    simulated = "; SIMULATED, no evidence about the world" if grade is Grade.D else ""
    return f"{cited}: {words}{simulated}"
