"""A rehearsal: one whole run of a program in a simulated chamber, with the truth beside the record."""

from __future__ import annotations

from dataclasses import dataclass

from axenic.asepsis.chamber import ChamberParameters
from axenic.asepsis.program import Program
from axenic.asepsis.trace import Trace
from axenic.device.chambers import enter, run_phase
from axenic.device.draw import Draw
from axenic.device.fault import Fault

Span = tuple[str, int, int]


@dataclass(frozen=True, slots=True)
class Rehearsal:
    """What was recorded (trace and phases) and what is true: kill at the worst place, highest relative saturation."""

    trace: Trace
    events: tuple[Span, ...]
    log_reduction: float
    saturation: float
    failed: str
    minutes: float


def rehearse(
    program: Program, chamber: ChamberParameters, draw: Draw, run: str = "C-1", faults: tuple[Fault, ...] | None = None
) -> Rehearsal:
    """Run a program from its first phase to its last; a chamber that gives up ends it."""
    load, at = enter(program, chamber, run, draw, faults), 0
    traces: list[Trace] = []
    events: list[Span] = []
    failed = ""
    for plan in program.phases:
        done = run_phase(load, plan.phase, at)
        traces.append(done.trace)
        events.append((plan.phase, at, at + done.lasts))
        if done.outage is not None:
            events.append(("power loss", *done.outage))
        at += done.lasts
        if done.failed:
            failed = done.failed
            break
    physics = load.physics
    trace = Trace.joined(traces)
    return Rehearsal(trace, tuple(events), physics.log_reduction, physics.saturation, failed, at / 60_000)
