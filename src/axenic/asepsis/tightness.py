"""Leak rates of chambers and isolators, at constant volume, with the temperature taken out.

Sources: ISO 17665 and EN 285 for the vacuum leak test (mbar/min), ISO 10648-2 and ISO 14644-7 for isolators
(percent of the volume in an hour). At constant volume dp = p dT/T, so 0.1 K is 0.34 mbar at 1 bar.
"""

from __future__ import annotations

_KELVIN = 273.15
STANDARD_PRESSURE_PA = 101_325.0


def pressure_change_bar(
    start_bar: float,
    end_bar: float,
    start_degC: float | None = None,  # noqa: N803
    end_degC: float | None = None,  # noqa: N803
) -> float:
    """The rise of pressure (bar, negative for a loss) that is not explained by temperature: p2 T1/T2 - p1.

    Without temperatures it is the bare difference.
    """
    if start_degC is None or end_degC is None:
        return end_bar - start_bar
    return end_bar * (start_degC + _KELVIN) / (end_degC + _KELVIN) - start_bar


def pressure_change_by_temperature_bar(pressure_bar: float, drift_K: float, temperature_degC: float) -> float:  # noqa: N803
    """What a drift of the temperature alone does to a closed volume, in bar: p dT/T."""
    return pressure_bar * drift_K / (temperature_degC + _KELVIN)


def leak_rate_mbar_per_min(change_bar: float, minutes: float) -> float:
    """The rate of a change of pressure, in mbar/min; raises ValueError if no time passed."""
    if minutes <= 0:
        raise ValueError("a leak rate needs a time above zero")
    return change_bar * 1000 / minutes


def leak_rate_percent_per_h(loss_pa: float, minutes: float, standard_pa: float = STANDARD_PRESSURE_PA) -> float:
    """The hourly leak of an isolator in percent of its volume: loss x 6000/(standard pressure x minutes)."""
    if minutes <= 0:
        raise ValueError("a leak rate needs a time above zero")
    return loss_pa * 6000 / (standard_pa * minutes)


def loss_allowed_pa(percent_per_h: float, minutes: float, standard_pa: float = STANDARD_PRESSURE_PA) -> float:
    """The loss of pressure in Pa that an hourly leak in percent allows over so many minutes."""
    return percent_per_h * standard_pa * minutes / 6000
