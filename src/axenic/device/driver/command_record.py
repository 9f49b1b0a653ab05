"""What a unit knows of a command: how far it came, and with what answer."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from uuid import UUID

from axenic.control.facts import ItemMoved, PhaseCompleted, PhaseFailed

Answer = PhaseCompleted | PhaseFailed | ItemMoved


class CommandStatus(StrEnum):
    """How far a command came; a unit that never heard of it has no record at all."""

    ACCEPTED = "accepted"
    RUNNING = "running"
    COMPLETED = "completed"
    FAILED = "failed"
    REJECTED = "rejected"
    INDETERMINATE = "indeterminate"

    @property
    def ended(self) -> bool:
        """Whether nothing more will come of it."""
        return self not in (CommandStatus.ACCEPTED, CommandStatus.RUNNING)


@dataclass(frozen=True, slots=True)
class CommandRecord:
    """`at`: when it came to this, by the unit's clock; `due`: when it will end, 0 if the unit cannot say (both ms)."""

    id: UUID
    unit: str
    status: CommandStatus
    at: int
    due: int = 0
    answer: Answer | None = None
    reason: str = ""
