"""The common form of every file object: immutable, closed, keys in the trade's words with blanks."""

from __future__ import annotations

from enum import StrEnum
from typing import Self

from pydantic import BaseModel, ConfigDict


def _words(name: str) -> str:
    return name.rstrip("_").replace("_", " ")


class Sheet(BaseModel):
    """One mapping of a YAML file; unknown keys are refused, a key `at most` is the attribute `at_most`."""

    model_config = ConfigDict(frozen=True, extra="forbid", alias_generator=_words, populate_by_name=True)

    def __copy__(self) -> Self:
        """The fields alone: what was computed from those of the first is computed anew (`model_copy`)."""
        made = super().__copy__()
        for name in made.__dict__.keys() - type(self).model_fields:
            del made.__dict__[name]
        return made


class Grade(StrEnum):
    """How well a number is founded (A read in its source, B computed from A, C remembered standard, D assumption)."""

    A = "A"
    B = "B"
    C = "C"
    D = "D"
