"""Saturated steam: temperature and pressure on the boiling line of water.

Source: IAPWS-IF97, region 4 (International Association for the Properties of Water and Steam, 1997 and 2007),
valid from 0.00611213 bar to 220.64 bar (0 degC to 373.946 degC). Pressures are absolute.
"""

from __future__ import annotations

import math

_N = (
    0.11670521452767e4,
    -0.72421316703206e6,
    -0.17073846940092e2,
    0.12020824702470e5,
    -0.32325550322333e7,
    0.14915108613530e2,
    -0.48232657361591e4,
    0.40511340542057e6,
    -0.23855557567849,
    0.65017534844798e3,
)
_LEAST_BAR, _MOST_BAR = 0.00611213, 220.64
_LEAST_DEGC, _MOST_DEGC = 0.0, 373.946
_KELVIN = 273.15


def saturation_temperature_degC(pressure_bar: float) -> float:  # noqa: N802
    """The temperature at which steam of this absolute pressure condenses, in degC; raises ValueError off the line."""
    if not _LEAST_BAR <= pressure_bar <= _MOST_BAR:
        raise ValueError(f"{pressure_bar} bar is not on the boiling line")
    n1, n2, n3, n4, n5, n6, n7, n8, n9, n10 = _N
    beta = math.sqrt(math.sqrt(pressure_bar / 10))
    e = beta * beta + n3 * beta + n6
    f = n1 * beta * beta + n4 * beta + n7
    g = n2 * beta * beta + n5 * beta + n8
    d = n10 + 2 * g / (-f - math.sqrt(f * f - 4 * e * g))
    return (d - math.sqrt(d * d - 4 * (n9 + n10 * (d - n10)))) / 2 - _KELVIN


def saturation_pressure_bar(temperature_degC: float) -> float:  # noqa: N803
    """The absolute pressure of saturated steam at this temperature, in bar; raises ValueError off the line."""
    if not _LEAST_DEGC <= temperature_degC <= _MOST_DEGC:
        raise ValueError(f"{temperature_degC} degC is not on the boiling line")
    n1, n2, n3, n4, n5, n6, n7, n8, n9, n10 = _N
    kelvin = temperature_degC + _KELVIN
    theta = kelvin + n9 / (kelvin - n10)
    a = theta * theta + n1 * theta + n2
    b = n3 * theta * theta + n4 * theta + n5
    c = n6 * theta * theta + n7 * theta + n8
    return float((2 * c / (-b + math.sqrt(b * b - 4 * a * c))) ** 4 * 10)
