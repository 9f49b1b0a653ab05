"""What a verb of the twin writes beside its answer: the report, and its pictures one by one."""

from __future__ import annotations

import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from axenic.cli.answer import NOT_GOOD, say
from axenic.cli.targets import target_findings
from axenic.cli.twin_options import Options
from axenic.notation.finding import Finding
from axenic.twin.predict import MOST_REPS
from axenic.twin.question import Unanswerable
from axenic.twin.report.target import PICTURES, check_folder, check_target, unwritable

if TYPE_CHECKING:
    from axenic.twin.report.report import Report


def check_targets(options: Options, picture: Path | None = None) -> None:
    """Refuse what could not be written before anything is compiled or simulated; raises ReportError, Unanswerable."""
    if findings := target_findings(out=options.out):
        raise Unanswerable(findings)
    if options.report is not None:
        check_target(options.report)
    if options.pictures is not None:
        check_folder(options.pictures)
    if picture is not None:
        check_target(picture, PICTURES)
        if options.report is not None and picture.resolve() == options.report.resolve():
            raise unwritable("picture and report would be one file", "name two", picture)


def write_asked(options: Options, shows: Callable[[], Report], picture: Path | None = None) -> dict[str, str]:
    """Write what was asked for; where it is, by `report`, `pictures` and `picture`. Raises ReportError."""
    if options.report is None and options.pictures is None and picture is None:
        return {}
    from axenic.twin.report.cost import draw_cost  # what draws: only when a picture is asked for
    from axenic.twin.report.section import sections_of
    from axenic.twin.report.write import write_picture, write_pictures, write_report

    report, found = shows(), dict[str, str]()
    sections = sections_of(report) if options.report is not None or options.pictures is not None else ()
    if options.report is not None:
        write_report(report, options.report, sections)
        found["report"] = str(options.report)
    if options.pictures is not None:
        write_pictures(sections, options.pictures)
        found["pictures"] = str(options.pictures)
    if picture is not None and (stacks := draw_cost(report)) is not None:
        write_picture(stacks, picture)
        found["picture"] = str(picture)
    return found


def conclude(result: dict[str, Any], text: str, options: Options, missed: Sequence[str], good: bool = True) -> int:
    """Write the result; the exit code. `missed`: what did not become as narrow as --precision wants, plant by plant."""
    findings = [_imprecise(words, options) for words in missed]
    more = {"ok": False, "errors": [f.to_data() for f in findings]} if findings else {}
    say(result | more, text, options.json)
    for finding in findings:
        sys.stderr.write(f"{finding}\n")
    return 0 if good and not findings else NOT_GOOD


def _imprecise(words: str, options: Options) -> Finding:
    plant, _, known = words.partition(": ")
    most = max(MOST_REPS, options.reps or 0)
    text = f"{plant} is not known to {options.precision:g} after {most} replications: {known}"
    hint = f"want less --precision, simulate more --years in each replication, or allow more than {most} --reps"
    return Finding("AX0717", text, hint, plant)


def told(files: dict[str, str]) -> str:
    """The files, a line for each."""
    return "".join(f"\n{what} {where}" for what, where in files.items())
