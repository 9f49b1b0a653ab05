"""Raw data: `axenic raw attach`, `axenic raw check`."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from axenic.quality.actor import Actor
from axenic.quality.books import Books
from axenic.quality.command import Command, Effect, said
from axenic.quality.fingerprint import fingerprint, unreadable
from axenic.quality.raws import ATTACH, CHECK, FOUND, INVALID, raw_object
from axenic.record.entry import Act


@dataclass(frozen=True)
class AttachRaw(Command):
    """Put the digest and size of a file of raw data on record; the file stays where it is."""

    NAME = ATTACH

    of_batch: str = said("The batch.")
    file: str = said("The file.")
    backs: str = said("The value it backs, for example `entry AX-1/expand/grow#1/viability`.", "")

    def about(self) -> str:
        """The file, by its name."""
        return raw_object(self.of_batch, Path(self.file).name)

    def batch(self) -> str:
        """The batch."""
        return self.of_batch

    def refusals(self, books: Books, by: Actor, at: int) -> list[str]:
        """A file that can be read, once."""
        found = [] if books.batches.get(self.of_batch) else [f"there is no batch {self.of_batch!r}"]
        if books.raws.get(self.of_batch, Path(self.file).name):
            found.append(
                f"a file {Path(self.file).name!r} of {self.of_batch} is attached already; it is never replaced"
            )
        if self.backs and not books.digests.of(self.backs):
            found.append(f"nothing on record is named {self.backs!r}")
        return found + unreadable(self.file)

    def effect(self, books: Books, by: Actor, at: int) -> Effect:
        """The fingerprint is on record."""
        new = {"name": Path(self.file).name, "backs": self.backs} | fingerprint(self.file).to_data()
        return Effect(self.about(), self.of_batch, new=new)


@dataclass(frozen=True)
class CheckRaw(Command):
    """Hash every attached file again (scrub); what is changed or gone is put on record and blocks its batch."""

    NAME = CHECK

    of_batch: str = said("The batch; all if none is named.", "")

    def about(self) -> str:
        """The raw data of the batch, or of the site."""
        return f"raw data of {self.of_batch or 'the site'}"

    def batch(self) -> str:
        """The batch."""
        return self.of_batch

    def refusals(self, books: Books, by: Actor, at: int) -> list[str]:
        """There must be something to check."""
        return [] if books.raws.of(self.of_batch) else ["no raw data is attached"]

    def effect(self, books: Books, by: Actor, at: int) -> Effect:
        """What was found; every file that is not as it was, and every one that is again, has an act of its own."""
        raws = books.raws.of(self.of_batch)
        faults = [(raw, raw.fault()) for raw in raws]
        things = [
            Act(at, INVALID, object=raw.object, batch=raw.batch, old={"digest": raw.digest}, new={"wrong": fault})
            for raw, fault in faults
            if fault and fault != raw.wrong
        ]
        things += [
            Act(at, FOUND, object=raw.object, batch=raw.batch, old={"wrong": raw.wrong}, new={"digest": raw.digest})
            for raw, fault in faults
            if raw.wrong and not fault
        ]
        new: dict[str, Any] = {"files": len(raws), "invalid": [raw.object for raw, fault in faults if fault]}
        return Effect(self.about(), self.of_batch, new=new, things=tuple(things))
