"""Printing a label: laid out by Typst, and believed only after its symbols were read back from the picture."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from importlib import resources
from typing import Any, Literal

from axenic.identity.label import Label, lint
from axenic.identity.label_rules import label_rules
from axenic.identity.symbol import Symbol, check_printed, draw_code_128, draw_data_matrix
from axenic.identity.unreadable import LABEL, PRINT, Unreadable, unreadable

SHARP = 300.0  # dots for each inch, as a label printer has them


@dataclass(frozen=True, slots=True)
class Printed:
    """A label as document (PDF or PNG), with the symbols that were read back from its picture."""

    document: bytes
    symbols: frozenset[Symbol]


def print_label(label: Label, ending: Literal["png", "pdf"], patient: Mapping[str, str] | None = None) -> Printed:
    """The label, if it has what its jurisdiction requires, shows nothing personal, and scans as it was written.

    patient: fields that must not show. Raises Unreadable with every finding; then nothing is printed.
    """
    findings = lint(label, label_rules(label.rules), patient)
    if findings:
        raise Unreadable(*findings)
    matrix = draw_data_matrix(label.elements())
    donations = [draw_code_128(din) for din in label.dins()]
    data = label.model_dump(mode="json", by_alias=False) | {
        "expiry": f"{label.expires():%Y-%m-%d %H:%M}",
        "donations": [{"text": str(d), "svg": s.svg} for d, s in zip(label.dins(), donations, strict=True)],
        "matrix": {"lines": [f"({ai}) {value}" for ai, value in label.elements().pairs], "svg": matrix.svg},
    }
    compiler, inputs = _compiler(), {"label": json.dumps(data)}
    made = round(label.expires().timestamp())
    picture = compiler.compile(format="png", ppi=SHARP, sys_inputs=inputs, timestamp=made)
    if not isinstance(picture, bytes):
        raise unreadable(LABEL, "the texts do not fit on one label", "shorten the statements and addresses")
    wanted = frozenset(d.symbol for d in (matrix, *donations))
    check_printed(picture, wanted)
    if ending == "png":
        return Printed(picture, wanted)
    paper = compiler.compile(format="pdf", sys_inputs=inputs, timestamp=made)
    if not isinstance(paper, bytes):
        raise unreadable(PRINT, "the label was not laid out as one document", "print it as PNG")
    return Printed(paper, wanted)


def _compiler() -> Any:
    import font_source_sans_pro
    import typst  # heavy: only when a label is printed

    fonts = typst.Fonts(include_system_fonts=False, font_paths=[font_source_sans_pro.font_directory])
    return typst.Compiler(str(resources.files("axenic") / "data" / "print" / "label.typ"), font_paths=fonts)
