"""What a calibration found, as plain data and as text for people."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path
from typing import Any

from axenic.twin.calibrate import Calibration
from axenic.twin.fit import Fit
from axenic.twin.lasting import FoundDuration
from axenic.twin.observed import Observed
from axenic.twin.rows import FoundRow
from axenic.twin.share import rate, share
from axenic.units import MILLISECONDS, format_duration, parse_duration

Row = dict[str, Any]


def result_of(found: Calibration, observed: Observed, out: Path, unused: list[str]) -> Row:
    """The result as plain data; `unused` are columns that told nothing."""
    return {
        "file": str(out),
        "assumptions": found.assumptions.assumptions,
        "simulated": observed.simulated,
        "grade": "D" if observed.simulated else "A",
        "records": [asdict(o) for o in observed.origins],
        "durations": [_duration(d) for d in found.durations],
        "rows": [_row(r) for r in found.rows],
        "equipment": _equipment(observed),
        "failures": _failures(observed),
        "cycles": [_cycle(program, dict(verdicts)) for program, verdicts in sorted(observed.cycles.items())],
        "columns not used": unused,
    }


def _readable(milliseconds: int) -> str:
    """A duration for people; the file has it exactly."""
    size, unit = next(((s, u) for u, s in reversed(MILLISECONDS.items()) if milliseconds >= 3 * s), (1, "ms"))
    return f"{milliseconds / size:.3g} {unit}"


def _goodness(fit: Fit | None) -> Row | None:
    if fit is None:
        return None
    g = fit.goodness
    row: Row = {"law": fit.law.name, "fits": g.fits, "aic": {k: round(v, 2) for k, v in fit.aic.items()}}
    row |= {"ks": round(g.ks, 4), "ks_p": round(g.ks_p, 4), "ad": round(g.ad, 4), "ad_p": round(g.ad_p, 4)}
    return row | {"tested": g.tested}


def _duration(d: FoundDuration) -> Row:
    spans = {k: format_duration(getattr(d.lasting, k)) for k in ("least", "usual", "most")} if d.lasting else {}
    row: Row = {"phase": d.phase, "data": d.data, "left out": d.left_out, "written": d.lasting is not None}
    return row | {"shape": d.lasting.shape if d.lasting else "", **spans, "fit": _goodness(d.fit), "said": d.said}


def _row(r: FoundRow) -> Row:
    row: Row = {"row": r.row, "measured": r.measured, "data": r.data, "written": r.made is not None}
    if r.made is not None:
        row |= {"value": r.made.value, "unit": r.made.unit, "varies": _spread(r)}
    if r.counted is not None:
        row["counted"] = _finite(asdict(r.counted))
    return row | {"fit": _goodness(r.fit), "said": r.said}


def _spread(r: FoundRow) -> str:
    varies = r.made.varies if r.made else None
    if varies is None:
        return ""
    return f"error factor {varies.error_factor:g}" if varies.error_factor > 1 else f"sd {varies.sd:g}"


def _finite(row: Row) -> Row:
    return {k: None if isinstance(v, float) and abs(v) == float("inf") else v for k, v in row.items()}


def _equipment(o: Observed) -> Row | None:
    if not o.faults_known:
        return None
    faults, lost = rate(o.faults, o.worked_hours), share(o.destroyed, o.faults)
    mean = sum(o.repairs) / len(o.repairs) if o.repairs else None
    return {"faults per hour": _finite(asdict(faults)), "destroyed": asdict(lost), "mean repair h": mean}


def _failures(o: Observed) -> Row:
    row: Row = {"all": asdict(share(sum(o.causes.values()), o.decided))}
    return row | {cause.title: asdict(share(n, o.decided)) for cause, n in sorted(o.causes.items())}


def _cycle(program: str, verdicts: dict[str, int]) -> Row:
    runs = sum(verdicts.values())
    return {"program": program, "verdicts": verdicts, "failed": asdict(share(runs - verdicts.get("pass", 0), runs))}


def text_of_result(result: Row, all_rows: bool) -> str:
    """The result for people; `all_rows` shows also what stays as it was."""
    records = ", ".join(f"{o['name']} ({o['batches']} batches)" for o in result["records"])
    mark = "SIMULATED, so grade D: no evidence about the world" if result["simulated"] else "grade A"
    lines = [f"{records}: {mark}"]
    written = [d for d in result["durations"] if d["written"]]
    lines += [f"  {d['phase']:23} {_span(d):36} {d['data']:>6} data  {d['said']}" for d in written]
    rows = [r for r in result["rows"] if r["written"]]
    lines += [f"  {r['row']:23} {_value(r):36} {r['data']:>6} data  {r['said']}" for r in rows]
    stay = [x for x in (*result["durations"], *result["rows"]) if not x["written"]]
    if all_rows:
        lines += [f"  {x.get('phase', x.get('row')):23} {'stays':36} {x['data']:>6} data  {x['said']}" for x in stay]
    lines += _shares(result)
    if result["columns not used"]:
        lines.append(f"columns not used: {', '.join(result['columns not used'])}")
    short = "" if all_rows or not stay else " (--all shows them)"
    lines.append(f"{len(written)} durations and {len(rows)} rows written, {len(stay)} stay as they were{short}")
    lines += [f"assumptions {result['file']}"] + ([f"picture {result['picture']}"] if "picture" in result else [])
    return "\n".join(lines)


def _span(d: Row) -> str:
    least, usual, most = (_readable(parse_duration(d[k])) for k in ("least", "usual", "most"))
    return f"{d['shape']} {least}, {usual}, {most}"


def _value(r: Row) -> str:
    spread = f", {r['varies']}" if r["varies"] else ""
    return f"{r['value']:g} {r['unit']}{spread}"


def _shares(result: Row) -> list[str]:
    lines = _faults(result["equipment"]) if result["equipment"] else []
    decided = result["failures"]["all"]["of"]
    for cause, counted in result["failures"].items() if decided else ():
        what = "batches rejected" if cause == "all" else f"  for {cause}"
        lines.append(f"{what}: {counted['hits']} of {counted['of']}{_interval(counted, 'of batches')}")
    failed = [c for c in result["cycles"] if c["failed"]["hits"]]
    lines += [f"cycles of {c['program']} not passed: {_of(c['failed'])}" for c in failed]
    runs = sum(c["failed"]["of"] for c in result["cycles"])
    return lines + ([f"cycles: {runs}, of {len(result['cycles'])} programs"] if runs else [])


def _faults(equipment: Row) -> list[str]:
    faults, lost = equipment["faults per hour"], equipment["destroyed"]
    lines = [f"equipment faults: {faults['hits']} in {faults['of']:.0f} h{_interval(faults, 'per hour')}"]
    if faults["hits"]:
        lines.append(f"faults that destroyed the batch: {lost['hits']} of {lost['of']}{_interval(lost, 'of faults')}")
    return lines


def _of(counted: Row) -> str:
    return f"{counted['hits']} of {counted['of']}{_interval(counted, 'of cycles')}"


def _interval(counted: Row, unit: str) -> str:
    upper = counted["upper95"]
    return "" if not counted["of"] or upper is None else f" (95 %: {counted['lower95']:.2g} to {upper:.2g} {unit})"
