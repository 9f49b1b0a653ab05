"""The verbs `handover show`, `identity trace` and `custody events`: whose a dose is, and where it was."""

from __future__ import annotations

import json as json_text
from dataclasses import asdict
from pathlib import Path

from axenic.cli.books import Look, NotThere, OfBatch, Row
from axenic.identity.unreadable import Unreadable
from axenic.quality.books import Books
from axenic.quality.custody_events import custody_document
from axenic.quality.genealogy import Chain, Genealogy
from axenic.quality.signature import local_time


def show(batch: OfBatch, *, look: Look) -> int:
    """Show what a batch is bound to, every comparison of two carriers, its labels, and what keeps it."""
    return look.show(lambda books: _handovers(books, batch))


def _handovers(books: Books, name: str) -> tuple[Row, list[str]]:
    if not books.bonds.ordered(name):
        raise NotThere(f"there is no batch {name!r}")
    chain, done, labels = Genealogy(books).chain(name), books.handovers.of(name), books.labels.of(name)
    inway = [*books.bonds.blockers(name), *books.handovers.blockers(name), *books.labels.blockers(name)]
    counts = [{"serial": c.serial, **{k: getattr(c, k) for k in ("printed", "applied", "destroyed")}} for c in labels]
    row: Row = {"bond": asdict(chain), "handovers": [asdict(h) for h in done], "labels": counts, "blockers": inway}
    lines = _lines(chain)
    lines += [f"{h.seq}  {local_time(h.at, 'UTC')}  {h.step}: {h.outcome} ({h.by}) {'; '.join(h.said)}" for h in done]
    lines += [f"labels of {c.serial}: {c.printed} printed, {c.applied} on, {c.destroyed} destroyed" for c in labels]
    return row, [*lines, f"{len(inway)} in the way", *(f"  - {text}" for text in inway)]


def trace(code: str, *, look: Look) -> int:
    """From donor to dose and back: what a code, lot, serial, batch or container leads to.

    Parameters
    ----------
    code
        A code as scanned or typed, or a lot, serial, batch or address as it stands on record.
    """
    return look.show(lambda books: _traced(books, code))


def _traced(books: Books, code: str) -> tuple[Row, list[str]]:
    chains = Genealogy(books).traced(code)
    if not chains:
        raise NotThere("nothing on record belongs to this code")
    return {"chains": [asdict(chain) for chain in chains]}, [line for chain in chains for line in _lines(chain)]


def _lines(chain: Chain) -> list[str]:
    said = {
        "patient": chain.coi,
        "donations": ", ".join(chain.donations),
        "dose": " ".join(filter(None, [chain.lot, chain.gtin, *chain.serials])),
        "materials": ", ".join(chain.lots),
        "containers": ", ".join(chain.containers),
        "places": ", ".join(chain.places),
    }
    return [f"batch {chain.batch}, {chain.state}", *(f"  {name:11}{text}" for name, text in said.items() if text)]


def events(batch: OfBatch, *, look: Look, out: Path) -> int:
    """Write the chain of custody of a batch as EPCIS 2.0 (JSON-LD); the same journal gives the same bytes.

    Parameters
    ----------
    out
        The file to write.
    """
    return look.show(lambda books: _events(books, batch, out))


def _events(books: Books, batch: str, out: Path) -> tuple[Row, list[str]]:
    try:
        made = custody_document(books, batch)
    except (Unreadable, ValueError) as error:
        raise NotThere(str(error)) from None
    written(out, made)
    count = len(made["epcisBody"]["eventList"])
    return {"file": str(out), "events": count}, [f"{out}: {count} events"]


def written(out: Path, made: object) -> None:
    """A document as JSON text; raises NotThere if the place cannot be written."""
    try:
        out.write_text(json_text.dumps(made, indent=1, ensure_ascii=False) + "\n", "utf-8")
    except (OSError, ValueError) as error:
        raise NotThere(f"{out} cannot be written: {error}") from None
