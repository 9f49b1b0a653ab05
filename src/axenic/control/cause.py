"""Why a batch was lost: the five causes that failure is counted by."""

from __future__ import annotations

from enum import IntEnum


class Cause(IntEnum):
    """The cause of a rejection (process model 4.2)."""

    NONE = 0
    PATIENT_MATERIAL = 1
    OPERATION = 2  # process or operator
    EQUIPMENT = 3
    CONTAMINATION = 4
    LOGISTICS = 5

    @property
    def title(self) -> str:
        """As it is written."""
        return "process or operator" if self is Cause.OPERATION else self.name.lower().replace("_", " ")

    @classmethod
    def titled(cls, title: str) -> Cause:
        """The cause of that title; EQUIPMENT if there is none, as for every failure nobody explains."""
        return next((c for c in cls if c.title == title), cls.EQUIPMENT)
