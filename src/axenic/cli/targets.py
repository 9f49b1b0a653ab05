"""Where a verb writes: what could not be written is refused before the work, not after it."""

from __future__ import annotations

from pathlib import Path

from axenic.notation.finding import Finding
from axenic.twin.report.target import PICTURES, why_not


def target_findings(*, out: Path | None = None, picture: Path | None = None) -> list[Finding]:
    """What is wrong with the targets of --out and --picture; the disk is tried, and nothing is left on it."""
    found = []
    if picture is not None and picture.suffix.lower() not in PICTURES:
        text = f"--picture: a picture cannot be a {picture.suffix or 'file without an ending'}"
        found.append(Finding("AX0001", text, f"end its name with {' or '.join(PICTURES)}", str(picture)))
    for option, path in (("--out", out), ("--picture", picture)):
        if path is not None and not found and (why := why_not(path)):
            found.append(Finding("AX0001", f"{option}: {why[0]}", why[1], str(path)))
    return found
