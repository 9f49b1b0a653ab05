"""What the rules ask of the software, clause by clause, as data: a new text of law is a change of data."""

from __future__ import annotations

from enum import StrEnum
from functools import lru_cache
from importlib import resources
from typing import Literal

from axenic.notation.document import Model, load
from axenic.notation.sheet import Grade, Sheet

_FOLDER = "requirements"


class Who(StrEnum):
    """Who meets a requirement."""

    SOFTWARE = "software"
    BOTH = "both"  # the software, with a procedure of its user
    PROCEDURE = "procedure"  # the user alone


class Requirement(Sheet):
    """One clause: what it asks (paraphrased), what answers it, how well its wording is founded.

    missing: what of the answer is not built; such a row is never shown as met.
    """

    id: str
    clause: str
    requirement: str
    who: Who
    feature: str
    grade: Grade
    sources: tuple[str, ...] = ()
    confidence: Literal["", "high", "medium", "low"] = ""
    missing: str = ""


class Requirements(Sheet):
    """The clauses of one text, as of a day."""

    requirements: str
    version: int
    state_of_law: str
    title: str
    rows: tuple[Requirement, ...]


class Sources(Sheet):
    """Where the texts were read."""

    sources: str
    version: int
    rows: dict[str, str]


@lru_cache(maxsize=1)
def all_requirements() -> tuple[Requirements, ...]:
    """Every text that is shipped; raises ValueError if one cannot be read."""
    folder = resources.files("axenic") / "data" / _FOLDER
    names = sorted(f.name for f in folder.iterdir() if f.name.endswith(".yaml") and f.name != "sources.yaml")
    return tuple(_read(Requirements, name) for name in names)


def sources() -> dict[str, str]:
    """What the short names of sources stand for; raises ValueError if it cannot be read."""
    return _read(Sources, "sources.yaml").rows


def _read(model: type[Model], name: str) -> Model:
    text = (resources.files("axenic") / "data" / _FOLDER / name).read_text("utf-8")
    loaded = load(model, text, name)
    if loaded.value is None:
        raise ValueError("; ".join(str(f) for f in loaded.findings))
    return loaded.value
