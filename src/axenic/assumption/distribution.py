"""Distributions as numbers: a shape and four parameters, drawn by the inverse of their distribution function.

Scalars and `math` only, so that the simulated devices and the compiled kernel run the very same lines.
"""

from __future__ import annotations

import math
from enum import IntEnum

_Z95, _Z99 = 1.6448536269514722, 2.3263478740408408  # standard normal quantiles


class Form(IntEnum):
    """The form of a distribution."""

    FIXED = 0
    NORMAL = 1  # `spread` is the standard deviation, cut to [low, high]
    LOGNORMAL = 2  # `value` is the median, `spread` the error factor p95/p50, cut to [low, high]
    UNIFORM = 3
    TRIANGULAR = 4  # `value` is the mode
    EXPONENTIAL = 5  # low plus an exponential of mean value - low, cut to high
    BETA = 6  # of hits and misses; only for what is not known, never drawn in the process


def normal_quantile(u: float) -> float:
    """The standard normal quantile of u in (0, 1): algorithm AS 241, PPND16 (Wichura 1988), relative error 1e-16."""
    q = u - 0.5
    if abs(q) <= 0.425:
        r = 0.180625 - q * q
        top = 2509.0809287301226727 * r + 33430.575583588128105
        top = ((top * r + 67265.770927008700853) * r + 45921.953931549871457) * r + 13731.693765509461125
        top = ((top * r + 1971.5909503065514427) * r + 133.14166789178437745) * r + 3.387132872796366608
        low = 5226.495278852545925 * r + 28729.085735721942674
        low = ((low * r + 39307.89580009271061) * r + 21213.794301586595867) * r + 5394.1960214247511077
        low = ((low * r + 687.1870074920579083) * r + 42.313330701600911252) * r + 1.0
        return q * top / low
    r = math.sqrt(-math.log(u if q <= 0 else 1.0 - u))
    if r <= 5.0:
        r -= 1.6
        top = 7.7454501427834140764e-4 * r + 0.0227238449892691845833
        top = ((top * r + 0.24178072517745061177) * r + 1.27045825245236838258) * r + 3.64784832476320460504
        top = ((top * r + 5.7694972214606914055) * r + 4.6303378461565452959) * r + 1.42343711074968357734
        low = 1.05075007164441684324e-9 * r + 5.475938084995344946e-4
        low = ((low * r + 0.0151986665636164571966) * r + 0.14810397642748007459) * r + 0.68976733498510000455
        low = ((low * r + 1.6763848301838038494) * r + 2.05319162663775882187) * r + 1.0
    else:
        r -= 5.0
        top = 2.01033439929228813265e-7 * r + 2.71155556874348757815e-5
        top = ((top * r + 0.0012426609473880784386) * r + 0.026532189526576123093) * r + 0.29656057182850489123
        top = ((top * r + 1.7848265399172913358) * r + 5.4637849111641143699) * r + 6.6579046435011037772
        low = 2.04426310338993978564e-15 * r + 1.4215117583164458887e-7
        low = ((low * r + 1.8463183175100546818e-5) * r + 7.868691311456132591e-4) * r + 0.0148753612908506148525
        low = ((low * r + 0.13692988092273580531) * r + 0.59983220655588793769) * r + 1.0
    return -top / low if q < 0 else top / low


def quantile(shape: int, value: float, spread: float, low: float, high: float, u: float) -> float:
    """The value below which a share u of the distribution lies; u in (0, 1). BETA is not drawn here."""
    if shape == 1:
        return min(high, max(low, value + spread * normal_quantile(u)))
    if shape == 2:
        return min(high, max(low, value * math.exp(math.log(spread) / _Z95 * normal_quantile(u))))
    if shape == 3:
        return low + u * (high - low)
    if shape == 4:
        width = high - low
        if width <= 0:
            return value
        if u * width < value - low:
            return low + math.sqrt(u * width * (value - low))
        return high - math.sqrt((1 - u) * width * (high - value))
    if shape == 5:
        return min(high, low - (value - low) * math.log(1 - u))
    return value


def duration(shape: int, least: int, usual: int, most: int, u: float) -> int:
    """A duration in whole milliseconds from least, usual and most.

    TRIANGULAR takes them as they are; EXPONENTIAL is least plus a mean of usual - least; LOGNORMAL has its median at
    usual and its 99 % quantile at most. What is drawn beyond least or most is cut to it.
    """
    if most <= least:
        return usual
    if shape == 5:
        return min(most, least + round(-(usual - least) * math.log(1 - u)))
    if shape == 2:
        drawn = usual * math.exp(math.log(most / usual) / _Z99 * normal_quantile(u))
        return min(most, max(least, round(min(1.0 * most, drawn))))  # cut first: compiled code rounds to 64 bits
    width = most - least
    if u * width < usual - least:
        return least + round(math.sqrt(u * width * (usual - least)))
    return most - round(math.sqrt((1 - u) * width * (most - usual)))
