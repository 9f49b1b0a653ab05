"""The verb `telemetry`: readings taken, shown as curves, put into archives, verified."""

from __future__ import annotations

import difflib
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import wraps
from math import nan
from pathlib import Path
from typing import Annotated, Any, ParamSpec

from cyclopts import App, Parameter

from axenic.cli.answer import NOT_GOOD, refuse, say
from axenic.cli.progress import Progress
from axenic.cli.readings_file import read_readings
from axenic.cli.telemetry_text import archive_line, curve_lines, microseconds, newest_lines
from axenic.library.shelf import take as take_sheet
from axenic.live.clock import now_ms
from axenic.notation.finding import Finding
from axenic.plant.tag import TagSheet
from axenic.record.entry import Entry
from axenic.record.journal import Journal, JournalError, read_journal
from axenic.record.place import Place, shown
from axenic.record.reading import Reading as JournalReading
from axenic.record.telemetry.archive import archives_of, folder_of
from axenic.record.telemetry.buffer import Buffer, opened, to_read
from axenic.record.telemetry.carrying import carry
from axenic.record.telemetry.compaction import Compaction
from axenic.record.telemetry.curve import ALWAYS, Curve
from axenic.record.telemetry.curves import Curves, plant_of
from axenic.record.telemetry.error import TelemetryError
from axenic.record.telemetry.tags import Tag, tags_of

app = App(name="telemetry", help="What the equipment measured: curves, archives.", help_format="plaintext")
_WIDTH = 1600  # pixels of a picture
_ENDED_MS = 3_600_000  # a day is archived an hour after its end: links that were down have sent theirs by then
From = Annotated[str, Parameter(name="--from")]
Asked = ParamSpec("Asked")


class Unasked(Exception):
    """What was asked cannot be; `findings` say why."""

    def __init__(self, *findings: Finding) -> None:
        super().__init__(str(findings[0]))
        self.findings = list(findings)


def _answered(verb: Callable[Asked, int]) -> Callable[Asked, int]:
    """A verb whose errors are answers."""

    @wraps(verb)
    def done(*words: Asked.args, **options: Asked.kwargs) -> int:
        as_json = bool(options.get("json"))
        try:
            return verb(*words, **options)
        except (TelemetryError, JournalError) as error:
            return refuse([error.finding], as_json)
        except Unasked as error:
            return refuse(error.findings, as_json)

    return done


class Telemetry:
    """What is asked about: a journal, its plant's declared tags and the name of its cluster."""

    def __init__(self, journal: str, tags: str) -> None:
        """Raises JournalError, or Unasked for a sheet of tags that is wrong."""
        self.place = Place.of(journal)
        self.reading: JournalReading = read_journal(self.place)
        self.plant = plant_of(self.reading.entries)
        self.cluster = self.plant.plant if self.plant else "cluster"
        sheet = take_sheet(TagSheet, tags)
        if sheet.value is None:
            raise Unasked(*sheet.findings)
        self.tags: dict[str, Tag] = tags_of(sheet.value, self.plant) if self.plant else {}

    def _entries(self) -> list[Entry]:
        return read_journal(self.place).entries

    @contextmanager
    def curves(self) -> Iterator[Curves]:
        """What curves are read from."""
        known = self.reading.entries
        found = Curves(self.place, to_read(self.place), self.cluster, self.tags, self._entries, known)
        try:
            yield found
        finally:
            found.close()


@app.command(name="ls")
@_answered
def ls(*, journal: str, tags: str = "default", json: bool = False) -> int:
    """List every tag with its newest value, how old that is, and how good.

    Parameters
    ----------
    journal
        The journal: a file, or postgresql://host/database.
    tags
        The sheet of tags: a shipped name or a file.
    json
        Write JSON.
    """
    site = Telemetry(journal, tags)
    with site.curves() as curves:
        rows = [(curves.tag(reading.tag), reading) for reading in curves.newest()]
    now = now_ms() * 1000
    data = [
        {"tag": tag.name, "value": r.value if r.good else None, "unit": tag.unit, "at": r.at, "age": now - r.at}
        | {"quality": r.quality, "critical": tag.critical}
        for tag, r in rows
    ]
    say({"tags": data}, "\n".join(newest_lines(rows, now)), json)
    return 0


