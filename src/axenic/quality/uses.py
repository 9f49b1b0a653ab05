"""Which batches used which equipment, and when: as the core ran it, and as persons recorded it."""

from __future__ import annotations

from dataclasses import dataclass

from axenic.control.orders import MoveItem, RunPhase
from axenic.record.entry import Act, Entry

USE = "equipment use"


@dataclass(frozen=True, slots=True)
class Use:
    """One use of a piece of equipment for a batch."""

    equipment: str
    batch: str
    at: int
    seq: int


class Uses:
    """Every use, by equipment."""

    def __init__(self) -> None:
        self._uses: dict[str, list[Use]] = {}

    def of(self, equipment: str, since: int = 0, until: int = 0) -> list[Use]:
        """The uses of a piece of equipment from one time to another (0: open)."""
        uses = self._uses.get(equipment, [])
        return [use for use in uses if use.at >= since and (not until or use.at <= until)]

    def batches(self, equipment: str, since: int, until: int) -> list[str]:
        """The batches that used it in that time, each once."""
        return sorted({use.batch for use in self.of(equipment, since, until)})

    def take(self, entry: Entry) -> None:
        """Fold a phase run, an item moved, or a use that a person recorded."""
        match entry.thing:
            case RunPhase(unit=name, batch=batch, at=at) if batch:
                self._note(Use(name, batch, at, entry.seq))
            case MoveItem(mover=name, batch=batch, at=at) if batch:
                self._note(Use(name, batch, at, entry.seq))
            case Act(command="equipment use", refused=()) as act:
                self._note(Use(act.new["equipment"], act.batch, act.at, entry.seq))
            case _:
                pass

    def _note(self, use: Use) -> None:
        self._uses.setdefault(use.equipment, []).append(use)
