"""The labels: how many of each were printed, put on and destroyed; one that is not accounted for keeps its batch."""

from __future__ import annotations

from dataclasses import dataclass

from axenic.quality.handovers import APPLY
from axenic.record.entry import Act, Entry

PRINT, DESTROY = "label print", "label destroy"


def label_object(batch: str, serial: str) -> str:
    """The labels of one container as an object of acts."""
    return f"label {batch}/{serial}"


@dataclass(slots=True)
class LabelCount:
    """The labels of one container; symbols: what was read back of them; expires: milliseconds UTC, as it says."""

    batch: str
    serial: str
    symbols: frozenset[str] = frozenset()
    expires: int = 0
    printed: int = 0
    applied: int = 0
    destroyed: int = 0

    @property
    def left(self) -> int:
        """How many are neither on a container nor destroyed."""
        return self.printed - self.applied - self.destroyed


class Labels:
    """Every label that was printed."""

    def __init__(self) -> None:
        self._counts: dict[str, LabelCount] = {}

    def get(self, batch: str, serial: str) -> LabelCount | None:
        """The labels of one container of a batch."""
        return self._counts.get(label_object(batch, serial))

    def of(self, batch: str) -> list[LabelCount]:
        """The labels of a batch."""
        return [count for count in self._counts.values() if count.batch == batch]

    def blockers(self, batch: str) -> list[str]:
        """Labels of which it is not known where they are, and containers without one."""
        found = []
        for c in self.of(batch):
            if c.left:
                said = f"{c.printed} printed, {c.applied} applied, {c.destroyed} destroyed"
                found.append(f"labels of {batch}, serial {c.serial}: {said}")
            elif not c.applied:
                found.append(f"no label is on container {c.serial} of {batch}")
        return found

    def take(self, entry: Entry) -> None:
        """Fold an act on labels."""
        act = entry.thing
        if not isinstance(act, Act) or act.refused or act.command not in (PRINT, APPLY, DESTROY):
            return
        new = act.new
        name = label_object(act.batch, new["serial"])
        count = self._counts.setdefault(name, LabelCount(act.batch, new["serial"]))
        if act.command == PRINT:
            count.symbols |= frozenset(new["symbols"])
            count.expires = new["expires"]
            count.printed += new["count"]
        elif act.command == DESTROY:
            count.destroyed += new["count"]
        elif new["outcome"] == "match":
            count.applied += 1
