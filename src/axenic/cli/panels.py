"""The panels of a cycle's picture, and which kind of program has which."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from axenic.asepsis.lethality import lethal_rate
from axenic.asepsis.program import ChamberTest, Program
from axenic.asepsis.run import bar
from axenic.asepsis.tightness import pressure_change_bar
from axenic.asepsis.trace import Channel, Trace
from axenic.asepsis.vapour import RESIDUAL
from axenic.recipe.recipe import Barrier

INK, ACCENT, CHAMBER, BAND = "#22303c", "#b3421f", "#8aa0b0", "#cfe3d4"


@dataclass(frozen=True, slots=True)
class Drawing:
    """What a panel is drawn from; `spans`: each phase in minutes from the start of the recording."""

    trace: Trace
    program: Program
    result: dict[str, Any]
    minutes: list[float]
    spans: dict[str, tuple[float, float]]

    @property
    def span(self) -> tuple[float, float] | None:
        """The exposure in minutes, or None if it was not recorded."""
        return self.spans.get(self.program.exposure)

    def of(self, measure: str) -> list[Channel]:
        """The recorded channels of a measure."""
        names = {c.column for c in self.program.columns if c.measures == measure}
        return [c for c in self.trace.channels if c.name in names]

    def plot(self, axis: Any, measure: str, colour: str, width: float = 1.2) -> None:
        """One line for each channel of a measure, named once."""
        for n, channel in enumerate(self.of(measure)):
            label = None if n else measure
            axis.plot(self.minutes, [v / 1000 for v in channel.values], color=colour, lw=width, label=label)


Panel = Callable[[Any, Drawing], None]


def _band(axis: Any, drawing: Drawing, label: str = "band in exposure") -> None:
    """The band, where it holds: in the exposure only."""
    accept = drawing.program.accept
    left, right = drawing.span or (drawing.minutes[0], drawing.minutes[-1])
    high = accept.high if accept.high is not None else axis.get_ylim()[1]
    axis.fill_between([left, right], accept.low, high, color=BAND, lw=0, zorder=0.5, label=label)


def temperatures(axis: Any, drawing: Drawing) -> None:
    """Load and chamber with the band, and lethality adding up."""
    drawing.plot(axis, "chamber temperature", CHAMBER, 0.9)
    drawing.plot(axis, "product temperature", INK, 1.8)
    _band(axis, drawing)
    axis.set_ylabel("temperature, °C")
    axis.legend(loc="upper left", frameon=False, fontsize=8)
    _lethality(axis, drawing)


def _lethality(axis: Any, drawing: Drawing) -> None:
    rule, channels, minutes = drawing.program.convention, drawing.of("product temperature"), drawing.minutes
    if rule is None or not channels or drawing.result["f0_min"] is None:
        return
    coldest = [min(c.values[i] for c in channels) / 1000 for i in range(len(minutes))]
    rates = [lethal_rate(t, rule.reference_degC, rule.z_K) if t >= rule.from_degC else 0.0 for t in coldest]
    sums = [0.0]
    for i in range(1, len(minutes)):
        sums.append(sums[-1] + (rates[i - 1] + rates[i]) / 2 * (minutes[i] - minutes[i - 1]))
    other = axis.twinx()
    other.plot(minutes, sums, color=ACCENT, lw=1.3, ls=(0, (4, 2)))
    other.set_ylabel("F0 over the whole cycle, min", color=ACCENT)
    other.tick_params(colors=ACCENT)
    other.spines[["top", "left"]].set_visible(False)
    other.set_ylim(0, max(sums) * 1.35 or 1)


def plateau(axis: Any, drawing: Drawing) -> None:
    """The exposure seen close: the band would be a hair in a picture of the whole cycle."""
    accept = drawing.program.accept
    high = accept.high if accept.high is not None else accept.low + 3
    drawing.plot(axis, "chamber temperature", CHAMBER, 0.9)
    drawing.plot(axis, "product temperature", INK, 1.5)
    _band(axis, drawing)
    axis.set_ylim(accept.low - 1.2, high + 1.2)
    axis.set_ylabel("close, °C")


def pressure(axis: Any, drawing: Drawing) -> None:
    """The pressure as recorded."""
    drawing.plot(axis, "pressure", INK)
    axis.set_ylabel(f"pressure, {drawing.of('pressure')[0].unit}")


def evaluation(axis: Any, drawing: Drawing) -> None:
    """A leak test seen close: the change from the start of the evaluation, with what is allowed."""
    if drawing.span is None:
        return
    left, right = drawing.span
    falls = -1 if drawing.program.kind == ChamberTest.PRESSURE_LEAK else 1
    inside = [i for i, m in enumerate(drawing.minutes) if left <= m < right]
    if not inside:
        return
    times = [drawing.minutes[i] for i in inside]
    warm = drawing.of("chamber temperature")
    for channel in drawing.of("pressure"):
        bare = [(bar(channel, i) - bar(channel, inside[0])) * 1000 for i in inside]
        axis.plot(times, bare, color=CHAMBER, lw=0.9, label="as read")
        change = _change_mbar(channel, warm, inside)
        axis.plot(times, change, color=INK, lw=1.4, marker=".", ms=3, label="temperature taken out")
    allowed = _allowed_mbar(drawing, times[-1] - times[0])
    ends = [times[0], times[-1]]
    words = f"limit, {allowed:.3g} mbar at the end"
    axis.plot(ends, [0.0, falls * allowed], color=ACCENT, lw=1.1, ls=(0, (4, 2)), label=words)
    axis.fill_between(ends, [0.0, falls * allowed], 0.0, color=BAND, lw=0, zorder=0.5)
    shown = {text: line for line, text in zip(*axis.get_legend_handles_labels(), strict=True)}
    if not warm:
        shown.pop("temperature taken out")
    where = "lower left" if falls < 0 else "upper left"
    axis.legend(shown.values(), shown.keys(), loc=where, frameon=False, fontsize=8)
    axis.set_ylabel("change in the\nevaluation, mbar")


def _change_mbar(channel: Channel, warm: list[Channel], inside: list[int]) -> list[float]:
    """The change of pressure since the first sample with the temperature taken out, as the judge takes it."""
    first = inside[0]
    heat = [sum(c.values[i] for c in warm) / len(warm) / 1000 if warm else None for i in inside]
    rows = zip(inside, heat, strict=True)
    return [pressure_change_bar(bar(channel, first), bar(channel, i), heat[0], t) * 1000 for i, t in rows]


def _allowed_mbar(drawing: Drawing, minutes: float) -> float:
    rule = drawing.program.accept.leak
    if rule is None:
        return 0.0
    if rule.change_bar is not None:
        return rule.change_bar * 1000
    if rule.rate_mbar_per_min is not None:
        return rule.rate_mbar_per_min * minutes
    return (rule.percent_per_h or 0.0) / 100 * 1013.25 * minutes / 60


def chamber(axis: Any, drawing: Drawing) -> None:
    """The temperature that is taken out of a leak test."""
    drawing.plot(axis, "chamber temperature", INK)
    axis.set_ylabel("temperature, °C")
    low, high = axis.get_ylim()
    middle = (low + high) / 2
    axis.set_ylim(min(low, middle - 1), max(high, middle + 1))  # a steady line shall look steady


def concentrations(axis: Any, drawing: Drawing) -> None:
    """The vapour by both chains, with the band."""
    drawing.plot(axis, "concentration", INK)
    _band(axis, drawing)
    axis.set_ylabel("peroxide, ppm")
    axis.legend(loc="upper right", frameon=False, fontsize=8)


def residual(axis: Any, drawing: Drawing) -> None:
    """What is left, seen close, with its limit."""
    limit = drawing.program.accept.residual_at_most or 1.0
    drawing.plot(axis, RESIDUAL if drawing.of(RESIDUAL) else "concentration", INK)
    axis.axhline(limit, color=ACCENT, lw=1.1, ls=(0, (4, 2)))
    axis.set_ylim(0, 4 * limit)
    axis.set_ylabel("residual, ppm")
    axis.text(drawing.minutes[0], limit, f" limit {limit:g} ppm", color=ACCENT, fontsize=8, va="bottom")


def humidity(axis: Any, drawing: Drawing) -> None:
    """The humidity, with its limit before the vapour comes."""
    limit = drawing.program.accept.humidity_at_most
    drawing.plot(axis, "humidity", INK)
    dried = drawing.spans.get(drawing.program.accept.humidity_phase)
    if limit is not None and dried is not None:
        axis.plot(dried, [limit, limit], color=ACCENT, lw=1.1, ls=(0, (4, 2)))
        text = f"limit {limit:g} %RH at its end "
        axis.text(dried[1], limit, text, color=ACCENT, fontsize=8, ha="right", va="bottom")
    axis.set_ylabel("humidity, %RH")


def wetness(axis: Any, drawing: Drawing) -> None:
    """Whether two persons saw the surface wet."""
    for n, channel in enumerate(drawing.of("wet surface")):
        values = [v / 1000 + 0.02 * n for v in channel.values]  # two that agree shall both be seen
        axis.plot(drawing.minutes, values, color=(INK, ACCENT)[n % 2], lw=1.4, ds="steps-post", label=channel.name)
    axis.set(ylabel="surface", ylim=(0.3, 1.1), yticks=[0.5, 1.0], yticklabels=["not yet", "wet"])
    axis.legend(loc="lower right", frameon=False, fontsize=8)


_STEAM: tuple[tuple[Panel, str, int], ...] = (
    (temperatures, "product temperature", 3),
    (plateau, "product temperature", 1),
    (pressure, "pressure", 1),
)
_LEAK: tuple[tuple[Panel, str, int], ...] = (
    (pressure, "pressure", 2),
    (evaluation, "pressure", 2),
    (chamber, "chamber temperature", 1),
)
PANELS: dict[Barrier | ChamberTest, tuple[tuple[Panel, str, int], ...]] = {
    Barrier.MOIST_HEAT: _STEAM,
    ChamberTest.STEAM_PENETRATION: _STEAM,
    Barrier.VAPOUR: ((concentrations, "concentration", 3), (residual, "concentration", 1), (humidity, "humidity", 1)),
    Barrier.SPORICIDE: ((wetness, "wet surface", 1),),
    ChamberTest.VACUUM_LEAK: _LEAK,
    ChamberTest.PRESSURE_LEAK: _LEAK,
}
"""For each kind: how to draw a panel, the measure it needs, its height."""
