"""Running a chamber's program phase by phase, and what its verdict makes of chamber and load.

A cycle is a recipe for a chamber. CLEAN is entered only by a passing verdict of this load; a failed or void
run is never mended, only run again, as often as the interface allows.
"""

from __future__ import annotations

from axenic.asepsis.boundary import Stage
from axenic.asepsis.condition import Aseptic, Condition
from axenic.asepsis.judge import Verdict, judge
from axenic.asepsis.trace import Trace
from axenic.control.barriers import begin_cycle, end_cycle, enter_phase, happen
from axenic.control.facts import PhaseCompleted, PhaseFailed
from axenic.control.floor import Floor
from axenic.control.orders import JudgeCycle
from axenic.control.state import Cycle, Outstanding, Transfer, Waits, Want, Work
from axenic.plant.plant import MoverKind
from axenic.recipe.recipe import Barrier

_REPAIR_MS = 8 * 3_600_000  # how long an interface that cannot be proven stays barred before it is tried again [D]
TEST_DUE, STERILISER_TESTED = "test due", "test passed"


def start_cycle(floor: Floor, chamber_name: str, transfer: Transfer, attempt: int = 1) -> None:
    """Run the interface's program on what the chamber holds; on an empty one a test that is due comes first."""
    chamber = floor.chambers[chamber_name]
    due = test_due(floor, chamber_name)
    test = due if due and not chamber.load else ""
    program = floor.programs[test or floor.layout.interfaces[chamber_name].program]
    cycle = Cycle(floor.next_run("C"), chamber, program, transfer, chamber.load, attempt, test=bool(test))
    if STERILISER_TESTED in chamber.machine.happenings:
        happen(chamber, TEST_DUE if due else STERILISER_TESTED)
    forbids = begin_cycle(chamber)
    if forbids:
        cycle.failed = "; ".join(f"{r.name}: {r.reason}" for r in forbids)
        _judged(floor, cycle)
    else:
        _next_phase(floor, cycle)


def test_due(floor: Floor, chamber_name: str) -> str:
    """The first program among the interface's tests that is not passed in date; empty if none."""
    tested = floor.chambers[chamber_name].tested
    return next((p for p in floor.layout.interfaces[chamber_name].tests if tested.get(p, -1) < floor.at), "")


def _next_phase(floor: Floor, cycle: Cycle) -> None:
    if cycle.program.kind == Barrier.SPORICIDE:
        floor.want(Waits.PERSONS, cycle.transfer.batch.due, batch=cycle.transfer.batch, cycle=cycle)
    else:
        run_cycle_phase(floor, cycle, ())


def wipe(floor: Floor, want: Want) -> bool:
    """Let a free person on the outer side do a phase of a program done by hand; False if nobody is free."""
    cycle = want.cycle
    if cycle is None:
        return True
    interface = floor.layout.interfaces[cycle.chamber.name]
    persons = floor.free_carriers(interface.outer, MoverKind.PERSON)
    if not persons:
        return False
    run_cycle_phase(floor, cycle, (persons[0].name,))
    return True


def run_cycle_phase(floor: Floor, cycle: Cycle, persons: tuple[str, ...]) -> None:
    """Order the cycle's current phase from its chamber."""
    phase = cycle.program.phases[cycle.phase]
    enter_phase(cycle.chamber, cycle.program, cycle.phase)
    gowns = floor.take_carriers(persons) if cycle.phase == 0 else floor.keep_gowned(persons)
    batch = cycle.transfer.batch
    using = {"program": cycle.program.program, "version": str(cycle.program.version)}
    number = floor.run_phase(
        cycle.chamber.name, phase.phase, cycle.name, batch=batch.name, using=using, persons=persons, gowns=gowns
    )
    unit = cycle.chamber.name
    at_most = phase.at_most + floor.gowning_bound(persons, gowns)
    floor.track(number, Work.CYCLE, unit, at_most, batch=batch, cycle=cycle, persons=persons)
    cycle.spans.append((phase.phase, floor.at, floor.at))


