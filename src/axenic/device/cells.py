"""The simulated patient: what each phase kind does to the cells, and what the instruments then measure.

One function for each phase kind, in one table; a kind that is not in the table leaves the cells as they are.
Values are the default parameter set of the process model (grades in the comments).
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass

from axenic.device.draw import Draw

_DAY_MS = 86_400_000
_SEEDED = 1.5e8  # cells put into the reactor at most; with a 30-fold expansion about 4.5e9 (A x D)
_ROOM = 1e10  # cells a reactor can carry [C: 100M-CS class devices]
_DOSE_SHARE = 0.15  # of the product that is one dose; set so that 4 to 7 % of batches fail, as published [B]
_CULTURE_DAYS = 7.0  # days over which the fold expansion of the source is reached [B]


@dataclass(slots=True)
class Cells:
    """The true state of one patient's cells; the instruments see it with an error."""

    cells: float
    viability: float
    purity: float
    transduced: float
    growth_per_day: float
    final_viability: float
    glucose: float = 4.0


def collect(draw: Draw) -> Cells:
    """The starting material: CD3 2.6e9, IQR 1.2-4.1e9 (A), viability 85 % sd 8 (D), fold 30 EF 2.5 (A)."""
    fold = draw.lognormal("patient", "fold", 30.0, 2.5)
    frail = draw.uniform("patient", "frail") < 0.02  # two patients in a hundred lose viability [B: UK panel]
    mean, sd = (78.0, 6.0) if frail else (94.0, 3.0)
    return Cells(
        cells=draw.lognormal("patient", "CD3", 2.6e9, 4.5),
        viability=draw.normal("patient", "viability", 88.0, 5.0, 30.0, 99.0),
        purity=draw.normal("patient", "purity", 45.0, 10.0, 10.0, 90.0),
        transduced=draw.normal("patient", "transduction", 37.0, 12.0, 2.0, 90.0),
        growth_per_day=max(0.0, math.log(fold) / _CULTURE_DAYS),
        final_viability=draw.normal("patient", "final viability", mean, sd, 40.0, 99.0),
    )


Effect = Callable[[Cells, Draw, str, int], dict[str, str]]


def _count(cells: float, draw: Draw, step: str) -> str:
    return f"{cells * draw.normal(step, 'count', 1.0, 0.08, 0.7, 1.3):.3e}"


def _percent(value: float, draw: Draw, step: str, purpose: str) -> str:
    return f"{draw.normal(step, purpose, value, 1.0, 0.0, 100.0):.1f}"


def _lose(c: Cells, draw: Draw, step: str, mean: float, sd: float) -> float:
    share = draw.normal(step, "recovery", mean, sd, 5.0, 100.0)
    c.cells *= share / 100
    return share


def _receive(c: Cells, draw: Draw, step: str, _: int) -> dict[str, str]:
    return {"viability": _percent(c.viability, draw, step, "viability")}


def _thaw(c: Cells, draw: Draw, step: str, _: int) -> dict[str, str]:
    _lose(c, draw, step, 90.7, 8.0)  # 90.7 % (A); its spread of 21.4 is mostly that of the assay
    c.viability = draw.normal(step, "thawed", 85.0, 6.0, 30.0, 99.0)  # row 13 (D)
    return {"viability": _percent(c.viability, draw, step, "viability"), "CD3 cells": _count(c.cells, draw, step)}


def _wash(c: Cells, draw: Draw, step: str, _: int) -> dict[str, str]:
    share = _lose(c, draw, step, 82.0, 7.0)
    return {"recovery": f"{share:.1f}", "viability": _percent(c.viability, draw, step, "viability")}


def _select(c: Cells, draw: Draw, step: str, _: int) -> dict[str, str]:
    share = _lose(c, draw, step, 55.0, 6.0)  # row 15 (A)
    c.purity = draw.normal(step, "purity", 97.5, 2.5, 50.0, 100.0)  # row 16 (A), cut at 100
    return {"recovery": f"{share:.1f}", "purity": f"{c.purity:.1f}"}


def _activate(c: Cells, draw: Draw, step: str, _: int) -> dict[str, str]:
    c.cells *= 0.8
    c.viability = draw.normal(step, "activated", 88.0, 4.0, 30.0, 99.0)
    return {"viability": _percent(c.viability, draw, step, "viability"), "viable cells": _count(c.cells, draw, step)}


