"""The result as a plain-text table, with what each peer does and does not do below it."""

from __future__ import annotations

from collections.abc import Sequence

from bench.row import Row

HEAD = ("measure", "Axenic", "peer", "ratio (least to most)", "budget", "met")


def _number(value: float) -> str:
    return f"{value:,.0f}" if value >= 100 else f"{value:.3g}"


def _cells(row: Row, mark: str) -> tuple[str, ...]:
    compared = bool(row.peer)
    peer = f"{row.peer_name} {_number(row.peer)}" if compared else "-"
    ratio = f"{row.ratio:.3g} ({row.low:.3g} to {row.high:.3g})" if compared else "-"
    met = {True: "yes", False: "NO", None: "-"}[row.met]
    return f"{row.measure}{mark}", f"{_number(row.axenic)} {row.unit}", peer, ratio, row.budget or "-", met


def table(rows: Sequence[Row]) -> str:
    """The rows under their head, and the notes they refer to."""
    notes = list(dict.fromkeys(row.note for row in rows if row.note))
    marks = [f" [{notes.index(row.note) + 1}]" if row.note else "" for row in rows]
    lines = [HEAD, *(_cells(row, mark) for row, mark in zip(rows, marks, strict=True))]
    widths = [max(len(line[n]) for line in lines) for n in range(len(HEAD))]
    text = ["  ".join(cell.ljust(width) for cell, width in zip(line, widths, strict=True)).rstrip() for line in lines]
    text.insert(1, "  ".join("-" * width for width in widths))
    text += [
        "",
        "Medians; ratio is Axenic by peer in the same round, the contestants in turn. More is better for a rate,",
    ]
    text += ["less for a time. Peers and sizes:", *(f"[{n}] {note}" for n, note in enumerate(notes, 1))]
    return "\n".join(text)
