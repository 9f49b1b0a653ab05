"""The verbs `order product` and `patient code`: what goes out to a hospital, and a code before anything comes in."""

from __future__ import annotations

import secrets
from pathlib import Path

from axenic.cli.acting import REFUSED
from axenic.cli.answer import refuse, say
from axenic.cli.books import Look, NotThere, Row
from axenic.cli.handing_over import written
from axenic.identity.code import new_coi
from axenic.identity.unreadable import MESSAGE, PERSONAL, Unreadable
from axenic.notation.finding import Finding
from axenic.quality.books import Books
from axenic.quality.commands.patient import person_from
from axenic.quality.fhir_product import bundle_of, product_refusals


class _NotTold(Exception):
    def __init__(self, findings: list[Finding]) -> None:
        super().__init__(str(findings[0]))
        self.findings = findings


def product(batch: str, *, look: Look, record: Path, address: str, out: Path) -> int:
    """Write a certified dose as FHIR R5 Bundle: BiologicallyDerivedProduct, and DocumentReference of its record.

    Parameters
    ----------
    batch
        The batch; it must be certified.
    record
        Its batch record, as axenic record prints it (PDF).
    address
        The address from which the hospital gets the record.
    out
        The file to write.
    """
    try:
        return look.show(lambda books: _product(books, batch, record, address, out))
    except _NotTold as error:
        return refuse(error.findings, look.json, REFUSED)


def _product(books: Books, batch: str, record: Path, address: str, out: Path) -> tuple[Row, list[str]]:
    because = product_refusals(books, batch)
    try:
        pdf = record.read_bytes()
    except (OSError, ValueError) as error:
        raise NotThere(f"the record cannot be read: {error}") from None
    because += [] if pdf.startswith(b"%PDF-") else ["the record is no PDF"]
    if because:
        raise _NotTold([Finding(MESSAGE, text, "only what is certified is told to the hospital") for text in because])
    try:
        written(out, bundle_of(books, batch, pdf, address))
    except Unreadable as error:
        raise _NotTold(list(error.findings)) from None
    return {"file": str(out), "batch": batch}, [f"{out}: {batch}, certified"]


def code(file: Path, *, json: bool = False) -> int:
    """Make a new chain-of-identity code that shares nothing with a person; before anything is collected.

    Parameters
    ----------
    file
        A JSON file with the person's fields; nothing of it is kept here.
    json
        Write JSON.
    """
    person = person_from(str(file))
    if isinstance(person, list):
        return refuse([Finding(PERSONAL, text, "see axenic patient keep --help") for text in person], json)
    try:
        made = new_coi(secrets.token_bytes(32), person)
    except Unreadable as error:
        return refuse(list(error.findings), json)
    say({"coi": str(made)}, str(made), json)
    return 0
