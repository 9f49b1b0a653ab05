"""Words for figures, and numbers as people read them."""

from __future__ import annotations

import math
import unicodedata

from axenic.twin.figures import unit_of
from axenic.twin.interval import Interval

GROUPS: dict[str, str] = {
    "cost": "Cost of a released dose",
    "started": "Cost of a started batch",
    "ceiling": "Cost of a released dose",
    "price": "Price",
    "capital": "Capital",
    "line_day": "Cost of a line for a day",
    "labour": "Labour for a started batch",
    "operators": "Persons",
    "batches": "Output",
    "doses": "Output",
    "area": "Floor",
    "throughput": "Doses a year for each square metre",
    "failure": "Batches lost, of those that ended",
    "contamination": "Contamination",
    "fragility": "Fragility",
    "patients": "Patients",
    "time_to_vein": "From the decision to the infusion",
    "vein_to_vein": "From the leukapheresis to the infusion",
    "utilisation": "Utilisation",
    "cycles_failed": "Cycles not passed, of those run",
    "demand": "Demand of Europe",
    "late": "Lateness",
    "swarm": "Lost to contamination",
    "interactions": "Interactions",
}
_SHARES = (
    *("failure.", "patients.", "utilisation.", "cycles_failed.", "late.share"),
    *("fragility.worst_share", "ceiling.reduction"),
)
LABELS: dict[str, str] = {
    "cost.full": "full cost",
    "cost.gate": "cost at the gate, without leukapheresis and transport",
    "cost.conversion": "conversion: labour, overhead, facility, equipment",
    "cost.qc": "quality control",
    "started.qc": "quality control",
    "cost.failure": "spent on lost batches",
    "cost.labour_if_rota_is_paid": "labour, if the whole rota is paid",
    "started.full": "full cost",
    "ceiling.reduction": "largest reduction at the gate that conversion can give",
    "price.list": "list price",
    "price.multiple": "list price over full cost",
    "capital.lang": "whole plant by the Lang factor",
    "batches.year": "batches started",
    "doses.year": "doses released",
    "failure.all": "all causes",
    "failure.patient_material": "patient's material",
    "failure.operation": "process or operator",
    "contamination.risk": "mean extrinsic risk of a batch",
    "fragility.clustering": "clustering of losses (variance over mean in 14 days)",
    "fragility.worst_week": "most batches lost in 7 days",
    "fragility.worst_share": "worst week, of the batches of a year",
    "operators.hours": "operators by hours",
    "operators.rota": "operators by rota",
    "operators.large_site": "operators of a site of 10,000 batches a year",
    "patients.with_dose": "patients with a dose",
    "time_to_vein.queue": "waiting for the first step",
    "time_to_vein.waiting": "waiting between steps",
    "time_to_vein.qc": "release tests",
    "time_to_vein.p90": "P90",
    "time_to_vein.lost_attempts": "lost attempts",
    "vein_to_vein.p90": "P90",
    "vein_to_vein.release": "median to the disposition",
    "demand.decade": "ten years at the growth assumed",
    "demand.flat_decade": "ten years without growth",
    "utilisation.reactor": "reactors",
    "late.p95": "beyond what was promised, P95",
    "late.wait_p95": "order to start, P95",
    "late.release_p95": "order to release, P95",
    "late.share": "share of the doses",
    "interactions.passages": "passages of a batch through an interface",
    "interactions.cycles": "cycles of chambers for a batch",
    "interactions.carried": "carried by hand",
}


def plain(text: str) -> str:
    """A text on one line, without characters that steer instead of being read."""
    return "".join(c for c in " ".join(text.split()) if unicodedata.category(c)[0] != "C")


def short(text: str, most: int) -> str:
    """A text of at most so many characters."""
    text = plain(text)
    return text if len(text) <= most else text[: most - 1].rstrip() + "…"


def group_of(figure: str) -> str:
    """The heading under which a figure stands."""
    first = figure.partition(".")[0]
    return GROUPS.get(first, first.replace("_", " "))


def label_of(figure: str) -> str:
    """The words for a figure under its heading."""
    return LABELS.get(figure, figure.partition(".")[2].replace("_", " ").replace(".", " ") or figure)


def scale_of(figure: str) -> tuple[float, str]:
    """What a figure is multiplied with to be read, and its unit then: shares are read as per cent."""
    if figure.startswith(_SHARES):
        return 100.0, "%"
    try:
        unit = unit_of(figure).replace("m2", "m²")
    except KeyError:  # a figure that nobody named a unit for
        return 1.0, ""
    return 1.0, "" if unit == "1" else unit


def number(value: float, places: int | None = None) -> str:
    """A value with so many decimals, or else with four significant digits; thousands set apart."""
    if math.isnan(value):
        return "not defined"
    if math.isinf(value):
        return "no end"
    if places is None and value != 0 and (abs(value) < 1e-4 or abs(value) >= 1e9):
        return _power(value, 3)
    if places is None:
        places = max(0, 3 - math.floor(math.log10(abs(value)))) if value else 0
    text = f"{value:,.{min(places, 6)}f}"
    return (text.removeprefix("-") if float(text.replace(",", "")) == 0 else text).replace("-", "−")


def given(value: float) -> str:
    """A number as somebody gave it: as short as it is."""
    if value and (abs(value) < 1e-3 or abs(value) >= 1e7):
        return _power(value, 6)
    return f"{value:,.10g}".replace("-", "−")


def _power(value: float, digits: int) -> str:
    left, right = f"{value:.{digits - 1}e}".split("e")
    left = left.rstrip("0").rstrip(".") if digits > 4 else left
    raised = str(int(right)).translate(str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹"))
    return f"{left} × 10{raised}".replace("-", "−")


def _places(interval: Interval) -> int | None:
    """Decimals that show two digits of the half width, but not more than four of the mean; None without a width."""
    half, mean = interval.half, abs(interval.mean)
    if not (math.isfinite(half) and half > 0):
        return None
    places = max(0, 1 - math.floor(math.log10(half)))
    return min(places, max(0, 3 - math.floor(math.log10(mean)))) if mean > half else places


def scaled(interval: Interval, factor: float) -> Interval:
    """The same interval, its values multiplied."""
    return Interval(interval.mean * factor, interval.low * factor, interval.high * factor, interval.n)


def percent(value: float) -> str:
    """A share as a percentage with two decimals."""
    return "not defined" if math.isnan(value) else f"{value * 100:.2f} %".replace("-", "−")


def between(interval: Interval) -> str:
    """The ends of an interval, with the decimals that its width allows."""
    if interval.low == interval.high:
        return "none seen" if interval.mean == 0 else "no spread"
    places = _places(interval)
    return f"{number(interval.low, places)} to {number(interval.high, places)}"


def mean_of(interval: Interval) -> str:
    """The mean of an interval, with the decimals that its width allows."""
    return number(interval.mean, _places(interval))
