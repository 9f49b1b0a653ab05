"""The audit trail as a table to take away (CSV): whatever is written can be read back to the same lines (PI 041)."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from typing import Any

from axenic.quality.signature import local_time
from axenic.quality.trail import Line
from axenic.record.entry import Act

COLUMNS = (
    *("entry", "time (UTC)", "time (site)", "zone", "who", "role", "station", "session", "what", "object", "batch"),
    *("old", "new", "why", "refused because"),
)
_OPENS_A_FORMULA = ("=", "+", "-", "@", "'", "\t", "\r")
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def to_csv(lines: Iterable[Line]) -> str:
    """One row for each line; a text that a spreadsheet would take for a formula begins with an apostrophe."""
    out = io.StringIO()
    rows = csv.writer(out, quoting=csv.QUOTE_ALL, lineterminator="\n")
    rows.writerow(COLUMNS)
    rows.writerows([_safe(cell) for cell in cells(line)] for line in lines)
    return out.getvalue()


def cells(line: Line) -> list[str]:
    """The texts of one row: who in which role, what with old and new, when with its zone, why."""
    act = line.act
    when = (_EPOCH + timedelta(milliseconds=act.at)).isoformat(timespec="milliseconds")
    who = (act.actor, act.role, act.station, act.session)
    said = (_json(dict(act.old)), _json(dict(act.new)), act.reason, _json(list(act.refused)) if act.refused else "")
    what = (act.command, act.object, act.batch)
    return [str(line.seq), when, local_time(act.at, act.zone), act.zone, *who, *what, *said]


def from_csv(text: str) -> list[Line]:
    """The lines of a table; raises ValueError if it is not one of ours."""
    rows = list(csv.reader(io.StringIO(text, newline="")))
    if not rows or tuple(rows[0]) != COLUMNS:
        raise ValueError("the columns are not those of an audit trail")
    return [_line([_plain(cell) for cell in row]) for row in rows[1:]]


def _line(row: list[str]) -> Line:
    seq, when, _, zone, actor, role, station, session, command, name, batch, old, new, reason, refused = row
    at = (datetime.fromisoformat(when) - _EPOCH) // timedelta(milliseconds=1)
    said: dict[str, Any] = {
        "old": json.loads(old),
        "new": json.loads(new),
        "refused": tuple(json.loads(refused or "[]")),
    }
    who: dict[str, Any] = {"actor": actor, "role": role, "station": station, "zone": zone, "session": session}
    return Line(int(seq), Act(at, command, **who, object=name, batch=batch, reason=reason, **said))


def _json(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, sort_keys=True)


def _safe(cell: str) -> str:
    return f"'{cell}" if cell.startswith(_OPENS_A_FORMULA) else cell


def _plain(cell: str) -> str:
    return cell.removeprefix("'")
