"""The sessions that are open by the record: a token counts only if its login stands in the journal."""

from __future__ import annotations

from axenic.quality.persons import RECOVER
from axenic.record.entry import Act, Entry

_ENDS = ("user logout", "user reset", "user disable")


class Sessions:
    """Of every person the session begun last, until it or its account ends."""

    def __init__(self) -> None:
        self._open: dict[str, tuple[str, str]] = {}

    def open(self, name: str, user: str, station: str) -> bool:
        """Whether that person logged in there under that name, and not out since."""
        return self._open.get(f"person {user}") == (name, station)

    def take(self, entry: Entry) -> None:
        """Fold an act on a person."""
        act = entry.thing
        if not isinstance(act, Act) or act.refused:
            return
        if act.command == "user login":
            self._open[act.object] = (act.new["session"], act.station)
        elif act.command == RECOVER:
            self._open.clear()
        elif act.command in _ENDS:
            self._open.pop(act.object, None)
