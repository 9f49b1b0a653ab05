"""The tables of quality that are shipped with the package, one YAML file for each."""

from __future__ import annotations

from functools import cache
from importlib import resources
from typing import TypeVar

from axenic.notation.document import load
from axenic.notation.sheet import Sheet

Model = TypeVar("Model", bound=Sheet)


def sheet_text(name: str) -> str:
    """The text of the table of that file name."""
    return (resources.files("axenic") / "data" / "quality" / name).read_text("utf-8")


def shipped_sheet(model: type[Model], name: str) -> Model:
    """The table of that file name; raises ValueError if it cannot be read."""
    found = _read(model, name)
    assert isinstance(found, model)
    return found


@cache
def _read(model: type[Sheet], name: str) -> Sheet:
    """The table, read once in a process: nothing changes it."""
    loaded = load(model, sheet_text(name), name)
    if loaded.value is None:
        raise ValueError("; ".join(str(f) for f in loaded.findings))
    return loaded.value
