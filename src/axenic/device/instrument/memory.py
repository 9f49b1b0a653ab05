"""The command journal of an instrument: what it accepted, what became of it, whom it obeys; on disk before it moves."""

from __future__ import annotations

import json
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any
from uuid import UUID

from axenic.device.driver.command_record import CommandRecord
from axenic.device.driver.intent import Intent
from axenic.device.driver.wire import intent_from, intent_text, record_of, record_row


def _never_begun() -> int:
    """Plant time goes already."""
    return 0


class Memory:
    """Survives a loss of power; without a folder it is kept for as long as the process lives.

    began: since when it remembers, milliseconds of plant time; 0 where plant time had not begun, then `since` says when
    that was. Raises OSError if it cannot be written: then nothing may move.
    """

    def __init__(self, folder: Path | None, began: int, since: Callable[[], int] = _never_begun) -> None:
        self.intents: dict[UUID, Intent] = {}
        self.records: dict[UUID, CommandRecord] = {}
        self.journal: UUID | None = None  # the first that it obeyed
        self.fence = 0
        self._began, self._since = began, since
        self._file: Any = None
        if folder is not None:
            folder.mkdir(parents=True, exist_ok=True)
            self._file = self._read(folder / "commands")

    @property
    def began(self) -> int:
        """Since when it remembers."""
        return self._began or self._since()

    def accept(self, intent: Intent, record: CommandRecord) -> None:
        """Remember a new command with what was made of it."""
        self._keep({"intent": intent_text(intent), "record": record_row(record)})
        self.records[intent.id] = record
        self._obey(intent)

    def note(self, record: CommandRecord) -> None:
        """Remember what became of a command."""
        self._keep({"record": record_row(record)})
        self.records[record.id] = record

    def close(self) -> None:
        """Leave the disk alone."""
        if self._file is not None:
            self._file.close()

    def _read(self, path: Path) -> Any:
        """What is there, and the file to go on with; a line that a loss of power cut short is no line."""
        known = path.read_text("utf-8") if path.exists() else ""
        whole = known[: known.rfind("\n") + 1]
        for line in whole.splitlines():
            self._recall(json.loads(line))
        file = path.open("r+b" if path.exists() else "w+b")
        file.truncate(len(whole.encode()))
        file.seek(0, os.SEEK_END)
        self._file = file
        if not whole:
            self._keep({"began": self._began})
        return file

    def _recall(self, row: dict[str, Any]) -> None:
        self._began = row.get("began", self._began)
        if "intent" in row:
            intent = intent_from(row["intent"])
            self._obey(intent)
        if (record := record_of(row.get("record"))) is not None:
            self.records[record.id] = record

    def _obey(self, intent: Intent) -> None:
        self.intents[intent.id] = intent
        self.journal = self.journal or intent.journal
        if intent.journal == self.journal:
            self.fence = max(self.fence, intent.fence)

    def _keep(self, row: dict[str, Any]) -> None:
        if self._file is None:
            return
        self._file.write(json.dumps(row, separators=(",", ":")).encode() + b"\n")
        self._file.flush()
        os.fsync(self._file.fileno())
