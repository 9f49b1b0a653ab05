"""The criteria of vaporised peroxide: concentration over both chains, kill, humidity before, residual after."""

from __future__ import annotations

from axenic.asepsis.kill import exposure_ppm_min, vapour_log_reduction
from axenic.asepsis.outcome import NOTHING, Outcome
from axenic.asepsis.run import Run, coldest, hottest
from axenic.asepsis.trace import Channel

RESIDUAL = "residual concentration"


def concentration(run: Run) -> Outcome:
    """The least reading of both chains, its integral, and where D is known the logs at their lower bound."""
    inside = run.samples(run.program.exposure)
    times = [run.trace.times[i] for i in inside]
    least = [coldest(run.deciding, i) for i in inside]
    figures = {"minimum_ppm": f"{min(least):.1f}", "ct_ppm_min": f"{exposure_ppm_min(times, least):.0f}"}
    kill, wanted = run.program.kill, run.program.accept.log_reduction_lower_at_least
    if kill is None:
        return Outcome(figures=figures)
    mean = vapour_log_reduction(times, least, kill.d_min, kill.at_ppm, kill.power, kill.from_ppm)
    sure = [c - run.calibration.uncertainty for c in least]
    slowest = kill.d_min * kill.d_factor
    lower = vapour_log_reduction(times, sure, slowest, kill.at_ppm, kill.power, kill.from_ppm)
    figures |= {"log_reduction": f"{mean:.2f}", "log_reduction_lower": f"{lower:.2f}"}
    if wanted is None or lower >= wanted:
        return Outcome(figures=figures)
    return Outcome((f"{lower:.2f} logs at the lower bound, {wanted} are needed",), figures=figures)


def humidity(run: Run) -> Outcome:
    """The air was dry enough at the end of the phase that dries it."""
    limit, phase, channels = run.program.accept.humidity_at_most, run.program.accept.humidity_phase, run.of("humidity")
    places = run.samples(phase)
    if limit is None or not channels or not places:
        return NOTHING
    wettest = hottest(channels, places[-1])
    figures = {"humidity_percent": f"{wettest:.1f}"}
    if wettest <= limit:
        return Outcome(figures=figures)
    return Outcome((f"{wettest:.1f} %RH at the end of {phase}, at most {limit} %RH are allowed",), figures=figures)


def residual(run: Run) -> Outcome:
    """What is left at the end, with the sensor's uncertainty; and what comes back while the air stands still."""
    accept, channels = run.program.accept, run.of(RESIDUAL) or run.deciding
    if accept.residual_at_most is None:
        return NOTHING
    again = run.samples(accept.recheck)
    aired = again[0] if again else len(run.trace.times) - 1
    left = max(_upper(run, c, aired) for c in channels)
    figures, fails = {"residual": f"{left:.2f}"}, []
    if left > accept.residual_at_most:
        fails.append(f"{left:.2f} is left at the end, at most {accept.residual_at_most} is allowed")
    if again:
        places = range(again[0], len(run.trace.times))
        back = max(_upper(run, c, i) for c in channels for i in places)
        figures |= {"residual_rechecked": f"{back:.2f}", "rebound": f"{back - left:.2f}"}
        if back > accept.residual_at_most >= left:
            text = f"rebound: {left:.2f} became {back:.2f} in {accept.recheck}, at most {accept.residual_at_most}"
            fails.append(text)
    return Outcome(tuple(fails), figures=figures)


def _upper(run: Run, channel: Channel, i: int) -> float:
    uncertainty = next((c.uncertainty for c in run.program.columns if c.column == channel.name), 0.0)
    return channel.values[i] / 1000 + uncertainty
