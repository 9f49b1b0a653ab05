"""Change control (Annex 11 clause 10): what is to be changed, who approved it; one approval is good for one change."""

from __future__ import annotations

from dataclasses import dataclass

from axenic.record.entry import Act, Entry

OPEN, APPROVE = "change open", "change approve"


def change_object(name: str) -> str:
    """A change as an object of acts."""
    return f"change {name}"


@dataclass(slots=True)
class Change:
    """One change of one object; `used`: the number of the entry that carried it out, 0 as long as nothing has."""

    change: str
    of: str
    what: str
    opened_by: str
    approved_by: str = ""
    used: int = 0


class Changes:
    """Every change that was asked for."""

    def __init__(self) -> None:
        self._changes: dict[str, Change] = {}

    def get(self, name: str) -> Change | None:
        """The change of that name."""
        return self._changes.get(name)

    def all(self) -> list[Change]:
        """Every change, in order."""
        return list(self._changes.values())

    def refusals(self, name: str, of: str) -> list[str]:
        """Why a change does not allow something to be done to an object."""
        change = self._changes.get(name)
        if change is None:
            return [
                f"there is no change {name!r}: open one (axenic change open), let it be approved, give it (--change)"
            ]
        found = [] if change.approved_by else [f"change {name} is not approved"]
        if change.of != of:
            found.append(f"change {name} is one of {change.of!r}, not of {of!r}")
        return [*found, f"change {name} was carried out already (entry {change.used})"] if change.used else found

    def take(self, entry: Entry) -> None:
        """Fold an act on a change, or one that carries a change out."""
        act = entry.thing
        if not isinstance(act, Act) or act.refused:
            return
        name = act.object.removeprefix("change ")
        if act.command == OPEN:
            self._changes[name] = Change(name, act.new["of"], act.new["what"], act.actor)
        elif act.command == APPROVE and name in self._changes:
            self._changes[name].approved_by = act.actor
        elif (change := self._changes.get(str(act.new.get("change", "")))) is not None:
            change.used = change.used or entry.seq
