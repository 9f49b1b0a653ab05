"""One batch carried out of a journal, and what was carried out verified: the bundle of `export` and `verify`."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path
from typing import Any

from axenic.cli.answer import NOT_GOOD, refuse, say
from axenic.notation.finding import Finding
from axenic.quality.judged import books_of, judged
from axenic.record.bundle import read_bundle
from axenic.record.bundle_verdict import BundleVerdict, judge_bundle
from axenic.record.carry import carried, put, sealed_record
from axenic.record.extract import batches_of
from axenic.record.journal import JournalError, read_journal
from axenic.record.place import Place
from axenic.record.print import print_bundle
from axenic.record.sealed import START as PDF
from axenic.record.sealed import attached, judge_seal
from axenic.record.verifier import VERIFIER, put_verifier
from axenic.record.verify import belongs

_FORMS = (".pdf", ".json")


def export_batch(batch: str, where: str, out: Path, with_verifier: bool, json: bool) -> int:
    """Write one batch of a journal as sealed PDF or as JSON, by the ending of `out`."""
    try:
        journal = Place.of(where)
    except JournalError as error:
        return refuse([error.finding], json)
    if out.suffix not in _FORMS or belongs(journal, out):
        text = f"{out} is no place for the record of a batch"
        return refuse([Finding("AX0402", text, "name a file that ends on .pdf or .json", str(out))], json)
    try:
        reading = read_journal(journal)
        known = batches_of(reading.entries)
        if batch not in known:
            text = f"no batch {batch} in this journal"
            return refuse([Finding("AX0501", text, f"there are: {', '.join(known) or 'none'}", str(journal))], json)
        said = judged(books_of(reading.entries, reading.head.simulated), batch)
        bundle = carried(batch, reading, journal, said)
        put(out, bundle.to_bytes() if out.suffix == ".json" else sealed_record(bundle, reading, journal))
        verifier = str(put_verifier(out.parent)) if with_verifier else ""
    except JournalError as error:
        return refuse([error.finding], json)
    except (OSError, ValueError) as error:
        hint = "check the paths, and that the .key of the journal lies beside it"
        return refuse([Finding("AX0402", str(error), hint, str(journal))], json)
    result = {"file": str(out), "batch": batch, "copy": bundle.copy, "events": bundle.here}
    result |= {"of_batch": bundle.of_batch, "in_journal": bundle.in_journal, "verifier": verifier}
    counted = (
        f"{bundle.copy}: {bundle.here} of {bundle.of_batch} entries of {batch}, {bundle.in_journal} in the journal"
    )
    say(result, f"{counted}; in {out}" + (f", with {VERIFIER}" if verifier else ""), json)
    return 0


def verify_carried(path: Path, key: str, json: bool) -> int:
    """Verify a bundle, or a printed record with the bundle that is attached to it."""
    data = path.read_bytes()
    result, text = _of_record(data, key) if data.startswith(PDF) else _of_bundle(judge_bundle(data, key))
    say(result, text, json)
    return 0 if result["ok"] else NOT_GOOD


def _of_bundle(verdict: BundleVerdict) -> tuple[dict[str, Any], str]:
    if not verdict.ok:
        return verdict.to_data(), f"NOT as written: {'; '.join(verdict.reasons)}"
    copy = "" if verdict.copy == "whole" else f"{verdict.copy.upper()}: "
    counted = f"{verdict.events} of {verdict.of_batch} entries of {verdict.batch}"
    text = f"{copy}{counted}, {verdict.in_journal} in the journal, all as written; root {verdict.root}"
    return verdict.to_data(), text


def _of_record(pdf: bytes, key: str) -> tuple[dict[str, Any], str]:
    try:
        data = attached(pdf)
    except ValueError as error:
        verdict = BundleVerdict(False, (str(error),))
        return verdict.to_data() | {"seal": {"state": "broken"}, "pages": "not compared"}, f"NOT as written: {error}"
    verdict = judge_bundle(data, key)
    result, text = _of_bundle(verdict)
    if not verdict.ok:
        return result | {"seal": {"state": "not judged"}, "pages": "not compared"}, text
    seal = judge_seal(pdf, verdict.keys)
    pages = _pages(pdf, data)
    ok = seal.state == "intact"
    sealed = f"seal {seal.state}" + (f": {seal.reason}" if seal.reason else f", of {seal.by} at {seal.at}")
    result |= {"ok": ok, "seal": asdict(seal), "pages": pages, "reasons": [] if ok else [sealed]}
    return result, f"{'' if ok else 'NOT as written: '}{sealed}; pages {pages}; attached: {text}"


def _pages(pdf: bytes, data: bytes) -> str:
    """Whether the pages are what this program lays out of the bundle; another version may lay out otherwise."""
    try:
        return "as laid out again" if pdf.startswith(print_bundle(read_bundle(data))) else "laid out otherwise"
    except ValueError as error:
        return f"not compared: {error}"
