"""The values that people recorded at the steps of batches: every version stays, with who, when and why (11.10(e))."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from axenic.quality.raised import MAJOR, MINOR, Raised
from axenic.quality.values import KnownValues
from axenic.record.entry import Act, Entry

ADD, CORRECT, COMMENT, VERIFY = "entry add", "entry correct", "entry comment", "entry verify"


def entry_object(batch: str, step: str, name: str) -> str:
    """A value at a step as an object of acts."""
    return f"entry {batch}/{step}/{name}"


@dataclass(frozen=True, slots=True)
class Version:
    """One version of a value: numbered from 1; `at` when it was recorded, `occurred` when it was so (0: then)."""

    number: int
    seq: int
    at: int
    by: str
    value: str
    unit: str
    how: str
    occurred: int = 0
    reason: str = ""
    second: str = ""


@dataclass(frozen=True, slots=True)
class Said:
    """A comment or a verification: by whom, when, on which version."""

    seq: int
    at: int
    by: str
    version: int
    text: str = ""


@dataclass(slots=True)
class Recorded:
    """One value with all its versions, the newest last."""

    batch: str
    step: str
    name: str
    versions: list[Version] = field(default_factory=list)
    comments: list[Said] = field(default_factory=list)
    verified: list[Said] = field(default_factory=list)

    @property
    def now(self) -> Version:
        """The version that holds."""
        return self.versions[-1]

    @property
    def changed(self) -> bool:
        """Whether it is not what was first written: print-outs mark it (Annex 11 clause 8.2)."""
        return len(self.versions) > 1

    @property
    def late(self) -> bool:
        """Whether it was recorded later than it occurred."""
        return any(version.occurred for version in self.versions)

    @property
    def checked_by(self) -> str:
        """Who verified the version that holds; "" if nobody did."""
        return next((v.by for v in reversed(self.verified) if v.version == self.now.number), "")

    @property
    def object(self) -> str:
        """Its name in the trail."""
        return entry_object(self.batch, self.step, self.name)


class Entries:
    """Every value that people recorded."""

    def __init__(self, values: KnownValues) -> None:
        self.values = values
        self._recorded: dict[str, Recorded] = {}

    def get(self, batch: str, step: str, name: str) -> Recorded | None:
        """The value of that name at a step."""
        return self._recorded.get(entry_object(batch, step, name))

    def of(self, batch: str) -> list[Recorded]:
        """The values of a batch, in the order in which they were first recorded."""
        return [recorded for recorded in self._recorded.values() if recorded.batch == batch]

    def all(self) -> list[Recorded]:
        """Every value of every batch."""
        return list(self._recorded.values())

    def exceptions(self) -> list[Raised]:
        """Late, corrected and hardly believable entries, and comments with a word that calls for a look."""
        return [raised for recorded in self._recorded.values() for raised in self._seen(recorded)]

    def _seen(self, recorded: Recorded) -> list[Raised]:
        found: list[tuple[str, str, str, Version | Said]] = []
        for before, version in zip([None, *recorded.versions], recorded.versions, strict=False):
            if version.occurred:
                minutes = (version.at - version.occurred) // 60_000
                found.append(
                    ("late entry", MAJOR, f"recorded {minutes} min after it occurred: {version.reason}", version)
                )
            if before is not None:
                text = f"{before.value} became {version.value} {version.unit}: {version.reason}"
                found.append(("corrected entry", MINOR, text.replace("  ", " "), version))
            if not self.values.plausible(recorded.name, version.value):
                found.append(("implausible entry", MAJOR, f"{version.value} {version.unit}", version))
        found += [("comment", MINOR, c.text, c) for c in recorded.comments if self.values.tells(c.text)]
        where = f"{recorded.step}, {recorded.name}"
        return [Raised(recorded.batch, kind, how, f"{where}: {text}", x.seq, x.at) for kind, how, text, x in found]

    def take(self, entry: Entry) -> None:
        """Fold an act on a value."""
        act = entry.thing
        if not isinstance(act, Act) or act.refused or not act.object.startswith("entry "):
            return
        new = act.new
        if act.command == ADD:
            self._recorded[act.object] = Recorded(act.batch, new["step"], new["name"])
        recorded = self._recorded.get(act.object)
        if recorded is None:
            return
        if act.command in (ADD, CORRECT):
            recorded.versions.append(_version(entry.seq, act, len(recorded.versions) + 1))
        elif act.command == COMMENT:
            recorded.comments.append(Said(entry.seq, act.at, act.actor, recorded.now.number, new["comment"]))
        elif act.command == VERIFY:
            recorded.verified.append(Said(entry.seq, act.at, act.actor, new["version"]))


def _version(seq: int, act: Act, number: int) -> Version:
    new: dict[str, Any] = dict(act.new)
    said = {name: new[name] for name in ("value", "unit", "how", "occurred")}
    second = new.get("second", {}).get("user", "")
    return Version(number, seq, act.at, act.actor, **said, reason=act.reason, second=second)
