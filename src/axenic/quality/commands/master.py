"""Master batch records: `axenic master …`. A version is drafted once; what is to be changed is the next version."""

from __future__ import annotations

from dataclasses import dataclass

from axenic.library.shelf import default, text_of
from axenic.notation.document import load, write
from axenic.notation.finding import Finding
from axenic.quality.actor import Actor
from axenic.quality.books import Books
from axenic.quality.command import Command, Effect, said
from axenic.quality.day import day
from axenic.quality.masters import APPROVE, DRAFT, EFFECTIVE, RETIRE, Master, content, master_object
from axenic.recipe.check import check_recipe
from axenic.recipe.phase_kind import PhaseKinds
from axenic.recipe.recipe import Recipe
from axenic.record.entry import Document


@dataclass(frozen=True)
class DraftMaster(Command):
    """Draft a version of a master batch record from a recipe file; the text goes on record as it is."""

    NAME = DRAFT

    file: str = said("The recipe: a file or a shipped name; it carries its name and version.")

    def about(self) -> str:
        """The version in the file."""
        recipe = self._read()[0]
        return master_object(recipe.recipe, recipe.version) if recipe else ""

    def refusals(self, books: Books, by: Actor, at: int) -> list[str]:
        """A good recipe under a version that is new and higher."""
        recipe, findings = self._read()
        if recipe is None or findings:
            return [f"{f.file}:{f.line}: {f.message} ({f.code})" for f in findings]
        last = next(reversed(books.masters.versions(recipe.recipe)), None)
        if last is not None and recipe.version <= last.version:
            return [f"version {last.version} is on record; a version is never changed, draft the next one"]
        return []

    def effect(self, books: Books, by: Actor, at: int) -> Effect:
        """The text as a document, and who wrote it."""
        recipe: Recipe = self._read()[0]  # type: ignore[assignment]
        text = write(recipe)
        new = {"name": recipe.recipe, "version": recipe.version, "digest": content(text)}
        document = Document("master", f"{recipe.recipe} v{recipe.version}", text, at)
        return Effect(self.about(), new=new, things=(document,))

    def _read(self) -> tuple[Recipe | None, list[Finding]]:
        text, file, findings = text_of(Recipe, self.file)
        if findings:
            return None, findings
        loaded = load(Recipe, text, file)
        if loaded.value is None:
            return None, loaded.findings
        return loaded.value, check_recipe(loaded.value, loaded.document, default(PhaseKinds))


@dataclass(frozen=True)
class _OnMaster(Command):
    name: str = said("The master's name.")
    version: int = said("Its version.")

    def about(self) -> str:
        """The version."""
        return master_object(self.name, self.version)

    def _master(self, books: Books) -> Master | None:
        return books.masters.get(self.name, self.version)

    def refusals(self, books: Books, by: Actor, at: int) -> list[str]:
        """It must have been drafted."""
        return [] if self._master(books) else [f"there is no {self.about()}"]


@dataclass(frozen=True)
class ApproveMaster(_OnMaster):
    """Approve a version, as another person than its author; signed."""

    NAME = APPROVE

    def refusals(self, books: Books, by: Actor, at: int) -> list[str]:
        """Drafted, and not approved yet."""
        master = self._master(books)
        if master is None:
            return super().refusals(books, by, at)
        return [f"{master.approver} has approved it already"] if master.approver else []

    def effect(self, books: Books, by: Actor, at: int) -> Effect:
        """Approved as it stands."""
        master: Master = self._master(books)  # type: ignore[assignment]
        return Effect(self.about(), new={"approved": True, "digest": master.digest})


@dataclass(frozen=True)
class MakeEffective(_OnMaster):
    """Let an approved version hold from a day on, under an approved change; the version before is superseded then."""

    NAME = EFFECTIVE

    begins: str = said("The day from which it holds, as 2027-11-28; today if none is named.", "")
    change: str = said("The approved change.", "")

    def refusals(self, books: Books, by: Actor, at: int) -> list[str]:
        """Approved, by an approved change, from today or a day to come."""
        master = self._master(books)
        if master is None:
            return super().refusals(books, by, at)
        found = [] if master.approver else [f"{self.about()} is not approved"]
        if master.begins:
            found.append(f"{self.about()} is effective already, or will be; its day is not changed")
        if master.retired:
            found.append(f"{self.about()} is retired")
        if self.begins and day(self.begins) < _today(at):
            found.append(f"{self.begins!r} is no day from today on; write it as 2027-11-28")
        return found + books.changes.refusals(self.change, self.about())

    def effect(self, books: Books, by: Actor, at: int) -> Effect:
        """It holds from then on; never from before now."""
        begins = max(at, day(self.begins)) if self.begins else at
        return Effect(self.about(), new={"begins": begins, "change": self.change})


def _today(at: int) -> int:
    return at - at % 86_400_000


@dataclass(frozen=True)
class RetireMaster(_OnMaster):
    """Retire a version: nothing is issued by it any more; batches begun keep it."""

    NAME = RETIRE

    def refusals(self, books: Books, by: Actor, at: int) -> list[str]:
        """Once."""
        master = self._master(books)
        if master is None:
            return super().refusals(books, by, at)
        return [f"{self.about()} is retired already"] if master.retired else []

    def effect(self, books: Books, by: Actor, at: int) -> Effect:
        """Retired from now on."""
        return Effect(self.about(), old={"retired": False}, new={"retired": True})
