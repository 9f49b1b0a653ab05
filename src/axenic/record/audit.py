"""The audit trail of one batch: who did what, or tried to, when and why; values corrected; signatures given.

Annex 11 draft 12.2, 21 CFR 11.10(e) and 11.50: old and new value side by side, refused attempts too, the printed name,
the time with its zone and the meaning of every signature. A correction is an act on an `entry` that was not refused and
names the same value in `old` and `new`; its `object` is `entry 123` for a result that entry holds, and
`entry batch/step/name` for a value that a person recorded. A signature is an act whose `new` holds `signature`.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from axenic.control.facts import AbortRequested, HoldLifted, HoldRequested, OutcomeLost, OutcomeSettled
from axenic.record.entry import Act, Entry
from axenic.record.row import Row

SAID = (HoldRequested, HoldLifted, AbortRequested)  # what persons tell the core, by batch
SETTLED = (OutcomeLost, OutcomeSettled)  # and by order
_SIGNATURE = "signature"
_ENTRY, _VALUE = "entry ", "value"
_ABOUT = ("version", "how", "occurred")  # of a recorded value: beside what it is
_DIGEST = re.compile(r"[0-9a-f]{64}")
_SHORT = 12  # digits of a digest in a line of the trail; the attachment holds all of it
_TIMES = ("at", "begins", "due", "occurred", "until")  # in milliseconds
_NOTHING: tuple[Any, ...] = ("", None, 0, [], {}, ())  # what says nothing where it is new
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
    def label(self) -> str:
        """What it is called: a recorded value by its own name, a result by its measure."""
        return self.object.rpartition("/")[2] if self.name == _VALUE else self.name

    @property
    def of(self) -> str:
        """Where it stands: the step at which it was recorded, or what the act names."""
        return self.object.partition("/")[2].rpartition("/")[0] if self.name == _VALUE else self.object

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
    text = "–" if value in ("", None) else str(value)
    return text[:_SHORT] + "…" if _DIGEST.fullmatch(text) else text


def corrections_of(acts: Iterable[Entry]) -> list[Correction]:
    """Every value that was changed, in the order in which it was changed first."""
    found: dict[tuple[str, str], Correction] = {}
    for entry in acts:
        act = entry.thing
        if not isinstance(act, Act) or act.refused or not act.object.startswith(_ENTRY):
            continue
        for name, new in act.new.items():
            if name in act.old and act.old[name] != new and name not in _ABOUT:
                key = (act.object, name)
                found.setdefault(key, Correction(*key)).add(entry, act.old[name], new)
    return list(found.values())


def correction_rows(corrections: Sequence[Correction]) -> list[Row]:
    """The corrections for print: the mark, all values, and who changed them why."""
    rows = []
    for number, found in enumerate(corrections, 1):
        changes = [_change(e) for e in found.acts]
        row = {"mark": f"c{number}", "name": found.label, "of": found.of, "object": found.object, "entry": found.entry}
        rows.append(row | {"earlier": found.values[:-1], "now": found.values[-1], "changes": changes})
    return rows


def _change(entry: Entry) -> Row:
    act = entry.thing
    assert isinstance(act, Act)
    return {"entry": entry.seq, "at": zoned(act.at, act.zone), "actor": act.actor, "reason": act.reason}


def signatures_of(acts: Iterable[Entry], void: Mapping[str, str] | None = None) -> list[Row]:
    """The signatures for print; what one of them lacks is shown as missing.

    void: by entry, why a signature no longer holds, as quality found; None if nobody asked it.
    """
    rows = []
    for entry in acts:
        act = entry.thing
        signed = act.new.get(_SIGNATURE) if isinstance(act, Act) and not act.refused else None
        if not isinstance(act, Act) or not isinstance(signed, Mapping):
            continue
        zone = str(signed.get("zone") or act.zone)
        at = signed.get("at")
        row = {"entry": entry.seq, "name": signed.get("name"), "meaning": signed.get("meaning")}
        row |= {
            "user": signed.get("user") or act.actor,
            "role": act.role,
            "zone": zone,
            "of": act.object,
            "standing": "",
        }
        row["at"] = zoned(at, zone) if isinstance(at, int) else str(at or "").removesuffix(f" {zone}")
        held = "not checked" if void is None else "holds"
        row["standing"] = f"VOID: {void[str(entry.seq)]}" if void and str(entry.seq) in void else held
        rows.append({k: "missing" if v in ("", None) else v for k, v in row.items()} | {"entry": entry.seq})
    return rows


def trail_of(acts: Iterable[Entry], names: Mapping[str, str] | None = None) -> list[Row]:
    """Every act of a person or of the system on the batch, for print; `names`: printed names by user."""
    rows = [_trailed(entry) for entry in acts]
    return [row | {"name": (names or {}).get(row["actor"], "")} for row in rows]


def _trailed(entry: Entry) -> Row:
    act = entry.thing
    if not isinstance(act, Act):
        actor, reason = getattr(act, "actor", ""), getattr(act, "reason", "")
        row = {"entry": entry.seq, "at": zoned(act.at, "UTC"), "zone": "UTC", "actor": actor, "role": "", "station": ""}
        what = _WORDS[type(act).__name__]
        return row | {"what": what, "object": "", "told": "", "reason": reason, "refused": ""}
    row = {"entry": entry.seq, "at": zoned(act.at, act.zone), "zone": act.zone, "actor": act.actor or "system"}
    row |= {"role": act.role, "station": act.station, "what": act.command, "object": act.object}
    row["told"] = told(act)
    return row | {"reason": act.reason, "refused": "; ".join(act.refused)}


def told(act: Act) -> str:
    """What an act changed and said: `name old → new` for each value that is another one now, then what is new."""
    names = [n for n in act.new if n in act.old] + [n for n in act.old if n not in act.new]
    changed = [
        f"{n} {_shown(n, act.old[n])} → {_shown(n, act.new.get(n))}" for n in names if act.old[n] != act.new.get(n)
    ]
    said = [f"{n} {_shown(n, v)}" for n, v in act.new.items() if n not in act.old and v not in _NOTHING]
    return ", ".join(changed + said)


def _shown(name: str, value: Any) -> str:
    """A value of an act as the trail tells it: a time as a time, a person by name, a signature in short."""
    if name == _SIGNATURE:
        return str(_signed_as(value))
    if name == "second" and isinstance(value, Mapping):
        return f"{value.get('name')} ({value.get('user')})"
    if name in _TIMES and isinstance(value, int) and value:
        return zoned(value, "UTC")
    return worded(value)


def _signed_as(signature: Any) -> Any:
    """A signature as the trail tells it; the table of signatures holds all of it."""
    if not isinstance(signature, Mapping):
        return signature
    return f"by {signature.get('name', 'nobody')}: {signature.get('meaning', 'no meaning')}"
