"""The books: all that the journal says about people and batches, folded entry by entry; they decide nothing."""

from __future__ import annotations

import json
from typing import Protocol, runtime_checkable

from axenic.quality.alarm.alarms import Alarms
from axenic.quality.analyses import Analyses
from axenic.quality.batches import Batches
from axenic.quality.bonds import Bonds
from axenic.quality.bypasses import Bypasses
from axenic.quality.changes import Changes
from axenic.quality.clock import ClockBook
from axenic.quality.deviations import Deviations
from axenic.quality.digests import Digests
from axenic.quality.entries import Entries
from axenic.quality.failures import Failures
from axenic.quality.handovers import Handovers
from axenic.quality.issues import Issues
from axenic.quality.labels import Labels
from axenic.quality.legs import Legs
from axenic.quality.limits import Limits
from axenic.quality.masters import Masters
from axenic.quality.permissions import Permissions
from axenic.quality.persons import Persons
from axenic.quality.raised import Raised
from axenic.quality.raws import Raws
from axenic.quality.register import EquipmentRegister
from axenic.quality.relations import Relations
from axenic.quality.results import Results
from axenic.quality.room import Room
from axenic.quality.screening import Flag, Screening
from axenic.quality.sessions import Sessions
from axenic.quality.sites import Sites
from axenic.quality.stations import Stations
from axenic.quality.steps import Steps
from axenic.quality.trail import Trail
from axenic.quality.uses import Uses
from axenic.quality.values import shipped_values
from axenic.quality.zones import Zones
from axenic.record.entry import Entry


class Register(Protocol):
    """One book: it takes what concerns it."""

    def take(self, entry: Entry) -> None:
        """Fold one entry of the journal."""


@runtime_checkable
class Seer(Protocol):
    """A book that sees what a reviewer must look at."""

    def exceptions(self) -> list[Raised]:
        """All it saw, whether looked at or not."""


@runtime_checkable
class Blocker(Protocol):
    """A book that knows why a batch must not leave."""

    def blockers(self, batch: str) -> list[str]:
        """Every reason there is; empty if there is none."""


class Books:
    """Every register of a site; `take` is the only way anything in them changes."""

    def __init__(self, permissions: Permissions, simulated: bool = True) -> None:
        self.permissions = permissions
        self.simulated = simulated
        self.persons = Persons()
        self.stations = Stations()
        self.sessions = Sessions()
        self.failures = Failures()
        self.trail = Trail()
        self.digests = Digests(permissions, self.shown)
        self.batches = Batches(permissions)
        self.clock = ClockBook()
        self.room = Room()
        self.zones = Zones()
        self.values = shipped_values()
        self.steps = Steps()
        self.entries = Entries(self.values)
        self.changes = Changes()
        self.limits = Limits()
        self.analyses = Analyses()
        self.raws = Raws()
        self.masters = Masters()
        self.issues = Issues(self.masters, always=not simulated)
        self.sites = Sites()
        self.uses = Uses()
        self.equipment = EquipmentRegister(self.uses)
        self.bypasses = Bypasses(self.batches)
        self.alarms = Alarms(self.batches)
        self.screening = Screening()
        self.results = Results()
        self.deviations = Deviations()
        self.relations = Relations()
        self.bonds = Bonds(always=not simulated)
        self.handovers = Handovers(self.bonds, self.deviations)
        self.labels = Labels()
        self.legs = Legs()
        self._registers: tuple[Register, ...] = (
            *(self.persons, self.stations, self.sessions, self.failures, self.trail, self.digests),
            *(self.batches, self.clock, self.room, self.zones),
            *(self.steps, self.entries, self.changes, self.limits, self.analyses, self.raws),
            *(self.masters, self.issues, self.sites),
            *(self.uses, self.equipment, self.bypasses, self.alarms),
            *(self.screening, self.results, self.deviations, self.relations),
            *(self.bonds, self.handovers, self.labels, self.legs),
        )
        self._flags: dict[str, tuple[int, list[Flag]]] = {}  # as of an entry, so that they are found once
        self.size = 0

    def exceptions(self, batch: str = "") -> list[Raised]:
        """What every register saw that a reviewer must look at, by entry; of one batch, or of all."""
        seers = (r for r in self._registers if isinstance(r, Seer))
        found = [raised for seer in seers for raised in seer.exceptions() if batch in ("", raised.batch)]
        return sorted(found, key=lambda raised: raised.seq)

    def flags(self, batch: str) -> list[Flag]:
        """What a reviewer of a batch must look at, the most severe first."""
        size, flags = self._flags.get(batch, (-1, []))
        if size != self.size:
            flags = self.screening.flags(batch, self.exceptions(batch))
            self._flags[batch] = (self.size, flags)
        return flags

    def shown(self, batch: str, until: int = 0) -> str:
        """What a reviewer is shown of a batch beside its entries, as canonical JSON: exceptions and results.

        until: without the idle attempts from that entry on, for a signature that stands there; 0: with all.
        """
        flags = [f for f in self.flags(batch) if not until or f.seq < until or not f.idle]
        results = self.results.of(batch).tests.values()
        what = {
            "exceptions": sorted([f.seq, f.kind, f.severity, f.text] for f in flags),
            "results": sorted([r.test, str(r.limit), r.value, r.verdict] for r in results),
        }
        return json.dumps(what, sort_keys=True, separators=(",", ":"), ensure_ascii=True)

    def blockers(self, batch: str) -> list[str]:
        """Why a batch must not leave, of every register that knows a reason."""
        return [text for r in self._registers if isinstance(r, Blocker) for text in r.blockers(batch)]

    def unasked(self) -> list[str]:
        """The guards that a simulated journal is not asked for, because its run has no persons to keep them."""
        return [*self.issues.unasked(), *self.bonds.unasked()]

    def take(self, entry: Entry) -> None:
        """Fold one entry of the journal into every register."""
        self.size = entry.seq
        for register in self._registers:
            register.take(entry)
