"""The verb `calibrate`: from records of what was done to a file of assumptions."""

from __future__ import annotations

import sys
from pathlib import Path
from time import monotonic

from axenic.assumption.assumption import Assumptions
from axenic.assumption.text import text_of
from axenic.cli.answer import refuse, say
from axenic.cli.calibration import result_of, text_of_result
from axenic.cli.executed import read_executed
from axenic.cli.targets import target_findings
from axenic.control.layout import Layout
from axenic.library.shelf import default
from axenic.notation.document import load
from axenic.notation.finding import Finding
from axenic.plant.plant import Plant
from axenic.record.journal import JournalError, documents, read_journal
from axenic.record.place import Place, is_url, shown
from axenic.twin.calibrate import Calibration, calibrated
from axenic.twin.observed import Observed, Origin, observe

_SQLITE = b"SQLite format 3\0"


class Unread(Exception):
    """The records cannot be used; `findings` say why."""

    def __init__(self, findings: list[Finding]) -> None:
        super().__init__(str(findings[0]))
        self.findings = findings


def calibrate(
    *records: str,
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
    if findings := target_findings(out=out, picture=picture):
        return refuse(findings, json)
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
    result = result_of(found, observed, out, unused) | ({"picture": str(picture)} if picture else {})
    say(result, text_of_result(result, all), json)
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


def _gathered(records: tuple[str, ...], progress: _Progress) -> tuple[Observed, list[str]]:
    """Everything the records say; raises Unread."""
    if not records:
        raise Unread([Finding("AX0007", "no record was named", "axenic calibrate JOURNAL --out FILE")])
    observed, unused, seen = Observed(), dict[str, None](), dict[str, str]()
    findings: list[Finding] = []
    for path in records:
        progress.step(f"reading {shown(path)}")
        if _is_journal(path):
            proof = _journal(path, observed, findings)
        else:
            names, wrong = read_executed(Path(path), observed, progress.step)
            unused |= dict.fromkeys(names)
            findings += wrong
            proof = "" if wrong else observed.origins[-1].proof
        if proof and proof in seen:
            text = f"the same record as {seen[proof]}: its data would count twice"
            findings.append(Finding("AX0822", text, "name each record once", shown(path)))
        seen[proof] = shown(path)
    if not findings and len({o.simulated for o in observed.origins}) > 1:
        text = "records of simulated and of real equipment are not taken together"
        findings.append(Finding("AX0822", text, "calibrate them apart", shown(records[0])))
    if not findings and not any(len(k.hours) or k.readings for k in observed.kinds.values()):
        findings.append(Finding("AX0823", "no phase ended in these records", "name others", shown(records[0])))
    if findings:
        raise Unread(findings)
    return observed, list(unused)


def _is_journal(path: str) -> bool:
    if is_url(path):
        return True
    try:
        with Path(path).open("rb") as file:
            return file.read(len(_SQLITE)) == _SQLITE
    except OSError:
        return False


def _journal(path: str, observed: Observed, findings: list[Finding]) -> str:
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
    observed.origins.append(Origin(Place.of(path).name, f"root {head.root}", head.simulated, batches))
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
