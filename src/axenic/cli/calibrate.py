"""The verb `calibrate`: from records of what was done to a file of assumptions."""

from __future__ import annotations

import sys
from dataclasses import asdict
from pathlib import Path
from time import monotonic
from typing import Any

from axenic.assumption.assumption import Assumptions
from axenic.assumption.text import text_of
from axenic.cli.answer import refuse, say
from axenic.cli.executed import read_executed
from axenic.control.layout import Layout
from axenic.library.shelf import default
from axenic.notation.document import load
from axenic.notation.finding import Finding
from axenic.plant.plant import Plant
from axenic.record.journal import JournalError, documents, read_journal
from axenic.twin.calibrate import Calibration, FoundDuration, FoundRow, calibrated
from axenic.twin.fit import Fit
from axenic.twin.observed import Observed, Origin, observe
from axenic.twin.share import rate, share
from axenic.units import MILLISECONDS, format_duration, parse_duration

_SQLITE = b"SQLite format 3\0"
Row = dict[str, Any]


class Unread(Exception):
    """The records cannot be used; `findings` say why."""

    def __init__(self, findings: list[Finding]) -> None:
        super().__init__(str(findings[0]))
        self.findings = findings


def calibrate(
    *records: Path,
    out: Path,
    name: str = "calibrated",
    picture: Path | None = None,
    all: bool = False,
    json: bool = False,
) -> int:
    """Make assumptions of what was done: durations, measured values and shares, each with how well it is founded.

    Rows of real equipment have grade A; what simulated equipment did is no evidence about the world and stays D.

    Parameters
    ----------
    records
        Journals, and CSV files of executed batches: batch, phase, started, ended (or duration), measures.
    out
        The file of assumptions to write; it stands over the shipped ones.
    name
        The name of the assumptions.
    picture
        Write what was found and the law fitted to it, for each phase kind and row (.png, .svg or .pdf).
    all
        Show also what stays as it was, because there are too few data.
    json
        Write the result as JSON.
    """
    try:
        progress = _Progress()
        observed, unused = _gathered(records, progress)
        found = calibrated(observed, default(Assumptions), name, progress.fitting)
        text = _file(found, observed, out)
        if picture is not None:
            from axenic.cli.calibrate_picture import draw_calibration  # matplotlib: only when asked for

            draw_calibration(found, observed.simulated, picture)
        out.write_text(text, "utf-8")
    except Unread as error:
        return refuse(error.findings, json)
    except ValueError as error:
        return refuse([Finding("AX0007", str(error), "check --picture: a .png, .svg or .pdf")], json)
    except OSError as error:
        return refuse([Finding("AX0001", str(error), "check the folders of --out and --picture", str(out))], json)
    result = _result(found, observed, out, unused) | ({"picture": str(picture)} if picture else {})
    say(result, _text(result, all), json)
    return 0


class _Progress:
    """What is under way, on stderr, once it takes longer than a second."""

    def __init__(self) -> None:
        self._begun = monotonic()

    def step(self, what: str) -> None:
        """Say how far it got."""
        if monotonic() - self._begun > 1:
            sys.stderr.write(f"{what}\n")

    def fitting(self, what: str) -> None:
        """Say what is being fitted."""
        self.step(f"fitting {what}")


def _gathered(records: tuple[Path, ...], progress: _Progress) -> tuple[Observed, list[str]]:
    """Everything the records say; raises Unread."""
    if not records:
        raise Unread([Finding("AX0007", "no record was named", "axenic calibrate JOURNAL --out FILE")])
    observed, unused, seen = Observed(), dict[str, None](), dict[str, str]()
    findings: list[Finding] = []
    for path in records:
        progress.step(f"reading {path}")
        if _is_journal(path):
            proof = _journal(path, observed, findings)
        else:
            names, wrong = read_executed(path, observed, progress.step)
            unused |= dict.fromkeys(names)
            findings += wrong
            proof = "" if wrong else observed.origins[-1].proof
        if proof and proof in seen:
            text = f"the same record as {seen[proof]}: its data would count twice"
            findings.append(Finding("AX0822", text, "name each record once", str(path)))
        seen[proof] = str(path)
    if not findings and len({o.simulated for o in observed.origins}) > 1:
        text = "records of simulated and of real equipment are not taken together"
        findings.append(Finding("AX0822", text, "calibrate them apart", str(records[0])))
    if not findings and not any(len(k.hours) or k.readings for k in observed.kinds.values()):
        findings.append(Finding("AX0823", "no phase ended in these records", "name others", str(records[0])))
    if findings:
        raise Unread(findings)
    return observed, list(unused)


def _is_journal(path: Path) -> bool:
    try:
        with path.open("rb") as file:
            return file.read(len(_SQLITE)) == _SQLITE
    except OSError:
        return False


def _journal(path: Path, observed: Observed, findings: list[Finding]) -> str:
    """Take a journal; its public key, by which the same one read at two moments is known."""
    try:
        reading = read_journal(path)
    except JournalError as error:
        findings.append(error.finding)
        return ""
    texts = ((n, t) for (kind, n), t in documents(reading.entries).items() if kind == "plant")
    plant = next((load(Plant, text, name).value for name, text in texts), None)
    batches = observe(reading.entries, observed, Layout(plant) if plant is not None else None)
    head = reading.head
    observed.origins.append(Origin(path.name, f"root {head.root}", head.simulated, batches))
    return head.vkey


def _file(found: Calibration, observed: Observed, out: Path) -> str:
    """The file's text, which loads again; raises Unread if it would not (a name that YAML reads as something else)."""
    simulated = ["SIMULATED: this is what simulated equipment did, no evidence about the world."]
    cited = [f"{o.name}: {o.batches} batches, {o.proof}" for o in observed.origins]
    comments = ["Made by axenic calibrate of:", *cited, *(simulated if observed.simulated else [])]
    text = text_of(found.assumptions, comments)
    again = load(Assumptions, text, str(out))
    if again.value != found.assumptions:
        hint = "choose a --name of letters, digits and dashes"
        raise Unread(again.findings or [Finding("AX0007", "the file would not load back equal", hint, str(out))])
    return text


# the answer ----------------------------------------------------------------------------------------------------------


def _result(found: Calibration, observed: Observed, out: Path, unused: list[str]) -> Row:
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


def _text(result: Row, all_rows: bool) -> str:
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
