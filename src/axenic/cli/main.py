"""The command line: one verb for each job; stdout is the result, stderr is progress and errors.

Exit codes: 0 done, 1 checked and not good, 2 wrong usage or file, 3 not found, 4 refused, 5 device or network.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Callable
from importlib import resources
from pathlib import Path
from typing import Any

from cyclopts import App

from axenic.cli.check import OPEN_LOOP, check_files
from axenic.cli.job import Job, Unfit, job_of, new_job, orders_in
from axenic.cli.summary import batches_of
from axenic.control.facts import Fact
from axenic.control.orders import Order
from axenic.live.clock import SpeedClock
from axenic.live.shell import Differ, recover
from axenic.live.shell import run as run_live
from axenic.notation.finding import CODES, Finding
from axenic.record.entry import Thing
from axenic.record.journal import Journal, JournalError, read_entries
from axenic.record.verify import export as export_journal
from axenic.record.verify import verify as verify_journal
from axenic.twin.run import run as run_twin

app = App(name="axenic", help="An open manufacturing system for advanced therapies.", version_flags=["--version"])
_BATCH_OF_STEPS = 400  # virtual steps kept in one transaction: a crash loses nothing that cannot be computed again


def _say(result: dict[str, Any], text: str, as_json: bool) -> None:
    sys.stdout.write((json.dumps(result, ensure_ascii=False) if as_json else text) + "\n")


def _fail(findings: list[Finding], as_json: bool, code: int = 2) -> int:
    if as_json:
        _say({"ok": False, "errors": [f.to_data() for f in findings]}, "", True)
    for finding in findings:
        sys.stderr.write(f"{finding}\n")
    missing = all(f.code == "AX0501" for f in findings)
    return 3 if missing and code == 2 else code


def _table(rows: list[dict[str, Any]]) -> str:
    head = f"{'batch':10} {'outcome':10} {'days':>6} {'passages':>8} {'risk (mean, 95 % upper)':26} reason"
    lines = [head]
    for r in rows:
        risk = f"{r['risk']['mean']:.1e}, {r['risk']['upper95']:.1e}"
        days = "" if r["days"] is None else f"{r['days']:.1f}"
        lines.append(f"{r['id']:10} {r['outcome']:10} {days:>6} {r['passages']:>8} {risk:26} {r['reason']}")
    return "\n".join(lines)


def _virtual(job: Job, journal: Journal, facts: list[Fact]) -> None:
    control, world = job.control(), job.world()
    recover(control, world, journal.entries())
    waiting: list[Thing] = []

    def keep(fact: Fact, orders: list[Order]) -> None:
        waiting.extend((fact, *orders))
        if len(waiting) >= _BATCH_OF_STEPS:
            journal.append(waiting)
            waiting.clear()

    run_twin(control, world, facts, keep)
    if waiting:
        journal.append(waiting)


def _live(job: Job, journal: Journal, facts: list[Fact], speed: float) -> None:
    control, world = job.control(), job.world()
    done = recover(control, world, journal.entries())
    start = max([f.at for f in done] or [min((f.at for f in facts), default=0)])
    run_live(control, world, journal, SpeedClock(start, speed), facts)


def _carry_out(
    job: Job, path: Path, orders: Path | None, carry: Callable[[Job, Journal, list[Fact]], None]
) -> dict[str, Any]:
    if path.exists():
        journal = Journal.open(path)
        job = job_of(list(journal.entries()))
    else:
        path.parent.mkdir(parents=True, exist_ok=True)
        journal = Journal.create(path, f"axenic.example/{path.stem}")
        journal.append(list(job.documents()))
    facts: list[Fact] = list(orders_in(orders, job.recipe.recipe)) if orders else []
    try:
        carry(job, journal, facts)
        journal.anchor()
        rows = batches_of(journal.entries())
        return {"root": journal.root(), "journal": str(path), "events": journal.size, "batches": rows}
    finally:
        journal.close()


@app.command
def run(
    recipe: str,
    *,
    plant: str,
    orders: Path,
    journal: Path,
    live: bool = False,
    speed: float = 1000.0,
    seed: int = 1,
    json: bool = False,
) -> int:
    """Run the batches of an order file on simulated equipment; an existing journal is gone on with.

    --live runs against the wall clock, --speed times as fast; else time is virtual.
    """
    try:
        job = new_job(recipe, plant, seed)
        orders_in(orders, job.recipe.recipe)
        if not 0 < speed < float("inf"):
            return _fail([Finding("AX0007", f"the speed {speed} is not more than 0", "give --speed 1000", "")], json)
        carry = (lambda j, k, f: _live(j, k, f, speed)) if live else _virtual
        result = _carry_out(job, journal, orders, carry)
    except Unfit as error:
        return _fail(error.findings, json)
    except JournalError as error:
        return _fail([error.finding], json)
    except Differ as error:
        return _fail([Finding("AX0303", str(error), "axenic verify and axenic replay say more", str(journal))], json, 1)
    text = f"{_table(result['batches'])}\n{result['events']} events, root {result['root']}\njournal {journal}"
    _say(result, text, json)
    return 0


@app.command
def check(*files: str, plant: str = "robotic-cluster", json: bool = False) -> int:
    """Check recipes, plants, programs and orders, and prove that each recipe's transfers pass a proven barrier.

    Exit 1 if the contamination loop is open, 2 if a file is wrong; recipes without a plant are held against --plant.
    """
    if not files:
        return _fail([Finding("AX0501", "no file was named", "axenic check recipe.yaml plant.yaml")], json, 2)
    findings = check_files(list(files), plant)
    if not findings:
        _say({"ok": True, "errors": []}, f"{len(files)} checked, nothing found; every transfer is proven", json)
        return 0
    only_open = all(f.code in OPEN_LOOP for f in findings)
    return _fail(findings, json, 1 if only_open else 2)


@app.command
def demo(*, seed: int = 7, out: Path = Path("out/demo"), json: bool = False) -> int:
    """Six patients through the robotic cluster in virtual time; nothing else is needed."""
    for old in (*out.glob("journal.db*"), *out.glob("AX-*.pdf")):  # only what an earlier demo wrote
        old.unlink()
    try:
        sheet = Path(str(resources.files("axenic") / "data" / "orders" / "six-patients.yaml"))
        job = new_job("car-t-9-day", "robotic-cluster", seed)
        result = _carry_out(job, out / "journal.db", sheet, _virtual)
    except (Unfit, JournalError) as error:
        return _fail(error.findings if isinstance(error, Unfit) else [error.finding], json)
    text = f"{_table(result['batches'])}\n{result['events']} events, root {result['root']}\n"
    _say(result, f"{text}journal {result['journal']}; try: axenic verify {result['journal']}", json)
    return 0


@app.command
def replay(journal: Path, *, json: bool = False) -> int:
    """Derive every decision of a journal again and count what differs."""
    try:
        entries = read_entries(journal)
        control = job_of(entries).control()
    except (JournalError, Unfit) as error:
        return _fail(error.findings if isinstance(error, Unfit) else [error.finding], json)
    given = [o for e in entries if e.stream == "fact" for o in control.take(e.thing)]  # type: ignore[arg-type]
    written = [e.thing for e in entries if e.stream == "order"]
    differ = sum(a != b for a, b in zip(given, written, strict=False)) + abs(len(given) - len(written))
    facts = sum(e.stream == "fact" for e in entries)
    _say(
        {"facts": facts, "orders": len(written), "differ": differ},
        f"{facts} facts, {len(written)} orders, {differ} differ",
        json,
    )
    return 1 if differ else 0


@app.command
def verify(path: Path, *, key: str = "", json: bool = False) -> int:
    """Verify a journal or an export: anything flipped, removed, reordered or cut off is named."""
    try:
        verdict = verify_journal(path, key)
    except OSError as error:
        return _fail([Finding("AX0501", str(error), "check the path", str(path))], json)
    except ValueError as error:
        return _fail([Finding("AX0303", str(error), "check the path", str(path))], json)
    result = {"ok": verdict.ok, "events": verdict.events, "root": verdict.root, "first_bad": verdict.first_bad}
    result["reasons"] = list(verdict.reasons)
    good = f"{verdict.events} events, all as written; root {verdict.root}"
    _say(result, good if verdict.ok else f"NOT as written: {'; '.join(verdict.reasons)}", json)
    return 0 if verdict.ok else 1


@app.command
def export(journal: Path, *, out: Path, json: bool = False) -> int:
    """Write a journal as lines that anyone can verify."""
    verdict = verify_journal(journal) if journal.exists() else None
    if verdict is None or not verdict.ok:
        return _fail([Finding("AX0303", "not a journal that verifies", "axenic verify says more", str(journal))], json)
    export_journal(journal, out)
    _say({"file": str(out), "events": verdict.events}, f"{verdict.events} events in {out}", json)
    return 0


@app.command
def explain(code: str, *, json: bool = False) -> int:
    """Say what an AX code means and how to mend it."""
    if code not in CODES:
        return _fail([Finding("AX0501", f"there is no code {code}", f"codes: {', '.join(CODES)}")], json)
    _say({"code": code, "meaning": CODES[code]}, f"{code}: {CODES[code]}", json)
    return 0


def main() -> None:
    """The entry point of the `axenic` command."""
    try:
        sys.exit(app())
    except KeyboardInterrupt:
        sys.exit(130)
