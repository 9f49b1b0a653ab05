"""A journal followed while others append to it: each entry once, verified before it is given; no key is needed."""

from __future__ import annotations

from pathlib import Path

from axenic.record import opening
from axenic.record.anchor import anchors_of, witness_of
from axenic.record.entry import Entry, decode
from axenic.record.error import JournalError
from axenic.record.history import Signed, Verdict, follow, judge_history
from axenic.record.keys import Keys
from axenic.record.place import Place
from axenic.record.reading import Head, approved, code_of
from axenic.record.store import About, Row, Store, StoreError


class Following:
    """Reads only. What it cannot read now it tries again at the next asking, behind what it has given."""

    def __init__(self, where: str | Path | Place, witness: str | Path | None = None) -> None:
        """Raises JournalError: AX0501 if there is no journal, as `read_journal` for one that does not verify."""
        self.place = Place.of(where)
        self._store: Store | None = None
        hint = "check the path, and that its .vkey lies beside it; axenic verify says more"
        try:
            if not opening.is_there(self.place):
                raise JournalError("AX0501", "there is no such journal", "check the path or URL", str(self.place))
            self._vkey = self.place.vkey.read_text("utf-8").strip()
            self._store = opening.to_read(self.place)
            verdict, self._rows = self._begun(self._store, witness)
        except (OSError, StoreError, ValueError, KeyError, TypeError, AttributeError) as error:
            text = f"cannot be read as a journal: {error}"
            raise JournalError(code_of(error), text, hint, str(self.place)) from error
        self._frontier, self._keys = verdict.frontier, verdict.keys or Keys.begun(self._vkey)

    def _begun(self, store: Store, witness: str | Path | None) -> tuple[Verdict, list[Row]]:
        store.look()  # head and entries of the same moment
        try:
            self._about: About = store.about()
            self._note, rows = store.newest_note(), list(store.rows())
            anchors = anchors_of(self.place, self._about.origin, witness_of(witness))
        finally:
            store.undo()
        signed = Signed(self._note, self._vkey, anchors, (self._about.origin, self._about.simulated))
        return approved(judge_history(rows, signed), self.place), rows

    @property
    def head(self) -> Head:
        """The signed head of what was read."""
        origin, simulated, _ = self._about
        return Head(origin, simulated, self._frontier.size, self._frontier.root().hex(), self._note, self._vkey)

    def news(self) -> list[Entry]:
        """What was appended since, at first all there is.

        Raises JournalError: AX0303 if it cannot be read now, AX0305 if what is there does not follow on what was read.
        """
        if not self._rows:
            self._rows = self._appended()
        rows, self._rows = self._rows, []
        return [decode(body) for _, body, _ in rows]

    def _appended(self) -> list[Row]:
        try:
            if self._store is None:
                self._store = opening.to_read(self.place)
            size = self._store.look().size
            rows = list(self._store.rows(self._frontier.size)) if size > self._frontier.size else []
            note = self._store.newest_note() if rows else self._note
            self._store.undo()
        except (OSError, StoreError) as error:
            self.close()
            text, hint = f"cannot be read now: {error}", "is the disk or the server there?"
            raise JournalError("AX0303", text, hint, str(self.place)) from error
        self._follow(size, rows, note)
        return rows

    def _follow(self, size: int, rows: list[Row], note: str) -> None:
        try:
            if size < self._frontier.size:
                raise ValueError(f"{self._frontier.size} entries were there, now there are {size}")
            if rows:
                signed = Signed(note, self._vkey, (), (self._about.origin, self._about.simulated))
                self._frontier, self._keys = follow(self._frontier, self._keys, rows, signed)
        except ValueError as error:
            hint = "somebody changed the database; axenic verify says more"
            raise JournalError("AX0305", f"is not as it was: {error}", hint, str(self.place)) from error
        self._note = note

    def close(self) -> None:
        """Leave the database alone; the next asking opens it again."""
        store, self._store = self._store, None
        if store is not None:
            store.close()
