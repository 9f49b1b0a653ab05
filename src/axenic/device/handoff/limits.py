"""How long the steps of a hand-off may take, as data with grades (`data/handoff`)."""

from __future__ import annotations

from importlib import resources

from axenic.device.handoff.ask import Ask
from axenic.notation.document import load
from axenic.notation.sheet import Grade, Sheet
from axenic.units import Duration


class StepLimit(Sheet):
    """The side that is asked owns the time."""

    step: Ask
    at_most: Duration
    grade: Grade
    source: str


class HandoffLimits(Sheet):
    """One limit for each step."""

    handoff: str
    version: int
    title: str
    steps: tuple[StepLimit, ...]

    def seconds(self) -> dict[Ask, float]:
        """The limits in seconds of the wall clock; raises ValueError if a step has none."""
        found = {limit.step: limit.at_most / 1000 for limit in self.steps}
        missing = sorted(set(Ask) - found.keys())
        if missing:
            raise ValueError(f"{self.handoff}: no limit for {', '.join(missing)}")
        return found


def handoff_limits() -> HandoffLimits:
    """The shipped limits; raises ValueError if they cannot be read."""
    name = "limits.yaml"
    loaded = load(HandoffLimits, (resources.files("axenic") / "data" / "handoff" / name).read_text("utf-8"), name)
    if loaded.value is None:
        raise ValueError("; ".join(str(f) for f in loaded.findings))
    return loaded.value
