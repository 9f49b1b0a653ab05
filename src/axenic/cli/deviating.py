"""The verbs `deviation list` and `deviation show`."""

from __future__ import annotations

from dataclasses import asdict

from axenic.cli.books import Look, NotThere, Row
from axenic.cli.signing import signature_lines, signature_row
from axenic.quality.books import Books
from axenic.quality.day import written
from axenic.quality.deviations import Deviation, deviation_object
from axenic.quality.signature import signatures


def listed(*, look: Look, batch: str = "") -> int:
    """List the deviations, of one batch or of all.

    Parameters
    ----------
    batch
        Only those a batch must wait for.
    """
    return look.show(lambda books: _listed(books, batch))


def _listed(books: Books, batch: str) -> tuple[Row, list[str]]:
    found = books.deviations.of_batch(batch) if batch else books.deviations.all()
    lines = [f"{d.deviation}  {d.state:12} {d.severity:8} {d.batch}  {d.what}" for d in found]
    return {"deviations": [asdict(d) for d in found]}, lines or ["no deviation"]


def show(deviation: str, *, look: Look) -> int:
    """Show a deviation with its actions and its signatures, the related batches, and the digest for --seen.

    Parameters
    ----------
    deviation
        The deviation.
    """
    return look.show(lambda books: _shown(books, deviation))


def _shown(books: Books, name: str) -> tuple[Row, list[str]]:
    found = books.deviations.get(name)
    if found is None:
        raise NotThere(f"there is no deviation {name!r}")
    about = deviation_object(name)
    digest, related = books.digests.of(about), books.relations.of(found.batch)
    signed = signatures(books, books.trail.of_object(about))
    row = asdict(found) | {"related": related, "digest": digest, "signatures": [signature_row(s) for s in signed]}
    lines = [*_lines(found), *(f"related {b}: shared {', '.join(sorted(set(s)))}" for b, s in related.items())]
    return row, [*lines, *signature_lines(signed), f"digest {digest}"]


def _lines(deviation: Deviation) -> list[str]:
    entries = ", ".join(map(str, deviation.entries)) or "none"
    said = {
        "what": deviation.what,
        "contained": deviation.contained,
        "exceptions": entries,
        "severity": deviation.severity,
        "cause": deviation.cause,
        "impact": deviation.impact,
        "affected": ", ".join(deviation.affected),
        "disposition": deviation.disposition,
    }
    lines = [f"{deviation.deviation} on {deviation.batch}: {deviation.state}"]
    lines += [f"  {name}: {text}" for name, text in said.items() if text]
    for a in deviation.actions.values():
        lines.append(f"  {a.name}: {a.action} ({a.owner}, due {written(a.due)}): {a.effective or 'not judged yet'}")
    return lines
