"""Hydrogen peroxide and water as vapour: pressures over solution, the dew limit, concentrations and kill.

Sources: activity coefficients after Scatchard, Kavanagh and Ticknor 1952 (Redlich-Kister form), pressure of pure
peroxide from the same work, pressure of water after Magnus (611.2 Pa; 17.62; 243.12 degC) [C]; a newer fit (Manatt
2004) differs, so the set is named in `COEFFICIENTS`. Every function is pure; none raises for values within 0 to 60 degC
and a share from 0 to 1.
"""

from __future__ import annotations

import math

COEFFICIENTS = "Scatchard 1952"
_GAS_CAL = 1.987  # gas constant, cal/(mol K), as the coefficients were fitted with
_GAS_J = 8.314462618  # gas constant, J/(mol K)
_B1, _B2 = 85.0, 13.0  # cal/mol
_ZERO_K = 273.15
_MMHG_PA = 133.322368
PEROXIDE_G_PER_MOL = 34.0147
WATER_G_PER_MOL = 18.0153
ATMOSPHERE_PA = 101_325.0


def water_saturation_pa(temperature_degC: float) -> float:  # noqa: N803
    """Vapour pressure of pure water, Pa (Magnus)."""
    return 611.2 * math.exp(17.62 * temperature_degC / (243.12 + temperature_degC))


def peroxide_saturation_mmhg(temperature_degC: float) -> float:  # noqa: N803
    """Vapour pressure of pure hydrogen peroxide, mmHg (Scatchard 1952): 1.952 at 25 degC."""
    kelvin = temperature_degC + _ZERO_K
    return float(10 ** (44.5760 - 4025.3 / kelvin - 12.996 * math.log10(kelvin) + 0.0046055 * kelvin))


def peroxide_saturation_pa(temperature_degC: float) -> float:  # noqa: N803
    """Vapour pressure of pure hydrogen peroxide, Pa."""
    return peroxide_saturation_mmhg(temperature_degC) * _MMHG_PA


def activity_coefficients(peroxide_mole_share: float, temperature_degC: float) -> tuple[float, float]:  # noqa: N803
    """Activity coefficients of (water, peroxide) in solution, dimensionless."""
    x, w = peroxide_mole_share, 1.0 - peroxide_mole_share
    kelvin = temperature_degC + _ZERO_K
    b0, rt = -752.0 + 0.97 * kelvin, _GAS_CAL * kelvin
    water = x * x * (b0 + _B1 * (1 - 4 * w) + _B2 * (1 - 2 * w) * (1 - 6 * w))
    peroxide = w * w * (b0 + _B1 * (3 - 4 * w) + _B2 * (1 - 2 * w) * (5 - 6 * w))
    return math.exp(water / rt), math.exp(peroxide / rt)


def pressures_over_solution_pa(peroxide_mole_share: float, temperature_degC: float) -> tuple[float, float]:  # noqa: N803
    """Partial pressures of (water, peroxide) in equilibrium with a solution, Pa."""
    water, peroxide = activity_coefficients(peroxide_mole_share, temperature_degC)
    return (
        water * (1 - peroxide_mole_share) * water_saturation_pa(temperature_degC),
        peroxide * peroxide_mole_share * peroxide_saturation_pa(temperature_degC),
    )


def mole_share(weight_share: float) -> float:
    """Mole share of peroxide in a solution of that weight share (0.35 for 35 % w/w)."""
    peroxide, water = weight_share / PEROXIDE_G_PER_MOL, (1 - weight_share) / WATER_G_PER_MOL
    return peroxide / (peroxide + water)


def weight_share(peroxide_mole_share: float) -> float:
    """Weight share of peroxide in a solution of that mole share."""
    peroxide = peroxide_mole_share * PEROXIDE_G_PER_MOL
    return peroxide / (peroxide + (1 - peroxide_mole_share) * WATER_G_PER_MOL)


def pa_to_mg_per_l(pressure_pa: float, g_per_mol: float, temperature_degC: float) -> float:  # noqa: N803
    """Concentration of a gas from its partial pressure, mg/L (ideal gas)."""
    return pressure_pa * g_per_mol / (_GAS_J * (temperature_degC + _ZERO_K))


def mg_per_l_to_pa(mg_per_l: float, g_per_mol: float, temperature_degC: float) -> float:  # noqa: N803
    """Partial pressure of a gas from its concentration, Pa (ideal gas)."""
    return mg_per_l * _GAS_J * (temperature_degC + _ZERO_K) / g_per_mol


def mg_per_l_of_ppm(ppm: float, temperature_degC: float = 25.0, pressure_pa: float = ATMOSPHERE_PA) -> float:  # noqa: N803
    """Peroxide in mg/L from ppm by volume: 1 ppm is 1.390 mg/m3 at 25 degC and 101.325 kPa."""
    return pa_to_mg_per_l(ppm * 1e-6 * pressure_pa, PEROXIDE_G_PER_MOL, temperature_degC)


def ppm_of_mg_per_l(mg_per_l: float, temperature_degC: float = 25.0, pressure_pa: float = ATMOSPHERE_PA) -> float:  # noqa: N803
    """Peroxide in ppm by volume from mg/L."""
    return mg_per_l_to_pa(mg_per_l, PEROXIDE_G_PER_MOL, temperature_degC) / pressure_pa * 1e6


