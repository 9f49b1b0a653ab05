"""A fault of a simulated chamber: what fails, in which phase, and how badly."""

from __future__ import annotations

from dataclasses import dataclass

from axenic.asepsis.chamber import ChamberParameters, FaultKind
from axenic.asepsis.program import Program
from axenic.device.draw import Draw


@dataclass(frozen=True, slots=True)
class Fault:
    """`size` is in the unit the chamber's file gives for that kind; an empty phase means the whole run."""

    kind: FaultKind
    phase: str
    size: float

    def acts_in(self, phase: str) -> bool:
        """True if the fault is there in a phase."""
        return self.phase in ("", phase)


def drawn_faults(program: Program, chamber: ChamberParameters, run: str, draw: Draw) -> tuple[Fault, ...]:
    """At most one fault of an ordinary run, by the shares of the chamber's file; its phase is drawn evenly."""
    left = draw.uniform(run, "fault")
    for row in chamber.faults:
        left -= row.share
        if left < 0:
            phases = program.phases
            phase = phases[int(draw.uniform(run, "phase of the fault") * len(phases))].phase
            return (Fault(row.fault, phase, row.size),)
    return ()


def sizes_in(faults: tuple[Fault, ...], phase: str) -> dict[FaultKind, float]:
    """The faults that act in a phase, by kind."""
    return {fault.kind: fault.size for fault in faults if fault.acts_in(phase)}
