"""What a run of a program must show to be passed: its acceptance, criterion by criterion."""

from __future__ import annotations

from axenic.notation.sheet import Grade, Sheet
from axenic.units import Duration


class Pulses(Sheet):
    """Air removal: how often, in which phase, the pressure falls below `low_bar` after it was above `high_bar`."""

    phase: str
    count: int
    low_bar: float
    high_bar: float


class Kill(Sheet):
    """How fast the vapour kills: D(c) = d_min (at_ppm/c)^power minutes, nothing below `from_ppm`.

    `d_factor` is how many times longer D may be at its 95 % upper bound.
    """

    d_min: float
    at_ppm: float
    power: float = 1.0
    from_ppm: float = 0.0
    d_factor: float = 1.0
    grade: Grade
    source: str


class Leak(Sheet):
    """The limits of a leak test; a limit that is not given is not asked for.

    The conditions: in `steady_phase`, at least `steady_at_least` long, the pressure moves at most `steady_bar`; in
    the evaluation the temperature drifts at most `drift_K`, and the pressure does not move the way no leak moves it
    by more than `against_bar`. Where a condition is not met the test is void.
    """

    change_bar: float | None = None
    rate_mbar_per_min: float | None = None
    percent_per_h: float | None = None
    steady_phase: str
    steady_at_least: Duration
    steady_bar: float
    drift_K: float  # noqa: N815
    against_bar: float


class Stuck(Sheet):
    """A sensor is stuck if it does not change at all for `after` while its partner moves by more than `moves`."""

    after: Duration
    moves: float


class Accept(Sheet):
    """What a run must show; a limit that is not given is not asked for.

    `low` and `high` bound the measure `band_of`, or the deciding channels if it is empty; `outside_at_most` is how
    long it may be out of the band during the exposure. For a leak test they bound the pressure it starts from.
    `pause_at_most`: the longest step between two samples outside the exposure.
    """

    exposure_at_least: Duration
    band_of: str = ""
    low: float
    high: float | None = None
    f0_lower_at_least: float | None = None
    spread_at_most: float | None = None
    chains_apart_at_most: float | None = None
    stuck: Stuck | None = None
    outside_at_most: Duration = 0
    gap_at_most: Duration
    pause_at_most: Duration = 300_000
    equilibration_at_most: Duration | None = None
    saturation_within: float | None = None
    pulses: Pulses | None = None
    pressure_after_bar: float | None = None
    log_reduction_lower_at_least: float | None = None
    humidity_at_most: float | None = None
    humidity_phase: str = ""
    residual_at_most: float | None = None
    recheck: str = ""
    leak: Leak | None = None
    grade: Grade
    source: str