def cycle_phase_ended(floor: Floor, entry: Outstanding, fact: PhaseCompleted | PhaseFailed) -> None:
    """Take the phase's record; go on with the next one, or judge."""
    cycle = entry.cycle
    if cycle is None:
        return
    floor.release_carriers(entry.persons)
    name, start, _ = cycle.spans[-1]
    if entry.persons and isinstance(fact, PhaseCompleted) and fact.trace is not None:
        start = next(iter(fact.trace.times), start)  # who gowns first begins later
    cycle.spans[-1] = (name, start, floor.at)
    if isinstance(fact, PhaseFailed):
        cycle.failed = fact.reason
        _judged(floor, cycle)
        return
    if fact.trace is not None:
        cycle.traces.append(fact.trace)
    cycle.results.update(fact.results)
    cycle.phase += 1
    if cycle.phase < len(cycle.program.phases):
        _next_phase(floor, cycle)
    else:
        _judged(floor, cycle)


def _verdict(floor: Floor, cycle: Cycle) -> Verdict:
    program = cycle.program
    return judge(program, program.calibration_at_issue(), Trace.joined(cycle.traces), cycle_events(cycle))


def _judged(floor: Floor, cycle: Cycle) -> None:
    chamber, transfer, program = cycle.chamber, cycle.transfer, cycle.program
    verdict = _verdict(floor, cycle)
    if not cycle.failed and chamber.boundary.stage is Stage.VOID:
        cycle.failed = "the cycle was voided while it ran"
    passed = verdict.result == "pass" and not cycle.failed
    interface = floor.layout.interfaces[chamber.name]
    lasts = program.proves.lasts if cycle.test else interface.clean_for
    until = floor.at + lasts if passed else 0
    end_cycle(chamber, passed)
    floor.give(
        JudgeCycle,
        cycle.name,
        chamber.name,
        program.program,
        cycle.load,
        transfer.batch.name,
        "void" if cycle.failed else verdict.result,
        (cycle.failed, *verdict.reasons) if cycle.failed else verdict.reasons,
        verdict.figures,
        until,
    )
    if passed and cycle.test:
        chamber.tested[program.program] = until
        happen(chamber, "hold expired")  # a test proves the chamber able, not clean
        floor.post("transfer", transfer)
    elif passed:
        _prove(floor, cycle, until)
    else:
        _not_proven(floor, cycle)


def _prove(floor: Floor, cycle: Cycle, until: int) -> None:
    cycle.chamber.until, cycle.chamber.evidence = until, cycle.name
    if cycle.load:
        state = Aseptic.STERILE if cycle.program.kind == Barrier.MOIST_HEAT else Aseptic.DECONTAMINATED
        proof = Condition(state, floor.at + cycle.program.proves.lasts, cycle.name)
        transfer = cycle.transfer
        if transfer.material is not None:
            transfer.material.condition = proof
        else:
            transfer.batch.condition = proof
    floor.post("transfer", cycle.transfer)


def _not_proven(floor: Floor, cycle: Cycle) -> None:
    batch, interface = cycle.transfer.batch, floor.layout.interfaces[cycle.chamber.name]
    text = f"{cycle.name} on {interface.interface} was not passed (attempt {cycle.attempt} of {interface.attempts})"
    floor.exception(batch.name, "cycle not passed", "minor", text)
    if cycle.attempt < interface.attempts:
        start_cycle(floor, cycle.chamber.name, cycle.transfer, cycle.attempt + 1)
    else:
        cycle.chamber.barred = floor.at + _REPAIR_MS
        floor.wait_until(cycle.chamber.barred, "barred", cycle.chamber.name)
        floor.exception(batch.name, "interface barred", "major", f"{interface.interface}: {cycle.program.title}")
        floor.post("unproven", cycle.transfer)


def cycle_events(cycle: Cycle) -> tuple[tuple[str, int, int], ...]:
    """The phases of a run as (name, start, end) in milliseconds."""
    return tuple(cycle.spans)
