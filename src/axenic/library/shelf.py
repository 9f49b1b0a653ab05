"""The shelf: recipes, plants, programs and risk tables, shipped with the package or brought as files."""

from __future__ import annotations

import difflib
import os
from datetime import datetime
from importlib import resources
from pathlib import Path
from typing import Annotated

from pydantic import StringConstraints

from axenic.asepsis.chamber import ChamberParameters
from axenic.asepsis.environment import EnvironmentLimits
from axenic.asepsis.program import Program
from axenic.asepsis.risk import RiskTable
from axenic.assumption.assumption import Assumptions
from axenic.assumption.claim import Claims
from axenic.notation.document import Document, Loaded, Model, load
from axenic.notation.finding import Finding
from axenic.notation.sheet import Sheet
from axenic.plant.plant import Plant
from axenic.plant.tag import TagSheet
from axenic.recipe.phase_kind import PhaseKinds
from axenic.recipe.recipe import Recipe
from axenic.recipe.regime import Regime

FOLDERS: dict[type[Sheet], str] = {
    Recipe: "recipes",
    Plant: "plants",
    Program: "programs",
    RiskTable: "risks",
    EnvironmentLimits: "environments",
    PhaseKinds: "phase-kinds",
    ChamberParameters: "chambers",
    Assumptions: "assumptions",
    Regime: "regimes",
    Claims: "claims",
    TagSheet: "telemetry",
}
_CODE = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9][A-Za-z0-9._-]{0,39}$")]


class OrderLine(Sheet):
    """One patient's order: batch, chain-of-identity code (never a name), and its times in UTC."""

    batch: _CODE
    patient: _CODE
    ordered: str
    due: str


class OrderSheet(Sheet):
    """The orders of a file."""

    orders: tuple[OrderLine, ...]


def milliseconds(text: str) -> int:
    """Milliseconds since 1970 of an ISO 8601 time with its zone; raises ValueError."""
    time = datetime.fromisoformat(text)
    if time.tzinfo is None:
        raise ValueError(f"{text!r} has no zone; write for example 2026-01-05T06:00:00Z")
    return round(time.timestamp() * 1000)


def shipped(model: type[Sheet]) -> list[str]:
    """The names of what the package ships of a kind."""
    folder = resources.files("axenic") / "data" / FOLDERS[model]
    return sorted(f.name.removesuffix(".yaml") for f in folder.iterdir() if f.name.endswith(".yaml"))


def default(model: type[Model]) -> Model:
    """The shipped default of a kind of which a plant needs one (risk table, phase kinds)."""
    loaded = take(model, "default")
    if loaded.value is None:
        raise ValueError(str(loaded.findings[0]))
    return loaded.value


def text_of(model: type[Sheet], name: str) -> tuple[str, str, list[Finding]]:
    """The text and the file name of a shipped name or a path; findings if it cannot be read."""
    if name in shipped(model):
        return (resources.files("axenic") / "data" / FOLDERS[model] / f"{name}.yaml").read_text("utf-8"), name, []
    path = Path(name)
    if not os.path.exists(name):  # unlike Path.exists it takes names that no file system does
        near = difflib.get_close_matches(name, shipped(model), 1, 0.5)
        hint = f"did you mean {near[0]!r}?" if near else f"shipped: {', '.join(shipped(model))}"
        return "", name, [Finding("AX0501", f"there is no file and no shipped thing named {name!r}", hint, name)]
    try:
        return path.read_text("utf-8"), name, []
    except (OSError, UnicodeDecodeError) as error:
        return "", name, [Finding("AX0001", f"cannot be read as text: {error}", "save it as UTF-8 text", name, 1, 1)]


def take(model: type[Model], name: str) -> Loaded[Model]:
    """A file object by shipped name or path, with every finding."""
    text, file, findings = text_of(model, name)
    return Loaded(None, Document(file, findings=findings)) if findings else load(model, text, file)


def assumptions(name: str) -> Loaded[Assumptions]:
    """Assumptions by shipped name or path, placed over all that they stand over; the findings of all of them.

    What `over` names is a shipped name, or a path seen from the file that names it. A circle is refused (AX0824).
    """
    first = loaded = take(Assumptions, name)
    found, met = loaded.value, {_place(loaded.document.file)}
    while loaded.value is not None and loaded.value.over:
        document, over = loaded.document, _beside(loaded.value.over, loaded.document.file)
        if _place(over) in met:
            text = f"{loaded.value.over!r} stands over {document.file!r} already, by way of {len(met)} file(s)"
            first.findings.append(document.finding("AX0824", text, "name another file, or none", ("over",)))
            break
        met.add(_place(over))
        loaded = take(Assumptions, over)
        first.findings.extend(loaded.findings)
        found = found.placed_over(loaded.value) if found is not None and loaded.value is not None else None
    return Loaded(None if first.findings else found, first.document)


def _beside(over: str, file: str) -> str:
    """The path of what a file names, seen from that file; a shipped name stays one."""
    if over in shipped(Assumptions) or file in shipped(Assumptions):
        return over
    return str(Path(file).parent / over)


def _place(name: str) -> str:
    try:
        return name if name in shipped(Assumptions) else os.path.realpath(name)
    except ValueError:  # a name that no file system takes
        return name


def read_file(model: type[Model], path: str) -> Loaded[Model]:
    """A file object from a path that is not on the shelf (orders)."""
    try:
        return load(model, Path(path).read_text("utf-8"), path)
    except FileNotFoundError:
        finding = Finding("AX0501", "there is no such file", "check the path", path)
    except (OSError, UnicodeDecodeError) as error:
        finding = Finding("AX0001", str(error), "check the path", path, 1, 1)
    return Loaded(None, Document(path, findings=[finding]))
