"""Orders that were issued: each binds the frozen version of a master and a site to a batch."""

from __future__ import annotations

from dataclasses import dataclass

from axenic.control.facts import BatchOrdered
from axenic.control.orders import CloseBatch
from axenic.quality.masters import Masters
from axenic.quality.raised import CRITICAL, MAJOR, Raised
from axenic.record.entry import Act, Entry

ISSUE = "order issue"
_ENDS = {"site suspend": "suspended", "site cease": "ceased"}


@dataclass(frozen=True, slots=True)
class Issue:
    """What a batch is made by and where: it stays so, whatever becomes of the master or the site."""

    batch: str
    patient: str
    master: str
    digest: str
    site: str
    by: str
    seq: int
    at: int


class Issues:
    """Every order that was issued."""

    def __init__(self, masters: Masters, always: bool = False) -> None:
        """always: nothing leaves without an order, though the site has no master (not in a simulated journal)."""
        self._masters, self._always = masters, always
        self._issues: dict[str, Issue] = {}
        self._open: set[str] = set()
        self._raised: list[Raised] = []

    def get(self, batch: str) -> Issue | None:
        """What a batch was issued by."""
        return self._issues.get(batch)

    def blockers(self, batch: str) -> list[str]:
        """Where a site works by masters, and on every real one, a batch that was not issued must not leave."""
        if self.unasked() or batch in self._issues:
            return []
        return [f"{batch} was not issued by an effective master at an active site (axenic order issue)"]

    def unasked(self) -> list[str]:
        """Which guard does not stand: in a simulated journal without a master and without an order that was issued."""
        asked = self._always or bool(self._issues) or self._masters.any_effective()
        return [] if asked else ["issued by an effective master at an active site"]

    def exceptions(self) -> list[Raised]:
        """Batches that run without an order, by another recipe than issued, or at a site that was suspended."""
        return list(self._raised)

    def take(self, entry: Entry) -> None:
        """Fold an order issued, the begin and the end of a batch, and what befalls its site."""
        match entry.thing:
            case Act(command="order issue", refused=()) as act:
                new = {name: act.new[name] for name in ("patient", "master", "digest", "site")}
                self._issues[act.batch] = Issue(act.batch, **new, by=act.actor, seq=entry.seq, at=act.at)
                self._open.add(act.batch)
            case BatchOrdered() as fact:
                self._begun(entry.seq, fact)
            case CloseBatch(batch=batch):
                self._open.discard(batch)
            case Act(refused=()) as act if act.command in _ENDS:
                self._site_ended(entry.seq, act)
            case _:
                pass

    def _begun(self, seq: int, fact: BatchOrdered) -> None:
        issue = self._issues.get(fact.batch)
        if issue is None:
            if self._masters.effective(fact.at):
                text = "begun without an issued order, while the site works by masters"
                self._raised.append(Raised(fact.batch, "not issued", CRITICAL, text, seq, fact.at))
        elif issue.digest != self._masters.running(fact.recipe):
            text = f"the recipe run is not {issue.master} as issued"
            self._raised.append(Raised(fact.batch, "other recipe than issued", CRITICAL, text, seq, fact.at))
        elif issue.patient != fact.patient:
            text = f"begun for {fact.patient}, issued for {issue.patient}"
            self._raised.append(Raised(fact.batch, "other patient than issued", CRITICAL, text, seq, fact.at))

    def _site_ended(self, seq: int, act: Act) -> None:
        site = act.object.removeprefix("site ")
        for batch in sorted(self._open):
            if self._issues[batch].site == site:
                text = f"{site} {_ENDS[act.command]} while the batch is open; declared rule: {act.new['rule']}"
                self._raised.append(Raised(batch, f"site {_ENDS[act.command]}", MAJOR, text, seq, act.at))
