"""What a figure rests on: the rows of the assumptions behind it, with their grades."""

from __future__ import annotations

from axenic.assumption.assumption import Assumptions, Row

_CELLS = ("CD3 collected", "fold expansion", "viability at harvest", "share of a dose", "frail patients")
_ROWS: dict[str, tuple[str, ...]] = {
    "cost.vector": ("vector",),
    "cost.materials": ("materials",),
    "cost.qc": ("quality control",),
    "cost.labour": ("labour burden", "labour rate"),
    "cost.overhead": ("overhead ratio", "labour rate"),
    "cost.facility": ("room capital B", "room running B", "building life", "discount rate"),
    "cost.equipment": ("installation factor", "equipment life", "maintenance", "discount rate"),
    "cost.leukapheresis": ("leukapheresis",),
    "cost.transport": ("transport leg",),
    "cost.conversion": ("labour burden", "labour rate", "overhead ratio", "installation factor", "equipment life"),
    "cost.": ("vector", "materials", "quality control", "labour burden", "overhead ratio", "installation factor"),
    "failure.patient_material": _CELLS,
    "failure.operation": ("operator error", "robot error"),
    "failure.contamination": ("intrinsic contamination", "zone excursion", "bad lot"),
    "failure.logistics": ("receipt failure",),
    "failure.all": (*_CELLS, "operator error", "zone excursion", "bad lot", "receipt failure"),
    "time_to_vein.booking": ("booking wait",),
    "time_to_vein.scheduling": ("scheduling and lymphodepletion",),
    "time_to_vein.leukapheresis": ("leukapheresis lasts",),
    "time_to_vein.courier_in": ("courier in frozen", "courier in fresh"),
    "time_to_vein.courier_out": ("courier out",),
    "time_to_vein.": ("booking wait", "courier out", "scheduling and lymphodepletion"),
    "operators.rota": ("productive hours",),
    "operators.": ("labour burden", "productive hours"),
    "throughput.building": ("building factor",),
    "price.list": ("list price",),
    "demand.": ("demand", "growth of demand"),
}
_OTHERS = {
    "failure.equipment": "faults of the plant file",
    "fragility.": "simulated losses",
    "time_to_vein.queue": "waiting before the first step",
    "time_to_vein.manufacture": "durations of the recipe",
    "time_to_vein.waiting": "waiting between steps",
    "time_to_vein.qc": "release tests of recipe or regime",
    "time_to_vein.review": "review of the recipe",
}


def rows_behind(figure: str, assumptions: Assumptions) -> tuple[Row, ...]:
    """The main rows a figure rests on; empty if it follows from recipe and plant alone."""
    if figure in _OTHERS:
        return ()
    names = _ROWS.get(figure, _ROWS.get(figure.partition(".")[0] + ".", ()))
    known = {r.row: r for r in assumptions.rows}
    return tuple(known[n] for n in names if n in known)


def rests_on(figure: str, assumptions: Assumptions) -> str:
    """In a few words: the first rows with their grades, or what else it follows from."""
    rows = rows_behind(figure, assumptions)
    if not rows:
        other = _OTHERS.get(figure, _OTHERS.get(figure.partition(".")[0] + ".", "recipe and plant files"))
        return f"simulated; {other}" if not other.startswith("simulated") else other
    more = f", {len(rows) - 2} more" if len(rows) > 2 else ""
    return ", ".join(f"{r.row} ({r.grade})" for r in rows[:2]) + more
