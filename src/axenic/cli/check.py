"""The verb `check`: what is wrong with each file alone, and whether recipe and plant close the loop together."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from axenic.asepsis.chamber import ChamberParameters, check_chamber
from axenic.asepsis.fit import check_fit
from axenic.asepsis.loop import check_loop
from axenic.asepsis.passages_table import passages_table
from axenic.asepsis.program import Program
from axenic.asepsis.risk import RiskTable
from axenic.assumption.assumption import Assumptions
from axenic.cli.answer import NOT_GOOD, WRONG, refuse, say
from axenic.cli.ordering import check_orders
from axenic.control.cause import check_causes
from axenic.library.shelf import FOLDERS, OrderSheet, default, shipped, take, text_of
from axenic.notation.document import Document, Loaded, load, read
from axenic.notation.finding import Finding
from axenic.notation.sheet import Sheet
from axenic.plant.check import check_plant
from axenic.plant.plant import Plant
from axenic.quality.alarm.check import check_alarmed, check_alarms
from axenic.quality.alarm.kind import AlarmTable, shipped_alarms
from axenic.recipe.check import check_recipe
from axenic.recipe.phase_kind import PhaseKinds
from axenic.recipe.recipe import Recipe
from axenic.twin.believed import check_believed
from axenic.units import format_duration

_KINDS: dict[str, type[Sheet]] = {
    "recipe": Recipe,
    "plant": Plant,
    "program": Program,
    "chamber": ChamberParameters,
    "orders": OrderSheet,
    "assumptions": Assumptions,
    "alarms": AlarmTable,
}
OPEN_LOOP = ("AX0201", "AX0204")


def check(
    *files: str, plant: str = "robotic-cluster", passages: bool = False, prove: str = "", json: bool = False
) -> int:
    """Check files of every kind, and prove that each recipe's transfers pass a proven barrier.

    Exit 1 if the contamination loop is open, 2 if a file is wrong.

    Parameters
    ----------
    files
        Files, or shipped things by their name.
    plant
        The plant that recipes are held against if none is among the files.
    passages
        Print the passages table of each recipe on each plant: interface, evidence, hold times, risk of one crossing.
    prove
        Instead, enumerate every reachable state of this plant's aseptic machines, hold every invariant against every
        transition, and weaken each guard in turn: every weakened machine must be caught.
    json
        Write the findings as JSON.
    """
    if prove:
        from axenic.cli.prove import prove as prove_plant  # it reads this file

        return prove_plant(prove, json)
    if not files:
        return refuse([Finding("AX0007", "no file was named", "axenic check recipe.yaml plant.yaml")], json)
    loaded = [_load(name) for name in files]
    findings = check_loaded(loaded, plant)
    if not findings:
        tables = tables_of(list(files), plant) if passages else []
        proven = "; every transfer is proven" if any(isinstance(x.value, Recipe) for x in loaded) else ""
        good = f"{len(files)} checked, nothing found{proven}"
        result = {"ok": True, "errors": []} | ({"passages": tables} if passages else {})
        say(result, "\n".join([*map(table_text, tables), good]), json)
        return 0
    only_open = all(f.code in OPEN_LOOP for f in findings)
    return refuse(findings, json, NOT_GOOD if only_open else WRONG)


def _load(name: str) -> Loaded[Any]:
    for model in FOLDERS:
        if name in shipped(model):
            return take(model, name)
    text, file, findings = text_of(Recipe, name)
    if findings:
        return Loaded(None, Document(file, findings=findings))
    document = read(text, file)
    if document.findings:
        return Loaded(None, document)
    kind = next((k for k in _KINDS if isinstance(document.data, dict) and k in document.data), "")
    if not kind:
        hint = f"begin with one of: {', '.join(_KINDS)}"
        document.findings.append(Finding("AX0007", f"neither of {', '.join(_KINDS)}", hint, file, 1, 1))
        return Loaded(None, document)
    return load(_KINDS[kind], text, file)


def check_alone(loaded: Loaded[Any], alarms: AlarmTable | None = None) -> list[Finding]:
    """What is wrong with a well-formed file by itself; a plant is held against an alarm table, the shipped one if none.

    Its equipment and its events have alarms with cause, consequence, response and time to respond.
    """
    if isinstance(loaded.value, Recipe):
        causes = check_causes(loaded.value, loaded.document)
        return check_recipe(loaded.value, loaded.document, default(PhaseKinds)) + causes
    if isinstance(loaded.value, Assumptions):
        return check_believed(loaded.value, loaded.document)
    if isinstance(loaded.value, ChamberParameters):
        return check_chamber(loaded.value, loaded.document)
    if isinstance(loaded.value, OrderSheet):
        return check_orders(loaded.value, loaded.document)
    if isinstance(loaded.value, AlarmTable):
        return check_alarms(loaded.value, loaded.document)
    if not isinstance(loaded.value, Plant):
        return []
    alarmed = check_alarmed(loaded.value, loaded.document, alarms or shipped_alarms())
    return check_plant(loaded.value, loaded.document) + alarmed


def check_loaded(files: list[Loaded[Any]], default_plant: str) -> list[Finding]:
    """Every finding of every file; recipes are held against each plant given, else against the default one.

    Plants are held against the alarm table given, else against the shipped one.
    """
    table = next((x.value for x in files if isinstance(x.value, AlarmTable)), None)
    findings: list[Finding] = []
    recipes: list[Loaded[Recipe]] = []
    plants: list[Loaded[Plant]] = []
    for loaded in files:
        findings += list(loaded.findings)
        alone = check_alone(loaded, table)
        findings += alone
        if isinstance(loaded.value, Plant) and not alone:
            plants.append(loaded)
        elif isinstance(loaded.value, Recipe) and not alone:
            recipes.append(loaded)
    if recipes and not plants:
        other = take(Plant, default_plant)
        findings += other.findings
        plants = [other]
    for loaded in recipes:
        for plant in plants:
            if loaded.value is not None and plant.value is not None:
                findings += check_loop(loaded.value, loaded.document, plant.value)
                findings += check_fit(loaded.value, plant.value, plant.document)
    return findings


def tables_of(names: list[str], default_plant: str) -> list[dict[str, Any]]:
    """The passages table of each recipe on each plant named, else on the default one; the files are good."""
    values = [_load(name).value for name in names]
    recipes = [v for v in values if isinstance(v, Recipe)]
    plants = [v for v in values if isinstance(v, Plant)] or [p for p in [take(Plant, default_plant).value] if p]
    programs = {n: p for n in shipped(Program) if (p := take(Program, n).value) is not None}
    risks = default(RiskTable)
    return [
        {"recipe": r.recipe, "plant": p.plant, "rows": [asdict(x) for x in passages_table(r, p, programs, risks)]}
        for r in recipes
        for p in plants
    ]


def table_text(table: dict[str, Any]) -> str:
    """A passages table for people."""
    lines = [f"{table['recipe']} on {table['plant']}"]
    head = ("for", "item", "crossing", "interface", "evidence", "clean hold", "lasts", "hold", "risk", "95 % upper")
    rows = [head, *(_cells(r) for r in table["rows"])]
    widths = [max(len(row[n]) for row in rows) for n in range(len(head))]
    lines += ["  ".join(c.ljust(w) for c, w in zip(row, widths, strict=True)).rstrip() for row in rows]
    return "\n".join(lines) + "\n"


def _cells(row: dict[str, Any]) -> tuple[str, ...]:
    times = [format_duration(row[k]) if row[k] else "" for k in ("clean_for", "lasts", "within")]
    way = f"{row['origin']} -> {row['target']}{'' if row['inward'] else ' (out)'}"
    risk = (f"{row['mean']:.1e}", f"{row['upper95']:.1e}")
    return row["transfer"], row["item"], way, row["interface"], row["evidence"], *times, *risk
