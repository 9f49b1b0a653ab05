"""A label: what stands on a bag of cells or its carton, and whether it may stand so in a jurisdiction.

What must stand there is data (`data/labels/*.yaml`, with clauses). A name or birth date never does: the patient is on
the label as the chain-of-identity code. Times are wall times with the zone's name, because cells expire by the hour.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from datetime import datetime
from typing import Annotated
from zoneinfo import ZoneInfo

from pydantic import Field, StringConstraints

from axenic.identity.code import check_pseudonym, parse_coi, plain
from axenic.identity.din import Din, parse_typed
from axenic.identity.gs1 import Elements, batch_elements
from axenic.identity.label_rules import LabelRules, Required
from axenic.identity.unreadable import LABEL, PERSONAL, Unreadable, unreadable
from axenic.notation.finding import Finding
from axenic.notation.sheet import Sheet

# Basic Latin, Latin-1, Latin Extended-A, dashes and quotes, euro, minus, at most and at least: what the type can draw
_TEXT = r"^[ -~\u00a1-\u017f\u2013\u2014\u2018-\u201d\u20ac\u2212\u2264\u2265]*$"
Text = Annotated[str, StringConstraints(pattern=_TEXT, max_length=300)]
Code = Annotated[str, StringConstraints(pattern=r"^[!-~]*$", max_length=60)]
_WORD = re.compile(r"\w{3,}")


class Label(Sheet):
    """The contents of one label; what is empty does not stand on it."""

    label: Text
    rules: Code
    simulated: bool = False
    autologous: bool = True
    genetically_modified: bool = False
    decentralised: bool = False
    investigational: bool = False
    infectious_unknown: bool = False
    product: Text = ""
    active: Text = ""
    dose: Text = ""
    form: Text = ""
    excipients: Text = ""
    route: Text = ""
    batch: Code = ""
    serial: Code = ""
    gtin: Code = ""
    coi: Code = ""
    donations: tuple[Text, ...] = Field(default=(), max_length=2)
    statements: tuple[Text, ...] = Field(default=(), max_length=12)
    storage: Text = ""
    transport: Text = ""
    disposal: Text = ""
    expiry: Code = ""
    zone: Code = ""
    holder: Text = ""
    authorisation: Text = ""
    manufacturer: Text = ""
    site: Text = ""

    def text_of(self, element: str) -> str:
        """An element as it stands on the label; several statements on lines of their own."""
        value = getattr(self, element)
        return "\n".join(value) if isinstance(value, tuple) else str(value)

    def expires(self) -> datetime:
        """When it expires, in its zone; raises Unreadable if time and zone are none or contradict one another."""
        hint = "expiry: 2026-01-20T18:00+01:00 and zone: Europe/Berlin"
        try:
            said = datetime.fromisoformat(self.expiry)
            there = said.astimezone(ZoneInfo(self.zone))
        except (ValueError, OSError, LookupError, OverflowError):
            text = f"the expiry {self.expiry!r} in {self.zone!r} is no time in a zone"
            raise unreadable(LABEL, text, hint) from None
        if said.tzinfo is None or said.utcoffset() != there.utcoffset():
            raise unreadable(LABEL, f"{self.expiry} is not the wall time of {self.zone} ({there.isoformat()})", hint)
        if said.second or said.microsecond or not 2000 <= said.year < 2050:
            raise unreadable(LABEL, f"{self.expiry} is not a whole minute of this half of the century", hint)
        return there

    def elements(self) -> Elements:
        """What its DataMatrix says; raises Unreadable."""
        return batch_elements(self.gtin, self.batch, self.serial, self.expires(), str(parse_coi(self.coi)))

    def dins(self) -> tuple[Din, ...]:
        """The donations, each as Code 128; raises Unreadable."""
        return tuple(parse_typed(text) for text in self.donations)


def lint(label: Label, rules: LabelRules, patient: Mapping[str, str] | None = None) -> list[Finding]:
    """Everything that keeps a label from being printed: what is missing, wrong, or personal.

    patient: the fields that must not show, by name; the findings say which field, never what stands in it.
    """
    findings = [
        *(Finding(LABEL, _missing(r, label), f"{rules.labels}: {r.clause}") for r in rules.require if _lacks(label, r)),
        *_wrong(label),
        *_personal(label, patient or {}),
    ]
    return list(dict.fromkeys(findings))


def _lacks(label: Label, required: Required) -> bool:
    if required.when and not getattr(label, required.when):
        return False
    text = label.text_of(required.element).strip()
    return not text or required.says.casefold() not in text.casefold()


def _missing(required: Required, label: Label) -> str:
    name = required.element.replace("_", " ")
    if required.says and label.text_of(required.element).strip():
        return f"{name} does not say {required.says!r}"
    return f"{name} is missing" + (f" (it must say {required.says!r})" if required.says else "")


def _wrong(label: Label) -> Iterator[Finding]:
    checks: list[Callable[[], object]] = [label.dins]
    if label.coi:
        checks.append(lambda: parse_coi(label.coi))
    if label.expiry or label.zone:
        checks.append(label.expires)
    if label.gtin and label.batch and label.serial and label.coi and label.expiry:
        checks.append(label.elements)
    for check in checks:
        try:
            check()
        except Unreadable as error:
            yield from error.findings
    if not label.autologous and "for autologous use only" in label.text_of("statements").casefold():
        text = "it says that it is for autologous use only, and is not autologous"
        yield Finding(LABEL, text, "set autologous: true, or take the statement away")


def _personal(label: Label, patient: Mapping[str, str]) -> Iterator[Finding]:
    for code in filter(None, (label.coi, label.batch, label.serial)):
        yield from check_pseudonym(code, patient)
    elements = [e for e in Label.model_fields if e not in ("label", "rules")]
    words = {plain(word) for element in elements for word in _WORD.findall(label.text_of(element))}
    for name, value in sorted(patient.items()):
        if words & {plain(word) for word in _WORD.findall(value)}:
            hint = "a label carries the chain-of-identity code in its place"
            yield Finding(PERSONAL, f"a word of the patient's field {name!r} stands on the label", hint)
