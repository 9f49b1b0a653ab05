"""The common form of every file object: immutable, closed, keys in the trade's words with blanks."""

from __future__ import annotations

from enum import StrEnum

from pydantic import BaseModel, ConfigDict


def _words(name: str) -> str:
    return name.rstrip("_").replace("_", " ")


class Sheet(BaseModel):
    """One mapping of a YAML file; unknown keys are refused, a key `at most` is the attribute `at_most`."""

    model_config = ConfigDict(frozen=True, extra="forbid", alias_generator=_words, populate_by_name=True)


class Grade(StrEnum):
    """How well a number is founded (A read in its source, B computed from A, C remembered standard, D assumption)."""

    A = "A"
    B = "B"
    C = "C"
    D = "D"
