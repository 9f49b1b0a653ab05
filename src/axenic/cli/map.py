"""The verb `map`: the contamination map of a plant at one moment of a journal, with how long everything is valid."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from axenic.asepsis.boundary import Stage
from axenic.asepsis.condition import FOREVER, Aseptic, Condition
from axenic.cli.answer import refuse, say
from axenic.cli.job import job_of
from axenic.cli.ordering import Unfit
from axenic.cli.targets import target_findings
from axenic.control.control import Control
from axenic.control.state import Chamber
from axenic.library.shelf import milliseconds
from axenic.notation.finding import Finding
from axenic.record.journal import JournalError, read_entries


def map_plant(journal: str, *, at: str = "", picture: Path | None = None, json: bool = False) -> int:
    """Show what is clean, sterile, in use or dirty in a plant, and until when.

    Parameters
    ----------
    journal
        The journal of the plant.
    at
        The moment, ISO 8601 with its zone; without it the end of the journal.
    picture
        Write the map as a picture (.png, .svg or .pdf).
    json
        Write JSON.
    """
    if findings := target_findings(picture=picture):
        return refuse(findings, json)
    try:
        moment = milliseconds(at) if at else None
    except ValueError as error:
        return refuse([Finding("AX0007", str(error), "write for example 2026-01-12T06:00:00Z", "--at")], json)
    try:
        control = _until(journal, moment)
    except JournalError as error:
        return refuse([error.finding], json)
    except Unfit as unfit:
        return refuse(unfit.findings, json)
    result = {"at": _iso(control.floor.at), "zones": zones_of(control)}
    if picture is not None:
        try:
            from axenic.cli.map_picture import draw_map  # matplotlib: only when asked for

            draw_map(result, picture)
        except (OSError, ValueError) as error:
            return refuse([Finding("AX0001", str(error), "name a .png, .svg or .pdf to write", str(picture))], json)
        result["picture"] = str(picture)
    say(result, _text(result), json)
    return 0


def _until(journal: str, moment: int | None) -> Control:
    entries = read_entries(journal)
    control = job_of(entries).control()
    for entry in entries:
        if entry.stream == "fact" and (moment is None or entry.thing.at <= moment):
            control.take(entry.thing)  # type: ignore[arg-type]
    if moment is not None:
        control.floor.at = max(control.floor.at, moment)
    return control


def zones_of(control: Control) -> list[dict[str, Any]]:
    """Every zone with its condition, its units and the interfaces that lead into it."""
    floor, layout = control.floor, control.floor.layout
    found = []
    for name, zone in layout.zones.items():
        units = [
            {"name": s.name, **_condition(floor.units[s.name].condition, floor.at), "batch": floor.units[s.name].batch}
            for s in layout.stations.values()
            if s.zone == name and not s.shared
        ]
        interfaces = [
            {
                "name": i.interface,
                "from": i.outer,
                "barrier": i.barrier or "none",
                **_chamber(floor.chambers, i, floor.at),
            }
            for i in layout.interfaces.values()
            if i.inner == name
        ]
        state = _condition(floor.zones[name], floor.at)
        found.append({"name": name, "grade": zone.grade.value, **state, "units": units, "interfaces": interfaces})
    return found


def grouped(units: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Units for people to read: neighbours of which nothing is known are one line."""
    found: list[dict[str, Any]] = []
    for unit in units:
        last = found[-1] if found else None
        if last is not None and unit["state"] == last["state"] == Aseptic.UNKNOWN.value:
            first = last["name"].partition(" … ")[0]
            found[-1] = {**unit, "name": f"{first} … {unit['name']}"}
        else:
            found.append(unit)
    return found


def _condition(condition: Condition, at: int) -> dict[str, Any]:
    expired = condition.until < at
    state = "expired" if expired else condition.state.value
    until = "" if condition.until >= FOREVER or condition.state is Aseptic.UNKNOWN else _iso(condition.until)
    return {"state": state, "until": until, "evidence": condition.evidence}


def _chamber(chambers: dict[str, Chamber], interface: Any, at: int) -> dict[str, Any]:
    chamber = chambers.get(interface.interface)
    if chamber is None:
        return {"state": "open", "until": "", "evidence": "", "load": ""}
    stage = chamber.boundary.stage
    clean = stage is Stage.CLEAN
    state = "expired" if clean and at > chamber.until else stage.name.lower()
    proof = {"until": _iso(chamber.until), "evidence": chamber.evidence} if clean else {"until": "", "evidence": ""}
    return {"state": state, **proof, "load": chamber.load}


def _iso(moment: int) -> str:
    return datetime.fromtimestamp(moment / 1000, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def _text(result: dict[str, Any]) -> str:
    lines = [f"at {result['at']}"]
    for zone in result["zones"]:
        lines.append(f"{zone['name']}  grade {zone['grade']}  {zone['state']}  {zone['evidence']}")
        for i in zone["interfaces"]:
            until = f" until {i['until']} ({i['evidence']})" if i["until"] else ""
            load = f", holds {i['load']}" if i["load"] else ""
            lines.append(f"  <- {i['name']} from {i['from']}, {i['barrier']}: {i['state']}{until}{load}")
        for u in grouped(zone["units"]):
            until = f" until {u['until']}" if u["until"] else ""
            batch = f", {u['batch']}" if u["batch"] else ""
            lines.append(f"  {u['name']}: {u['state']}{until}{batch}")
    return "\n".join(lines)
