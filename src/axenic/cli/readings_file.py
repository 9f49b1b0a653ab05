"""A file of readings: CSV with time, tag, value and, where some are not good, quality."""

from __future__ import annotations

import csv
from pathlib import Path

from axenic.cli.telemetry_text import microseconds
from axenic.notation.finding import Finding
from axenic.record.telemetry.error import FILE
from axenic.record.telemetry.reading import BAD_NO_COMMUNICATION, GOOD, Reading

_COLUMNS = {"time", "tag", "value"}


def read_readings(path: Path) -> tuple[list[Reading], list[Finding]]:
    """Every reading of the file, or what is wrong with its first wrong line."""
    try:
        with path.open(encoding="utf-8-sig", newline="") as text:
            rows = csv.DictReader(text, strict=True)
            if not set(rows.fieldnames or ()) >= _COLUMNS:
                missing = ", ".join(sorted(_COLUMNS - set(rows.fieldnames or ())))
                return [], [Finding(FILE, f"no column {missing}", "the first line names the columns", str(path), 1, 1)]
            found = []
            for row in rows:
                try:
                    found.append(_reading(row))
                except ValueError as error:
                    hint = "time,tag,value,quality as 2026-01-05T06:00:00Z,airlock-1.peroxide,812.5,0"
                    return [], [Finding(FILE, str(error), hint, str(path), rows.line_num, 1)]
            return found, []
    except FileNotFoundError:
        return [], [Finding("AX0501", "there is no such file", "check the path", str(path))]
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        return [], [Finding("AX0001", f"cannot be read as CSV: {error}", "save it as UTF-8 text", str(path), 1, 1)]


def _reading(row: dict[str, str]) -> Reading:
    """Raises ValueError."""
    at = microseconds(row["time"] or "", None)
    tag, text, quality = (row["tag"] or "").strip(), (row["value"] or "").strip(), (row.get("quality") or "").strip()
    if at is None or at < 0:
        raise ValueError(f"{row['time']!r} is no time with a zone")
    if not tag or not tag.isprintable():
        raise ValueError(f"{tag!r} is no tag")
    code = int(quality, 0) if quality else GOOD if text else BAD_NO_COMMUNICATION
    if not 0 <= code < 1 << 32:
        raise ValueError(f"{quality} is no status code")
    return Reading(tag, at, _value(text), code)


def _value(text: str) -> float | str | None:
    try:
        return float(text) if text else None
    except ValueError:
        return text
