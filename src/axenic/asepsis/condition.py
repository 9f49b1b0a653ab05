"""The aseptic condition of a thing: what it is, until when, and on which evidence.

Clean or sterile is never a state of a machine (PackML) but a condition that runs out; UNKNOWN is a legal
condition and permits nothing.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

FOREVER = 1 << 62  # milliseconds; a condition that only an event can end


class Aseptic(StrEnum):
    """What is known about a zone, chamber, unit or item (Annex 1 words)."""

    UNKNOWN = "unknown"
    DIRTY = "dirty"
    CLEAN = "clean"  # decontaminated, not used since
    IN_USE = "in use"  # was clean when the batch came, holds that batch
    STERILE = "sterile"
    DECONTAMINATED = "decontaminated"  # the outside only
    ASEPTIC = "aseptic"  # a zone in its qualified state
    AT_RISK = "at risk"  # a zone in alarm: work is held


@dataclass(frozen=True, slots=True)
class Condition:
    """`state` holds up to and including `until` (milliseconds); `evidence` names the record behind it."""

    state: Aseptic
    until: int = FOREVER
    evidence: str = ""

    def holds(self, at: int, *states: Aseptic) -> bool:
        """True if it is one of `states` at that time; UNKNOWN never is."""
        return self.state in states and at <= self.until


UNKNOWN = Condition(Aseptic.UNKNOWN)
