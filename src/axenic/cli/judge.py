"""The verb `judge`."""

from __future__ import annotations

import math
from pathlib import Path
from typing import Any

from axenic.cli.answer import NOT_GOOD, refuse, say
from axenic.cli.judging import judge_file
from axenic.cli.targets import target_findings
from axenic.notation.finding import Finding

_SAID = ("F0_min", "F0_lower_min", "convention")


def judge(
    csv: Path,
    *,
    program: str = "",
    picture: Path | None = None,
    machine_f0: float | None = None,
    calibrated_from: str = "",
    calibrated_until: str = "",
    json: bool = False,
) -> int:
    """Judge a recorded cycle or leak test; without --program the shipped one whose columns fit best is taken.

    Parameters
    ----------
    csv
        The recording: UTF-8, one header row, a column time_iso or time_s and the columns the program names; also
        phase, event, version and uptime_s where the machine gives them.
    program
        A shipped program by its name, or a file.
    picture
        Write a picture of the curve here (.png, .svg or .pdf).
    machine_f0
        What the machine itself stated, in minutes, to be shown beside ours.
    calibrated_from
        The decisive sensors are in calibration from here (ISO 8601).
    calibrated_until
        ... and until here.
    json
        Write the verdict as JSON.
    """
    if findings := target_findings(picture=picture):
        return refuse(findings, json)
    if machine_f0 is not None and not math.isfinite(machine_f0):
        return refuse([Finding("AX0007", f"--machine-f0 {machine_f0} is no number of minutes", "give 15.2")], json)
    judged, findings = judge_file(csv, program, machine_f0, (calibrated_from, calibrated_until))
    if judged is None:
        return refuse(findings, json)
    result = judged.result
    lines = _lines(result)
    if picture is not None and len(judged.trace.times) > 1:
        try:
            from axenic.cli.curve import draw_cycle  # matplotlib: only when asked for

            draw_cycle(judged.trace, judged.program, result, picture)
        except (OSError, ValueError) as error:
            return refuse([Finding("AX0001", str(error), "name a .png, .svg or .pdf to write", str(picture))], json)
        result["picture"] = str(picture)
        lines.append(f"  picture     {picture}")
    say(result, "\n".join(lines), json)
    return 0 if result["verdict"] == "pass" else NOT_GOOD


def _lines(result: dict[str, Any]) -> list[str]:
    lines = [f"{result['verdict'].upper()}  {result['program']}, {result['kind']}"]
    lines += [f"  because {reason}" for reason in result["reasons"]]
    wide = max((len(p["name"]) for p in result["phases"]), default=0)
    lines += [f"  {p['name']:{wide}} {p['start'][11:]} to {p['end'][11:]}" for p in result["phases"]]
    if result["f0_min"] is not None:
        ours = f"{result['f0_min']:.2f} min, with sensor uncertainty at least {result['f0_lower_min']:.2f} min"
        lines.append(f"  F0 {ours}\n     ({result['convention']})")
    shown = {name: value for name, value in result["figures"].items() if name not in _SAID}
    lines += [f"  {name.replace('_', ' ')} {value}" for name, value in shown.items()]
    if result["machine_f0_min"] is not None:
        lines.append(f"  the machine states {result['machine_f0_min']:.2f} min; its convention is not known")
    return lines
