"""The verb `sign show`: what is to be signed, its digest, and the signatures there are."""

from __future__ import annotations

from axenic.cli.books import Look, NotThere, Row
from axenic.quality.books import Books
from axenic.quality.signature import Signature, local_time, signatures
from axenic.quality.trail import Line


def show(object: str, *, look: Look) -> int:
    """Show an object as it would be signed: what was done to it, its digest for --seen, and its signatures.

    Parameters
    ----------
    object
        The object, for example `batch AX-0001` or `deviation DEV-0001`.
    """
    return look.show(lambda books: _object(books, object))


def _object(books: Books, name: str) -> tuple[Row, list[str]]:
    digest = books.digests.of(name)
    if not digest:
        raise NotThere(f"nothing is known of {name!r}")
    lines = books.trail.of_object(name)
    kind, _, batch = name.partition(" ")
    if kind == "batch":
        lines = books.trail.of_batch(batch)
    found = signatures(books, lines)
    acts = [act_line(line) for line in lines if not line.act.refused]
    row = {"object": name, "digest": digest, "acts": acts, "signatures": [signature_row(s) for s in found]}
    text = [name, *(f"  {act}" for act in acts), *signature_lines(found), f"digest {digest}"]
    return row, text


def act_line(line: Line) -> str:
    """An act as people read it: when with its offset, who, what, why, and why it was refused."""
    act = line.act
    what = ", ".join(f"{k}: {v}" for k, v in act.new.items() if k not in ("signature", "sample", "rules"))
    why = f" because {act.reason}" if act.reason else ""
    when, role = local_time(act.at, act.zone), f" as {act.role}" if act.role else ""
    refused = f" REFUSED: {'; '.join(act.refused)}" if act.refused else ""
    return f"{line.seq}  {when}  {act.actor or 'axenic'}{role}  {act.command}  {what}{why}{refused}"


def signature_row(signature: Signature) -> Row:
    """A signature as data."""
    return {"entry": signature.seq, "valid": signature.valid, "why": signature.why, **dict(signature.manifest)}


def signature_lines(found: list[Signature]) -> list[str]:
    """Signatures as people read them: printed name, time, meaning (11.50(b)), and whether they hold."""
    lines = ["signatures: none"] if not found else ["signatures:"]
    for s in found:
        m = s.manifest
        stands = "valid" if s.valid else f"VOID: {s.why}"
        lines.append(f"  {s.seq}  {m['name']} ({m['user']}), {m['role']}, {m['meaning']}, {m['at']}: {stands}")
    return lines
