"""The command line: one verb for each job, each in a file of its own that is read only when it is called.

stdout is the result, stderr is progress and errors. Exit codes: 0 done, 1 checked and not good, 2 wrong usage or
file, 3 not found, 4 refused, 5 device or network, 130 interrupted.
"""

from __future__ import annotations

import os
import sys

from cyclopts import App

from axenic.cli.backup import app as backup
from axenic.cli.north import app as north

VERBS: dict[str, tuple[str, str]] = {
    "demo": ("axenic.cli.run:demo", "Six patients through the robotic cluster, with a record of each."),
    "check": ("axenic.cli.check:check", "Check files; prove that every transfer passes a proven barrier."),
    "run": ("axenic.cli.run:run", "Run the batches of an order file; a journal that exists is gone on with."),
    "plant": ("axenic.cli.plant:plant", "Start the equipment of a plant, simulated, each piece a server of its own."),
    "device": ("axenic.cli.device:app", "Equipment: which answers, what it says; make a simulated one fail."),
    "north": ("", ""),  # has a verb of its own
    "replay": ("axenic.cli.proof:replay", "Derive every decision of a journal again; count what differs."),
    "verify": (
        "axenic.cli.proof:verify",
        "Verify a journal, an export, a bundle or a record: what was changed is named.",
    ),
    "judge": ("axenic.cli.judge:judge", "Judge a recorded sterilisation cycle, with a picture of it."),
    "design-cycle": (
        "axenic.cli.design_cycle:design_cycle",
        "Find the shortest cycle that reaches a log reduction, with what limits it.",
    ),
    "simulate": ("axenic.cli.simulate:simulate", "Predict cost, failure, throughput, time to vein, operators."),
    "compare": ("axenic.cli.compare:compare", "Compare two plants for one recipe, side by side."),
    "study": ("axenic.cli.study:study", "Answer what takes many simulations: claims, scale, regimes, sizes."),
    "record": ("axenic.cli.record:record", "Print the batch record of a batch from a journal, as PDF."),
    "map": ("axenic.cli.map:map_plant", "The contamination map of a plant: what is clean, and until when."),
    "risk": ("axenic.cli.risk:risk", "Show the contamination risk of batches by mechanism, with a picture."),
    "calibrate": ("axenic.cli.calibrate:calibrate", "Make assumptions of what journals and executed batches say."),
    "telemetry": ("axenic.cli.telemetry:app", "What the equipment measured: curves, archives."),
    "trace": ("axenic.cli.trace:trace", "Look back: what did a cycle, zone, interface, item or unit touch?"),
    "identity": ("axenic.cli.identity:app", "Say what a code is; bind a batch; trace from donor to dose."),
    "handover": ("axenic.cli.people:handover", "Match two scans at a hand-over; a mismatch holds both batches."),
    "label": ("axenic.cli.people:label", "Labels: print, apply, destroy, every one accounted for."),
    "custody": ("axenic.cli.people:custody", "Chain of custody: collect, ship, receive; EPCIS events."),
    "patient": ("axenic.cli.people:patient", "Who a code is: kept sealed apart from the journal, shown, erased."),
    "user": ("axenic.cli.people:user", "Accounts: add, enrol, log in, roles, training."),
    "station": ("axenic.cli.people:station", "Stations from which things may be done."),
    "order": (
        "axenic.cli.people:order",
        "Batches: order a dose, take an order, hold, let go on, end; tell the hospital.",
    ),
    "zone": ("axenic.cli.people:zone", "Zones: record a sample, raise an alarm, restore on evidence."),
    "clock": ("axenic.cli.people:clock", "The site's clock, after it was set."),
    "entry": ("axenic.cli.people:entry", "Values recorded at the steps of a batch: add, correct, comment, verify."),
    "analysis": ("axenic.cli.people:analysis", "Runs of tests, each kept beside the others."),
    "limit": ("axenic.cli.people:limit", "Limits of tests, set under change control."),
    "raw": ("axenic.cli.people:raw", "Raw data: attach files by their digest, hash them again."),
    "change": ("axenic.cli.people:change", "Change control: open, approve."),
    "master": ("axenic.cli.people:master", "Master batch records: draft, approve, make effective, retire."),
    "site": ("axenic.cli.people:site", "Sites, agreements and the Master File."),
    "equipment": ("axenic.cli.people:equipment", "Equipment: add, certify, qualify, use, block."),
    "discrepancy": ("axenic.cli.people:discrepancy", "Discrepancies from protocols of qualification."),
    "bypass": ("axenic.cli.people:bypass", "Permits to bypass an interlock, by two persons for a time."),
    "alarm": ("axenic.cli.people:alarm", "Alarms: what to do, acknowledge, shelve, out of service; the load."),
    "retention": ("axenic.cli.retention:retention", "How long records are kept; nothing removes them."),
    "sign": ("axenic.cli.people:sign", "Signatures: what is to be signed, and signing it."),
    "review": ("axenic.cli.people:review", "Review a batch by exception: show, answer, sign."),
    "deviation": ("axenic.cli.people:deviation", "Deviations from opening to closing, with their actions."),
    "release": ("axenic.cli.people:release", "Certify, reject, supply, recall; what is in the way."),
    "trail": ("axenic.cli.trail:app", "The audit trail by who, what, when and why; as a table to take away."),
    "trace-matrix": ("axenic.cli.trace_matrix:trace_matrix_verb", "Which test proves which clause of the rules."),
    "export": (
        "axenic.cli.proof:export",
        "Write a journal, or one batch as sealed PDF or JSON, that anyone can verify.",
    ),
    "backup": ("", ""),  # has verbs of its own
    "explain": ("axenic.cli.explain:explain", "Say what an AX code means and how to mend it."),
}
app = App(
    name="axenic",
    help="An open manufacturing system for advanced therapies: run, keep the record, prove.",
    version_flags=["--version"],
    help_formatter="plain",
    help_format="plaintext",
)
for _verb, (_where, _help) in VERBS.items():
    if _where:
        app.command(_where, name=_verb, help=_help)
app.command(backup)
app.command(north)


def main() -> None:
    """The entry point of the `axenic` command; an error nobody foresaw is reported without a traceback."""
    try:
        code = app(result_action="return_value")
        sys.stdout.flush()
        sys.exit(code or 0)
    except KeyboardInterrupt:
        sys.exit(130)
    except BrokenPipeError:  # the reader of our output (head, less) has seen enough
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        sys.exit(0)
    except Exception as error:
        if os.environ.get("AXENIC_TRACEBACK"):
            raise
        text = f"error[AX0900]: {type(error).__name__}: {error}\n  = help: this is our mistake: "
        sys.stderr.write(f"{text}please report it with what AXENIC_TRACEBACK=1 prints\n")
        sys.exit(2)
