"""Commands on values that people record: `axenic entry …`. There is none that deletes."""

from __future__ import annotations

from dataclasses import dataclass

from axenic.identity.scan import Unread, said_by
from axenic.library.shelf import milliseconds
from axenic.quality.actor import Actor
from axenic.quality.books import Books
from axenic.quality.command import Command, Effect, said
from axenic.quality.entries import ADD, COMMENT, CORRECT, VERIFY, Recorded, entry_object
from axenic.quality.values import SCANNED, TYPED

_SCAN = "What the scanner sent, symbology identifier and all, for example `]Q191`; kept with a value that is scanned."
LATE = 30 * 60_000  # milliseconds after the end of its step from which an entry is a late one [D: policy]


@dataclass(frozen=True)
class _OnEntry(Command):
    of_batch: str = said("The batch.")
    step: str = said("The step, for example `expand/grow#2`.")
    name: str = said("What is recorded, for example `viability`.")

    def about(self) -> str:
        """The value."""
        return entry_object(self.of_batch, self.step, self.name)

    def batch(self) -> str:
        """The batch."""
        return self.of_batch

    def refusals(self, books: Books, by: Actor, at: int) -> list[str]:
        """It must have been recorded."""
        return [] if self._recorded(books) else [f"{self.name} was not recorded at {self.step} of {self.of_batch}"]

    def _recorded(self, books: Books) -> Recorded | None:
        return books.entries.get(self.of_batch, self.step, self.name)


@dataclass(frozen=True)
class AddEntry(_OnEntry):
    """Record a value or an observation at a step that has begun; the time is the site's, never typed.

    What occurred earlier is a late entry: it says when, and needs a reason and a second person.
    """

    NAME = ADD

    value: str = said("The value, or what was seen.", "")
    unit: str = said("The unit; none for an observation in words.", "")
    how: str = said("`scanned` (read from a device or label) or `typed`.", TYPED)
    scan: str = said(_SCAN, "")
    occurred: str = said("For a late entry: when it was so, as 2027-11-28T09:30:00+01:00.", "")

    def case(self, books: Books) -> str:
        """A late entry, or one that a second person must look at."""
        if self.occurred:
            return "late"
        return "critical" if books.values.needs_second(self.name, self.value, self.unit, self.how) else ""

    def refusals(self, books: Books, by: Actor, at: int) -> list[str]:
        """Only at a step that has begun, and once; a change is a correction (11.10(e), (f))."""
        found = _not_at(books, self.of_batch, self.step, at, self.occurred)
        if self._recorded(books):
            found.append(f"{self.name} is recorded at {self.step} already: correct it (axenic entry correct)")
        if not self.name.strip() or "/" in self.name or not self.name.isprintable():
            found.append("say what is recorded, without a slash")
        return found + _miswritten(books, self.name, self.value, self.unit, self.how) + _misread(self, self.unit)

    def effect(self, books: Books, by: Actor, at: int) -> Effect:
        """The first version."""
        occurred = milliseconds(self.occurred) if self.occurred else 0
        new = {"step": self.step, "name": self.name, "value": self.value.strip(), "unit": self.unit, "how": self.how}
        new |= _evidence(self.scan)
        return Effect(self.about(), self.of_batch, new=new | {"occurred": occurred, "late": bool(occurred)})


def _miswritten(books: Books, name: str, value: str, unit: str, how: str) -> list[str]:
    found = books.values.refusals(name, value, unit)
    return found if how in (SCANNED, TYPED) else [*found, f"a value is {SCANNED} or {TYPED}, not {how!r}"]


def _misread(entry: AddEntry | CorrectEntry, unit: str) -> list[str]:
    """Why a value is not what a scanner read: without the scan itself it was typed, whatever is said of it."""
    if entry.how != SCANNED:
        return ["a value that was typed has no scan (--scan)"] if entry.scan else []
    if not entry.scan:
        return ["a value that was scanned has its scan (--scan), or say that it was typed"]
    said = said_by(entry.scan)
    if isinstance(said, Unread):
        return [f"the scan cannot be taken ({f.code}): {f.hint}" for f in said.findings]
    value = entry.value.strip()
    same = {value, f"{value} {unit}", f"{value}{unit}"} & set(said)
    return [] if same else [f"the scan does not say {value}"]  # what it says may be a name


