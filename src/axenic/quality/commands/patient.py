"""The vault of persons behind the codes: `axenic patient keep`, `patient show`, `patient erase`.

The journal holds that it was done, by whom and why; never a name, nor what somebody typed in the place of a code.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

from axenic.identity.code import Coi, check_pseudonym, parse_coi
from axenic.identity.unreadable import Unreadable
from axenic.identity.vault import Vault
from axenic.quality.actor import Actor
from axenic.quality.books import Books
from axenic.quality.command import Command, Effect, said
from axenic.quality.safe import Safe

FIELDS = ("family name", "given name", "birth date", "hospital number", "hospital", "physician", "contact")
_MOST, _LONGEST = 100_000, 300  # bytes of the file, characters of a field


@dataclass(frozen=True)
class _OnPatient(Command):
    coi: str = said("The chain-of-identity code, never a name.")

    @cached_property
    def _code(self) -> Coi | None:
        try:
            return parse_coi(self.coi)
        except Unreadable:
            return None

    def about(self) -> str:
        """The code; nothing if it is none, as it may be a name."""
        return f"patient {self._code}" if self._code else "patient"

    def refusals(self, books: Books, by: Actor, at: int) -> list[str]:
        """A code whose check character holds."""
        return [] if self._code else ["this is no chain-of-identity code"]

    def barred(self, safe: Safe, by: Actor, at: int) -> list[str]:
        """The vault must hold somebody under it."""
        if self._code is None:
            return []
        if not safe.vault.exists():
            return ["there is no vault beside this journal"]
        try:
            with Vault(safe.vault) as vault:
                vault.person(self._code)
        except Unreadable as error:
            return [f.message for f in error.findings]
        return []

    def effect(self, books: Books, by: Actor, at: int) -> Effect:
        """That it was done."""
        return Effect(self.about())

    def code(self) -> Coi:
        """The code of a command that was not refused."""
        assert self._code is not None
        return self._code


@dataclass(frozen=True)
class KeepPatient(_OnPatient):
    """Seal who a code is in the vault; the code must share nothing with the person."""

    NAME = "patient keep"

    file: str = said("A JSON file with the person's fields; remove it afterwards.", "")

    @cached_property
    def _person(self) -> dict[str, str] | list[str]:
        return person_from(self.file)

    def refusals(self, books: Books, by: Actor, at: int) -> list[str]:
        """Known fields, and a code that gives nothing away."""
        found = super().refusals(books, by, at)
        if isinstance(self._person, list):
            return found + self._person
        return found or [f.message for f in check_pseudonym(str(self.code()), self._person)]

    def barred(self, safe: Safe, by: Actor, at: int) -> list[str]:
        """A vault that can be written, and a code that was not erased."""
        if self._code is None:
            return []
        try:
            with Vault(safe.vault) as vault:
                gone = vault.codes().get(str(self._code)) is False
        except Unreadable as error:
            return [f.message for f in error.findings]
        return [f"who {self._code} was has been erased: a pseudonym is not given twice"] if gone else []

    def effect(self, books: Books, by: Actor, at: int) -> Effect:
        """Which fields are known, not what stands in them."""
        return Effect(self.about(), new={"fields": sorted(self._person)})

    def finish(self, safe: Safe, by: Actor, at: int) -> dict[str, Any]:
        """Sealed."""
        assert isinstance(self._person, dict)
        with Vault(safe.vault) as vault:
            vault.keep(self.code(), self._person)
        return {}


@dataclass(frozen=True)
class ShowPatient(_OnPatient):
    """Show who a code is; that it was read goes on record first, with the reason."""

    NAME = "patient show"

    def finish(self, safe: Safe, by: Actor, at: int) -> dict[str, Any]:
        """Shown to the person, and nowhere else."""
        with Vault(safe.vault) as vault:
            return dict(vault.person(self.code()))


@dataclass(frozen=True)
class ErasePatient(_OnPatient):
    """Erase who a code was, by two persons: the pseudonym, the journal and its proofs stay."""

    NAME = "patient erase"

    def finish(self, safe: Safe, by: Actor, at: int) -> dict[str, Any]:
        """The key is destroyed."""
        with Vault(safe.vault) as vault:
            vault.erase(self.code())
        return {}


def person_from(path: str) -> dict[str, str] | list[str]:
    """A person's fields from a file, or why they cannot be taken; nothing that stands there is repeated."""
    try:
        place = Path(path)
        if not place.is_file() or place.stat().st_size > _MOST:
            return ["the file of the person is no file, or too large (--file)"]
        found = json.loads(place.read_text("utf-8"))
    except OSError as error:
        return [f"the file of the person cannot be read: {error.strerror}"]
    except (ValueError, RecursionError):
        return ["the file of the person is not JSON"]
    if not isinstance(found, dict) or not found or not set(found) <= set(FIELDS):
        return [f"a person has the fields {', '.join(FIELDS)}, as texts"]
    if not all(isinstance(v, str) and len(v.strip()) > 0 and len(v) <= _LONGEST for v in found.values()):
        return [f"every field is a text of 1 to {_LONGEST} characters"]
    return {name: value.strip() for name, value in found.items()}