@app.command(name="curve")
@_answered
def curve(
    tag: str,
    *,
    journal: str,
    from_: From = "",
    to: str = "",
    png: Path | None = None,
    points: int = 0,
    tags: str = "default",
    json: bool = False,
) -> int:
    """Show the curve of a tag between two times, from buffer and archives; its gaps stay gaps.

    Parameters
    ----------
    tag
        The tag, for example airlock-1.peroxide.
    journal
        The journal: a file, or postgresql://host/database.
    from_
        Begin, for example 2026-01-05T06:00:00Z; the first reading if none is given.
    to
        End; the last reading if none is given.
    png
        Draw it into this file (PNG, SVG or PDF by its ending).
    points
        Reduce it to what so many pixels can show; 0 gives every reading.
    tags
        The sheet of tags: a shipped name or a file.
    json
        Write every reading as JSON.
    """
    site = Telemetry(journal, tags)
    start, end = microseconds(from_, 0), microseconds(to, ALWAYS)
    if start is None or end is None or points < 0:
        text = "--from and --to are times with their zone, --points is no negative number"
        raise Unasked(Finding("AX0007", text, "write for example --from 2026-01-05T06:00:00Z"))
    with site.curves() as curves:
        names = curves.names(start, end)
        if tag not in names:
            near = difflib.get_close_matches(tag, names, 1, 0.5)
            hint = f"did you mean {near[0]!r}?" if near else "axenic telemetry ls lists what there is"
            raise Unasked(Finding("AX0501", f"no reading of {tag!r} is on record", hint, shown(journal)))
        found = curves.curve(tag, start, end)
    _show([found], points, site, png, "", json)
    return 0


@app.command(name="batch")
@_answered
def batch(
    batch: str,
    *,
    journal: str,
    png: Path | None = None,
    points: int = 0,
    tags: str = "default",
    json: bool = False,
) -> int:
    """Show the curves around a batch: of each unit, airlock and zone it was in, while it was there.

    Parameters
    ----------
    batch
        The batch.
    journal
        The journal: a file, or postgresql://host/database.
    png
        Draw them into this file (PNG, SVG or PDF by its ending).
    points
        Reduce each to what so many pixels can show; 0 gives every reading.
    tags
        The sheet of tags: a shipped name or a file.
    json
        Write every reading as JSON.
    """
    site = Telemetry(journal, tags)
    if not any(getattr(e.thing, "batch", "") == batch for e in site.reading.entries):
        raise Unasked(Finding("AX0501", f"there is no batch {batch!r}", "check its name", shown(journal)))
    begun, told = time.monotonic(), Progress("curves")
    with site.curves() as curves:
        found = list(curves.batch(batch, lambda done, of: told(done, of, nan)))
    took = time.monotonic() - begun
    found = [curve for curve in found if len(curve)]
    count = sum(map(len, found))
    head = f"{batch}: {len(found)} curves, {count:,} readings, read and proven in {took:.2f} s"
    _show(found, points, site, png, head, json)
    return 0


def _show(found: list[Curve], points: int, site: Telemetry, png: Path | None, head: str, json: bool) -> None:
    shown_curves = [curve.reduced(points) for curve in found] if points else found
    if png is not None:
        from axenic.cli.telemetry_picture import draw_curves  # heavy: only when a picture is asked for

        title = f"{site.reading.head.origin}{', SIMULATED' if site.reading.head.simulated else ''}"
        try:
            draw_curves([curve.reduced(_WIDTH) for curve in found], title, png)
        except (OSError, ValueError) as error:
            raise Unasked(Finding("AX0851", str(error), "check its ending and folder", str(png))) from error
    lines = [line for curve in shown_curves for line in curve_lines(curve, len(found) == 1)]
    lines = [*([head] if head else []), *lines, *([str(png)] if png else [])]
    data: dict[str, Any] = {"curves": [curve.to_data() for curve in shown_curves]} if json else {}
    say(data | ({"picture": str(png)} if png else {}), "\n".join(lines), json)


