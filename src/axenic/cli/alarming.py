"""The verbs `alarm list`, `alarm metrics`, `alarm types`: what calls for a person now, how often, and what to do."""

from __future__ import annotations

from collections import Counter
from dataclasses import asdict
from typing import Any

from axenic.cli.answer import refuse, say
from axenic.cli.books import Look, Row
from axenic.library.shelf import take
from axenic.live.time_of_day import TimeOfDay
from axenic.plant.plant import Plant
from axenic.quality.alarm.alarms import Alarms
from axenic.quality.alarm.check import alarms_of
from axenic.quality.alarm.flood import AlarmLoad, alarm_load
from axenic.quality.alarm.kind import PRIORITIES, AlarmKind, shipped_alarms
from axenic.quality.alarm.point import Alarm, Point
from axenic.quality.alarm.state import AlarmLetter
from axenic.quality.books import Books
from axenic.quality.signature import local_time

_CALLS = (AlarmLetter.UNACKNOWLEDGED, AlarmLetter.ACKNOWLEDGED, AlarmLetter.RETURNED)
_MINUTE = 60_000


def alarms(*, look: Look, all: bool = False) -> int:
    """List the alarms that hold or wait to be acknowledged, the most urgent first, with what to do.

    Parameters
    ----------
    all
        Also those that are normal, shelved, suppressed by design or out of service.
    """
    return look.show(lambda books: _list(books, all))


def metrics(*, look: Look, operators: int = 1) -> int:
    """Count the alarms of a journal, run or simulated, against EEMUA 191 and ISA-18.2: rate, floods, priorities.

    Parameters
    ----------
    operators
        How many persons share the alarms.
    """
    return look.show(lambda books: _metrics(books.alarms, max(operators, 1)))


def types(plant: str = "robotic-cluster", *, json: bool = False) -> int:
    """List every alarm type with what to do, and how the alarms of a plant spread over the priorities.

    Parameters
    ----------
    plant
        A plant, by its file or shipped name.
    json
        Write JSON.
    """
    loaded = take(Plant, plant)
    if loaded.value is None:
        return refuse(list(loaded.findings), json)
    table = shipped_alarms()
    at_plant = alarms_of(loaded.value, table)
    counted = Counter(kind.alarm for _, kind in at_plant)
    ranks: Counter[str] = Counter(kind.priority for _, kind in at_plant)
    rows = [_type(kind, counted[kind.alarm]) for kind in table.kinds]
    share = {name: round(100 * ranks[name] / max(len(at_plant), 1), 1) for name in PRIORITIES}
    lines = [f"{r['alarm']:<24}{r['priority']:<10}{r['respond within']:<8}{r['response']}" for r in rows]
    spread = ", ".join(f"{name} {part} %" for name, part in share.items())
    told = f"{plant}: {len(at_plant)} alarms at its equipment: {spread}"
    say({"plant": plant, "alarms": len(at_plant), "share": share, "types": rows}, "\n".join([*lines, told]), json)
    return 0


def _type(kind: AlarmKind, count: int) -> Row:
    return kind.model_dump(mode="json", by_alias=True) | {"count": count}


def _list(books: Books, everything: bool) -> tuple[Row, list[str]]:
    at = books.alarms.latest if books.simulated else TimeOfDay().now()
    points = books.alarms.points(at)
    rows = [_row(p, at) for p in points if everything or p.state.letter in _CALLS]
    now = {p.alarm.seq for p in points if p.alarm is not None}
    rows += [_past(alarm) for alarm in books.alarms.open(at) if alarm.seq not in now]
    rows.sort(key=lambda r: (PRIORITIES.index(r["priority"]), r["state"], r["at"]))
    return {"at": at, "alarms": rows}, [_line(r) for r in rows] or ["no alarm calls for anybody"]


def _row(point: Point, at: int) -> Row:
    state, alarm = point.state, point.alarm
    seen = alarm is not None and state.letter in _CALLS
    since = alarm.at if alarm is not None and seen else state.since
    left = since + point.kind.respond_within - at if seen and state.active else None
    said = {"alarm": alarm.seq if alarm else 0, "text": point.text or f"{point.kind.alarm}: {point.place}"}
    return (
        _of(point.kind, state.letter)
        | said
        | {
            "place": point.place,
            "batch": point.batch,
            "at": since,
            "left ms": left,
            "active": state.active,
            "latched": state.latched,
            "shelved until": state.shelved_until,
        }
    )


def _past(alarm: Alarm) -> Row:
    """An alarm that something newer at its place has replaced, and that nobody has acknowledged."""
    said = {"alarm": alarm.seq, "text": alarm.text, "place": alarm.place, "batch": alarm.batch, "at": alarm.at}
    return _of(alarm.kind, AlarmLetter.RETURNED) | said | {"left ms": None, "active": False}


def _of(kind: AlarmKind, letter: AlarmLetter) -> Row:
    told: Row = {"state": letter.value, "number": letter.number, "is": letter.title}
    words = {"cause": kind.cause, "consequence": kind.consequence, "response": kind.response}
    return told | {"type": kind.alarm, "priority": kind.priority, "class": kind.class_} | words


def _line(row: dict[str, Any]) -> str:
    left = row["left ms"]
    time = "" if left is None else f"  {left // _MINUTE} min left" if left > 0 else "  TOO LATE"
    shelf = f"  until {local_time(row['shelved until'], 'UTC')}" if row.get("shelved until") else ""
    head = f"{row['alarm']:>7}  {row['state']}  {row['priority']:<8}  {row['class']:<4}  {local_time(row['at'], 'UTC')}"
    return f"{head}{time}{shelf}  {row['text']}\n         do: {row['response']}"


def _metrics(register: Alarms, operators: int) -> tuple[Row, list[str]]:
    load = alarm_load(register.shown, register.all(), register.begins, register.latest, operators)
    lines = [
        f"{load.alarms} alarms in {_span(load)}, {load.operators} operator(s)",
        *(f"{f.figure:<40}{f.value:>9.2f} {f.unit:<2} target {f.acceptable:>4g}  {f.verdict}" for f in load.figures),
        *(f"{count:>7} x {kind} at {place}" for kind, place, count in load.frequent),
    ]
    lines += [f"chattering: {kind} at {place}" for kind, place in load.chattering]
    return asdict(load), lines + [f"stale: {kind} at {place}" for kind, place in load.stale]


def _span(load: AlarmLoad) -> str:
    hours = (load.ends - load.begins) / 3_600_000
    return f"{hours / 24:.1f} d" if hours >= 24 else f"{hours:.1f} h"
