"""The verbs `equipment show`, `alarm list`, `master show`: what may be used now, what waits for a person."""

from __future__ import annotations

from dataclasses import asdict

from axenic.cli.books import Look, NotThere, Row
from axenic.live.time_of_day import TimeOfDay
from axenic.quality.books import Books
from axenic.quality.equipment import PRODUCTION, Equipment
from axenic.quality.signature import local_time


def equipment(name: str = "", *, look: Look) -> int:
    """Show the state of equipment, computed now, and whether it may be used.

    Parameters
    ----------
    name
        The piece; all if none is named.
    """
    return look.show(lambda books: _equipment(books, name, TimeOfDay().now()))


def alarms(*, look: Look) -> int:
    """List the alarms that nobody has acknowledged."""
    return look.show(_alarms)


def masters(name: str, *, look: Look) -> int:
    """Show every version of a master with its state now, its people and the hash of its content.

    Parameters
    ----------
    name
        The master.
    """
    return look.show(lambda books: _masters(books, name, TimeOfDay().now()))


def _equipment(books: Books, name: str, at: int) -> tuple[Row, list[str]]:
    pieces = [piece for piece in books.equipment.all() if name in ("", piece.name)]
    if name and not pieces:
        raise NotThere(f"{name!r} is not in the register of equipment")
    rows = [
        {"name": p.name, "serial": p.serial, "state": list(p.state(at)), "refusals": p.refusals(PRODUCTION, at)}
        for p in pieces
    ]
    lines = [f"{p.name}  {', '.join(p.state(at))}; {_answer(p, at)}" for p in pieces]
    return {"equipment": rows}, lines


def _answer(piece: Equipment, at: int) -> str:
    until = piece.calibrated_until()
    text = "may not be used" if piece.refusals(PRODUCTION, at) else "may be used"
    return f"{text}; calibrated until {local_time(until, 'UTC')}" if until else text


def _alarms(books: Books) -> tuple[Row, list[str]]:
    found = books.alarms.open()
    rows = [{"alarm": a.seq, "at": a.at, "class": a.kind.class_, "text": a.text, "batch": a.batch} for a in found]
    lines = [f"{a.seq:>7}  {local_time(a.at, 'UTC')}  {a.kind.class_:<4}  {a.text}" for a in found]
    return {"alarms": rows}, lines or ["no alarm is open"]


def _masters(books: Books, name: str, at: int) -> tuple[Row, list[str]]:
    versions = books.masters.versions(name)
    if not versions:
        raise NotThere(f"there is no master {name!r}")
    rows = [asdict(m) | {"state": books.masters.state(m, at)} for m in versions]
    lines = [
        f"v{r['version']}  {r['state']:<10}  by {r['author']}, approved by {r['approver'] or 'nobody'}  {r['digest']}"
        for r in rows
    ]
    return {"master": name, "versions": rows}, lines
