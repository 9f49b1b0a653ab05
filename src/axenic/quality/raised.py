"""What a reviewer must look at, whoever saw it: the core or a register of quality."""

from __future__ import annotations

from dataclasses import dataclass

CRITICAL, MAJOR, MINOR, INFO = "critical", "major", "minor", "info"


@dataclass(frozen=True, slots=True)
class Raised:
    """One exception of a batch; `severity` critical, major, minor or info; `seq`: the entry it rests on."""

    batch: str
    kind: str
    severity: str
    text: str
    seq: int
    at: int
