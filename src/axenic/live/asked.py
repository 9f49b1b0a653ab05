"""What persons ask of the core while the engine runs: their acts come into the journal beside its own entries."""

from __future__ import annotations

from collections.abc import Iterable

from axenic.control.facts import Fact
from axenic.quality.requests import named, requests
from axenic.record.journal import Journal, JournalError

_EVERY_S = 1.0  # how often the journal is looked at


class Asked:
    """`begun`: the facts that the engine begins with; what they stand for is not asked again."""

    def __init__(self, journal: Journal, begun: Iterable[Fact]) -> None:
        self._journal = journal
        self._taken = {named(fact) for fact in begun} - {0}
        self._looked = 0.0

    def since(self, at: int, now: float) -> list[Fact]:
        """The facts asked for since this was called last, at plant time (ms)."""
        if now - self._looked < _EVERY_S:
            return []
        self._looked = now
        try:
            news = self._journal.news()
        except JournalError:  # the next append says it, and then the equipment is held
            return []
        found = [fact for fact in requests(news, at) if named(fact) not in self._taken]
        self._taken.update(map(named, found))
        return found
