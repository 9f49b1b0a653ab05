"""Raw data: files whose digest is on record; one that is not as it was blocks the release of its batch."""

from __future__ import annotations

from dataclasses import dataclass

from axenic.quality.fingerprint import fingerprint
from axenic.quality.raised import CRITICAL, Raised
from axenic.record.entry import Act, Entry

ATTACH, CHECK, INVALID, FOUND = "raw attach", "raw check", "raw data invalid", "raw data found again"


def raw_object(batch: str, name: str) -> str:
    """A file of raw data as an object of acts."""
    return f"raw {batch}/{name}"


@dataclass(slots=True)
class Raw:
    """One file: what it backs (an object, or ""), where it lies, its size and SHA-256, and what became of it."""

    batch: str
    name: str
    backs: str
    path: str
    size: int
    digest: str
    by: str
    at: int
    wrong: str = ""

    @property
    def object(self) -> str:
        """Its name in the trail."""
        return raw_object(self.batch, self.name)

    def fault(self) -> str:
        """What is wrong with the file as it lies there now; "" if it is as it was."""
        try:
            found = fingerprint(self.path)
        except OSError as error:
            return f"{self.name} cannot be read: {error.strerror}"
        return "" if found.digest == self.digest else f"{self.name} is not as it was attached: now {found.digest[:12]}"


class Raws:
    """Every file that was attached."""

    def __init__(self) -> None:
        self._raws: dict[str, Raw] = {}
        self._raised: list[Raised] = []

    def get(self, batch: str, name: str) -> Raw | None:
        """The file of that name of a batch."""
        return self._raws.get(raw_object(batch, name))

    def of(self, batch: str = "") -> list[Raw]:
        """The files of a batch, or of all."""
        return [raw for raw in self._raws.values() if batch in ("", raw.batch)]

    def mark(self, object_: str) -> str:
        """What stands beside a value whose raw data is not as it was; "" if it is."""
        return next((INVALID for raw in self._raws.values() if raw.backs == object_ and raw.wrong), "")

    def blockers(self, batch: str) -> list[str]:
        """Why a batch must not leave: raw data that is not as it was attached."""
        return [f"{INVALID}: {raw.wrong}" for raw in self.of(batch) if raw.wrong]

    def exceptions(self) -> list[Raised]:
        """Every file that was found changed or gone, even if it was found again."""
        return list(self._raised)

    def take(self, entry: Entry) -> None:
        """Fold an act on raw data."""
        act = entry.thing
        if not isinstance(act, Act) or act.refused or not act.object.startswith("raw "):
            return
        if act.command == ATTACH:
            said = {name: act.new[name] for name in ("name", "backs", "path", "size", "digest")}
            self._raws[act.object] = Raw(act.batch, **said, by=act.actor, at=act.at)
        elif act.command == INVALID:
            self._raws[act.object].wrong = act.new["wrong"]
            self._raised.append(Raised(act.batch, INVALID, CRITICAL, act.new["wrong"], entry.seq, act.at))
        elif act.command == FOUND:
            self._raws[act.object].wrong = ""
