"""The picture of a week: which batch stood where, changeovers, cycles of chambers, and what was carried."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from axenic.twin.report.label import short
from axenic.twin.report.picture import Picture, one_run, resting_on
from axenic.twin.report.report import Report, Side
from axenic.twin.report.style import INK, SOFT, drawn, words
from axenic.twin.report.week import WEEK_MS, Span, Work

CALM = ("#b7cbd8", "#e4cfa2", "#bcd3c5", "#d3c6dc", "#e6c3b6", "#c9ced3", "#cfd8a8", "#a9c9cf")
_DAY = 86_400_000
_MOST_STATIONS = 12  # of a line, before it is drawn as a count
_LETTER_H = 2.6  # hours of the axis that a letter takes


@dataclass(frozen=True, slots=True)
class Line:
    """A line of stations with its spans; `rows` is how high it is drawn."""

    name: str
    stations: tuple[str, ...]
    spans: tuple[Span, ...]
    counted: bool

    @property
    def rows(self) -> int:
        """Rows of the picture: one for each station, two for a count."""
        return 2 if self.counted else len(self.stations)


def draw_weeks(report: Report) -> tuple[Picture, ...]:
    """A Gantt chart for each side (of many: the first and the last) in whose week anything happened."""
    found = [side for side in report.outermost if side.week.spans]
    return tuple(_picture(f"week{n}" if len(found) > 1 else "week", side) for n, side in enumerate(found, 1))


def _picture(key: str, side: Side) -> Picture:
    lines = _lines(side)
    moves = sum(s.work is Work.MOVE for s in side.week.spans)
    cycles = sum(s.work is Work.CYCLE for s in side.week.spans)
    batches = {s.batch for s in side.week.spans if s.work is Work.BATCH}
    from_ = datetime.fromtimestamp(side.week.begin / 1000, UTC)
    counted = ", ".join(x.name for x in lines if x.counted)
    caption = (
        f"The week from {from_:%A} {from_:%Y-%m-%d} (simulated calendar, UTC) of {words(side.name)}: {one_run(side)}, "
        "so no interval. Bars: a batch at a station, underlined while a phase of less than half a day runs, named "
        "by its "
        "patient's number in the order of arrival (R: made again); hatched: changeover. Below: cycles of the "
        "chambers, and a tick for each move of a carrier. Stations "
        "without work in this week and the shared laboratory are left out."
        + (f" Drawn as the number of stations taken, since there are many: {counted}. " if counted else " ")
        + resting_on([side], ("*",))
        + " Durations come from recipe and plant."
    )
    alt = f"Gantt chart of {words(side.name)}: {len(batches)} batches, {cycles} phases of cycles, {moves} moves."
    rows = sum(x.rows for x in lines) + 0.5 * len(lines)
    height = 0.75 + 0.148 * rows
    svg = drawn(key, height, lambda figure: _draw(figure, lines, side))
    return Picture(key, f"A week of {short(side.name, 60)}", caption, alt, svg)


def _lines(side: Side) -> list[Line]:
    """Units in plant order, then chambers, then carriers; only what worked in the week."""
    plant, by_line = side.scenario.plant, dict[str, list[Span]]()
    for span in side.week.spans:
        by_line.setdefault(span.line, []).append(span)
    order = [u.unit for u in plant.units] + [i.interface for i in plant.interfaces] + [m.mover for m in plant.movers]
    found = []
    for name in order:
        spans = by_line.get(name, [])
        stations = tuple(sorted({s.station for s in spans}, key=lambda x: (len(x), x)))
        many = len(stations) > _MOST_STATIONS and any(s.work is Work.BATCH for s in spans)
        if stations:
            found.append(Line(name, stations, tuple(spans), many))
    return found


def _draw(figure: Any, lines: list[Line], side: Side) -> None:
    axis = figure.subplots()
    place, ticks = 0.0, list[tuple[float, str]]()
    for line in lines:
        top = place
        if line.counted:
            _count(axis, line, place)
            ticks.append((place + 0.5, line.name))
        else:
            for k, station in enumerate(line.stations):
                _station(axis, (s for s in line.spans if s.station == station), place + k, side)
                ticks.append((place + k, station))
        place = top + line.rows + 0.5
        axis.axhline(place - 0.75, color="#dfe4e8", lw=0.6)
    axis.set_yticks([y for y, _ in ticks], [words(t, 22) for _, t in ticks], fontsize=7)
    days = [datetime.fromtimestamp((side.week.begin + d * _DAY) / 1000, UTC) for d in range(7)]
    axis.set_xticks([d * 24 + 12 for d in range(7)], [f"{d:%a} {d.day} {d:%b}" for d in days], fontsize=8)
    axis.set_xticks([d * 24 for d in range(8)], minor=True)
    axis.set(xlim=(0, 7 * 24), ylim=(place - 0.4, -0.8))
    axis.grid(axis="x", which="minor")
    axis.tick_params(axis="both", length=0)
    axis.tick_params(axis="x", which="minor", length=4)
    axis.spines["left"].set_visible(False)


def _hours(span: Span) -> tuple[float, float]:
    begin, end = max(span.begin, 0) / 3_600_000, min(span.end, WEEK_MS) / 3_600_000
    return begin, max(end - begin, 0.15)


def _station(axis: Any, spans: Iterable[Span], y: float, side: Side) -> None:
    kinds: dict[Work, list[Span]] = {}
    for span in spans:
        kinds.setdefault(span.work, []).append(span)
    for span in kinds.get(Work.BATCH, []):
        _stay(axis, span, y, _batch(side, span.batch))
    phases = [s for s in kinds.get(Work.PHASE, []) if s.end - s.begin < _DAY / 2]
    axis.broken_barh([_hours(s) for s in phases], (y + 0.18, 0.22), color=SOFT, lw=0)
    changes = [_hours(s) for s in kinds.get(Work.CHANGEOVER, [])]
    axis.broken_barh(changes, (y - 0.4, 0.8), facecolor="white", edgecolor=SOFT, lw=0.5, hatch="//////")
    axis.broken_barh([_hours(s) for s in kinds.get(Work.CYCLE, [])], (y - 0.36, 0.72), color=INK, lw=0)
    axis.vlines([s.end / 3_600_000 for s in kinds.get(Work.MOVE, [])], y - 0.36, y + 0.36, color="#2f5d7c", lw=0.5)


def _stay(axis: Any, span: Span, y: float, name: str) -> None:
    begin, wide = _hours(span)
    axis.broken_barh([(begin, wide)], (y - 0.4, 0.8), facecolor=CALM[span.batch % len(CALM)], edgecolor="white", lw=0.5)
    if wide > _LETTER_H * len(name):
        axis.text(begin + wide / 2, y - 0.05, name, ha="center", va="center", fontsize=6.5)


def _batch(side: Side, row: int) -> str:
    rows = side.tally.batches
    if not 0 <= row < len(rows):
        return ""
    return f"{int(rows['patient'][row]) + 1}{'R' if rows['attempt'][row] > 1 else ''}"


def _count(axis: Any, line: Line, y: float) -> None:
    """How many stations of a line hold a batch, as steps over two rows, with the most written to it."""
    stays = [s for s in line.spans if s.work is Work.BATCH]
    events = sorted([(max(s.begin, 0), 1) for s in stays] + [(min(s.end, WEEK_MS), -1) for s in stays])
    times, counts, now = [0.0], [0], 0
    for at, change in events:
        now += change
        times.append(at / 3_600_000)
        counts.append(now)
    most = max(counts)
    heights = [y + 1.35 - 1.6 * c / max(most, 1) for c in counts]
    axis.fill_between([*times, 168], [*heights, heights[-1]], y + 1.35, step="post", color=CALM[0], lw=0)
    axis.text(1, y + 0.5, f"up to {most} at once", va="center", fontsize=7)
