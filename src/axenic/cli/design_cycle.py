"""The verb `design-cycle`."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any, Literal

from axenic.asepsis.chamber import ChamberParameters, Principle, check_chamber
from axenic.asepsis.program import Program
from axenic.cli.answer import NOT_GOOD, refuse, say
from axenic.cli.targets import target_findings
from axenic.library.shelf import take
from axenic.notation.document import write
from axenic.notation.finding import Finding
from axenic.twin.wish import Design, NoCycle, Wish

_DEFAULT_LOGS = {"vapour": 6.0, "moist-heat": 12.0}


def design_cycle(
    kind: Literal["vapour", "moist-heat"],
    *,
    chamber: str,
    logs: float | None = None,
    f0: float = 0.0,
    confidence: float = 0.95,
    saturation: float = 0.95,
    residual: float = 1.0,
    seed: int = 1,
    out: Path | None = None,
    picture: Path | None = None,
    json: bool = False,
) -> int:
    """Find the shortest cycle that reaches a log reduction at the worst place in a chamber known with uncertainty.

    Parameters
    ----------
    kind
        vapour or moist-heat.
    chamber
        The chamber's parameters: a file, or a shipped chamber by its name.
    logs
        The log reduction wanted at the worst place (6 for vapour, 12 for moist heat).
    f0
        Moist heat: F0 in minutes that the record must show at its lower bound.
    confidence
        The share of chambers, as uncertain as the file says, that must reach all of it.
    saturation
        Vapour: the highest relative saturation at the coldest wall (1 is dew).
    residual
        Vapour: the most peroxide left at the end of aeration and after the recheck, in ppm.
    seed
        The draws the search rests on.
    out
        Write the program here as YAML.
    picture
        Write the trade-off here (.png, .svg or .pdf).
    json
        Write the answer as JSON.
    """
    wish = Wish(_DEFAULT_LOGS[kind] if logs is None else logs, confidence, f0, saturation, residual, seed=seed)
    wrong = target_findings(out=out, picture=picture)
    found, findings = (None, wrong) if wrong else _chamber(chamber, kind, wish)
    if found is None:
        return refuse(findings, json)
    try:
        design = _design(kind, found, wish)
    except NoCycle as why:
        text = f"no cycle in {found.chamber}: {why} (limited by {why.limited_by})"
        return refuse([Finding("AX0603", text, "ask for less, or change the chamber", chamber)], json, NOT_GOOD)
    except ArithmeticError as error:
        text = f"the physics of {found.chamber} cannot be computed: {error}"
        hint = "a parameter is 0 or far out of any chamber's range; compare with a shipped chamber"
        return refuse([Finding("AX0602", text, hint, chamber)], json)
    if findings := _written(design, out, picture):
        return refuse(findings, json)
    answer = _answer(design, wish)
    say(answer, _words(design, answer), json)
    return 0


def _chamber(name: str, kind: str, wish: Wish) -> tuple[ChamberParameters | None, list[Finding]]:
    loaded = take(ChamberParameters, name)
    if loaded.value is None:
        return None, loaded.findings
    findings = check_chamber(loaded.value, loaded.document) or _cannot_be(wish, kind, loaded.value)
    return (None, findings) if findings else (loaded.value, [])


def _written(design: Design, out: Path | None, picture: Path | None) -> list[Finding]:
    try:
        if out is not None:
            out.write_text(write(design.program), "utf-8")
        if picture is not None:
            from axenic.cli.tradeoff import draw_design  # matplotlib: only when asked for

            draw_design(design, picture)
    except (OSError, ValueError) as error:
        hint = "name a place that can be written; a picture ends in .png, .svg or .pdf"
        return [Finding("AX0001", str(error), hint, str(picture or out))]
    return []


def _cannot_be(wish: Wish, kind: str, chamber: ChamberParameters) -> list[Finding]:
    found = []
    for name, value, low, high in (
        ("--logs", wish.logs, 0.5, 20.0),
        ("--confidence", wish.confidence, 0.5, 0.99),
        ("--f0", wish.f0_min, 0.0, 120.0),
        ("--saturation", wish.saturation_at_most, 0.1, 1.0),
        ("--residual", wish.residual_at_most, 0.1, 100.0),
    ):
        if not low <= value <= high:
            found.append(Finding("AX0604", f"{name} is {value:g}", f"choose {low:g} to {high:g}", name))
    if (kind == "vapour") != (chamber.principle is Principle.VAPOUR):
        text = f"{chamber.chamber} works by {chamber.principle}"
        found.append(Finding("AX0604", text, f"name a chamber for {kind}", chamber.chamber))
    if kind == "moist-heat" and not chamber.programs:
        found.append(Finding("AX0604", f"{chamber.chamber} names no program", "add one to `programs`", chamber.chamber))
    return found


def _design(kind: str, chamber: ChamberParameters, wish: Wish) -> Design:
    def tell(text: str) -> None:
        sys.stderr.write(f"{text}\n")

    if kind == "vapour":
        from axenic.twin.vapour_design import design_vapour

        return design_vapour(chamber, wish, tell)
    from axenic.twin.heat_design import design_heat

    template = take(Program, chamber.programs[0]).value
    if template is None:
        raise NoCycle("kill", f"the program {chamber.programs[0]} is not there")
    return design_heat(chamber, template, wish, tell)


def _answer(design: Design, wish: Wish) -> dict[str, Any]:
    best, naive = design.best, design.naive
    return {
        "program": design.program.model_dump(mode="json", by_alias=True),
        "total_min": round(best.total_min, 2),
        "log_reduction": {"mean": round(best.mean_logs, 2), "lower": round(best.lower_logs, 2)},
        "confidence": wish.confidence,
        "limited_by": best.limited_by,
        "goal": {"value": round(best.goal, 4), "unit": design.goal_unit},
        "start_humidity_rh": round(best.start_humidity, 1) if design.goal_unit == "mg/L" else None,
        "saturation": round(best.saturation, 3),
        "phases_min": {k: round(v, 2) for k, v in best.phases.items()},
        "naive": {"total_min": round(naive.total_min, 2), "what": design.naive_words},
        "ratio_to_naive": round(design.ratio, 3),
        **design.figures,
        "simulated": True,
    }


def _words(design: Design, answer: dict[str, Any]) -> str:
    logs, best = answer["log_reduction"], design.best
    lines = [
        f"{best.total_min:.1f} min  {design.program.title}",
        f"  goal        {best.goal:.2f} {design.goal_unit}",
        *(f"  {name:11} {minutes:.2f} min" for name, minutes in best.phases.items()),
        f"  kill        mean {logs['mean']} logs, at least {logs['lower']} at {answer['confidence']:.0%}",
        f"  limited by  {best.limited_by}",
        f"  naive       {design.naive.total_min:.1f} min ({design.naive_words}): {design.ratio:.2f} times as long",
    ]
    if answer.get("stacked_worst_case_min"):
        ratio = answer["ratio_to_stacked_worst_case"]
        lines.append(
            f"              {answer['stacked_worst_case_min']:.1f} min with every parameter at its worst: {ratio}"
        )
    return "\n".join(lines)
