"""The criteria of leak tests: conditions first, for where they are not met the test says nothing; then the loss.

The temperature is taken out at constant volume (p T1/T2) where it is measured, and a drift that is too large to be
taken out makes the test void.
"""

from __future__ import annotations

from axenic.asepsis.outcome import NOTHING, Outcome
from axenic.asepsis.program import ChamberTest
from axenic.asepsis.run import Run, bar
from axenic.asepsis.tightness import leak_rate_mbar_per_min, leak_rate_percent_per_h, pressure_change_bar
from axenic.units import UNITS

_FALLS = {ChamberTest.PRESSURE_LEAK: -1.0, ChamberTest.VACUUM_LEAK: 1.0}


def conditions(run: Run) -> Outcome:
    """The test began where it should, after a steady time, and the temperature kept still: else it is void."""
    accept, rule = run.program.accept, run.program.accept.leak
    inside, steady = run.samples(run.program.exposure), run.samples(rule.steady_phase) if rule else []
    if rule is None:
        return NOTHING
    voids = []
    channel = run.deciding[0]
    begun = channel.values[inside[0]] / 1000
    if begun < accept.low or (accept.high is not None and begun > accept.high):
        voids.append(f"the evaluation began at {begun:.3f} {channel.unit}, not between {accept.low} and {accept.high}")
    start, end = run.span(rule.steady_phase) or (0, 0)
    if end - start < rule.steady_at_least:
        voids.append(f"{rule.steady_phase} of {(end - start) // 1000} s, {rule.steady_at_least // 1000} s are needed")
    readings = [bar(channel, i) for i in steady]
    if readings and max(readings) - min(readings) > rule.steady_bar:
        moved = f"the pressure moved by {max(readings) - min(readings):.4f} bar in {rule.steady_phase}"
        voids.append(f"{moved}, at most {rule.steady_bar} bar: the test had not settled")
    return Outcome(voids=tuple(voids))


def tightness(run: Run) -> Outcome:
    """The change of pressure in the evaluation, free of temperature, at its upper bound against the limits."""
    rule, inside = run.program.accept.leak, run.samples(run.program.exposure)
    if rule is None:
        return NOTHING
    if len(inside) < 2:
        return Outcome(voids=("the evaluation holds fewer than two samples",))
    first, last = inside[0], inside[-1]
    warm = run.of("chamber temperature")
    t1, t2 = (sum(c.values[i] for c in warm) / len(warm) / 1000 if warm else None for i in (first, last))
    drift = 0.0 if t1 is None or t2 is None else t2 - t1
    sign = _FALLS.get(ChamberTest(run.program.kind), -1.0)
    ends = [(bar(c, first), bar(c, last)) for c in run.deciding]
    change, begun, ended = max((sign * pressure_change_bar(p1, p2, t1, t2), p1, p2) for p1, p2 in ends)
    minutes = (run.trace.times[last] - run.trace.times[first]) / 60_000
    figures = {
        "start_bar": f"{begun:.4f}",
        "end_bar": f"{ended:.4f}",
        "change_bar": f"{abs(ended - begun):.4f}",
        "leak_bar": f"{change:.4f}",
        "leak_mbar_per_min": f"{leak_rate_mbar_per_min(change, minutes):.3f}",
        "leak_percent_per_h": f"{leak_rate_percent_per_h(change * 1e5, minutes):.3f}",
        "temperature_drift_K": f"{drift:.2f}" if warm else "not measured",
    }
    voids = []
    if abs(drift) > rule.drift_K:
        voids.append(f"the temperature drifted by {drift:.2f} K, more than {rule.drift_K} K cannot be taken out")
    if change < -rule.against_bar:
        voids.append(
            f"the pressure moved by {-change:.4f} bar the way no leak moves it: the temperature was not steady"
        )
    return Outcome(_over(run, change + _uncertainty_bar(run), minutes), tuple(voids), figures)


def _uncertainty_bar(run: Run) -> float:
    """Of the change, in bar; the calibration gives it in the unit of the channel."""
    return run.calibration.uncertainty * float(UNITS[run.deciding[0].unit][1])


def _over(run: Run, change_bar: float, minutes: float) -> tuple[str, ...]:
    rule = run.program.accept.leak
    if rule is None:
        return ()
    rows = (
        (change_bar, rule.change_bar, "bar", 4),
        (leak_rate_mbar_per_min(change_bar, minutes), rule.rate_mbar_per_min, "mbar/min", 3),
        (leak_rate_percent_per_h(change_bar * 1e5, minutes), rule.percent_per_h, "% of the volume in an hour", 3),
    )
    return tuple(
        f"leak of {value:.{digits}f} {unit} with sensor uncertainty, at most {limit} {unit} is allowed"
        for value, limit, unit, digits in rows
        if limit is not None and round(value, 9) > limit
    )
