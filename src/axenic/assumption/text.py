"""Assumptions as a file that people read: one row a line, as the shipped file is written."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import yaml

from axenic.assumption.assumption import Assumptions, Distribution, Row
from axenic.notation.document import Dumper
from axenic.notation.sheet import Sheet

_UNBOUNDED = 1e299


def text_of(assumptions: Assumptions, comments: Iterable[str] = ()) -> str:
    """The YAML text, begun with comments; it loads back equal."""
    head = {"assumptions": assumptions.assumptions, "version": assumptions.version}
    lines = [f"# {' '.join(line.split())}" for line in comments]
    lines += [_flow({key: value})[1:-1] for key, value in head.items()]
    if assumptions.over:
        lines.append(_flow({"over": assumptions.over})[1:-1])
    for title, items in (
        ("rows", [_row(r) for r in assumptions.rows]),
        ("effects", [_plain(e) for e in assumptions.effects]),
        ("lasting", [_plain(x) for x in assumptions.lasting]),
    ):
        lines += [f"{title}:", *(f"  - {_flow(item)}" for item in items)] if items else []
    return "\n".join(lines) + "\n"


def _flow(data: dict[str, Any]) -> str:
    text: str = yaml.dump(
        data, Dumper=Dumper, sort_keys=False, allow_unicode=True, default_flow_style=True, width=1_000_000
    )
    return text.strip()


def _plain(sheet: Sheet) -> dict[str, Any]:
    return sheet.model_dump(mode="json", by_alias=True)


def _row(row: Row) -> dict[str, Any]:
    data = _plain(row)
    for key, what in (("varies", row.varies), ("uncertain", row.uncertain)):
        if what is None:
            del data[key]
        else:
            data[key] = _distribution(what)
    return data


def _distribution(what: Distribution) -> dict[str, Any]:
    data = what.model_dump(mode="json", by_alias=True, exclude_defaults=True)
    data["as"] = what.as_.name.lower()
    return {k: v for k, v in data.items() if not (k in ("from", "to") and abs(v) >= _UNBOUNDED)}
