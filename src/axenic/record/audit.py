"""The audit trail of one batch: who did what, or tried to, when and why; values corrected; signatures given.

Annex 11 draft 12.2, 21 CFR 11.10(e) and 11.50: old and new value side by side, refused attempts too, the printed name,
the time with its zone and the meaning of every signature. A correction is an act that was not refused and names the
same value in `old` and `new`; its `object` is `entry 123` for a value of that entry. A signature is an act whose `new`
holds `signature`: name, meaning, at, zone, user.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from axenic.control.facts import AbortRequested, HoldLifted, HoldRequested, OutcomeLost, OutcomeSettled
from axenic.record.entry import Act, Entry

Row = dict[str, Any]
SAID = (HoldRequested, HoldLifted, AbortRequested)  # what persons tell the core, by batch
SETTLED = (OutcomeLost, OutcomeSettled)  # and by order
_SIGNATURE = "signature"
_WORDS = {
    "HoldRequested": "hold batch",
    "HoldLifted": "lift hold",
    "AbortRequested": "abort batch",
    "OutcomeLost": "outcome in doubt",
    "OutcomeSettled": "settle outcome",
}


@dataclass(slots=True)
class Correction:
    """One value and everything that it has been, the first of them first; the acts that changed it."""

    object: str
    name: str
    values: list[str] = field(default_factory=list)
    acts: list[Entry] = field(default_factory=list)

    @property
    def entry(self) -> int:
        """The number of the entry whose value it is; 0 if it is not of an entry."""
        kind, _, number = self.object.partition(" ")
        return int(number) if kind == "entry" and number.isdigit() else 0

    def add(self, entry: Entry, old: Any, new: Any) -> None:
        """Another act on it."""
        for value in (worded(old), worded(new)):
            if not self.values or self.values[-1] != value:
                self.values.append(value)
        self.acts.append(entry)


def zoned(moment: int, zone: str) -> str:
    """A time as it was where the act was done, with its distance from UTC; UTC if the zone is not known here."""
    try:
        local = datetime.fromtimestamp(moment // 1000, ZoneInfo(zone))
    except (ZoneInfoNotFoundError, ValueError, OSError):
        local = datetime.fromtimestamp(moment // 1000, UTC)
    return local.isoformat(" ")


def worded(value: Any) -> str:
    """A value of an act in words: `name value` joined by commas for several."""
    if isinstance(value, Mapping):
        return ", ".join(f"{k} {worded(v)}" for k, v in value.items())
    if isinstance(value, Sequence) and not isinstance(value, str):
        return ", ".join(worded(v) for v in value)
    return "–" if value in ("", None) else str(value)


def corrections_of(acts: Iterable[Entry]) -> list[Correction]:
    """Every value that was changed, in the order in which it was changed first."""
    found: dict[tuple[str, str], Correction] = {}
    for entry in acts:
        act = entry.thing
        if not isinstance(act, Act) or act.refused:
            continue
        for name, new in act.new.items():
            if name in act.old and act.old[name] != new:
                key = (act.object, name)
                found.setdefault(key, Correction(*key)).add(entry, act.old[name], new)
    return list(found.values())


def correction_rows(corrections: Sequence[Correction]) -> list[Row]:
    """The corrections for print: the mark, all values, and who changed them why."""
    rows = []
    for number, found in enumerate(corrections, 1):
        changes = [_change(e) for e in found.acts]
        row = {"mark": f"c{number}", "name": found.name, "of": found.object, "entry": found.entry}
        rows.append(row | {"earlier": found.values[:-1], "now": found.values[-1], "changes": changes})
    return rows


def _change(entry: Entry) -> Row:
    act = entry.thing
    assert isinstance(act, Act)
    return {"entry": entry.seq, "at": zoned(act.at, act.zone), "actor": act.actor, "reason": act.reason}


def signatures_of(acts: Iterable[Entry]) -> list[Row]:
    """The signatures for print; what one of them lacks is shown as missing."""
    rows = []
    for entry in acts:
        act = entry.thing
        signed = act.new.get(_SIGNATURE) if isinstance(act, Act) and not act.refused else None
        if not isinstance(act, Act) or not isinstance(signed, Mapping):
            continue
        zone = str(signed.get("zone") or act.zone)
        at = signed.get("at")
        row = {"entry": entry.seq, "name": signed.get("name"), "meaning": signed.get("meaning")}
        row |= {"user": signed.get("user") or act.actor, "role": act.role, "zone": zone, "of": act.object}
        row["at"] = zoned(at, zone) if isinstance(at, int) else at
        rows.append({k: "missing" if v in ("", None) else v for k, v in row.items()} | {"entry": entry.seq})
    return rows


def trail_of(acts: Iterable[Entry]) -> list[Row]:
    """Every act of a person or of the system on the batch, for print."""
    return [_trailed(entry) for entry in acts]


def _trailed(entry: Entry) -> Row:
    act = entry.thing
    if not isinstance(act, Act):
        actor, reason = getattr(act, "actor", ""), getattr(act, "reason", "")
        row = {"entry": entry.seq, "at": zoned(act.at, "UTC"), "zone": "UTC", "actor": actor, "role": "", "station": ""}
        what = _WORDS[type(act).__name__]
        return row | {"what": what, "object": "", "old": "", "new": "", "reason": reason, "refused": ""}
    row = {"entry": entry.seq, "at": zoned(act.at, act.zone), "zone": act.zone, "actor": act.actor or "system"}
    row |= {"role": act.role, "station": act.station, "what": act.command, "object": act.object}
    new = {k: _signed_as(v) if k == _SIGNATURE else v for k, v in act.new.items()}
    row |= {"old": worded(act.old) if act.old else "", "new": worded(new) if new else ""}
    return row | {"reason": act.reason, "refused": "; ".join(act.refused)}


def _signed_as(signature: Any) -> Any:
    """A signature as the trail tells it; the table of signatures holds all of it."""
    if not isinstance(signature, Mapping):
        return signature
    return f"by {signature.get('name', 'nobody')}: {signature.get('meaning', 'no meaning')}"
