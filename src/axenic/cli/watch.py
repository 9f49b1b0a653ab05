"""The live view on stderr: where every batch stands, on a terminal; else one line for each disposition."""

from __future__ import annotations

import sys
from datetime import UTC, datetime
from types import TracebackType

from rich.box import SIMPLE_HEAD
from rich.console import Console
from rich.live import Live
from rich.table import Table

from axenic.cli.summary import Row, Tally
from axenic.control.facts import Fact
from axenic.control.orders import DisposeBatch, Order
from axenic.recipe.recipe import Recipe

_COLOURS = {"released": "green", "rejected": "red", "in process": "default"}
_SHOWN = 24  # rows that fit a common terminal


class Watch:
    """Told of every step of a run; a context manager, so that the terminal is left as it was."""

    def __init__(self, recipe: Recipe, title: str) -> None:
        self._steps = [u.unit_procedure for u in recipe.procedure]
        self._title = title
        self._tally = Tally()
        self._facts = 0
        console = Console(stderr=True)
        self._live = Live(console=console, refresh_per_second=8, get_renderable=self._view, transient=True)
        self._seen = console.is_terminal

    def __enter__(self) -> Watch:
        if self._seen:
            self._live.start()
        return self

    def __exit__(self, kind: type | None, error: BaseException | None, trace: TracebackType | None) -> None:
        if self._seen:
            self._live.stop()

    def note(self, text: str) -> None:
        """Say one line beside the view."""
        if self._seen:
            self._live.console.print(text, highlight=False)
        else:
            sys.stderr.write(text + "\n")

    def step(self, fact: Fact, orders: list[Order]) -> None:
        """One fact was taken, these orders were given."""
        self._facts += 1
        for thing in (fact, *orders):
            self._tally.take(thing)
            if isinstance(thing, DisposeBatch) and not self._seen:
                self.note(f"{_clock(thing.at)}  {thing.batch}  {thing.outcome}: {thing.reason}")

    def _view(self) -> Table:
        title = f"{self._title}   {_clock(self._tally.at)} UTC   {self._facts} facts   SIMULATED"
        view = Table(
            title=title, title_justify="left", title_style="bold", expand=False, header_style="dim", box=SIMPLE_HEAD
        )
        for head in ("batch", "procedure", "step", "phase", "unit", "viable cells", "viability", "passages", "outcome"):
            view.add_column(head, no_wrap=True, justify="right" if head in ("viable cells", "passages") else "left")
        rows = sorted(self._tally.rows.values(), key=lambda r: (r.ended is not None, r.ordered))
        for row in rows[:_SHOWN]:
            view.add_row(*self._cells(row), style=_COLOURS[row.outcome])
        if len(rows) > _SHOWN:
            view.caption = f"and {len(rows) - _SHOWN} more"
        return view

    def _cells(self, row: Row) -> tuple[str, ...]:
        done = self._steps.index(row.step) + 1 if row.step in self._steps else 0
        bar = "━" * done + "·" * (len(self._steps) - done)
        cells = f"{float(row.results['viable cells']):.1e}" if "viable cells" in row.results else ""
        alive = f"{float(row.results['viability']):.0f} %" if "viability" in row.results else ""
        doing = f"{row.doing}, tests {row.tested} of {row.tests}" if row.tests else row.doing
        outcome = row.outcome if row.days is None else f"{row.outcome}, {row.days:.1f} d"
        return row.batch, bar, row.step, doing, row.unit, cells, alive, str(row.passages), outcome


def _clock(moment_ms: int) -> str:
    return datetime.fromtimestamp(moment_ms / 1000, UTC).strftime("%Y-%m-%d %H:%M")
