"""The criteria every exposure shares: the phases and their bounds, the time, the band, the spread of the probes."""

from __future__ import annotations

from axenic.asepsis.outcome import NOTHING, Outcome
from axenic.asepsis.run import Run, coldest, hottest


def phases(run: Run) -> Outcome:
    """Every phase of the program was run, in its order, and within its bound."""
    bounds = {p.phase: p.at_most for p in run.program.phases}
    seen = [name for name, _, _ in run.phases]
    fails = [f"phase {name!r} was not recorded" for name in bounds if name not in seen]
    fails += [f"phase {name!r} is not of the program" for name in seen if name not in bounds]
    wanted = [name for name in bounds if name in seen]
    if [name for name in seen if name in bounds] != wanted:
        fails.append(f"the phases ran as {', '.join(seen)}, the program has them as {', '.join(wanted)}")
    for name, start, end in run.phases:
        if end - start > bounds.get(name, end - start):
            fails.append(f"{name} took {(end - start) // 1000} s, at most {bounds[name] // 1000} s are allowed")
    return Outcome(tuple(fails))


def duration(run: Run) -> Outcome:
    """The exposure is long enough."""
    start, end = run.exposure
    wanted = run.program.accept.exposure_at_least
    figures = {"exposure_s": str((end - start) // 1000)}
    if end - start >= wanted:
        return Outcome(figures=figures)
    text = f"exposure of {(end - start) // 1000} s, {wanted // 1000} s are needed"
    return Outcome((text,), figures=figures)


def band(run: Run) -> Outcome:
    """The bound measure stays in its band, but for the time it may be outside."""
    accept, inside = run.program.accept, run.samples(run.program.exposure)
    bound = run.of(accept.band_of) or run.deciding
    least, most = [coldest(bound, i) for i in inside], [hottest(bound, i) for i in inside]
    fails = []
    low_ms = _outside_ms(run, inside, [v < accept.low for v in least])
    if low_ms > accept.outside_at_most:
        fails.append(f"below {accept.low} for {low_ms // 1000} s of the exposure (lowest {min(least):.2f})")
    if accept.high is not None:
        high = accept.high
        high_ms = _outside_ms(run, inside, [v > high for v in most])
        if high_ms > accept.outside_at_most:
            fails.append(f"above {accept.high} for {high_ms // 1000} s of the exposure (highest {max(most):.2f})")
    return Outcome(tuple(fails), figures={"lowest": f"{min(least):.2f}", "highest": f"{max(most):.2f}"})


def spread(run: Run) -> Outcome:
    """The probes of the bound measure differ little at any moment."""
    limit = run.program.accept.spread_at_most
    if limit is None:
        return NOTHING
    bound = run.of(run.program.accept.band_of) or run.deciding
    worst = max(hottest(bound, i) - coldest(bound, i) for i in run.samples(run.program.exposure))
    figures = {"spread": f"{worst:.2f}"}
    if worst <= limit:
        return Outcome(figures=figures)
    return Outcome((f"the probes differ by {worst:.2f}, at most {limit} are allowed",), figures=figures)


def _outside_ms(run: Run, inside: list[int], outside: list[bool]) -> int:
    """The time from each sample outside the band to the next one."""
    times = run.trace.times
    return sum(times[min(i + 1, len(times) - 1)] - times[i] for i, out in zip(inside, outside, strict=True) if out)
