"""The audit trail as people ask for it: by object, by batch, by person; refused attempts stand in it too."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass

from axenic.record.entry import Act, Entry


@dataclass(frozen=True, slots=True)
class Line:
    """One act and the number of its entry."""

    seq: int
    act: Act


class Trail:
    """All acts, in order, and how to find them."""

    def __init__(self) -> None:
        self.lines: list[Line] = []
        self._of_object: dict[str, list[Line]] = defaultdict(list)
        self._of_batch: dict[str, list[Line]] = defaultdict(list)

    def take(self, entry: Entry) -> None:
        """Keep an act."""
        if not isinstance(entry.thing, Act):
            return
        line = Line(entry.seq, entry.thing)
        self.lines.append(line)
        if entry.thing.object:
            self._of_object[entry.thing.object].append(line)
        if entry.thing.batch:
            self._of_batch[entry.thing.batch].append(line)

    def of_object(self, name: str) -> list[Line]:
        """The acts on an object."""
        return self._of_object.get(name, [])

    def of_batch(self, name: str) -> list[Line]:
        """The acts on a batch and on what belongs to it."""
        return self._of_batch.get(name, [])

    def search(self, who: str = "", what: str = "", since: int = 0, until: int = 0, why: str = "") -> list[Line]:
        """Lines by who (the user, or who claimed to be), what (part of command or object), when, and why (part of it).

        since: from then on; until: before then, 0 for open.
        """
        return [
            line
            for line in self.lines
            if who in ("", line.act.actor, line.act.new.get("claimed"))
            and (not what or what in line.act.command or what in line.act.object)
            and line.act.at >= since
            and (not until or line.act.at < until)
            and (not why or why.casefold() in line.act.reason.casefold())
        ]


def who_did(lines: list[Line], commands: tuple[str, ...]) -> set[str]:
    """The persons who did one of the commands, as the person acting or as the second; refused attempts do not count."""
    found: set[str] = set()
    for line in lines:
        if line.act.command in commands and not line.act.refused:
            found.add(line.act.actor)
            found.update(filter(None, [line.act.new.get("second", {}).get("user", "")]))
    return found
