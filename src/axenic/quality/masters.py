"""Master batch records: versions of recipes that were drafted, approved and made effective; none is ever changed."""

from __future__ import annotations

from dataclasses import dataclass
from hashlib import sha256

from axenic.record.entry import Act, Document, Entry

DRAFT, APPROVE, EFFECTIVE, RETIRE = "master draft", "master approve", "master effective", "master retire"


def master_object(name: str, version: int) -> str:
    """A version of a master as an object of acts."""
    return f"master {name} v{version}"


def content(text: str) -> str:
    """The hash of a recipe's text as it is bound to a batch."""
    return sha256(text.encode()).hexdigest()


@dataclass(slots=True)
class Master:
    """One version: its author, the hash of its content, who approved it, from when it holds (ms UTC; 0: never)."""

    name: str
    version: int
    digest: str
    author: str
    approver: str = ""
    begins: int = 0
    retired: int = 0

    @property
    def object(self) -> str:
        """Its name in the trail."""
        return master_object(self.name, self.version)


class Masters:
    """Every version of every master, and the texts of the recipes that the core runs."""

    def __init__(self) -> None:
        self._masters: dict[str, Master] = {}
        self._running: dict[str, str] = {}

    def get(self, name: str, version: int) -> Master | None:
        """That version."""
        return self._masters.get(master_object(name, version))

    def versions(self, name: str) -> list[Master]:
        """Every version of a master, in order."""
        return sorted((m for m in self._masters.values() if m.name == name), key=lambda m: m.version)

    def running(self, name: str) -> str:
        """The hash of the recipe of that name that the core runs; "" if it runs none."""
        return self._running.get(name, "")

    def state(self, master: Master, at: int) -> str:
        """drafted, approved, effective, superseded or retired, computed."""
        if master.retired and master.retired <= at:
            return "retired"
        if not master.begins or master.begins > at:
            return "approved" if master.approver else "drafted"
        later = [m for m in self.versions(master.name) if m.version > master.version and 0 < m.begins <= at]
        return "superseded" if later else "effective"

    def effective(self, at: int) -> bool:
        """Whether the site works by masters: whether one has ever been effective."""
        return any(0 < master.begins <= at for master in self._masters.values())

    def any_effective(self) -> bool:
        """Whether any master was ever made effective, if only from a day to come."""
        return any(master.begins for master in self._masters.values())

    def take(self, entry: Entry) -> None:
        """Fold an act on a master, or a recipe that the core was given."""
        thing = entry.thing
        if isinstance(thing, Document) and thing.kind == "recipe":
            self._running[thing.name] = content(thing.text)
        if not isinstance(thing, Act) or thing.refused or not thing.object.startswith("master "):
            return
        new = thing.new
        if thing.command == DRAFT:
            self._masters[thing.object] = Master(new["name"], new["version"], new["digest"], thing.actor)
        elif thing.object in self._masters:
            master = self._masters[thing.object]
            if thing.command == APPROVE:
                master.approver = thing.actor
            elif thing.command == EFFECTIVE:
                master.begins = new["begins"]
            elif thing.command == RETIRE:
                master.retired = thing.at
