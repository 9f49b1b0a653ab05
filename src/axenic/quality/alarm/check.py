"""What an alarm table must be beyond its form, and whether every piece of a plant has its alarms."""

from __future__ import annotations

import difflib
from collections.abc import Iterable

from axenic.control.layout import names
from axenic.notation.document import Document, Path
from axenic.notation.finding import Finding
from axenic.plant.plant import Plant
from axenic.quality.alarm.kind import AlarmKind, AlarmTable

_WITHOUT, _CANNOT, _TWICE, _UNKNOWN = "AX0130", "AX0131", "AX0106", "AX0101"
_LONGEST_SHELF = 72 * 3_600_000  # [D] after it an alarm is taken out of service, by maintenance


def check_alarms(table: AlarmTable, document: Document) -> list[Finding]:
    """Everything wrong with a well-formed alarm table, at its place."""
    found: list[Finding] = []
    known = [kind.alarm for kind in table.kinds]
    for n, kind in enumerate(table.kinds):
        path: Path = ("kinds", n, "alarm")
        if kind.alarm in known[:n]:
            found.append(document.finding(_TWICE, f"{kind.alarm!r} is a type already", "rename one of the two", path))
        found += [document.finding(_CANNOT, text, hint, path) for text, hint in _cannot(kind)]
    named: list[tuple[str, Path]] = [(name, ("every link", n)) for n, name in enumerate(table.every_link)]
    for n, row in enumerate(table.equipment):
        named += [(name, ("equipment", n, "alarms", k)) for k, name in enumerate(row.alarms)]
        if row.kind in [other.kind for other in table.equipment[:n]]:
            text = f"{row.kind!r} has its alarms already"
            found.append(document.finding(_TWICE, text, "remove one of the two", ("equipment", n, "kind")))
    found += [_untyped(document, name, path, known) for name, path in named if name not in known]
    return found


def _cannot(kind: AlarmKind) -> Iterable[tuple[str, str]]:
    if not kind.respond_within:
        yield f"{kind.alarm}: there is no time to respond", "an alarm that a person cannot answer is an interlock"
    if kind.priority == "critical" and kind.shelve_at_most:
        yield f"{kind.alarm}: a critical alarm is never shelved", "remove `shelve at most`, or lower the priority"
    if kind.shelve_at_most > _LONGEST_SHELF:
        yield f"{kind.alarm}: shelved for longer than 72 h", "an alarm that is not wanted is taken out of service"


def check_alarmed(plant: Plant, document: Document, table: AlarmTable) -> list[Finding]:
    """Equipment of a kind that has no alarms, and events of a unit that have no alarm type."""
    found: list[Finding] = []
    kinds = [row.kind for row in table.equipment]
    for name, kind, path in _pieces(plant):
        if table.of_equipment(kind) is None:
            near = difflib.get_close_matches(kind, kinds, 1, 0.6)
            hint = f"did you mean {near[0]!r}?" if near else "add the kind and its alarms to the alarm table"
            text = f"{name} is a {kind!r}, and that kind has no alarms in {table.alarms!r}"
            found.append(document.finding(_WITHOUT, text, hint, path))
    known = [kind.alarm for kind in table.kinds]
    for n, unit in enumerate(plant.units):
        for k, event in enumerate(unit.alarms):
            if event not in known:
                found.append(_untyped(document, event, ("units", n, "alarms", k), known))
    return found


def _untyped(document: Document, name: str, path: Path, known: list[str]) -> Finding:
    near = difflib.get_close_matches(name, known, 1, 0.6)
    hint = f"did you mean {near[0]!r}?" if near else "add its type with cause, consequence, response and time"
    return document.finding(_WITHOUT, f"{name!r} has no alarm type", hint, path)


def _pieces(plant: Plant) -> Iterable[tuple[str, str, Path]]:
    for n, unit in enumerate(plant.units):
        yield unit.unit, unit.kind, ("units", n, "kind")
    for n, mover in enumerate(plant.movers):
        yield mover.mover, mover.kind.value, ("movers", n, "kind")
    for n, interface in enumerate(plant.interfaces):
        yield interface.interface, interface.kind, ("interfaces", n, "kind")


def alarms_of(plant: Plant, table: AlarmTable) -> list[tuple[str, AlarmKind]]:
    """Every alarm that a plant can have at its equipment: the name of the piece as journals have it, and the type."""
    lines: list[tuple[str, int, str, tuple[str, ...]]] = [(u.unit, u.count, u.kind, u.alarms) for u in plant.units]
    lines += [(m.mover, m.count, m.kind.value, ()) for m in plant.movers]
    lines += [(i.interface, 1, i.kind, ()) for i in plant.interfaces]
    found = []
    for line, count, kind, own in lines:
        row = table.of_equipment(kind)
        pieces = (line,) if row is not None and row.as_one else names(line, count)
        types = [table.kind(name) for name in dict.fromkeys((*table.types_of(kind), *own))]
        found += [(piece, of) for piece in pieces for of in types if of is not None]
    return found
