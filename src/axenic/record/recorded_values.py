"""The values that people recorded at the steps of a batch, laid out for print: every version, who, when, how, checked.

What holds, what it was and who verified it comes from the registers of quality; times come from the entries.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from axenic.record.audit import zoned
from axenic.record.entry import Act, Entry
from axenic.record.row import Row


def recorded_rows(recorded: Iterable[Row], acts: Iterable[Entry], names: Mapping[str, str]) -> list[Row]:
    """A row for each value, in the order in which they were first recorded."""
    times = {e.seq: zoned(e.thing.at, e.thing.zone) for e in acts if isinstance(e.thing, Act)}
    return [_row(value, times, names) for value in recorded]


def _row(value: Row, times: Mapping[int, str], names: Mapping[str, str]) -> Row:
    versions = [
        {
            "entry": v["entry"],
            "value": f"{v['value']} {v['unit']}".rstrip(),
            "how": v["how"] + (", late entry" if v["occurred"] else ""),
            "by": " and ".join(named(user, names) for user in (v["by"], v["second"]) if user),
            "at": times.get(v["entry"], ""),
            "why": v["reason"],
        }
        for v in value["versions"]
    ]
    newest = len(versions)
    checks = [
        f"{named(v['by'], names)}, {times.get(v['entry'], '')}" for v in value["verified"] if v["version"] == newest
    ]
    notes = [f"{named(c['by'], names)}: {c['text']}" for c in value["comments"]]
    return {"object": value["object"], "step": value["step"], "name": value["name"], "versions": versions} | {
        "verified": "; ".join(checks),
        "comments": notes,
    }


def named(user: str, names: Mapping[str, str]) -> str:
    """A user by the printed name, with the account in brackets."""
    return f"{names[user]} ({user})" if user in names else user
