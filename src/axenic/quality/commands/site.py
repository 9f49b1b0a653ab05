"""Sites and the Master File: `axenic site …`."""

from __future__ import annotations

from dataclasses import dataclass

from axenic.quality.actor import Actor
from axenic.quality.books import Books
from axenic.quality.command import Command, Effect, said
from axenic.quality.day import day
from axenic.quality.fingerprint import fingerprint, unreadable
from axenic.quality.sites import (
    AGREE,
    CEASE,
    FILE,
    FINISH,
    HOLD,
    REGISTER,
    RESUME,
    SUSPEND,
    Premises,
    site_object,
)


@dataclass(frozen=True)
class _OnSite(Command):
    site: str = said("The site.")

    def about(self) -> str:
        """The site."""
        return site_object(self.site)

    def refusals(self, books: Books, by: Actor, at: int) -> list[str]:
        """Registered, and not ceased."""
        site = books.sites.get(self.site)
        if site is None:
            return [f"the site {self.site!r} is not registered"]
        return [f"{self.site} has ceased"] if site.ceased else []


@dataclass(frozen=True)
class RegisterSite(_OnSite):
    """Register a site with the reference of its registration; nothing is made there before that day."""

    NAME = REGISTER

    reference: str = said("The reference of the registration or licence.", "")
    begins: str = said("The day from which it holds, as 2027-11-28.", "")
    central: bool = said("It is the central (control) site.", False)
    rule: str = said("What a running batch does when the site is suspended: `hold` or `finish`.", HOLD)

    def refusals(self, books: Books, by: Actor, at: int) -> list[str]:
        """A new name, a reference, a day, a rule."""
        found = [f"{self.site} was registered before"] if books.sites.get(self.site) else []
        if not self.site.strip() or not self.reference.strip():
            found.append("a site has a name and a reference (--reference)")
        if not day(self.begins):
            found.append(f"{self.begins!r} is no day; write it as 2027-11-28")
        return found if self.rule in (HOLD, FINISH) else [*found, f"the rule is {HOLD} or {FINISH}, not {self.rule!r}"]

    def effect(self, books: Books, by: Actor, at: int) -> Effect:
        """Registered from that day on."""
        new = {"reference": self.reference.strip(), "begins": day(self.begins), "central": self.central}
        return Effect(self.about(), new=new | {"rule": self.rule})


@dataclass(frozen=True)
class SetMasterFile(Command):
    """Put a version of the Master File in force: the only sites that may be used."""

    NAME = FILE

    version: str = said("The version of the Master File.")
    sites: tuple[str, ...] = said("The sites in it.", ())
    begins: str = said("The day from which it holds, as 2027-11-28; now if none is named.", "")

    def about(self) -> str:
        """The version."""
        return f"master-file {self.version}"

    def refusals(self, books: Books, by: Actor, at: int) -> list[str]:
        """A new version of registered sites, from today on."""
        found = [f"version {self.version} is on record; it is never changed"] if books.sites.file(self.version) else []
        found += [f"the site {name!r} is not registered" for name in self.sites if books.sites.get(name) is None]
        if self.begins and day(self.begins) < at:
            found.append(f"{self.begins!r} is no day to come; write it as 2027-11-28")
        return found if self.sites else [*found, "name the sites in it (--sites)"]

    def effect(self, books: Books, by: Actor, at: int) -> Effect:
        """In force from then on."""
        begins = day(self.begins) if self.begins else at
        old = {"version": books.sites.file_in_force(at)}
        return Effect(self.about(), old=old, new={"version": self.version, "sites": list(self.sites), "begins": begins})


@dataclass(frozen=True)
class AgreeSite(_OnSite):
    """Record the written agreement of a decentralised site with the central one."""

    NAME = AGREE

    document: str = said("The file of the agreement.", "")
    until: str = said("The day until which it lasts, as 2027-11-28.", "")

    def refusals(self, books: Books, by: Actor, at: int) -> list[str]:
        """A document and a day to come."""
        found = super().refusals(books, by, at) + unreadable(self.document, "--document")
        return found if day(self.until) > at else [*found, f"{self.until!r} is no day to come; write it as 2027-11-28"]

    def effect(self, books: Books, by: Actor, at: int) -> Effect:
        """The agreement's fingerprint and its end."""
        return Effect(self.about(), new=fingerprint(self.document).to_data() | {"until": day(self.until)})


@dataclass(frozen=True)
class SuspendSite(_OnSite):
    """Suspend a site: no order is issued there; running batches follow the rule declared for it."""

    NAME = SUSPEND

    def refusals(self, books: Books, by: Actor, at: int) -> list[str]:
        """It is active."""
        site = books.sites.get(self.site)
        found = super().refusals(books, by, at)
        return [*found, f"{self.site} is suspended already"] if site and site.suspended else found

    def effect(self, books: Books, by: Actor, at: int) -> Effect:
        """Suspended."""
        return Effect(self.about(), old={"active": True}, new={"active": False, "rule": _rule(books, self.site)})


def _rule(books: Books, name: str) -> str:
    site: Premises = books.sites.get(name)  # type: ignore[assignment]
    return site.rule


@dataclass(frozen=True)
class ResumeSite(_OnSite):
    """Let a suspended site work again."""

    NAME = RESUME

    def refusals(self, books: Books, by: Actor, at: int) -> list[str]:
        """It is suspended."""
        site = books.sites.get(self.site)
        found = super().refusals(books, by, at)
        return [*found, f"{self.site} is not suspended"] if site and not site.suspended else found

    def effect(self, books: Books, by: Actor, at: int) -> Effect:
        """Active again."""
        return Effect(self.about(), old={"active": False}, new={"active": True})


@dataclass(frozen=True)
class CeaseSite(_OnSite):
    """End a site for good."""

    NAME = CEASE

    def effect(self, books: Books, by: Actor, at: int) -> Effect:
        """Ceased."""
        return Effect(self.about(), old={"ceased": False}, new={"ceased": True, "rule": _rule(books, self.site)})