def _wash_vector(c: Cells, draw: Draw, step: str, _: int) -> dict[str, str]:
    _lose(c, draw, step, 92.0, 3.0)
    return {"viability": _percent(c.viability, draw, step, "viability")}


def _inoculate(c: Cells, draw: Draw, step: str, _: int) -> dict[str, str]:
    c.cells, c.glucose = min(c.cells, _SEEDED), 4.0
    return {"viable cells": _count(c.cells, draw, step)}


def _culture(c: Cells, draw: Draw, step: str, lasted: int) -> dict[str, str]:
    days = lasted / _DAY_MS
    rate = c.growth_per_day * (0.3 if c.glucose < 0.3 else 1.0)
    grown = c.cells * math.exp(rate * days)
    c.cells = grown / (1 + grown / _ROOM * 0.5)
    c.glucose = max(0.0, c.glucose - days * (0.2 + 0.9 * c.cells / 1e9))  # consumption, assumed (D)
    c.viability += (c.final_viability - c.viability) * min(1.0, 0.35 * days)
    return {}


def _sample(c: Cells, draw: Draw, step: str, _: int) -> dict[str, str]:
    return {
        "viable cells": _count(c.cells, draw, step),
        "viability": _percent(c.viability, draw, step, "viability"),
        "glucose": f"{c.glucose:.2f}",
        "CAR+": _percent(c.transduced, draw, step, "CAR"),
    }


def _feed(c: Cells, draw: Draw, step: str, _: int) -> dict[str, str]:
    c.glucose = 4.0
    return {"glucose": "4.00"}


def _remove_beads(c: Cells, draw: Draw, step: str, _: int) -> dict[str, str]:
    return {"beads": f"{draw.lognormal(step, 'beads', 15.0, 3.0):.0f}"}


def _harvest(c: Cells, draw: Draw, step: str, _: int) -> dict[str, str]:
    share = _lose(c, draw, step, 88.0, 4.0)
    return {"recovery": f"{share:.1f}", "viable cells": _count(c.cells, draw, step)}


def _fill(c: Cells, draw: Draw, step: str, _: int) -> dict[str, str]:
    return {"volume": f"{draw.normal(step, 'volume', 50.0, 1.0, 40.0, 60.0):.1f}"}


def _flow_panel(c: Cells, draw: Draw, step: str, _: int) -> dict[str, str]:
    dose = c.cells * _DOSE_SHARE * c.viability / 100 * c.transduced / 100
    return {
        "viability": _percent(c.viability, draw, step, "viability"),
        "purity": f"{c.purity:.1f}",
        "CAR+": _percent(c.transduced, draw, step, "CAR"),
        "dose": f"{dose:.3e}",
    }


def _growth(c: Cells, draw: Draw, step: str, _: int) -> dict[str, str]:
    rate = 5e-4 if "sterility" in step else 1e-5  # intrinsic contamination (B, Mizutani 2016)
    return {"growth": "1" if draw.uniform(step, "growth") < rate else "0"}


def _one(measure: str, median: float, error_factor: float, digits: int) -> Effect:
    def effect(c: Cells, draw: Draw, step: str, _: int) -> dict[str, str]:
        return {measure: f"{draw.lognormal(step, measure, median, error_factor):.{digits}f}"}

    return effect


def _potency(c: Cells, draw: Draw, step: str, _: int) -> dict[str, str]:
    return {"potency": f"{draw.normal(step, 'potency', 78.0, 8.0, 0.0, 100.0):.0f}"}


def _review(c: Cells, draw: Draw, step: str, _: int) -> dict[str, str]:
    return {"accepted": "1"}  # a simulated reviewer; a person decides in production


EFFECTS: dict[str, Effect] = {
    "receive": _receive,
    "thaw": _thaw,
    "wash": _wash,
    "select": _select,
    "activate": _activate,
    "wash vector": _wash_vector,
    "inoculate": _inoculate,
    "culture": _culture,
    "sample": _sample,
    "feed": _feed,
    "remove beads": _remove_beads,
    "harvest": _harvest,
    "fill": _fill,
    "flow panel": _flow_panel,
    "sterility test": _growth,
    "mycoplasma test": _growth,
    "RCL test": _growth,
    "endotoxin test": _one("endotoxin", 0.2, 3.0, 2),
    "copy number test": _one("VCN", 2.1, 1.5, 2),  # row 23 (A)
    "potency test": _potency,
    "review": _review,
}
