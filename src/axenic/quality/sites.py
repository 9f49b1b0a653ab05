"""The sites where batches are made: registered, in the Master File, under agreement, active; only there is one issued.

Sources: SI 2025/87 (UK: only the control site and the units of the Master File), COM(2023)192 (EU: registered before
the activity begins, under a central site), EU GMP Part IV section 11 (a written agreement with the central site).
"""

from __future__ import annotations

from dataclasses import dataclass

from axenic.record.entry import Act, Entry

REGISTER, FILE, AGREE = "site register", "site file", "site agree"
SUSPEND, RESUME, CEASE = "site suspend", "site resume", "site cease"
HOLD, FINISH = "hold", "finish"


def site_object(name: str) -> str:
    """A site as an object of acts."""
    return f"site {name}"


@dataclass(slots=True)
class Premises:
    """One site; `begins`: from when it is registered, `agreed`: until when the agreement lasts (ms UTC, 0: none).

    rule: what a running batch does when the site is suspended, declared beforehand.
    """

    site: str
    reference: str
    begins: int
    central: bool
    rule: str
    agreed: int = 0
    agreement: str = ""
    suspended: int = 0
    ceased: int = 0


@dataclass(frozen=True, slots=True)
class MasterFile:
    """One version of the Master File: the sites that may be used, from when on."""

    version: str
    sites: tuple[str, ...]
    begins: int


class Sites:
    """Every site and every version of the Master File."""

    def __init__(self) -> None:
        self._sites: dict[str, Premises] = {}
        self._files: list[MasterFile] = []

    def get(self, name: str) -> Premises | None:
        """The site of that name."""
        return self._sites.get(name)

    def file(self, version: str) -> MasterFile | None:
        """That version of the Master File."""
        return next((file for file in self._files if file.version == version), None)

    def file_in_force(self, at: int) -> str:
        """The version of the Master File that holds; "" if there is none."""
        file = self._in_force(at)
        return file.version if file else ""

    def _in_force(self, at: int) -> MasterFile | None:
        return max((file for file in self._files if file.begins <= at), key=lambda file: file.begins, default=None)

    def refusals(self, name: str, at: int) -> list[str]:
        """Why no batch is issued at a site now."""
        site, file = self._sites.get(name), self._in_force(at)
        if site is None:
            return [f"the site {name!r} is not registered"]
        found = [] if site.begins <= at else [f"{name} is registered from a later day on ({site.reference})"]
        if site.ceased:
            found.append(f"{name} has ceased")
        if site.suspended:
            found.append(f"{name} is suspended")
        if file is None or name not in file.sites:
            found.append(f"{name} is not in the Master File" + (f" version {file.version}" if file else ""))
        if not site.central and site.agreed <= at:
            found.append(f"{name} has no agreement with the central site that lasts")
        return found

    def take(self, entry: Entry) -> None:
        """Fold an act on a site or on the Master File."""
        act = entry.thing
        if not isinstance(act, Act) or act.refused:
            return
        new = act.new
        if act.command == FILE:
            self._files.append(MasterFile(new["version"], tuple(new["sites"]), new["begins"]))
            return
        name = act.object.removeprefix("site ")
        if act.command == REGISTER:
            self._sites[name] = Premises(name, new["reference"], new["begins"], new["central"], new["rule"])
        site = self._sites.get(name)
        if site is None or not act.object.startswith("site "):
            return
        if act.command == AGREE:
            site.agreed, site.agreement = new["until"], new["digest"]
        elif act.command in (SUSPEND, RESUME):
            site.suspended = act.at if act.command == SUSPEND else 0
        elif act.command == CEASE:
            site.ceased = act.at
