"""Every figure of one replication under a stable dotted name, with its unit.

`cost.*` is for each released dose, `started.*` for each started batch that has ended; `failure.*` are shares of the
ended batches. Where no dose was released, only what `without_dose` gives can be told;
`labour.*` hours are for each started batch; `time_to_vein.*` runs from the decision, `vein_to_vein.*` from the
leukapheresis to the infusion, and `vein_to_vein.release` is the median from it to the disposition.
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from axenic.assumption.assumption import Assumptions
from axenic.plant.facility import WayOfWorking
from axenic.plant.plant import Plant
from axenic.recipe.recipe import Recipe
from axenic.twin.area import Areas, areas, facility_of
from axenic.twin.capital import equipment_a_year, purchase, rooms_a_year, rooms_capital
from axenic.twin.economics import SLICES, stack
from axenic.twin.ends import DAYS_A_YEAR, LOST, MS_A_DAY, RELEASED, Ends, ends, lost_by_cause
from axenic.twin.fragility import clustering, worst_week
from axenic.twin.labour import burden, operators_by_hours, operators_by_rota, persons_for, touch_hours
from axenic.twin.tail import UNITS
from axenic.twin.tally import Tally
from axenic.twin.vein import Days, parts

UNIT_OF: dict[str, str] = {
    "area.": "m2",
    "batches.year": "batches/year",
    "capital.": "USD",
    "ceiling.reduction": "1",
    "contamination.risk": "1/batch",
    "cost.": "USD",
    "cycles_failed.": "1",
    "demand.": "batches",
    "doses.year": "doses/year",
    "failure.": "1",
    "fragility.clustering": "1",
    "fragility.worst_week": "batches",
    "fragility.worst_share": "1",
    "labour.": "h",
    "line_day.": "USD/day",
    "operators.": "persons",
    "patients.": "1",
    "price.list": "USD",
    "price.multiple": "1",
    "started.": "USD",
    "throughput.": "doses/m2/year",
    "time_to_vein.": "d",
    "utilisation.": "1",
    "vein_to_vein.": "d",
}
_SCALE = 10_000  # batches a year, at which the operators of a large site are counted
_RISKS, _RISK_DAYS = ("low", "medium", "high"), 42  # the drop-out rows are for so many days


def unit_of(name: str) -> str:
    """The unit of a figure, by its name or by the prefix that ends with a point; raises KeyError."""
    known = UNITS.get(name) or UNIT_OF.get(name)
    return known or UNIT_OF[name.partition(".")[0] + "."]


def figures(tally: Tally, plant: Plant, recipe: Recipe, assumptions: Assumptions) -> dict[str, float]:
    """All figures of a replication; raises ValueError without a facility or without a released dose."""
    known = {r.row: r.value for r in assumptions.rows}
    end, space = ends(tally), areas(plant, known)
    days = parts(tally, facility_of(plant), recipe, assumptions)
    total = np.sum(list(days.values()), axis=0)
    return {
        **_cost(tally, plant, recipe, assumptions, known),
        **_capital(plant, space, known),
        **_work(tally, plant, recipe, end, known),
        **_floor(space, end),
        **_failure(tally, end),
        **_patients(tally, total, known),
        **_time(days, total),
        **_utilisation(tally, plant),
        "demand.decade": _decade(known),
        "demand.flat_decade": 10 * known["demand"],
    }


def without_dose(tally: Tally) -> dict[str, float]:
    """What can be told of a replication without a released dose: shares lost, batches started, and doses (none)."""
    causes, years = lost_by_cause(tally), tally.span_ms / (DAYS_A_YEAR * MS_A_DAY)
    found = {f"failure.{name}": share for name, share in causes.items()} | {"doses.year": 0.0}
    found |= {f"throughput.{floor}": 0.0 for floor in ("reactor", "module", "classified", "building")}
    if not (tally.batches["outcome"] == LOST).any():
        return {"doses.year": 0.0}  # nothing has ended: no share can be told
    started = float((tally.batches["begun"] >= 0).sum())
    return found | {"failure.all": sum(causes.values()), "batches.year": started / years if years else 0.0}


def _cost(
    tally: Tally, plant: Plant, recipe: Recipe, assumptions: Assumptions, known: Mapping[str, float]
) -> dict[str, float]:
    found = stack(tally, plant, recipe, assumptions)
    of_started = {f"started.{name}": found.slice_of_started(name) for name in SLICES}
    return (
        of_started
        | {f"cost.{name}": found.slice(name) for name in (*SLICES, "failure")}
        | {
            "cost.full": found.full,
            "cost.gate": found.gate,
            "cost.conversion": found.conversion,
            "started.full": found.for_started,
            "ceiling.reduction": found.ceiling,
            "price.list": known["list price"],
            "price.multiple": known["list price"] / found.full,
        }
    )


def _capital(plant: Plant, space: Areas, known: Mapping[str, float]) -> dict[str, float]:
    facility = facility_of(plant)
    price = purchase(facility, known)
    reactors = next((u.count for u in plant.units if u.unit == facility.reactor.unit), 0)
    yearly = rooms_a_year(space, known) + equipment_a_year(facility, known)
    yearly += operators_by_rota(plant, facility, known) * known["productive hours"] * known["labour rate"]
    return {
        "capital.rooms": rooms_capital(space, known),
        "capital.equipment": price * known["installation factor"],
        "capital.lang": price * known["Lang factor"],
        "line_day.site": yearly / DAYS_A_YEAR / reactors if reactors else 0.0,
        "line_day.published": known["facility per line-day"],
    }


def _work(tally: Tally, plant: Plant, recipe: Recipe, end: Ends, known: Mapping[str, float]) -> dict[str, float]:
    facility = facility_of(plant)
    touch = touch_hours(tally, recipe, facility.working, known)
    rota_hours = touch * burden(facility.working, known)
    by_hours = operators_by_hours(rota_hours / end.years, known)
    by_rota = operators_by_rota(plant, facility, known)
    paid = by_rota * known["productive hours"] * known["labour rate"] * end.years
    leavers = known["operator turnover"] / 100
    batches = end.started / end.years
    gowned = sum(c.gownings for c in tally.carriers) * known["gowning"] / 60
    return {
        "labour.touch": touch / end.started,
        "labour.rota": rota_hours / end.started,
        "labour.by_hand": touch_hours(tally, recipe, WayOfWorking.MANUAL, known) / end.started,
        "labour.gowning": gowned / end.started,
        "operators.hours": by_hours,
        "operators.rota": by_rota,
        "operators.large_site": operators_by_hours(rota_hours / end.started * _SCALE, known),
        "operators.in_training": by_hours * leavers * known["training time"] / 12,
        "operators.laboratory": persons_for("laboratory", facility.working, batches, known),
        "operators.review": persons_for("review", facility.working, batches, known),
        "cost.labour_if_rota_is_paid": paid / end.released,
        "batches.year": batches,
        "doses.year": end.released / end.years,
    }


def _floor(space: Areas, end: Ends) -> dict[str, float]:
    floors = {name: getattr(space, name) for name in ("reactor", "module", "classified", "building")}
    doses = end.released / end.years
    found = {f"area.{name}": m2 for name, m2 in floors.items()}
    return found | {f"throughput.{name}": doses / m2 if m2 else 0.0 for name, m2 in floors.items()}


def _failure(tally: Tally, end: Ends) -> dict[str, float]:
    causes, worst = lost_by_cause(tally), worst_week(tally)
    started = tally.batches[tally.batches["begun"] >= 0]
    return {f"failure.{name}": share for name, share in causes.items()} | {
        "failure.all": sum(causes.values()),
        "contamination.risk": float(started["risk"].mean()) if len(started) else 0.0,
        "fragility.clustering": clustering(tally),
        "fragility.worst_week": float(worst),
        "fragility.worst_share": worst * end.years / end.started,
    }


def _patients(tally: Tally, waited: Days, known: Mapping[str, float]) -> dict[str, float]:
    """Of the patients with no batch in process: those with a dose, and those still there when it comes."""
    rows = tally.batches
    treated = np.unique(rows["patient"][rows["outcome"] == RELEASED])
    going = np.unique(rows["patient"][(rows["outcome"] != RELEASED) & (rows["outcome"] != LOST)])
    settled = np.setdiff1d(np.unique(rows["patient"]), np.setdiff1d(going, treated))
    share = len(treated) / len(settled)
    there = {risk: float(((1 - known[f"drop-out {risk}"]) ** (waited / _RISK_DAYS)).mean()) for risk in _RISKS}
    return {"patients.with_dose": share} | {f"patients.infused.{risk}_risk": share * s for risk, s in there.items()}


def _time(days: Mapping[str, Days], total: Days) -> dict[str, float]:
    found = {f"time_to_vein.{name}": float(values.mean()) for name, values in days.items()}
    for name, values in (("time_to_vein", total), ("vein_to_vein", total - days["booking"])):
        found |= {f"{name}.mean": float(values.mean()), f"{name}.median": float(np.median(values))}
        found[f"{name}.p90"] = float(np.quantile(values, 0.9))
    after = sum(days[name] for name in ("booking", "pack", "courier_out", "scheduling"))
    return found | {"vein_to_vein.release": float(np.median(total - after))}


def _utilisation(tally: Tally, plant: Plant) -> dict[str, float]:
    span = tally.span_ms
    lines = {u.unit: u.taken_ms / (u.count * span) for u in tally.units}
    return (
        {f"utilisation.unit.{name}": share for name, share in lines.items()}
        | {f"utilisation.carrier.{c.mover}": c.busy_ms / (c.count * span) for c in tally.carriers}
        | {f"utilisation.chamber.{c.interface}": c.busy_ms / span for c in tally.chambers}
        | {f"cycles_failed.{c.interface}": c.failed / c.cycles if c.cycles else 0.0 for c in tally.chambers}
        | {"utilisation.reactor": lines.get(facility_of(plant).reactor.unit, 0.0)}
    )


def _decade(known: Mapping[str, float]) -> float:
    """Batches demanded in the ten years after the year of the row, each a little more than the last."""
    growth = 1 + known["growth of demand"] / 100
    return float(sum(known["demand"] * growth**n for n in range(1, 11)))
