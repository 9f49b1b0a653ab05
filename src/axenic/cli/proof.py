"""The verbs on a journal that prove it: `replay`, `verify` and `export`."""

from __future__ import annotations

from pathlib import Path

from axenic.cli.answer import NOT_GOOD, refuse, say
from axenic.cli.job import job_of
from axenic.cli.ordering import Unfit
from axenic.notation.finding import Finding
from axenic.record.bundle import START
from axenic.record.journal import JournalError, read_entries
from axenic.record.place import is_url, shown
from axenic.record.verifier import put_verifier
from axenic.record.verify import export as export_journal
from axenic.record.verify import verify as verify_journal

_ALONE = "\nnothing outside was compared (no checkpoint, no witness): a tail that was cut off is not found"


def replay(journal: str, *, json: bool = False) -> int:
    """Derive every decision of a journal again and count what differs."""
    try:
        entries = read_entries(journal)
        control = job_of(entries).control()
        given = [o for e in entries if e.stream == "fact" for o in control.take(e.thing)]  # type: ignore[arg-type]
    except (JournalError, Unfit) as error:
        return refuse(error.findings if isinstance(error, Unfit) else [error.finding], json)
    except ValueError as error:  # facts out of order: not what a core could have taken
        return refuse([Finding("AX0303", str(error), "axenic verify says more", shown(journal))], json, NOT_GOOD)
    written = [e.thing for e in entries if e.stream == "order"]
    differ = sum(a != b for a, b in zip(given, written, strict=False)) + abs(len(given) - len(written))
    facts = sum(e.stream == "fact" for e in entries)
    result = {"facts": facts, "orders": len(written), "differ": differ}
    say(result, f"{facts} facts, {len(written)} orders, {differ} differ", json)
    return NOT_GOOD if differ else 0


def verify(path: str, *, key: str = "", json: bool = False) -> int:
    """Verify a journal, an export, a bundle or a printed record: anything flipped, removed or cut off is named.

    --key pins the public key (the text of the .vkey file); without it the one beside the journal is believed.
    """
    try:
        if _is_carried(path):
            from axenic.cli.carrying import verify_carried  # what prints and seals: only for what was carried out

            return verify_carried(Path(path), key, json)
        verdict = verify_journal(path, key)
    except JournalError as error:
        return refuse([error.finding], json)
    except OSError as error:
        return refuse([Finding("AX0501", str(error), "check the path", shown(path))], json)
    except ValueError as error:
        return refuse([Finding("AX0303", str(error), "check the path", shown(path))], json)
    result = {"ok": verdict.ok, "events": verdict.events, "root": verdict.root, "first_bad": verdict.first_bad}
    result |= {"reasons": list(verdict.reasons), "anchored": bool(verdict.anchored)}
    good = f"{verdict.events} events, all as written; root {verdict.root}" + ("" if verdict.anchored else _ALONE)
    say(result, good if verdict.ok else f"NOT as written: {'; '.join(verdict.reasons)}", json)
    return 0 if verdict.ok else NOT_GOOD


def _is_carried(path: str) -> bool:
    """Whether a file begins as a bundle of a batch or a printed record does; raises OSError."""
    if is_url(path):
        return False
    with Path(path).open("rb") as file:
        return file.read(len(START)).startswith((START, b"%PDF-"))


def export(what: str, *, out: Path, journal: str | None = None, with_verifier: bool = False, json: bool = False) -> int:
    """Write a journal as lines, or one batch of it as sealed PDF or JSON: what anyone can verify without Axenic.

    Parameters
    ----------
    what
        The journal; or with --journal the name of a batch.
    out
        The file; for a batch it ends on .pdf or .json.
    journal
        The journal that holds the batch.
    with_verifier
        Lay the one-file verifier beside it.
    json
        Write what was done as JSON.
    """
    if journal is not None:
        from axenic.cli.carrying import export_batch  # what prints and seals: only for a batch

        return export_batch(what, journal, out, with_verifier, json)
    return _export_journal(what, out, with_verifier, json)


def _export_journal(journal: str, out: Path, with_verifier: bool, json: bool) -> int:
    """Write a journal as lines; only one that verifies is written."""
    try:
        verdict = verify_journal(journal)
    except JournalError as error:
        return refuse([error.finding], json)
    except OSError as error:  # as `verify` answers
        return refuse([Finding("AX0501", str(error), "check the path", shown(journal))], json)
    except ValueError as error:
        return refuse([Finding("AX0303", str(error), "check the path", shown(journal))], json)
    if not verdict.ok:
        text = f"does not verify: {'; '.join(verdict.reasons)}"
        return refuse([Finding("AX0303", text, "axenic verify says more", shown(journal))], json, NOT_GOOD)
    try:
        export_journal(journal, out)
        if with_verifier:
            put_verifier(out.parent)
    except (OSError, ValueError) as error:
        return refuse([Finding("AX0303", str(error), "check the paths", shown(journal))], json)
    say({"file": str(out), "events": verdict.events}, f"{verdict.events} events in {out}", json)
    return 0
