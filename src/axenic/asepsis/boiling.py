"""Boiling of water: saturation temperature and pressure of steam.

Source: IAPWS-IF97, region 4 (the saturation line): 2.0569 bar is 121.1 degC, 3.042 bar is 134.0 degC.
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


def boiling_degC(pressure_bar: float) -> float:  # noqa: N802
    """Temperature of saturated steam, degC, at an absolute pressure from 0.00612 to 220 bar (clamped below)."""
    beta = math.sqrt(math.sqrt(max(pressure_bar, 0.00612) / 10))
    e = beta * beta + _N[2] * beta + _N[5]
    f = _N[0] * beta * beta + _N[3] * beta + _N[6]
    g = _N[1] * beta * beta + _N[4] * beta + _N[7]
    d = 2 * g / (-f - math.sqrt(f * f - 4 * e * g))
    return (_N[9] + d - math.sqrt((_N[9] + d) ** 2 - 4 * (_N[8] + _N[9] * d))) / 2 - 273.15


def boiling_bar(temperature_degC: float) -> float:  # noqa: N803
    """Absolute pressure of saturated steam, bar, from 0 to 370 degC."""
    kelvin = temperature_degC + 273.15
    theta = kelvin + _N[8] / (kelvin - _N[9])
    a = theta * theta + _N[0] * theta + _N[1]
    b = _N[2] * theta * theta + _N[3] * theta + _N[4]
    c = _N[5] * theta * theta + _N[6] * theta + _N[7]
    root = 2 * c / (-b + math.sqrt(b * b - 4 * a * c))
    return 10 * root * root * root * root