def water_mg_per_l(humidity_percent: float, temperature_degC: float) -> float:  # noqa: N803
    """Water vapour in mg/L from relative humidity, %RH."""
    pressure = humidity_percent / 100 * water_saturation_pa(temperature_degC)
    return pa_to_mg_per_l(pressure, WATER_G_PER_MOL, temperature_degC)


def humidity_percent(water_mg_per_l: float, temperature_degC: float) -> float:  # noqa: N803
    """Relative humidity of the water alone, %RH, from its concentration in mg/L."""
    return (
        100 * mg_per_l_to_pa(water_mg_per_l, WATER_G_PER_MOL, temperature_degC) / water_saturation_pa(temperature_degC)
    )


def first_condensate_mole_share(peroxide_pa: float, water_pa: float, temperature_degC: float) -> float:  # noqa: N803
    """Mole share of peroxide in the first drop of a vapour of these pressures (the drop gives off their ratio)."""
    low, high = 0.0, 1.0
    for _ in range(40):
        middle = (low + high) / 2
        water, peroxide = pressures_over_solution_pa(middle, temperature_degC)
        low, high = (middle, high) if peroxide * water_pa < peroxide_pa * water else (low, middle)
    return (low + high) / 2


def relative_saturation(peroxide_mg_per_l: float, water_mg_per_l: float, temperature_degC: float) -> float:  # noqa: N803
    """Share of the dew point that peroxide and water reach together at a surface; above 1 they condense there."""
    peroxide_pa = mg_per_l_to_pa(peroxide_mg_per_l, PEROXIDE_G_PER_MOL, temperature_degC)
    water_pa = mg_per_l_to_pa(water_mg_per_l, WATER_G_PER_MOL, temperature_degC)
    if peroxide_pa + water_pa <= 0:
        return 0.0
    share = first_condensate_mole_share(peroxide_pa, water_pa, temperature_degC)
    water, peroxide = pressures_over_solution_pa(share, temperature_degC)
    return (peroxide_pa + water_pa) / (water + peroxide)


def peroxide_limit_mg_per_l(water_mg_per_l: float, temperature_degC: float) -> float:  # noqa: N803
    """The most peroxide in mg/L that stays vapour over a surface when that much water is in the gas.

    What is above it condenses: peroxide over this limit is the driving force of the film.
    """
    water_pa = mg_per_l_to_pa(water_mg_per_l, WATER_G_PER_MOL, temperature_degC)
    low, high = 0.0, 1.0
    for _ in range(40):
        middle = (low + high) / 2
        low, high = (
            (middle, high) if pressures_over_solution_pa(middle, temperature_degC)[0] > water_pa else (low, middle)
        )
    peroxide_pa = pressures_over_solution_pa(low, temperature_degC)[1]
    return pa_to_mg_per_l(peroxide_pa, PEROXIDE_G_PER_MOL, temperature_degC)


def dew_limit_mg_per_l(temperature_degC: float, weight_share: float, start_humidity_percent: float) -> float:  # noqa: N803
    """Peroxide in mg/L at which air of that start humidity condenses when solution is flash-evaporated into it."""
    start = water_mg_per_l(start_humidity_percent, temperature_degC)
    low, high = 0.0, 20.0
    for _ in range(40):
        middle = (low + high) / 2
        water = start + middle * (1 - weight_share) / weight_share
        low, high = (middle, high) if relative_saturation(middle, water, temperature_degC) < 1 else (low, middle)
    return (low + high) / 2


def d_value_at_min(d_reference_min: float, reference_mg_per_l: float, mg_per_l: float, exponent: float = 1.0) -> float:
    """Minutes for one log reduction at a concentration: D_ref (c_ref / c)^n; infinite without peroxide."""
    if mg_per_l <= 0:
        return math.inf
    return float(d_reference_min * (reference_mg_per_l / mg_per_l) ** exponent)


def log_reduction(minutes: float, d_min: float, shape: float = 1.0) -> float:
    """Log reduction after a time at constant D: (t / D)^shape, linear for shape 1 (Weibull else)."""
    return float((max(minutes, 0.0) / d_min) ** shape)


def minutes_for_log_reduction(wanted_logs: float, d_min: float, shape: float = 1.0) -> float:
    """Minutes at constant D for a wanted log reduction: D x logs^(1 / shape)."""
    return float(d_min * wanted_logs ** (1 / shape))


def conditioning_mg_per_l(
    minutes: float, injection_g_per_min: float, weight_share: float, volume_l: float, decay_per_min: float
) -> float:
    """Peroxide in mg/L after injecting at a constant rate, with first-order decay and without adsorption."""
    limit = injection_g_per_min * weight_share * 1000 / (volume_l * decay_per_min)
    return -limit * math.expm1(-decay_per_min * minutes)


def conditioning_min(
    wanted_mg_per_l: float, injection_g_per_min: float, weight_share: float, volume_l: float, decay_per_min: float
) -> float:
    """Minutes until that concentration is reached without adsorption; infinite if decay keeps it from ever being."""
    limit = injection_g_per_min * weight_share * 1000 / (volume_l * decay_per_min)
    return -math.log1p(-wanted_mg_per_l / limit) / decay_per_min if wanted_mg_per_l < limit else math.inf