def _evidence(scan: str) -> dict[str, str]:
    """The scan as it is kept: separators and other signs that nobody sees as escapes."""
    return {"scan": scan.encode("unicode_escape").decode()} if scan else {}


def _not_at(books: Books, batch: str, step: str, at: int, occurred: str) -> list[str]:
    """Why nothing can be recorded at a step now: the guard against skipped steps and back-dated entries."""
    if books.batches.get(batch) is None:
        return [f"there is no batch {batch!r}"]
    begun = books.steps.get(batch, step)
    if begun is None:
        steps = ", ".join(s.step for s in books.steps.of(batch)[-3:]) or "none"
        return [f"the step {step!r} of {batch} has not begun (last begun: {steps})"]
    if not occurred:
        late = begun.ended and at - begun.ended > LATE
        return (
            [f"{step} ended more than 30 min ago: this is a late entry, say when it was (--occurred)"] if late else []
        )
    try:
        time = milliseconds(occurred)
    except ValueError as error:
        return [str(error)]
    if time >= at:
        return ["what occurred lies in the past"]
    if begun.ended and time > begun.ended + LATE:
        return [f"{step} was over then"]
    return [f"{step} had not begun then"] if time < begun.began else []


@dataclass(frozen=True)
class CorrectEntry(_OnEntry):
    """Correct a value with a reason: a new version; every earlier one stays to be seen."""

    NAME = CORRECT

    value: str = said("The right value.", "")
    how: str = said("`scanned` or `typed`.", TYPED)
    scan: str = said(_SCAN, "")

    def case(self, books: Books) -> str:
        """A critical value that is typed needs a second person when it is corrected, too."""
        recorded = self._recorded(books)
        unit = recorded.now.unit if recorded else ""
        return "critical" if books.values.needs_second(self.name, self.value, unit, self.how) else ""

    def refusals(self, books: Books, by: Actor, at: int) -> list[str]:
        """It must be there and be another value."""
        recorded = self._recorded(books)
        if recorded is None:
            return super().refusals(books, by, at)
        unit = recorded.now.unit
        found = _miswritten(books, self.name, self.value, unit, self.how) + _misread(self, unit)
        return [*found, f"it is {self.value.strip()} already"] if self.value.strip() == recorded.now.value else found

    def effect(self, books: Books, by: Actor, at: int) -> Effect:
        """One version more."""
        recorded: Recorded = self._recorded(books)  # type: ignore[assignment]
        now = recorded.now
        old = {"value": now.value, "unit": now.unit, "how": now.how, "version": now.number}
        new = {"value": self.value.strip(), "unit": now.unit, "how": self.how, "version": now.number + 1, "occurred": 0}
        return Effect(self.about(), self.of_batch, old, new | _evidence(self.scan))


@dataclass(frozen=True)
class CommentEntry(_OnEntry):
    """Comment on a recorded value."""

    NAME = COMMENT

    text: str = said("The comment.", "")

    def refusals(self, books: Books, by: Actor, at: int) -> list[str]:
        """There must be a value, and something said."""
        found = super().refusals(books, by, at)
        return found if self.text.strip() else [*found, "a comment says something (--text)"]

    def effect(self, books: Books, by: Actor, at: int) -> Effect:
        """The comment stands beside the value."""
        return Effect(self.about(), self.of_batch, new={"comment": self.text.strip()[:2000]})


@dataclass(frozen=True)
class VerifyEntry(_OnEntry):
    """Verify, as another person than those who recorded it, that a value is right."""

    NAME = VERIFY

    def refusals(self, books: Books, by: Actor, at: int) -> list[str]:
        """There must be a version that nobody has verified."""
        recorded = self._recorded(books)
        if recorded is None:
            return super().refusals(books, by, at)
        return [f"{recorded.checked_by} has verified it already"] if recorded.checked_by else []

    def effect(self, books: Books, by: Actor, at: int) -> Effect:
        """The version that holds is verified."""
        recorded: Recorded = self._recorded(books)  # type: ignore[assignment]
        return Effect(self.about(), self.of_batch, new={"version": recorded.now.number, "value": recorded.now.value})
