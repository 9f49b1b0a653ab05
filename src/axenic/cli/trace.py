"""The verb `trace`."""

from __future__ import annotations

import sqlite3
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Annotated, Any

from cyclopts import Parameter

from axenic.cli.answer import refuse, say
from axenic.library.shelf import milliseconds
from axenic.notation.finding import Finding
from axenic.record.entry import Entry
from axenic.record.journal import JournalError, read_entries
from axenic.record.place import shown
from axenic.record.trace_back import NotThere, Touched, Trail
from axenic.record.whereabouts import BEGIN, END

Row = dict[str, Any]
_MOST_LINES = 40  # passages printed as text; --json has all of them


@dataclass(frozen=True, slots=True)
class Question:
    """What was asked: of which kind of thing, which one, and in which span (milliseconds)."""

    kind: str
    name: str
    start: int = BEGIN
    end: int = END

    def asked(self, trail: Trail) -> Touched:
        """The answer; raises NotThere."""
        match self.kind:
            case "cycle":
                return trail.of_cycle(self.name)
            case "item":
                return trail.of_item(self.name)
            case "zone":
                return trail.of_zone(self.name, self.start, self.end)
            case "interface":
                return trail.of_interface(self.name, self.start, self.end)
            case _:
                return trail.of_unit(self.name, self.start, self.end)


def trace(
    journal: str,
    *,
    cycle: str = "",
    zone: str = "",
    interface: str = "",
    item: str = "",
    unit: str = "",
    from_: Annotated[str, Parameter(name="--from")] = "",
    to: str = "",
    json: bool = False,
) -> int:
    """Look back: which batches, items and passages did a cycle, zone, interface, item or unit touch?

    Ask about one of them. --from and --to (last good, first bad) bound a zone, an interface or a unit.

    Parameters
    ----------
    journal
        The journal: a file, or postgresql://host/database.
    cycle
        A run of a chamber, for example C-18: what rests on it, and where those items went.
    zone
        A zone: what passed there or lay there in the span.
    interface
        An airlock or steriliser: what passed it, was proven in it, or was later let in on that proof.
    item
        An item, for example AX-0002:wash kit: where it went, and on what it rested.
    unit
        A unit: what was on it in the span.
    from_
        Begin of the span, for example 2026-01-05T06:00:00Z.
    to
        End of the span.
    json
        Write the result as JSON.
    """
    try:
        things = {"cycle": cycle, "zone": zone, "interface": interface, "item": item, "unit": unit}
        question = _question(things, from_, to)
        found = question.asked(Trail(read_entries(journal)))
    except JournalError as error:
        return refuse([error.finding], json)
    except NotThere as error:
        hint = f"did you mean {error.near!r}?" if error.near else "axenic record shows what there is"
        return refuse([Finding("AX0501", str(error), hint, shown(journal))], json)
    except Misasked as error:
        return refuse([error.finding], json)
    except (ValueError, sqlite3.Error) as error:
        return refuse([Finding("AX0303", str(error), "axenic verify says more", shown(journal))], json)
    say(_result(question, found), "\n".join(_text(question, found)), json)
    return 0


class Misasked(Exception):
    """The question makes no sense; `finding` says how to ask."""

    def __init__(self, message: str, hint: str) -> None:
        super().__init__(message)
        self.finding = Finding("AX0007", message, hint)


def _question(things: dict[str, str], start: str, end: str) -> Question:
    named = {kind: name for kind, name in things.items() if name}
    if len(named) != 1:
        hint = "give one of --cycle, --zone, --interface, --item, --unit"
        raise Misasked(f"{len(named)} things are asked about, one can be", hint)
    (kind, name), *_ = named.items()
    if (start or end) and kind in ("cycle", "item"):
        raise Misasked(f"a span does not go with --{kind}", "leave --from and --to out")
    try:
        span = (milliseconds(start) if start else BEGIN, milliseconds(end) if end else END)
    except ValueError as error:
        raise Misasked(str(error), "write for example 2026-01-05T06:00:00Z") from error
    if span[0] > span[1]:
        raise Misasked(f"{start} comes after {end}", "swap --from and --to")
    return Question(kind, name, *span)


def _result(question: Question, found: Touched) -> Row:
    return {
        question.kind: question.name,
        "batches": list(found.batches),
        "items": list(found.items),
        "passages": [getattr(e.thing, "passage", "") for e in found.passages],
        "onward": [getattr(e.thing, "passage", "") for e in found.onward],
        "units": list(found.units),
        "cycles": [getattr(e.thing, "cycle", "") for e in found.cycles],
        "evidence": list(found.evidence),
        "sources": list(found.sources),
        "stays": [{"item": s.item, "place": s.place, "from": _iso(s.start), "to": _iso(s.end)} for s in found.stays],
        "rows": [_row(e) for e in found.passages],
    }


def _row(entry: Entry) -> Row:
    p: Any = entry.thing
    row = {"entry": entry.seq, "passage": p.passage, "at": _iso(p.at), "kind": p.kind, "item": p.item}
    return row | {"origin": p.origin, "target": p.target, "evidence": list(p.evidence)}


def _iso(moment: int) -> str:
    return "" if moment in (BEGIN, END) else datetime.fromtimestamp(moment / 1000, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def _text(question: Question, found: Touched) -> list[str]:
    span = ""
    if question.start != BEGIN or question.end != END:
        span = f" from {_iso(question.start) or 'the beginning'} to {_iso(question.end) or 'the end'}"
    lines = [f"{question.kind} {question.name}{span}"]
    for entry in found.cycles:
        j: Any = entry.thing
        lines.append(
            f"  {j.cycle} of {j.program} in {j.unit}: {j.verdict}, load {j.item or 'empty'} (entry {entry.seq})"
        )
    lines.append(f"batches   {', '.join(found.batches) or 'none'}")
    lines.append(f"items     {', '.join(found.items) or 'none'}")
    lines.append(f"passages  {len(found.passages)}, onward {len(found.onward)}")
    for entry in found.passages[:_MOST_LINES]:
        p: Any = entry.thing
        way = p.origin if p.origin == p.target else f"{p.origin} to {p.target}"
        lines.append(f"  {_iso(p.at)}  {p.kind:17} {p.item}, {way} (entry {entry.seq})")
    if len(found.passages) > _MOST_LINES:
        lines.append(f"  and {len(found.passages) - _MOST_LINES} more; --json has all of them")
    if found.stays:
        lines.append(f"lay there {len(found.stays)} times: {', '.join(dict.fromkeys(s.item for s in found.stays))}")
    lines.append(f"reached   {', '.join(found.units) or 'no unit'}")
    lines.append(f"rests on  {', '.join(found.evidence) or 'nothing'}")
    return lines
