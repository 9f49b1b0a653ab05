"""Two patients whose batches are bound, for tests: codes, scans and labels of both."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from axenic.control.facts import BatchOrdered
from axenic.identity.code import Coi
from axenic.identity.din import Din
from axenic.identity.gs1 import elements_of
from axenic.quality.actor import Refused
from axenic.record.entry import Act
from tests.identity.codes import ANNA, ANNAS_CELLS, BRUNO, BRUNOS_CELLS, GTIN
from tests.quality.site import DAY, Site

ANNAS, BRUNOS = "AX-0001", "AX-0002"
RECIPE = "car-t-9-day"
CELLS = {ANNAS: ANNAS_CELLS, BRUNOS: BRUNOS_CELLS}
COIS = {ANNAS: ANNA, BRUNOS: BRUNO}
STEPS = ("receipt", "cluster", "filling", "pack")


def ordered(site: Site, *batches: str) -> Site:
    """Ordered for their patients' codes."""
    at = site.clock.wall
    site.append(*(BatchOrdered(at, b, str(COIS[b]), RECIPE, at + 30 * DAY) for b in batches))
    return site


def bind(site: Site, batch: str, **changed: Any) -> Act:
    """Bind a batch to its patient."""
    given = {"of_batch": batch, "coi": str(COIS[batch]), "din": (str(CELLS[batch]),), "gtin": GTIN, "serial": ("1",)}
    given["serial"] = ("1",) if batch == ANNAS else ("2",)
    return site.do("op", "identity bind", second="op2", **given | changed)


def both(site: Site) -> Site:
    """Anna's batch and Bruno's batch, each bound."""
    ordered(site, ANNAS, BRUNOS)
    bind(site, ANNAS)
    bind(site, BRUNOS)
    return site


def bag(din: Din) -> str:
    """A bag of cells as a scanner reads it."""
    return f"]C0{din.symbol}"


def wrist(coi: Coi) -> str:
    """A patient's wristband, or the kit's card, as a scanner reads it."""
    return f"]Q1{coi}"


def dose(lot: str, serial: str, coi: Coi) -> str:
    """The symbol of a dose as a scanner reads it."""
    return "]d2" + elements_of([("01", GTIN), ("10", lot), ("21", serial), ("91", str(coi))]).symbol


def scans(batch: str) -> dict[str, str]:
    """The two right scans of a batch."""
    return {"container": bag(CELLS[batch]), "other": wrist(COIS[batch])}


def hand_over(site: Site, batch: str = ANNAS, at: str = "receipt", **changed: Any) -> Act:
    """Hand a batch over, with its own scans unless others are given."""
    second = changed.pop("second", "")
    return site.do("op", "handover match", second=second, of_batch=batch, at=at, **scans(batch) | changed)


def swapped(site: Site, **changed: Any) -> Act:
    """Bruno's bag at Anna's bed."""
    return hand_over(site, ANNAS, container=bag(BRUNOS_CELLS), **changed)


def cleared(site: Site, seq: int, batch: str = ANNAS, affected: tuple[str, ...] = (BRUNOS,)) -> str:
    """Quality investigates a mismatch and closes its deviation."""
    said = {"what": "two bags were swapped", "contained": "both set aside", "entries": (seq,)}
    name = site.do("op", "deviation open", of_batch=batch, **said).object.removeprefix("deviation ")
    site.do("qa", "deviation assess", deviation=name, severity="major")
    why = {"cause": "two bags in one tray", "impact": "none: stopped before contact", "affected": affected}
    site.do("eng", "deviation investigate", deviation=name, **why)
    site.do("qa2", "deviation close", deviation=name, disposition="identity proven by HLA typing")
    return name


def label_file(folder: Path, of: str = ANNAS, /, **changed: str) -> str:
    """The contents of a label of a batch, as a file."""
    text = (Path(__file__).resolve().parents[2] / "examples" / "labels" / "dose.yaml").read_text("utf-8")
    own = {"batch": of, "coi": str(COIS[of]), "donations": f"[{CELLS[of]}]"}
    own |= {"serial": '"1"' if of == ANNAS else '"2"'} | changed
    lines = [f"{k}: {own[k]}" if (k := line.partition(":")[0]) in own else line for line in text.splitlines()]
    file = folder / f"label-{of}.yaml"
    file.write_text("\n".join(lines), "utf-8")
    return str(file)


def tried(site: Site, user: str, name: str, /, **fields: Any) -> bool:
    """Whether a command was carried out; a refusal is an answer, anything else that is raised is not."""
    try:
        site.do(user, name, **fields)
    except Refused:
        return False
    return True
