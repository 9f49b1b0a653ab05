"""How microbes come to a product: air, surfaces, a chamber that did not kill all; formulas with units in their names.

Sources: Whyte on airborne deposition (12 um microbe-carrying particles settle at 0.46 cm/s), Whyte & Hejab 2007 on
people, Whyte & Eaton 2015 on contact, ISO 14644-1 on particle classes. CFU and MCP (microbe-carrying particles) are
counted as one.
"""

from __future__ import annotations

import math

DEPOSITION_VELOCITY_M_PER_S = 0.0046  # microbe-carrying particles of 12 um [A: Whyte]
DISPERSION_CLEANROOM_DRESS_PER_MIN = 177.0  # MCP per person and minute [A: Whyte & Hejab 2007]
_GRAVITY_M_PER_S2 = 9.81


def settling_velocity_m_per_s(
    diameter_um: float,
    density_kg_per_m3: float = 1000.0,
    viscosity_Pa_s: float = 1.7e-5,  # noqa: N803
) -> float:
    """Stokes' velocity of a falling sphere in air, m/s (slip and Reynolds corrections are below 1 % at 12 um)."""
    diameter_m = diameter_um * 1e-6
    return density_kg_per_m3 * _GRAVITY_M_PER_S2 * diameter_m**2 / (18 * viscosity_Pa_s)


def deposited_cfu(
    air_cfu_per_m3: float, area_m2: float, time_s: float, velocity_m_per_s: float = DEPOSITION_VELOCITY_M_PER_S
) -> float:
    """Microbes that settle on an open surface: lambda = c v A t (Whyte)."""
    return air_cfu_per_m3 * velocity_m_per_s * area_m2 * time_s


def settle_plate_cfu(air_cfu_per_m3: float, diameter_mm: float = 90.0, time_h: float = 4.0) -> float:
    """What a settle plate catches from air of that concentration, CFU."""
    return deposited_cfu(air_cfu_per_m3, math.pi / 4 * (diameter_mm / 1000) ** 2, time_h * 3600)


def contact_cfu(surface_cfu_per_m2: float, contact_area_m2: float, transfer_share: float, contacts: float) -> float:
    """Microbes carried over by touching: Cs A f n (Whyte & Eaton 2015)."""
    return surface_cfu_per_m2 * contact_area_m2 * transfer_share * contacts


def liquid_cfu(liquid_cfu_per_ml: float, volume_ml: float, arrival_share: float) -> float:
    """Microbes that arrive with a liquid."""
    return liquid_cfu_per_ml * volume_ml * arrival_share


def decontaminated_probability(positive_before: float, log_reduction_lower: float, occluded_share: float) -> float:
    """Probability that an item is still positive after a cycle, with the part of it that no cycle reaches.

    The lower bound of the log reduction counts; the occluded share never goes to zero, however long the cycle.
    Raises ValueError if the occluded share is not positive.
    """
    if not occluded_share > 0:
        raise ValueError("surfaces that a cycle does not reach never go to zero")
    survives: float = 10.0**-log_reduction_lower
    return positive_before * (1 - (1 - survives) * (1 - occluded_share))


def mixed_probability(breach: float, intact_contaminates: float, breached_contaminates: float) -> float:
    """Probability of contamination past a barrier that is breached with probability `breach`."""
    return (1 - breach) * intact_contaminates + breach * breached_contaminates


def contamination_probability(cfu: float) -> float:
    """Probability of at least one, when `cfu` are expected: 1 - exp(-lambda)."""
    return -math.expm1(-cfu)


def probability_of_any(probabilities: tuple[float, ...]) -> float:
    """Probability that at least one of independent passages contaminates: 1 - prod(1 - p)."""
    if any(p >= 1 for p in probabilities):
        return 1.0
    return -math.expm1(math.fsum(math.log1p(-p) for p in probabilities))


def room_cfu_per_m3(
    persons: float,
    supply_m3_per_min: float,
    dispersion_per_min: float = DISPERSION_CLEANROOM_DRESS_PER_MIN,
    floor_m2: float = 0.0,
) -> float:
    """Microbes in the air of a well mixed room: N D / (Q + v A); without a floor area deposition is left out."""
    return persons * dispersion_per_min / (supply_m3_per_min + DEPOSITION_VELOCITY_M_PER_S * 60 * floor_m2)


def recovery_min(air_changes_per_h: float, reduction: float = 100.0) -> float:
    """Minutes until a well mixed room has cleaned up by a factor (100:1 by ISO 14644-3)."""
    return math.log(reduction) / air_changes_per_h * 60


def iso_14644_particles_per_m3(iso_class: float, size_um: float) -> float:
    """Particles of at least that size allowed by an ISO 14644-1 class: 10^N (0.1 / D)^2.08."""
    return float(10.0**iso_class * (0.1 / size_um) ** 2.08)


def sample_volume_l(limit_per_m3: float) -> float:
    """Smallest air sample in which a limit would show as 20 particles, litres (ISO 14644-1)."""
    return 20 / limit_per_m3 * 1000
