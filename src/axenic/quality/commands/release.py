"""From the reviewed record to the patient, or not: `axenic release …`. What is certified stays certified on record."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from axenic.quality.actor import Actor
from axenic.quality.batches import LEAVES, Batch
from axenic.quality.books import Books
from axenic.quality.command import Effect, said
from axenic.quality.day import day
from axenic.quality.fingerprint import fingerprint, unreadable
from axenic.quality.on_batch import OnBatch
from axenic.quality.papers import shipped_papers
from axenic.quality.release import NOT_ASKED
from axenic.quality.results import verdict_of
from axenic.quality.review import unseen_attempts
from axenic.recipe.limit import number_of, parse_limit
from axenic.record.entry import Act
from axenic.units import UnitError


class _Dispose(OnBatch):
    def effect(self, books: Books, by: Actor, at: int) -> Effect:
        """From one state to another."""
        batch = books.batches.get(self.of_batch)
        before = batch.state if batch is not None else ""
        after = books.batches.states.after(before, self.NAME)
        new: dict[str, Any] = {"state": after}
        if self.NAME in LEAVES and (seen := unseen_attempts(books, self.of_batch)):
            new["attempts seen"] = [flag.seq for flag in seen]
        if self.NAME in LEAVES and (unasked := books.unasked()):
            new["not asked"] = unasked
        return Effect(self.about(), self.of_batch, old={"state": before}, new=new)

    def notes(self, act: Act) -> list[str]:
        """Which guards a simulated journal was not asked for."""
        return [f"{NOT_ASKED}: {text}" for text in act.new.get("not asked", ())]


@dataclass(frozen=True)
class Certify(_Dispose):
    """Certify a batch for release: by a Qualified Person, with nothing in the way (Annex 16)."""

    NAME = "release certify"

    def wrong(self, books: Books, batch: Batch, at: int) -> list[str]:
        """What is out of specification is said even where its state would do to refuse it."""
        failed = books.results.of(self.of_batch).failed()
        rejected = batch.outcome == "rejected"
        found = [f"the core rejected {self.of_batch}: {batch.reason}"] if rejected else []
        return found + (["out of specification: only `release oos` is open"] if failed else [])


@dataclass(frozen=True)
class CertifyConditionally(_Dispose):
    """Certify a batch before all results are in; a later bad result recalls it (Part IV 11)."""

    NAME = "release conditional"


@dataclass(frozen=True)
class Reject(_Dispose):
    """Reject a batch."""

    NAME = "release reject"


@dataclass(frozen=True)
class SupplyOutOfSpecification(_Dispose):
    """Supply a dose that is out of specification, at the request of the physician; never a certification."""

    NAME = "release oos"


@dataclass(frozen=True)
class Recall(_Dispose):
    """Recall a dose that has left; from now on the notice to the physician is due."""

    NAME = "release recall"


@dataclass(frozen=True)
class Destroy(_Dispose):
    """Record that the dose was destroyed, seen by a second person."""

    NAME = "release destroy"


@dataclass(frozen=True)
class AwaitResult(OnBatch):
    """Name a test whose result comes after the others, with its limit and its day."""

    NAME = "release await"

    test: str = said("The test, for example `sterility, 14 d`.", "")
    limit: str = said('Its limit, for example "== 0 1" or "< 5 EU/mL".', "")
    due: str = said("The day its result is due, as 2027-11-28.", "")

    def wrong(self, books: Books, batch: Batch, at: int) -> list[str]:
        """A new test, a limit that can be read, a day to come."""
        found = [] if self.test.strip() else ["name the test (--test)"]
        if self.test.strip() in books.results.of(self.of_batch).tests:
            found.append(f"{self.test} is a test of {self.of_batch} already: a limit is not changed by naming it anew")
        try:
            parse_limit(self.limit)
        except UnitError as error:
            found.append(f"{error}; {error.hint}")
        return found if day(self.due) > at else [*found, f"{self.due!r} is no day to come; write it as 2027-11-28"]

    def effect(self, books: Books, by: Actor, at: int) -> Effect:
        """One result more is needed."""
        new = {"test": self.test.strip(), "limit": str(parse_limit(self.limit)), "due": day(self.due)}
        return Effect(self.about(), self.of_batch, new=new)


@dataclass(frozen=True)
class ReportResult(OnBatch):
    """Report an awaited result; out of its limit, it recalls a batch that was certified before it."""

    NAME = "release result"

    test: str = said("The test.", "")
    value: str = said("The result, a number in the unit of the limit.", "")

    def wrong(self, books: Books, batch: Batch, at: int) -> list[str]:
        """A test that waits for its result, and a number."""
        awaited = {r.test for r in books.results.of(self.of_batch).missing()}
        found = [] if self.test in awaited else [f"{self.of_batch} does not wait for {self.test!r}"]
        return found if number_of(self.value) is not None else [*found, f"{self.value!r} is no number (--value)"]

    def effect(self, books: Books, by: Actor, at: int) -> Effect:
        """The result beside its limit."""
        limit = books.results.of(self.of_batch).tests[self.test].limit
        new = {"test": self.test, "value": self.value, "limit": str(limit), "verdict": verdict_of(limit, self.value)}
        return Effect(self.about(), self.of_batch, new=new)


@dataclass(frozen=True)
class FilePaper(OnBatch):
    """File a paper of the checklist: where it is kept; the SHA-256 of its file is computed, not typed."""

    NAME = "release document"

    paper: str = said("Which paper, as `release show` names it.", "")
    reference: str = said("Where it is kept, for example `DMS-1234`; no names of patients.", "")
    file: str = said("The paper itself, as a file; only its digest and size go on record.", "")

    def wrong(self, books: Books, batch: Batch, at: int) -> list[str]:
        """A paper of the list, where it is, and its digest."""
        known = [paper.paper for paper in shipped_papers().list]
        found = [] if self.paper in known else [f"a paper is one of {', '.join(known)}, not {self.paper!r}"]
        found += [] if self.reference.strip() else ["say where it is kept (--reference)"]
        return found + unreadable(self.file)

    def effect(self, books: Books, by: Actor, at: int) -> Effect:
        """There."""
        read = fingerprint(self.file)
        new = {"paper": self.paper, "reference": self.reference.strip(), "sha256": read.digest, "size": read.size}
        return Effect(self.about(), self.of_batch, new=new)