@app.command(name="take")
@_answered
def take(file: Path, *, journal: str, tags: str = "default", json: bool = False) -> int:
    """Take the readings of a file, as of another historian; one that is there already is left alone.

    Parameters
    ----------
    file
        CSV with the columns time (ISO 8601 with its zone), tag, value and, if some are not good, quality (an OPC UA
        status code). No value is a gap.
    journal
        The journal: a file, or postgresql://host/database.
    tags
        The sheet of tags: a shipped name or a file.
    json
        Write JSON.
    """
    site = Telemetry(journal, tags)
    readings, findings = read_readings(file)
    if findings:
        raise Unasked(*findings)
    buffer = Buffer(site.place, site.cluster, site.tags)
    told = Progress("readings")
    for done in range(0, len(readings), 1000):
        buffer.take(readings[done : done + 1000])
        told(done, len(readings), nan)
    buffer.close()
    undeclared = len({r.tag for r in readings} - set(site.tags))
    result = {"taken": buffer.taken, "kept": buffer.kept, "undeclared": undeclared}
    note = f"; {undeclared} tags are not declared, all of theirs are kept" if undeclared else ""
    left = buffer.taken - buffer.kept
    say(result, f"{buffer.taken:,} readings taken, {left:,} of them within their deadband{note}", json)
    return 0


@app.command(name="compact")
@_answered
def compact(*, journal: str, before: str = "", tags: str = "default", json: bool = False) -> int:
    """Put the days that have ended into archives, each with its digest in the journal.

    Parameters
    ----------
    journal
        The journal: a file, or postgresql://host/database.
    before
        Only days that ended by then, as 2026-01-06T00:00:00Z; an hour ago if none is given.
    tags
        The sheet of tags: a shipped name or a file.
    json
        Write JSON.
    """
    site = Telemetry(journal, tags)
    until = microseconds(before, (now_ms() - _ENDED_MS) * 1000)
    if until is None:
        raise Unasked(Finding("AX0007", f"{before!r} is no time", "write for example 2026-01-06T00:00:00Z"))
    told = Progress("tags")
    store, to = opened(site.place), Journal.join(site.place)
    try:
        found = Compaction(store, to, site.tags, lambda _, done, of: told(done, of, nan)).run(until, now_ms())
        if found:
            to.anchor()
    finally:
        store.close()
        to.close()
    rows = [{"file": str(a.where(site.place)), "rows": a.rows, "size": a.size, "sha256": a.sha256} for a in found]
    say({"archives": rows}, "\n".join(archive_line(a) for a in found) or "no day has ended since", json)
    return 0


@app.command(name="copy")
@_answered
def copy(*, journal: str, to: Path, json: bool = False) -> int:
    """Copy the archives that are not yet in a folder: on other storage, or beside a journal that was restored.

    Parameters
    ----------
    journal
        The journal: a file, or postgresql://host/database.
    to
        The folder; what is whole there is left alone.
    json
        Write JSON.
    """
    place = Place.of(journal)
    known = archives_of(read_journal(place).entries)
    told, copied = Progress("archives"), 0
    for done, archive in enumerate(known, 1):
        copied += len(carry([archive], folder_of(place), to))
        told(done, len(known), nan)
    result = {"copied": copied, "archives": len(known), "folder": str(to)}
    say(result, f"{copied} archives copied, {len(known)} now in {to}, all as written", json)
    return 0


@app.command(name="verify")
@_answered
def verify(*, journal: str, folder: Path | None = None, json: bool = False) -> int:
    """Hold every archive against the journal: each must be there as it was written, and none be there besides.

    Parameters
    ----------
    journal
        The journal: a file, or postgresql://host/database.
    folder
        Where the archives lie, if not beside the journal: a copy of them.
    json
        Write JSON.
    """
    place = Place.of(journal)
    known = archives_of(read_journal(place).entries)
    told, faults, there = Progress("archives"), [], folder or folder_of(place)
    for done, archive in enumerate(known, 1):
        faults += [fault] if (fault := archive.fault(there)) else []
        told(done, len(known), nan)
    names = {archive.name for archive in known}
    found = (path.relative_to(there).as_posix() for path in sorted(there.rglob("*.parquet")))
    faults += [f"{name} is on no record" for name in found if name not in names]
    rows = sum(archive.rows for archive in known)
    good = f"{len(known)} archives, {rows:,} readings, all as written"
    say({"ok": not faults, "archives": len(known), "readings": rows, "faults": faults}, "\n".join(faults) or good, json)
    return NOT_GOOD if faults else 0
