"""The verb `identity`: what a code is and whether its check holds; a bond; from donor to dose; a label on trial."""

from __future__ import annotations

import os
from datetime import date
from pathlib import Path
from typing import Any, Literal

from axenic.cli import handing_over
from axenic.cli.acting import group
from axenic.cli.answer import NOT_GOOD, refuse, say
from axenic.identity.code import Coi
from axenic.identity.din import Din
from axenic.identity.label import Label
from axenic.identity.print import print_label
from axenic.identity.scan import Scan, Unread, read
from axenic.identity.sec import Sec
from axenic.identity.unreadable import Unreadable
from axenic.library.shelf import read_file
from axenic.notation.finding import Finding

app = group("identity", "Say what a code is; bind a batch to its patient; trace a code; try a label.")
app.command(handing_over.trace, name="trace")
ENDINGS: dict[str, Literal["png", "pdf"]] = {".png": "png", ".pdf": "pdf"}


@app.command
def check(code: str, *, typed: bool = False, json: bool = False) -> int:
    """Say what a code is (DIN, GS1, COI, SEC), what it says, and whether its check holds.

    Parameters
    ----------
    code
        The code as a scanner gives it, or as people read it.
    typed
        Judge it as typed by a person: a check character must stand over all of it.
    json
        Write JSON.
    """
    found = _read(os.fsencode(code), typed)
    if isinstance(found, Unread):
        return refuse(list(found.findings), json, NOT_GOOD)
    parts = _parts(found)
    lines = [f"{found.kind}  {found.value}", *(f"  {name:13} {value}" for name, value in parts.items())]
    say({"ok": True, "kind": found.kind, "text": str(found.value), "parts": parts}, "\n".join(lines), json)
    return 0


def _read(raw: bytes, typed: bool) -> Scan | Unread:
    as_typed = read(raw, "typed")
    if typed or isinstance(as_typed, Scan):
        return as_typed
    as_scanned = read(raw, "scanned")
    if isinstance(as_scanned, Scan):
        return as_scanned
    wrong_check = any(f.code == "AX0652" for f in as_typed.findings)
    return as_typed if wrong_check else as_scanned


def _parts(carrier: Scan) -> dict[str, str]:
    value = carrier.value
    if isinstance(value, Din):
        found = {"facility": value.facility, "year": value.year, "serial": value.serial, "check": value.check}
        return found | {"symbol": value.symbol}
    if isinstance(value, Coi):
        return {"check": value.check}
    if isinstance(value, Sec):
        return {name: _text(getattr(value, name)) for name in value.__dataclass_fields__}
    return {f"({ai})": text for ai, text in value.pairs}


def _text(value: str | date | None) -> str:
    return "none" if value is None else str(value)


@app.command
def label(file: Path, *, out: Path, json: bool = False) -> int:
    """Print a label as PDF or PNG, if it has what its jurisdiction requires and scans as it was written.

    Parameters
    ----------
    file
        The contents, for example examples/labels/dose.yaml; `rules` names the jurisdiction.
    out
        The file to write (.png or .pdf).
    json
        Write JSON.
    """
    ending = ENDINGS.get(out.suffix.lower())
    if ending is None:
        return refuse([Finding("AX0851", f"a label is not written as {out.name!r}", "name a .png or .pdf")], json)
    loaded = read_file(Label, str(file))
    if loaded.value is None:
        return refuse(loaded.findings, json)
    try:
        printed = print_label(loaded.value, ending)
        out.write_bytes(printed.document)
    except Unreadable as error:
        return refuse(list(error.findings), json, NOT_GOOD)
    except (OSError, ValueError) as error:
        return refuse([Finding("AX0851", str(error), "check the folder and its permissions", str(out))], json)
    read_back: list[dict[str, Any]] = [
        {"identifier": s.identifier, "content": s.content} for s in sorted(printed.symbols, key=lambda s: s.identifier)
    ]
    text = "\n".join([str(out), *(f"  read back {s['identifier']} {s['content']!a}" for s in read_back)])
    say({"ok": True, "file": str(out), "read_back": read_back}, text, json)
    return 0
